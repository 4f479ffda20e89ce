//! The worktrees of a clone, as scripts get them.

use chrono::{DateTime, FixedOffset};
use serde::Serialize;

use crate::domain::model::id::PrdId;
use crate::domain::model::state::State;

/// All worktrees, the main one first.
#[derive(Debug, Clone, Serialize)]
pub struct Worktrees {
    /// The worktrees.
    pub worktrees: Vec<Row>,
}

/// One worktree.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// The PRD whose branch it has.
    pub id: Option<PrdId>,
    /// That PRD's state.
    pub state: Option<State>,
    /// The branch; null where HEAD is detached.
    pub branch: Option<String>,
    /// The folder.
    pub path: String,
    /// True for the main worktree.
    pub main: bool,
    /// True where the folder is gone.
    pub missing: bool,
    /// Why it is locked; null where it is not.
    pub locked: Option<String>,
    /// What was begun in it and not ended: `merge`.
    pub operation: Option<String>,
    /// Number of files that differ in the index.
    pub staged: Option<usize>,
    /// Number of files that differ in the work tree, those in conflict included.
    pub unstaged: Option<usize>,
    /// Number of files that git does not know.
    pub untracked: Option<usize>,
    /// Against the home branch.
    pub home: Option<Commits>,
    /// Against the branch's upstream.
    pub upstream: Option<Commits>,
    /// Whether its work is in the home branch; null for the main worktree.
    pub merged: Option<bool>,
    /// When its newest commit was made.
    pub last_commit: Option<DateTime<FixedOffset>>,
    /// The first line of that commit's message.
    pub subject: Option<String>,
    /// Why a part is not known.
    pub problem: Option<String>,
}

/// Numbers of commits on either side.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Commits {
    /// That only this one has.
    pub ahead: usize,
    /// That only the other one has.
    pub behind: usize,
}

/// What was done in a worktree to set it up.
#[derive(Debug, Clone, Serialize)]
pub struct SetUp {
    /// The PRD.
    pub id: PrdId,
    /// The worktree's folder, absolute.
    pub path: String,
    /// What was done.
    pub notes: Vec<String>,
    /// What failed, with the command to go on.
    pub failed: Option<String>,
}
