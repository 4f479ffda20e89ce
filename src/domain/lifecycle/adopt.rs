//! `adopt`: a Markdown file gets an id and becomes a PRD.

use super::edits::TransitionError;
use super::event::{Event, RecordKind, record_file};
use super::guard::Guards;
use super::plan::{Action, Plan, TextHash};
use super::snapshot::{Request, Snapshot};
use super::table::Transition;
use crate::domain::model::id::PrdId;
use crate::domain::model::path::RepoPath;
use crate::domain::model::slug::Slug;
use crate::domain::model::state::State;

/// Plans to give a file an id that was reserved for it: the file is renamed to `{id}-{slug}.md`, and moved to draft
/// where it lay in no state folder. Its text stays as it is, to the byte.
///
/// # Errors
/// [`TransitionError`] where the file is a PRD already, or its new name is taken.
pub fn plan(
    snapshot: &Snapshot<'_>,
    file: &RepoPath,
    text: &str,
    id: &PrdId,
    slug: &Slug,
    request: &Request,
) -> Result<Plan, TransitionError> {
    let directories = snapshot.config.directories();
    let state = directories.state_of(file).unwrap_or(State::Draft);
    let folder = match directories.state_of(file) {
        Some(_) => file.parent().ok_or(TransitionError::NoFolder(state))?,
        None => directories.folder(State::Draft).ok_or(TransitionError::NoFolder(State::Draft))?.clone(),
    };
    let to = folder.join(&format!("{id}-{slug}.md"))?;
    let mut guards = Guards::new();
    if let Some(prd) = snapshot.portfolio.prds().iter().find(|prd| prd.path == *file) {
        guards.require_always(
            false,
            "already-adopted",
            format!("{file} is {}", prd.id),
            format!("prd show {}", prd.id),
        );
    }
    guards.require_always(
        !snapshot.portfolio.prds().iter().any(|prd| prd.path == to),
        "path-taken",
        format!("{to} is there already"),
        "rename one of the two files",
    );
    guards.decide(&format!("adopt {file}"), &request.overriding)?;
    let event = Event {
        schema: 1,
        time: snapshot.now,
        prd: id.clone(),
        event: Transition::New,
        from: None,
        to: Some(state),
        actor: snapshot.actor.clone(),
        acting_as: None,
        reason: Some(format!("adopted from {file}")),
        forced: Vec::new(),
        archived: None,
        superseded_by: None,
    };
    let records = directories.records();
    let (path, content) = record_file(&records, RecordKind::Events, id, snapshot.now, &event)?;
    Ok(Plan {
        prd: Some(id.clone()),
        command: "adopt".to_owned(),
        from: None,
        to: Some(state),
        actions: vec![
            Action::MoveFile {
                from: file.clone(),
                to,
                content: text.to_owned(),
                replaces: TextHash::of(text.as_bytes()),
            },
            Action::WriteFile { path, content, replaces: None },
        ],
        forced: Vec::new(),
        reason: None,
        notes: Vec::new(),
    })
}
