//! Orders of work: what can run side by side, what is merged first, and what a picture can leave out.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::dependencies::{Graph, Node};
use super::network::{Cause, Event, EventIndex, Holds, Link, Network, Scope};
use super::schedule::{Schedule, Unknown};
use crate::domain::model::dependency::DependencyKind;

/// PRDs that can run side by side, wave after wave, by id within each: from the start edges alone.
///
/// Features are not named beside their parts. What is in a cycle, or waits for one or for a cancelled PRD,
/// is in no wave.
#[must_use]
pub fn waves(schedule: &Schedule) -> Vec<Vec<Node>> {
    let network = &schedule.network;
    let mut wave: Vec<usize> = vec![0; network.events().len()];
    let mut waves: Vec<Vec<Node>> = Vec::new();
    for event in &schedule.order {
        let work = matches!(network.events()[*event], Event::Work(_));
        let is_end = matches!(network.events()[*event], Event::End(_));
        wave[*event] = network
            .incoming(*event)
            .filter(|(_, link)| link.holds == Holds::Start || (is_end && link.cause == Cause::HasPart))
            .filter(|(_, link)| link.cause != Cause::Place)
            .map(|(_, link)| match (network.events()[link.from], link.cause) {
                (Event::Gate(_), _) | (_, Cause::HasPart) => wave[link.from],
                (Event::Work(_) | Event::End(_), _) => wave[link.from] + 1,
            })
            .max()
            .unwrap_or(0);
        let held = matches!(schedule.times[*event].unknown, Some(Unknown::Cycle(_) | Unknown::Cancelled(_)));
        if work && !held {
            if waves.len() <= wave[*event] {
                waves.resize(wave[*event] + 1, Vec::new());
            }
            waves[wave[*event]].push(network.events()[*event].node());
        }
    }
    waves.retain(|wave| !wave.is_empty());
    for wave in &mut waves {
        wave.sort_unstable();
    }
    waves
}

/// Who is merged first of those that could be: who conflicts with fewer others, then by priority.
type Turn = (usize, u8);

/// The order in which what is scheduled is merged: every prerequisite of a hard edge before its dependent,
/// then by how many others it conflicts with, then by priority, then by id. What is in a cycle or waits for one
/// is left out.
#[must_use]
pub fn merge_order(graph: &Graph, schedule: &Schedule, conflicts: impl Fn(Node) -> usize) -> Vec<Node> {
    let network = Network::of(graph, Scope::Hard);
    let mut group_of = vec![0; network.events().len()];
    for (number, group) in network.groups(|_| true).into_iter().enumerate() {
        for event in group {
            group_of[event] = number;
        }
    }
    // A published contract orders the merges, unless that would make a cycle.
    let counts = |link: &Link| match link.cause {
        Cause::Edge(at) => !graph.edges()[at].met || group_of[link.from] != group_of[link.to],
        Cause::PartOf | Cause::HasPart | Cause::Place => true,
    };
    let mut waits: Vec<usize> = (0..network.events().len())
        .map(|event| network.incoming(event).filter(|(_, link)| counts(link)).count())
        .collect();
    let mut free: BinaryHeap<Reverse<(Turn, Node, EventIndex)>> = BinaryHeap::new();
    let entry = |event: EventIndex| {
        let node = network.events()[event].node();
        // Gates and ends take no turn: they come out at once.
        let turn = match network.events()[event] {
            Event::Work(_) => {
                (conflicts(node), graph.prd(node).priority.map_or(5, |priority| priority.rank() + 1))
            }
            Event::Gate(_) | Event::End(_) => (0, 0),
        };
        Reverse((turn, node, event))
    };
    free.extend((0..waits.len()).filter(|event| waits[*event] == 0).map(entry));
    let mut order = Vec::new();
    while let Some(Reverse((_, node, event))) = free.pop() {
        if matches!(network.events()[event], Event::Work(_)) && schedule.is_scheduled(node) {
            order.push(node);
        }
        for (_, link) in network.outgoing(event).filter(|(_, link)| counts(link)) {
            waits[link.to] -= 1;
            if waits[link.to] == 0 {
                free.push(entry(link.to));
            }
        }
    }
    order
}

