//! Names of branches that git accepts.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

/// The short name of a branch, without `refs/heads/`: `feat/SVC-128-checkout-service`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct BranchName(String);

/// A text that git would refuse as the name of a branch, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is not a branch name: {reason}")]
pub struct BadBranchName {
    /// What was to be the name.
    pub name: String,
    /// The rule it breaks.
    pub reason: &'static str,
}

impl BranchName {
    /// Checks a name by the rules of `git check-ref-format --branch`.
    ///
    /// # Errors
    /// [`BadBranchName`] with the first rule that the name breaks.
    pub fn new(name: &str) -> Result<Self, BadBranchName> {
        match broken_rule(name) {
            None => Ok(Self(name.to_owned())),
            Some(reason) => Err(BadBranchName { name: name.to_owned(), reason }),
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of the branch that a full ref name means: `main` of `refs/heads/main`.
    #[must_use]
    pub fn from_ref(name: &str) -> Option<Self> {
        Self::new(name.strip_prefix("refs/heads/")?).ok()
    }

    /// The full name of the ref: `refs/heads/…`.
    #[must_use]
    pub fn ref_name(&self) -> String {
        format!("refs/heads/{}", self.0)
    }

    /// True where both cannot exist at once in one repository, because one is a folder of the other:
    /// `feat` and `feat/x`. Equal names do not clash in this sense.
    #[must_use]
    pub fn clashes_with(&self, other: &Self) -> bool {
        let inside =
            |outer: &str, inner: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'));
        inside(&self.0, &other.0) || inside(&other.0, &self.0)
    }
}

/// The first rule of git-check-ref-format(1) that a branch name breaks.
fn broken_rule(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        return Some("it is empty");
    }
    if name == "HEAD" || name == "@" {
        return Some("git gives that name another meaning");
    }
    if name.starts_with('-') {
        return Some("it begins with `-`");
    }
    if name.starts_with('/') || name.ends_with('/') || name.contains("//") {
        return Some("it has an empty part beside a `/`");
    }
    if name.contains("..") || name.ends_with('.') {
        return Some("it has `..` in it or `.` at its end");
    }
    if name.contains("@{") {
        return Some("it has `@{` in it");
    }
    if name.contains(|c: char| c.is_ascii_control()) {
        return Some("it has a control character in it");
    }
    if name.contains([' ', '~', '^', ':', '?', '*', '[', '\\']) {
        return Some("it has a space or one of `~^:?*[\\` in it");
    }
    if name.split('/').any(|part| part.starts_with('.') || part.ends_with(".lock")) {
        return Some("a part of it begins with `.` or ends with `.lock`");
    }
    None
}

impl fmt::Display for BranchName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for BranchName {
    type Err = BadBranchName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}

impl<'de> Deserialize<'de> for BranchName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_what_git_accepts() {
        for name in ["main", "feat/SVC-128-checkout-service", "a/b/c", "größe", "x@y", "v1.2", "a-", "@x"] {
            assert!(BranchName::new(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn refuses_what_git_refuses() {
        for name in [
            "", "@", "HEAD", "-x", "/x", "x/", "a//b", "a..b", "x.", "a@{b", "a b", "a~1", "a^", "a:b", "a?",
            "a*", "a[b", "a\\b", "a\tb", ".x", "a/.x", "x.lock", "a.lock/b", "a\u{7f}",
        ] {
            assert!(BranchName::new(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn a_branch_cannot_be_the_folder_of_another() {
        let name = |text: &str| BranchName::new(text).unwrap();
        assert!(name("feat").clashes_with(&name("feat/x")));
        assert!(name("feat/x/y").clashes_with(&name("feat/x")));
        assert!(!name("feat").clashes_with(&name("feature/x")));
        assert!(!name("feat/x").clashes_with(&name("feat/x")));
    }
}
