//! The file of a change in a work tree: what it has, and what it gets.

use std::path::Path;

use super::error::CommitError;
use super::request::TreeChange;
use crate::io::files;
use crate::io::git::error::GitError;

impl TreeChange {
    /// What the file has now; `None` where it is not there.
    ///
    /// # Errors
    /// A link is on the way to it, it is no plain file, or it cannot be read.
    pub(crate) fn current(&self, root: &Path) -> Result<Option<Vec<u8>>, CommitError> {
        if let Some(link) = files::first_link(root, &self.path) {
            return Err(CommitError::BehindLink { path: self.path.clone(), link });
        }
        let path = root.join(self.path.as_str());
        if path.is_dir() {
            return Err(CommitError::NotAPlainFile { path: self.path.clone() });
        }
        Ok(files::read(&path).map_err(GitError::io("read", &path))?)
    }

    /// Replaces the file, or removes it where there is no content.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn put(&self, root: &Path, content: Option<&[u8]>) -> Result<(), CommitError> {
        let path = root.join(self.path.as_str());
        match content {
            Some(bytes) => files::replace(&path, bytes).map_err(GitError::io("write", &path))?,
            None => files::remove(&path).map_err(GitError::io("remove", &path))?,
        }
        Ok(())
    }
}
