//! Changes of one PRD's text that move nothing: `set`, `edit`, `deps add|rm`, `lint --fix`.

use super::guard::{Guards, Refusal};
use super::plan::{Action, Plan, TextHash};
use super::snapshot::{Snapshot, Subject};

/// Plans to write a new text of a PRD in its place; `None` where nothing changes.
///
/// # Errors
/// [`Refusal`] where the workflow is disabled.
pub fn plan(
    snapshot: &Snapshot<'_>,
    subject: Subject<'_>,
    command: &str,
    content: String,
) -> Result<Option<Plan>, Refusal> {
    if content == subject.text {
        return Ok(None);
    }
    let mut guards = Guards::new();
    guards.require_workflow(snapshot.config);
    guards.decide(&format!("{command} {}", subject.prd.id), &super::guard::Override::default())?;
    Ok(Some(Plan {
        prd: Some(subject.prd.id.clone()),
        command: command.to_owned(),
        from: Some(subject.prd.state),
        to: Some(subject.prd.state),
        actions: vec![Action::WriteFile {
            path: subject.prd.path.clone(),
            content,
            replaces: Some(TextHash::of(subject.text.as_bytes())),
        }],
        forced: Vec::new(),
        reason: None,
        notes: Vec::new(),
    }))
}
