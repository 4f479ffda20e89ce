//! What all transitions share: the legal move, the edits of the header, the event, the work plan.

use crate::domain::graph::dependencies::{Edge, Node};
use crate::domain::markdown::edit::error::EditError;
use crate::domain::markdown::edit::field;
use crate::domain::model::field::FieldName;
use crate::domain::model::path::{OutsideRepository, RepoPath};
use crate::domain::model::prd::Prd;
use crate::domain::model::state::State;

use super::event::{Event, RecordKind, record_file};
use super::guard::{Guards, Refusal};
use super::plan::{Action, OutboxEntry, OutboxKind, Plan, TextHash};
use super::snapshot::{Request, Snapshot, Subject};
use super::table::Transition;
use super::work_plan;

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
pub enum TransitionError {
    /// Guards failed.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A header field could not be written.
    #[error("the header of {path} cannot be edited")]
    Edit {
        /// The file.
        path: RepoPath,
        /// Why.
        source: EditError,
    },
    /// A path left the repository.
    #[error(transparent)]
    Path(#[from] OutsideRepository),
    /// A state has no folder in this layout.
    #[error("this repository's layout has no folder for {0}")]
    NoFolder(State),
    /// A branch or worktree name could not be made.
    #[error("no branch or worktree name for {id}")]
    Naming {
        /// The PRD.
        id: String,
        /// Why.
        source: crate::domain::config::naming::NamingError,
    },
}

/// A transition in the making.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    pub(super) snapshot: &'a Snapshot<'a>,
    pub(super) prd: &'a Prd,
    pub(super) guards: Guards,
    pub(super) notes: Vec<String>,
    pub(super) event: Event,
    transition: Transition,
    old_text: &'a str,
    text: String,
    to: State,
    actions: Vec<Action>,
}

impl<'a> Draft<'a> {
    /// Begins a transition: it must be enabled and lead away from the PRD's state.
    pub(super) fn begin(
        snapshot: &'a Snapshot<'a>,
        subject: Subject<'a>,
        transition: Transition,
        request: &Request,
    ) -> Self {
        let prd = subject.prd;
        let has_review = snapshot.config.directories().folder(State::Review).is_some();
        let sources = transition.sources(has_review);
        let to = transition.target(has_review).unwrap_or_else(|| snapshot.records.archived_from(prd));
        let mut guards = Guards::new();
        guards.require_workflow(snapshot.config);
        guards.require_always(
            sources.contains(&prd.state),
            "illegal-transition",
            format!(
                "{} is {}; {transition} leads from {} to {to} ({})",
                prd.id,
                prd.state,
                sources.iter().map(|state| state.name()).collect::<Vec<_>>().join(" or "),
                prd.path,
            ),
            legal_hint(prd, has_review),
        );
        let doubles = snapshot.portfolio.prds().iter().filter(|other| other.id == prd.id).count();
        guards.require_always(
            doubles == 1,
            "duplicate-id",
            format!("{doubles} files have the id {}", prd.id),
            "`prd lint` names them; give one of them another id first",
        );
        Self {
            snapshot,
            prd,
            guards,
            notes: Vec::new(),
            event: Event {
                schema: 1,
                time: snapshot.now,
                prd: prd.id.clone(),
                event: transition,
                from: Some(prd.state),
                to: Some(to),
                actor: snapshot.actor.clone(),
                acting_as: request.acting_as.clone(),
                reason: request.overriding.reason.clone(),
                forced: Vec::new(),
                archived: None,
                superseded_by: None,
            },
            transition,
            old_text: subject.text,
            text: subject.text.to_owned(),
            to,
            actions: Vec::new(),
        }
    }

    /// The guard of one dependency that is not met.
    pub(super) fn require_edge(&mut self, edge: &Edge, what: &str) {
        let graph = self.snapshot.graph;
        let (dependent, prerequisite) = (graph.id(edge.dependent), graph.id(edge.prerequisite));
        let place = &edge.declared_at;
        self.guards.require(
            false,
            "unmet-dependency",
            format!("{dependent} depends on {prerequisite}, which {what} ({}:{})", place.path, place.line),
            format!("`prd show {prerequisite}` says how far it is; override with --force --reason \"…\""),
        );
    }

    /// The guard of dependencies on ids that no PRD has.
    pub(super) fn require_known(&mut self, node: Node) {
        for unknown in self.snapshot.graph.unresolved().iter().filter(|unknown| unknown.node == node) {
            let (id, place) = (&unknown.id, &unknown.place);
            self.guards.require(
                false,
                "unknown-dependency",
                format!("{} depends on {id}, which no PRD is ({}:{})", self.prd.id, place.path, place.line),
                format!("correct it, or `prd deps rm {} {id}`", self.prd.id),
            );
        }
    }

