//! The outbox: one file of the clone for each thing that GitHub is to be told, kept until it is done.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::domain::lifecycle::plan::OutboxEntry;
use crate::io::files;

/// The outbox of a clone.
#[derive(Debug, Clone)]
pub struct Outbox {
    folder: PathBuf,
}

/// What became of an entry so far.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Attempts {
    /// How often it was tried.
    pub tries: u32,
    /// Why the last try failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
    /// True where GitHub refused for a reason that does not pass by itself: only tried again when a user asks for it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub refused: bool,
    /// What a user can do about the failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub way_out: Option<String>,
    /// Not to be tried before this time, RFC 3339: GitHub asked to wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_before: Option<String>,
}

/// An entry in its file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// The file's name without its ending; entries sort by it in the order of time.
    #[serde(skip)]
    pub name: String,
    /// What is wanted.
    #[serde(flatten)]
    pub entry: OutboxEntry,
    /// What became of it so far.
    #[serde(default)]
    pub attempts: Attempts,
}

/// A file of the outbox that cannot be read. It stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// The file.
    pub path: PathBuf,
    /// Why.
    pub why: String,
}

/// The right to send: one process of the clone has it.
#[derive(Debug)]
pub struct Turn(File);

impl Drop for Turn {
    fn drop(&mut self) {
        // Closing alone would leave it held by a child that another thread is just about to start.
        drop(self.0.unlock());
    }
}

impl Outbox {
    /// The outbox in a clone's private folder.
    #[must_use]
    pub fn of(private_dir: &Path) -> Self {
        Self { folder: private_dir.join("outbox") }
    }

    /// The folder of its files.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes an entry under a name that is its own, so that writing it twice leaves one.
    ///
    /// # Errors
    /// The file system refuses.
    pub fn put(&self, entry: &OutboxEntry) -> std::io::Result<()> {
        let stamp: String = entry.queued.chars().filter(char::is_ascii_alphanumeric).collect();
        let name = format!("{stamp}-{}-{}", entry.prd.canonical(), entry.kind.name());
        self.save(&Waiting { name, entry: entry.clone(), attempts: Attempts::default() })
    }

    /// Writes what became of an entry.
    ///
    /// # Errors
    /// The file system refuses.
    pub fn save(&self, waiting: &Waiting) -> std::io::Result<()> {
        let text = serde_json::to_string_pretty(waiting)?;
        files::replace(&self.path(&waiting.name), format!("{text}\n").as_bytes())
    }

    /// Takes an entry out; one that is gone is no error.
    ///
    /// # Errors
    /// The file system refuses.
    pub fn remove(&self, name: &str) -> std::io::Result<()> {
        files::remove(&self.path(name))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.json"))
    }

