//! Which ignored files are copied: patterns in the syntax of `.gitignore`.

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// The file at the top of a repository with patterns for what a new worktree gets.
pub const INCLUDE_FILE: &str = ".worktreeinclude";

/// Folders that an installation or a build fills: nobody means them by a pattern that does not name them.
const FILLED: [&str; 17] = [
    ".cache",
    ".gradle",
    ".mypy_cache",
    ".next",
    ".nuxt",
    ".pytest_cache",
    ".tox",
    ".turbo",
    ".venv",
    "__pycache__",
    "_build",
    "build",
    "dist",
    "node_modules",
    "target",
    "vendor",
    "venv",
];

/// Patterns, compiled.
#[derive(Debug)]
pub struct Patterns {
    rules: Gitignore,
    lines: Vec<String>,
}

/// A pattern that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{line}` is no pattern: {why}")]
pub struct BadPattern {
    /// The pattern.
    pub line: String,
    /// What is wrong.
    pub why: String,
}

impl Patterns {
    /// Compiles lines of a `.gitignore`; empty ones and comments are passed over.
    ///
    /// # Errors
    /// The first line that is no pattern.
    pub fn new<'a>(lines: impl IntoIterator<Item = &'a str>) -> Result<Self, BadPattern> {
        let mut builder = GitignoreBuilder::new("");
        let mut kept = Vec::new();
        for line in lines {
            let line = line.trim_end_matches('\r');
            builder
                .add_line(None, line)
                .map_err(|error| BadPattern { line: line.to_owned(), why: error.to_string() })?;
            if !line.trim().is_empty() && !line.starts_with('#') {
                kept.push(line.trim_start_matches(['!', '/']).to_owned());
            }
        }
        let rules =
            builder.build().map_err(|error| BadPattern { line: kept.join(", "), why: error.to_string() })?;
        Ok(Self { rules, lines: kept })
    }

    /// True where no pattern was given.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// True for a file, or a folder, that a pattern names, itself or by a folder above it.
    #[must_use]
    pub fn names(&self, path: &str, is_folder: bool) -> bool {
        self.rules.matched_path_or_any_parents(path.trim_end_matches('/'), is_folder).is_ignore()
    }

    /// True for an ignored folder in which it is worth to look: one that is named, or that a pattern leads into, or
    /// that no installation and no build fills.
    #[must_use]
    pub fn may_be_below(&self, folder: &str) -> bool {
        let folder = folder.trim_end_matches('/');
        let is_filled = folder.split('/').any(|part| FILLED.contains(&part));
        let leads_in = |line: &String| line.starts_with(&format!("{folder}/"));
        !is_filled || self.names(folder, true) || self.lines.iter().any(leads_in)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_read_as_git_reads_them() {
        let patterns =
            Patterns::new(["# secrets", "", ".env*", "!.env.example", "/config/*.local", "cache/"]);
        let patterns = patterns.unwrap();
        for (path, is_folder, named) in [
            (".env", false, true),
            ("api/.env.test", false, true),
            (".env.example", false, false),
            ("config/db.local", false, true),
            ("api/config/db.local", false, false),
            ("cache", true, true),
            ("cache", false, false),
            ("cache/a/b", false, true),
            ("notes.txt", false, false),
        ] {
            assert_eq!(patterns.names(path, is_folder), named, "{path}");
        }
        assert!(Patterns::new(["", "# nothing"]).unwrap().is_empty());
        assert!(Patterns::new(["[z-a"]).is_err());
    }

    #[test]
    fn what_a_build_fills_is_looked_into_only_where_it_is_named() {
        let patterns = Patterns::new([".env", "vendor/keys/*.pem", "node_modules"]).unwrap();
        for (folder, looked) in [
            ("config/", true),
            ("target/", false),
            ("api/target/", false),
            ("vendor/", true),
            ("node_modules/", true),
        ] {
            assert_eq!(patterns.may_be_below(folder), looked, "{folder}");
        }
    }
}
