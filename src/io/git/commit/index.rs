//! Home's index under its own lock: a new index is made beside it, and takes its place last.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::io::files;
use crate::io::git::error::GitError;
use crate::io::git::index_file::IndexFile;
use crate::io::git::oid::Oid;
use crate::io::git::repository::Git;

use super::error::CommitError;
use super::request::{Built, Entry};

/// How often a locked index is tried again, every 20 ms: editors look at the status all the time.
const LOCK_TRIES: u32 = if cfg!(test) { 5 } else { 100 };

/// How often the new index is made again because somebody changed the old one.
const CHANGE_TRIES: u32 = 10;

/// The lock on an index, with the new index in it. The files stay until `install` or `release`: a kill leaves
/// both, and from both together (the marker names the commit) a later process knows that the lock is ours.
#[derive(Debug)]
pub(super) struct IndexLock {
    index: PathBuf,
    lock: PathBuf,
    marker: PathBuf,
    /// The new index with the times of the written files, once it has taken the lock's place.
    fresh: PathBuf,
}

/// A path's state in the index.
pub(super) enum Staged {
    Absent,
    Unmerged,
    Blob(Oid),
}

impl IndexLock {
    fn paths(git_dir: &Path, built: &Built) -> Self {
        Self {
            index: git_dir.join("index"),
            lock: git_dir.join("index.lock"),
            marker: git_dir.join(format!("prd-index-{}", built.oid)),
            fresh: git_dir.join(format!("prd-index-{}.fresh", built.oid)),
        }
    }

    /// The lock that an earlier process took for this commit and still holds.
    pub(super) fn left_behind(git_dir: &Path, built: &Built) -> Option<Self> {
        let paths = Self::paths(git_dir, built);
        let is_ours = [&paths.marker, &paths.fresh].into_iter().any(|own| files::is_same(own, &paths.lock));
        is_ours.then_some(paths)
    }

    /// True where an earlier process began to lock for this commit, whatever became of it.
    pub(super) fn was_begun(git_dir: &Path, built: &Built) -> bool {
        Self::paths(git_dir, built).marker.exists()
    }

    /// Removes what a killed process left beside the marker.
    pub(super) fn clear(git_dir: &Path, built: &Built) -> Result<(), GitError> {
        files::remove_temporaries(git_dir).map_err(GitError::io("clear", git_dir))?;
        for ending in ["lock", "fresh.lock", "next"] {
            let path = git_dir.join(format!("prd-index-{}.{ending}", built.oid));
            files::remove(&path).map_err(GitError::io("remove", &path))?;
        }
        Ok(())
    }

    /// Removes the marker of a commit that needs none any more.
    pub(super) fn forget(git_dir: &Path, built: &Built) -> Result<(), GitError> {
        Self::paths(git_dir, built).remove_markers()
    }

    fn remove_markers(&self) -> Result<(), GitError> {
        for path in [&self.fresh, &self.marker] {
            files::remove(path).map_err(GitError::io("remove", path))?;
        }
        Ok(())
    }

    /// Takes the lock. `check` sees the index that the new one is made from, by the path of its copy.
    pub(super) fn take(
        git: &Git,
        root: &Path,
        git_dir: &Path,
        built: &Built,
        check: impl Fn(&Path) -> Result<(), CommitError>,
    ) -> Result<Self, CommitError> {
        let paths = Self::paths(git_dir, built);
        for _ in 0..CHANGE_TRIES {
            let old = files::read(&paths.index).map_err(GitError::io("read", &paths.index))?;
            let marker_io = || GitError::io("write", paths.marker.clone());
            match &old {
                Some(bytes) => files::replace(&paths.marker, bytes).map_err(marker_io())?,
                None => files::remove(&paths.marker).map_err(marker_io())?,
            }
            let prepared = check(&paths.marker)
                .and_then(|()| git.set_entries(root, &paths.marker, built))
                .and_then(|()| paths.link());
            if let Err(error) = prepared {
                drop(paths.remove_markers());
                return Err(error);
            }
            let now = files::read(&paths.index).map_err(GitError::io("read", &paths.index));
            if now.as_ref().is_ok_and(|now| *now == old) {
                return Ok(paths);
            }
            paths.release()?;
            now?;
        }
        Err(CommitError::IndexLocked { lock: paths.lock })
    }

