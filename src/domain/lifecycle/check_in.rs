//! Check-ins: what people say of how a PRD goes. A check-in is a sign of life, and sets the fields that the schedule
//! and the health look at.

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

use super::edits::TransitionError;
use super::event::{RecordKind, record_file};
use super::guard::{Guards, Override};
use super::plan::{Action, Plan, TextHash};
use super::snapshot::{Snapshot, Subject};
use crate::domain::graph::dependencies::Node;
use crate::domain::graph::facts::Facts;
use crate::domain::graph::schedule::Schedule;
use crate::domain::markdown::edit::field;
use crate::domain::model::field::FieldName;
use crate::domain::model::id::PrdId;
use crate::domain::model::people::Person;

/// One check-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckIn {
    /// The version of this record: 1.
    pub schema: u32,
    /// When.
    pub time: DateTime<FixedOffset>,
    /// The PRD.
    pub prd: PrdId,
    /// Who, as git knows them.
    pub actor: Person,
    /// What was said.
    pub said: Said,
}

/// What a check-in says. All of it may be left out: that one is still at it is something too.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Said {
    /// The day by which it is finished.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eta: Option<NaiveDate>,
    /// How much work is left, as the field `Remaining` has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remaining: Option<String>,
    /// The day by which its contract is published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contract_eta: Option<NaiveDate>,
    /// What blocks it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocker: Option<String>,
    /// True where nothing blocks it any more.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub clear_blocker: bool,
    /// Anything else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl Said {
    /// In words, for a history; empty where nothing was said.
    #[must_use]
    pub fn told(&self) -> String {
        let parts = [
            self.eta.map(|day| format!("done by {day}")),
            self.remaining.as_ref().map(|left| format!("{left} left")),
            self.contract_eta.map(|day| format!("contract by {day}")),
            self.blocker.as_ref().map(|why| format!("blocked: {why}")),
            self.clear_blocker.then(|| "no longer blocked".to_owned()),
            self.text.clone(),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
    }
}

/// Why a promised day cannot be made into work that is left.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoSuchDay {
    /// It is before today.
    #[error("{0} is before today")]
    Past(NaiveDate),
    /// The PRD starts later.
    #[error("{id} can only start after {start}, so it cannot be done by {day}")]
    BeforeStart {
        /// The PRD.
        id: PrdId,
        /// The last day on which it waits.
        start: NaiveDate,
        /// The day that was asked for.
        day: NaiveDate,
    },
    /// Nobody knows when it starts.
    #[error("nobody can say when {0} can start, so a day says nothing of the work that is left")]
    NoStart(PrdId),
}

/// The working days of work that are left where a PRD is to be finished on a day: those from its start on, today
/// included where it has started.
///
/// # Errors
/// [`NoSuchDay`].
pub fn days_until(
    schedule: &Schedule,
    facts: &Facts,
    (id, node): (&PrdId, Node),
    day: NaiveDate,
) -> Result<i64, NoSuchDay> {
    if day < facts.today {
        return Err(NoSuchDay::Past(day));
    }
    let start =
        schedule.entry(node).and_then(|entry| entry.start).ok_or_else(|| NoSuchDay::NoStart(id.clone()))?;
    let days = facts.day(day) - start;
    if days < 0 || (days == 0 && start > 0) {
        let start = facts.date(start).ok_or_else(|| NoSuchDay::NoStart(id.clone()))?;
        return Err(NoSuchDay::BeforeStart { id: id.clone(), start, day });
    }
    Ok(days)
}

