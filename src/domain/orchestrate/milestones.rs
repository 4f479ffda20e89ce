//! Milestones: when each is reached, and what endangers it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::situation::Situation;
use crate::domain::graph::dependencies::Node;
use crate::domain::graph::forecast::Forecast;
use crate::domain::graph::milestone;
use crate::domain::model::id::PrdId;
use crate::domain::model::state::State;

/// One milestone with something left to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MilestoneRow {
    /// Its name.
    pub name: String,
    /// The day that it is wanted on.
    pub due: Option<NaiveDate>,
    /// How many PRDs it has, features apart from their parts.
    pub total: usize,
    /// How many of them are complete.
    pub done: usize,
    /// The day on which all of it is finished; null where that of one is not known.
    pub eta_date: Option<NaiveDate>,
    /// The day by which all of it is finished in 85 of a hundred runs: no earlier than that of any one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p85_date: Option<NaiveDate>,
    /// PRDs that endanger it, by how much, then by id.
    pub endangered_by: Vec<Danger>,
}

/// A PRD that endangers its milestone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Danger {
    /// The PRD.
    pub id: PrdId,
    /// Why.
    pub reason: DangerReason,
    /// Its ETA.
    pub eta_date: Option<NaiveDate>,
    /// By how many working days it is late: its ETA, or else its 85th percentile.
    pub late_days: Option<i64>,
}

/// How a PRD endangers its milestone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DangerReason {
    /// It ends after the day.
    Late,
    /// Nobody knows when it ends.
    Unknown,
    /// It is not planned yet: a draft or in review, and nobody waits for it.
    NotPlanned,
    /// In more than 15 of a hundred runs it ends after the day.
    Likely,
}

/// Milestones with something left to do, by their day, then by name; those without a day last.
#[must_use]
pub fn milestones(situation: &Situation, forecast: Option<&Forecast>) -> Vec<MilestoneRow> {
    let mut members: BTreeMap<String, (String, Vec<Node>)> = BTreeMap::new();
    for (node, prd) in situation.graph.prds().iter().enumerate() {
        let counts = prd.state != State::Archived && !situation.graph.family().is_parent(node);
        if let Some(named) = prd.milestone.as_deref().filter(|_| counts).and_then(milestone::read) {
            members.entry(named.key()).or_insert_with(|| (named.name, Vec::new())).1.push(node);
        }
    }
    let mut rows: Vec<MilestoneRow> = members
        .into_iter()
        .filter_map(|(key, (name, nodes))| {
            let due = situation.facts.milestones.get(&key).copied();
            row(situation, forecast, name, due, &nodes)
        })
        .collect();
    rows.sort_by(|a, b| (a.due.is_none(), a.due, &a.name).cmp(&(b.due.is_none(), b.due, &b.name)));
    rows
}

fn row(
    situation: &Situation,
    forecast: Option<&Forecast>,
    name: String,
    due: Option<NaiveDate>,
    nodes: &[Node],
) -> Option<MilestoneRow> {
    let filter = &situation.options.filter;
    let open: Vec<Node> =
        nodes.iter().copied().filter(|node| situation.prd(*node).state.is_unfinished()).collect();
    if !open.iter().any(|node| filter.shows(situation.prd(*node))) {
        return None;
    }
    let p85 = |node: Node| forecast?.outlook(node).map(|outlook| outlook.finish.p85);
    let ends: Option<Vec<i64>> = open.iter().map(|node| situation.finish(*node)).collect();
    let likely: Option<Vec<i64>> = open.iter().map(|node| p85(*node)).collect();
    let date = |days: Option<Vec<i64>>| days?.into_iter().max().and_then(|day| situation.facts.date(day));
    let mut endangered_by: Vec<Danger> = match due {
        Some(due) => open.iter().filter_map(|node| danger(situation, *node, due, p85(*node))).collect(),
        None => Vec::new(),
    };
    endangered_by.sort_by(|a, b| {
        (a.reason, std::cmp::Reverse(a.late_days), &a.id).cmp(&(
            b.reason,
            std::cmp::Reverse(b.late_days),
            &b.id,
        ))
    });
    Some(MilestoneRow {
        name,
        due,
        total: nodes.len(),
        done: nodes.len() - open.len(),
        eta_date: date(ends),
        p85_date: date(likely),
        endangered_by,
    })
}

