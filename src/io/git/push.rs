//! Pushing a branch: the program does it, since it knows the user's credentials, SSH settings and hooks.

use std::time::Duration;

use crate::domain::model::branch::BranchName;

use super::error::GitError;
use super::repository::Git;

impl Git {
    /// The remote that a branch is pushed to: the one that git would take, else `origin`, else the only one.
    ///
    /// # Errors
    /// The configuration cannot be read.
    pub fn push_remote(&self, branch: &BranchName) -> Result<Option<String>, GitError> {
        let keys = [
            format!("branch.{branch}.pushRemote"),
            "remote.pushDefault".to_owned(),
            format!("branch.{branch}.remote"),
        ];
        for key in keys {
            if let Some(remote) = self.config(&key)?.filter(|name| name != ".") {
                return Ok(Some(remote));
            }
        }
        self.default_remote()
    }

    /// Pushes a branch under its own name, and never over what others put there.
    ///
    /// # Errors
    /// The remote cannot be reached, refuses, or does not answer within the limit.
    pub fn push_branch(&self, remote: &str, branch: &BranchName, limit: Duration) -> Result<(), GitError> {
        let name = branch.ref_name();
        self.git()
            .args(["push", "--quiet", "--end-of-options", remote])
            .arg(format!("{name}:{name}"))
            .timeout(limit)
            .require()?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::git::testing::Fixture;

    #[test]
    fn a_branch_is_pushed_and_nothing_is_overwritten() {
        let fixture = Fixture::new();
        fixture.commit_file("a", "1");
        let bare = fixture.beside("bare.git");
        fixture.git(&["clone", "-q", "--bare", ".", bare.to_str().unwrap()]);
        fixture.git(&["remote", "add", "origin", bare.to_str().unwrap()]);
        let branch = BranchName::new("feat/x").unwrap();
        fixture.git(&["branch", "feat/x"]);
        let git = fixture.open();
        assert_eq!(git.push_remote(&branch).unwrap().as_deref(), Some("origin"));
        let push = || git.push_branch("origin", &branch, Duration::from_secs(20));
        push().unwrap();
        push().unwrap();
        let other = fixture.beside("other");
        fixture.git(&["clone", "-q", "-b", "feat/x", bare.to_str().unwrap(), other.to_str().unwrap()]);
        let theirs = Git::open(&fixture.env, &other).unwrap();
        theirs.git().args(["commit", "-q", "--allow-empty", "-m", "theirs"]).require().unwrap();
        theirs.push_branch("origin", &branch, Duration::from_secs(20)).unwrap();
        fixture.git(&["branch", "-f", "feat/x", &fixture.commit_file("a", "2").to_string()]);
        assert!(push().is_err());
    }
}
