//! `restore`: archived → the state it came from.

use super::edits::{Draft, TransitionError};
use super::plan::Plan;
use super::snapshot::{Request, Snapshot, Subject};
use super::table::Transition;
use crate::domain::model::field::FieldName;
use crate::domain::model::state::State;

/// Plans to take a PRD out of the archive.
///
/// # Errors
/// [`TransitionError`] where it is not archived.
pub fn plan(
    snapshot: &Snapshot<'_>,
    subject: Subject<'_>,
    request: &Request,
) -> Result<Plan, TransitionError> {
    let mut draft = Draft::begin(snapshot, subject, Transition::Restore, request);
    draft.remove(&FieldName::SupersededBy);
    if snapshot.records.archived_from(subject.prd) == State::InProgress && subject.prd.worktree.is_none() {
        let id = &subject.prd.id;
        draft.notes.push(format!("it has no worktree; to get one: prd pause {id} && prd start {id}"));
    }
    draft.finish(request)
}
