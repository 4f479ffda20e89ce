//! Making a built commit the tip of the home branch.
//!
//! | killed after | the branch | home's files | home's index | a later process |
//! | --- | --- | --- | --- | --- |
//! | `build_commit` | old | old | old | finds nothing to do |
//! | `begin_advance` | old | old | locked, old | goes on or abandons |
//! | part of `write_files` | old | some new | locked, old | goes on or abandons |
//! | `move_ref` | new | new | locked, old | finishes |
//! | `finish` | new | new | new | finds it done |
//!
//! While the index is locked no other git can commit in home, so nobody can revert the commit by accident
//! between the last two steps.

use std::path::{Path, PathBuf};

use crate::io::git::error::GitError;
use crate::io::git::home::{Home, HomePlace};
use crate::io::git::repository::Git;
use crate::io::git::worktree::list::Operation;

use super::error::CommitError;
use super::index::{IndexLock, Staged};
use super::request::{Built, CommitRequest};

/// A commit on its way to being the tip of the home branch. Dropped before `move_ref`, it is abandoned.
#[derive(Debug)]
#[must_use = "call `write_files`, `move_ref` and `finish`, or `abandon`"]
pub struct Advance<'a> {
    git: &'a Git,
    home: &'a Home,
    request: &'a CommitRequest,
    built: &'a Built,
    checkout: Option<Checkout>,
    is_open: bool,
}

/// Home's checkout; the lock is `None` where it got lost between two processes.
#[derive(Debug)]
struct Checkout {
    root: PathBuf,
    git_dir: PathBuf,
    lock: Option<IndexLock>,
}

