//! The way back from the trash: branch, worktree and ignored files as they were when the worktree was removed.

use std::path::{Path, PathBuf};

use crate::domain::model::branch::BranchName;
use crate::io::files;
use crate::io::git::error::{FailureKind, GitError};
use crate::io::git::exec::ExecError;
use crate::io::git::oid::Oid;
use crate::io::git::repository::Git;

use super::add::{Registered, WorktreeError};
use super::list::real_path;
use super::moving::put_into;
use super::trash::{Trashed, own_files};

/// A worktree that is back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// Its folder.
    pub path: PathBuf,
    /// Its branch; `None` for a detached `HEAD`.
    pub branch: Option<BranchName>,
    /// Its commit.
    pub tip: Oid,
    /// True where the branch has gone on since, and was taken as it is now.
    pub moved_on: bool,
    /// The ignored files that are back.
    pub files: Vec<String>,
    /// Those that were not put back because something is there; they stay in the trash.
    pub left: Vec<String>,
}

/// Why a worktree was not restored.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// It had no commit.
    #[error("the worktree {} had no commit, so there is nothing to check out", path.display())]
    NoCommit {
        /// Its folder.
        path: PathBuf,
    },
    /// The branch is somewhere else now, and does not have the commit.
    #[error("the branch {branch} is at {} now, which lacks {}", now.short(), tip.short())]
    BranchElsewhere {
        /// The branch.
        branch: BranchName,
        /// Where it was.
        tip: Oid,
        /// Where it is.
        now: Oid,
    },
    /// The worktree cannot be added.
    #[error(transparent)]
    Worktree(#[from] WorktreeError),
}

impl From<GitError> for RestoreError {
    fn from(error: GitError) -> Self {
        Self::Worktree(error.into())
    }
}

impl From<ExecError> for RestoreError {
    fn from(error: ExecError) -> Self {
        Self::Worktree(error.into())
    }
}

impl RestoreError {
    /// Whose doing it is.
    #[must_use]
    pub const fn kind(&self) -> FailureKind {
        match self {
            Self::NoCommit { .. } | Self::BranchElsewhere { .. } => FailureKind::Refused,
            Self::Worktree(error) => error.kind(),
        }
    }
}

impl Git {
    /// Brings a removed worktree back: at its old folder, or at another. Its entry leaves the trash, unless files of
    /// it could not be put back. Hold the clone's lock; killed on the way, it is gone on with by
    /// [`Git::settle_trash`].
    ///
    /// # Errors
    /// [`RestoreError`]; the entry stays in the trash.
    pub fn restore_worktree(&self, entry: &Trashed, path: Option<&Path>) -> Result<Restored, RestoreError> {
        let path = real_path(path.unwrap_or(&entry.kept.path));
        self.check_restore(entry, &path)?;
        let begun = self.begin_restoring(entry, &path)?;
        self.go_on_restoring(&begun).inspect_err(|_| {
            // The first error is the one to show; an entry that stays marked is gone on with by the next command.
            drop(self.take_restoring_back(&begun));
        })
    }

    /// Puts an entry back into the trash whose restoration failed, once what was begun of the worktree is taken back.
    ///
    /// # Errors
    /// The worktree has files already that no commit has: it is to be gone on with.
    pub(super) fn take_restoring_back(&self, entry: &Trashed) -> Result<(), RestoreError> {
        let path = &entry.kept.path;
        if let (Some(_), Some(branch), Some(tip)) =
            (self.worktree_at(path)?, &entry.kept.branch, &entry.kept.tip)
        {
            let (path, branch, oid) = (path.clone(), branch.clone(), tip.clone());
            self.unregister(&Registered { path, branch, oid, made_branch: false })?;
        }
        Ok(self.put_off_restoring(entry)?)
    }

    /// Everything that could keep a worktree from coming back; changes nothing.
    ///
    /// # Errors
    /// [`RestoreError`]
    pub fn check_restore(&self, entry: &Trashed, path: &Path) -> Result<(), RestoreError> {
        self.require_free_path(path)?;
        let Some(branch) = &entry.kept.branch else { return Ok(()) };
        self.wanted_tip(entry)?;
        if let Some(holder) = self.worktree_of(branch)? {
            return Err(WorktreeError::BranchInUse { branch: branch.clone(), path: holder.path }.into());
        }
        if self.branch_tip(branch)?.is_none()
            && let Some(existing) = self.branch_clash(branch)?
        {
            return Err(WorktreeError::BranchClash { branch: branch.clone(), existing }.into());
        }
        Ok(())
    }

