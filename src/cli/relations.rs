//! Dependencies and families of PRDs as GitHub's own links between their issues.
//!
//! Links are only added: one that is there and not wanted may be a person's. A GitHub that knows no such links, or a
//! link that it does not take, is a note and never a failure.

use std::cell::Cell;

use super::issues::{Desk, Known};
use crate::domain::graph::dependencies::Graph;
use crate::domain::model::id::PrdId;
use crate::io::github::kinds::{Issue, Linked};
use crate::io::github::port::{Failure, Port};

/// The numbers of the issues that an issue is linked to, in the order of their PRDs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Relatives {
    /// They block it.
    pub(super) blockers: Vec<u64>,
    /// It blocks them.
    blocked: Vec<u64>,
    /// They are parts of it.
    pub(super) parts: Vec<u64>,
    /// It is a part of this one.
    parent: Option<u64>,
}

impl Relatives {
    /// The relatives of a PRD that have issues.
    pub(super) fn of(graph: &Graph<'_>, id: &PrdId, known: &Known) -> Self {
        let Some(node) = graph.node(id) else { return Self::default() };
        let number = |node: usize| known.number(graph.id(node));
        let numbers = |nodes: Vec<usize>| {
            let mut numbers: Vec<u64> = nodes.into_iter().filter_map(number).collect();
            let own = known.number(id);
            numbers.retain(|number| Some(*number) != own);
            numbers.sort_unstable();
            numbers.dedup();
            numbers
        };
        let binding = |edge: &&crate::domain::graph::dependencies::Edge| edge.binding;
        Self {
            blockers: numbers(
                graph.prerequisites(node).filter(binding).map(|edge| edge.prerequisite).collect(),
            ),
            blocked: numbers(graph.dependents(node).filter(binding).map(|edge| edge.dependent).collect()),
            parts: numbers(graph.family().children(node).to_vec()),
            parent: graph.family().parent(node).and_then(number),
        }
    }
}

/// PRDs so that each comes after those that it waits for, and a part after its feature, as far as they are among them;
/// else in their order.
pub(super) fn prerequisites_first(graph: &Graph<'_>, ids: &[PrdId]) -> Vec<PrdId> {
    let mut sorted: Vec<PrdId> = Vec::new();
    for id in ids {
        let mut open = vec![id.clone()];
        let mut entered: Vec<PrdId> = Vec::new();
        while let Some(at) = open.last().cloned() {
            let node = graph.node(&at).filter(|_| !entered.contains(&at));
            entered.push(at.clone());
            let before: Vec<PrdId> = node
                .into_iter()
                .flat_map(|node| {
                    let edges = graph.prerequisites(node).map(|edge| edge.prerequisite);
                    edges.chain(graph.family().parent(node)).map(|node| graph.id(node).clone())
                })
                .filter(|id| ids.contains(id) && !sorted.contains(id) && !entered.contains(id))
                .collect();
            if before.is_empty() {
                open.pop();
                if !sorted.contains(&at) {
                    sorted.push(at);
                }
            } else {
                open.extend(before.into_iter().rev());
            }
        }
    }
    sorted
}

/// The kinds of links that the repository's GitHub turned out not to know.
#[derive(Debug, Default)]
pub(super) struct Lacking {
    blockers: Cell<bool>,
    parts: Cell<bool>,
}

impl Lacking {
    /// Their names, for the user.
    pub(super) fn names(&self) -> Vec<&'static str> {
        let of = |lacks: &Cell<bool>, name| lacks.get().then_some(name);
        [of(&self.blockers, "dependencies between issues"), of(&self.parts, "sub-issues")]
            .into_iter()
            .flatten()
            .collect()
    }
}

impl Desk<'_> {
    /// Adds the links that an issue lacks. Where it was just made (`is_new`) the others are asked, too; else only where
    /// GitHub's own counts say that something is missing.
    pub(super) fn link(
        &self,
        issue: &Issue,
        relatives: &Relatives,
        is_new: bool,
        notes: &mut Vec<String>,
    ) -> Result<(), Failure> {
        let blockers = issue.issue_dependencies_summary.map(|summary| summary.total_blocked_by);
        if is_new || lacks(blockers, &relatives.blockers) {
            self.add_blockers(issue.number, &relatives.blockers, notes)?;
        }
        let parts = issue.sub_issues_summary.map(|summary| summary.total);
        if is_new || lacks(parts, &relatives.parts) {
            self.add_parts(issue.number, &relatives.parts, notes)?;
        }
        if is_new {
            for other in &relatives.blocked {
                self.add_blockers(*other, &[issue.number], notes)?;
            }
            if let Some(parent) = relatives.parent {
                self.add_parts(parent, &[issue.number], notes)?;
            }
        }
        Ok(())
    }

    fn add_blockers(&self, number: u64, wanted: &[u64], notes: &mut Vec<String>) -> Result<(), Failure> {
        if wanted.is_empty() || self.lacking.blockers.get() {
            return Ok(());
        }
        let there = self.port().blockers(number);
        let add = |id| self.port().add_blocker(number, id);
        self.settle(&self.lacking.blockers, there.and_then(|there| self.add(&there, wanted, add)), notes)
    }

    fn add_parts(&self, number: u64, wanted: &[u64], notes: &mut Vec<String>) -> Result<(), Failure> {
        if wanted.is_empty() || self.lacking.parts.get() {
            return Ok(());
        }
        let there = self.port().parts(number);
        let add = |id| self.port().add_part(number, id);
        self.settle(&self.lacking.parts, there.and_then(|there| self.add(&there, wanted, add)), notes)
    }

    fn add(
        &self,
        there: &[Linked],
        wanted: &[u64],
        add: impl Fn(u64) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let is_there = |number: u64| {
            let page = format!("/{}/issues/{number}", self.name()).to_lowercase();
            there.iter().any(|linked| linked.html_url.to_lowercase().ends_with(&page))
        };
        for number in wanted.iter().filter(|number| !is_there(**number)) {
            add(self.port().issue(*number)?.id)?;
        }
        Ok(())
    }

    /// A link that is refused is a note, said once where this GitHub knows none of its kind; only a failure that
    /// passes is one.
    fn settle(
        &self,
        lacks: &Cell<bool>,
        done: Result<(), Failure>,
        notes: &mut Vec<String>,
    ) -> Result<(), Failure> {
        match done {
            Err(failure) if failure.is_passing() => Err(failure),
            Err(failure) if matches!(failure.status(), Some(404 | 410)) => {
                lacks.set(true);
                Ok(())
            }
            Err(failure) => {
                notes.push(failure.to_string());
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }
}

/// True where GitHub counts fewer links than are wanted, or does not count.
pub(super) fn lacks(count: Option<u64>, wanted: &[u64]) -> bool {
    !wanted.is_empty()
        && count.is_none_or(|count| usize::try_from(count).is_ok_and(|count| count < wanted.len()))
}