    /// The text as edited so far.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Puts another text in place of the whole, made by an edit of its own.
    pub(super) fn replace_text(&mut self, text: String) {
        self.text = text;
    }

    /// Stays where it is: the state after is the state before.
    pub(super) fn stay(&mut self) {
        self.to = self.prd.state;
        self.event.to = Some(self.prd.state);
    }

    /// Sets a header field, adding it where it is missing.
    pub(super) fn set(&mut self, name: &FieldName, value: &str) -> Result<(), TransitionError> {
        self.text = field::set_field(&self.text, name, value)
            .map_err(|source| TransitionError::Edit { path: self.prd.path.clone(), source })?;
        Ok(())
    }

    /// Removes a header field where it is there.
    pub(super) fn remove(&mut self, name: &FieldName) {
        self.text = field::remove_field(&self.text, name);
    }

    /// Adds a step behind the move.
    pub(super) fn act(&mut self, action: Action) {
        self.actions.push(action);
    }

    /// Adds a record's file.
    pub(super) fn record<T: serde::Serialize>(
        &mut self,
        kind: RecordKind,
        record: &T,
    ) -> Result<(), TransitionError> {
        let records = self.snapshot.config.directories().records();
        let (path, content) = record_file(&records, kind, &self.prd.id, self.snapshot.now, record)?;
        self.actions.push(Action::WriteFile { path, content, replaces: None });
        Ok(())
    }

    /// Queues what the PRD's issue is to say, where it has one or will have.
    fn tell_github(&mut self, event: &Event) {
        let Some(queued) = self.snapshot.github else { return };
        if self.prd.issue.is_none() && !queued.contains(&self.prd.id) {
            return;
        }
        self.actions.push(Action::Queue {
            entry: OutboxEntry {
                schema: 1,
                kind: OutboxKind::UpdateIssue,
                prd: self.prd.id.clone(),
                queued: event.time.to_rfc3339(),
                event: Some(event.clone()),
            },
        });
    }

    /// Queues a message, where one is to be sent.
    fn tell_slack(&mut self, event: &Event) {
        let slack = &self.snapshot.config.notifications.slack;
        if !slack.enabled || slack.webhook_url.is_none() {
            return;
        }
        self.actions.push(Action::Queue {
            entry: OutboxEntry {
                schema: 1,
                kind: OutboxKind::NotifySlack,
                prd: self.prd.id.clone(),
                queued: event.time.to_rfc3339(),
                event: Some(event.clone()),
            },
        });
    }

    /// Decides the guards and makes the plan: the move first, then the event, then the other steps.
    pub(super) fn finish(mut self, request: &Request) -> Result<Plan, TransitionError> {
        let folder =
            self.snapshot.config.directories().folder(self.to).ok_or(TransitionError::NoFolder(self.to))?;
        let moves = self.to != self.prd.state;
        let to_path = if moves { folder.join(self.prd.path.file_name())? } else { self.prd.path.clone() };
        let taken = moves && self.snapshot.portfolio.prds().iter().any(|other| other.path == to_path);
        self.guards.require_always(
            !taken,
            "path-taken",
            format!("{to_path} is there already"),
            "rename one of the two files",
        );
        let what = format!("{} {}", self.transition, self.prd.id);
        let guards = std::mem::take(&mut self.guards);
        let forced = guards.decide(&what, &request.overriding)?;
        self.event.forced = forced.iter().map(|rule| (*rule).to_owned()).collect();
        if moves && self.prd.field(&FieldName::Status).is_some() {
            self.set(&FieldName::Status, self.to.title())?;
        }
        let event = self.event.clone();
        self.record(RecordKind::Events, &event)?;
        if moves {
            self.tell_github(&event);
            self.tell_slack(&event);
        }
        let mut actions = Vec::new();
        if moves || self.text != self.old_text {
            actions.push(Action::MoveFile {
                from: self.prd.path.clone(),
                to: to_path,
                content: self.text,
                replaces: TextHash::of(self.old_text.as_bytes()),
            });
        }
        actions.append(&mut self.actions);
        if moves {
            actions.extend(work_plan::update(self.snapshot, &self.prd.id, self.to));
        }
        Ok(Plan {
            prd: Some(self.prd.id.clone()),
            command: self.transition.name().to_owned(),
            from: Some(self.prd.state),
            to: Some(self.to),
            actions,
            forced: event.forced,
            reason: request.overriding.reason.clone(),
            notes: self.notes,
        })
    }
}

/// The commands that lead away from a PRD's state.
fn legal_hint(prd: &Prd, has_review: bool) -> String {
    let legal: Vec<String> = Transition::ALL
        .iter()
        .filter(|transition| transition.sources(has_review).contains(&prd.state))
        .map(|transition| format!("`prd {transition} {}`", prd.id))
        .collect();
    format!("from {} these lead on: {}", prd.state, legal.join(", "))
}
