//! The journal: a plan written down before it is applied, so that a killed command can be finished or undone.
//!
//! A journal is a file in the clone's `prd/journal/`, and its owner holds an operating-system lock on it for as
//! long as it lives. A journal that nobody holds belongs to a command that died.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::domain::lifecycle::plan::Plan;
use crate::domain::model::branch::BranchName;
use crate::io::files;
use crate::io::git::commit::request::{Built, CommitRequest};
use crate::io::git::home::Home;
use crate::io::git::oid::Oid;
use crate::io::git::worktree::add::Registered;

/// What recovery must know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The version of this file: 1.
    pub schema: u32,
    /// What was to be done.
    pub plan: Plan,
    /// Home, as it was when the plan was made.
    pub home: Home,
    /// The folder that relative worktree paths begin at.
    pub main_root: PathBuf,
    /// The files before and after.
    pub request: CommitRequest,
    /// False with `commit: "off"`: the files are changed in the work tree alone.
    pub commits: bool,
    /// The commit, once it is built.
    pub built: Option<Built>,
    /// With `commit: "off"`: the files of home are changed, so that nothing is undone any more.
    pub decided: bool,
    /// What is about to be made, or was: nothing else is ever undone.
    pub made: Vec<Made>,
}

/// A branch, and perhaps a worktree of it, that the plan makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// The branch.
    pub branch: BranchName,
    /// The commit that the branch is at.
    pub at: Oid,
    /// True where the branch is new, and goes too when this is undone.
    pub new_branch: bool,
    /// The worktree's folder, absolute.
    pub worktree: Option<PathBuf>,
}

impl Made {
    /// The worktree as git has it registered; `None` for a branch alone.
    #[must_use]
    pub fn registered(&self) -> Option<Registered> {
        let path = self.worktree.clone()?;
        Some(Registered {
            path,
            branch: self.branch.clone(),
            oid: self.at.clone(),
            made_branch: self.new_branch,
        })
    }
}

/// A path as the plan has it: relative ones begin at the main worktree. `..` is taken away without looking at links.
#[must_use]
pub fn absolute(main_root: &Path, path: &str) -> PathBuf {
    let mut absolute = PathBuf::new();
    for part in main_root.join(path).components() {
        if part == std::path::Component::ParentDir {
            absolute.pop();
        } else if part != std::path::Component::CurDir {
            absolute.push(part);
        }
    }
    absolute
}

/// A journal that this process holds.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    /// Held locked until the journal is closed.
    lock: File,
    /// What it says.
    pub entry: Entry,
}

impl Drop for Journal {
    fn drop(&mut self) {
        // Closing alone would leave it held by a child that another thread is just about to start.
        drop(self.lock.unlock());
    }
}

/// The folder of the journals of a clone.
#[must_use]
pub fn folder(common_dir: &Path) -> PathBuf {
    common_dir.join("prd/journal")
}

impl Journal {
    /// Writes a new journal and holds it.
    ///
    /// To be called under the clone's lock, as [`Journal::orphans`] is: between making the file and locking it, it
    /// would look like an orphan. The lock is taken on a file beside the journal, because the journal itself is replaced whole each time.
    ///
    /// # Errors
    /// The file system refuses.
    pub fn open(common_dir: &Path, entry: Entry) -> std::io::Result<Self> {
        let folder = folder(common_dir);
        fs_err::create_dir_all(&folder)?;
        let named = tempfile::Builder::new().prefix("tx-").suffix(".lock").tempfile_in(&folder)?;
        let (lock, lock_path) = named.keep().map_err(|failed| failed.error)?;
        lock.lock()?;
        let journal = Self { path: lock_path.with_extension("json"), lock, entry };
        journal.save()?;
        Ok(journal)
    }

    /// When it was opened.
    ///
    /// # Errors
    /// The file system cannot say.
    pub fn begun(&self) -> std::io::Result<SystemTime> {
        self.lock.metadata()?.modified()
    }

    /// Writes down what has changed.
    ///
    /// # Errors
    /// The file system refuses.
    pub fn save(&self) -> std::io::Result<()> {
        let text = serde_json::to_vec_pretty(&self.entry)?;
        files::replace(&self.path, &text)
    }

    /// Writes down that nothing is undone any more.
    ///
    /// # Errors
    /// The file system refuses; the journal says then what it said.
    pub fn decide(&mut self) -> std::io::Result<()> {
        self.entry.decided = true;
        self.save().inspect_err(|_| self.entry.decided = false)
    }

