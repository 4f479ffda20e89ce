//! Why a commit on the home branch was not made.

use std::path::PathBuf;

use crate::domain::model::branch::BranchName;
use crate::domain::model::path::RepoPath;

use crate::io::git::error::{FailureKind, GitError};
use crate::io::git::exec::ExecError;
use crate::io::git::worktree::list::Operation;

/// Why a commit on the home branch was not made; what was begun has been taken back.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// There is no home branch to commit to.
    #[error("there is no home branch to commit to")]
    ReadOnlyHome,
    /// Git does not know who the user is.
    #[error("git does not know who you are: user.name and user.email are not set")]
    NoIdentity,
    /// The branch's tree would be the same.
    #[error("there is nothing to commit")]
    NothingToCommit,
    /// A path is a folder, a link or a submodule in the branch's tree or in the work tree.
    #[error("{path} is not a plain file")]
    NotAPlainFile {
        /// The path.
        path: RepoPath,
    },
    /// A path leads through a symbolic link.
    #[error("{path} lies behind the symbolic link {}", link.display())]
    BehindLink {
        /// The path.
        path: RepoPath,
        /// The link.
        link: PathBuf,
    },
    /// Home is in the middle of something.
    #[error("a {} is in progress in {}", operation.name(), root.display())]
    OperationInProgress {
        /// What is in progress.
        operation: Operation,
        /// Where.
        root: PathBuf,
    },
    /// The path has a conflict in home's index.
    #[error("{path} has a merge conflict")]
    Unmerged {
        /// The path.
        path: RepoPath,
    },
    /// The user staged a version of the file that is not the one in the work tree.
    #[error("{path} is staged in a version that differs from the file")]
    StagedDiffers {
        /// The path.
        path: RepoPath,
    },
    /// The file is not what it was when the plan was made.
    #[error("{path} was changed in the meantime")]
    Changed {
        /// The path.
        path: RepoPath,
    },
    /// Another process holds home's index.
    #[error("another git process is using the index of home: {} exists", lock.display())]
    IndexLocked {
        /// The lock file.
        lock: PathBuf,
    },
    /// The home branch was checked out, or no longer is, since home was looked for.
    #[error("the checkout of {branch} changed in the meantime")]
    HomeMoved {
        /// The home branch.
        branch: BranchName,
    },
    /// A hook of the user refused.
    #[error("the hook {hook} refused the commit: {output}")]
    HookRefused {
        /// The hook.
        hook: &'static str,
        /// What it said.
        output: String,
    },
    /// The ref was moved already, so the commit cannot be taken back any more.
    #[error("the commit is on the branch already")]
    AlreadyMoved,
    /// Git failed.
    #[error(transparent)]
    Git(#[from] GitError),
}

impl From<ExecError> for CommitError {
    fn from(error: ExecError) -> Self {
        Self::Git(error.into())
    }
}

impl CommitError {
    /// Whose doing it is.
    #[must_use]
    pub const fn kind(&self) -> FailureKind {
        match self {
            Self::ReadOnlyHome => FailureKind::NotFound,
            Self::NoIdentity
            | Self::NothingToCommit
            | Self::NotAPlainFile { .. }
            | Self::BehindLink { .. }
            | Self::OperationInProgress { .. }
            | Self::Unmerged { .. }
            | Self::StagedDiffers { .. }
            | Self::Changed { .. }
            | Self::HomeMoved { .. }
            | Self::AlreadyMoved => FailureKind::Refused,
            Self::HookRefused { .. } | Self::IndexLocked { .. } => FailureKind::Outside,
            Self::Git(error) => error.kind(),
        }
    }

    /// True where somebody else was faster: reading home again, planning again and building again may help.
    #[must_use]
    pub const fn is_race(&self) -> bool {
        matches!(self, Self::HomeMoved { .. } | Self::Changed { .. } | Self::Git(GitError::RefMoved { .. }))
    }
}
