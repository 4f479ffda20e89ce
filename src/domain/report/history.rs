//! What happened, newest first.

use std::fmt;

use chrono::{DateTime, FixedOffset};
use serde::{Serialize, Serializer};

use crate::domain::lifecycle::check_in::CheckIn;
use crate::domain::lifecycle::contract::ContractRecord;
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
    /// What happened.
    pub event: Happening,
    /// The state before.
    pub from: Option<State>,
    /// The state after.
    pub to: Option<State>,
    /// Who.
    pub actor: String,
    /// In whose name.
    pub acting_as: Option<String>,
    /// Why, or what was said.
    pub reason: Option<String>,
    /// Guards that were overridden.
    pub forced: Vec<String>,
}

/// What can happen to a PRD; in JSON its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happening {
    /// A transition.
    Transition(Transition),
    /// Somebody said how it goes.
    CheckIn,
    /// Its contract was published.
    Publish,
}

impl Serialize for Happening {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for Happening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Transition(transition) => transition.name(),
            Self::CheckIn => "checkin",
            Self::Publish => "publish",
        })
    }
}

impl History {
    /// The history of one PRD, or of all.
    #[must_use]
    pub fn of(records: &Records, only: Option<&PrdId>) -> Self {
        let wanted = |id: &PrdId| only.is_none_or(|only| only == id);
        let said = records.check_ins.iter().filter(|(id, _)| wanted(id)).flat_map(|(_, said)| said);
        let published = records.contracts.iter().filter(|(id, _)| wanted(id)).flat_map(|(_, all)| all);
        let mut events: Vec<Entry> = records
            .events
            .iter()
            .filter(|(id, _)| wanted(id))
            .flat_map(|(_, events)| events)
            .map(Entry::of)
            .chain(said.map(Entry::of_check_in))
            .chain(published.filter_map(Entry::of_publication))
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
            event: Happening::Transition(event.event),
            from: event.from,
            to: event.to,
            actor: event.actor.to_string(),
            acting_as: event.acting_as.clone(),
            reason: event.reason.clone(),
            forced: event.forced.clone(),
        }
    }
    fn of_check_in(check_in: &CheckIn) -> Self {
        let told = check_in.said.told();
        Self {
            reason: (!told.is_empty()).then_some(told),
            ..Self::beside(Happening::CheckIn, &check_in.prd, check_in.time, check_in.actor.to_string())
        }
    }

    /// `None` for a record that says not when.
    fn of_publication(record: &ContractRecord) -> Option<Self> {
        let actor = record.actor.as_ref().map_or_else(String::new, ToString::to_string);
        let entry = Self::beside(Happening::Publish, &record.prd, record.time?, actor);
        Some(Self { reason: Some(record.told()), ..entry })
    }

    /// Something that moves nothing.
    fn beside(event: Happening, id: &PrdId, time: DateTime<FixedOffset>, actor: String) -> Self {
        Self {
            time,
            id: id.clone(),
            event,
            from: None,
            to: None,
            actor,
            acting_as: None,
            reason: None,
            forced: Vec::new(),
        }
    }
}
