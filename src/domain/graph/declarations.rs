//! From declarations to edges: which PRD an id means, and which of several declarations counts.

use std::collections::BTreeMap;

use super::dependencies::{Edge, Node, Unresolved};
use crate::domain::model::dependency::{Declared, DependencyKind, Direction};
use crate::domain::model::finding::{Finding, Place, Severity};
use crate::domain::model::id::PrdId;
use crate::domain::model::portfolio::Portfolio;
use crate::domain::model::prd::Prd;
use crate::domain::model::state::State;

/// What ids are resolved against.
pub(super) struct Resolver<'a> {
    /// All PRDs.
    pub(super) portfolio: &'a Portfolio,
    /// The graph's PRDs, by id.
    pub(super) prds: &'a [&'a Prd],
    /// Which of them are done.
    pub(super) done: &'a [bool],
}

impl Resolver<'_> {
    /// All edges by dependent and prerequisite, `met` and `binding` still false, and what cannot be resolved.
    pub(super) fn edges(&self, problems: &mut Vec<Finding>) -> (Vec<Edge>, Vec<Unresolved>) {
        let mut edges: BTreeMap<(Node, Node), Edge> = BTreeMap::new();
        let mut unresolved = Vec::new();
        for (node, prd) in self.prds.iter().enumerate() {
            for declared in &prd.dependencies {
                let place = Place::line(prd.path.clone(), declared.line);
                let Some((other, foreign)) = self.meant(&declared.id) else {
                    problems.push(unknown(prd, declared, &place));
                    let (id, direction) = (declared.id.clone(), declared.direction);
                    unresolved.push(Unresolved { node, id, direction, place });
                    continue;
                };
                if foreign {
                    problems.push(foreign_prefix(&declared.id, &self.prds[other].id, &place));
                }
                if other == node {
                    problems.push(own(&prd.id, &place));
                    continue;
                }
                let (dependent, prerequisite) = match declared.direction {
                    Direction::DependsOn => (node, self.successor(other)),
                    Direction::Blocks => (other, self.successor(node)),
                };
                // It may have replaced its own prerequisite.
                if dependent != prerequisite {
                    merge(&mut edges, new_edge(dependent, prerequisite, declared, place));
                }
            }
        }
        (edges.into_values().collect(), unresolved)
    }

    /// The node that an id in a dependency means, and whether its prefix is foreign.
    fn meant(&self, id: &PrdId) -> Option<(Node, bool)> {
        node_meant(self.portfolio, self.prds, id)
    }

    /// Who took over from a superseded PRD, as far as the chain goes; the PRD itself, where it is done or
    /// nobody did.
    fn successor(&self, node: Node) -> Node {
        let mut at = node;
        for _ in 0..self.prds.len() {
            let prd = self.prds[at];
            if prd.state != State::Archived || self.done[at] {
                return at;
            }
            match prd.superseded_by.as_ref().and_then(|id| self.meant(id)) {
                Some((next, _)) if next != at => at = next,
                _ => return at,
            }
        }
        node // they supersede each other in a ring
    }
}

/// The node that an id in a file means, and whether its prefix is foreign.
pub(super) fn node_meant(portfolio: &Portfolio, prds: &[&Prd], id: &PrdId) -> Option<(Node, bool)> {
    let (prd, foreign) = portfolio.find_meant(id)?;
    let node = prds.binary_search_by(|known| known.id.cmp(&prd.id)).ok()?;
    Some((node, foreign))
}

fn new_edge(dependent: Node, prerequisite: Node, declared: &Declared, place: Place) -> Edge {
    let own = declared.direction == Direction::DependsOn;
    Edge {
        dependent,
        prerequisite,
        kind: declared.kind,
        reason: declared.reason.clone(),
        declared_at: place,
        in_dependent: own,
        in_prerequisite: !own,
        met: false,
        binding: false,
    }
}

/// How much a kind says, among declarations in one file.
const fn weight(kind: DependencyKind) -> u8 {
    match kind {
        DependencyKind::Contract => 3,
        DependencyKind::Finish => 2,
        DependencyKind::Complete => 1,
        DependencyKind::Soft => 0,
    }
}

fn merge(edges: &mut BTreeMap<(Node, Node), Edge>, new: Edge) {
    let key = (new.dependent, new.prerequisite);
    let Some(known) = edges.get_mut(&key) else {
        edges.insert(key, new);
        return;
    };
    let rank = |edge: &Edge, own: bool| (own, weight(edge.kind));
    // The edge counts as the dependent's own word as soon as its file has declared it once.
    let replaces = rank(&new, new.in_dependent) > rank(known, known.in_dependent);
    let (in_dependent, in_prerequisite) =
        (known.in_dependent || new.in_dependent, known.in_prerequisite || new.in_prerequisite);
    if replaces {
        let reason = new.reason.clone().or_else(|| known.reason.take());
        *known = Edge { reason, ..new };
    } else if known.reason.is_none() {
        known.reason = new.reason;
    }
    known.in_dependent = in_dependent;
    known.in_prerequisite = in_prerequisite;
}

fn unknown(prd: &Prd, declared: &Declared, place: &Place) -> Finding {
    let (id, other) = (&prd.id, &declared.id);
    let message = match declared.direction {
        Direction::DependsOn => format!("{id} depends on {other}, and no PRD has that id"),
        Direction::Blocks => format!("{id} blocks {other}, and no PRD has that id"),
    };
    Finding::new("unknown-dependency", Severity::Error, place.clone(), message)
        .hint("correct the id, or remove the dependency")
}

fn foreign_prefix(written: &PrdId, meant: &PrdId, place: &Place) -> Finding {
    let message = format!("{written} is read as {meant}: no PRD has the prefix `{}`", written.prefix());
    Finding::new("foreign-prefix", Severity::Warning, place.clone(), message).hint(format!("write {meant}"))
}

fn own(id: &PrdId, place: &Place) -> Finding {
    Finding::new("self-dependency", Severity::Error, place.clone(), format!("{id} depends on itself"))
        .hint("remove the dependency")
}
