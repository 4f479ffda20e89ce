//! One graph of what all PRDs declare.

use std::collections::BTreeSet;

use super::cycles::{self, Cycle};
use super::declarations;
use super::drawn::Drawn;
use super::family::Family;
use super::network::{Network, Scope};
use crate::domain::model::dependency::{DependencyKind, Direction};
use crate::domain::model::field::FieldName;
use crate::domain::model::finding::{Finding, Place, Severity};
use crate::domain::model::id::PrdId;
use crate::domain::model::portfolio::Portfolio;
use crate::domain::model::prd::Prd;
use crate::domain::model::state::State;

/// A PRD of the graph: its place in the order of ids, from 0.
pub type Node = usize;

/// What the graph depends on besides the files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphFacts {
    /// PRDs whose contract is published.
    pub published: BTreeSet<PrdId>,
    /// Archived PRDs that were complete before.
    pub was_complete: BTreeSet<PrdId>,
    /// `orchestration.dependency_resolution`: where it is off, edges are drawn and none binds.
    pub resolution: bool,
    /// What somebody drew, whether declared or not.
    pub drawn: Vec<Drawn>,
}

impl Default for GraphFacts {
    fn default() -> Self {
        Self {
            published: BTreeSet::new(),
            was_complete: BTreeSet::new(),
            resolution: true,
            drawn: Vec::new(),
        }
    }
}

/// One dependency, merged from everything that declares it.
///
/// Where both files declare it, the dependent's own word counts, for it knows what it needs. Where one file
/// declares it twice, a kind that was written counts before `complete`, which is also what no kind means;
/// then contract, finish, complete and soft in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// Who waits.
    pub dependent: Node,
    /// For whom; the successor, where a superseded PRD was named.
    pub prerequisite: Node,
    /// What the edge demands.
    pub kind: DependencyKind,
    /// The reason, where one was written.
    pub reason: Option<String>,
    /// The declaration that counts.
    pub declared_at: Place,
    /// True where the dependent's own file declares it.
    pub in_dependent: bool,
    /// True where the prerequisite's file declares it.
    pub in_prerequisite: bool,
    /// True where what it demands is there already.
    pub met: bool,
    /// True where it can hold anything up: it is hard, and dependency resolution is on.
    pub binding: bool,
}

impl Edge {
    /// True where it holds the dependent's start now.
    #[must_use]
    pub const fn blocks_start(&self) -> bool {
        self.binding && !self.met && self.kind.holds_start()
    }

    /// True where it keeps the dependent from being completed now.
    #[must_use]
    pub const fn blocks_completion(&self) -> bool {
        self.binding && !self.met
    }
}

/// A declared dependency on an id that no PRD has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unresolved {
    /// Whose file declares it.
    pub node: Node,
    /// The id that no PRD has.
    pub id: PrdId,
    /// Whether it is needed, or is said to be blocked.
    pub direction: Direction,
    /// Where.
    pub place: Place,
}

/// All PRDs, by id and without doubles, and the edges between them.
#[derive(Debug, Clone)]
pub struct Graph<'a> {
    prds: Vec<&'a Prd>,
    edges: Vec<Edge>,
    incoming: Vec<Vec<usize>>,
    outgoing: Vec<Vec<usize>>,
    done: Vec<bool>,
    cancelled: Vec<bool>,
    family: Family,
    unresolved: Vec<Unresolved>,
    cycles: Vec<Cycle>,
    problems: Vec<Finding>,
}

impl<'a> Graph<'a> {
    /// Reads the graph of a portfolio. Of a doubled id the first file counts.
    #[must_use]
    pub fn build(portfolio: &'a Portfolio, facts: &GraphFacts) -> Self {
        let mut prds: Vec<&Prd> = portfolio.prds().iter().collect();
        prds.dedup_by(|later, first| later.id == first.id);
        let mut problems = Vec::new();
        let cancelled: Vec<bool> = prds
            .iter()
            .map(|prd| prd.state == State::Archived && !facts.was_complete.contains(&prd.id))
            .collect();
        let family = Family::read(portfolio, &prds, &cancelled, &mut problems);
        let done = family.done(&prds, &facts.was_complete);
        let resolver = declarations::Resolver { portfolio, prds: &prds, done: &done };
        let (mut edges, unresolved) = resolver.edges(&mut problems);
        for edge in &mut edges {
            let published = edge.kind == DependencyKind::Contract
                && prds.get(edge.prerequisite).is_some_and(|prd| facts.published.contains(&prd.id));
            edge.met = done.get(edge.prerequisite).copied().unwrap_or(false) || published;
            edge.binding = facts.resolution && edge.kind.is_hard();
        }
        let (incoming, outgoing) = indexed(prds.len(), &edges);
        let mut graph = Self {
            prds,
            edges,
            incoming,
            outgoing,
            done,
            cancelled,
            family,
            unresolved,
            cycles: Vec::new(),
            problems,
        };
        graph.problems.extend(graph.cancelled_prerequisites());
        graph.cycles = cycles::find(&graph, &Network::of(&graph, Scope::Everything));
        let round: Vec<Finding> = graph.cycles.iter().map(|cycle| cycle.finding(&graph)).collect();
        graph.problems.extend(round);
        graph.add_drawn(&facts.drawn);
        graph.problems.sort_by(|a, b| (&a.place, a.rule, &a.message).cmp(&(&b.place, b.rule, &b.message)));
        graph
    }

