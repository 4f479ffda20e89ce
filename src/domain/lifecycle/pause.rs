//! `pause`: in-progress → ready; the branch stays.

use super::edits::{Draft, TransitionError};
use super::plan::{Action, Consent, Plan};
use super::snapshot::{Request, Snapshot, Subject};
use super::table::Transition;
use crate::domain::model::field::FieldName;

/// What is known of the PRD's worktree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorktreeFacts {
    /// Its folder, as the plan names it.
    pub path: String,
    /// The branch in it.
    pub branch: String,
    /// What forbids to remove it, one sentence each; empty where the removal gate is open.
    pub obstacles: Vec<String>,
    /// What the gate was told.
    pub consent: Consent,
}

impl WorktreeFacts {
    /// The step that removes it.
    #[must_use]
    pub fn removal(&self) -> Action {
        Action::RemoveWorktree {
            branch: self.branch.clone(),
            worktree: self.path.clone(),
            consent: self.consent,
        }
    }
}

/// Plans to lay a PRD aside. Its worktree is removed unless it is to be kept.
///
/// # Errors
/// [`TransitionError`] where it is not in progress, or its worktree could lose work.
pub fn plan(
    snapshot: &Snapshot<'_>,
    subject: Subject<'_>,
    worktree: Option<&WorktreeFacts>,
    keep_worktree: bool,
    request: &Request,
) -> Result<Plan, TransitionError> {
    let mut draft = Draft::begin(snapshot, subject, Transition::Pause, request);
    if let Some(worktree) = worktree.filter(|_| !keep_worktree) {
        for obstacle in &worktree.obstacles {
            draft.guards.require_always(
                false,
                "worktree-not-clean",
                format!("{}: {obstacle}", worktree.path),
                "commit or stash it, or keep the worktree: --keep-worktree (ignored files: --discard-ignored)",
            );
        }
        draft.remove(&FieldName::Worktree);
        draft.act(worktree.removal());
    }
    draft.finish(request)
}
