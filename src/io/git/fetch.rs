//! Fetching: the program does it, since it knows the user's credentials, SSH settings and proxies.

use std::time::Duration;

use crate::domain::model::branch::BranchName;

use super::error::GitError;
use super::refs::Upstream;
use super::repository::Git;

impl Git {
    /// Fetches the branch that a local one follows, and says where it is now; `None` where it follows none.
    ///
    /// Only the remote-tracking ref moves. Where nobody can answer, git is told not to ask for a password.
    ///
    /// # Errors
    /// The remote cannot be reached, refuses, or does not answer within the limit.
    pub fn fetch_upstream(&self, branch: &BranchName, limit: Duration) -> Result<Option<Upstream>, GitError> {
        let remote = self.config(&format!("branch.{branch}.remote"))?;
        let source = self.config(&format!("branch.{branch}.merge"))?;
        let (Some(remote), Some(source)) = (remote, source) else { return Ok(None) };
        // A branch may follow another one of this clone: there is nothing to fetch then.
        if remote != "." {
            self.git()
                .args(["fetch", "--quiet", "--no-write-fetch-head", "--end-of-options"])
                .args([&remote, &source])
                .timeout(limit)
                .require()?;
        }
        self.upstream(branch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::git::exec::ExecError;
    use crate::io::git::testing::Fixture;

    #[test]
    fn the_branch_that_is_followed_is_brought_up_to_date() {
        let fixture = Fixture::new();
        fixture.commit_file("a", "1");
        let clone = fixture.beside("clone");
        fixture.git(&["clone", "-q", ".", clone.to_str().unwrap()]);
        let newer = fixture.commit_file("a", "2");
        let git = Git::open(&fixture.env, &clone).unwrap();
        let main = BranchName::new("main").unwrap();
        assert_ne!(git.upstream(&main).unwrap().unwrap().oid, Some(newer.clone()));
        let upstream = git.fetch_upstream(&main, Duration::from_secs(20)).unwrap().unwrap();
        assert_eq!((upstream.ref_name.as_str(), upstream.oid), ("refs/remotes/origin/main", Some(newer)));
        assert_eq!(fixture.open().fetch_upstream(&main, Duration::from_secs(20)).unwrap(), None);
        fs_err::rename(fixture.root(), fixture.beside("moved")).unwrap();
        let error = git.fetch_upstream(&main, Duration::from_secs(20)).unwrap_err();
        assert!(matches!(error, GitError::Exec(ExecError::Failed { .. })), "{error}");
    }
}
