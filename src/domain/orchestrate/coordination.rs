//! What teams promise and tell each other: contracts, notes, and who has fallen silent.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::options::{Filter, Mode};
use super::situation::Situation;
use crate::domain::graph::dependencies::{Edge, Node};
use crate::domain::model::dependency::DependencyKind;
use crate::domain::model::id::PrdId;
use crate::domain::model::people::TeamName;

/// What the records say, gathered for the report.
#[derive(Debug, Clone, Default)]
pub struct Told {
    /// The last publication of each contract.
    pub published: BTreeMap<PrdId, Publication>,
    /// The notes that are shown, newest first.
    pub notes: Vec<NoteRow>,
}

/// A published contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Publication {
    /// When; `None` where the record does not say.
    pub day: Option<NaiveDate>,
    /// The how-manieth publication it is.
    pub version: u32,
    /// True where the contract is another one by now.
    pub changed: bool,
}

/// The cross-team section, besides what teams owe each other.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CrossTeam {
    /// Contracts that another team depends on, by id.
    pub contracts: Vec<ContractRow>,
    /// Notes, newest first.
    pub notes: Vec<NoteRow>,
    /// PRDs in progress of which nothing was heard, the longest silence first.
    pub stale: Vec<StaleRow>,
}

/// A contract that another team depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContractRow {
    /// The PRD that owes it.
    pub id: PrdId,
    /// Its lead team.
    pub team: Option<TeamName>,
    /// True where it is published.
    pub published: bool,
    /// When; null where it is not, or where the record does not say.
    pub published_date: Option<NaiveDate>,
    /// The how-manieth publication it is; null where there is none.
    pub version: Option<u32>,
    /// True where it is another one since.
    pub changed: bool,
    /// The field `Contract ETA`.
    pub promised: Option<NaiveDate>,
    /// The soonest day on which another team needs it; null where it is published, or that is not known.
    pub need_by: Option<NaiveDate>,
    /// By how many working days it will be late; null where it will not.
    pub at_risk_days: Option<i64>,
    /// The other teams' PRDs that depend on it, by id.
    #[serde(rename = "for")]
    pub consumers: Vec<PrdId>,
}

/// A note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoteRow {
    /// When.
    pub date: NaiveDate,
    /// Who wrote it.
    pub from: String,
    /// The team; null for all.
    pub team: Option<TeamName>,
    /// The PRD that it is about.
    pub prd: Option<PrdId>,
    /// What it says.
    pub text: String,
}

/// A PRD of which nothing was heard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StaleRow {
    /// The PRD.
    pub id: PrdId,
    /// Its lead team.
    pub team: Option<TeamName>,
    /// The day of the last commit or record.
    pub since: NaiveDate,
    /// Calendar days since then.
    pub days: i64,
    /// Unfinished PRDs that wait for it, by id.
    #[serde(rename = "for")]
    pub dependents: Vec<PrdId>,
}

/// The section, narrowed to what is shown.
#[must_use]
pub fn cross_team(situation: &Situation, told: &Told) -> CrossTeam {
    let filter = &situation.options.filter;
    let shows = |id: &PrdId| {
        let node = situation.graph.node(id);
        node.is_some_and(|node| filter.shows(situation.prd(node)))
    };
    let mut section = CrossTeam {
        contracts: contracts(situation, told),
        notes: told.notes.iter().filter(|note| concerns(note, filter, &shows)).cloned().collect(),
        stale: situation.nodes.iter().filter_map(|node| stale(situation, *node)).collect(),
    };
    section.contracts.retain(|row| shows(&row.id) || row.consumers.iter().any(shows));
    section.stale.retain(|row| shows(&row.id) || row.dependents.iter().any(shows));
    section.stale.sort_by(|a, b| (a.since, &a.id).cmp(&(b.since, &b.id)));
    section
}

/// A note to all is everybody's; one to a team is for those who look at that team, or at the PRD.
fn concerns(note: &NoteRow, filter: &Filter, shows: &impl Fn(&PrdId) -> bool) -> bool {
    let about = match (&note.prd, &note.team) {
        (Some(prd), _) if !filter.ids.is_empty() => shows(prd),
        _ => true,
    };
    let team = note.team.as_ref().is_none_or(|team| filter.teams.is_empty() || filter.teams.contains(team));
    about && team
}

fn contracts(situation: &Situation, told: &Told) -> Vec<ContractRow> {
    let mut consumers: BTreeMap<Node, Vec<&Edge>> = BTreeMap::new();
    for edge in situation.graph.edges() {
        let between = situation.team(edge.prerequisite) != situation.team(edge.dependent);
        let waits = situation.schedule.is_scheduled(edge.dependent);
        if edge.kind == DependencyKind::Contract && between && waits {
            consumers.entry(edge.prerequisite).or_default().push(edge);
        }
    }
    let timed = situation.options.mode != Mode::Simple;
    let row = |(node, edges): (Node, Vec<&Edge>)| {
        let prd = situation.prd(node);
        let published = told.published.get(&prd.id);
        if published.is_none() && edges.iter().all(|edge| edge.met) {
            return None; // it is complete, and nobody ever asked for more
        }
        let due = || edges.iter().map(|edge| situation.due(edge)).filter(|_| timed);
        let need_by = due().filter_map(|due| due.need_by).min();
        Some(ContractRow {
            id: prd.id.clone(),
            team: prd.team.clone(),
            published: published.is_some(),
            published_date: published.and_then(|published| published.day),
            version: published.map(|published| published.version),
            changed: published.is_some_and(|published| published.changed),
            promised: prd.contract_eta.filter(|_| published.is_none()),
            need_by: need_by.and_then(|day| situation.facts.date(day)),
            at_risk_days: due().filter_map(|due| due.at_risk()).max(),
            consumers: edges.iter().map(|edge| situation.graph.id(edge.dependent).clone()).collect(),
        })
    };
    consumers.into_iter().filter_map(row).collect()
}

