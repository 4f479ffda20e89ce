//! What a commit has, in the order of the index.

use std::ops::Range;

use crate::io::git::error::GitError;
use crate::io::git::mode::{FILE, FOLDER, KIND, LINK, canonical};
use crate::io::git::oid::Oid;
use crate::io::git::repository::Git;
use crate::io::git::worktree::attributes::{ATTRIBUTES, says_nothing};
use crate::io::git::worktree::plain::is_odd_name;

/// How many folders may lie in each other; git has such a limit too.
const DEEPEST: usize = 256;

/// All that is to be written.
pub(super) struct Listing {
    /// The names of all files from the top, one behind the other.
    names: Vec<u8>,
    pub(super) files: Vec<File>,
    /// The names of all folders from the top, each before those in it.
    pub(super) folders: Vec<Vec<u8>>,
    pub(super) top: Folder,
}

/// A file or a link.
pub(super) struct File {
    /// As the index has it: `0o100_644`, `0o100_755` or [`LINK`].
    pub(super) mode: u32,
    pub(super) oid: Vec<u8>,
    name: Range<usize>,
}

/// A folder as the index knows it.
pub(super) struct Folder {
    /// Its own name, without those above.
    pub(super) name: Vec<u8>,
    pub(super) tree: Vec<u8>,
    /// How many files are below it.
    pub(super) count: usize,
    /// In git's order: the shorter names first.
    pub(super) below: Vec<Self>,
}

impl Listing {
    /// The name of a file from the top.
    pub(super) fn name(&self, file: &File) -> &[u8] {
        &self.names[file.name.clone()]
    }
}

impl Git {
    /// The files of a commit; `None` where one is there that is left to git.
    pub(super) fn listed_files(&self, commit: &Oid) -> Result<Option<Listing>, GitError> {
        let tree = self.objects().commit(commit)?.tree;
        let top = Folder { name: Vec::new(), tree: tree.to_bytes(), count: 0, below: Vec::new() };
        let mut listing = Listing { names: Vec::new(), files: Vec::new(), folders: Vec::new(), top };
        let top = self.listed_folder(&tree, b"", 0, &mut listing)?;
        Ok(top.map(|top| Listing { top, ..listing }))
    }

    fn listed_folder(
        &self,
        tree: &Oid,
        path: &[u8],
        depth: usize,
        listing: &mut Listing,
    ) -> Result<Option<Folder>, GitError> {
        let first = listing.files.len();
        let mut below = Vec::new();
        for entry in self.objects().entries(tree)? {
            if depth > DEEPEST || is_odd_name(&entry.name, entry.mode == LINK) {
                return Ok(None);
            }
            let name = [path, &entry.name].concat();
            if entry.mode == FOLDER {
                let inside = [&name, &b"/"[..]].concat();
                listing.folders.push(name);
                let folder = self.listed_folder(&Oid::of_bytes(&entry.oid), &inside, depth + 1, listing)?;
                let Some(folder) = folder else { return Ok(None) };
                below.push(Folder { name: entry.name, ..folder });
                continue;
            }
            let Some(mode) = mode_of(entry.mode) else { return Ok(None) };
            if entry.name == ATTRIBUTES
                && (mode == LINK || !says_nothing(&self.objects().blob(&Oid::of_bytes(&entry.oid))?))
            {
                return Ok(None);
            }
            if listing.files.last().is_some_and(|last| listing.name(last) >= name.as_slice()) {
                return Ok(None); // the tree is not sorted, or has a name twice
            }
            let start = listing.names.len();
            listing.names.extend(name);
            listing.files.push(File { mode, oid: entry.oid, name: start..listing.names.len() });
        }
        below.sort_by(|one, other| (one.name.len(), &one.name).cmp(&(other.name.len(), &other.name)));
        let count = listing.files.len() - first;
        Ok(Some(Folder { name: Vec::new(), tree: tree.to_bytes(), count, below }))
    }
}

/// The mode that the index has for one of a tree; `None` for a submodule, and for what git does not know.
const fn mode_of(mode: u32) -> Option<u32> {
    match mode & KIND {
        FILE => Some(canonical(mode)),
        LINK => Some(LINK),
        _ => None,
    }
}
