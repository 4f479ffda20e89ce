//! Lead teams, and what they owe each other.

use std::collections::BTreeMap;

use super::options::Mode;
use super::report::{Owed, TeamRow};
use super::situation::Situation;
use crate::domain::graph::dependencies::{Edge, Node};
use crate::domain::model::people::TeamName;

/// Lead teams of these PRDs, by name; with cross-team coordination also what they owe others.
#[must_use]
pub fn teams(situation: &Situation, shown: &[Node]) -> Vec<TeamRow> {
    let mut members: BTreeMap<&TeamName, Vec<Node>> = BTreeMap::new();
    for node in shown {
        if let Some(team) = situation.team(*node) {
            members.entry(team).or_default().push(*node);
        }
    }
    let mut owes: BTreeMap<&TeamName, Vec<Owed>> = BTreeMap::new();
    if situation.options.cross_team {
        for (edge, from, to) in between_teams(situation) {
            owes.entry(from).or_default().push(owed(situation, edge, to));
        }
    }
    members
        .into_iter()
        .map(|(name, nodes)| {
            let mut owed = owes.remove(name).unwrap_or_default();
            owed.sort_by(|a, b| {
                (a.need_by.is_none(), a.need_by, &a.id, &a.dependent).cmp(&(
                    b.need_by.is_none(),
                    b.need_by,
                    &b.id,
                    &b.dependent,
                ))
            });
            let parts = nodes.iter().filter(|node| !situation.graph.family().is_parent(**node));
            TeamRow {
                name: name.clone(),
                prds: nodes.iter().map(|node| situation.graph.id(*node).clone()).collect(),
                remaining_days: parts.map(|node| situation.schedule.work(*node).remaining).sum(),
                owes: situation.options.cross_team.then_some(owed),
            }
        })
        .collect()
}

/// Unmet edges between scheduled PRDs of different lead teams: the edge, who owes, and whom.
pub(super) fn between_teams<'s>(
    situation: &'s Situation<'_>,
) -> impl Iterator<Item = (&'s Edge, &'s TeamName, &'s TeamName)> {
    situation.graph.edges().iter().filter_map(|edge| {
        let counts = edge.blocks_completion()
            && situation.schedule.is_scheduled(edge.dependent)
            && situation.schedule.is_scheduled(edge.prerequisite);
        let (from, to) = (situation.team(edge.prerequisite)?, situation.team(edge.dependent)?);
        (counts && from != to).then_some((edge, from, to))
    })
}

fn owed(situation: &Situation, edge: &Edge, to: &TeamName) -> Owed {
    let due = situation.due(edge);
    let timed = situation.options.mode != Mode::Simple;
    let date = |day: Option<i64>| day.filter(|_| timed).and_then(|day| situation.facts.date(day));
    Owed {
        to: to.clone(),
        id: situation.graph.id(edge.prerequisite).clone(),
        dependent: situation.graph.id(edge.dependent).clone(),
        kind: edge.kind,
        need_by: date(due.need_by),
        expected: date(due.ready),
        at_risk_days: due.at_risk().filter(|_| timed),
    }
}
