//! `archive`: any state → archived, with a reason.

use super::edits::{Draft, TransitionError};
use super::event::ArchiveReason;
use super::pause::WorktreeFacts;
use super::plan::Plan;
use super::snapshot::{Request, Snapshot, Subject};
use super::table::Transition;
use crate::domain::model::field::FieldName;
use crate::domain::model::prd::Prd;
use crate::domain::model::state::State;

/// Plans to put a PRD away. Dependents of a cancelled one are named in the plan's notes.
///
/// # Errors
/// [`TransitionError`] where `superseded` names no successor, `completed` is not so, or the PRD's worktree could
/// lose work.
pub fn plan(
    snapshot: &Snapshot<'_>,
    subject: Subject<'_>,
    reason: ArchiveReason,
    successor: Option<&Prd>,
    worktree: Option<&WorktreeFacts>,
    request: &Request,
) -> Result<Plan, TransitionError> {
    let prd = subject.prd;
    let mut draft = Draft::begin(snapshot, subject, Transition::Archive, request);
    draft.guards.require_always(
        reason != ArchiveReason::Completed || prd.state == State::Complete,
        "not-complete",
        format!("{} is {}, not complete", prd.id, prd.state),
        format!("prd complete {}, or archive it for another reason", prd.id),
    );
    draft.guards.require_always(
        (reason == ArchiveReason::Superseded) == successor.is_some(),
        "successor-missing",
        "`superseded` goes with `--by ID`, and only that",
        format!("prd archive {} --reason superseded --by ID", prd.id),
    );
    draft.guards.require_always(
        successor.is_none_or(|other| other.id != prd.id),
        "successor-is-itself",
        format!("{} cannot supersede itself", prd.id),
        "name the PRD that does its work now",
    );
    if let Some(worktree) = worktree {
        for obstacle in &worktree.obstacles {
            draft.guards.require_always(
                false,
                "worktree-not-clean",
                format!("{}: {obstacle}", worktree.path),
                "commit, stash or remove it first (ignored files: --discard-ignored)",
            );
        }
    }
    draft.event.archived = Some(reason);
    if let Some(successor) = successor {
        draft.event.superseded_by = Some(successor.id.clone());
        draft.set(&FieldName::SupersededBy, &successor.id.to_string())?;
    }
    if let Some(worktree) = worktree {
        draft.remove(&FieldName::Worktree);
        draft.act(worktree.removal());
    }
    if !matches!(reason, ArchiveReason::Completed | ArchiveReason::Superseded) {
        let graph = snapshot.graph;
        let waiting: Vec<String> = graph
            .node(&prd.id)
            .into_iter()
            .flat_map(|node| graph.dependents(node))
            .filter(|edge| edge.binding)
            .map(|edge| graph.id(edge.dependent).to_string())
            .collect();
        if !waiting.is_empty() {
            draft.notes.push(format!(
                "{} {} on {}, which now will never be complete",
                waiting.join(", "),
                if waiting.len() == 1 { "depends" } else { "depend" },
                prd.id
            ));
        }
    }
    draft.finish(request)
}
