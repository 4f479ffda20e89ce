//! Features and their parts: a parent is complete when its children are, and its schedule is theirs.

use std::collections::BTreeSet;

use super::declarations::node_meant;
use super::dependencies::Node;
use crate::domain::model::field::FieldName;
use crate::domain::model::finding::{Finding, Place, Severity};
use crate::domain::model::id::PrdId;
use crate::domain::model::portfolio::Portfolio;
use crate::domain::model::prd::Prd;
use crate::domain::model::state::State;

/// Who is a part of whom. There are no rings in it, and everybody has one parent at most.
#[derive(Debug, Clone, Default)]
pub struct Family {
    parent: Vec<Option<Node>>,
    children: Vec<Vec<Node>>,
}

impl Family {
    /// Reads `Parent` of all PRDs, then `Children`; the first claim to a child counts. Cancelled children are
    /// no children.
    pub(super) fn read(
        portfolio: &Portfolio,
        prds: &[&Prd],
        cancelled: &[bool],
        problems: &mut Vec<Finding>,
    ) -> Self {
        let mut parent: Vec<Option<Node>> = vec![None; prds.len()];
        let mut claim = |child: Node, of: Node, by: &Prd, name: &FieldName| {
            let message = match parent[child] {
                Some(known) if known == of => return,
                Some(known) => {
                    format!("{} is a part of {}, and of {} too", prds[child].id, prds[known].id, prds[of].id)
                }
                None => {
                    parent[child] = Some(of);
                    return;
                }
            };
            problems.push(
                Finding::new("two-parents", Severity::Warning, place(by, name), message)
                    .hint("keep one of the two"),
            );
        };
        let mut unknown = Vec::new();
        for (node, prd) in prds.iter().enumerate() {
            if let Some(id) = &prd.parent {
                match node_meant(portfolio, prds, id) {
                    Some((of, _)) => claim(node, of, prd, &FieldName::Parent),
                    None => unknown.push(unknown_family(prd, id, &FieldName::Parent)),
                }
            }
        }
        for (node, prd) in prds.iter().enumerate() {
            for id in &prd.children {
                match node_meant(portfolio, prds, id) {
                    Some((child, _)) => claim(child, node, prd, &FieldName::Children),
                    None => unknown.push(unknown_family(prd, id, &FieldName::Children)),
                }
            }
        }
        problems.extend(unknown);
        break_rings(&mut parent, prds, problems);
        let mut children = vec![Vec::new(); prds.len()];
        for (node, of) in parent.iter().enumerate() {
            if let Some(of) = of.filter(|_| !cancelled[node]) {
                children[of].push(node);
            }
        }
        Self { parent, children }
    }

    /// The feature that a PRD is a part of.
    #[must_use]
    pub fn parent(&self, node: Node) -> Option<Node> {
        self.parent.get(node).copied().flatten()
    }

    /// The parts of a feature that were not cancelled, by id.
    #[must_use]
    pub fn children(&self, node: Node) -> &[Node] {
        self.children.get(node).map_or(&[], Vec::as_slice)
    }

    /// True where a PRD has parts.
    #[must_use]
    pub fn is_parent(&self, node: Node) -> bool {
        !self.children(node).is_empty()
    }

    /// The parent, its parent, and so on.
    pub fn ancestors(&self, node: Node) -> impl Iterator<Item = Node> {
        std::iter::successors(self.parent(node), |at| self.parent(*at))
    }

    /// True where a PRD is the feature itself or a part of it at any depth.
    #[must_use]
    pub fn is_within(&self, node: Node, feature: Node) -> bool {
        node == feature || (self.is_parent(feature) && self.ancestors(node).any(|at| at == feature))
    }

    /// All PRDs, every child before its parent.
    #[must_use]
    pub fn children_first(&self) -> Vec<Node> {
        let mut open: Vec<usize> = vec![0; self.parent.len()];
        for parent in self.parent.iter().flatten() {
            open[*parent] += 1;
        }
        let mut order: Vec<Node> = (0..self.parent.len()).filter(|node| open[*node] == 0).collect();
        let mut at = 0;
        while let Some(node) = order.get(at).copied() {
            at += 1;
            if let Some(parent) = self.parent(node) {
                open[parent] -= 1;
                if open[parent] == 0 {
                    order.push(parent);
                }
            }
        }
        order
    }

    /// Who is done: complete, archived from complete, or with parts that all are.
    pub(super) fn done(&self, prds: &[&Prd], was_complete: &BTreeSet<PrdId>) -> Vec<bool> {
        let mut done: Vec<bool> = prds
            .iter()
            .map(|prd| {
                prd.state == State::Complete
                    || (prd.state == State::Archived && was_complete.contains(&prd.id))
            })
            .collect();
        for node in self.children_first() {
            if self.is_parent(node) && prds[node].state.is_unfinished() {
                done[node] = self.children(node).iter().all(|child| done[*child]);
            }
        }
        done
    }
}

/// Takes the parent from the first PRD, by id, of every ring of parents.
fn break_rings(parent: &mut [Option<Node>], prds: &[&Prd], problems: &mut Vec<Finding>) {
    let mut seen_from: Vec<Option<Node>> = vec![None; parent.len()];
    for start in 0..parent.len() {
        let mut at = start;
        while seen_from[at].is_none() {
            seen_from[at] = Some(start);
            let Some(next) = parent[at] else { break };
            if seen_from[next] == Some(start) {
                let ring: Vec<Node> = std::iter::successors(Some(next), |node| {
                    parent[*node].filter(|following| *following != next)
                })
                .collect();
                let first = ring.iter().copied().min().unwrap_or(next);
                parent[first] = None;
                let names: Vec<String> = ring.iter().map(|node| prds[*node].id.to_string()).collect();
                let message = if names.len() == 1 {
                    format!("{} is a part of itself", names.join(""))
                } else {
                    format!("{} are parts of each other", names.join(" and "))
                };
                let place = place(prds[first], &FieldName::Parent);
                problems.push(
                    Finding::new("family-cycle", Severity::Error, place, message)
                        .hint("remove one of their `Parent` or `Children` fields"),
                );
                break;
            }
            at = next;
        }
    }
}

fn unknown_family(prd: &Prd, id: &PrdId, name: &FieldName) -> Finding {
    let role = if *name == FieldName::Parent { "parent" } else { "child" };
    let message = format!("{} names {id} as its {role}, and no PRD has that id", prd.id);
    Finding::new("unknown-family", Severity::Error, place(prd, name), message)
        .hint("correct the id, or remove it")
}

/// Where a field stands; the first line, where it is no field of the header.
pub(super) fn place(prd: &Prd, name: &FieldName) -> Place {
    Place::line(prd.path.clone(), prd.field(name).map_or(1, |field| field.line))
}
