//! A checkout of our own, in process, where writing the blobs as they are is all that there is to do.
//!
//! Git's own takes more time for 20,000 files: it looks for each before it writes it, starts processes and talks with
//! them. [`super::plain`] says when something is asked for that git alone can do; then nothing is done here. [`listing`] is
//! what is to be written, [`files`] writes it, and [`index`] is what git is told of it.
//!
//! The index is written last, under git's own lock and by renaming that. So a kill leaves what `populate_rest` makes good:
//! some files, perhaps the lock, and no index. No file is ever written over.
//!
//! Git compares the times of files in whole seconds, and so reads a file again at each status that is as new as the index.
//! The files are therefore dated a second before the lock: none is as new, and whatever is written later has another time.

mod files;
mod index;
mod listing;

use std::path::Path;
use std::time::Duration;

use crate::io::git::error::GitError;
use crate::io::git::library::Reader;
use crate::io::git::oid::Oid;
use crate::io::git::repository::Git;

use files::{AT_ONCE, Writing};

/// How much older than the index the files are made.
const OLDER: Duration = Duration::from_secs(1);

/// What came of a checkout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CheckedOut {
    /// All is as the commit has it.
    Whole,
    /// Somebody put something in the place of a file, and that was left there.
    SomethingInTheWay,
}

impl Git {
    /// Fills a worktree that holds nothing yet, and has no index; `None` where that is left to git, and nothing was done.
    ///
    /// # Errors
    /// An object cannot be read or a file not be written, or somebody else is at the index. Files that were written stay.
    pub(super) fn check_out(
        &self,
        root: &Path,
        git_dir: &Path,
        commit: &Oid,
    ) -> Result<Option<CheckedOut>, GitError> {
        let Some(plain) = self.plain_checkout(root)? else { return Ok(None) };
        // While the files are listed, git says where its attributes lie: that takes it some milliseconds.
        let (listing, attributes) = std::thread::scope(|scope| {
            let attributes = scope.spawn(|| self.are_attributes_plain(root));
            (self.listed_files(commit), attributes.join())
        });
        let are_plain = attributes.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        let Some(listing) = listing?.filter(|_| are_plain) else { return Ok(None) };
        let Some(mut readers) = self.readers(plain.workers.min(listing.files.len().div_ceil(AT_ONCE)))?
        else {
            return Ok(None);
        };

        let (index, lock) = (git_dir.join("index"), git_dir.join("index.lock"));
        let file = std::fs::File::create_new(&lock).map_err(GitError::io("lock", &lock))?;
        self.step();
        let mut write = || {
            let dated = file.metadata().and_then(|about| about.modified());
            let dated = dated.map_err(GitError::io("read the time of", &lock))? - OLDER;
            let seen = Writing { git: self, root, dated }.write(&listing, &mut readers)?;
            index::write(&file, &listing, &seen, plain.skip_hash).map_err(GitError::io("write", &lock))?;
            self.step();
            std::fs::rename(&lock, &index).map_err(GitError::io("replace", &index))?;
            self.step();
            Ok(if seen.iter().all(Option::is_some) {
                CheckedOut::Whole
            } else {
                CheckedOut::SomethingInTheWay
            })
        };
        write().map(Some).inspect_err(|_| {
            // The first error is the one to show.
            drop(std::fs::remove_file(&lock));
        })
    }

    /// Some readers of objects, at least one; `None` where a program reads them.
    fn readers(&self, count: usize) -> Result<Option<Vec<Reader>>, GitError> {
        (0..count.max(1)).map(|_| self.objects().reader()).collect()
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