    /// The commit to check out, and whether the branch has gone on to it.
    fn wanted_tip(&self, entry: &Trashed) -> Result<(Oid, bool), RestoreError> {
        let kept = &entry.kept;
        let Some(tip) = &kept.tip else { return Err(RestoreError::NoCommit { path: kept.path.clone() }) };
        let Some(branch) = &kept.branch else { return Ok((tip.clone(), false)) };
        match self.branch_tip(branch)? {
            Some(now) if now == *tip => Ok((now, false)),
            Some(now) if self.is_ancestor(tip, &now)? => Ok((now, true)),
            Some(now) => Err(RestoreError::BranchElsewhere { branch: branch.clone(), tip: tip.clone(), now }),
            None => Ok((tip.clone(), false)),
        }
    }

    /// Every step may have been done already.
    pub(super) fn go_on_restoring(&self, entry: &Trashed) -> Result<Restored, RestoreError> {
        let kept = &entry.kept;
        let path = kept.path.clone();
        let (tip, moved_on) = self.wanted_tip(entry)?;
        match &kept.branch {
            Some(branch) => self.bring_branch_back(entry, branch, &tip)?,
            None if self.worktree_at(&path)?.is_none() => {
                self.git_at_main()
                    .args(["-c", "worktree.useRelativePaths=false"])
                    .args(["worktree", "add", "--quiet", "--detach", "--"])
                    .arg(&path)
                    .arg(tip.as_str())
                    .require()?;
            }
            None => {}
        }
        self.step();
        let left = put_into(&entry.files_folder(), &path, &|| self.step())
            .map_err(GitError::io("bring back", &path))?;
        self.put_log_back(&entry.own_file("logs/HEAD"), &self.git_dir_of(&path)?.join("logs/HEAD"))?;
        let is_back = |file: &&String| {
            !left.iter().any(|other| *file == other || file.starts_with(&format!("{other}/")))
        };
        self.step();
        let files = entry.files.iter().filter(is_back).cloned().collect();
        if left.is_empty() {
            self.drop_entry(&entry.name, &entry.folder)?;
        } else {
            self.put_off_restoring(entry)?;
        }
        Ok(Restored { path, branch: kept.branch.clone(), tip, moved_on, files, left })
    }

    fn bring_branch_back(&self, entry: &Trashed, branch: &BranchName, tip: &Oid) -> Result<(), RestoreError> {
        let path = &entry.kept.path;
        if self.branch_tip(branch)?.is_none() {
            self.create_branch(branch, tip)?;
            self.step();
            self.put_log_back(&entry.branch_log(), &self.common_dir().join("logs").join(branch.ref_name()))?;
        }
        let held = self.worktree_at(path)?.filter(|tree| tree.holds(branch) && !tree.is_missing);
        let (registered, is_new) = match held {
            None => (self.register_existing(branch, path)?, true),
            Some(tree) => {
                let made = Registered {
                    path: tree.path,
                    branch: branch.clone(),
                    oid: tip.clone(),
                    made_branch: false,
                };
                (made, false)
            }
        };
        self.step();
        let git_dir = self.git_dir_of(path)?;
        for name in own_files().into_iter().filter(|name| *name != "logs/HEAD") {
            let from = entry.own_file(name);
            if let Some(bytes) = files::read(&from).map_err(GitError::io("read", &from))? {
                let to = git_dir.join(name);
                files::replace(&to, &bytes).map_err(GitError::io("write", &to))?;
                self.step();
            }
        }
        if is_new {
            self.populate(&registered)?;
        } else {
            self.populate_rest(&registered)?;
        }
        Ok(())
    }

    /// Puts the old lines of a reflog before those that it has now, once; where git keeps no such files, nothing.
    fn put_log_back(&self, old: &Path, log: &Path) -> Result<(), GitError> {
        let Some(old) = files::read(old).map_err(GitError::io("read", old))? else { return Ok(()) };
        let Some(now) = files::read(log).map_err(GitError::io("read", log))? else { return Ok(()) };
        if now.starts_with(&old) {
            return Ok(());
        }
        files::replace(log, &[old, now].concat()).map_err(GitError::io("write", log))
    }
}