fn danger(situation: &Situation, node: Node, due: NaiveDate, p85: Option<i64>) -> Option<Danger> {
    let finish = situation.finish(node);
    let day = situation.facts.day(due);
    let eta_date = finish.and_then(|finish| situation.facts.date(finish));
    let (reason, late_days) = match (finish, eta_date) {
        _ if !situation.schedule.is_scheduled(node) => (DangerReason::NotPlanned, None),
        (Some(finish), Some(eta)) if eta > due => (DangerReason::Late, Some((finish - day).max(1))),
        (Some(_), Some(_)) => (DangerReason::Likely, Some(p85.filter(|p85| *p85 > day)? - day)),
        _ => (DangerReason::Unknown, None),
    };
    Some(Danger { id: situation.graph.id(node).clone(), reason, eta_date, late_days })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::graph::dependencies::{Graph, GraphFacts};
    use crate::domain::graph::facts::Facts;
    use crate::domain::graph::forecast::Ask;
    use crate::domain::graph::schedule::Schedule;
    use crate::domain::model::sample::{Sample, portfolio, prd};
    use crate::domain::orchestrate::options::{Filter, Options};

    fn of(id: &str, milestone: &str) -> Sample {
        let milestone = milestone.to_owned();
        prd(id).with(|prd| prd.milestone = Some(milestone))
    }

    fn made(samples: Vec<Sample>, filter: Filter, with_forecast: bool) -> Vec<MilestoneRow> {
        let portfolio = portfolio(samples);
        let graph = Graph::build(&portfolio, &GraphFacts::default());
        let mut facts = Facts::on("2025-06-02".parse().unwrap());
        facts.milestones = milestone::dues(portfolio.prds());
        let schedule = Schedule::of(&graph, &facts);
        let options = Options { filter, ..Options::default() };
        let forecast =
            with_forecast.then(|| Forecast::of(&schedule, &graph, &facts, Ask { runs: 500, seed: 1 }));
        milestones(&Situation::new(&graph, &schedule, &facts, &options, &[]), forecast.as_ref())
    }

    fn samples() -> Vec<Sample> {
        vec![
            of("SVC-1", "Beta (2025-06-13)").estimate("9d"),
            of("SVC-2", "beta").estimate("12d"),
            of("SVC-3", "Beta"),
            of("SVC-4", "Beta").state(State::Draft).estimate("1d"),
            of("SVC-5", "Beta").state(State::Complete),
            of("SVC-6", "Later").estimate("3d"),
            of("SVC-7", "Done").state(State::Complete),
        ]
    }

    #[test]
    fn a_milestone_names_what_endangers_it() {
        let rows = made(samples(), Filter::default(), true);
        let [beta, later] = rows.as_slice() else { panic!("{rows:?}") };
        assert_eq!((beta.name.as_str(), beta.due), ("Beta", "2025-06-13".parse().ok()));
        assert_eq!((beta.done, beta.total, beta.eta_date), (1, 5, None), "SVC-3 has no estimate");
        let dangers: Vec<_> =
            beta.endangered_by.iter().map(|danger| (danger.id.number(), danger.reason)).collect();
        assert_eq!(
            dangers,
            [
                (2, DangerReason::Late),
                (3, DangerReason::Unknown),
                (4, DangerReason::NotPlanned),
                (1, DangerReason::Likely)
            ]
        );
        assert_eq!(beta.endangered_by[0].late_days, Some(2));
        assert_eq!((later.due, later.eta_date), (None, "2025-06-04".parse().ok()));
        assert!(later.endangered_by.is_empty());
    }

    #[test]
    fn without_a_forecast_only_what_is_late_endangers() {
        let rows = made(vec![of("SVC-1", "Beta (2025-06-13)").estimate("9d")], Filter::default(), false);
        assert_eq!((rows[0].endangered_by.len(), rows[0].p85_date), (0, None));
        assert_eq!(rows[0].eta_date, "2025-06-12".parse().ok());
    }

    #[test]
    fn a_milestone_is_shown_where_one_of_its_prds_is() {
        let ids = vec![crate::domain::model::sample::id("SVC-6")];
        let rows = made(samples(), Filter { ids, ..Filter::default() }, false);
        assert_eq!(rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["Later"]);
    }
}
