//! What a command changed, or would change.

use serde::Serialize;

use crate::domain::lifecycle::plan::{Action, Plan};
use crate::domain::model::id::PrdId;
use crate::domain::model::path::RepoPath;
use crate::domain::model::state::State;

/// A plan and what came of it.
#[derive(Debug, Clone, Serialize)]
pub struct Change {
    /// The PRD; null for what concerns no single one.
    pub id: Option<PrdId>,
    /// Its title.
    pub title: String,
    /// The command.
    pub command: String,
    /// The state before.
    pub from: Option<State>,
    /// The state after.
    pub to: Option<State>,
    /// The PRD's file after.
    pub path: Option<RepoPath>,
    /// True where nothing was done.
    pub dry_run: bool,
    /// The steps.
    pub steps: Vec<Step>,
    /// The branch that was made or used.
    pub branch: Option<String>,
    /// The worktree that was made, absolute.
    pub worktree: Option<String>,
    /// The commit on the home branch.
    pub commit: Option<String>,
    /// Guards that were overridden.
    pub forced: Vec<String>,
    /// What a user should know besides.
    pub notes: Vec<String>,
    /// What failed after the change itself was done.
    pub failed: Option<String>,
}

/// One step in words.
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    /// What it does.
    pub action: String,
    /// How to take it back.
    pub undo: String,
}

impl Change {
    /// The change that a plan will make.
    #[must_use]
    pub fn of(plan: &Plan, title: &str, dry_run: bool) -> Self {
        let is_record = |path: &RepoPath| path.as_str().contains(".prd/");
        let path = plan.actions.iter().find_map(|action| match action {
            Action::MoveFile { to, .. } => Some(to.clone()),
            Action::WriteFile { path, .. } if !is_record(path) => Some(path.clone()),
            Action::WriteFile { .. }
            | Action::RemoveFile { .. }
            | Action::CreateBranch { .. }
            | Action::AttachWorktree { .. }
            | Action::RemoveWorktree { .. }
            | Action::Queue { .. } => None,
        });
        let branch = plan.actions.iter().find_map(|action| match action {
            Action::CreateBranch { branch, .. } | Action::AttachWorktree { branch, .. } => {
                Some(branch.clone())
            }
            Action::WriteFile { .. }
            | Action::MoveFile { .. }
            | Action::RemoveFile { .. }
            | Action::RemoveWorktree { .. }
            | Action::Queue { .. } => None,
        });
        Self {
            id: plan.prd.clone(),
            title: title.to_owned(),
            command: plan.command.clone(),
            from: plan.from,
            to: plan.to,
            path,
            dry_run,
            steps: plan
                .actions
                .iter()
                .map(|action| Step { action: action.to_string(), undo: action.undo() })
                .collect(),
            branch,
            worktree: None,
            commit: None,
            forced: plan.forced.clone(),
            notes: plan.notes.clone(),
            failed: None,
        }
    }
}