    /// With more edges, none of them there already, and what was found with them.
    pub(super) fn extend(&mut self, edges: Vec<Edge>, findings: Vec<Finding>) {
        if edges.is_empty() {
            return;
        }
        self.edges.extend(edges);
        self.edges.sort_by_key(|edge| (edge.dependent, edge.prerequisite));
        (self.incoming, self.outgoing) = indexed(self.prds.len(), &self.edges);
        self.problems.extend(findings);
    }

    /// All PRDs, by id.
    #[must_use]
    pub fn prds(&self) -> &[&'a Prd] {
        &self.prds
    }

    /// The PRD of a node of this graph.
    ///
    /// # Panics
    /// Where the node is of another graph.
    #[must_use]
    pub fn prd(&self, node: Node) -> &'a Prd {
        self.prds[node]
    }

    /// The id of a node of this graph.
    ///
    /// # Panics
    /// Where the node is of another graph.
    #[must_use]
    pub fn id(&self, node: Node) -> &'a PrdId {
        &self.prds[node].id
    }

    /// The node of an id; `None` where no PRD has it.
    #[must_use]
    pub fn node(&self, id: &PrdId) -> Option<Node> {
        self.prds.binary_search_by(|prd| prd.id.cmp(id)).ok()
    }

    /// All edges, by dependent and then prerequisite.
    #[must_use]
    pub fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// What a PRD itself depends on, by the prerequisite's id.
    pub fn prerequisites(&self, node: Node) -> impl Iterator<Item = &Edge> {
        self.numbered_prerequisites(node).map(|(_, edge)| edge)
    }

    /// What a PRD itself depends on, by the prerequisite's id, with the edges' places in [`Graph::edges`].
    pub fn numbered_prerequisites(&self, node: Node) -> impl Iterator<Item = (usize, &Edge)> {
        self.incoming.get(node).into_iter().flatten().filter_map(|at| Some((*at, self.edges.get(*at)?)))
    }

    /// What depends on a PRD, by the dependent's id.
    pub fn dependents(&self, node: Node) -> impl Iterator<Item = &Edge> {
        self.outgoing.get(node).into_iter().flatten().filter_map(|at| self.edges.get(*at))
    }

    /// Every edge that keeps a PRD from starting now: its own, and those of the features it is part of,
    /// except where such a feature waits for one of its own parts.
    pub fn start_blockers(&self, node: Node) -> impl Iterator<Item = &Edge> {
        let inherited = self.family.ancestors(node).flat_map(move |ancestor| {
            self.prerequisites(ancestor)
                .filter(move |edge| !self.family.is_within(edge.prerequisite, ancestor))
        });
        self.prerequisites(node).chain(inherited).filter(|edge| edge.blocks_start())
    }

    /// Every edge of a PRD's own that keeps it from being completed now.
    pub fn completion_blockers(&self, node: Node) -> impl Iterator<Item = &Edge> {
        self.prerequisites(node).filter(|edge| edge.blocks_completion())
    }

    /// These PRDs, what they wait for and what waits for them, at most so many edges away; sorted.
    #[must_use]
    pub fn around(&self, nodes: &[Node], depth: Option<usize>) -> BTreeSet<Node> {
        let back = |node: Node| self.prerequisites(node).map(|edge| edge.prerequisite).collect::<Vec<_>>();
        let forth = |node: Node| self.dependents(node).map(|edge| edge.dependent).collect::<Vec<_>>();
        let mut found = reached(nodes, depth, back);
        found.extend(reached(nodes, depth, forth));
        found
    }

    /// True where a PRD is complete, was complete before it was archived, or is a feature whose parts are.
    #[must_use]
    pub fn is_done(&self, node: Node) -> bool {
        self.done.get(node).copied().unwrap_or(false)
    }

    /// True where a PRD was archived without having been complete.
    #[must_use]
    pub fn is_cancelled(&self, node: Node) -> bool {
        self.cancelled.get(node).copied().unwrap_or(false)
    }

    /// Features and their parts.
    #[must_use]
    pub const fn family(&self) -> &Family {
        &self.family
    }

    /// Dependencies on ids that no PRD has.
    #[must_use]
    pub fn unresolved(&self) -> &[Unresolved] {
        &self.unresolved
    }

    /// The ways round, by the id of their first PRD.
    #[must_use]
    pub fn cycles(&self) -> &[Cycle] {
        &self.cycles
    }

    /// What is wrong with the graph, by place: `unknown-dependency`, `self-dependency`, `foreign-prefix`,
    /// `cancelled-prerequisite`, `dependency-cycle`, `unknown-family`, `family-cycle`, `two-parents`, and
    /// `undeclared-dependency` where drawn ones were looked for.
    #[must_use]
    pub fn problems(&self) -> &[Finding] {
        &self.problems
    }

    /// A hint `mirror-missing` for each edge that only one of the two files declares, by place. A file that says
    /// nothing of what it blocks keeps no mirrors, so none is missed there.
    #[must_use]
    pub fn missing_mirrors(&self) -> Vec<Finding> {
        let mut findings: Vec<Finding> = self
            .edges
            .iter()
            .filter(|edge| !edge.in_dependent || !edge.in_prerequisite)
            .filter_map(|edge| {
                let (dependent, prerequisite) = (self.prd(edge.dependent), self.prd(edge.prerequisite));
                let (message, hint) = if edge.in_prerequisite {
                    (
                        format!(
                            "{} blocks {}, whose own file does not say so",
                            prerequisite.id, dependent.id
                        ),
                        format!("add `{}` to the `Depends On` of {}", prerequisite.id, dependent.path),
                    )
                } else if declares_blocked(prerequisite) {
                    (
                        format!(
                            "{} depends on {}, which does not name it among those it blocks",
                            dependent.id, prerequisite.id
                        ),
                        format!("add `{}` to the `Blocks` of {}", dependent.id, prerequisite.path),
                    )
                } else {
                    return None;
                };
                Some(
                    Finding::new("mirror-missing", Severity::Hint, edge.declared_at.clone(), message)
                        .hint(hint),
                )
            })
            .collect();
        findings.sort_by(|a, b| (&a.place, &a.message).cmp(&(&b.place, &b.message)));
        findings
    }

    fn cancelled_prerequisites(&self) -> Vec<Finding> {
        let hopeless = |edge: &&Edge| {
            edge.binding
                && !edge.met
                && self.is_cancelled(edge.prerequisite)
                && self.prds[edge.dependent].state.is_unfinished()
        };
        self.edges
            .iter()
            .filter(hopeless)
            .map(|edge| {
                let (dependent, prerequisite) = (self.id(edge.dependent), self.id(edge.prerequisite));
                let message =
                    format!("{dependent} waits for {prerequisite}, which was archived and never completed");
                Finding::new("cancelled-prerequisite", Severity::Warning, edge.declared_at.clone(), message)
                    .hint(format!(
                        "remove the dependency, restore {prerequisite}, or name its successor with \
                         `prd archive {prerequisite} --reason superseded --by ID`"
                    ))
            })
            .collect()
    }
}

