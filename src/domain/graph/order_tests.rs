use super::*;
use crate::domain::graph::dependencies::GraphFacts;
use crate::domain::graph::facts::Facts;
use crate::domain::model::priority::Priority;
use crate::domain::model::sample::{Sample, id, portfolio, prd, worked_example};

fn with(samples: Vec<Sample>, test: impl FnOnce(&Graph, &Schedule)) {
    let portfolio = portfolio(samples);
    let graph = Graph::build(&portfolio, &GraphFacts::default());
    let schedule = Schedule::of(&graph, &Facts::on("2025-06-02".parse().unwrap()));
    test(&graph, &schedule);
}

fn numbers(graph: &Graph, nodes: &[Node]) -> Vec<u32> {
    nodes.iter().map(|node| graph.id(*node).number()).collect()
}

#[test]
fn waves_come_from_start_edges_alone() {
    with(worked_example(), |graph, schedule| {
        let waves: Vec<Vec<u32>> = waves(schedule).iter().map(|wave| numbers(graph, wave)).collect();
        assert_eq!(waves, [vec![128, 129, 131], vec![130, 132]]);
        assert_eq!(numbers(graph, &merge_order(graph, schedule, |_| 0)), [129, 130, 131, 128, 132]);
    });
}

#[test]
fn who_waits_for_a_feature_comes_after_its_parts() {
    let samples = vec![
        prd("SVC-1").depends("SVC-9"),
        prd("SVC-2").parent("SVC-1"),
        prd("SVC-3").parent("SVC-1").depends("SVC-2"),
        prd("SVC-4").depends("SVC-1"),
        prd("SVC-9"),
    ];
    with(samples, |graph, schedule| {
        let waves: Vec<Vec<u32>> = waves(schedule).iter().map(|wave| numbers(graph, wave)).collect();
        assert_eq!(waves, [vec![9], vec![2], vec![3], vec![4]]);
        assert_eq!(numbers(graph, &merge_order(graph, schedule, |_| 0)), [9, 2, 3, 4]);
    });
}

#[test]
fn merge_order_is_by_priority_and_then_by_id() {
    let samples = vec![
        prd("SVC-1"),
        prd("SVC-2").priority(Priority::P1),
        prd("SVC-3").priority(Priority::P0).depends("SVC-1"),
        prd("SVC-4").priority(Priority::P1),
    ];
    with(samples, |graph, schedule| {
        assert_eq!(numbers(graph, &merge_order(graph, schedule, |_| 0)), [2, 4, 1, 3]);
    });
}

#[test]
fn a_published_contract_still_orders_merges() {
    let portfolio = portfolio(vec![prd("SVC-1").depends("SVC-2 (contract)"), prd("SVC-2")]);
    let facts = GraphFacts { published: [id("SVC-2")].into(), ..GraphFacts::default() };
    let graph = Graph::build(&portfolio, &facts);
    let schedule = Schedule::of(&graph, &Facts::on("2025-06-02".parse().unwrap()));
    assert_eq!(waves(&schedule), [vec![0, 1]]);
    assert_eq!(merge_order(&graph, &schedule, |_| 0), [1, 0]);
}

#[test]
fn pictures_leave_out_what_a_path_says_as_strongly() {
    let samples = vec![
        prd("SVC-1"),
        prd("SVC-2").depends("SVC-1"),
        prd("SVC-3").depends("SVC-2, SVC-1"),
        prd("SVC-4").depends("SVC-3 (finish), SVC-1, SVC-2 (finish), SVC-9 (soft)"),
        prd("SVC-9"),
    ];
    with(samples, |graph, _| {
        let implied = implied(graph, |_| true);
        let left_out: Vec<(u32, u32)> = graph
            .edges()
            .iter()
            .zip(implied)
            .filter(|(_, implied)| *implied)
            .map(|(edge, _)| (graph.id(edge.dependent).number(), graph.id(edge.prerequisite).number()))
            .collect();
        // SVC-4 cannot start before SVC-1 is complete: no path says that.
        assert_eq!(left_out, [(3, 1), (4, 2)]);
    });
}

#[test]
fn pictures_of_more_than_one_block_are_reduced_alike() {
    let mut samples = vec![prd("SVC-1")];
    for number in 2..=4200 {
        let list = if number % 100 == 0 {
            format!("SVC-{}, SVC-1", number - 1)
        } else {
            format!("SVC-{}", number - 1)
        };
        samples.push(prd(&format!("SVC-{number}")).depends(&list));
    }
    with(samples, |graph, _| {
        let implied = implied(graph, |_| true);
        assert_eq!(implied.iter().filter(|implied| **implied).count(), 42);
    });
}

#[test]
fn what_conflicts_with_many_is_merged_last() {
    with(vec![prd("SVC-1"), prd("SVC-2"), prd("SVC-3")], |graph, schedule| {
        let conflicts = |node: Node| [2, 1, 1][node];
        assert_eq!(numbers(graph, &merge_order(graph, schedule, conflicts)), [2, 3, 1]);
    });
}
