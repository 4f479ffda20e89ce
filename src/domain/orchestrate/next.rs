//! What can be started now.

use std::cmp::Reverse;

use serde::Serialize;

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
    /// Its node.
    #[serde(skip)]
    pub node: Node,
}

/// What is ready and held by nothing, best first: by priority, then by the longest tail, then by id. A PRD
/// without a priority comes after those with one. Features are started by starting their parts.
#[must_use]
pub fn startable(graph: &Graph, schedule: &Schedule) -> Vec<Startable> {
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
    use crate::domain::model::sample::{portfolio, prd};

    #[test]
    fn the_best_is_first_and_nothing_that_is_held() {
        let ready = |name: &str| prd(name).state(State::Ready).estimate("2d");
        let portfolio = portfolio([
            ready("SVC-1"),
            ready("SVC-2"),
            ready("SVC-3").priority(Priority::P2),
            ready("SVC-4").priority(Priority::P0).depends("SVC-9"),
            ready("SVC-5").priority(Priority::P0).with(|prd| prd.blocked = Some("vendor".to_owned())),
            ready("SVC-6").depends("SVC-9 (finish), SVC-9 (soft)"),
            ready("SVC-7").depends("SVC-2"),
            prd("SVC-9").estimate("1d"),
        ]);
        let graph = Graph::build(&portfolio, &GraphFacts::default());
        let schedule = Schedule::of(&graph, &Facts::on("2025-06-02".parse().unwrap()));
        let found = startable(&graph, &schedule);
        let numbers: Vec<u32> = found.iter().map(|next| next.id.number()).collect();
        assert_eq!(numbers, [3, 2, 1, 6]);
        assert_eq!(found[1].tail_days, Some(4));
    }
}
