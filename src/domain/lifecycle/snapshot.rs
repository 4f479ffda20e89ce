//! All that a decision may depend on, read once.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, FixedOffset, NaiveDate};

use super::check_in::{CheckIn, Said};
use super::contract::ContractRecord;
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
    /// Publications of contracts by PRD.
    pub contracts: BTreeMap<PrdId, Vec<ContractRecord>>,
    /// What people said of how it goes, by PRD.
    pub check_ins: BTreeMap<PrdId, Vec<CheckIn>>,
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

    /// PRDs whose contract is published.
    #[must_use]
    pub fn published(&self) -> BTreeSet<PrdId> {
        self.contracts.keys().cloned().collect()
    }

    /// The last publication of a PRD's contract.
    #[must_use]
    pub fn contract(&self, id: &PrdId) -> Option<&ContractRecord> {
        self.contracts.get(id)?.last()
    }

    /// True where a check-in of a PRD said something of a kind.
    #[must_use]
    pub fn has_said(&self, id: &PrdId, what: fn(&Said) -> bool) -> bool {
        self.check_ins.get(id).is_some_and(|all| all.iter().any(|check_in| what(&check_in.said)))
    }

    /// The day of the last event, publication or check-in of a PRD.
    #[must_use]
    pub fn last_activity(&self, id: &PrdId) -> Option<NaiveDate> {
        let event = self.events.get(id).and_then(|all| all.last()).map(|event| event.time);
        let said = self.check_ins.get(id).and_then(|all| all.last()).map(|said| said.time);
        let published = self.contract(id).and_then(|record| record.time);
        Some(event.max(said).max(published)?.date_naive())
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
