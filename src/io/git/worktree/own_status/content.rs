//! Whether the content of a file is what the index has, where nothing asks for it to be read otherwise.

use std::collections::BTreeMap;
use std::fs::{File, Metadata};
use std::io::{ErrorKind, Read as _};
use std::path::Path;

use sha1::{Digest as _, Sha1};

use crate::io::git::index_file::{IndexFile, Tracked};
use crate::io::git::mode::{KIND, LINK};
use crate::io::git::worktree::attributes::{ATTRIBUTES, says_nothing};
use crate::io::git::worktree::list::path_of;

use super::OwnStatus;

/// How much of a file is in memory at a time.
const PART: usize = 65_536;

/// Reads the files of a worktree.
pub(super) struct Contents<'a> {
    own: &'a OwnStatus<'a>,
    root: &'a Path,
    index: &'a IndexFile,
    /// Whether the attributes of a folder are known to say nothing.
    folders: BTreeMap<Vec<u8>, bool>,
}

impl<'a> Contents<'a> {
    pub(super) const fn new(own: &'a OwnStatus<'a>, root: &'a Path, index: &'a IndexFile) -> Self {
        Self { own, root, index, folders: BTreeMap::new() }
    }

    /// The top of the worktree.
    pub(super) const fn root(&self) -> &'a Path {
        self.root
    }

    /// True where a file has the content that the index has; `None` where only git can tell.
    pub(super) fn is_same(&mut self, name: &[u8], tracked: &Tracked<'_>, about: &Metadata) -> Option<bool> {
        let path = self.root.join(path_of(name));
        if tracked.mode & KIND == LINK {
            let target = std::fs::read_link(path).ok()?.into_os_string().into_encoded_bytes();
            let mut hash = blob(u64::try_from(target.len()).ok()?);
            hash.update(&target);
            return Some(hash.finalize().as_slice() == tracked.oid);
        }
        if !self.own.has_plain_attributes(self.root) || !self.are_folders_silent(name) {
            return None;
        }
        let (hash, has_returns) = hash_of(&path, about.len())?;
        if hash.as_slice() == tracked.oid {
            return Some(true);
        }
        // With `text=auto` it may still be what the index has, without these.
        if has_returns { None } else { Some(false) }
    }

    /// True where no file of attributes in the folders of a file says anything.
    fn are_folders_silent(&mut self, name: &[u8]) -> bool {
        let ends = memchr::memchr_iter(b'/', name).map(|at| at + 1);
        [0].into_iter().chain(ends).all(|end| {
            let folder = &name[..end];
            if let Some(known) = self.folders.get(folder) {
                return *known;
            }
            let is_silent = self.is_silent(&[folder, ATTRIBUTES].concat());
            self.folders.insert(folder.to_vec(), is_silent);
            is_silent
        })
    }

    /// True where a file of attributes says nothing. One that is missing git reads from the index; behind a link, not at all.
    fn is_silent(&self, name: &[u8]) -> bool {
        let path = self.root.join(path_of(name));
        match path.symlink_metadata() {
            Ok(about) => about.is_file() && std::fs::read(path).is_ok_and(|bytes| says_nothing(&bytes)),
            Err(error) => {
                error.kind() == ErrorKind::NotFound
                    && self.index.place_of(name, &(0..self.index.len())).is_none()
            }
        }
    }
}

/// The beginning of a blob's name.
fn blob(size: u64) -> Sha1 {
    Sha1::new().chain_update(format!("blob {size}\0"))
}

/// The name that a file has as a blob, and whether carriage returns are in it; `None` where it cannot be read, or changes.
fn hash_of(path: &Path, size: u64) -> Option<([u8; 20], bool)> {
    let mut file = File::open(path).ok()?;
    let (mut hash, mut part) = (blob(size), vec![0; PART]);
    let (mut left, mut has_returns) = (size, false);
    loop {
        let count = file.read(&mut part).ok()?;
        if count == 0 {
            return (left == 0).then(|| (hash.finalize().into(), has_returns));
        }
        let read = part.get(..count)?;
        left = left.checked_sub(u64::try_from(count).ok()?)?;
        has_returns |= memchr::memchr(b'\r', read).is_some();
        hash.update(read);
    }
}
