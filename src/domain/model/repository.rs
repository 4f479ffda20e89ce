//! Names of repositories in a workspace, and ids that say in which repository a PRD is.

use std::fmt;

use serde::Serialize;

use super::id::PrdId;

/// What a workspace calls a repository: letters, digits, `.`, `_` and `-`, the first a letter or digit.
///
/// Two names are equal in folded case, as are the ids that they qualify.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct RepositoryName(String);

/// A text that names no repository.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no name for a repository: it takes letters, digits, `.`, `_` and `-`, and begins with a letter or digit"
)]
pub struct NoRepositoryName(String);

/// The longest name.
const LONGEST: usize = 64;

/// What stands between the name of a repository and the id in it.
pub(super) const MARK: char = '#';

impl RepositoryName {
    /// Checks a name.
    ///
    /// # Errors
    /// [`NoRepositoryName`].
    pub fn new(text: &str) -> Result<Self, NoRepositoryName> {
        let fits = text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text.chars().all(is_part)
            && text.len() <= LONGEST;
        if fits { Ok(Self(text.to_owned())) } else { Err(NoRepositoryName(text.to_owned())) }
    }

    /// The name as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True where a text is this name, in any case.
    #[must_use]
    pub fn is(&self, text: &str) -> bool {
        self.0.eq_ignore_ascii_case(text)
    }
}

impl PartialEq for RepositoryName {
    fn eq(&self, other: &Self) -> bool {
        self.is(&other.0)
    }
}

impl Eq for RepositoryName {}

impl fmt::Display for RepositoryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// True for what the name of a repository may be made of.
pub(super) const fn is_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')
}

/// The id with its repository at the beginning of a text, `payments#SVC-129`, and the length of what spells it.
#[must_use]
pub fn qualified_at(text: &str) -> Option<(PrdId, usize)> {
    let (name, rest) = text.split_once(MARK)?;
    let name = RepositoryName::new(name).ok()?;
    let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '#')));
    let token = rest.get(..length.unwrap_or(rest.len()))?.trim_end_matches(['-', '_', '#']);
    if rest.get(token.len()..)?.starts_with(char::is_alphanumeric) {
        return None;
    }
    let id = PrdId::parse(token)?.in_repository(&name);
    Some((id, name.as_str().len() + MARK.len_utf8() + token.len()))
}

/// The id with its repository that a whole text spells.
#[must_use]
pub fn qualified(text: &str) -> Option<PrdId> {
    qualified_at(text).filter(|(_, length)| *length == text.len()).map(|(id, _)| id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_with_its_repository_reads_back() {
        for (text, shown) in [
            ("payments#SVC-129", "payments#SVC-129"),
            ("payments#SVC-129 (contract)", "payments#SVC-129"),
            ("pay.ments-2#WTC-PRD-007, x", "pay.ments-2#WTC-PRD-007"),
            ("a#F01-", "a#F01"),
            ("a#SVC#7", "a#SVC#7"),
        ] {
            let (id, length) = qualified_at(text).unwrap();
            assert_eq!((id.to_string().as_str(), length), (shown, shown.len()), "{text}");
            assert_eq!(qualified_at(&id.to_string()).map(|(id, _)| id), Some(id));
        }
        for text in [
            "SVC-129",
            "#SVC-129",
            "PRD#320",
            "payments#",
            "payments#129",
            "a b#SVC-1",
            "a#SVC-1é",
            "é#SVC-1",
        ] {
            assert_eq!(qualified_at(text), None, "{text}");
        }
    }

    #[test]
    fn qualified_ids_are_their_own() {
        let id = |text: &str| qualified_at(text).unwrap().0;
        assert_eq!(id("Payments#SVC-7"), id("payments#svc-007"));
        assert_ne!(id("payments#SVC-7"), id("ledger#SVC-7"));
        assert_ne!(Some(id("payments#SVC-7")), PrdId::parse("SVC-7"));
        assert_eq!(
            id("payments#SVC-7").split_repository(),
            (Some("payments"), PrdId::parse("SVC-7").unwrap())
        );
        assert_eq!(PrdId::parse("payments#SVC-7"), None, "no file can claim one");
    }

    #[test]
    fn names_are_checked() {
        assert!(RepositoryName::new("pay-ments_2.x").is_ok());
        for name in ["", "-x", "a b", "a#b", "a/b", "ä", &"x".repeat(65)] {
            assert!(RepositoryName::new(name).is_err(), "{name}");
        }
    }
}
