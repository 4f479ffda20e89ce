//! What git ignores: files and folders that no commit has and none will get.

use std::collections::BTreeSet;
use std::path::Path;

use super::error::GitError;
use super::repository::Git;

impl Git {
    /// Everything ignored below the top of a checkout, by path; a folder of which all is ignored is one entry that
    /// ends with `/` and is not looked into. Never anything that is tracked. Names that are not UTF-8 are left out.
    ///
    /// # Errors
    /// Git failed.
    pub fn ignored_below(&self, root: &Path) -> Result<Vec<String>, GitError> {
        let answer = self
            .git_at(root)
            .args(["ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z"])
            .require()?;
        Ok(names(&answer.stdout))
    }

    /// Those of some paths that a checkout ignores, and does not track.
    ///
    /// # Errors
    /// Git failed.
    pub fn ignored_among<'a>(
        &self,
        root: &Path,
        paths: impl IntoIterator<Item = &'a str>,
    ) -> Result<BTreeSet<String>, GitError> {
        let mut input = Vec::new();
        for path in paths {
            input.extend_from_slice(path.as_bytes());
            input.push(0);
        }
        if input.is_empty() {
            return Ok(BTreeSet::new());
        }
        let answer = self.git_at(root).args(["check-ignore", "-z", "--stdin"]).input(input).run()?;
        match answer.code {
            // 1 says that none is ignored.
            Some(0 | 1) => Ok(names(&answer.stdout).into_iter().collect()),
            _ => Err(answer.into_error().into()),
        }
    }
}

fn names(bytes: &[u8]) -> Vec<String> {
    bytes
        .split(|byte| *byte == 0)
        .filter_map(|name| std::str::from_utf8(name).ok())
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::io::git::testing::Fixture;

    #[test]
    fn what_is_ignored_is_found_and_what_is_tracked_is_not() {
        let fixture = Fixture::new();
        fixture.write(".gitignore", "*.env\nnode_modules/\n");
        fixture.write("kept.env", "tracked");
        fixture.git(&["add", "-f", "kept.env"]);
        fixture.commit_all("begin");
        fixture.write("a b.env", "1");
        fixture.write("node_modules/x/y.js", "1");
        fixture.write("new.txt", "untracked");
        let git = fixture.open();
        assert_eq!(git.ignored_below(&fixture.root()).unwrap(), ["a b.env", "node_modules/"]);
        let asked = ["a b.env", "kept.env", "new.txt", "node_modules/x/y.js"];
        let found: Vec<String> = git.ignored_among(&fixture.root(), asked).unwrap().into_iter().collect();
        assert_eq!(found, ["a b.env", "node_modules/x/y.js"]);
        assert!(git.ignored_among(&fixture.root(), ["new.txt"]).unwrap().is_empty());
        assert!(git.ignored_among(&fixture.root(), []).unwrap().is_empty());
    }
}
