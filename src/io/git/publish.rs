//! Bringing transitions to a server: the commits that `prd` made, and no other commit of the user's.
//!
//! Where the server's branch has gone on, or the user's own commits lie between, the transitions are built once more
//! on the server's tip. The user's branch, index and files stay as they are; the next `git pull --rebase` drops what
//! is there twice.

use std::time::Duration;

use super::error::GitError;
use super::exec::ExecError;
use super::oid::Oid;
use super::repository::Git;

/// Transitions that can be pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// What the server's branch is to be.
    pub tip: Oid,
    /// How many transitions it brings.
    pub count: usize,
}

/// Why transitions cannot be pushed as they are.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// A transition and something on the server changed the same place.
    #[error("{} changed the same lines as the server: {subject}", oid.short())]
    Conflict {
        /// The transition's commit.
        oid: Oid,
        /// The first line of its message.
        subject: String,
    },
    /// Git failed.
    #[error(transparent)]
    Git(#[from] GitError),
}

impl From<ExecError> for PublishError {
    fn from(error: ExecError) -> Self {
        Self::Git(error.into())
    }
}

impl Git {
    /// The transitions that a branch has and a base on the server lacks, on top of that base; `None` where there are
    /// none. Commits of which the base has the same change already are left out.
    ///
    /// # Errors
    /// [`PublishError`]
    pub fn publication(&self, home: &Oid, onto: &Oid) -> Result<Option<Publication>, PublishError> {
        let range = format!("{onto}...{home}");
        let listed = self
            .git()
            .args(["rev-list", "--reverse", "--topo-order", "--cherry-pick", "--right-only", &range, "--"])
            .require()?;
        let text = String::from_utf8_lossy(&listed.stdout);
        let pending: Vec<Oid> = text.lines().filter_map(Oid::parse).collect();
        let mut ours = Vec::new();
        for oid in &pending {
            if self.is_transition(oid)? {
                ours.push(oid.clone());
            }
        }
        if ours.is_empty() {
            return Ok(None);
        }
        if ours.len() == pending.len() && self.is_ancestor(onto, home)? {
            return Ok(Some(Publication { tip: home.clone(), count: ours.len() }));
        }
        let (mut tip, mut count) = (onto.clone(), 0);
        for oid in &ours {
            if let Some(next) = self.rebuilt(oid, &tip)? {
                tip = next;
                count += 1;
            }
        }
        Ok((count > 0).then_some(Publication { tip, count }))
    }

    /// Pushes a commit to a branch of a server, forward only. False where the branch has gone on in the meantime.
    ///
    /// # Errors
    /// The server cannot be reached within the limit, or refuses; a `pre-push` hook refuses.
    pub fn push_forward(
        &self,
        remote: &str,
        tip: &Oid,
        ref_name: &str,
        no_verify: bool,
        limit: Duration,
    ) -> Result<bool, GitError> {
        let mut call = self.git().args(["push", "--porcelain"]);
        if no_verify {
            call = call.arg("--no-verify");
        }
        let answer = call.args(["--", remote, &format!("{tip}:{ref_name}")]).timeout(limit).run()?;
        if answer.is_success() {
            return Ok(true);
        }
        let there = self.remote_tip(remote, ref_name, limit)?;
        // Whoever came first moved it to something that this does not lead on from.
        let is_behind = match &there {
            Some(there) => self.commit_of(there.as_str())?.is_none() || !self.is_ancestor(there, tip)?,
            None => false,
        };
        if is_behind { Ok(false) } else { Err(answer.into_error().into()) }
    }

    /// Where a ref of a server is now; `None` where it has none.
    ///
    /// # Errors
    /// The server cannot be reached within the limit.
    pub fn remote_tip(&self, remote: &str, ref_name: &str, limit: Duration) -> Result<Option<Oid>, GitError> {
        let answer = self.git().args(["ls-remote", "--", remote, ref_name]).timeout(limit).require()?;
        let text = String::from_utf8_lossy(&answer.stdout).into_owned();
        Ok(text.lines().find_map(|line| {
            let (oid, name) = line.split_once('\t')?;
            Oid::parse(oid).filter(|_| name == ref_name)
        }))
    }

