//! Paths inside a repository, which can never name anything outside of it.

use std::fmt;

use super::packed::packed_newtype;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

/// A path relative to the repository's root, with `/` between its parts and no `.` or `..` among them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
pub struct RepoPath(String);

/// A path that is absolute, climbs out of the repository, enters `.git`, or is empty.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a path inside the repository")]
pub struct OutsideRepository(pub String);

impl RepoPath {
    /// Checks and tidies a path: `./docs//prds/` becomes `docs/prds`, `\` counts as `/`.
    ///
    /// # Errors
    /// [`OutsideRepository`] for an absolute path, one with `..`, one inside `.git`, or an empty one.
    pub fn new(text: &str) -> Result<Self, OutsideRepository> {
        if is_tidy(text) {
            return Ok(Self(text.to_owned()));
        }
        let refuse = || OutsideRepository(text.to_owned());
        let slashed = text.replace('\\', "/");
        let has_drive = slashed.as_bytes().get(1) == Some(&b':');
        if slashed.starts_with('/') || has_drive || slashed.contains('\0') {
            return Err(refuse());
        }
        let mut parts = Vec::new();
        for part in slashed.split('/') {
            match part {
                "" | "." => {}
                ".." => return Err(refuse()),
                _ if parts.is_empty() && part.eq_ignore_ascii_case(".git") => return Err(refuse()),
                _ => parts.push(part),
            }
        }
        if parts.is_empty() { Err(refuse()) } else { Ok(Self(parts.join("/"))) }
    }

    /// The path below this one; `name` is checked like a whole path.
    ///
    /// # Errors
    /// As [`RepoPath::new`].
    pub fn join(&self, name: &str) -> Result<Self, OutsideRepository> {
        if name.starts_with('/') {
            return Err(OutsideRepository(name.to_owned()));
        }
        Self::new(&format!("{}/{name}", self.0))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// The last part without its ending.
    #[must_use]
    pub fn file_stem(&self) -> &str {
        let name = self.file_name();
        name.rsplit_once('.').map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem })
    }

    /// The folder that holds this path; `None` at the top.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        self.0.rsplit_once('/').map(|(parent, _)| Self(parent.to_owned()))
    }

    /// True where this path is `folder` or lies below it.
    #[must_use]
    pub fn is_below(&self, folder: &Self) -> bool {
        self.0.strip_prefix(folder.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

/// True for a path as git and this program write it: there is nothing to refuse and nothing to tidy.
fn is_tidy(text: &str) -> bool {
    let bytes = text.as_bytes();
    let has_drive = bytes.get(1) == Some(&b':');
    let enters_git = text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case(".git"));
    !(has_drive || enters_git || memchr::memchr2(b'\\', 0, bytes).is_some())
        && text.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl<'de> Deserialize<'de> for RepoPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::new(&text).map_err(serde::de::Error::custom)
    }
}

packed_newtype!(RepoPath);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_escapes() {
        for text in
            ["/etc/passwd", "../x", "a/../../x", "", ".", "C:/x", ".git/config", ".GIT/config", "a\0b"]
        {
            assert!(RepoPath::new(text).is_err(), "{text:?}");
        }
        let folder = RepoPath::new("docs/prds").unwrap();
        assert!(folder.join("../x").is_err());
        assert!(folder.join("/x").is_err());
    }

    #[test]
    fn is_tidied_and_taken_apart() {
        let path = RepoPath::new("./docs//prds/draft\\SVC-1-x.md").unwrap();
        assert_eq!(path.as_str(), "docs/prds/draft/SVC-1-x.md");
        assert_eq!(path.file_stem(), "SVC-1-x");
        assert!(path.is_below(&RepoPath::new("docs/prds").unwrap()));
        assert!(!path.is_below(&RepoPath::new("docs/pr").unwrap()));
    }

    #[test]
    fn what_is_tidy_stays_and_nothing_else_passes_for_it() {
        for text in ["a", ".gitignore", "docs/.git", "a/.hidden/b..c", "ä/b", "…"] {
            assert_eq!(RepoPath::new(text).unwrap().as_str(), text);
        }
        for text in
            ["", ".", "..", "a/../b", "a/./b", "a//b", "/a", "a/", "C:a", ".git", ".Git/x", "a\\b", "a\0"]
        {
            assert!(!is_tidy(text), "{text:?}");
        }
    }
}
