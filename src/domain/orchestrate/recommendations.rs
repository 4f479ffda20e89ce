//! The catalogue of advice: for each kind, when it is given, what it says and the days it wins.

use std::collections::BTreeMap;

use serde::Serialize;

use super::health::{Health, judge};
use super::next::startable_together;
use super::next_steps::without_estimate;
use super::options::Mode;
use super::report::ConflictLevel;
use super::situation::Situation;
use super::teams::between_teams;
use super::wording::{date, duration, short_list};
use crate::domain::graph::dependencies::Node;
use crate::domain::graph::schedule::Unknown;
use crate::domain::model::dependency::DependencyKind;
use crate::domain::model::id::PrdId;
use crate::domain::model::people::TeamName;

/// What a piece of advice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A contract that others wait for.
    PublishContract,
    /// The bottleneck.
    FinishFirst,
    /// Blocked, but inside its target.
    ExpectedBlock,
    /// Ahead of schedule.
    Ahead,
    /// An edge between teams whose need-by is at risk.
    SyncTeams,
    /// Two branches whose merge conflicts.
    ConflictAhead,
    /// More in progress than allowed.
    OverCapacity,
    /// What to start.
    StartNext,
    /// Nothing has moved for days.
    Stale,
    /// Nobody knows when it ends.
    EstimateMissing,
    /// Nobody knows when it is wanted.
    TargetMissing,
    /// One person has several PRDs in progress.
    DoubleBooked,
    /// One PRD carries most of the critical path.
    Split,
    /// PRDs that wait for themselves.
    Cycle,
}

/// One piece of advice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recommendation {
    /// What it is about.
    pub kind: Kind,
    /// The PRD; null where it is about several, or none.
    pub id: Option<PrdId>,
    /// The team that it is said to.
    pub team: Option<TeamName>,
    /// Working days that it wins or is about; null where it has none.
    pub days: Option<i64>,
    /// In words, one sentence without a full stop.
    pub text: String,
}

/// One rule of the catalogue.
struct Rule {
    kind: Kind,
    /// True where the rule says nothing without a schedule.
    timed: bool,
    find: fn(&Situation) -> Vec<Advice>,
}

/// What a rule finds; its kind is the rule's.
struct Advice {
    node: Option<Node>,
    team: Option<TeamName>,
    days: Option<i64>,
    text: String,
}

/// The catalogue, in the order in which advice is given.
const RULES: [Rule; 14] = [
    Rule { kind: Kind::Cycle, timed: false, find: cycle },
    Rule { kind: Kind::PublishContract, timed: true, find: publish_contract },
    Rule { kind: Kind::FinishFirst, timed: true, find: finish_first },
    Rule { kind: Kind::SyncTeams, timed: true, find: sync_teams },
    Rule { kind: Kind::Split, timed: true, find: split },
    Rule { kind: Kind::ExpectedBlock, timed: true, find: expected_block },
    Rule { kind: Kind::Ahead, timed: true, find: ahead },
    Rule { kind: Kind::ConflictAhead, timed: false, find: conflict_ahead },
    Rule { kind: Kind::OverCapacity, timed: false, find: over_capacity },
    Rule { kind: Kind::StartNext, timed: false, find: start_next },
    Rule { kind: Kind::Stale, timed: false, find: stale },
    Rule { kind: Kind::DoubleBooked, timed: false, find: double_booked },
    Rule { kind: Kind::EstimateMissing, timed: true, find: estimate_missing },
    Rule { kind: Kind::TargetMissing, timed: true, find: target_missing },
];

/// All advice: in the order of the catalogue, within a rule by the days it wins, then by id.
#[must_use]
pub fn recommendations(situation: &Situation) -> Vec<Recommendation> {
    let mut all = Vec::new();
    for rule in &RULES {
        if rule.timed && situation.options.mode == Mode::Simple {
            continue;
        }
        let mut found = (rule.find)(situation);
        found.sort_by(|a, b| (b.days, a.node, &a.team).cmp(&(a.days, b.node, &b.team)));
        all.extend(found.into_iter().map(|advice| Recommendation {
            kind: rule.kind,
            id: advice.node.map(|node| situation.graph.id(node).clone()),
            team: advice.team,
            days: advice.days,
            text: advice.text,
        }));
    }
    all
}

fn about(situation: &Situation, node: Node, days: Option<i64>, text: String) -> Advice {
    Advice { node: Some(node), team: situation.team(node).cloned(), days, text }
}

fn cycle(situation: &Situation) -> Vec<Advice> {
    situation
        .graph
        .cycles()
        .iter()
        .filter(|cycle| !cycle.soft && cycle.nodes.iter().any(|node| situation.schedule.is_scheduled(*node)))
        .filter_map(|cycle| {
            let way = cycle.way(situation.graph);
            Some(about(
                situation,
                *cycle.nodes.first()?,
                None,
                format!("Break the cycle {way}: nothing in it can end"),
            ))
        })
        .collect()
}