    /// Fetches a branch of a server into its remote-tracking ref, and gives its tip; `None` where it has none.
    ///
    /// # Errors
    /// The server cannot be reached within the limit.
    pub fn fetch_branch(&self, remote: &str, branch: &str, limit: Duration) -> Result<Option<Oid>, GitError> {
        let name = format!("refs/heads/{branch}");
        let Some(tip) = self.remote_tip(remote, &name, limit)? else { return Ok(None) };
        self.git()
            .args(["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--", remote])
            .arg(format!("+{name}:refs/remotes/{remote}/{branch}"))
            .timeout(limit)
            .require()?;
        Ok(self.ref_oid(&format!("refs/remotes/{remote}/{branch}"))?.or(Some(tip)))
    }

    /// The server and branch that a local branch follows; `None` where it follows none, or one of this clone.
    ///
    /// # Errors
    /// The configuration cannot be read.
    pub fn followed(
        &self,
        branch: &crate::domain::model::branch::BranchName,
    ) -> Result<Option<(String, String)>, GitError> {
        let remote = self.config(&format!("branch.{branch}.remote"))?.filter(|remote| remote != ".");
        let merge = self.config(&format!("branch.{branch}.merge"))?;
        let name = merge.and_then(|name| name.strip_prefix("refs/heads/").map(str::to_owned));
        Ok(remote.zip(name))
    }

    /// True for a commit that is a transition by its message: `prd(SVC-128): …` with the PRD in a trailer.
    fn is_transition(&self, oid: &Oid) -> Result<bool, GitError> {
        let message = self.message_of(oid)?;
        Ok(message.starts_with("prd(") && message.lines().any(|line| line.starts_with("PRD: ")))
    }

    fn message_of(&self, oid: &Oid) -> Result<String, GitError> {
        let answer = self.git().args(["cat-file", "commit", oid.as_str()]).require()?;
        let text = String::from_utf8_lossy(&answer.stdout);
        Ok(text.split_once("\n\n").map_or_else(String::new, |(_, message)| message.to_owned()))
    }

    /// The same change as a commit on another one; `None` where that has it already.
    fn rebuilt(&self, oid: &Oid, onto: &Oid) -> Result<Option<Oid>, PublishError> {
        let merged = self
            .git()
            .args(["merge-tree", "--write-tree", "--no-messages", "--name-only"])
            .arg(format!("--merge-base={oid}^"))
            .args([onto.as_str(), oid.as_str()])
            .run()?;
        let message = self.message_of(oid)?;
        match merged.code {
            Some(0) => {}
            Some(1) => {
                let subject = message.lines().next().unwrap_or_default().to_owned();
                return Err(PublishError::Conflict { oid: oid.clone(), subject });
            }
            _ => return Err(merged.into_error().into()),
        }
        let tree = merged.line();
        if self.git().args(["rev-parse", &format!("{onto}^{{tree}}")]).require()?.line() == tree {
            return Ok(None);
        }
        let format = "--format=%an%x00%ae%x00%aI";
        let author = self.git().args(["show", "--no-patch", format, oid.as_str(), "--"]).require()?.line();
        let mut parts = author.split('\0');
        let mut call = self.git().args(["-c", "i18n.commitEncoding=UTF-8", "commit-tree"]);
        for name in ["GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_AUTHOR_DATE"] {
            call = call.var(name, parts.next().unwrap_or_default());
        }
        if self.config_bool("commit.gpgSign")? == Some(true) {
            call = call.arg("-S");
        }
        let answer = call.args(["-p", onto.as_str(), "-F", "-", tree.as_str()]).input(message).require()?;
        Ok(Some(
            Oid::parse(&answer.line())
                .ok_or_else(|| GitError::Answer { command: "commit-tree", answer: answer.line() })?,
        ))
    }
}
