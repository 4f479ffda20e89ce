//! A first look at the status of a fresh worktree, so that later ones are quick.
//!
//! A file that is as new as the index is read again by every status, until one notes that it is unchanged. Git
//! would note that under the index's lock, and killed there leave one that is nobody's. Here a copy is looked at,
//! which then takes the index's place; while it does, it and the lock are one file, and so known as ours.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::io::files;
use crate::io::git::error::GitError;
use crate::io::git::repository::Git;

/// The copy's name in the worktree's git folder.
const COPY: &str = "prd-index-settled";

impl Git {
    /// Notes which files of a worktree are unchanged. Where somebody else is at its index, that is left to them.
    pub(super) fn settle_index(&self, root: &Path, git_dir: &Path) -> Result<(), GitError> {
        let (index, copy) = (git_dir.join("index"), git_dir.join(COPY));
        let Some((modified, written)) = written_at(&index) else { return Ok(()) };
        let Some(old) = files::read(&index).map_err(GitError::io("read", &index))? else { return Ok(()) };
        files::replace(&copy, &old).map_err(GitError::io("write", &copy))?;
        if written_at(&copy).is_none_or(|(_, now)| now == written) {
            return files::remove(&copy).map_err(GitError::io("remove", &copy));
        }
        let looked = if is_untouched(root, &copy, written) {
            Ok(())
        } else {
            // Git reads a file again that is as new as the index, and so must take the copy for as old as that.
            let aged =
                std::fs::File::options().write(true).open(&copy).and_then(|file| file.set_modified(modified));
            aged.map_err(GitError::io("write", &copy))?;
            let status = self.git_at(root).args(["status", "--porcelain=v2", "-z"]);
            status.var("GIT_INDEX_FILE", &copy).require().map(drop)
        };
        let lock = git_dir.join("index.lock");
        if looked.is_ok() && std::fs::hard_link(&copy, &lock).is_ok() {
            let is_unchanged = files::read(&index).is_ok_and(|now| now.as_ref() == Some(&old));
            let ended = if is_unchanged { std::fs::rename(&lock, &index) } else { files::remove(&lock) };
            ended.map_err(GitError::io("replace", &index))?;
        }
        files::remove(&copy).map_err(GitError::io("remove", &copy))?;
        Ok(looked?)
    }

    /// Removes what a look left that was killed.
    pub(super) fn unsettle_index(&self, git_dir: &Path) -> Result<(), GitError> {
        let (copy, lock) = (git_dir.join(COPY), git_dir.join("index.lock"));
        files::remove_temporaries(git_dir).map_err(GitError::io("clear", git_dir))?;
        let leftovers = [git_dir.join(format!("{COPY}.lock"))];
        let ours = Some(lock).filter(|lock| files::is_same(&copy, lock));
        for path in ours.into_iter().chain(leftovers).chain([copy]) {
            files::remove(&path).map_err(GitError::io("remove", &path))?;
        }
        Ok(())
    }
}

/// When a file was written, and in which second that was.
fn written_at(file: &Path) -> Option<(SystemTime, i64)> {
    let modified = file.metadata().ok()?.modified().ok()?;
    Some((modified, i64::try_from(modified.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok()?))
}

/// True where every file that is as new as an index, which was `written` in that second, is to the nanosecond as it was
/// then. Of an older file git would see by its second that it was changed.
#[cfg(unix)]
fn is_untouched(root: &Path, index: &Path, written: i64) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    // libgit2 does not read every index.
    let Ok(index) = git2::Index::open(index) else { return false };
    let mut as_new = index.iter().filter(|entry| i64::from(entry.mtime.seconds()) >= written);
    as_new.all(|entry| {
        let Ok(about) = root.join(super::list::path_of(&entry.path)).symlink_metadata() else { return false };
        let is = |known: git2::IndexTime, seconds: i64, nanoseconds: i64| {
            i64::from(known.seconds()) == seconds && i64::from(known.nanoseconds()) == nanoseconds
        };
        entry.mtime.nanoseconds() != 0
            && is(entry.mtime, about.mtime(), about.mtime_nsec())
            && is(entry.ctime, about.ctime(), about.ctime_nsec())
            && u64::from(entry.file_size) == about.size()
            && u64::from(entry.ino) == about.ino() & u64::from(u32::MAX)
    })
}

