//! The one gate that every removal of a worktree goes through.

use std::path::{Path, PathBuf};

use crate::domain::model::branch::BranchName;

use crate::io::git::error::{FailureKind, GitError};
use crate::io::git::merged::Merged;
use crate::io::git::oid::Oid;
use crate::io::git::repository::Git;

use super::list::{Worktree, real_path};
use super::mounts;
use super::obstacle::Obstacle;
use super::precious::Contents;
use super::remove::{Removal, aside};
use super::trash::Label;

/// What a removal may and must not do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RemovalRules {
    /// The commits one of which must have the branch's work; empty where the branch stays, so nothing can be lost.
    pub merged_into: Vec<Oid>,
    /// The commit that a forge says was merged, by whatever means: a branch that is there has all its work merged.
    pub merged_elsewhere: Option<Oid>,
    /// The commit that the branch was started from, where that is known.
    pub recorded_base: Option<Oid>,
    /// Lets ignored files go that no build would make again.
    pub discard_ignored: bool,
    /// Lets the folder go that the user's shell is in.
    pub leaves_shell: bool,
}

/// The permission to remove one worktree: made by the gate only, and used up by the removal.
#[derive(Debug)]
#[must_use = "a permit does nothing by itself: give it to `remove_worktree`"]
pub struct RemovalPermit {
    tree: Worktree,
    rules: RemovalRules,
    discarded: Vec<String>,
}

/// A worktree that is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// Its folder.
    pub path: PathBuf,
    /// Its branch, which stays; `None` for a detached `HEAD`.
    pub branch: Option<BranchName>,
    /// Its commit.
    pub tip: Option<Oid>,
    /// The ignored files that were kept.
    pub kept: Vec<String>,
    /// The name of its entry in the trash.
    pub trash: Option<String>,
}

impl RemovalPermit {
    /// The worktree's folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.tree.path
    }

    /// Its branch.
    #[must_use]
    pub const fn branch(&self) -> Option<&BranchName> {
        self.tree.branch.as_ref()
    }

    /// Its commit.
    #[must_use]
    pub const fn tip(&self) -> Option<&Oid> {
        self.tree.head.as_ref()
    }

    /// Ignored files that nothing would make again, and that go to the trash because the rules allow it.
    #[must_use]
    pub fn discarded(&self) -> &[String] {
        &self.discarded
    }
}

