//! Teams, and people as git knows them.

use std::fmt;
use std::hash::{Hash, Hasher};

use super::packed::packed_newtype;
use serde::{Deserialize, Serialize};

/// A team's name; case and spacing around it do not matter for equality.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TeamName(String);

impl TeamName {
    /// A team of that name; `None` where nothing but space is left.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let name = text.trim();
        (!name.is_empty()).then(|| Self(name.to_owned()))
    }

    /// The name as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

impl PartialEq for TeamName {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for TeamName {}

impl Hash for TeamName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl Ord for TeamName {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

impl PartialOrd for TeamName {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for TeamName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Somebody as git names them. Two are the same person when their addresses are equal in folded case.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Person {
    /// The name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
}

impl PartialEq for Person {
    fn eq(&self, other: &Self) -> bool {
        self.email.to_lowercase() == other.email.to_lowercase()
    }
}

impl Eq for Person {}

impl fmt::Display for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} <{}>", self.name, self.email)
    }
}

packed_newtype!(TeamName);
