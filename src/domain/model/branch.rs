//! Names of branches that git accepts, and that no command line can mistake for an option.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

/// The name of a branch without `refs/heads/`: `feature/SVC-128-checkout`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct BranchName(String);

/// A text that git does not take as the name of a branch.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a branch name that git accepts")]
pub struct BadBranchName(pub String);

impl BranchName {
    /// Checks a name by the rules of `git check-ref-format --branch`.
    ///
    /// # Errors
    /// [`BadBranchName`] where git would refuse the name.
    pub fn new(text: &str) -> Result<Self, BadBranchName> {
        let bad_character = |c: char| c.is_ascii_control() || " ~^:?*[\\".contains(c);
        let bad_part = |part: &str| part.is_empty() || part.starts_with('.') || part.ends_with(".lock");
        let refused = text.chars().any(bad_character)
            || text.contains("..")
            || text.contains("@{")
            || text.ends_with('.')
            || text.starts_with('-')
            || text == "@"
            || text == "HEAD"
            || text.split('/').any(bad_part);
        if refused { Err(BadBranchName(text.to_owned())) } else { Ok(Self(text.to_owned())) }
    }

    /// The name of the branch that a full ref name means: `main` of `refs/heads/main`.
    #[must_use]
    pub fn from_ref(name: &str) -> Option<Self> {
        Self::new(name.strip_prefix("refs/heads/")?).ok()
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The full name of its ref: `refs/heads/main`.
    #[must_use]
    pub fn ref_name(&self) -> String {
        format!("refs/heads/{}", self.0)
    }
}

impl fmt::Display for BranchName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl<'de> Deserialize<'de> for BranchName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::new(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_what_git_takes() {
        for name in ["main", "feature/SVC-128-checkout", "prd/größe", "a.b", "@x", "x/HEAD"] {
            assert_eq!(
                BranchName::new(name).map(|branch| branch.ref_name()),
                Ok(format!("refs/heads/{name}"))
            );
        }
    }

    #[test]
    fn refuses_what_git_refuses() {
        for name in [
            "", "-x", "a b", "a..b", "a/", "/a", "a//b", ".a", "a/.b", "a.lock", "a.lock/b", "a.", "@",
            "HEAD", "a@{1}", "a~1", "a^", "a:b", "a?", "a*", "a[b", "a\\b", "a\nb", "a\0b",
        ] {
            assert!(BranchName::new(name).is_err(), "{name:?}");
        }
    }
}
