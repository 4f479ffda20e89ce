//! The one error border: what the inner floors return becomes a kind, an exit code and hints to paste.

use std::fmt::Write as _;

use super::changing::ApplyError;
use crate::domain::config::naming::NamingError;
use crate::domain::config::problem::ConfigErrors;
use crate::domain::lifecycle::edits::TransitionError;
use crate::domain::lifecycle::guard::Refusal;
use crate::domain::lifecycle::template::TemplateError;
use crate::domain::lint::value::BadValue;
use crate::domain::markdown::edit::error::EditError;
use crate::domain::model::branch::BadBranchName;
use crate::domain::model::id::IdFormatError;
use crate::domain::model::path::OutsideRepository;
use crate::domain::model::portfolio::LookupError;
use crate::domain::orchestrate::what_if::{self, Unanswerable};
use crate::io::git::commit::error::CommitError;
use crate::io::git::error::{FailureKind, GitError};
use crate::io::git::home::HomeError;
use crate::io::git::lock::LockError;
use crate::io::git::worktree::add::WorktreeError;
use crate::io::git::worktree::gate::RemovalError;
use crate::io::git::worktree::restore::RestoreError;
use crate::io::store::error::TransactionError;
use crate::io::tools::run::ToolError;

/// What kind of failure it was. Each has one exit code, which scripts can rely on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// A rule said no: a guard, a grade, a lint error, a gate.
    Refused,
    /// Wrong usage or configuration.
    Usage,
    /// Not found, or ambiguous.
    NotFound,
    /// Something outside failed: git, the network, the file system, a tool.
    Outside,
    /// A bug of ours.
    Bug,
    /// Interrupted by the user.
    Interrupted,
}

impl ErrorKind {
    /// The exit code: 1, 2, 3, 4, 70 or 130.
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Refused => 1,
            Self::Usage => 2,
            Self::NotFound => 3,
            Self::Outside => 4,
            Self::Bug => 70,
            Self::Interrupted => 130,
        }
    }
}

/// An error as a user sees it.
#[derive(Debug, Clone)]
pub struct CommandError {
    /// The kind, which decides the exit code.
    pub kind: ErrorKind,
    /// What happened: one or more lines.
    pub message: String,
    /// Ways out, each a command to paste or a sentence.
    pub hints: Vec<String>,
}

impl CommandError {
    /// An error of a kind.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hints: Vec::new() }
    }

    /// A rule said no.
    pub fn refused(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Refused, message)
    }

    /// Wrong usage or configuration.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Usage, message)
    }

    /// Not found, or ambiguous.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::NotFound, message)
    }

    /// Something outside failed.
    pub fn outside(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Outside, message)
    }

    /// With one more way out.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The text for standard error, line end included.
    #[must_use]
    pub fn render(&self) -> String {
        use owo_colors::OwoColorize as _;
        let mut text = format!("{} {}\n", "error:".red().bold(), self.message.trim_end());
        for hint in &self.hints {
            let _ = writeln!(text, "{} {hint}", " hint:".cyan());
        }
        text
    }
}

/// The whole chain of an error's causes, one after the other, without repetition.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let more = inner.to_string();
        if !text.contains(&more) {
            let _ = write!(text, ": {more}");
        }
        cause = inner.source();
    }
    text
}

impl From<Unanswerable> for CommandError {
    fn from(why: Unanswerable) -> Self {
        let message = why.to_string();
        match why {
            Unanswerable::Form(_) => Self::usage(message).hint(format!("ask {}", what_if::FORMS)),
            Unanswerable::Unknown(error) => error.into(),
            Unanswerable::State { .. } => Self::refused(message),
            Unanswerable::NoEstimate(id) => Self::refused(message).hint(format!("prd set {id} Estimate=5d")),
        }
    }
}

impl From<LookupError> for CommandError {
    fn from(error: LookupError) -> Self {
        let message = error.to_string();
        match error {
            LookupError::NotFound { nearest, .. } if nearest.is_empty() => {
                Self::not_found(message).hint("`prd list` shows all of them")
            }
            LookupError::NotFound { nearest, .. } => {
                Self::not_found(message).hint(format!("did you mean {}?", nearest.join(" or ")))
            }
            LookupError::Ambiguous { .. } => Self::not_found(message).hint("name one by its path"),
        }
    }
}

impl From<std::io::Error> for CommandError {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::Interrupted {
            return Self::new(ErrorKind::Interrupted, "interrupted");
        }
        Self::outside(chain(&error))
    }
}

impl From<minijinja::Error> for CommandError {
    /// For templates that are part of the program.
    fn from(error: minijinja::Error) -> Self {
        Self::new(ErrorKind::Bug, format!("a template of prd's own: {error:#}"))
    }
}

impl From<dialoguer::Error> for CommandError {
    fn from(dialoguer::Error::IO(error): dialoguer::Error) -> Self {
        Self::from(error)
    }
}

