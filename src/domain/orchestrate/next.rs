//! What can be started now.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::report::Conflict;
use super::wording::short_list;
use crate::domain::graph::dependencies::{Graph, Node};
use crate::domain::graph::schedule::Schedule;
use crate::domain::model::id::PrdId;
use crate::domain::model::people::TeamName;
use crate::domain::model::priority::Priority;
use crate::domain::model::state::State;

/// A PRD that can be started now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Startable {
    /// Its id.
    pub id: PrdId,
    /// Its title.
    pub title: String,
    /// Its service, else its slug.
    pub service: String,
    /// Its lead team.
    pub team: Option<TeamName>,
    /// Its priority.
    pub priority: Option<Priority>,
    /// Working days of the longest chain of work that begins with it; null where an estimate is missing.
    pub tail_days: Option<i64>,
    /// What speaks against starting it now; empty where nothing does.
    pub held: Vec<Held>,
    /// Its node.
    #[serde(skip)]
    pub node: Node,
}

/// What speaks against starting a PRD that no dependency holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Held {
    /// What kind of thing.
    pub kind: HeldBy,
    /// In words.
    pub text: String,
}

/// What kind of thing speaks against a start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum HeldBy {
    /// As many are in progress as may be.
    Limit,
    /// Its team leads as many as it may.
    Team,
    /// It changes the same files as one in progress.
    Conflict,
}

/// What takes places, and what gets in the way of what.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// `orchestration.parallel_features`.
    pub limit: Option<usize>,
    /// `teams.<name>.parallel`.
    pub team_limits: &'a BTreeMap<TeamName, usize>,
    /// Pairs that change the same files, or say that they will.
    pub conflicts: &'a [Conflict],
}

/// What is in progress, or taken to be, and what gets in its way.
struct Running<'g> {
    graph: &'g Graph<'g>,
    around: Around<'g>,
    nodes: BTreeSet<Node>,
    /// How many of them a team with a limit leads.
    teams: BTreeMap<&'g TeamName, usize>,
    conflicts: BTreeMap<Node, Vec<(Node, &'g Conflict)>>,
}

impl<'g> Running<'g> {
    /// The PRDs in progress that are no features: what a limit counts.
    fn of(graph: &'g Graph<'g>, around: Around<'g>) -> Self {
        let mut conflicts: BTreeMap<Node, Vec<(Node, &Conflict)>> = BTreeMap::new();
        for conflict in around.conflicts {
            if let (Some(a), Some(b)) = (graph.node(&conflict.a), graph.node(&conflict.b)) {
                conflicts.entry(a).or_default().push((b, conflict));
                conflicts.entry(b).or_default().push((a, conflict));
            }
        }
        let mut running = Self { graph, around, nodes: BTreeSet::new(), teams: BTreeMap::new(), conflicts };
        for (node, prd) in graph.prds().iter().enumerate() {
            if prd.state == State::InProgress && !graph.family().is_parent(node) {
                running.begin(node);
            }
        }
        running
    }

    fn begin(&mut self, node: Node) {
        self.nodes.insert(node);
        if let Some((team, _)) = self.limited(node) {
            *self.teams.entry(team).or_default() += 1;
        }
    }

    /// The team of a PRD and its limit, where it has one.
    fn limited(&self, node: Node) -> Option<(&'g TeamName, usize)> {
        let team = self.graph.prd(node).team.as_ref()?;
        Some((team, *self.around.team_limits.get(team)?))
    }

    fn held(&self, node: Node) -> Vec<Held> {
        let mut held = Vec::new();
        if let Some(limit) = self.around.limit.filter(|limit| self.nodes.len() >= *limit) {
            let text = format!("{} of {limit} places are taken", self.nodes.len());
            held.push(Held { kind: HeldBy::Limit, text });
        }
        if let Some((team, limit)) = self.limited(node) {
            let leads = self.teams.get(team).copied().unwrap_or(0);
            if leads >= limit {
                let text = format!("{team} leads {leads} already, and may lead {limit}");
                held.push(Held { kind: HeldBy::Team, text });
            }
        }
        for (other, conflict) in self.conflicts.get(&node).into_iter().flatten() {
            if self.nodes.contains(other) {
                let (other, files) = (self.graph.id(*other), short_list(&conflict.files));
                held.push(Held { kind: HeldBy::Conflict, text: format!("{other} changes {files} too") });
            }
        }
        held
    }
}

/// What is ready and whose start waits for nothing, best first: what nothing else speaks against, by priority, then by
/// the longest tail, then by id. A PRD without a priority comes after those with one. Features are started by starting
/// their parts.
#[must_use]
pub fn startable(graph: &Graph, schedule: &Schedule, around: &Around<'_>) -> Vec<Startable> {
    let running = Running::of(graph, *around);
    let mut all: Vec<Startable> = free(graph, schedule);
    for one in &mut all {
        one.held = running.held(one.node);
    }
    // Stable: within both halves the order stays.
    all.sort_by_key(|one| !one.held.is_empty());
    all
}