/// How far an interrupted advance came.
#[derive(Debug)]
pub enum Resumed<'a> {
    /// Nothing was begun, or everything was taken back.
    NotBegun,
    /// The branch is where it was: go on from `write_files`, or abandon.
    Pending(Advance<'a>),
    /// The branch has the commit: only `finish` is left.
    Moved(Advance<'a>),
    /// Everything was done.
    Done,
}

impl Git {
    /// Checks home and locks its index, with the new index in the lock.
    ///
    /// Refuses where the home branch is not where the commit was built on, a merge or rebase is in progress, a
    /// path has a conflict, a staged version of a path differs from its file, or a file is not as expected.
    /// Where home is a tip nothing is locked: the branch itself is compared and swapped by `move_ref`.
    ///
    /// # Errors
    /// [`CommitError`]; nothing is changed then.
    pub fn begin_advance<'a>(
        &'a self,
        home: &'a Home,
        request: &'a CommitRequest,
        built: &'a Built,
    ) -> Result<Advance<'a>, CommitError> {
        let mut advance = Advance { git: self, home, request, built, checkout: None, is_open: false };
        advance.require_tip()?;
        match &home.place {
            HomePlace::ThisCheckout { .. } => return Err(CommitError::ReadOnlyHome),
            HomePlace::Tip { .. } => advance.require_no_checkout()?,
            HomePlace::Checkout { root } => {
                let git_dir = self.git_dir_of(root)?;
                advance.checkout = Some(Checkout { root: root.clone(), git_dir, lock: None });
                advance.lock_index()?;
            }
        }
        advance.is_open = true;
        if let Some(checkout) = &advance.checkout {
            for change in &request.changes {
                if change.current(&checkout.root)? != change.expected {
                    // Dropping the advance gives the lock back.
                    return Err(CommitError::Changed { path: change.path.clone() });
                }
            }
        }
        Ok(advance)
    }

    /// All steps after `build_commit` at once; taken back where one fails before the branch has moved.
    ///
    /// # Errors
    /// [`CommitError`]
    pub fn advance_home(
        &self,
        home: &Home,
        request: &CommitRequest,
        built: &Built,
    ) -> Result<(), CommitError> {
        let mut advance = self.begin_advance(home, request, built)?;
        advance.write_files()?;
        advance.move_ref()?;
        advance.finish()
    }

    /// Finds out how far an advance came whose process died, from the branch and the files in home.
    ///
    /// # Errors
    /// Git or the file system failed.
    pub fn resume_advance<'a>(
        &'a self,
        home: &'a Home,
        request: &'a CommitRequest,
        built: &'a Built,
    ) -> Result<Resumed<'a>, CommitError> {
        self.clear_hook_folders(home)?;
        let is_moved = self.has_commit(home, built)?;
        let HomePlace::Checkout { root } = &home.place else {
            return Ok(if is_moved { Resumed::Done } else { Resumed::NotBegun });
        };
        if !root.is_dir() {
            // The checkout was removed since, and its index with it.
            return Ok(if is_moved { Resumed::Done } else { Resumed::NotBegun });
        }
        let git_dir = self.git_dir_of(root)?;
        IndexLock::clear(&git_dir, built)?;
        if !IndexLock::was_begun(&git_dir, built) {
            return Ok(if is_moved { Resumed::Done } else { Resumed::NotBegun });
        }
        let lock = IndexLock::left_behind(&git_dir, built);
        // Where another branch is checked out by now, its index is none of ours.
        let is_settled = lock.is_none()
            && is_moved
            && (!self.is_at(root, home)? || self.index_has(root, &git_dir, built)?);
        if is_settled {
            IndexLock::forget(&git_dir, built)?;
            return Ok(Resumed::Done);
        }
        let lock = match lock {
            // It may have been left before it was known that the new index is made from the latest one.
            Some(lock) if !is_moved => {
                lock.unlock()?;
                None
            }
            other => other,
        };
        let checkout = Some(Checkout { root: root.clone(), git_dir, lock });
        let advance = Advance { git: self, home, request, built, checkout, is_open: !is_moved };
        Ok(if is_moved { Resumed::Moved(advance) } else { Resumed::Pending(advance) })
    }

    /// True where the home branch has the commit, as its tip or in its history.
    fn has_commit(&self, home: &Home, built: &Built) -> Result<bool, CommitError> {
        let Some(branch) = &home.branch else { return Err(CommitError::ReadOnlyHome) };
        match self.branch_tip(branch)? {
            Some(tip) => Ok(self.is_ancestor(&built.oid, &tip)?),
            None => Ok(false),
        }
    }

    /// True where the home branch is checked out in a folder.
    fn is_at(&self, root: &Path, home: &Home) -> Result<bool, CommitError> {
        Ok(home.branch.is_some() && self.branch_at(root)? == home.branch)
    }

    /// True where the real index holds what the commit has, or what somebody made of it since.
    fn index_has(&self, root: &Path, git_dir: &Path, built: &Built) -> Result<bool, CommitError> {
        let staged = self.staged(root, &git_dir.join("index"), &built.entries)?;
        for (entry, staged) in built.entries.iter().zip(staged) {
            let old = self.tree_entry(&built.onto, &entry.path)?;
            let is_old = match (staged, &old) {
                (Staged::Absent, None) => true,
                (Staged::Blob(oid), Some((_, old))) => oid == *old,
                _ => false,
            };
            let is_change = entry.blob.as_ref().map(|(_, oid)| oid) != old.as_ref().map(|(_, oid)| oid);
            if is_old && is_change {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl Advance<'_> {
    /// Writes the work tree's files: new ones first, then the deletions. Idempotent; each file is replaced in
    /// one step. Does nothing where home is a tip.
    ///
    /// # Errors
    /// A file is neither what was expected nor what it is to be, or cannot be written.
    pub fn write_files(&mut self) -> Result<(), CommitError> {
        let Some(checkout) = &self.checkout else { return Ok(()) };
        if checkout.lock.is_none() {
            self.lock_index()?;
        }
        let Some(checkout) = &self.checkout else { return Ok(()) };
        for deletes in [false, true] {
            for change in self.request.changes.iter().filter(|change| change.content.is_none() == deletes) {
                let current = change.current(&checkout.root)?;
                if current == change.content {
                    continue;
                }
                if current != change.expected {
                    return Err(CommitError::Changed { path: change.path.clone() });
                }
                change.put(&checkout.root, change.content.as_deref())?;
            }
        }
        Ok(())
    }

    /// Moves the branch to the commit by compare-and-swap. Idempotent.
    ///
    /// # Errors
    /// [`GitError::RefMoved`] where the branch is not where the commit was built on: abandon, and build again.
    pub fn move_ref(&mut self) -> Result<(), CommitError> {
        let Some(branch) = &self.home.branch else { return Err(CommitError::ReadOnlyHome) };
        if !self.git.has_commit(self.home, self.built)? {
            let dir = self.checkout.as_ref().map_or_else(|| self.git.common_dir(), |checkout| &checkout.root);
            let subject = self.request.message.lines().next().unwrap_or_default();
            self.git.move_ref_at(
                dir,
                &branch.ref_name(),
                Some(&self.built.oid),
                self.home.tip.as_ref(),
                &format!("commit: {subject}"),
            )?;
        }
        self.is_open = false;
        Ok(())
    }

    /// Puts the new index in place. To be called after `move_ref`; idempotent over processes.
    ///
    /// # Errors
    /// The index cannot be replaced; `resume_advance` leads back to here.
    pub fn finish(mut self) -> Result<(), CommitError> {
        if self.is_open {
            return Err(self.require_moved());
        }
        if self.checkout.as_ref().is_some_and(|checkout| checkout.lock.is_none()) {
            self.lock_index()?;
        }
        let Some(checkout) = &self.checkout else { return Ok(()) };
        if let Some(lock) = &checkout.lock {
            lock.freshen(self.git, &checkout.root, self.built);
            lock.install()?;
        }
        Ok(())
    }

    /// Takes everything back: the files that hold the new content get the old one, the lock is given up.
    ///
    /// # Errors
    /// [`CommitError::AlreadyMoved`] after `move_ref`.
    pub fn abandon(mut self) -> Result<(), CommitError> {
        self.undo()
    }

    fn undo(&mut self) -> Result<(), CommitError> {
        if !self.is_open || self.git.has_commit(self.home, self.built)? {
            self.is_open = false;
            return Err(CommitError::AlreadyMoved);
        }
        self.is_open = false;
        let Some(checkout) = &self.checkout else { return Ok(()) };
        // Old files come back before new ones go, so that no text is ever without a file.
        for deletes in [false, true] {
            for change in self.request.changes.iter().filter(|change| change.expected.is_none() == deletes) {
                let is_ours = match change.current(&checkout.root) {
                    Ok(current) => current == change.content,
                    // Nothing was written there, by the same rule.
                    Err(CommitError::BehindLink { .. } | CommitError::NotAPlainFile { .. }) => false,
                    Err(error) => return Err(error),
                };
                if is_ours && change.expected != change.content {
                    change.put(&checkout.root, change.expected.as_deref())?;
                }
            }
        }
        match &checkout.lock {
            Some(lock) => lock.release()?,
            None => IndexLock::forget(&checkout.git_dir, self.built)?,
        }
        Ok(())
    }

    fn require_moved(&self) -> CommitError {
        let name = self.home.branch.as_ref().map_or_else(String::new, |branch| branch.ref_name());
        let actual = self.home.tip.clone();
        CommitError::Git(GitError::RefMoved { name, expected: Some(self.built.oid.clone()), actual })
    }

    fn lock_index(&mut self) -> Result<(), CommitError> {
        self.require_checkout()?;
        let Some(checkout) = &mut self.checkout else { return Ok(()) };
        let (git, built, request) = (self.git, self.built, self.request);
        let root = checkout.root.clone();
        let lock = IndexLock::take(git, &root, &checkout.git_dir, built, |index| {
            git.require_nothing_staged(&root, index, request, built)
        })?;
        checkout.lock = Some(lock);
        Ok(())
    }

    /// The branch is still where the commit was built on, so that no file is written in vain.
    fn require_tip(&self) -> Result<(), CommitError> {
        let Some(branch) = &self.home.branch else { return Err(CommitError::ReadOnlyHome) };
        let actual = self.git.branch_tip(branch)?;
        if actual == self.home.tip {
            return Ok(());
        }
        let (name, expected) = (branch.ref_name(), self.home.tip.clone());
        Err(CommitError::Git(GitError::RefMoved { name, expected, actual }))
    }

    /// Home's checkout still has the branch, and is in the middle of nothing.
    fn require_checkout(&self) -> Result<(), CommitError> {
        let (Some(checkout), Some(branch)) = (&self.checkout, &self.home.branch) else { return Ok(()) };
        if let Some(operation) = Operation::in_progress(&checkout.git_dir) {
            return Err(CommitError::OperationInProgress { operation, root: checkout.root.clone() });
        }
        if !self.git.is_at(&checkout.root, self.home)? {
            return Err(CommitError::HomeMoved { branch: branch.clone() });
        }
        Ok(())
    }

    /// Nobody has checked the branch out since home was found to be its tip.
    fn require_no_checkout(&self) -> Result<(), CommitError> {
        let Some(branch) = &self.home.branch else { return Err(CommitError::ReadOnlyHome) };
        match self.git.worktree_of(branch)? {
            Some(tree) if !tree.is_missing && !tree.is_bare => {
                Err(CommitError::HomeMoved { branch: branch.clone() })
            }
            _ => Ok(()),
        }
    }
}

impl Drop for Advance<'_> {
    fn drop(&mut self) {
        if self.is_open {
            // The error that led here is the one to show; what cannot be undone is left to `resume_advance`.
            drop(self.undo());
        }
    }
}

impl Git {
    /// No path has a conflict in the index, or a staged version that is neither the branch's nor the file's.
    fn require_nothing_staged(
        &self,
        root: &Path,
        index: &Path,
        request: &CommitRequest,
        built: &Built,
    ) -> Result<(), CommitError> {
        const EMPTY: [&str; 2] = [
            "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
            "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
        ];
        let staged = self.staged(root, index, &built.entries)?;
        for ((change, entry), staged) in request.changes.iter().zip(&built.entries).zip(staged) {
            let path = &change.path;
            let old = self.tree_entry(&built.onto, path)?.map(|(_, oid)| oid);
            let staged = match staged {
                Staged::Unmerged => return Err(CommitError::Unmerged { path: path.clone() }),
                Staged::Absent => None,
                Staged::Blob(oid) => Some(oid),
            };
            // What `git add --intent-to-add` leaves is the empty file.
            let is_intent = old.is_none() && staged.as_ref().is_some_and(|oid| EMPTY.contains(&oid.as_str()));
            let is_new = staged.as_ref() == entry.blob.as_ref().map(|(_, oid)| oid);
            if staged == old || is_intent || is_new {
                continue;
            }
            let file = match &change.expected {
                Some(content) => Some(self.clean_blob(root, path, content, false)?),
                None => None,
            };
            if staged != file {
                return Err(CommitError::StagedDiffers { path: path.clone() });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "advance_tests.rs"]
mod tests;
