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

    /// The name that these bytes are, in an index or a tree.
    pub(crate) fn of_bytes(bytes: &[u8]) -> Self {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = Vec::with_capacity(bytes.len() * 2);
        for byte in bytes {
            text.extend([byte >> 4, byte & 15].map(|digit| DIGITS[usize::from(digit)]));
        }
        Self(String::from_utf8_lossy(&text).into())
    }

    /// The bytes that this name is.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let digit = |at: usize| {
            self.0.get(at..=at).and_then(|digit| u8::from_str_radix(digit, 16).ok()).unwrap_or_default()
        };
        (0..self.0.len()).step_by(2).map(|at| digit(at) << 4 | digit(at + 1)).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_and_its_bytes_are_the_same() {
        let oid = Oid::parse("0123456789abcdef0123456789abcdef01234567").unwrap();
        assert_eq!(oid.to_bytes()[..3], [0x01, 0x23, 0x45]);
        assert_eq!(Oid::of_bytes(&oid.to_bytes()), oid);
    }
}