/// Plans a check-in: its record, and the fields `Remaining`, `Contract ETA` and `Blocked` where it says something of
/// them.
///
/// # Errors
/// [`TransitionError`] where the PRD is neither ready nor in progress, or its header cannot be edited.
pub fn plan(snapshot: &Snapshot<'_>, subject: Subject<'_>, said: Said) -> Result<Plan, TransitionError> {
    let prd = subject.prd;
    let mut guards = Guards::new();
    guards.require_workflow(snapshot.config);
    guards.require_always(
        prd.state.is_active(),
        "not-active",
        format!("{} is {}: only of what is ready or in progress can be said how it goes", prd.id, prd.state),
        format!("`prd show {}` says what leads on from there", prd.id),
    );
    guards.decide(&format!("check in on {}", prd.id), &Override::default())?;
    let text = edited(subject, &said)?;
    let record =
        CheckIn { schema: 1, time: snapshot.now, prd: prd.id.clone(), actor: snapshot.actor.clone(), said };
    let records = snapshot.config.directories().records();
    let (path, content) = record_file(&records, RecordKind::CheckIns, &prd.id, snapshot.now, &record)?;
    let mut actions = Vec::new();
    if text != subject.text {
        actions.push(Action::WriteFile {
            path: prd.path.clone(),
            content: text,
            replaces: Some(TextHash::of(subject.text.as_bytes())),
        });
    }
    actions.push(Action::WriteFile { path, content, replaces: None });
    Ok(Plan {
        prd: Some(prd.id.clone()),
        command: "checkin".to_owned(),
        from: Some(prd.state),
        to: Some(prd.state),
        actions,
        forced: Vec::new(),
        reason: None,
        notes: Vec::new(),
    })
}

fn edited(subject: Subject<'_>, said: &Said) -> Result<String, TransitionError> {
    let mut text = subject.text.to_owned();
    let contract = said.contract_eta.map(|day| day.to_string());
    let fields = [
        (FieldName::Remaining, said.remaining.as_deref()),
        (FieldName::ContractEta, contract.as_deref()),
        (FieldName::Blocked, said.blocker.as_deref()),
    ];
    for (name, value) in fields {
        if let Some(value) = value {
            text = field::set_field(&text, &name, value)
                .map_err(|source| TransitionError::Edit { path: subject.prd.path.clone(), source })?;
        }
    }
    if said.clear_blocker {
        text = field::remove_field(&text, &FieldName::Blocked);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::graph::dependencies::{Graph, GraphFacts};
    use crate::domain::model::sample::{id, portfolio, worked_example};

    fn days(number: &str, day: &str) -> Result<i64, NoSuchDay> {
        let portfolio = portfolio(worked_example());
        let graph = Graph::build(&portfolio, &GraphFacts::default());
        let facts = Facts::on("2025-06-02".parse().unwrap());
        let schedule = Schedule::of(&graph, &facts);
        let id = id(number);
        days_until(&schedule, &facts, (&id, graph.node(&id).unwrap()), day.parse().unwrap())
    }

    #[test]
    fn a_day_is_the_work_from_the_start_on() {
        assert_eq!(days("SVC-131", "2025-06-06"), Ok(5));
        assert_eq!(days("SVC-131", "2025-06-02"), Ok(1));
        assert_eq!(days("SVC-132", "2025-06-06"), Ok(2), "it waits for three days");
        assert_eq!(days("SVC-131", "2025-06-07"), Ok(5), "no work is done on a Saturday");
    }

    #[test]
    fn a_day_before_the_start_is_no_promise() {
        assert!(matches!(days("SVC-131", "2025-06-01"), Err(NoSuchDay::Past(_))));
        assert_eq!(
            days("SVC-132", "2025-06-04").unwrap_err().to_string(),
            "SVC-132 can only start after 2025-06-04, so it cannot be done by 2025-06-04"
        );
    }

    #[test]
    fn what_was_said_is_told_in_one_line() {
        let said = Said {
            remaining: Some("5d".to_owned()),
            clear_blocker: true,
            text: Some("the vendor answered".to_owned()),
            ..Said::default()
        };
        assert_eq!(said.told(), "5d left; no longer blocked; the vendor answered");
        assert_eq!(Said::default().told(), "");
        let read: Said = serde_json::from_str(&serde_json::to_string(&said).unwrap()).unwrap();
        assert_eq!(read, said);
    }
}