#[cfg(test)]
#[path = "dependencies_tests.rs"]
mod tests;

/// The places of edges, by dependent and by prerequisite.
fn indexed(count: usize, edges: &[Edge]) -> (Vec<Vec<usize>>, Vec<Vec<usize>>) {
    let (mut incoming, mut outgoing) = (vec![Vec::new(); count], vec![Vec::new(); count]);
    for (at, edge) in edges.iter().enumerate() {
        incoming[edge.dependent].push(at);
        outgoing[edge.prerequisite].push(at);
    }
    (incoming, outgoing)
}

/// These PRDs and all that steps lead to from them, at most so many.
fn reached(nodes: &[Node], depth: Option<usize>, steps: impl Fn(Node) -> Vec<Node>) -> BTreeSet<Node> {
    let mut seen: BTreeSet<Node> = nodes.iter().copied().collect();
    let mut newest: Vec<Node> = nodes.to_vec();
    let mut taken = 0;
    while !newest.is_empty() && depth.is_none_or(|depth| taken < depth) {
        newest = newest.into_iter().flat_map(&steps).filter(|node| seen.insert(*node)).collect();
        taken += 1;
    }
    seen
}

/// True for a PRD whose file says what it blocks, be it `None`.
fn declares_blocked(prd: &Prd) -> bool {
    let declared = prd.dependencies.iter().any(|declared| declared.direction == Direction::Blocks);
    declared || prd.field(&FieldName::Blocks).is_some()
}
