//! The clone's lock: one writer at a time over all worktrees and processes of a clone.

use std::fs::{File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::error::FailureKind;
use super::repository::Git;

/// Holds the clone's lock until it is dropped, or until the process ends in any way.
#[derive(Debug)]
#[must_use = "the lock is given up when this is dropped"]
pub struct CloneLock {
    /// Closing the file gives the lock up: that is the system's doing, so a killed process holds nothing.
    file: File,
}

impl Drop for CloneLock {
    fn drop(&mut self) {
        // Closing alone would leave it held by a child that another thread is just about to start.
        drop(self.file.unlock());
    }
}

/// The lock could not be had.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process holds it.
    #[error("another prd is changing this clone{} (waited {} s)", shown(holder.as_deref()), waited.as_secs())]
    Held {
        /// What the holder wrote about itself, `prd start SVC-128 (process 4711)`, where it can be read.
        holder: Option<String>,
        /// How long this process waited.
        waited: Duration,
    },
    /// The lock file failed.
    #[error("could not lock {}: {source}", path.display())]
    Io {
        /// The lock file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

fn shown(holder: Option<&str>) -> String {
    holder.map_or_else(String::new, |holder| format!(": {holder}"))
}

impl LockError {
    /// Whose doing it is.
    #[must_use]
    pub const fn kind(&self) -> FailureKind {
        match self {
            Self::Held { .. } => FailureKind::Refused,
            Self::Io { .. } => FailureKind::Outside,
        }
    }
}

impl Git {
    /// Takes the clone's lock, `<common dir>/prd/lock`, waiting no longer than `wait`.
    ///
    /// `what` names the work, for others who wait: `prd start SVC-128`. The lock is the operating system's, not
    /// the file's existence: the file stays, and a process that dies gives it up. It is not reentrant.
    ///
    /// # Errors
    /// [`LockError::Held`] when the time is up.
    pub fn lock(&self, what: &str, wait: Duration) -> Result<CloneLock, LockError> {
        let dir = self.private_dir();
        let path = dir.join("lock");
        let io = |source| LockError::Io { path: path.clone(), source };
        fs_err::create_dir_all(&dir).map_err(io)?;
        let file =
            File::options().create(true).truncate(false).read(true).write(true).open(&path).map_err(io)?;
        let begun = Instant::now();
        let mut pause = Duration::from_millis(2);
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::Error(source)) => return Err(io(source)),
                Err(TryLockError::WouldBlock) => {}
            }
            let waited = begun.elapsed();
            if waited >= wait {
                return Err(LockError::Held { holder: read_holder(&dir), waited });
            }
            std::thread::sleep(pause.min(wait.saturating_sub(waited)));
            pause = (pause * 2).min(Duration::from_millis(50));
        }
        // Only for people: it may be stale, and failing to write it harms nobody.
        drop(write_holder(&dir, what));
        Ok(CloneLock { file })
    }

    /// True where some process holds the clone's lock at this moment.
    ///
    /// # Errors
    /// The lock file cannot be opened.
    pub fn is_locked(&self) -> Result<bool, LockError> {
        match self.lock("a look at the lock", Duration::ZERO) {
            Ok(lock) => {
                drop(lock);
                Ok(false)
            }
            Err(LockError::Held { .. }) => Ok(true),
            Err(error) => Err(error),
        }
    }
}

/// Beside the lock and not in it: Windows lets nobody read a locked file.
fn write_holder(dir: &Path, what: &str) -> std::io::Result<()> {
    let mut file = File::create(dir.join("lock.holder"))?;
    writeln!(file, "{what} (process {})", std::process::id())
}

fn read_holder(dir: &Path) -> Option<String> {
    let text = fs_err::read_to_string(dir.join("lock.holder")).ok()?;
    let line = text.lines().next()?.trim();
    (!line.is_empty()).then(|| line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::git::testing::Fixture;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn a_second_one_waits_and_then_says_who_holds_it() {
        let fixture = Fixture::new();
        let git = fixture.open();
        let held = git.lock("prd start SVC-1", Duration::ZERO).unwrap();
        let error = git.lock("prd new", Duration::from_millis(30)).unwrap_err();
        assert!(error.to_string().contains("prd start SVC-1 (process "), "{error}");
        assert!(git.is_locked().unwrap());
        drop(held);
        assert!(!git.is_locked().unwrap());
        drop(git.lock("prd new", Duration::ZERO).unwrap());
    }

    #[test]
    fn eight_threads_take_turns_also_from_a_linked_worktree() {
        let fixture = Fixture::new();
        fixture.commit_file("a", "1");
        let linked = fixture.beside("linked");
        fixture.git(&["worktree", "add", "-q", "-b", "x", linked.to_str().unwrap()]);
        let inside = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for n in 0..8 {
                let dir = if n % 2 == 0 { fixture.root() } else { linked.clone() };
                let (fixture, inside) = (&fixture, &inside);
                scope.spawn(move || {
                    let git = Git::open(&fixture.env, &dir).unwrap();
                    let lock = git.lock("a test", Duration::from_secs(5)).unwrap();
                    assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                    std::thread::sleep(Duration::from_millis(5));
                    inside.fetch_sub(1, Ordering::SeqCst);
                    drop(lock);
                });
            }
        });
    }
}
