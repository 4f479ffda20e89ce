//! What `prd resolve` answers.

use serde::Serialize;

use super::change::Change;
use crate::domain::model::id::PrdId;
use crate::domain::model::path::RepoPath;

/// What was settled, and what was not.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Resolution {
    /// True where nothing was done.
    pub dry_run: bool,
    /// Conflicts of the merge in progress that were settled in the index.
    pub settled: Vec<Settled>,
    /// Changes of home: one commit each.
    pub changes: Vec<Change>,
    /// What only a person can settle.
    pub open: Vec<Open>,
}

/// A PRD that both sides of a merge had moved.
#[derive(Debug, Clone, Serialize)]
pub struct Settled {
    /// Where it lies now.
    pub kept: RepoPath,
    /// Where the other side had moved it.
    pub dropped: RepoPath,
    /// False where its text has conflict marks to settle.
    pub clean: bool,
}

/// Something that is not settled.
#[derive(Debug, Clone, Serialize)]
pub struct Open {
    /// The PRD, where it has one id.
    pub id: Option<PrdId>,
    /// The files.
    pub paths: Vec<RepoPath>,
    /// Why not.
    pub message: String,
    /// What to do.
    pub hint: String,
}