/// How many nodes' bits are held at once while paths are looked for, in words of 64.
const WORDS: usize = 64;

/// Beyond so many edges nobody sees a picture, and nothing is left out of it.
const MOST_REDUCED: usize = 50_000;

/// For each edge of the graph, whether a picture of the shown PRDs can leave it out, because a path of other
/// edges says as much: complete edges all the way, or complete and finish edges where it is finish or soft.
#[must_use]
pub fn implied(graph: &Graph, shown: impl Fn(Node) -> bool) -> Vec<bool> {
    let mut implied = vec![false; graph.edges().len()];
    let visible: Vec<usize> = (0..graph.edges().len())
        .filter(|at| shown(graph.edges()[*at].dependent) && shown(graph.edges()[*at].prerequisite))
        .collect();
    if visible.len() > MOST_REDUCED {
        return implied;
    }
    for (paths, covered) in [
        (&[DependencyKind::Complete][..], &DependencyKind::ALL[..]),
        (
            &[DependencyKind::Complete, DependencyKind::Finish],
            &[DependencyKind::Finish, DependencyKind::Soft],
        ),
    ] {
        mark_implied(graph, &visible, paths, covered, &mut implied);
    }
    implied
}

fn mark_implied(
    graph: &Graph,
    visible: &[usize],
    paths: &[DependencyKind],
    covered: &[DependencyKind],
    implied: &mut [bool],
) {
    let mut picture: DiGraph<(), (), usize> = DiGraph::default();
    for _ in graph.prds() {
        picture.add_node(());
    }
    for at in visible {
        let edge = &graph.edges()[*at];
        picture.add_edge(NodeIndex::new(edge.prerequisite), NodeIndex::new(edge.dependent), ());
    }
    // Postorder: what waits comes first. Edges inside a cycle say nothing about paths and are all kept.
    let groups = kosaraju_scc(&picture);
    let mut place = vec![0; graph.prds().len()];
    let mut group_of = vec![0; graph.prds().len()];
    let mut nodes: Vec<Node> = Vec::with_capacity(place.len());
    for (number, group) in groups.iter().enumerate() {
        for node in group {
            (place[node.index()], group_of[node.index()]) = (nodes.len(), number);
            nodes.push(node.index());
        }
    }
    let mut ahead: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    for at in visible {
        let edge = &graph.edges()[*at];
        if group_of[edge.dependent] != group_of[edge.prerequisite] {
            ahead[edge.prerequisite].push(*at);
        }
    }
    for first in (0..nodes.len()).step_by(WORDS * 64) {
        let mut reach = vec![0_u64; nodes.len() * WORDS];
        for node in &nodes {
            let mut bits = [0_u64; WORDS];
            let on_path = |at: &&usize| paths.contains(&graph.edges()[**at].kind);
            for at in ahead[*node].iter().filter(on_path) {
                let from = graph.edges()[*at].dependent * WORDS;
                for (mine, theirs) in bits.iter_mut().zip(&reach[from..from + WORDS]) {
                    *mine |= theirs;
                }
            }
            let bit = |at: usize| {
                let offset = place[graph.edges()[at].dependent].checked_sub(first)?;
                (offset < WORDS * 64).then_some((offset / 64, 1_u64 << (offset % 64)))
            };
            for at in &ahead[*node] {
                if let Some((word, mask)) = bit(*at) {
                    implied[*at] |= bits[word] & mask != 0 && covered.contains(&graph.edges()[*at].kind);
                }
            }
            for at in ahead[*node].iter().filter(on_path) {
                if let Some((word, mask)) = bit(*at) {
                    bits[word] |= mask;
                }
            }
            reach[node * WORDS..(node + 1) * WORDS].copy_from_slice(&bits);
        }
    }
}

#[cfg(test)]
#[path = "order_tests.rs"]
mod tests;
