//! Dependencies that nobody declares and that are drawn all the same: in contracts, diagrams and lists of consumers.

use std::collections::{BTreeMap, BTreeSet};

use super::dependencies::{Edge, Graph, Node};
use crate::domain::model::dependency::DependencyKind;
use crate::domain::model::finding::{Finding, Place, Severity};
use crate::domain::model::id::PrdId;
use crate::domain::model::portfolio::Portfolio;
use crate::domain::model::slug::Slug;

/// A dependency that somebody drew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// Who uses the other.
    pub dependent: PrdId,
    /// Who is used.
    pub prerequisite: PrdId,
    /// Where it is drawn.
    pub place: Place,
    /// How it is drawn, in words: `diagram`, `channel order/paid`.
    pub how: String,
}

/// Which PRD works on a service now.
#[derive(Debug, Default)]
pub struct Services<'a>(BTreeMap<String, Vec<&'a PrdId>>);

impl<'a> Services<'a> {
    /// The services of all unfinished PRDs. `_`, `-` and spaces in names are one.
    #[must_use]
    pub fn of(portfolio: &'a Portfolio) -> Self {
        let mut services: BTreeMap<String, Vec<&PrdId>> = BTreeMap::new();
        for prd in portfolio.prds().iter().filter(|prd| prd.state.is_unfinished()) {
            let names = std::iter::once(prd.service_name()).chain(prd.services.iter().cloned());
            for name in names.map(|name| folded(&name)).collect::<BTreeSet<_>>() {
                services.entry(name).or_default().push(&prd.id);
            }
        }
        Self(services)
    }

    /// The one PRD that works on the first of these services that any works on; `None` where several do, for nobody can
    /// say which of them is meant.
    #[must_use]
    pub fn prd<T: AsRef<str>>(&self, names: &[T]) -> Option<&'a PrdId> {
        let known = names.iter().find_map(|name| self.0.get(&folded(name.as_ref())))?;
        if let [only] = known.as_slice() { Some(only) } else { None }
    }
}

fn folded(name: &str) -> String {
    Slug::from_text(name).as_str().to_owned()
}

impl Graph<'_> {
    /// Adds soft edges for what is drawn between unfinished PRDs and declared by neither of them, and finds each of them.
    /// They hold nothing up, and close no cycle: what uses each other is no contradiction.
    pub(super) fn add_drawn(&mut self, drawn: &[Drawn]) {
        let mut known: BTreeSet<(Node, Node)> =
            self.edges().iter().map(|edge| (edge.dependent, edge.prerequisite)).collect();
        let (mut edges, mut findings) = (Vec::new(), Vec::new());
        for one in drawn {
            let (Some(dependent), Some(prerequisite)) =
                (self.node(&one.dependent), self.node(&one.prerequisite))
            else {
                continue;
            };
            let is_open = [dependent, prerequisite].iter().all(|node| self.prd(*node).state.is_unfinished());
            let is_new = dependent != prerequisite
                && !known.contains(&(prerequisite, dependent))
                && is_open
                && known.insert((dependent, prerequisite));
            if !is_new {
                continue;
            }
            let message =
                format!("{} uses {} ({}), and neither declares it", one.dependent, one.prerequisite, one.how);
            let hint =
                format!("prd deps add {} {} --kind contract, or soft", one.dependent, one.prerequisite);
            findings.push(
                Finding::new("undeclared-dependency", Severity::Warning, one.place.clone(), message)
                    .hint(hint),
            );
            edges.push(Edge {
                dependent,
                prerequisite,
                kind: DependencyKind::Soft,
                reason: Some(one.how.clone()),
                declared_at: one.place.clone(),
                // Nobody misses a mirror of what nobody declares.
                in_dependent: true,
                in_prerequisite: true,
                met: false,
                binding: false,
            });
        }
        self.extend(edges, findings);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::graph::dependencies::GraphFacts;
    use crate::domain::graph::facts::Facts;
    use crate::domain::graph::schedule::Schedule;
    use crate::domain::model::sample::{id, portfolio, prd, worked_example};
    use crate::domain::model::state::State;

    fn drawn(dependent: &str, prerequisite: &str) -> Drawn {
        let path = crate::domain::model::path::RepoPath::new("a.md").unwrap();
        let (dependent, prerequisite) = (id(dependent), id(prerequisite));
        Drawn { dependent, prerequisite, place: Place::line(path, 7), how: "diagram".to_owned() }
    }

    #[test]
    fn what_is_drawn_is_a_soft_edge_and_a_finding_and_moves_nothing() {
        let portfolio = portfolio(worked_example());
        let all = vec![
            drawn("SVC-128", "SVC-130"),
            drawn("SVC-128", "SVC-130"),
            drawn("SVC-128", "SVC-129"),
            drawn("SVC-129", "SVC-128"),
            drawn("SVC-131", "SVC-131"),
            drawn("SVC-131", "SVC-999"),
        ];
        let plain = Graph::build(&portfolio, &GraphFacts::default());
        let graph = Graph::build(&portfolio, &GraphFacts { drawn: all, ..GraphFacts::default() });
        assert_eq!(graph.edges().len(), plain.edges().len() + 1, "what is declared is no news");
        assert!(graph.edges().is_sorted_by_key(|edge| (edge.dependent, edge.prerequisite)));
        let soft: Vec<_> = graph.prerequisites(0).filter(|edge| edge.kind == DependencyKind::Soft).collect();
        assert_eq!(soft.len(), 1);
        assert_eq!(graph.dependents(2).count(), 1);
        let messages: Vec<_> = graph.problems().iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!(messages, ["SVC-128 uses SVC-130 (diagram), and neither declares it"]);
        assert!(graph.missing_mirrors().is_empty() && graph.cycles().is_empty());
        let facts = Facts::on("2025-06-02".parse().unwrap());
        let finishes = |graph: &Graph| -> Vec<_> {
            let schedule = Schedule::of(graph, &facts);
            (0..5).map(|node| schedule.entry(node).unwrap().finish).collect()
        };
        assert_eq!(finishes(&graph), finishes(&plain));
    }

    #[test]
    fn a_service_is_the_one_unfinished_prd_that_works_on_it() {
        let portfolio = portfolio([
            prd("SVC-1").service("payment_service"),
            prd("SVC-2").service("payment-service").state(State::Complete),
            prd("SVC-3").service("ledger"),
            prd("SVC-4").service("Ledger"),
        ]);
        let services = Services::of(&portfolio);
        assert_eq!(services.prd(&["P", "Payment Service"]), Some(&id("SVC-1")));
        assert_eq!(services.prd(&["ledger"]), None, "nobody can say which of the two");
        assert_eq!(services.prd(&["nothing"]), None);
    }
}
