//! What is different between two reports: before and after a supposed change, or then and now.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::health::Health;
use super::report::{PrdRow, Report, SCHEMA};
use crate::domain::model::calendar;
use crate::domain::model::id::PrdId;
use crate::domain::model::people::TeamName;
use crate::domain::model::state::State;

/// What happened to a PRD, the first that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Happened {
    /// It is complete.
    Finished,
    /// It was given up, or went back out of what is scheduled.
    Gone,
    /// It was not scheduled before.
    Added,
    /// It was not blocked before.
    Blocked,
    /// It ends later.
    Later,
    /// It ends sooner.
    Sooner,
    /// Its health is another.
    Health,
}

/// One PRD that is different.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PrdDifference {
    /// The PRD.
    pub id: PrdId,
    /// Its service, else its slug.
    pub service: String,
    /// Its lead team.
    pub team: Option<TeamName>,
    /// What happened.
    pub happened: Happened,
    /// By how many working days its end moved, later ones positive; null where one of the ends is not known.
    pub days: Option<i64>,
    /// When it would have ended.
    pub eta_before: Option<NaiveDate>,
    /// When it ends.
    pub eta_after: Option<NaiveDate>,
    /// How it did.
    pub health_before: Option<Health>,
    /// How it does.
    pub health_after: Option<Health>,
}

/// One side of the difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Side {
    /// Its day 0.
    pub as_of: NaiveDate,
    /// When everything with a known finish is finished.
    pub end: Option<NaiveDate>,
    /// The critical path.
    pub critical_path: Vec<PrdId>,
    /// The bottleneck.
    pub bottleneck: Option<PrdId>,
}

/// All that is different.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// [`SCHEMA`].
    pub schema: u32,
    /// What was supposed; empty between then and now.
    pub supposed: Vec<String>,
    /// Before.
    pub before: Side,
    /// After.
    pub after: Side,
    /// By how many working days the portfolio's end moved, later ones positive.
    pub days: Option<i64>,
    /// The PRDs that are different, by what happened, the largest move first, then by id.
    pub prds: Vec<PrdDifference>,
}

/// Compares two reports; `state` knows the state of each PRD after.
#[must_use]
pub fn difference(
    before: &Report,
    after: &Report,
    supposed: Vec<String>,
    state: impl Fn(&PrdId) -> Option<State>,
) -> Difference {
    let (then, mut now) = (by_id(before), by_id(after));
    let mut prds: Vec<PrdDifference> = Vec::new();
    for (id, old) in then {
        let new = now.remove(id);
        let happened = match new {
            None if state(id) == Some(State::Complete) => Some(Happened::Finished),
            None => Some(Happened::Gone),
            Some(new) => happened(old, new),
        };
        prds.extend(happened.map(|happened| row(happened, new.unwrap_or(old), Some(old), new)));
    }
    prds.extend(now.into_values().map(|new| row(Happened::Added, new, None, Some(new))));
    prds.sort_by(|a, b| {
        let size = |row: &PrdDifference| std::cmp::Reverse(row.days.map(i64::abs));
        (a.happened, size(a), &a.id).cmp(&(b.happened, size(b), &b.id))
    });
    let (before, after) = (side(before), side(after));
    Difference { schema: SCHEMA, supposed, days: moved(before.end, after.end), before, after, prds }
}

fn by_id(report: &Report) -> BTreeMap<&PrdId, &PrdRow> {
    report.prds.iter().map(|row| (&row.id, row)).collect()
}

fn happened(old: &PrdRow, new: &PrdRow) -> Option<Happened> {
    let days = moved(old.eta_date, new.eta_date);
    if new.health == Some(Health::Blocked) && old.health != Some(Health::Blocked) {
        return Some(Happened::Blocked);
    }
    match days {
        Some(days) if days > 0 => Some(Happened::Later),
        Some(days) if days < 0 => Some(Happened::Sooner),
        _ => (old.health != new.health).then_some(Happened::Health),
    }
}

/// The difference of one PRD; `newest` is the one row of both that is there and newer.
fn row(happened: Happened, newest: &PrdRow, old: Option<&PrdRow>, new: Option<&PrdRow>) -> PrdDifference {
    let (before, after) = (old.and_then(|row| row.eta_date), new.and_then(|row| row.eta_date));
    PrdDifference {
        id: newest.id.clone(),
        service: newest.service.clone(),
        team: newest.team.clone(),
        happened,
        days: moved(before, after),
        eta_before: before,
        eta_after: after,
        health_before: old.and_then(|row| row.health),
        health_after: new.and_then(|row| row.health),
    }
}

