//! `start`: ready → in-progress, with a branch and a worktree of its own.

use super::edits::{Draft, TransitionError};
use super::plan::{Action, Plan};
use super::snapshot::{Request, Snapshot, Subject};
use super::table::Transition;
use crate::domain::config::naming::{self, NameVariables};
use crate::domain::model::dependency::DependencyKind;
use crate::domain::model::field::FieldName;
use crate::domain::model::prd::Prd;
use crate::domain::model::state::State;

/// What git says about the names that a start would use.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NameFacts {
    /// The branch is there.
    pub branch_exists: bool,
    /// Another ref makes the branch impossible: `feat` forbids `feat/x`.
    pub branch_clash: Option<String>,
    /// Something is in the worktree's place.
    pub path_taken: bool,
    /// The registered worktree of the branch, where there is one.
    pub worktree_of_branch: Option<String>,
}

/// The names that a start uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    /// The branch.
    pub branch: String,
    /// The worktree's folder, relative to the main worktree; `None` where worktrees are off.
    pub worktree: Option<String>,
}

/// The branch and worktree of a PRD: those recorded in its header, else those that the config's patterns give.
///
/// # Errors
/// [`TransitionError::Naming`] where a pattern gives no legal name.
pub fn names(snapshot: &Snapshot<'_>, prd: &Prd, project: &str) -> Result<Names, TransitionError> {
    let naming = |source| TransitionError::Naming { id: prd.id.to_string(), source };
    let variables = NameVariables::of(prd, project);
    let branch = match &prd.branch {
        Some(branch) => branch.clone(),
        None => naming::branch_name(snapshot.config, &variables).map_err(naming)?.to_string(),
    };
    let worktree = if !snapshot.config.prd_workflow.worktree.enabled {
        None
    } else if let Some(worktree) = &prd.worktree {
        Some(worktree.clone())
    } else {
        Some(naming::worktree_path(snapshot.config, &variables, &branch).map_err(naming)?)
    };
    Ok(Names { branch, worktree })
}

/// Plans to start a PRD, or, as `reopen`, to take a finished one up again.
///
/// # Errors
/// [`TransitionError`] with every guard that failed.
pub fn plan(
    snapshot: &Snapshot<'_>,
    subject: Subject<'_>,
    names: &Names,
    facts: &NameFacts,
    transition: Transition,
    request: &Request,
) -> Result<Plan, TransitionError> {
    let prd = subject.prd;
    let mut draft = Draft::begin(snapshot, subject, transition, request);
    require_start_edges(&mut draft);
    require_free_place(&mut draft);
    require_names(&mut draft, names, facts);
    draft.set(&FieldName::Started, &snapshot.today.to_string())?;
    draft.set(&FieldName::Branch, &names.branch)?;
    draft.remove(&FieldName::CompletedDate);
    match (&names.worktree, &facts.worktree_of_branch) {
        (Some(_), Some(there)) => {
            draft.set(&FieldName::Worktree, there)?;
            draft.notes.push(format!("the worktree {there} is there already and is used again"));
        }
        (Some(path), None) => {
            draft.set(&FieldName::Worktree, path)?;
            draft.act(if facts.branch_exists {
                Action::AttachWorktree { branch: names.branch.clone(), worktree: path.clone() }
            } else {
                Action::CreateBranch { branch: names.branch.clone(), worktree: Some(path.clone()) }
            });
        }
        (None, _) if !facts.branch_exists => {
            draft.act(Action::CreateBranch { branch: names.branch.clone(), worktree: None });
        }
        (None, _) => {}
    }
    if prd.checklist.ticked().is_none() {
        draft.notes.push(format!("{} has no check boxes, so its progress cannot be seen", prd.id));
    }
    draft.finish(request)
}

fn require_start_edges(draft: &mut Draft<'_>) {
    let graph = draft.snapshot.graph;
    let Some(node) = graph.node(&draft.prd.id) else { return };
    for edge in graph.start_blockers(node) {
        let what = if edge.kind == DependencyKind::Contract {
            "has published no contract"
        } else {
            "is not complete"
        };
        draft.require_edge(edge, what);
    }
    draft.require_known(node);
}

fn require_free_place(draft: &mut Draft<'_>) {
    let Some(limit) = draft.snapshot.config.orchestration.parallel_features else { return };
    let limit = usize::try_from(limit.get()).unwrap_or(usize::MAX);
    let running: Vec<String> = draft
        .snapshot
        .portfolio
        .prds()
        .iter()
        .filter(|prd| prd.state == State::InProgress)
        .map(|prd| prd.id.to_string())
        .collect();
    draft.guards.require(
        running.len() < limit,
        "parallel-limit",
        format!("{} of {limit} places are taken by {}", running.len(), running.join(", ")),
        "complete or pause one first; the limit is orchestration.parallel_features",
    );
}

fn require_names(draft: &mut Draft<'_>, names: &Names, facts: &NameFacts) {
    let own = draft.prd.branch.as_deref() == Some(&names.branch);
    draft.guards.require_always(
        !facts.branch_exists || own,
        "branch-taken",
        format!(
            "the branch {} is there already and is not recorded as that of {}",
            names.branch, draft.prd.id
        ),
        format!(
            "if it is, record it: prd set {} Branch={}; else rename it: git branch -m {} NEW",
            draft.prd.id, names.branch, names.branch
        ),
    );
    draft.guards.require_always(
        facts.branch_clash.is_none(),
        "branch-clash",
        format!(
            "git cannot have a branch {} beside {}",
            names.branch,
            facts.branch_clash.as_deref().unwrap_or_default()
        ),
        "rename that branch, or change prd_workflow.branch_naming.pattern",
    );
    if let Some(path) = names.worktree.as_ref().filter(|_| facts.worktree_of_branch.is_none()) {
        draft.guards.require_always(
            !facts.path_taken,
            "worktree-path-taken",
            format!("{path} is there already and is no worktree of {}", names.branch),
            "move it away, or change prd_workflow.worktree.naming_pattern",
        );
    }
}
