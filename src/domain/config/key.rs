//! Keys of the configuration as paths: `prd_workflow.review.minimum_grade`.

use std::fmt;

use serde::{Serialize, Serializer};

/// A path through the configuration; a part is the key of an object or the index of a list. The empty path is
/// the whole.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct KeyPath(Vec<String>);

impl KeyPath {
    /// The whole configuration.
    #[must_use]
    pub const fn root() -> Self {
        Self(Vec::new())
    }

    /// Reads parts with dots between them; a part in double quotes may hold dots: `teams."Ops v1.2".lead`.
    ///
    /// Never fails: a quote without its partner is taken as it stands.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut parts = Vec::new();
        let mut rest = text.trim();
        while !rest.is_empty() {
            let quoted = rest
                .strip_prefix('"')
                .and_then(|tail| tail.split_once('"'))
                .filter(|(_, after)| after.is_empty() || after.starts_with('.'));
            let (part, after) = match quoted {
                Some((part, after)) => (part, after.strip_prefix('.').unwrap_or(after)),
                None => rest.split_once('.').unwrap_or((rest, "")),
            };
            parts.push(part.to_owned());
            rest = after;
        }
        Self(parts)
    }

    /// The path one step further down.
    #[must_use]
    pub fn child(&self, part: impl Into<String>) -> Self {
        let mut parts = self.0.clone();
        parts.push(part.into());
        Self(parts)
    }

    /// The path one step further up; `None` for the whole.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let (_, parents) = self.0.split_last()?;
        Some(Self(parents.to_vec()))
    }

    /// The parts from the top.
    #[must_use]
    pub fn parts(&self) -> &[String] {
        &self.0
    }

    /// The last part; empty for the whole.
    #[must_use]
    pub fn last(&self) -> &str {
        self.0.last().map_or("", String::as_str)
    }

    /// True where this path is `above` or lies below it.
    #[must_use]
    pub fn is_below(&self, above: &Self) -> bool {
        self.0.starts_with(&above.0)
    }

    /// The same path with `from` at its beginning replaced by `to`; `None` where it does not lie below `from`.
    #[must_use]
    pub fn moved(&self, from: &Self, to: &Self) -> Option<Self> {
        let rest = self.0.strip_prefix(from.0.as_slice())?;
        Some(Self(to.0.iter().chain(rest).cloned().collect()))
    }

    /// True where the path has the form of a pattern, in which `*` stands for any one part and a list's
    /// elements belong to the list: `teams.*.lead`.
    #[must_use]
    pub fn matches(&self, pattern: &str) -> bool {
        let pattern = Self::parse(pattern);
        self.0.len() == pattern.0.len()
            && self.0.iter().zip(&pattern.0).all(|(part, form)| form == "*" || part == form)
    }
}

impl fmt::Display for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.pad("the configuration");
        }
        let plain = |part: &str| !part.is_empty() && !part.contains(['.', ' ', '"']);
        let parts: Vec<String> = self
            .0
            .iter()
            .map(|part| if plain(part) { part.clone() } else { format!("\"{part}\"") })
            .collect();
        f.pad(&parts.join("."))
    }
}

impl Serialize for KeyPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_what_it_shows() {
        for text in ["a", "a.b.c", "teams.\"Ops v1.2\".lead", "teams.\"Ops v1.2\""] {
            assert_eq!(KeyPath::parse(text).to_string(), text);
        }
        assert_eq!(KeyPath::parse("teams.\"Ops v1.2\".lead").parts().len(), 3);
        assert_eq!(KeyPath::parse("a.\"b").parts(), ["a", "\"b"]);
    }

    #[test]
    fn moves_and_matches() {
        let key = KeyPath::parse("github.api_url");
        let moved = key.moved(&KeyPath::parse("github"), &KeyPath::parse("prd_workflow.github"));
        assert_eq!(moved, Some(KeyPath::parse("prd_workflow.github.api_url")));
        assert_eq!(key.moved(&KeyPath::parse("git"), &KeyPath::root()), None);
        assert!(KeyPath::parse("teams.Ops.lead").matches("teams.*.lead"));
        assert!(!KeyPath::parse("teams.Ops.lead").matches("teams.*"));
    }
}
