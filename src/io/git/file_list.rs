//! Plain files with their blobs, as an index or a tree lists them. There may be many thousands, so they lie close together.

use std::ops::Range;

use crate::domain::model::path::RepoPath;

use super::oid::Oid;

/// Files and their blobs, by path.
#[derive(Debug, Default)]
pub struct FileList {
    names: String,
    blobs: Vec<u8>,
    files: Vec<(Range<usize>, Range<usize>)>,
}

impl FileList {
    /// An empty list with room for so many files, whose paths have so many bytes in all: one that grows is copied, and takes
    /// new memory each time.
    pub(super) fn with_room(files: usize, names: usize, width: usize) -> Self {
        Self {
            names: String::with_capacity(names),
            blobs: Vec::with_capacity(files * width),
            files: Vec::with_capacity(files),
        }
    }

    /// Appends a file. The path is one that [`RepoPath`] takes as it is, and `blob` the bytes of an object's name.
    pub(super) fn push(&mut self, path: &str, blob: &[u8]) {
        let (name, oid) = (self.names.len(), self.blobs.len());
        self.names.push_str(path);
        self.blobs.extend_from_slice(blob);
        self.files.push((name..self.names.len(), oid..self.blobs.len()));
    }

    /// How many files there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.files.len()
    }

    /// True where there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The path of a file.
    ///
    /// # Panics
    /// There are not so many files.
    #[must_use]
    pub fn path(&self, at: usize) -> &str {
        &self.names[self.files[at].0.clone()]
    }

    /// The bytes that name the blob of a file.
    ///
    /// # Panics
    /// There are not so many files.
    #[must_use]
    pub fn blob(&self, at: usize) -> &[u8] {
        &self.blobs[self.files[at].1.clone()]
    }

    /// All files with the names of their blobs.
    #[must_use]
    pub fn pairs(&self) -> Vec<(RepoPath, Oid)> {
        let pair = |at| Some((RepoPath::new(self.path(at)).ok()?, Oid::of_bytes(self.blob(at))));
        (0..self.len()).filter_map(pair).collect()
    }
}

impl FromIterator<(RepoPath, Oid)> for FileList {
    fn from_iter<I: IntoIterator<Item = (RepoPath, Oid)>>(files: I) -> Self {
        let mut list = Self::default();
        files.into_iter().for_each(|(path, blob)| list.push(path.as_str(), &blob.to_bytes()));
        list
    }
}