    /// Everything is done, or undone.
    ///
    /// # Errors
    /// The file system refuses.
    pub fn close(self) -> std::io::Result<()> {
        remove_if_there(&self.path)?;
        // Last and still held: a lock file without its journal is cleared away by whoever finds it free.
        remove_if_there(&self.path.with_extension("lock"))
    }

    /// The journals that nobody holds, each now held by this process.
    ///
    /// To be called under the clone's lock. A journal that does not parse is kept and named: it is never thrown
    /// away unread.
    ///
    /// # Errors
    /// [`Unfinished`] for a journal that cannot be read.
    pub fn orphans(common_dir: &Path) -> Result<Vec<Self>, Unfinished> {
        let folder = folder(common_dir);
        let Ok(entries) = fs_err::read_dir(&folder) else { return Ok(Vec::new()) };
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        files::remove_temporaries(&folder)
            .map_err(|error| Unfinished { path: folder, why: error.to_string() })?;
        let mut orphans = Vec::new();
        for lock_path in paths.iter().filter(|path| path.extension().is_some_and(|ending| ending == "lock")) {
            let unreadable = |why: String| Unfinished { path: lock_path.clone(), why };
            let Ok(lock) = File::open(lock_path) else { continue };
            if lock.try_lock().is_err() {
                continue;
            }
            let path = lock_path.with_extension("json");
            let Ok(text) = fs_err::read(&path) else {
                // Killed before it wrote down anything, or after it was done.
                drop(lock);
                remove_if_there(lock_path).map_err(|error| unreadable(error.to_string()))?;
                continue;
            };
            let entry = serde_json::from_slice(&text)
                .map_err(|error| Unfinished { path: path.clone(), why: error.to_string() })?;
            orphans.push(Self { path, lock, entry });
        }
        Ok(orphans)
    }
}

/// A journal that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the journal {} cannot be read: {why}", path.display())]
pub struct Unfinished {
    /// The journal.
    pub path: PathBuf,
    /// Why.
    pub why: String,
}

fn remove_if_there(path: &Path) -> std::io::Result<()> {
    match fs_err::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::model::id::IdFormat;
    use crate::domain::model::people::Person;
    use crate::io::git::home::HomePlace;

    fn entry() -> Entry {
        let plan = Plan {
            prd: Some(IdFormat::default().id(1)),
            command: "start".to_owned(),
            from: None,
            to: None,
            actions: Vec::new(),
            forced: Vec::new(),
            reason: None,
            notes: Vec::new(),
        };
        let home = Home {
            branch: BranchName::new("main").ok(),
            tip: None,
            place: HomePlace::ThisCheckout { root: PathBuf::new() },
        };
        let request = CommitRequest {
            changes: Vec::new(),
            message: String::new(),
            author: Person { name: "Ada".to_owned(), email: "ada@example.org".to_owned() },
            time: chrono::DateTime::UNIX_EPOCH.fixed_offset(),
            no_verify: false,
        };
        Entry {
            schema: 1,
            plan,
            home,
            main_root: PathBuf::new(),
            request,
            commits: true,
            built: None,
            decided: false,
            made: Vec::new(),
        }
    }

    #[test]
    fn a_held_journal_is_no_orphan() {
        let clone = tempfile::tempdir().unwrap();
        let journal = Journal::open(clone.path(), entry()).unwrap();
        assert_eq!(Journal::orphans(clone.path()).unwrap().len(), 0);
        drop(journal);
        let orphans = Journal::orphans(clone.path()).unwrap();
        assert_eq!(orphans.len(), 1);
        assert_eq!(orphans[0].entry, entry());
    }

    #[test]
    fn a_closed_journal_leaves_nothing() {
        let clone = tempfile::tempdir().unwrap();
        Journal::open(clone.path(), entry()).unwrap().close().unwrap();
        assert_eq!(fs_err::read_dir(folder(clone.path())).unwrap().count(), 0);
    }

    #[test]
    fn a_broken_journal_is_named_and_kept() {
        let clone = tempfile::tempdir().unwrap();
        let journal = Journal::open(clone.path(), entry()).unwrap();
        let path = journal.path.clone();
        drop(journal);
        files::replace(&path, b"{").unwrap();
        assert!(Journal::orphans(clone.path()).is_err());
        assert!(path.exists());
    }
}
