//! Claims on a server that several clones share: refs that must not exist yet. The server's update of a ref is atomic,
//! so of any number of machines exactly one wins.
//!
//! `refs/prd/ids/SVC-133` takes a number, `refs/prd/claims/SVC-128` takes the work on a PRD. Each points to a commit
//! with an empty tree that names who, where, when and a nonce: pushing one object twice would succeed for both, so
//! no two claims are ever the same object. Only the answer "new reference" wins.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::domain::model::id::PrdId;
use crate::domain::model::people::Person;

use super::error::GitError;
use super::exec::Answer;
use super::oid::Oid;
use super::repository::Git;

/// What is claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClaimKind {
    /// A number for a new PRD: kept for good.
    Id,
    /// The work on a PRD: given back when it is laid aside or done.
    Work,
}

impl ClaimKind {
    const fn folder(self) -> &'static str {
        match self {
            Self::Id => "refs/prd/ids/",
            Self::Work => "refs/prd/claims/",
        }
    }

    /// The ref of a claim, in the one spelling that all clones use.
    #[must_use]
    pub fn ref_of(self, id: &PrdId) -> String {
        format!("{}{}", self.folder(), id.canonical())
    }
}

/// Who claims, where and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claimant {
    /// Name and address, as git knows them.
    pub who: String,
    /// The machine.
    pub host: String,
    /// When, RFC 3339.
    pub when: String,
    /// What makes two claims of one second differ.
    pub nonce: String,
}

impl std::fmt::Display for Claimant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} on {}, {}", self.who, self.host, self.when)
    }
}

/// A claim on the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The PRD.
    pub id: PrdId,
    /// The commit that the ref points to.
    pub oid: Oid,
    /// Who; `None` where the commit cannot be read.
    pub claimant: Option<Claimant>,
}

/// How a claim ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claimed {
    /// It is this clone's now, or was already.
    Won,
    /// Somebody was faster.
    Lost(Claim),
}

impl Git {
    /// True for a remote that the user has set up: a configuration can name no address of its own.
    ///
    /// # Errors
    /// The remotes cannot be read.
    pub fn has_remote(&self, name: &str) -> Result<bool, GitError> {
        Ok(self.objects().remotes()?.iter().any(|known| known == name))
    }

    /// Writes the object of a claim; no ref names it yet.
    ///
    /// # Errors
    /// The objects cannot be written.
    pub fn write_claim(&self, id: &PrdId, person: &Person, claimant: &Claimant) -> Result<Oid, GitError> {
        let text = serde_json::to_string_pretty(claimant).unwrap_or_default();
        let message = format!("prd: claim {id}\n\n{text}\n");
        let tree =
            self.git().args(["hash-object", "-t", "tree", "-w", "--stdin"]).input("").require()?.line();
        let answer = self
            .git()
            .args(["commit-tree", "-F", "-", &tree])
            .var("GIT_AUTHOR_NAME", &person.name)
            .var("GIT_AUTHOR_EMAIL", &person.email)
            .var("GIT_AUTHOR_DATE", &claimant.when)
            .var("GIT_COMMITTER_NAME", &person.name)
            .var("GIT_COMMITTER_EMAIL", &person.email)
            .var("GIT_COMMITTER_DATE", &claimant.when)
            .input(message)
            .require()?;
        Oid::parse(&answer.line())
            .ok_or_else(|| GitError::Answer { command: "commit-tree", answer: answer.line() })
    }

    /// Asks a server for a claim.
    ///
    /// # Errors
    /// The server cannot be reached within the limit, or takes no such ref; then nothing is known of the claim.
    pub fn push_claim(
        &self,
        remote: &str,
        kind: ClaimKind,
        id: &PrdId,
        oid: &Oid,
        limit: Duration,
    ) -> Result<Claimed, GitError> {
        let name = kind.ref_of(id);
        let answer = self.push_leased(remote, &name, None, &format!("{oid}:{name}"), limit)?;
        match flag_of(&answer, &name) {
            Some('*' | '=') => Ok(Claimed::Won),
            _ => match self.remote_claims(remote, kind, Some(id), limit)?.pop() {
                Some(claim) if claim.oid == *oid => Ok(Claimed::Won),
                Some(claim) => Ok(Claimed::Lost(claim)),
                None => Err(answer.into_error().into()),
            },
        }
    }

    /// Gives a claim back, if the server still has this one. False where it has another one or none.
    ///
    /// # Errors
    /// The server cannot be reached within the limit.
    pub fn push_release(
        &self,
        remote: &str,
        kind: ClaimKind,
        id: &PrdId,
        oid: &Oid,
        limit: Duration,
    ) -> Result<bool, GitError> {
        let name = kind.ref_of(id);
        let answer = self.push_leased(remote, &name, Some(oid), &format!(":{name}"), limit)?;
        if answer.is_success() && flag_of(&answer, &name) == Some('-') {
            return Ok(true);
        }
        let is_still_there =
            self.remote_claims(remote, kind, Some(id), limit)?.into_iter().any(|claim| claim.oid == *oid);
        if is_still_there { Err(answer.into_error().into()) } else { Ok(false) }
    }

