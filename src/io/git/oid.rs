//! The name of a git object.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use super::error::GitError;

/// The full hexadecimal name of an object: 40 digits of SHA-1 or 64 of SHA-256, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Oid(Box<str>);

impl Oid {
    /// Reads a full name; `None` for an abbreviation or anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let whole = matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        whole.then(|| Self(text.to_ascii_lowercase().into()))
    }

    /// All digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first ten digits, for people.
    #[must_use]
    pub fn short(&self) -> &str {
        self.0.get(..10).unwrap_or(&self.0)
    }

    /// True for the name of no object.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.0.bytes().all(|byte| byte == b'0')
    }

    /// The name of no object, of the same length: what git says for "did not exist".
    #[must_use]
    pub(crate) fn zero_like(&self) -> Self {
        Self("0".repeat(self.0.len()).into())
    }

    pub(crate) fn of(id: git2::Oid) -> Self {
        Self(id.to_string().into())
    }

    pub(crate) fn library(&self) -> Result<git2::Oid, GitError> {
        let format = if self.0.len() == 64 { git2::ObjectFormat::Sha256 } else { git2::ObjectFormat::Sha1 };
        git2::Oid::from_str_ext(&self.0, format)
            .map_err(|source| GitError::Library { doing: format!("read the object name {self}"), source })
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl<'de> Deserialize<'de> for Oid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("`{text}` is not an object name")))
    }
}