/// What can be started now and all at once: the best first, and of the rest what still has a place then and gets in
/// nobody's way.
#[must_use]
pub fn startable_together(graph: &Graph, schedule: &Schedule, around: &Around<'_>) -> Vec<Startable> {
    let mut running = Running::of(graph, *around);
    let mut picked = Vec::new();
    for one in free(graph, schedule) {
        if running.held(one.node).is_empty() {
            running.begin(one.node);
            picked.push(one);
        }
    }
    picked
}

fn free(graph: &Graph, schedule: &Schedule) -> Vec<Startable> {
    let free = |node: &Node| {
        let prd = graph.prd(*node);
        prd.state == State::Ready
            && prd.blocked.is_none()
            && !graph.family().is_parent(*node)
            && graph.start_blockers(*node).next().is_none()
    };
    let mut nodes: Vec<Node> = (0..graph.prds().len()).filter(free).collect();
    nodes.sort_by_key(|node| {
        let rank = graph.prd(*node).priority.map_or(u8::MAX, Priority::rank);
        (rank, Reverse(schedule.tail(*node)), *node)
    });
    nodes
        .into_iter()
        .map(|node| {
            let prd = graph.prd(node);
            Startable {
                id: prd.id.clone(),
                title: prd.title.clone(),
                service: prd.service_name(),
                team: prd.team.clone(),
                priority: prd.priority,
                tail_days: schedule.tail(node),
                held: Vec::new(),
                node,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::graph::dependencies::GraphFacts;
    use crate::domain::graph::facts::Facts;
    use crate::domain::model::sample::{Sample, id, portfolio, prd};
    use crate::domain::orchestrate::report::ConflictLevel;

    fn ready(name: &str) -> Sample {
        prd(name).state(State::Ready).estimate("2d")
    }

    fn found(
        samples: Vec<Sample>,
        around: &Around<'_>,
        find: fn(&Graph, &Schedule, &Around<'_>) -> Vec<Startable>,
    ) -> Vec<Startable> {
        let portfolio = portfolio(samples);
        let graph = Graph::build(&portfolio, &GraphFacts::default());
        let schedule = Schedule::of(&graph, &Facts::on("2025-06-02".parse().unwrap()));
        find(&graph, &schedule, around)
    }

    fn numbers(found: &[Startable]) -> Vec<u32> {
        found.iter().map(|next| next.id.number()).collect()
    }

    const NOTHING: Around<'static> = Around { limit: None, team_limits: &BTreeMap::new(), conflicts: &[] };

    #[test]
    fn the_best_is_first_and_nothing_that_is_held() {
        let samples = vec![
            ready("SVC-1"),
            ready("SVC-2"),
            ready("SVC-3").priority(Priority::P2),
            ready("SVC-4").priority(Priority::P0).depends("SVC-9"),
            ready("SVC-5").priority(Priority::P0).with(|prd| prd.blocked = Some("vendor".to_owned())),
            ready("SVC-6").depends("SVC-9 (finish), SVC-9 (soft)"),
            ready("SVC-7").depends("SVC-2"),
            prd("SVC-9").estimate("1d"),
        ];
        let found = found(samples, &NOTHING, startable);
        assert_eq!(numbers(&found), [3, 2, 1, 6]);
        assert_eq!(found[1].tail_days, Some(4));
    }

    fn busy() -> Vec<Sample> {
        vec![
            prd("SVC-1").team("Payments").estimate("5d"),
            ready("SVC-2").team("Payments").priority(Priority::P0),
            ready("SVC-3").team("Checkout").priority(Priority::P1),
            ready("SVC-4").team("Checkout").priority(Priority::P2),
            ready("SVC-5").team("Inventory").priority(Priority::P3),
        ]
    }

    #[test]
    fn a_busy_team_and_shared_files_come_after_what_is_free_and_say_why() {
        let team_limits = TeamName::new("payments").map(|team| (team, 1)).into_iter().collect();
        let conflicts = [Conflict {
            a: id("SVC-1"),
            b: id("SVC-3"),
            files: vec!["a.rs".to_owned()],
            level: ConflictLevel::DeclaredOverlap,
        }];
        let around = Around { limit: None, team_limits: &team_limits, conflicts: &conflicts };
        let found = found(busy(), &around, startable);
        assert_eq!(numbers(&found), [4, 5, 2, 3]);
        let why: Vec<_> = found.iter().flat_map(|next| &next.held).map(|held| held.text.as_str()).collect();
        assert_eq!(why, ["Payments leads 1 already, and may lead 1", "SVC-1 changes a.rs too"]);
    }

    #[test]
    fn a_full_house_holds_everybody() {
        let around = Around { limit: Some(1), ..NOTHING };
        let found = found(busy(), &around, startable);
        assert_eq!(numbers(&found), [2, 3, 4, 5], "the order is that of what comes next");
        assert!(found.iter().all(|next| next.held[0].text == "1 of 1 places are taken"));
    }

    #[test]
    fn together_they_fit_into_all_limits() {
        let team_limits = TeamName::new("checkout").map(|team| (team, 1)).into_iter().collect();
        let around = Around { limit: Some(4), team_limits: &team_limits, ..NOTHING };
        assert_eq!(numbers(&found(busy(), &around, startable_together)), [2, 3, 5]);
        let around = Around { limit: Some(3), ..around };
        assert_eq!(numbers(&found(busy(), &around, startable_together)), [2, 3]);
    }
}
