//! Ways round: PRDs that wait for themselves by way of others.

use std::collections::VecDeque;

use super::dependencies::{Graph, Node};
use super::family::place;
use super::network::{Cause, Link, Network};
use crate::domain::model::field::FieldName;
use crate::domain::model::finding::{Finding, Place, Severity};

/// How many ways round are named of one knot of PRDs: mending them shows the next.
const NAMED: usize = 10;

/// One way round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cycle {
    /// The PRDs in the order in which they wait for each other, from the first by id; each once.
    pub nodes: Vec<Node>,
    /// Where each of them says that it waits for the next, the last for the first.
    pub places: Vec<Place>,
    /// True where only a soft edge closes it: it holds nobody up.
    pub soft: bool,
}

impl Cycle {
    /// The way round in words: `SVC-1 → SVC-2 → SVC-1`.
    #[must_use]
    pub fn way(&self, graph: &Graph) -> String {
        let round = self.nodes.iter().chain(self.nodes.first());
        round.map(|node| graph.id(*node).to_string()).collect::<Vec<_>>().join(" → ")
    }

    /// The finding `dependency-cycle`: an error, or a warning where it is soft, with every file and line.
    #[must_use]
    pub fn finding(&self, graph: &Graph) -> Finding {
        let mut steps = Vec::new();
        for (at, (node, place)) in self.nodes.iter().zip(&self.places).enumerate() {
            let next = self.nodes.get(at + 1).or(self.nodes.first()).unwrap_or(node);
            steps.push(format!(
                "{} waits for {} ({}:{})",
                graph.id(*node),
                graph.id(*next),
                place.path,
                place.line
            ));
        }
        let severity = if self.soft { Severity::Warning } else { Severity::Error };
        let what = if self.soft { "a soft dependency closes a cycle" } else { "dependencies go round" };
        let message = format!("{what}: {}: {}", self.way(graph), steps.join(", "));
        let place = self.places.first().cloned();
        let place = place.unwrap_or_else(|| Place::line(graph.prd(self.nodes[0]).path.clone(), 1));
        Finding::new("dependency-cycle", severity, place, message).hint(
            "remove one of these dependencies, or make it `(contract)` or `(soft)` where that is all it is",
        )
    }
}

/// The ways round of a graph: a shortest one through every PRD that is in any, at most ten for each knot,
/// and for each knot that only soft edges make, one of them.
#[must_use]
pub(super) fn find(graph: &Graph, network: &Network) -> Vec<Cycle> {
    let hard = |link: &Link| !is_soft(graph, link);
    let mut found = Vec::new();
    let mut hard_group = vec![usize::MAX; network.events().len()];
    for (number, group) in network.groups(hard).into_iter().enumerate() {
        for event in &group {
            hard_group[*event] = number;
        }
        if group.len() > 1 {
            through_all(graph, network, &group, &hard, &mut found);
        }
    }
    for group in network.groups(|_| true) {
        if group.len() < 2 {
            continue;
        }
        let inside = |link: &Link| group.binary_search(&link.from).is_ok();
        let closing = group.iter().flat_map(|event| network.incoming(*event)).find(|(_, link)| {
            is_soft(graph, link) && inside(link) && hard_group[link.from] != hard_group[link.to]
        });
        if let Some((at, link)) = closing
            && let Some(mut path) = shortest(network, &group, link.to, link.from, &|_| true)
        {
            path.push(at);
            found.extend(cycle(graph, network, &path, true));
        }
    }
    found.sort_by(|a, b| (a.soft, &a.nodes).cmp(&(b.soft, &b.nodes)));
    found.dedup();
    found
}

fn is_soft(graph: &Graph, link: &Link) -> bool {
    match link.cause {
        Cause::Edge(at) => graph.edges().get(at).is_some_and(|edge| !edge.kind.is_hard()),
        Cause::PartOf | Cause::HasPart | Cause::Place => false,
    }
}

fn through_all(
    graph: &Graph,
    network: &Network,
    group: &[usize],
    counts: &dyn Fn(&Link) -> bool,
    found: &mut Vec<Cycle>,
) {
    let mut seen = vec![false; group.len()];
    let mut named = 0;
    for (place, event) in group.iter().enumerate() {
        if seen[place] || named == NAMED {
            continue;
        }
        let Some(path) = shortest(network, group, *event, *event, counts) else { continue };
        for link in path.iter().filter_map(|at| network.links().get(*at)) {
            if let Ok(at) = group.binary_search(&link.from) {
                seen[at] = true;
            }
        }
        named += 1;
        found.extend(cycle(graph, network, &path, false));
    }
}

/// The links of a shortest way from one event of a group to another, or round to itself.
fn shortest(
    network: &Network,
    group: &[usize],
    from: usize,
    to: usize,
    counts: &dyn Fn(&Link) -> bool,
) -> Option<Vec<usize>> {
    let mut came_by: Vec<Option<usize>> = vec![None; group.len()];
    let mut queue = VecDeque::from([from]);
    while let Some(event) = queue.pop_front() {
        for (at, link) in network.outgoing(event).filter(|(_, link)| counts(link)) {
            let Ok(place) = group.binary_search(&link.to) else { continue };
            if came_by[place].is_some() {
                continue;
            }
            came_by[place] = Some(at);
            if link.to == to {
                return Some(walk_back(network, group, &came_by, from, to));
            }
            queue.push_back(link.to);
        }
    }
    None
}

fn walk_back(
    network: &Network,
    group: &[usize],
    came_by: &[Option<usize>],
    from: usize,
    to: usize,
) -> Vec<usize> {
    let mut path = Vec::new();
    let mut event = to;
    while let Some(at) = group.binary_search(&event).ok().and_then(|place| came_by[place]) {
        path.push(at);
        event = network.links()[at].from;
        if event == from {
            break;
        }
    }
    path.reverse();
    path
}

/// The cycle of links that lead round, from who is waited for to who waits.
fn cycle(graph: &Graph, network: &Network, path: &[usize], soft: bool) -> Option<Cycle> {
    let mut steps: Vec<(Node, Place)> = Vec::new();
    for at in path.iter().rev() {
        let link = network.links().get(*at)?;
        let (later, earlier) = (network.events()[link.to].node(), network.events()[link.from].node());
        if later == earlier {
            continue; // from the gate of a feature to its end
        }
        let declared = match link.cause {
            Cause::Edge(edge) => graph.edges().get(edge)?.declared_at.clone(),
            Cause::PartOf => family_place(graph, later, earlier),
            Cause::HasPart => family_place(graph, earlier, later),
            Cause::Place => return None, // who takes a place starts after who frees it
        };
        steps.push((later, declared));
    }
    let first = steps.iter().enumerate().min_by_key(|(_, (node, _))| *node).map(|(at, _)| at)?;
    steps.rotate_left(first);
    let (nodes, places) = steps.into_iter().unzip();
    Some(Cycle { nodes, places, soft })
}

/// Where it is written that one PRD is a part of another.
fn family_place(graph: &Graph, child: Node, parent: Node) -> Place {
    if graph.prd(child).parent.is_some() {
        place(graph.prd(child), &FieldName::Parent)
    } else {
        place(graph.prd(parent), &FieldName::Children)
    }
}