    /// The new index appears as `index.lock` in one step, or not at all where there is a lock already.
    fn link(&self) -> Result<(), CommitError> {
        for _ in 0..LOCK_TRIES {
            let linked = std::fs::hard_link(&self.marker, &self.lock).or_else(|error| {
                if error.kind() == ErrorKind::AlreadyExists || self.lock.exists() {
                    return Err(ErrorKind::AlreadyExists.into());
                }
                // A file system without hard links: the lock is then taken first and filled afterwards.
                let bytes = std::fs::read(&self.marker)?;
                let mut file = std::fs::File::options().write(true).create_new(true).open(&self.lock)?;
                std::io::Write::write_all(&mut file, &bytes)?;
                file.sync_all()
            });
            match linked {
                Ok(()) => return Ok(()),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                    std::thread::sleep(Duration::from_millis(20));
                }
                Err(error) => return Err(GitError::io("make", &self.lock)(error).into()),
            }
        }
        Err(CommitError::IndexLocked { lock: self.lock.clone() })
    }

    /// Puts the new index in the old one's place, and so gives the lock up.
    pub(super) fn install(&self) -> Result<(), GitError> {
        std::fs::rename(&self.lock, &self.index).map_err(GitError::io("replace", &self.index))?;
        if let Some(folder) = self.index.parent() {
            files::sync_folder(folder);
        }
        self.remove_markers()
    }

    /// Lets git take note of the new files' times in the new index, so that nobody need read them again. Only a
    /// help: where it fails, the next status does it.
    ///
    /// The real index is not used for that: a git killed with its lock would leave one that is nobody's.
    pub(super) fn freshen(&self, git: &Git, root: &Path, built: &Built) {
        let next = self.marker.with_extension("next");
        let freshened = std::fs::copy(&self.marker, &self.fresh).is_ok()
            && git.refresh(root, &self.fresh, &built.entries)
            && std::fs::hard_link(&self.fresh, &next).is_ok();
        if freshened {
            drop(std::fs::rename(&next, &self.lock));
        }
    }

    /// Gives the lock up, keeping the marker: what was begun is still to be ended in one way or the other.
    pub(super) fn unlock(&self) -> Result<(), GitError> {
        files::remove(&self.lock).map_err(GitError::io("remove", &self.lock))
    }

    /// Gives the lock up and leaves the old index.
    pub(super) fn release(&self) -> Result<(), GitError> {
        self.unlock()?;
        self.remove_markers()
    }
}

impl Git {
    /// Sets entries of an index file; everything else in it stays.
    fn set_entries(&self, root: &Path, index: &Path, built: &Built) -> Result<(), CommitError> {
        let mut input = Vec::new();
        for Entry { path, blob } in &built.entries {
            let line = match blob {
                Some((mode, oid)) => format!("{mode:o} {oid}\t{path}\0"),
                None => format!("0 {}\t{path}\0", built.oid.zero_like()),
            };
            input.extend_from_slice(line.as_bytes());
        }
        self.git_at(root)
            .args(["update-index", "-z", "--index-info"])
            .var("GIT_INDEX_FILE", index)
            .input(input)
            .require()?;
        Ok(())
    }

    /// What an index file holds for each entry's path.
    pub(super) fn staged(
        &self,
        root: &Path,
        index: &Path,
        entries: &[Entry],
    ) -> Result<Vec<Staged>, CommitError> {
        let width =
            entries.iter().find_map(|entry| entry.blob.as_ref()).map(|(_, oid)| oid.as_str().len() / 2);
        // Read so it is without conflicts.
        if let Some(index) = width.and_then(|width| IndexFile::read(index, width)) {
            let staged = |entry: &Entry| index.object(&entry.path).map_or(Staged::Absent, Staged::Blob);
            return Ok(entries.iter().map(staged).collect());
        }
        let answer = self
            .git_at(root)
            .args(["--literal-pathspecs", "ls-files", "--stage", "-z", "--full-name", "--"])
            .args(entries.iter().map(|entry| entry.path.as_str()))
            .var("GIT_INDEX_FILE", index)
            .require()?;
        let text = String::from_utf8_lossy(&answer.stdout).into_owned();
        let lines: Vec<(&str, &str)> =
            text.split_terminator('\0').filter_map(|line| line.split_once('\t')).collect();
        Ok(entries
            .iter()
            .map(|entry| {
                let mut found = lines.iter().filter(|(_, path)| *path == entry.path.as_str());
                let Some((facts, _)) = found.next() else { return Staged::Absent };
                let facts: Vec<&str> = facts.split(' ').collect();
                match facts.as_slice() {
                    [_, oid, "0"] => Oid::parse(oid).map_or(Staged::Unmerged, Staged::Blob),
                    _ => Staged::Unmerged,
                }
            })
            .collect())
    }

    fn refresh(&self, root: &Path, index: &Path, entries: &[Entry]) -> bool {
        let written: Vec<&str> =
            entries.iter().filter(|entry| entry.blob.is_some()).map(|entry| entry.path.as_str()).collect();
        // Else it would look at all files, by as many threads as it can.
        let call = self.git_at(root).args(["-c", "core.preloadIndex=false", "--literal-pathspecs"]);
        let call = call.args(["add", "--refresh", "--"]).args(&written);
        !written.is_empty() && call.var("GIT_INDEX_FILE", index).run().is_ok_and(|answer| answer.is_success())
    }
}
