//! All that a decision may depend on, read once.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, FixedOffset, NaiveDate};

use super::event::{ArchiveReason, Event, Waiver};
use super::guard::Override;
use super::table::Transition;
use crate::domain::config::schema::Config;
use crate::domain::graph::dependencies::Graph;
use crate::domain::model::field::FieldName;
use crate::domain::model::id::PrdId;
use crate::domain::model::path::RepoPath;
use crate::domain::model::people::Person;
use crate::domain::model::portfolio::Portfolio;
use crate::domain::model::prd::Prd;
use crate::domain::model::state::State;
use crate::domain::review::record::{Approval, ReviewRecord};

/// The tracked records of a portfolio, each list in the order of time.
#[derive(Debug, Clone, Default)]
pub struct Records {
    /// Events by PRD.
    pub events: BTreeMap<PrdId, Vec<Event>>,
    /// Reviews by PRD.
    pub reviews: BTreeMap<PrdId, Vec<ReviewRecord>>,
    /// Approvals by PRD.
    pub approvals: BTreeMap<PrdId, Vec<Approval>>,
    /// Waived criteria by PRD.
    pub waivers: BTreeMap<PrdId, Vec<Waiver>>,
    /// PRDs whose contract is published.
    pub contracts: BTreeSet<PrdId>,
}

impl Records {
    /// The last event of a kind.
    #[must_use]
    pub fn last(&self, id: &PrdId, event: Transition) -> Option<&Event> {
        self.events.get(id)?.iter().rev().find(|entry| entry.event == event)
    }

    /// The state that an archived PRD came from: that of its last archiving; without a record, complete where
    /// the PRD has a completion date, else draft.
    #[must_use]
    pub fn archived_from(&self, prd: &Prd) -> State {
        let recorded = self.last(&prd.id, Transition::Archive).and_then(|event| event.from);
        recorded.unwrap_or(if prd.field(&FieldName::CompletedDate).is_some() {
            State::Complete
        } else {
            State::Draft
        })
    }

    /// True where a PRD was rejected after this time. Where reviews have no folder of their own this alone tells
    /// that a review is over.
    #[must_use]
    pub fn is_rejected(&self, id: &PrdId, after: DateTime<FixedOffset>) -> bool {
        self.last(id, Transition::Reject).is_some_and(|event| event.time >= after)
    }

    /// Ids of archived PRDs that were complete before.
    #[must_use]
    pub fn completed_before_archiving(&self, portfolio: &Portfolio) -> BTreeSet<PrdId> {
        portfolio
            .prds()
            .iter()
            .filter(|prd| prd.state == State::Archived && self.archived_from(prd) == State::Complete)
            .map(|prd| prd.id.clone())
            .collect()
    }

    /// Why a PRD was archived, where that is recorded.
    #[must_use]
    pub fn archive_reason(&self, id: &PrdId) -> Option<ArchiveReason> {
        self.last(id, Transition::Archive)?.archived
    }
}

/// PRDs whose issue waits in the outbox of this clone.
pub type QueuedIssues = BTreeSet<PrdId>;

/// What every transition is decided from.
#[derive(Debug, Clone, Copy)]
pub struct Snapshot<'a> {
    /// The configuration.
    pub config: &'a Config,
    /// All PRDs.
    pub portfolio: &'a Portfolio,
    /// Their dependencies.
    pub graph: &'a Graph<'a>,
    /// Their records.
    pub records: &'a Records,
    /// Who asks, as git knows them.
    pub actor: &'a Person,
    /// When.
    pub now: DateTime<FixedOffset>,
    /// Today.
    pub today: NaiveDate,
    /// The work plan's file and text, where it exists.
    pub work_plan: Option<&'a (RepoPath, String)>,
    /// GitHub; `None` where it is off, or no remote leads there.
    pub github: Option<&'a QueuedIssues>,
}

/// The PRD that is to be moved.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Its model.
    pub prd: &'a Prd,
    /// Its file's text.
    pub text: &'a str,
}

/// What the user said besides the PRD.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// `--force` and `--reason`.
    pub overriding: Override,
    /// `--as`.
    pub acting_as: Option<String>,
}