fn stale(situation: &Situation, node: Node) -> Option<StaleRow> {
    let (since, days) = situation.stale_since(node)?;
    let mut waiting: Vec<Node> = situation
        .graph
        .dependents(node)
        .filter(|edge| edge.blocks_completion() && situation.schedule.is_scheduled(edge.dependent))
        .map(|edge| edge.dependent)
        .collect();
    waiting.sort_unstable();
    waiting.dedup();
    Some(StaleRow {
        id: situation.graph.id(node).clone(),
        team: situation.team(node).cloned(),
        since,
        days,
        dependents: waiting.into_iter().map(|other| situation.graph.id(other).clone()).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::graph::dependencies::{Graph, GraphFacts};
    use crate::domain::graph::facts::{Facts, PrdFacts};
    use crate::domain::graph::schedule::Schedule;
    use crate::domain::model::sample::{Sample, id, portfolio, prd};
    use crate::domain::orchestrate::options::Options;

    fn samples() -> Vec<Sample> {
        vec![
            prd("SVC-1").team("Payments").estimate("10d"),
            prd("SVC-2").team("Checkout").estimate("2d").depends("SVC-1 (contract)").target("2025-06-06"),
            prd("SVC-3").team("Payments").estimate("2d").depends("SVC-1 (contract)"),
            prd("SVC-4").team("Payments").estimate("2d"),
            prd("SVC-5").team("Payments").estimate("2d").depends("SVC-4 (contract)"),
        ]
    }

    fn note(team: Option<&str>) -> NoteRow {
        NoteRow {
            date: "2025-06-01".parse().unwrap(),
            from: "Ada".to_owned(),
            team: team.and_then(TeamName::new),
            prd: None,
            text: team.unwrap_or("all").to_owned(),
        }
    }

    fn section(published: &[&str], filter: Filter) -> CrossTeam {
        let portfolio = portfolio(samples());
        let ids = || published.iter().map(|text| id(text));
        let facts = GraphFacts { published: ids().collect(), ..GraphFacts::default() };
        let graph = Graph::build(&portfolio, &facts);
        let mut facts = Facts::on("2025-06-02".parse().unwrap());
        let last_activity = "2025-05-19".parse().ok();
        facts.prds.insert(id("SVC-1"), PrdFacts { last_activity, ..PrdFacts::default() });
        let schedule = Schedule::of(&graph, &facts);
        let options = Options { filter, ..Options::default() };
        let publication = |id| (id, Publication { day: None, version: 2, changed: true });
        let told = Told {
            published: ids().map(publication).collect(),
            notes: vec![note(None), note(Some("Payments")), note(Some("Checkout"))],
        };
        cross_team(&Situation::new(&graph, &schedule, &facts, &options, &[]), &told)
    }

    #[test]
    fn contracts_between_teams_are_told_and_those_within_one_are_not() {
        let owed = section(&[], Filter::default());
        let [row] = owed.contracts.as_slice() else { panic!("{owed:?}") };
        assert_eq!((row.id.number(), row.published, row.at_risk_days), (1, false, Some(7)));
        assert_eq!(row.need_by, "2025-06-04".parse().ok());
        assert_eq!(row.consumers, [id("SVC-2")]);
        let published = section(&["SVC-1", "SVC-4"], Filter::default());
        let [row] = published.contracts.as_slice() else { panic!("{published:?}") };
        assert_eq!((row.version, row.changed, row.at_risk_days), (Some(2), true, None));
    }

    #[test]
    fn silence_is_told_with_those_who_wait() {
        let [row] = &section(&[], Filter::default()).stale[..] else { panic!() };
        assert_eq!((row.id.number(), row.days), (1, 14));
        assert_eq!(row.dependents, [id("SVC-2"), id("SVC-3")]);
    }

    #[test]
    fn a_team_sees_its_notes_and_what_it_waits_for() {
        let teams = TeamName::new("checkout").into_iter().collect();
        let narrow = section(&[], Filter { teams, ..Filter::default() });
        let texts: Vec<_> = narrow.notes.iter().map(|note| note.text.as_str()).collect();
        assert_eq!(texts, ["all", "Checkout"]);
        assert_eq!((narrow.contracts.len(), narrow.stale.len()), (1, 1));
        let ids = vec![id("SVC-5")];
        assert!(section(&[], Filter { ids, ..Filter::default() }).contracts.is_empty());
    }
}