#[cfg(not(unix))]
fn is_untouched(_: &Path, _: &Path, _: i64) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::git::testing::Fixture;

    #[test]
    fn a_look_leaves_the_index_and_nothing_else() {
        let fixture = Fixture::new();
        fixture.commit_file("a", "1\n");
        let (root, git_dir) = (fixture.root(), fixture.root().join(".git"));
        fixture.open().settle_index(&root, &git_dir).unwrap();
        assert_eq!(fixture.git(&["ls-files", "--stage"]).split_whitespace().last(), Some("a"));
        assert_eq!(fixture.git(&["status", "--porcelain"]), "");
        assert!(!git_dir.join(COPY).exists() && !git_dir.join("index.lock").exists());
    }

    #[test]
    fn an_index_of_an_older_second_is_made_newer_and_what_was_written_since_is_seen() {
        let fixture = Fixture::new();
        fixture.commit_file("a", "1\n");
        let (root, git_dir) = (fixture.root(), fixture.root().join(".git"));
        let index = git_dir.join("index");
        let age = || {
            let old = std::time::SystemTime::now() - std::time::Duration::from_secs(100);
            fs_err::OpenOptions::new()
                .write(true)
                .open(&index)
                .unwrap()
                .into_parts()
                .0
                .set_modified(old)
                .unwrap();
            index.metadata().unwrap().modified().unwrap()
        };
        let old = age();
        assert!(is_untouched(&root, &index, 0));
        fixture.open().settle_index(&root, &git_dir).unwrap();
        assert!(index.metadata().unwrap().modified().unwrap() > old);
        // Of the same size.
        fixture.write("a", "2\n");
        age();
        assert!(!is_untouched(&root, &index, 0));
        assert!(is_untouched(&root, &index, i64::MAX), "no file is as new");
        fixture.open().settle_index(&root, &git_dir).unwrap();
        assert_eq!(fixture.git(&["status", "--porcelain"]), " M a");
    }

    /// Git compares whole seconds, and reads what is of the index's own.
    #[test]
    fn what_was_changed_in_the_second_of_the_index_is_seen_in_a_later_one() {
        let fixture = Fixture::new();
        let (root, git_dir) = (fixture.root(), fixture.root().join(".git"));
        let second = SystemTime::now() - std::time::Duration::from_secs(100);
        let age = |file: &Path| {
            std::fs::File::options().write(true).open(file).unwrap().set_modified(second).unwrap();
        };
        fixture.git(&["config", "core.trustCTime", "false"]);
        fixture.write("a", "1\n");
        age(&root.join("a"));
        fixture.commit_all("one");
        fixture.write("a", "2\n");
        age(&root.join("a"));
        age(&git_dir.join("index"));
        fixture.open().settle_index(&root, &git_dir).unwrap();
        assert_eq!(fixture.git(&["status", "--porcelain"]), " M a");
    }

    #[test]
    fn only_our_own_lock_is_taken_away() {
        let fixture = Fixture::new();
        fixture.commit_file("a", "1\n");
        let git_dir = fixture.root().join(".git");
        let lock = git_dir.join("index.lock");
        fs_err::write(&lock, "somebody's").unwrap();
        fs_err::write(git_dir.join(COPY), "ours").unwrap();
        fixture.open().unsettle_index(&git_dir).unwrap();
        assert!(lock.exists() && !git_dir.join(COPY).exists());
        fs_err::remove_file(&lock).unwrap();
        fs_err::write(git_dir.join(COPY), "ours").unwrap();
        fs_err::hard_link(git_dir.join(COPY), &lock).unwrap();
        fixture.open().unsettle_index(&git_dir).unwrap();
        assert!(!lock.exists() && !git_dir.join(COPY).exists());
    }
}
