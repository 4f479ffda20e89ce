use proptest::prelude::*;

use super::*;
use crate::domain::graph::dependencies::GraphFacts;
use crate::domain::graph::facts::Facts;
use crate::domain::model::dependency::{Declared, DependencyKind};
use crate::domain::model::sample::{Sample, portfolio, prd};

fn ready(number: usize, days: i64) -> Sample {
    prd(&format!("SVC-{number}")).state(State::Ready).estimate(&format!("{days}d"))
}

fn all(limit: usize) -> Limits {
    Limits { all: Some(limit), ..Limits::default() }
}

fn with<T>(samples: Vec<Sample>, limits: &Limits, test: impl FnOnce(&Graph, &Schedule, &Schedule) -> T) -> T {
    let portfolio = portfolio(samples);
    let graph = Graph::build(&portfolio, &GraphFacts::default());
    let facts = Facts::on("2025-06-02".parse().unwrap());
    test(&graph, &Schedule::of(&graph, &facts), &Schedule::under(limits, &graph, &facts))
}

/// Start and finish of each PRD.
fn times(samples: Vec<Sample>, limits: &Limits) -> Vec<(i64, i64)> {
    with(samples, limits, |graph, _, schedule| {
        let entries = (0..graph.prds().len()).map(|node| schedule.entry(node).unwrap());
        entries.map(|entry| (entry.start.unwrap(), entry.finish.unwrap())).collect()
    })
}

#[test]
fn two_places_for_three() {
    let samples = vec![ready(1, 3), ready(2, 5), ready(3, 4)];
    // SVC-2 and SVC-3 have the longer tails.
    assert_eq!(times(samples, &all(2)), [(4, 7), (0, 5), (0, 4)]);
}

#[test]
fn priority_comes_before_the_longest_tail() {
    let samples = vec![ready(1, 3).priority(Priority::P0), ready(2, 5)];
    assert_eq!(times(samples, &all(1)), [(0, 3), (3, 8)]);
}

#[test]
fn what_is_in_progress_keeps_its_place_and_may_exceed_the_limit() {
    let samples = vec![prd("SVC-1").estimate("3d"), prd("SVC-2").estimate("6d"), ready(3, 1)];
    assert_eq!(times(samples, &all(1)), [(0, 3), (0, 6), (6, 7)]);
}

#[test]
fn a_team_has_its_own_limit() {
    let name = |text: &str| TeamName::new(text).unwrap();
    let limits = Limits { all: Some(10), teams: BTreeMap::from([(name("A"), 1)]) };
    let samples = vec![ready(1, 3).team("A"), ready(2, 2).team("A"), ready(3, 5).team("B"), ready(4, 5)];
    assert_eq!(times(samples.clone(), &limits), [(0, 3), (3, 5), (0, 5), (0, 5)]);
    with(samples, &limits, |_, _, schedule| {
        let driver = schedule.entry(1).unwrap().driver.unwrap();
        assert_eq!((driver.node, driver.place), (0, true));
        assert_eq!(schedule.critical_path().days, 5);
    });
}

#[test]
fn whoever_has_a_place_and_waits_for_one_without_does_not_wait_for_ever() {
    let samples = vec![prd("SVC-1").estimate("2d").depends("SVC-2 (finish)"), ready(2, 3)];
    assert_eq!(times(samples, &all(1)), [(0, 3), (0, 3)]);
    assert_eq!(times(vec![ready(1, 3), ready(2, 1)], &all(0)), [(0, 3), (3, 4)]);
}

#[test]
fn a_place_is_not_free_while_a_finish_edge_holds_its_owner() {
    let samples =
        vec![ready(1, 1).priority(Priority::P0).depends("SVC-2 (finish)"), ready(2, 6), ready(3, 1)];
    assert_eq!(times(samples, &all(2)), [(0, 6), (0, 6), (6, 7)]);
}

#[test]
fn a_promised_contract_lets_go_before_its_owner_is_finished() {
    let samples = vec![
        prd("SVC-1").estimate("9d").with(|prd| prd.contract_eta = "2025-06-05".parse().ok()),
        ready(2, 2).depends("SVC-1 (contract)"),
        ready(3, 6),
    ];
    assert_eq!(times(samples, &all(3)), [(0, 9), (4, 6), (0, 6)]);
}

fn samples() -> impl Strategy<Value = Vec<Sample>> {
    let one = (0_i64..9, 0_usize..4, 0_usize..3, proptest::collection::vec((0_usize..14, 0_usize..3), 0..3));
    proptest::collection::vec(one, 1..14).prop_map(|rows| {
        let mut samples = Vec::new();
        for (at, (days, state, team, edges)) in rows.into_iter().enumerate() {
            let mut sample = ready(at + 1, days).team(["A", "B", "C"][team]);
            if state == 0 {
                sample = sample.state(State::InProgress);
            }
            samples.push(sample.depends_on_earlier(at, &edges));
        }
        samples
    })
}

proptest! {
    #[test]
    fn no_day_has_more_than_the_limit_and_nobody_is_early(samples in samples(), limit in 1_usize..4, team in 1_usize..3) {
        let name = TeamName::new("A").unwrap();
        let limits = Limits { all: Some(limit), teams: BTreeMap::from([(name.clone(), team)]) };
        // Whoever has a place and waits for one without forces that one in over the limit; nothing else does.
        let forced = samples.iter().any(|Sample(prd)| {
            let finish = |edge: &Declared| edge.kind == DependencyKind::Finish;
            let begun = prd.state == State::InProgress && !prd.dependencies.is_empty();
            begun || prd.dependencies.iter().any(finish)
        });
        with(samples, &limits, |graph, free, schedule| {
            let entry = |node: Node| schedule.entry(node).unwrap();
            let begun = |node: Node| graph.prd(node).state == State::InProgress;
            for node in 0..graph.prds().len() {
                let before = free.entry(node).unwrap();
                prop_assert!(entry(node).start >= before.start && entry(node).finish >= before.finish);
                prop_assert!(entry(node).slack() >= Some(0));
            }
            for day in 0..schedule.length() {
                let busy = |node: &Node| {
                    let (start, finish) = (entry(*node).start.unwrap(), entry(*node).finish.unwrap());
                    finish > day && (begun(*node) || start <= day)
                };
                let all: Vec<Node> = (0..graph.prds().len()).filter(busy).collect();
                let early = all.iter().filter(|node| begun(**node)).count();
                prop_assert!(forced || all.len() <= limit.max(early), "day {day}: {all:?}");
                let of_team = |nodes: &[Node]| nodes.iter().filter(|node| graph.prd(**node).team == Some(name.clone())).count();
                let early = all.iter().copied().filter(|node| begun(*node)).collect::<Vec<_>>();
                prop_assert!(forced || of_team(&all) <= team.max(of_team(&early)), "day {day}: {all:?}");
            }
            Ok(())
        })?;
    }

    #[test]
    fn without_a_limit_nothing_changes(samples in samples()) {
        with(samples, &Limits::default(), |graph, free, schedule| {
            for node in 0..graph.prds().len() {
                prop_assert_eq!(schedule.entry(node), free.entry(node));
            }
            Ok(())
        })?;
    }
}
