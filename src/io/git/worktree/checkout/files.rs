//! Writing the files of a commit into an empty folder, several at a time.

use std::fs::{File as Handle, FileTimes, Metadata};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use crate::io::git::error::GitError;
use crate::io::git::library::Reader;
use crate::io::git::mode::LINK;
use crate::io::git::repository::Git;
use crate::io::git::seen::Seen;
use crate::io::git::worktree::list::path_of;

use super::listing::{File, Listing};

/// How many files one writes before it takes the next ones; those of a folder are mostly one's.
pub(super) const AT_ONCE: usize = 64;

/// Where and how files are written.
pub(super) struct Writing<'a> {
    pub(super) git: &'a Git,
    pub(super) root: &'a Path,
    /// The time that they get.
    pub(super) dated: SystemTime,
}

impl Writing<'_> {
    /// Writes all, as many at a time as there are readers; gives what the system says of each, and nothing of one in whose
    /// place something was.
    ///
    /// Links come last: so nothing is ever written through one.
    pub(super) fn write(
        &self,
        listing: &Listing,
        readers: &mut [Reader],
    ) -> Result<Vec<Option<Seen>>, GitError> {
        for folder in &listing.folders {
            make_folder(&self.root.join(path_of(folder)))?;
        }
        self.git.step();
        let mut seen = vec![None; listing.files.len()];
        self.write_files(listing, readers, &mut seen)?;
        if let Some(reader) = readers.first() {
            for (file, seen) in listing.files.iter().zip(&mut seen).filter(|(file, _)| file.mode == LINK) {
                *seen = write_link(reader, file, &self.place(listing, file))?;
            }
        }
        Ok(seen)
    }

    fn write_files(
        &self,
        listing: &Listing,
        readers: &mut [Reader],
        seen: &mut [Option<Seen>],
    ) -> Result<(), GitError> {
        let work = Mutex::new(listing.files.chunks(AT_ONCE).zip(seen.chunks_mut(AT_ONCE)));
        let next = || work.lock().unwrap_or_else(PoisonError::into_inner).next();
        let write = |reader: &mut Reader| {
            while let Some((files, seen)) = next() {
                for (file, seen) in files.iter().zip(seen).filter(|(file, _)| file.mode != LINK) {
                    *seen = self.write_file(reader, file, &self.place(listing, file)).inspect_err(|_| {
                        // The others need not go on.
                        while next().is_some() {}
                    })?;
                }
            }
            Ok(())
        };
        std::thread::scope(|scope| {
            let threads: Vec<_> = readers.iter_mut().map(|reader| scope.spawn(|| write(reader))).collect();
            let outcomes = threads
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            outcomes.fold(Ok(()), Result::and)
        })
    }

    fn place(&self, listing: &Listing, file: &File) -> PathBuf {
        self.root.join(path_of(listing.name(file)))
    }

    fn write_file(&self, reader: &Reader, file: &File, path: &Path) -> Result<Option<Seen>, GitError> {
        let written = reader.blob(&file.oid, |content| {
            let mut handle = new_file(path, file.mode)?;
            self.git.step();
            handle.write_all(content)?;
            handle.set_times(FileTimes::new().set_modified(self.dated))?;
            handle.metadata()
        })?;
        unless_taken(written, path)
    }
}

/// A folder that is there already is as good; a link to one is not.
fn make_folder(path: &Path) -> Result<(), GitError> {
    match std::fs::create_dir(path) {
        Err(error) if !(error.kind() == ErrorKind::AlreadyExists && is_folder(path)) => {
            Err(GitError::io("make the folder", path)(error))
        }
        _ => Ok(()),
    }
}

fn is_folder(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|about| about.is_dir())
}

fn write_link(reader: &Reader, file: &File, path: &Path) -> Result<Option<Seen>, GitError> {
    let written = reader.blob(&file.oid, |content| {
        make_link(&path_of(content), path)?;
        path.symlink_metadata()
    })?;
    unless_taken(written, path)
}

/// What is known of a new file; nothing where another one has its place.
fn unless_taken(written: std::io::Result<Metadata>, path: &Path) -> Result<Option<Seen>, GitError> {
    match written {
        Ok(about) => Ok(Some(Seen::of(&about))),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(None),
        Err(error) => Err(GitError::io("write", path)(error)),
    }
}

#[cfg(unix)]
fn new_file(path: &Path, mode: u32) -> std::io::Result<Handle> {
    use std::os::unix::fs::OpenOptionsExt as _;
    // The umask takes from this what it wants.
    let permissions = if mode & 0o100 == 0 { 0o666 } else { 0o777 };
    Handle::options().write(true).create_new(true).mode(permissions).open(path)
}

#[cfg(unix)]
fn make_link(target: &Path, path: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(target, path)
}

#[cfg(not(unix))]
fn new_file(path: &Path, _: u32) -> std::io::Result<Handle> {
    Handle::create_new(path)
}

#[cfg(not(unix))]
fn make_link(_: &Path, _: &Path) -> std::io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}
