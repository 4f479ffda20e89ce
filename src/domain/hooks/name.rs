//! The hooks of git that `prd` has something to do in.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

/// A hook of git.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hook {
    /// Before a commit: the staged PRDs, the scope, secrets.
    PreCommit,
    /// Before the message is edited: adds the PRD's trailer.
    PrepareCommitMsg,
    /// After the message was edited: it names the PRD.
    CommitMsg,
    /// Before a merge is committed: the portfolio that comes of it.
    PreMergeCommit,
    /// Before a push: the portfolio that comes of merging what is pushed.
    PrePush,
    /// After a merge: PRDs whose branch is merged now.
    PostMerge,
    /// After a checkout: the same.
    PostCheckout,
}

/// A name of no hook that `prd` has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no hook of prd; there are pre-commit, prepare-commit-msg, commit-msg, pre-merge-commit, pre-push, post-merge, post-checkout"
)]
pub struct UnknownHook(String);

impl Hook {
    /// All of them, in the order in which a day's work meets them.
    pub const ALL: [Self; 7] = [
        Self::PreCommit,
        Self::PrepareCommitMsg,
        Self::CommitMsg,
        Self::PreMergeCommit,
        Self::PrePush,
        Self::PostMerge,
        Self::PostCheckout,
    ];

    /// The name of its file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PreCommit => "pre-commit",
            Self::PrepareCommitMsg => "prepare-commit-msg",
            Self::CommitMsg => "commit-msg",
            Self::PreMergeCommit => "pre-merge-commit",
            Self::PrePush => "pre-push",
            Self::PostMerge => "post-merge",
            Self::PostCheckout => "post-checkout",
        }
    }

    /// True where git writes to its standard input, which those who are chained behind want as well.
    #[must_use]
    pub const fn reads_input(self) -> bool {
        matches!(self, Self::PrePush)
    }
}

impl fmt::Display for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Hook {
    type Err = UnknownHook;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|hook| hook.name() == text).ok_or_else(|| UnknownHook(text.to_owned()))
    }
}
