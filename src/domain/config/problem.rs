//! Where a value came from, and what is wrong with it.

use std::fmt;

use serde::Serialize;

use super::key::KeyPath;
use crate::domain::model::finding::Severity;

/// A layer of the configuration; a higher one replaces what lower ones say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// Built-in.
    Default,
    /// The preset that is named by `preset`.
    Preset,
    /// The user's file.
    User,
    /// The repository's file.
    Repository,
    /// The service's file; it may only tighten.
    Service,
    /// Environment variables.
    Environment,
    /// Command-line flags.
    Flag,
}

impl Layer {
    /// True where somebody set the value on purpose: all layers but defaults and presets.
    #[must_use]
    pub const fn is_set_by_user(self) -> bool {
        !matches!(self, Self::Default | Self::Preset)
    }

    /// True where the value lies in the repository, so that whoever can push can set it.
    #[must_use]
    pub const fn is_in_repository(self) -> bool {
        matches!(self, Self::Repository | Self::Service)
    }
}

/// A line and a column in characters, both from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// The layer.
    pub layer: Layer,
    /// The file, variable, flag or preset; `built in` for defaults.
    pub source: String,
    /// The place in the file; `None` for what is no file.
    pub position: Option<Position>,
    /// The key as it was written, where it was written in an older dialect.
    pub written_as: Option<KeyPath>,
}

impl Origin {
    /// The origin of built-in values.
    #[must_use]
    pub fn built_in() -> Self {
        Self { layer: Layer::Default, source: "built in".to_owned(), position: None, written_as: None }
    }

    /// The line, from 1, where the value was read from a file.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        self.position.map(|position| position.line)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)?;
        if let Some(Position { line, column }) = self.position {
            write!(f, ":{line}:{column}")?;
        }
        if let Some(old) = &self.written_as {
            write!(f, " (written as {old})")?;
        }
        Ok(())
    }
}

/// What is wrong with a key or its value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// The text is no JSON.
    #[error("this cannot be read as JSON with comments: {reason}")]
    Syntax {
        /// What the parser says.
        reason: String,
    },
    /// A key stands twice in one object.
    #[error("this key stands twice, first in line {first_line}")]
    Twice {
        /// The line where it stands first.
        first_line: usize,
    },
    /// A key that is not known.
    #[error("this is not a known key; {hint}")]
    UnknownKey {
        /// The nearest known key, or the known ones.
        hint: String,
    },
    /// A value of the wrong type, or out of its range.
    #[error("{read} was read, and {allowed} is allowed")]
    WrongValue {
        /// What was read, as JSON, shortened.
        read: String,
        /// What is allowed.
        allowed: String,
    },
    /// A value that its type refuses.
    #[error("{reason}")]
    Refused {
        /// What was read and what is allowed, as the type says it.
        reason: String,
    },
    /// An old key beside the new one that says the same.
    #[error("the old key is not read, because {new} is set too")]
    SetTwice {
        /// The new key.
        new: KeyPath,
    },
    /// A service's file loosens a rule of the repository.
    #[error("a service may only tighten this: {read} was read, the repository has {base}")]
    Loosened {
        /// What was read, as JSON, shortened.
        read: String,
        /// What the repository's configuration says, as JSON, shortened.
        base: String,
    },
    /// A service's file sets what only the repository may set.
    #[error("a service's file may set `prd_workflow.review`, `quality` and `security` only")]
    NotForServices,
    /// A flag without a value.
    #[error("a setting is written KEY=VALUE")]
    NoValue,
    /// Values that are right in themselves do not fit together.
    #[error("{reason}")]
    Inconsistent {
        /// What does not fit, and what would.
        reason: String,
    },
}

/// One problem, with its place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", printable(&format!("{origin}: {}{wrong}", shown(key))))]
pub struct Problem {
    /// An error or a warning.
    pub severity: Severity,
    /// The key; the whole configuration where it cannot be told.
    pub key: KeyPath,
    /// Where it was read.
    pub origin: Origin,
    /// What is wrong.
    pub wrong: Wrong,
}

/// The key with a colon behind it; nothing for the whole.
fn shown(key: &KeyPath) -> String {
    if key.parts().is_empty() { String::new() } else { format!("`{key}`: ") }
}

impl Problem {
    /// An error.
    #[must_use]
    pub const fn error(key: KeyPath, origin: Origin, wrong: Wrong) -> Self {
        Self { severity: Severity::Error, key, origin, wrong }
    }

    /// A warning.
    #[must_use]
    pub const fn warning(key: KeyPath, origin: Origin, wrong: Wrong) -> Self {
        Self { severity: Severity::Warning, key, origin, wrong }
    }
}

/// All problems of a configuration that cannot be used; at least one of them is an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigErrors(pub Vec<Problem>);

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            let line_end = if index == 0 { "" } else { "\n" };
            write!(f, "{line_end}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}

/// A text that may be printed to a terminal: control characters, and those that turn the direction of writing, are
/// shown as escapes. A repository's configuration is written by others.
#[must_use]
pub fn printable(text: &str) -> String {
    let is_unsafe = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().fold(String::with_capacity(text.len()), |mut safe, c| {
        if is_unsafe(c) {
            safe.extend(c.escape_default());
        } else {
            safe.push(c);
        }
        safe
    })
}

/// A value as JSON on one line, shortened to 60 characters.
#[must_use]
pub fn excerpt(value: &serde_json::Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= 60 {
        return format!("`{text}`");
    }
    format!("`{}…`", text.chars().take(59).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_wrote_cannot_steer_a_terminal() {
        let wrong = Wrong::Refused { reason: "`\u{1b}[2J\u{9b}\u{202e}` is not a grade".to_owned() };
        let problem = Problem::error(KeyPath::parse("a\u{7}"), Origin::built_in(), wrong);
        assert_eq!(problem.to_string(), "built in: `a\\u{7}`: `\\u{1b}[2J\\u{9b}\\u{202e}` is not a grade");
    }

    #[test]
    fn excerpts_are_short_and_cut_between_characters() {
        assert_eq!(excerpt(&serde_json::json!([1, "a"])), "`[1,\"a\"]`");
        assert_eq!(excerpt(&serde_json::json!("ä".repeat(100))).chars().count(), 62);
    }
}
