//! What the user approved: one file for each text, in the user's own state folder and never in a repository.
//!
//! A text is approved for one repository: the clone's git folder and the first commit of its history. So neither
//! another clone nor another project that is put in the same place inherits an approval, and a text that changes in any
//! way is a new one. Two processes may approve at once: each text has a file of its own, replaced whole.

use std::path::{Path, PathBuf};

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use crate::domain::config::trust::{Approval, content_hash};
use crate::domain::lifecycle::plan::TextHash;
use crate::io::env::Env;
use crate::io::files;
use crate::io::git::oid::Oid;

/// The approvals of one repository.
#[derive(Debug, Clone)]
pub struct TrustStore {
    folder: PathBuf,
    repository: String,
    first_commit: Option<String>,
}

/// One approved text, as it is written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The version of this file: 1.
    pub schema: u32,
    /// The clone's git folder.
    pub repository: String,
    /// The first commit of its history.
    pub first_commit: Option<String>,
    /// The key of the configuration.
    pub key: String,
    /// The exact text.
    pub text: String,
    /// When it was approved, RFC 3339.
    pub approved: String,
}

impl TrustStore {
    /// The approvals of the clone with this git folder and first commit; `None` where the user has no state folder.
    #[must_use]
    pub fn of(env: &Env, common_dir: &Path, first_commit: Option<&Oid>) -> Option<Self> {
        let common_dir = common_dir.canonicalize().unwrap_or_else(|_| common_dir.to_owned());
        let repository = common_dir.to_string_lossy().into_owned();
        let first_commit = first_commit.map(ToString::to_string);
        let identity = format!("{repository}\0{}", first_commit.as_deref().unwrap_or_default());
        let folder = env.state_folder()?.join("trust").join(TextHash::of(identity.as_bytes()).to_string());
        Some(Self { folder, repository, first_commit })
    }

    /// True where exactly this text was approved. A file that cannot be read approves nothing.
    #[must_use]
    pub fn is_granted(&self, approval: &Approval) -> bool {
        self.path(approval).and_then(|path| read(&path)).is_some_and(|grant| self.is_for(&grant, approval))
    }

    /// Approves a text.
    ///
    /// # Errors
    /// The state folder cannot be written.
    pub fn grant(&self, approval: &Approval, now: DateTime<FixedOffset>) -> std::io::Result<()> {
        let Some(path) = self.path(approval) else { return Ok(()) };
        let grant = Grant {
            schema: 1,
            repository: self.repository.clone(),
            first_commit: self.first_commit.clone(),
            key: approval.key.to_string(),
            text: approval.text.clone(),
            approved: now.to_rfc3339(),
        };
        make_private(&self.folder)?;
        files::replace(&path, format!("{}\n", serde_json::to_string_pretty(&grant)?).as_bytes())
    }

    /// Everything that is approved, by key and text.
    #[must_use]
    pub fn grants(&self) -> Vec<Grant> {
        let Ok(entries) = std::fs::read_dir(&self.folder) else { return Vec::new() };
        let mut grants: Vec<Grant> = entries.flatten().filter_map(|entry| read(&entry.path())).collect();
        grants.sort_by(|a, b| (&a.key, &a.text).cmp(&(&b.key, &b.text)));
        grants
    }

    /// Takes every approval of this repository back, and says how many there were.
    ///
    /// # Errors
    /// The state folder cannot be written.
    pub fn revoke_all(&self) -> std::io::Result<usize> {
        let Ok(entries) = std::fs::read_dir(&self.folder) else { return Ok(0) };
        let mut revoked = 0;
        for path in entries.flatten().map(|entry| entry.path()) {
            files::remove(&path)?;
            revoked += usize::from(path.extension().is_some_and(|ending| ending == "json"));
        }
        Ok(revoked)
    }

    fn path(&self, approval: &Approval) -> Option<PathBuf> {
        let hash = content_hash(std::slice::from_ref(approval))?;
        Some(self.folder.join(format!("{hash}.json")))
    }

