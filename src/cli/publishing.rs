//! `prd_workflow.publish`: how transitions reach colleagues. Whatever fails here is said and changes nothing: the
//! transition is on home, and the next one brings it along.

use std::time::Duration;

use super::session::Session;
use crate::domain::config::schema::{CommitMode, Publish};
use crate::domain::model::branch::BranchName;
use crate::io::git::error::GitError;
use crate::io::git::oid::Oid;
use crate::io::git::publish::PublishError;

/// How long the server may take for one answer.
const LIMIT: Duration = Duration::from_secs(20);

/// How often a push is tried where somebody else is faster.
const TRIES: u32 = 5;

/// The branch that transitions collect on, with `publish: "pull-request"`.
const COLLECTED: &str = "prd/transitions";

/// What came of publishing.
#[derive(Debug)]
enum Published {
    Nothing,
    Sent(usize),
    Raced,
}

impl Session {
    /// Publishes the transitions of home that the server lacks, as the configuration wants it; what a user should
    /// know of it.
    pub(super) fn publish(&self, no_verify: bool) -> Vec<String> {
        let workflow = &self.config().prd_workflow;
        if workflow.publish == Publish::Off || workflow.commit == CommitMode::Off {
            return Vec::new();
        }
        let Some(home) = &self.home.branch else { return Vec::new() };
        let (remote, branch) = match self.git.followed(home) {
            Ok(Some(followed)) => followed,
            Ok(None) => {
                return vec![format!(
                    "not published: {home} follows no branch of a server; git push -u origin {home}"
                )];
            }
            Err(error) => return vec![format!("not published: {error}")],
        };
        for _ in 0..TRIES {
            match self.publish_once(home, &remote, &branch, no_verify) {
                Ok(Published::Nothing) => return Vec::new(),
                Ok(Published::Sent(count)) => return self.told(&remote, &branch, count),
                Ok(Published::Raced) => {}
                Err(PublishError::Git(error)) => {
                    return vec![format!("not published, the next change publishes it too: {error}")];
                }
                Err(error @ PublishError::Conflict { .. }) => {
                    return vec![format!("not published: {error}; settle it with git pull --rebase")];
                }
            }
        }
        vec![format!("not published: {remote} was busy; the next change publishes it too")]
    }

    fn publish_once(
        &self,
        home: &BranchName,
        remote: &str,
        branch: &str,
        no_verify: bool,
    ) -> Result<Published, PublishError> {
        let Some(tip) = self.git.branch_tip(home)? else { return Ok(Published::Nothing) };
        let Some(theirs) = self.git.fetch_branch(remote, branch, LIMIT)? else {
            return Ok(Published::Nothing);
        };
        let (onto, target) = match self.config().prd_workflow.publish {
            Publish::Off => return Ok(Published::Nothing),
            Publish::Push => (theirs, branch),
            Publish::PullRequest => (self.collected(remote, theirs)?, COLLECTED),
        };
        let Some(publication) = self.git.publication(&tip, &onto)? else { return Ok(Published::Nothing) };
        let name = format!("refs/heads/{target}");
        let is_pushed = self.git.push_forward(remote, &publication.tip, &name, no_verify, LIMIT)?;
        Ok(if is_pushed { Published::Sent(publication.count) } else { Published::Raced })
    }

    /// What the next transitions are collected on: the open branch, or the server's home where that has all of it.
    fn collected(&self, remote: &str, theirs: Oid) -> Result<Oid, GitError> {
        let Some(open) = self.git.fetch_branch(remote, COLLECTED, LIMIT)? else { return Ok(theirs) };
        let is_merged = self.git.is_ancestor(&open, &theirs)?;
        Ok(if is_merged { theirs } else { open })
    }

    fn told(&self, remote: &str, branch: &str, count: usize) -> Vec<String> {
        let what = if count == 1 { "1 change".to_owned() } else { format!("{count} changes") };
        if self.config().prd_workflow.publish == Publish::Push {
            return vec![format!("published {what} to {remote}/{branch}")];
        }
        vec![format!("published {what} to {remote}/{COLLECTED}, for a pull request into {branch}")]
    }
}
