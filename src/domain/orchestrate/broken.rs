//! What is broken in the graph, as pictures mark it: ids that no PRD has, and ways round.

use std::collections::BTreeMap;

use super::report::MissingRow;
use crate::domain::graph::dependencies::{Graph, Node};
use crate::domain::model::dependency::Direction;
use crate::domain::model::id::PrdId;

/// The ids that PRDs which are shown name and no PRD has, by id.
#[must_use]
pub fn missing(graph: &Graph, shown: impl Fn(Node) -> bool) -> Vec<MissingRow> {
    let mut rows: BTreeMap<&PrdId, MissingRow> = BTreeMap::new();
    for unknown in graph.unresolved().iter().filter(|unknown| shown(unknown.node)) {
        let row = rows.entry(&unknown.id).or_insert_with(|| MissingRow {
            id: unknown.id.clone(),
            needed_by: Vec::new(),
            needs: Vec::new(),
        });
        let side = match unknown.direction {
            Direction::DependsOn => &mut row.needed_by,
            Direction::Blocks => &mut row.needs,
        };
        let id = graph.id(unknown.node);
        if !side.contains(id) {
            side.push(id.clone());
        }
    }
    rows.into_values().collect()
}

/// The ways round that a PRD which is shown is on; each PRD waits for the next, and the last for the first.
#[must_use]
pub fn cycles(graph: &Graph, shown: impl Fn(Node) -> bool) -> Vec<Vec<PrdId>> {
    let hard = graph.cycles().iter().filter(|cycle| !cycle.soft);
    hard.filter(|cycle| cycle.nodes.iter().any(|node| shown(*node)))
        .map(|cycle| cycle.nodes.iter().map(|node| graph.id(*node).clone()).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::graph::dependencies::GraphFacts;
    use crate::domain::model::sample::{id, portfolio, prd};

    #[test]
    fn missing_ids_know_who_names_them_and_cycles_keep_their_order() {
        let portfolio = portfolio(vec![
            prd("SVC-1").depends("SVC-9, SVC-2"),
            prd("SVC-2").depends("SVC-9, SVC-1").blocks("SVC-8"),
            prd("SVC-3").depends("SVC-4 (soft)"),
            prd("SVC-4").depends("SVC-3"),
        ]);
        let graph = Graph::build(&portfolio, &GraphFacts::default());
        let rows = missing(&graph, |_| true);
        let told: Vec<_> = rows.iter().map(|row| (&row.id, row.needed_by.len(), row.needs.len())).collect();
        assert_eq!(told, [(&id("SVC-8"), 0, 1), (&id("SVC-9"), 2, 0)]);
        assert_eq!(missing(&graph, |node| node == 0).len(), 1);
        assert_eq!(cycles(&graph, |_| true), [vec![id("SVC-1"), id("SVC-2")]], "a soft one holds nobody up");
        assert!(cycles(&graph, |node| node == 2).is_empty());
    }
}