/// Working days from one date to another; negative where the other is the earlier one.
fn moved(before: Option<NaiveDate>, after: Option<NaiveDate>) -> Option<i64> {
    let (before, after) = (before?, after?);
    if after < before {
        return Some(-calendar::working_days(after.succ_opt()?, before.succ_opt()?));
    }
    Some(calendar::working_days(before.succ_opt()?, after.succ_opt()?))
}

fn side(report: &Report) -> Side {
    Side {
        as_of: report.as_of,
        end: report.critical_path.as_ref().and_then(|path| calendar::date_of_day(report.as_of, path.days)),
        critical_path: report.critical_path.as_ref().map(|path| path.ids.clone()).unwrap_or_default(),
        bottleneck: report.bottleneck.as_ref().map(|neck| neck.id.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::graph::dependencies::{Graph, GraphFacts};
    use crate::domain::graph::facts::Facts;
    use crate::domain::graph::schedule::Schedule;
    use crate::domain::model::portfolio::Portfolio;
    use crate::domain::model::sample::{portfolio, prd, worked_example};
    use crate::domain::orchestrate::build::{self, Extras};
    use crate::domain::orchestrate::options::Options;
    use crate::domain::orchestrate::what_if;

    fn report(portfolio: &Portfolio, facts: &GraphFacts) -> Report {
        let graph = Graph::build(portfolio, facts);
        let day = Facts::on("2025-06-02".parse().unwrap());
        build::report(&graph, &Schedule::of(&graph, &day), &day, &Options::default(), &Extras::default())
    }

    /// A PRD's number, what happened to it, and by how many days.
    type Told = (u32, Happened, Option<i64>);

    fn told(question: &str) -> (Option<i64>, Vec<Told>) {
        let before = portfolio(worked_example());
        let day = Facts::on("2025-06-02".parse().unwrap());
        let asked = what_if::read(question, &day.units, &before).unwrap();
        let mut facts = GraphFacts::default();
        let after = what_if::suppose(&asked, before.clone(), &mut facts, &day).unwrap();
        let state = |id: &PrdId| after.find(id).map(|prd| prd.state);
        let (old, new) = (report(&before, &GraphFacts::default()), report(&after, &facts));
        let difference = difference(&old, &new, Vec::new(), state);
        let prds = difference.prds.iter().map(|row| (row.id.number(), row.happened, row.days));
        (difference.days, prds.collect())
    }

    #[test]
    fn what_is_done_brings_the_others_forward_and_what_is_late_takes_them_along() {
        assert_eq!(
            told("SVC-129 done"),
            (Some(0), vec![(129, Happened::Finished, None), (130, Happened::Sooner, Some(-5))])
        );
        assert_eq!(
            told("SVC-131 +5d"),
            (Some(5), vec![(131, Happened::Later, Some(5)), (132, Happened::Later, Some(5))])
        );
        assert_eq!(told("SVC-132 drop"), (Some(-5), vec![(132, Happened::Gone, None)]));
    }

    #[test]
    fn the_same_report_has_no_difference() {
        let portfolio = portfolio(worked_example());
        let report = report(&portfolio, &GraphFacts::default());
        let difference = difference(&report, &report, Vec::new(), |_| None);
        assert_eq!((difference.days, difference.prds), (Some(0), Vec::new()));
    }

    #[test]
    fn new_ones_and_blocked_ones_are_told() {
        let before = portfolio([prd("SVC-1").estimate("2d"), prd("SVC-2").estimate("2d")]);
        let after = portfolio([
            prd("SVC-1").estimate("2d").depends("SVC-3"),
            prd("SVC-2").estimate("2d"),
            prd("SVC-3").estimate("4d"),
        ]);
        let facts = GraphFacts::default();
        let difference = difference(&report(&before, &facts), &report(&after, &facts), Vec::new(), |_| None);
        let prds: Vec<_> =
            difference.prds.iter().map(|row| (row.id.number(), row.happened, row.days)).collect();
        assert_eq!(prds, [(3, Happened::Added, None), (1, Happened::Blocked, Some(4))]);
    }

    #[test]
    fn moves_count_working_days_in_both_directions() {
        let moved = |a: &str, b: &str| moved(a.parse().ok(), b.parse().ok());
        assert_eq!(moved("2025-06-06", "2025-06-09"), Some(1));
        assert_eq!(moved("2025-06-09", "2025-06-06"), Some(-1));
        assert_eq!(moved("2025-06-06", "2025-06-06"), Some(0));
        assert_eq!(moved("2025-06-02", "2025-06-13"), Some(9));
    }
}