impl ErrorKind {
    /// The kind of a failure of git, by whose doing it is.
    const fn of_git(kind: FailureKind) -> Self {
        match kind {
            FailureKind::NotFound => Self::NotFound,
            FailureKind::Refused => Self::Refused,
            FailureKind::Outside => Self::Outside,
        }
    }
}

/// Errors that say themselves whose doing they are.
macro_rules! from_git {
    ($($error:ty),*) => {
        $(impl From<$error> for CommandError {
            fn from(error: $error) -> Self {
                Self::new(ErrorKind::of_git(error.kind()), chain(&error))
            }
        })*
    };
}

from_git!(CommitError, WorktreeError, RemovalError, RestoreError);

/// Errors that are always of one kind.
macro_rules! from_kind {
    ($($error:ty => $kind:ident),* $(,)?) => {
        $(impl From<$error> for CommandError {
            fn from(error: $error) -> Self {
                Self::new(ErrorKind::$kind, chain(&error))
            }
        })*
    };
}

from_kind! {
    OutsideRepository => Usage,
    IdFormatError => Usage,
    BadBranchName => Usage,
    NamingError => Refused,
    BadValue => Usage,
    TemplateError => Usage,
    EditError => Refused,
    ConfigErrors => Usage,
    ToolError => Outside,
}

impl From<GitError> for CommandError {
    fn from(error: GitError) -> Self {
        let made = Self::new(ErrorKind::of_git(error.kind()), chain(&error));
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "most failures have no way out that could be named"
        )]
        match &error {
            GitError::NotARepository { .. } => Self { kind: ErrorKind::Outside, ..made }
                .hint("git init, or name the repository: prd --repo DIR …"),
            GitError::DubiousOwnership { dir } => Self { kind: ErrorKind::Outside, ..made }
                .hint(format!("git config --global --add safe.directory {}", dir.display())),
            _ => made,
        }
    }
}

impl From<HomeError> for CommandError {
    fn from(error: HomeError) -> Self {
        match error {
            HomeError::Git(error) => error.into(),
            HomeError::BadName { .. }
            | HomeError::NoSuchBranch { .. }
            | HomeError::Unknown
            | HomeError::Empty => Self::new(ErrorKind::of_git(error.kind()), chain(&error))
                .hint("name it in the configuration: prd_workflow.home_branch"),
        }
    }
}

impl From<LockError> for CommandError {
    fn from(error: LockError) -> Self {
        let kind = ErrorKind::of_git(error.kind());
        Self {
            kind: if kind == ErrorKind::Refused { ErrorKind::Outside } else { kind },
            ..Self::outside(chain(&error))
        }
        .hint("wait for it to end and try again")
    }
}

impl From<TransactionError> for CommandError {
    fn from(error: TransactionError) -> Self {
        let kind = ErrorKind::of_git(error.kind());
        let made = Self::new(kind, chain(&error));
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "most failures have no way out that could be named"
        )]
        match &error {
            TransactionError::Commit(CommitError::StagedDiffers { path }) => {
                made.hint(format!("git restore --staged {path}, or stage it as it is: git add {path}"))
            }
            TransactionError::Commit(CommitError::IndexLocked { lock }) => {
                made.hint(format!("wait for the other git to end; if none runs, remove {}", lock.display()))
            }
            TransactionError::Commit(CommitError::OperationInProgress { operation, .. }) => {
                made.hint(format!("end it first: git {0} --continue, or git {0} --abort", operation.name()))
            }
            TransactionError::Commit(CommitError::HookRefused { .. }) => {
                made.hint("mend what it says, or leave the hooks out: --no-verify")
            }
            TransactionError::Unfinished(_) => {
                made.hint("look at it, and move it away when nothing of it is needed")
            }
            _ => made,
        }
    }
}

impl From<ApplyError> for CommandError {
    fn from(error: ApplyError) -> Self {
        match error {
            ApplyError::Git(error) => error.into(),
            ApplyError::Transaction(error) => error.into(),
            ApplyError::NoIdentity => Self::refused(error.to_string()),
            ApplyError::NoLock => Self::new(ErrorKind::Bug, error.to_string()),
        }
    }
}

impl From<Refusal> for CommandError {
    fn from(refusal: Refusal) -> Self {
        let mut hints: Vec<String> = Vec::new();
        for failure in &refusal.failures {
            if !hints.contains(&failure.hint) {
                hints.push(failure.hint.clone());
            }
        }
        Self { hints, ..Self::refused(refusal.to_string()) }
    }
}

impl From<TransitionError> for CommandError {
    fn from(error: TransitionError) -> Self {
        match error {
            TransitionError::Refused(refusal) => refusal.into(),
            TransitionError::NoFolder(_) => {
                Self::usage(chain(&error)).hint("name it under prd_workflow.directories")
            }
            TransitionError::Path(_) => Self::usage(chain(&error)),
            TransitionError::Edit { .. } | TransitionError::Naming { .. } => Self::refused(chain(&error)),
        }
    }
}
