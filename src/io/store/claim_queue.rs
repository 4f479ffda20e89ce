//! Claims that have not reached the server yet: one file for each in the clone's outbox, sent in order of their names.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::domain::model::id::PrdId;
use crate::io::files;
use crate::io::git::claims::ClaimKind;
use crate::io::git::oid::Oid;

/// What the server is to be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueuedClaim {
    /// The version of this file: 1.
    pub schema: u32,
    /// True for a claim, false where one is given back.
    pub takes: bool,
    /// What is claimed.
    pub kind: ClaimKind,
    /// The PRD.
    pub id: PrdId,
    /// The object of the claim.
    pub oid: String,
    /// When it was queued, RFC 3339.
    pub queued: String,
}

impl QueuedClaim {
    /// The object of the claim.
    #[must_use]
    pub fn object(&self) -> Option<Oid> {
        Oid::parse(&self.oid)
    }
}

fn folder(common_dir: &Path) -> PathBuf {
    common_dir.join("prd/outbox/claims")
}

/// Queues a claim. Claiming and giving back what was never sent leaves nothing.
///
/// # Errors
/// The clone's folder cannot be written.
pub fn push(common_dir: &Path, entry: &QueuedClaim) -> std::io::Result<()> {
    let opposite = all(common_dir)
        .into_iter()
        .find(|(_, old)| old.oid == entry.oid && old.kind == entry.kind && old.takes != entry.takes);
    if let Some((path, _)) = opposite.filter(|_| !entry.takes) {
        return files::remove(&path);
    }
    let stamp: String = entry.queued.chars().filter(char::is_ascii_alphanumeric).collect();
    let verb = if entry.takes { "take" } else { "give" };
    let name = format!("{stamp}-{verb}-{}-{}.json", entry.id.canonical(), entry.oid.get(..12).unwrap_or("x"));
    files::replace(
        &folder(common_dir).join(name),
        format!("{}\n", serde_json::to_string_pretty(entry)?).as_bytes(),
    )
}

/// Everything that waits, oldest first, with its file. A file that does not read is passed over and stays.
#[must_use]
pub fn all(common_dir: &Path) -> Vec<(PathBuf, QueuedClaim)> {
    let Ok(entries) = std::fs::read_dir(folder(common_dir)) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
        .into_iter()
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .filter_map(|path| {
            let entry = serde_json::from_slice(&files::read(&path).ok()??).ok()?;
            Some((path, entry))
        })
        .collect()
}

/// Takes a claim out of the queue.
///
/// # Errors
/// The clone's folder cannot be written.
pub fn remove(path: &Path) -> std::io::Result<()> {
    files::remove(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(takes: bool, oid: &str) -> QueuedClaim {
        QueuedClaim {
            schema: 1,
            takes,
            kind: ClaimKind::Work,
            id: PrdId::parse("SVC-7").unwrap(),
            oid: oid.repeat(40),
            queued: "2025-06-02T08:00:00Z".to_owned(),
        }
    }

    #[test]
    fn what_waits_is_kept_in_order_and_cancels_out() {
        let clone = tempfile::tempdir().unwrap();
        push(clone.path(), &entry(true, "a")).unwrap();
        push(clone.path(), &entry(true, "a")).unwrap();
        push(clone.path(), &entry(false, "b")).unwrap();
        let waiting: Vec<(bool, String)> =
            all(clone.path()).into_iter().map(|(_, entry)| (entry.takes, entry.oid)).collect();
        assert_eq!(waiting, [(false, "b".repeat(40)), (true, "a".repeat(40))]);
        push(clone.path(), &entry(false, "a")).unwrap();
        let waiting = all(clone.path());
        assert_eq!(waiting.len(), 1, "the claim was never sent");
        remove(&waiting[0].0).unwrap();
        assert!(all(clone.path()).is_empty());
    }
}