/// Why a worktree was not removed.
#[derive(Debug, thiserror::Error)]
pub enum RemovalError {
    /// The gate is closed.
    #[error("{} cannot be removed: {}", path.display(), listed(obstacles))]
    Refused {
        /// The worktree.
        path: PathBuf,
        /// Everything that is in the way.
        obstacles: Vec<Obstacle>,
    },
    /// Git failed.
    #[error(transparent)]
    Git(#[from] GitError),
}

fn listed(obstacles: &[Obstacle]) -> String {
    obstacles.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl RemovalError {
    /// Whose doing it is.
    #[must_use]
    pub const fn kind(&self) -> FailureKind {
        match self {
            Self::Refused { .. } => FailureKind::Refused,
            Self::Git(error) => error.kind(),
        }
    }
}

impl Git {
    /// The gate: a permit for the worktree of a folder, or all that is in the way. Changes nothing.
    ///
    /// # Errors
    /// [`RemovalError::Refused`] with every obstacle.
    pub fn removal_check(&self, path: &Path, rules: &RemovalRules) -> Result<RemovalPermit, RemovalError> {
        let refused = |obstacles| RemovalError::Refused { path: path.to_owned(), obstacles };
        let Some(tree) = self.worktree_at(path)? else { return Err(refused(vec![Obstacle::NotRegistered])) };
        if tree.is_main {
            return Err(refused(vec![Obstacle::MainWorktree]));
        }
        let mut obstacles = Vec::new();
        if !rules.leaves_shell && real_path(self.cwd()).starts_with(real_path(&tree.path)) {
            obstacles.push(Obstacle::ShellInside);
        }
        if let Some(reason) = &tree.locked {
            obstacles.push(Obstacle::Locked { reason: reason.clone() });
        }
        obstacles.extend(tree.operation().map(Obstacle::Operation));
        if tree.git_dir.as_ref().is_some_and(|dir| dir.join("index.lock").exists()) {
            obstacles.push(Obstacle::AtWork);
        }
        let mounts = mounts::below(&real_path(&tree.path));
        if !mounts.is_empty() {
            obstacles.push(Obstacle::Mounted { paths: mounts });
        }
        let mut discarded = Vec::new();
        if !agrees(&tree) {
            obstacles.push(Obstacle::Disagrees { registered: tree.path.clone() });
        } else if !tree.is_missing {
            discarded = self.content_obstacles(&tree, rules, &mut obstacles)?;
        }
        obstacles.extend(self.work_obstacle(&tree, rules)?);
        if obstacles.is_empty() {
            Ok(RemovalPermit { tree, rules: rules.clone(), discarded })
        } else {
            Err(refused(obstacles))
        }
    }

    /// Removes a worktree after asking the gate once more. The branch stays; what nothing would make again is kept in
    /// the trash under the label. Hold the clone's lock.
    ///
    /// Files that appear in between bring it back. Killed on the way, it is gone on with by `settle_trash`.
    ///
    /// # Errors
    /// [`RemovalError::Refused`] where something changed since the permit was given.
    pub fn remove_worktree(&self, permit: RemovalPermit, label: &Label) -> Result<Removed, RemovalError> {
        let RemovalPermit { tree, rules, .. } = permit;
        let RemovalPermit { tree: now, .. } = self.removal_check(&tree.path, &rules)?;
        if now != tree {
            let obstacles = vec![Obstacle::Disagrees { registered: now.path }];
            return Err(RemovalError::Refused { path: tree.path, obstacles });
        }
        self.finish_removal(&tree.path)?;
        let pending = self.begin_trash(&tree, label)?;
        match self.take_away(&tree) {
            Ok(Removal::Gone) => {}
            Ok(Removal::Back(files)) => {
                let obstacles = vec![Obstacle::Changed { files }];
                return Err(RemovalError::Refused { path: tree.path, obstacles });
            }
            Err(error) => {
                if !aside(&tree.path).is_dir() && self.worktree_at(&tree.path)?.is_some() {
                    // It may be gone already, where the folder was brought back.
                    drop(self.discard(&pending));
                }
                return Err(error.into());
            }
        }
        // Of a worktree whose folder was gone nothing was put aside.
        if let Some(pending) = self.pending_trash(&tree.path) {
            self.complete(&pending)?;
        }
        let entry = self.trash()?.into_iter().find(|entry| entry.name == pending.name());
        let (kept, trash) = entry.map_or_else(Default::default, |entry| (entry.files, Some(entry.name)));
        Ok(Removed { path: tree.path, branch: tree.branch, tip: tree.head, kept, trash })
    }

    /// Adds what lies in the folder; gives the ignored files that may go although nothing makes them again.
    fn content_obstacles(
        &self,
        tree: &Worktree,
        rules: &RemovalRules,
        obstacles: &mut Vec<Obstacle>,
    ) -> Result<Vec<String>, GitError> {
        let Contents { changes, precious } = self.contents(&|| self.git_at(&tree.path), tree, &tree.path)?;
        let mut files = changes.staged;
        files.extend(changes.unstaged);
        files.extend(changes.conflicted);
        files.sort();
        files.dedup();
        if !files.is_empty() {
            obstacles.push(Obstacle::Changed { files });
        }
        if !changes.untracked.is_empty() {
            obstacles.push(Obstacle::Untracked { files: changes.untracked });
        }
        let mut submodules = changes.submodules;
        submodules.extend(self.checked_out_submodules(&tree.path)?);
        submodules.extend(self.modules_with_work(tree)?);
        submodules.sort();
        submodules.dedup();
        if !submodules.is_empty() {
            obstacles.push(Obstacle::Submodules { paths: submodules });
        }
        if rules.discard_ignored {
            return Ok(precious);
        }
        if !precious.is_empty() {
            obstacles.push(Obstacle::Ignored { files: precious });
        }
        Ok(Vec::new())
    }

    fn work_obstacle(&self, tree: &Worktree, rules: &RemovalRules) -> Result<Option<Obstacle>, GitError> {
        let Some(head) = &tree.head else { return Ok(None) };
        if tree.branch.is_some() && rules.merged_elsewhere.as_ref() == Some(head) {
            return Ok(None);
        }
        if !rules.merged_into.is_empty() {
            let branch = tree.branch.clone();
            return Ok(
                match self.merged_into_any(head, &rules.merged_into, rules.recorded_base.as_ref())? {
                    Merged::No => Some(Obstacle::Unmerged { branch }),
                    Merged::New => Some(Obstacle::New { branch }),
                    Merged::Ancestor | Merged::Squash | Merged::PatchIds => None,
                },
            );
        }
        if tree.branch.is_some() {
            return Ok(None);
        }
        let holders = self
            .git()
            .args(["for-each-ref", "--count=1", "--format=%(refname)", "--contains", head.as_str()])
            .args(["refs/heads", "refs/remotes", "refs/tags"])
            .require()?;
        Ok(holders.line().is_empty().then(|| Obstacle::DetachedWork { oid: head.clone() }))
    }
}

/// True where the folder's link and the registration name each other, or the folder is wholly gone.
pub(super) fn agrees(tree: &Worktree) -> bool {
    let Some(git_dir) = &tree.git_dir else { return false };
    if tree.is_missing {
        return tree.path.symlink_metadata().is_err();
    }
    let link = tree.path.join(".git");
    let Ok(text) = fs_err::read_to_string(&link) else { return false };
    let Some(target) = text.trim_end_matches(['\n', '\r']).strip_prefix("gitdir: ") else { return false };
    let Ok(back) = fs_err::read_to_string(git_dir.join("gitdir")) else { return false };
    let back = git_dir.join(back.trim_end_matches(['\n', '\r']));
    real_path(&tree.path.join(target)) == real_path(git_dir) && real_path(&back) == real_path(&link)
}

#[cfg(test)]
#[path = "gate_tests.rs"]
mod tests;
