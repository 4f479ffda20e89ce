//! What happened, newest first.

use chrono::{DateTime, FixedOffset};
use serde::Serialize;

use crate::domain::lifecycle::event::Event;
use crate::domain::lifecycle::snapshot::Records;
use crate::domain::lifecycle::table::Transition;
use crate::domain::model::id::PrdId;
use crate::domain::model::state::State;

/// Events of one or all PRDs.
#[derive(Debug, Clone, Serialize)]
pub struct History {
    /// The events, newest first.
    pub events: Vec<Entry>,
}

/// One event.
#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    /// When.
    pub time: DateTime<FixedOffset>,
    /// The PRD.
    pub id: PrdId,
    /// The transition.
    pub event: Transition,
    /// The state before.
    pub from: Option<State>,
    /// The state after.
    pub to: Option<State>,
    /// Who.
    pub actor: String,
    /// In whose name.
    pub acting_as: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Guards that were overridden.
    pub forced: Vec<String>,
}

impl History {
    /// The history of one PRD, or of all.
    #[must_use]
    pub fn of(records: &Records, only: Option<&PrdId>) -> Self {
        let mut events: Vec<Entry> = records
            .events
            .iter()
            .filter(|(id, _)| only.is_none_or(|only| only == *id))
            .flat_map(|(_, events)| events)
            .map(Entry::of)
            .collect();
        // Sorting is stable, so events of one second keep the order in which they were read, reversed.
        events.reverse();
        events.sort_by_key(|event| std::cmp::Reverse(event.time));
        Self { events }
    }
}

impl Entry {
    fn of(event: &Event) -> Self {
        Self {
            time: event.time,
            id: event.prd.clone(),
            event: event.event,
            from: event.from,
            to: event.to,
            actor: event.actor.to_string(),
            acting_as: event.acting_as.clone(),
            reason: event.reason.clone(),
            forced: event.forced.clone(),
        }
    }
}
