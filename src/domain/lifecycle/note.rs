//! Notes from one team to another: tracked records that belong to nobody's PRD folder, and what an inbox shows.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use super::edits::TransitionError;
use super::event::file_in;
use super::guard::{Guards, Override};
use super::plan::{Action, Plan};
use super::snapshot::Snapshot;
use crate::domain::model::id::PrdId;
use crate::domain::model::path::{OutsideRepository, RepoPath};
use crate::domain::model::people::{Person, TeamName};

/// The longest note, in characters: what is longer belongs into a PRD.
pub const LONGEST: usize = 2000;

/// One note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The version of this record: 1.
    pub schema: u32,
    /// When.
    pub time: DateTime<FixedOffset>,
    /// Who wrote it.
    pub from: Person,
    /// The team; absent for all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<TeamName>,
    /// The PRD that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prd: Option<PrdId>,
    /// What it says.
    pub text: String,
}

/// The folder of all notes, below the one of all records.
///
/// # Errors
/// `records` is no path of the repository.
pub fn folder(records: &RepoPath) -> Result<RepoPath, OutsideRepository> {
    records.join("notes")
}

/// Plans to write a note to a team, or to all where none is named.
///
/// # Errors
/// [`TransitionError`] where the text is empty or too long, or the configuration leaves notes out.
pub fn plan(
    snapshot: &Snapshot<'_>,
    team: Option<TeamName>,
    prd: Option<PrdId>,
    text: &str,
) -> Result<Plan, TransitionError> {
    let text = text.trim();
    let length = text.chars().count();
    let mut guards = Guards::new();
    guards.require_workflow(snapshot.config);
    guards.require_always(
        length > 0,
        "empty-note",
        "the note says nothing",
        "write what the team should know",
    );
    guards.require_always(
        length <= LONGEST,
        "long-note",
        format!("the note has {length} characters, and a note has {LONGEST} at most"),
        "put the rest into the PRD, and name it with --prd",
    );
    guards.decide("write the note", &Override::default())?;
    let note = Note {
        schema: 1,
        time: snapshot.now,
        from: snapshot.actor.clone(),
        team,
        prd: prd.clone(),
        text: text.to_owned(),
    };
    let folder = folder(&snapshot.config.directories().records())?;
    let (path, content) = file_in(&folder, snapshot.now, &note)?;
    Ok(Plan {
        prd,
        command: "note".to_owned(),
        from: None,
        to: None,
        actions: vec![Action::WriteFile { path, content, replaces: None }],
        forced: Vec::new(),
        reason: None,
        notes: Vec::new(),
    })
}
