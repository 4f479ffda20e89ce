//! Where a push goes: the remote that git would choose, or all of them where it has no choice to go by.

use super::error::GitError;
use super::repository::Git;
use crate::domain::model::branch::BranchName;

impl Git {
    /// The addresses that a push of a branch may go to, with git's rewriting rules applied: those of the remote that
    /// git would take; where nothing chooses one and none is called `origin`, those of all remotes.
    ///
    /// # Errors
    /// The configuration cannot be read.
    pub fn push_urls(&self, branch: Option<&BranchName>) -> Result<Vec<String>, GitError> {
        let mut keys: Vec<String> =
            branch.map(|name| format!("branch.{name}.pushRemote")).into_iter().collect();
        keys.push("remote.pushDefault".to_owned());
        keys.extend(branch.map(|name| format!("branch.{name}.remote")));
        for key in keys {
            if let Some(remote) = self.config(&key)?.filter(|name| name != ".") {
                return self.urls_of(remote);
            }
        }
        let names = self.objects().remotes()?;
        if names.iter().any(|name| name == "origin") {
            return self.urls_of("origin".to_owned());
        }
        let mut urls = Vec::new();
        for name in names {
            urls.extend(self.urls_of(name)?);
        }
        Ok(urls)
    }

    fn urls_of(&self, remote: String) -> Result<Vec<String>, GitError> {
        if remote.contains("://") || remote.contains('@') {
            return Ok(vec![remote]);
        }
        let answer = self.git().args(["remote", "get-url", "--push", "--all", "--", &remote]).run()?;
        let text = String::from_utf8_lossy(&answer.stdout);
        Ok(if answer.is_success() { text.lines().map(str::to_owned).collect() } else { Vec::new() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::git::testing::Fixture;

    #[test]
    fn git_chooses_the_remote_and_rewrites_its_addresses() {
        let fixture = Fixture::new();
        let main = BranchName::new("main").unwrap();
        let urls = |fixture: &Fixture| fixture.open().push_urls(Some(&main)).unwrap();
        assert_eq!(urls(&fixture), [""; 0]);
        fixture.git(&["remote", "add", "one", "https://example.org/one.git"]);
        fixture.git(&["remote", "add", "two", "gh:acme/two"]);
        fixture.git(&["config", "url.https://github.com/.insteadOf", "gh:"]);
        assert_eq!(urls(&fixture), ["https://example.org/one.git", "https://github.com/acme/two"]);
        fixture.git(&["remote", "add", "origin", "gh:acme/shop"]);
        assert_eq!(urls(&fixture), ["https://github.com/acme/shop"]);
        fixture.git(&["remote", "set-url", "--add", "--push", "origin", "gh:acme/a"]);
        fixture.git(&["remote", "set-url", "--add", "--push", "origin", "gh:acme/b"]);
        assert_eq!(urls(&fixture), ["https://github.com/acme/a", "https://github.com/acme/b"]);
        fixture.git(&["config", "remote.pushDefault", "two"]);
        assert_eq!(urls(&fixture), ["https://github.com/acme/two"]);
        fixture.git(&["config", "branch.main.pushRemote", "git@github.com:a/b"]);
        assert_eq!(urls(&fixture), ["git@github.com:a/b"]);
    }
}
