//! How far a new worktree has been set up: a file in its own git folder, which goes when the worktree goes.
//!
//! It is written before the worktree is decided on, and removed when nothing is left to do. So whoever finds one knows
//! that a command was killed or failed in between, and what it had done.

use std::collections::BTreeSet;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::io::files;
use crate::io::git::error::GitError;
use crate::io::git::repository::Git;

const FOLDER: &str = "prd";
const NAME: &str = "setup.json";
const LOCK: &str = "setup.lock";

/// What has been done for a worktree that is being set up.
#[derive(Debug)]
pub struct SetupMark {
    path: PathBuf,
    /// Held for as long as somebody is at it.
    lock: File,
    done: Done,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Done {
    schema: u32,
    steps: BTreeSet<String>,
}

impl Git {
    /// Notes that the worktree at a path is to be set up.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn begin_setup(&self, worktree: &Path) -> Result<(), GitError> {
        let path = self.git_dir_of(worktree)?.join(FOLDER).join(NAME);
        files::replace(&path, b"{\"schema\": 1, \"steps\": []}\n").map_err(GitError::io("write", &path))
    }

    /// True where the worktree at a path was not set up to its end.
    ///
    /// # Errors
    /// Git does not know the worktree.
    pub fn is_setup_pending(&self, worktree: &Path) -> Result<bool, GitError> {
        Ok(self.git_dir_of(worktree)?.join(FOLDER).join(NAME).is_file())
    }

    /// Takes the setting up of a worktree in hand; `None` where somebody else is at it. What was done before counts,
    /// unless `anew`.
    ///
    /// # Errors
    /// Git does not know the worktree, or its git folder cannot be written.
    pub fn take_setup(&self, worktree: &Path, anew: bool) -> Result<Option<SetupMark>, GitError> {
        let folder = self.git_dir_of(worktree)?.join(FOLDER);
        let lock_path = folder.join(LOCK);
        std::fs::create_dir_all(&folder).map_err(GitError::io("make", &folder))?;
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&lock_path)
            .map_err(GitError::io("open", &lock_path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(GitError::io("lock", &lock_path)(error)),
        }
        let path = folder.join(NAME);
        let text = files::read(&path).map_err(GitError::io("read", &path))?.unwrap_or_default();
        // A mark that does not read says nothing of what was done, so all is done again.
        let done = if anew { Done::default() } else { serde_json::from_slice(&text).unwrap_or_default() };
        let mark = SetupMark { path, lock, done };
        mark.save()?;
        Ok(Some(mark))
    }
}

impl SetupMark {
    /// True where a step is done.
    #[must_use]
    pub fn is_done(&self, step: &str) -> bool {
        self.done.steps.contains(step)
    }

    /// Notes that a step is done.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn done(&mut self, step: &str) -> Result<(), GitError> {
        self.done.steps.insert(step.to_owned());
        self.save()
    }

    /// Nothing is left to do.
    ///
    /// # Errors
    /// The file cannot be removed.
    pub fn finish(self) -> Result<(), GitError> {
        files::remove(&self.path).map_err(GitError::io("remove", &self.path))?;
        files::remove(&self.path.with_file_name(LOCK)).map_err(GitError::io("remove", &self.path))
    }

    fn save(&self) -> Result<(), GitError> {
        let done = Done { schema: 1, steps: self.done.steps.clone() };
        let text = serde_json::to_vec(&done).unwrap_or_default();
        files::replace(&self.path, &text).map_err(GitError::io("write", &self.path))
    }
}

impl Drop for SetupMark {
    fn drop(&mut self) {
        // Closing alone would leave it held by a child that another thread is just about to start.
        drop(self.lock.unlock());
    }
}

#[cfg(test)]
mod tests {
    use crate::io::git::testing::Fixture;

    #[test]
    fn steps_are_remembered_until_the_end_and_one_is_at_it() {
        let fixture = Fixture::new();
        fixture.commit_file("a", "1");
        let (git, path) = (fixture.open(), fixture.beside("tree"));
        fixture.git(&["worktree", "add", "-q", "-b", "x", path.to_str().unwrap()]);
        assert!(!git.is_setup_pending(&path).unwrap());
        git.begin_setup(&path).unwrap();
        let mut mark = git.take_setup(&path, false).unwrap().unwrap();
        assert!(git.take_setup(&path, false).unwrap().is_none());
        mark.done("copy").unwrap();
        drop(mark);
        let mark = git.take_setup(&path, false).unwrap().unwrap();
        assert!(mark.is_done("copy") && !mark.is_done("install"));
        drop(mark);
        assert!(git.is_setup_pending(&path).unwrap());
        let mark = git.take_setup(&path, true).unwrap().unwrap();
        assert!(!mark.is_done("copy"));
        mark.finish().unwrap();
        assert!(!git.is_setup_pending(&path).unwrap());
        assert_eq!(fixture.git_in(&path, &["status", "--porcelain"]), "");
    }
}
