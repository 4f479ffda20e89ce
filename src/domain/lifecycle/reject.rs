//! `reject`: review → draft, with a reason.

use super::edits::{Draft, TransitionError};
use super::plan::Plan;
use super::snapshot::{Request, Snapshot, Subject};
use super::table::Transition;
use crate::domain::model::state::State;

/// Plans to send a PRD back to its author.
///
/// # Errors
/// [`TransitionError`] where it is not in review or no reason is given.
pub fn plan(
    snapshot: &Snapshot<'_>,
    subject: Subject<'_>,
    request: &Request,
) -> Result<Plan, TransitionError> {
    let mut draft = Draft::begin(snapshot, subject, Transition::Reject, request);
    let reasoned = request.overriding.reason.as_ref().is_some_and(|reason| !reason.trim().is_empty());
    draft.guards.require_always(
        reasoned,
        "reason-missing",
        "a rejection needs a reason that its author can act on",
        format!("prd reject {} --reason \"…\"", subject.prd.id),
    );
    let reviewed = snapshot.records.reviews.get(&subject.prd.id).and_then(|reviews| reviews.last());
    let in_place = subject.prd.state == State::Draft;
    draft.guards.require_always(
        !in_place
            || reviewed.is_some_and(|review| !snapshot.records.is_rejected(&subject.prd.id, review.time)),
        "not-reviewed",
        format!("{} has no review that is open", subject.prd.id),
        format!("prd review {}", subject.prd.id),
    );
    draft.finish(request)
}
