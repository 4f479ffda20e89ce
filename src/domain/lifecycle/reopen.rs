//! `reopen`: complete → in-progress, as a start, with its branch and worktree again.

use super::edits::TransitionError;
use super::plan::Plan;
use super::snapshot::{Request, Snapshot, Subject};
use super::start::{self, NameFacts, Names};
use super::table::Transition;

/// Plans to take a finished PRD up again.
///
/// # Errors
/// As [`start::plan`].
pub fn plan(
    snapshot: &Snapshot<'_>,
    subject: Subject<'_>,
    names: &Names,
    facts: &NameFacts,
    request: &Request,
) -> Result<Plan, TransitionError> {
    start::plan(snapshot, subject, names, facts, Transition::Reopen, request)
}
