//! What is wrong, where, and the way out.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::packed::{packed_enum, packed_struct};
use super::path::RepoPath;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth a look.
    Hint,
    /// Probably wrong.
    Warning,
    /// Wrong.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Hint => "hint",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// The file.
    pub path: RepoPath,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// One thing that a rule found. There is none without a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule's name: `unknown-dependency`.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// The way out, where there is a known one.
    pub hint: Option<String>,
    /// True where `prd lint --fix` mends it.
    pub fixable: bool,
}

impl Finding {
    /// A finding at a place, without a hint and not fixable.
    #[must_use]
    pub const fn new(rule: &'static str, severity: Severity, place: Place, message: String) -> Self {
        Self { rule, severity, place, message, hint: None, fixable: false }
    }

    /// With the way out.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Marked as one that `prd lint --fix` mends.
    #[must_use]
    pub const fn fixable(mut self) -> Self {
        self.fixable = true;
        self
    }
}

impl Place {
    /// A place at the beginning of a line.
    #[must_use]
    pub const fn line(path: RepoPath, line: usize) -> Self {
        Self { path, line, column: 1 }
    }
}

packed_enum!(Severity { Hint, Warning, Error });
packed_struct!(Place { path, line, column });
packed_struct!(Finding { rule, severity, place, message, hint, fixable });
