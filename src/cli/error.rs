//! The one error border: what the inner floors return becomes a kind, an exit code and hints to paste.

use std::fmt::Write as _;

use crate::domain::model::portfolio::LookupError;

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

impl From<dialoguer::Error> for CommandError {
    fn from(dialoguer::Error::IO(error): dialoguer::Error) -> Self {
        Self::from(error)
    }
}