fn publish_contract(situation: &Situation) -> Vec<Advice> {
    let gains = situation.schedule.contract_gains(situation.graph);
    gains
        .into_iter()
        .map(|(node, days)| {
            let waiting: Vec<&PrdId> = situation
                .graph
                .dependents(node)
                .filter(|edge| edge.kind == DependencyKind::Contract && edge.blocks_start())
                .filter(|edge| situation.schedule.is_scheduled(edge.dependent))
                .map(|edge| situation.graph.id(edge.dependent))
                .collect();
            let text = format!(
                "Publish the API contract of {} now: {} {} for it, and it wins {} in all",
                situation.graph.id(node),
                short_list(&waiting),
                if waiting.len() == 1 { "waits" } else { "wait" },
                duration(days)
            );
            about(situation, node, Some(days), text)
        })
        .collect()
}

fn finish_first(situation: &Situation) -> Vec<Advice> {
    let Some(neck) = situation.bottleneck else { return Vec::new() };
    let prd = situation.prd(neck.node);
    let text = format!(
        "Finish {} ({}) first: it costs the others {} in all",
        prd.id,
        prd.service_name(),
        duration(neck.days)
    );
    vec![about(situation, neck.node, Some(neck.days), text)]
}

fn sync_teams(situation: &Situation) -> Vec<Advice> {
    between_teams(situation)
        .filter_map(|(edge, from, to)| {
            let due = situation.due(edge);
            let late = due.at_risk()?;
            let (id, dependent) = (situation.graph.id(edge.prerequisite), situation.graph.id(edge.dependent));
            let what = if edge.kind == DependencyKind::Contract {
                format!("the API contract of {id}")
            } else {
                id.to_string()
            };
            let text = format!(
                "{from} and {to}, talk to each other: {dependent} needs {what} by {}, and it is expected {}, {} later",
                date(situation.facts.date(due.need_by?)?),
                date(situation.facts.date(due.ready?)?),
                duration(late)
            );
            Some(about(situation, edge.prerequisite, Some(late), text))
        })
        .collect()
}

/// One PRD is more than half of a critical path of more than two weeks.
fn split(situation: &Situation) -> Vec<Advice> {
    let length = situation.critical.days;
    let longest = situation
        .critical
        .nodes
        .iter()
        .filter(|node| !situation.graph.family().is_parent(**node))
        .filter_map(|node| Some((situation.schedule.work(*node).remaining?, *node)))
        .max_by_key(|(days, node)| (*days, std::cmp::Reverse(*node)));
    match longest {
        Some((days, node)) if length > 10 && days * 2 > length => {
            let text = format!(
                "Split {}: it is {} of the {} to the end, and parts could run side by side",
                situation.graph.id(node),
                duration(days),
                duration(length)
            );
            vec![about(situation, node, Some(days), text)]
        }
        _ => Vec::new(),
    }
}

fn expected_block(situation: &Situation) -> Vec<Advice> {
    let advice = |node: &Node| {
        if judge(situation, *node).health != Some(Health::Blocked) || situation.prd(*node).blocked.is_some() {
            return None;
        }
        let early = situation.target_day(*node)? - situation.finish(*node)?;
        let driver = situation.entry(*node)?.driver.filter(|driver| !driver.place)?;
        let until = date(situation.facts.date(situation.entry(*node)?.start?)?);
        let when = if early == 0 {
            "on its target".to_owned()
        } else {
            format!("{} before its target", duration(early))
        };
        let text = format!(
            "{} waits for {} until {until} and still ends {when}: no action needed",
            situation.graph.id(*node),
            situation.graph.id(driver.node)
        );
        (early >= 0).then(|| about(situation, *node, None, text))
    };
    situation.nodes.iter().filter_map(advice).collect()
}

fn ahead(situation: &Situation) -> Vec<Advice> {
    let advice = |node: &Node| {
        if judge(situation, *node).health != Some(Health::Ahead) {
            return None;
        }
        let early = situation.target_day(*node)? - situation.finish(*node)?;
        let id = situation.graph.id(*node);
        let text = match situation.team(*node) {
            Some(team) => format!("{team}: {id} is {} ahead of its target, well done", duration(early)),
            None => format!("{id} is {} ahead of its target", duration(early)),
        };
        Some(about(situation, *node, Some(early), text))
    };
    situation.nodes.iter().filter_map(advice).collect()
}

/// Who is merged first, and what the other does then.
fn conflict_ahead(situation: &Situation) -> Vec<Advice> {
    let real = situation.conflicts.iter().filter(|conflict| conflict.level == ConflictLevel::Conflict);
    let advice = real.filter_map(|conflict| {
        let (a, b) = (situation.graph.node(&conflict.a)?, situation.graph.node(&conflict.b)?);
        // Who is finished first is merged first; without a schedule the first by id.
        let first_is_a = situation.finish(a).unwrap_or(i64::MAX) <= situation.finish(b).unwrap_or(i64::MAX);
        let (first, second) = if first_is_a { (a, b) } else { (b, a) };
        let text = format!(
            "{} and {} conflict in {}: merge {} first, then rebase {}",
            conflict.a,
            conflict.b,
            short_list(&conflict.files),
            situation.graph.id(first),
            situation.graph.id(second)
        );
        Some(about(situation, second, None, text))
    });
    advice.collect()
}

