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

/// What `worktree remove` and `worktree prune` did, or would do.
#[derive(Debug, Clone, Serialize)]
pub struct Removals {
    /// True where nothing was done.
    pub dry_run: bool,
    /// The worktrees that went, or would go.
    pub removed: Vec<Removal>,
    /// Those that stay, with everything that is in the way.
    pub stay: Vec<Staying>,
}

/// A worktree that went, or would go. Its branch stays.
#[derive(Debug, Clone, Serialize)]
pub struct Removal {
    /// The PRD whose branch it had.
    pub id: Option<PrdId>,
    /// The branch; null where HEAD was detached.
    pub branch: Option<String>,
    /// The folder.
    pub path: String,
    /// The commit that the branch stays at.
    pub tip: Option<String>,
    /// The ignored files that the trash keeps.
    pub kept: Vec<String>,
    /// The entry of the trash; null where nothing was done.
    pub trash: Option<String>,
}

/// A worktree that stays.
#[derive(Debug, Clone, Serialize)]
pub struct Staying {
    /// The PRD whose branch it has.
    pub id: Option<PrdId>,
    /// The branch; null where HEAD is detached.
    pub branch: Option<String>,
    /// The folder.
    pub path: String,
    /// What is in the way, a sentence each.
    pub obstacles: Vec<String>,
    /// The ways out.
    pub hints: Vec<String>,
}

/// What the trash holds.
#[derive(Debug, Clone, Serialize)]
pub struct TrashList {
    /// The entries, the newest first.
    pub trash: Vec<TrashEntry>,
}

/// A removed worktree that can be restored.
#[derive(Debug, Clone, Serialize)]
pub struct TrashEntry {
    /// Its name: `SVC-128-20250602T080000Z`.
    pub name: String,
    /// The PRD's id, or what else the worktree was called.
    pub label: String,
    /// The branch; null where HEAD was detached.
    pub branch: Option<String>,
    /// The commit.
    pub tip: Option<String>,
    /// The folder that it had.
    pub path: String,
    /// When it was removed.
    pub removed: DateTime<FixedOffset>,
    /// The ignored files that are kept.
    pub files: Vec<String>,
}

/// A worktree that is back, or would be.
#[derive(Debug, Clone, Serialize)]
pub struct Restoration {
    /// True where nothing was done.
    pub dry_run: bool,
    /// The entry of the trash.
    pub name: String,
    /// The folder.
    pub path: String,
    /// The branch; null where HEAD is detached.
    pub branch: Option<String>,
    /// The commit.
    pub tip: Option<String>,
    /// True where the branch has gone on since, and was taken as it is now.
    pub moved_on: bool,
    /// The ignored files that are back.
    pub files: Vec<String>,
    /// Those that stay in the trash, because something is in their place.
    pub left: Vec<String>,
}

/// What `worktree repair` found out.
#[derive(Debug, Clone, Serialize)]
pub struct Repairs {
    /// The worktrees that are whole again.
    pub repaired: Vec<Repaired>,
    /// Those that are not.
    pub broken: Vec<Broken>,
}

/// A worktree that was repaired.
#[derive(Debug, Clone, Serialize)]
pub struct Repaired {
    /// The branch; null where HEAD is detached.
    pub branch: Option<String>,
    /// Where git thought that it was.
    pub from: String,
    /// Where it is.
    pub path: String,
}

/// A worktree that git cannot find, or that does not find its repository.
#[derive(Debug, Clone, Serialize)]
pub struct Broken {
    /// The branch; null where HEAD is detached.
    pub branch: Option<String>,
    /// Where git looks for it.
    pub path: String,
    /// What is wrong.
    pub problem: String,
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