    /// True where nothing waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names().is_empty()
    }

    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let mut names: Vec<String> = entries
            .filter_map(|entry| Some(entry.file_name().to_str()?.strip_suffix(".json")?.to_owned()))
            .filter(|name| !name.starts_with('.'))
            .collect();
        names.sort();
        names
    }

    /// All entries in the order of time, and the files that are none.
    #[must_use]
    pub fn all(&self) -> (Vec<Waiting>, Vec<Unreadable>) {
        let (mut waiting, mut unreadable) = (Vec::new(), Vec::new());
        for name in self.names() {
            let path = self.path(&name);
            let read = files::read(&path).map_err(|error| error.to_string()).and_then(|bytes| {
                let Some(bytes) = bytes else { return Ok(None) };
                serde_json::from_slice::<Waiting>(&bytes).map(Some).map_err(|error| error.to_string())
            });
            match read {
                Ok(Some(entry)) => waiting.push(Waiting { name, ..entry }),
                Ok(None) => {}
                Err(why) => unreadable.push(Unreadable { path, why }),
            }
        }
        (waiting, unreadable)
    }

    /// Waits until no other process of the clone sends; `None` where one still does after `limit`.
    ///
    /// # Errors
    /// The file system refuses.
    pub fn turn(&self, limit: Duration) -> std::io::Result<Option<Turn>> {
        fs_err::create_dir_all(&self.folder)?;
        let file = File::options().create(true).append(true).open(self.folder.join("sending.lock"))?;
        let begun = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Some(Turn(file))),
                Err(std::fs::TryLockError::WouldBlock) if begun.elapsed() < limit => {
                    std::thread::sleep(Duration::from_millis(20));
                }
                Err(std::fs::TryLockError::WouldBlock) => return Ok(None),
                Err(std::fs::TryLockError::Error(error)) => return Err(error),
            }
        }
    }

    /// True where this clone said a thing before: which repository it writes to, what is not offered there.
    #[must_use]
    pub fn knows(&self, said: &str) -> bool {
        let known = std::fs::read_to_string(self.folder.join("repositories.txt")).unwrap_or_default();
        known.lines().any(|line| line.eq_ignore_ascii_case(said))
    }

    /// Remembers that this clone said a thing.
    ///
    /// # Errors
    /// The file system refuses.
    pub fn remember(&self, said: &str) -> std::io::Result<()> {
        let path = self.folder.join("repositories.txt");
        let mut known = std::fs::read_to_string(&path).unwrap_or_default();
        known.push_str(said);
        known.push('\n');
        files::replace(&path, known.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::lifecycle::plan::OutboxKind;
    use crate::domain::model::sample::id;

    fn entry(number: u32, queued: &str) -> OutboxEntry {
        OutboxEntry {
            schema: 1,
            kind: OutboxKind::CreateIssue,
            prd: id(&format!("SVC-{number}")),
            queued: queued.to_owned(),
            event: None,
        }
    }

    #[test]
    fn entries_come_in_the_order_of_time_and_keep_what_became_of_them() {
        let dir = tempfile::tempdir().unwrap();
        let outbox = Outbox::of(dir.path());
        assert!(outbox.is_empty());
        outbox.put(&entry(2, "2025-06-02T09:00:00+00:00")).unwrap();
        outbox.put(&entry(1, "2025-06-02T10:00:00+00:00")).unwrap();
        outbox.put(&entry(1, "2025-06-02T10:00:00+00:00")).unwrap();
        let (mut waiting, unreadable) = outbox.all();
        assert_eq!((waiting.len(), unreadable.len()), (2, 0));
        assert_eq!(waiting[0].entry.prd, id("SVC-2"));
        waiting[0].attempts = Attempts { tries: 3, last_error: Some("x".to_owned()), ..Attempts::default() };
        outbox.save(&waiting[0]).unwrap();
        assert_eq!(outbox.all().0[0], waiting[0]);
        outbox.remove(&waiting[0].name).unwrap();
        outbox.remove(&waiting[0].name).unwrap();
        assert_eq!(outbox.all().0.len(), 1);
        let update = OutboxEntry { kind: OutboxKind::UpdateIssue, ..entry(1, "2025-06-02T10:00:00+00:00") };
        outbox.put(&update).unwrap();
        assert_eq!(outbox.all().0.len(), 2, "one moment may bring two things");
    }

    #[test]
    fn an_entry_of_an_older_version_is_read_and_garbage_stays() {
        let dir = tempfile::tempdir().unwrap();
        let outbox = Outbox::of(dir.path());
        let folder = outbox.folder();
        fs_err::create_dir_all(folder).unwrap();
        let old =
            r#"{"schema": 1, "kind": "create-issue", "prd": "SVC-7", "queued": "2025-06-02T08:00:00+00:00"}"#;
        for (name, text) in [("a.json", old), ("b.json", "{"), ("c.json", "[]"), (".prd-x.tmp", "")] {
            fs_err::write(folder.join(name), text).unwrap();
        }
        let (waiting, unreadable) = outbox.all();
        assert_eq!((waiting.len(), unreadable.len()), (1, 2));
        assert_eq!(waiting[0].attempts, Attempts::default());
        assert!(folder.join("b.json").exists());
    }

    #[test]
    fn one_sends_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let outbox = Outbox::of(dir.path());
        let turn = outbox.turn(Duration::ZERO).unwrap().unwrap();
        assert!(outbox.turn(Duration::ZERO).unwrap().is_none());
        drop(turn);
        assert!(outbox.turn(Duration::ZERO).unwrap().is_some());
        assert!(!outbox.knows("acme/shop"));
        outbox.remember("acme/shop").unwrap();
        assert!(outbox.knows("Acme/Shop") && outbox.is_empty());
    }
}