fn over_capacity(situation: &Situation) -> Vec<Advice> {
    let Some(limit) = situation.options.parallel_features else { return Vec::new() };
    let mut running: Vec<Node> = situation.in_progress().collect();
    if running.len() <= limit {
        return Vec::new();
    }
    running.sort_by_key(|node| (situation.schedule.work(*node).remaining.unwrap_or(i64::MAX), *node));
    let nearest = running.iter().take(running.len() - limit).map(|node| situation.graph.id(*node));
    let text = format!(
        "{} PRDs are in progress, {limit} may be: finish {} before anything is started",
        running.len(),
        short_list(nearest)
    );
    vec![Advice { node: None, team: None, days: None, text }]
}

/// At most three that fit together; one where there is no limit.
fn start_next(situation: &Situation) -> Vec<Advice> {
    let places = if situation.options.parallel_features.is_some() { 3 } else { 1 };
    startable_together(situation.graph, situation.schedule, &situation.around())
        .into_iter()
        .take(places)
        .map(|next| {
            let tail = match next.tail_days.filter(|_| situation.options.mode != Mode::Simple) {
                Some(days) => format!(", and a chain of {} begins with it", duration(days)),
                None => String::new(),
            };
            let text = format!("Start {} ({}): nothing holds it{tail}", next.id, next.service);
            about(situation, next.node, None, text)
        })
        .collect()
}

fn stale(situation: &Situation) -> Vec<Advice> {
    let advice = |node: &Node| {
        let (last, days) = situation.stale_since(*node)?;
        let text = format!(
            "{} has not moved since {}, {days} days ago: ask whether it is still worked on, or pause it",
            situation.graph.id(*node),
            date(last)
        );
        Some(about(situation, *node, None, text))
    };
    situation.nodes.iter().filter_map(advice).collect()
}

fn double_booked(situation: &Situation) -> Vec<Advice> {
    let mut booked: BTreeMap<String, Vec<Node>> = BTreeMap::new();
    for node in situation.in_progress() {
        if let Some(owner) = &situation.prd(node).owner {
            booked.entry(owner.trim().to_lowercase()).or_default().push(node);
        }
    }
    booked
        .into_values()
        .filter(|nodes| nodes.len() > 1)
        .filter_map(|nodes| {
            let first = *nodes.first()?;
            let owner = situation.prd(first).owner.as_deref()?.trim();
            let ids = short_list(nodes.iter().map(|node| situation.graph.id(*node)));
            let text = format!("{owner} has {} PRDs in progress at once: {ids}", nodes.len());
            Some(Advice { node: None, team: situation.team(first).cloned(), days: None, text })
        })
        .collect()
}

fn estimate_missing(situation: &Situation) -> Vec<Advice> {
    let mut waiting: BTreeMap<Node, usize> = BTreeMap::new();
    for node in &situation.nodes {
        if let Some(Unknown::Estimate(cause)) = situation.entry(*node).and_then(|entry| entry.unknown)
            && cause != *node
        {
            *waiting.entry(cause).or_default() += 1;
        }
    }
    by_team(situation, without_estimate(situation))
        .into_iter()
        .map(|(team, nodes)| {
            let others: usize = nodes.iter().filter_map(|node| waiting.get(node)).sum();
            let behind = match others {
                0 => String::new(),
                1 => ", nor when one other that waits does".to_owned(),
                _ => format!(", nor when {others} others that wait do"),
            };
            let ends = if nodes.len() == 1 { "it ends" } else { "they end" };
            several(situation, team, &nodes, |ids| {
                format!("Estimate {ids}: nobody can say when {ends}{behind}")
            })
        })
        .collect()
}

fn target_missing(situation: &Situation) -> Vec<Advice> {
    let without = situation.nodes.iter().copied().filter(|node| {
        situation.prd(*node).state.is_active() && situation.facts.target(situation.prd(*node)).is_none()
    });
    by_team(situation, without)
        .into_iter()
        .map(|(team, nodes)| {
            let late = if nodes.len() == 1 { "it is late" } else { "they are late" };
            several(situation, team, &nodes, |ids| {
                format!("Give {ids} a target: nobody can say whether {late}")
            })
        })
        .collect()
}

fn by_team<'s>(
    situation: &'s Situation<'_>,
    nodes: impl Iterator<Item = Node>,
) -> BTreeMap<Option<&'s TeamName>, Vec<Node>> {
    let mut teams: BTreeMap<Option<&TeamName>, Vec<Node>> = BTreeMap::new();
    for node in nodes {
        teams.entry(situation.team(node)).or_default().push(node);
    }
    teams
}

fn several(
    situation: &Situation,
    team: Option<&TeamName>,
    nodes: &[Node],
    text: impl FnOnce(&str) -> String,
) -> Advice {
    let ids = short_list(nodes.iter().map(|node| situation.graph.id(*node)));
    let node = if let [only] = nodes { Some(*only) } else { None };
    Advice { node, team: team.cloned(), days: None, text: text(&ids) }
}

#[cfg(test)]
#[path = "recommendations_tests.rs"]
mod tests;
