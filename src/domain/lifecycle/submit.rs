//! `review`: draft → review, or again in review, with the record of the grade.

use super::edits::{Draft, TransitionError};
use super::event::RecordKind;
use super::plan::Plan;
use super::snapshot::{Request, Snapshot, Subject};
use super::table::Transition;
use crate::domain::model::finding::Severity;
use crate::domain::review::record::ReviewRecord;

/// Plans to save a review, and to move a draft to review.
///
/// `graded` is the text that was graded: the PRD's, with the answers to the calibration questions written into it.
///
/// # Errors
/// [`TransitionError`] where the PRD is in another state, or its document does not parse.
pub fn plan(
    snapshot: &Snapshot<'_>,
    subject: Subject<'_>,
    graded: &str,
    record: &ReviewRecord,
    request: &Request,
) -> Result<Plan, TransitionError> {
    let mut draft = Draft::begin(snapshot, subject, Transition::Review, request);
    let broken = subject.prd.problems.iter().filter(|problem| problem.severity == Severity::Error);
    for problem in broken {
        draft.guards.require_always(
            false,
            problem.rule,
            format!("{}:{}: {}", problem.place.path, problem.place.line, problem.message),
            problem.hint.clone().unwrap_or_else(|| "mend it first".to_owned()),
        );
    }
    draft.guards.require_always(
        !subject.prd.title.trim().is_empty(),
        "no-title",
        format!("{} has no title", subject.prd.path),
        format!("begin the file with `# {}: Title`", subject.prd.id),
    );
    draft.replace_text(graded.to_owned());
    draft.record(RecordKind::Reviews, record)?;
    draft.finish(request)
}