    /// Pushes one ref where the server still has what is expected of it: nothing, or a commit.
    fn push_leased(
        &self,
        remote: &str,
        name: &str,
        expected: Option<&Oid>,
        refspec: &str,
        limit: Duration,
    ) -> Result<Answer, GitError> {
        let expected = expected.map_or("", Oid::as_str);
        let call = self.git().args(["push", "--porcelain", "--no-verify"]);
        let call = call.arg(format!("--force-with-lease={name}:{expected}")).args(["--", remote, refspec]);
        Ok(call.timeout(limit).run()?)
    }

    /// The claims that a server has, of one PRD or all, by id.
    ///
    /// # Errors
    /// The server cannot be reached within the limit.
    pub fn remote_claims(
        &self,
        remote: &str,
        kind: ClaimKind,
        only: Option<&PrdId>,
        limit: Duration,
    ) -> Result<Vec<Claim>, GitError> {
        let found = self.remote_claim_refs(remote, kind, only, limit)?;
        let mut claims = Vec::new();
        let missing: Vec<String> = found
            .iter()
            .filter(|(_, oid)| self.claimant_of(oid).is_none())
            .map(|(id, _)| kind.ref_of(id))
            .collect();
        if !missing.is_empty() {
            // One that was given back in between is simply not there any more.
            self.git()
                .args(["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance"])
                .args(["--", remote])
                .args(&missing)
                .timeout(limit)
                .run()?;
        }
        for (id, oid) in found {
            let claimant = self.claimant_of(&oid);
            claims.push(Claim { id, oid, claimant });
        }
        Ok(claims)
    }

    /// Ids and objects of the claims that a server has, by id; their objects are not fetched.
    ///
    /// # Errors
    /// The server cannot be reached within the limit.
    pub fn remote_claim_refs(
        &self,
        remote: &str,
        kind: ClaimKind,
        only: Option<&PrdId>,
        limit: Duration,
    ) -> Result<Vec<(PrdId, Oid)>, GitError> {
        let pattern = only.map_or_else(|| format!("{}*", kind.folder()), |id| kind.ref_of(id));
        let answer =
            self.git().args(["ls-remote", "--quiet", "--", remote, &pattern]).timeout(limit).require()?;
        let text = String::from_utf8_lossy(&answer.stdout);
        let mut found: Vec<(PrdId, Oid)> = text
            .lines()
            .filter_map(|line| {
                let (oid, name) = line.split_once('\t')?;
                Some((PrdId::parse(name.strip_prefix(kind.folder())?)?, Oid::parse(oid)?))
            })
            .collect();
        found.sort();
        Ok(found)
    }

    /// This clone's own claim of the work on a PRD; it may not have reached the server yet.
    ///
    /// # Errors
    /// The refs cannot be read.
    pub fn own_claim(&self, id: &PrdId) -> Result<Option<Oid>, GitError> {
        self.ref_oid(&ClaimKind::Work.ref_of(id))
    }

    /// Remembers a claim as this clone's own, or forgets it.
    ///
    /// # Errors
    /// The ref cannot be written.
    pub fn record_own_claim(&self, id: &PrdId, oid: Option<&Oid>) -> Result<(), GitError> {
        let name = ClaimKind::Work.ref_of(id);
        let old = self.ref_oid(&name)?;
        if old.as_ref() == oid {
            return Ok(());
        }
        self.move_ref_at(self.common_dir(), &name, oid, old.as_ref(), "claim")
    }

    /// What the object of a claim says; `None` where it is not here or is no claim.
    #[must_use]
    pub fn claimant_of(&self, oid: &Oid) -> Option<Claimant> {
        let call = self.git().args(["cat-file", "commit", oid.as_str()]).var("GIT_NO_LAZY_FETCH", "1");
        let answer = call.run().ok().filter(Answer::is_success)?;
        let text = String::from_utf8_lossy(&answer.stdout);
        // Headers, subject, and what the claim says.
        serde_json::from_str(text.splitn(3, "\n\n").nth(2)?).ok()
    }
}

/// The flag that `git push --porcelain` gives a ref: `*` new, `=` the same, `-` deleted, `!` refused.
fn flag_of(answer: &Answer, name: &str) -> Option<char> {
    String::from_utf8_lossy(&answer.stdout).lines().find_map(|line| {
        let mut parts = line.split('\t');
        let (flag, refs) = (parts.next()?, parts.next()?);
        let mut flags = flag.chars();
        let flag = flags.next().filter(|_| flags.next().is_none())?;
        refs.ends_with(&format!(":{name}")).then_some(flag)
    })
}

#[cfg(test)]
#[path = "claims_tests.rs"]
mod tests;
