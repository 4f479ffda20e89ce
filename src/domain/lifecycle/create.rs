//! `new`: a file from a template, in draft.

use super::edits::TransitionError;
use super::event::{Event, RecordKind, record_file};
use super::guard::Guards;
use super::plan::{Action, Plan};
use super::snapshot::{Request, Snapshot};
use super::table::Transition;
use crate::domain::model::id::PrdId;
use crate::domain::model::slug::Slug;
use crate::domain::model::state::State;

/// Plans a new PRD of an id that was reserved for it.
///
/// # Errors
/// [`TransitionError`] where the id or the file is there already.
pub fn plan(
    snapshot: &Snapshot<'_>,
    id: &PrdId,
    slug: &Slug,
    content: String,
    request: &Request,
) -> Result<Plan, TransitionError> {
    let folder =
        snapshot.config.directories().folder(State::Draft).ok_or(TransitionError::NoFolder(State::Draft))?;
    let path = folder.join(&format!("{id}-{slug}.md"))?;
    let mut guards = Guards::new();
    guards.require_workflow(snapshot.config);
    if let Some(other) = snapshot.portfolio.find(id) {
        guards.require_always(
            false,
            "id-taken",
            format!("{id} is the id of {}", other.path),
            "leave --id out to get the next free one",
        );
    }
    guards.decide(&format!("make {id}"), &request.overriding)?;
    let event = Event {
        schema: 1,
        time: snapshot.now,
        prd: id.clone(),
        event: Transition::New,
        from: None,
        to: Some(State::Draft),
        actor: snapshot.actor.clone(),
        acting_as: request.acting_as.clone(),
        reason: None,
        forced: Vec::new(),
        archived: None,
        superseded_by: None,
    };
    let records = snapshot.config.directories().records();
    let (event_path, event_content) = record_file(&records, RecordKind::Events, id, snapshot.now, &event)?;
    Ok(Plan {
        prd: Some(id.clone()),
        command: Transition::New.name().to_owned(),
        from: None,
        to: Some(State::Draft),
        actions: vec![
            Action::WriteFile { path, content, replaces: None },
            Action::WriteFile { path: event_path, content: event_content, replaces: None },
        ],
        forced: Vec::new(),
        reason: None,
        notes: Vec::new(),
    })
}
