//! Why a plan was not applied.

use std::path::PathBuf;

use super::journal::Unfinished;
use crate::domain::model::branch::BadBranchName;
use crate::domain::model::path::RepoPath;
use crate::io::git::commit::error::CommitError;
use crate::io::git::error::{FailureKind, GitError};
use crate::io::git::worktree::add::WorktreeError;

/// A plan that was not applied; what had been begun was taken back.
#[derive(Debug, thiserror::Error)]
pub enum TransactionError {
    /// A file is not what it was when the plan was made.
    #[error("{path} was changed in the meantime")]
    Changed {
        /// The file.
        path: RepoPath,
    },
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The journal cannot be written.
    #[error("the journal of this clone cannot be written: {0}")]
    Journal(std::io::Error),
    /// A journal of a killed command cannot be read.
    #[error(transparent)]
    Unfinished(#[from] Unfinished),
    /// Home is at a detached commit or has no commit yet.
    #[error("home may only be read: there is no home branch with a commit")]
    ReadOnlyHome,
    /// With `commit: "off"`, home must be checked out somewhere.
    #[error(
        "nobody has the home branch checked out, and with prd_workflow.commit: \"off\" nothing is committed"
    )]
    NoCheckout,
    /// A branch name that git does not take.
    #[error(transparent)]
    Branch(#[from] BadBranchName),
    /// The commit on the home branch failed.
    #[error(transparent)]
    Commit(#[from] CommitError),
    /// The worktree could not be made.
    #[error(transparent)]
    Worktree(#[from] WorktreeError),
    /// Git failed.
    #[error(transparent)]
    Git(#[from] GitError),
}

impl TransactionError {
    /// Whose doing it is.
    #[must_use]
    pub const fn kind(&self) -> FailureKind {
        match self {
            Self::Changed { .. } | Self::ReadOnlyHome | Self::NoCheckout | Self::Branch(_) => {
                FailureKind::Refused
            }
            Self::File { .. } | Self::Journal(_) | Self::Unfinished(_) => FailureKind::Outside,
            Self::Commit(error) => error.kind(),
            Self::Worktree(error) => error.kind(),
            Self::Git(error) => error.kind(),
        }
    }

    /// True where somebody else was faster, and planning again may help.
    #[must_use]
    pub const fn is_race(&self) -> bool {
        if let Self::Commit(error) = self {
            return error.is_race();
        }
        matches!(self, Self::Changed { .. } | Self::Git(GitError::RefMoved { .. }))
    }
}
