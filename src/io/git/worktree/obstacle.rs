//! What keeps a worktree from being removed.

use std::fmt;
use std::path::PathBuf;

use crate::domain::model::branch::BranchName;
use crate::io::git::oid::Oid;

use super::list::Operation;

/// Something that keeps a worktree from being removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    /// It is the main worktree, or the bare repository.
    MainWorktree,
    /// Git has no worktree registered at the path.
    NotRegistered,
    /// The folder and git's registration do not name each other.
    Disagrees {
        /// The folder that git's registration names.
        registered: PathBuf,
    },
    /// The user's shell is in it.
    ShellInside,
    /// It is locked, for a reason that may be empty.
    Locked {
        /// The reason.
        reason: String,
    },
    /// Something was begun in it.
    Operation(Operation),
    /// A git is at work in it, or one that was killed left its lock.
    AtWork,
    /// Other file systems are mounted below it, whose files would go with it.
    Mounted {
        /// Where.
        paths: Vec<PathBuf>,
    },
    /// Tracked files with uncommitted changes.
    Changed {
        /// The files.
        files: Vec<String>,
    },
    /// Files that git does not know.
    Untracked {
        /// The files.
        files: Vec<String>,
    },
    /// Ignored files that no build would make again.
    Ignored {
        /// The files and folders.
        files: Vec<String>,
    },
    /// Submodules that are checked out, or were and have commits of their own: their repositories, with what was
    /// committed in them, would go too.
    Submodules {
        /// Their paths.
        paths: Vec<String>,
    },
    /// The base lacks work of the branch.
    Unmerged {
        /// The branch; `None` for a detached `HEAD`.
        branch: Option<BranchName>,
    },
    /// The branch has no work yet, so it cannot have been merged.
    New {
        /// The branch.
        branch: Option<BranchName>,
    },
    /// `HEAD` is detached at commits that no branch and no tag has.
    DetachedWork {
        /// The commit.
        oid: Oid,
    },
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = |branch: &Option<BranchName>| {
            branch.as_ref().map_or_else(|| "its commit".to_owned(), |branch| format!("the branch {branch}"))
        };
        match self {
            Self::MainWorktree => write!(f, "it is the main worktree"),
            Self::NotRegistered => write!(f, "git knows no worktree there"),
            Self::Disagrees { registered } => {
                write!(f, "the folder is not the one that git has registered at {}", registered.display())
            }
            Self::ShellInside => write!(f, "your shell is in it"),
            Self::Locked { reason } if reason.is_empty() => write!(f, "it is locked"),
            Self::Locked { reason } => write!(f, "it is locked: {reason}"),
            Self::Operation(operation) => write!(f, "a {} is in progress", operation.name()),
            Self::AtWork => write!(f, "git is at work in it: there is an index.lock"),
            Self::Mounted { paths } => {
                let paths: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
                write!(f, "something is mounted at {}", paths.join(", "))
            }
            Self::Changed { files } => write!(f, "uncommitted changes: {}", files.join(", ")),
            Self::Untracked { files } => write!(f, "untracked files: {}", files.join(", ")),
            Self::Ignored { files } => {
                write!(f, "ignored files that nothing would make again: {}", files.join(", "))
            }
            Self::Submodules { paths } => {
                write!(f, "submodules are checked out, or have work: {}", paths.join(", "))
            }
            Self::Unmerged { branch } => write!(f, "{} has work that is not merged", named(branch)),
            Self::New { branch } => write!(f, "{} has no work yet", named(branch)),
            Self::DetachedWork { oid } => {
                write!(f, "its commits up to {} are on no branch", oid.short())
            }
        }
    }
}