    /// The name of a file is a hash of its content; what counts is the content.
    fn is_for(&self, grant: &Grant, approval: &Approval) -> bool {
        grant.repository == self.repository
            && grant.first_commit == self.first_commit
            && grant.key == approval.key.to_string()
            && grant.text == approval.text
    }
}

fn read(path: &Path) -> Option<Grant> {
    serde_json::from_slice(&files::read(path).ok()??).ok()
}

/// A folder that other users can neither read nor write: what is in it runs programs.
fn make_private(folder: &Path) -> std::io::Result<()> {
    fs_err::create_dir_all(folder)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs_err::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::config::key::KeyPath;

    fn env(state: &Path) -> Env {
        let mut env = Env::read().unwrap();
        env.vars.insert("XDG_STATE_HOME".into(), state.into());
        env
    }

    fn approval(text: &str) -> Approval {
        Approval { key: KeyPath::parse("prd_workflow.worktree.post_create.0"), text: text.to_owned() }
    }

    fn now() -> DateTime<FixedOffset> {
        DateTime::UNIX_EPOCH.fixed_offset()
    }

    #[test]
    fn exactly_what_was_approved_is_approved() {
        let (state, clone) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let oid = Oid::parse(&"a".repeat(40));
        let store = TrustStore::of(&env(state.path()), clone.path(), oid.as_ref()).unwrap();
        assert!(!store.is_granted(&approval("make")));
        store.grant(&approval("make"), now()).unwrap();
        store.grant(&approval("make"), now()).unwrap();
        assert!(store.is_granted(&approval("make")));
        for other in ["make ", "Make", "make all"] {
            assert!(!store.is_granted(&approval(other)), "{other}");
        }
        let elsewhere = Approval { key: KeyPath::parse("quality.linting.command"), ..approval("make") };
        assert!(!store.is_granted(&elsewhere), "a text is approved for its key");
        let grants: Vec<String> = store.grants().into_iter().map(|grant| grant.text).collect();
        assert_eq!(grants, ["make"]);
        assert_eq!(store.revoke_all().unwrap(), 1);
        assert!(!store.is_granted(&approval("make")));
        assert_eq!(store.revoke_all().unwrap(), 0);
    }

    #[test]
    fn another_repository_in_the_same_place_inherits_nothing() {
        let (state, clone) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let other_clone = tempfile::tempdir().unwrap();
        let env = env(state.path());
        let [a, b] = ["a", "b"].map(|digit| Oid::parse(&digit.repeat(40)));
        TrustStore::of(&env, clone.path(), a.as_ref()).unwrap().grant(&approval("make"), now()).unwrap();
        for (folder, first) in [(&clone, &b), (&clone, &None), (&other_clone, &a)] {
            let store = TrustStore::of(&env, folder.path(), first.as_ref()).unwrap();
            assert!(!store.is_granted(&approval("make")));
        }
    }

    #[test]
    fn a_file_that_says_something_else_than_its_name_approves_nothing() {
        let (state, clone) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let store = TrustStore::of(&env(state.path()), clone.path(), None).unwrap();
        store.grant(&approval("make"), now()).unwrap();
        let good = fs_err::read(store.path(&approval("make")).unwrap()).unwrap();
        for bytes in [&good[..good.len() / 2], b"", b"{}"] {
            files::replace(&store.path(&approval("make")).unwrap(), bytes).unwrap();
            assert!(!store.is_granted(&approval("make")));
        }
        files::replace(&store.path(&approval("rm -rf ~")).unwrap(), &good).unwrap();
        assert!(!store.is_granted(&approval("rm -rf ~")));
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_can_read_or_write_approvals() {
        use std::os::unix::fs::PermissionsExt;
        let (state, clone) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let store = TrustStore::of(&env(state.path()), clone.path(), None).unwrap();
        store.grant(&approval("make"), now()).unwrap();
        assert_eq!(store.folder.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    }
}
