//! What can go wrong with git, told apart by whose doing it is.

use std::path::PathBuf;

use crate::domain::model::branch::BranchName;

use super::exec::ExecError;
use super::oid::Oid;

/// Whose doing a failure is: every error of this module can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// What was asked for does not exist.
    NotFound,
    /// A rule forbids it; nothing was changed.
    Refused,
    /// Git, a hook, the file system or the network failed.
    Outside,
}

/// A failure of git or of the files below a repository.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// No repository holds the folder.
    #[error("{} is not inside a git repository", dir.display())]
    NotARepository {
        /// Where the search began.
        dir: PathBuf,
    },
    /// Somebody else owns the repository, and git was not told to trust it.
    #[error("git does not trust the repository at {}: another user owns it", dir.display())]
    DubiousOwnership {
        /// The repository's folder, as `safe.directory` takes it.
        dir: PathBuf,
    },
    /// There is a repository, but it cannot be read.
    #[error("the repository at {} cannot be read: {reason}", dir.display())]
    Unreadable {
        /// The folder.
        dir: PathBuf,
        /// What git said.
        reason: String,
    },
    /// The program `git` failed.
    #[error(transparent)]
    Exec(#[from] ExecError),
    /// libgit2 failed.
    #[error("could not {doing}: {}", source.message())]
    Library {
        /// What was tried, as in "could not …".
        doing: String,
        /// What libgit2 says.
        source: git2::Error,
    },
    /// A file or folder failed.
    #[error("could not {doing} {}: {source}", path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A ref is not where it was expected: somebody else moved it.
    #[error(
        "{name} is not where it was expected: {} instead of {}",
        shown(actual.as_ref()),
        shown(expected.as_ref())
    )]
    RefMoved {
        /// The full name of the ref.
        name: String,
        /// Where it should have been; `None`: it should not have existed.
        expected: Option<Oid>,
        /// Where it is.
        actual: Option<Oid>,
    },
    /// A branch is checked out somewhere, so it may not be deleted.
    #[error("the branch {branch} is checked out at {}", path.display())]
    BranchCheckedOut {
        /// The branch.
        branch: BranchName,
        /// The worktree that has it.
        path: PathBuf,
    },
    /// Git said something that it never says.
    #[error("git {command} answered in a form that is not known: {answer}")]
    Answer {
        /// The subcommand.
        command: &'static str,
        /// The beginning of the answer.
        answer: String,
    },
}

fn shown(oid: Option<&Oid>) -> &str {
    oid.map_or("nothing", Oid::short)
}

impl GitError {
    /// Whose doing it is.
    #[must_use]
    pub const fn kind(&self) -> FailureKind {
        match self {
            Self::NotARepository { .. } => FailureKind::NotFound,
            Self::DubiousOwnership { .. } | Self::RefMoved { .. } | Self::BranchCheckedOut { .. } => {
                FailureKind::Refused
            }
            Self::Unreadable { .. }
            | Self::Exec(_)
            | Self::Library { .. }
            | Self::Io { .. }
            | Self::Answer { .. } => FailureKind::Outside,
        }
    }

    /// Turns a failure of libgit2 into ours.
    pub(crate) fn library(doing: impl Into<String>) -> impl FnOnce(git2::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Library { doing, source }
    }

    /// Turns a failure of a file into ours.
    pub(crate) fn io(doing: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { doing, path, source }
    }
}
