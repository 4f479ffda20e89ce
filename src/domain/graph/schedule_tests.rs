use proptest::prelude::*;

use super::*;
use crate::domain::graph::dependencies::{Edge, GraphFacts};
use crate::domain::graph::impact::{Bottleneck, Change};
use crate::domain::model::id::PrdId;
use crate::domain::model::portfolio::Portfolio;
use crate::domain::model::sample::{Sample, id, portfolio, prd, worked_example};
use crate::domain::model::state::State;

fn monday() -> Facts {
    Facts::on("2025-06-02".parse().unwrap())
}

fn with(samples: Vec<Sample>, test: impl FnOnce(&Graph, &Schedule)) {
    let portfolio = portfolio(samples);
    let graph = Graph::build(&portfolio, &GraphFacts::default());
    test(&graph, &Schedule::of(&graph, &monday()));
}

fn numbers(graph: &Graph, nodes: &[Node]) -> Vec<u32> {
    nodes.iter().map(|node| graph.id(*node).number()).collect()
}

#[test]
fn the_worked_example_comes_out_to_the_number() {
    with(worked_example(), |graph, schedule| {
        let facts = monday();
        let row = |node: Node| {
            let entry = schedule.entry(node).unwrap();
            let date = facts.date(entry.finish.unwrap()).unwrap().to_string();
            let remaining = schedule.work(node).remaining.unwrap();
            (
                remaining,
                entry.start.unwrap(),
                entry.finish.unwrap(),
                date,
                schedule.delay(node).unwrap(),
                entry.slack().unwrap(),
            )
        };
        let rows: Vec<_> = (0..5).map(row).collect();
        let date = |text: &str| text.to_owned();
        assert_eq!(
            rows,
            [
                (10, 0, 10, date("2025-06-13"), 0, 10),
                (5, 0, 5, date("2025-06-06"), 0, 5),
                (10, 5, 15, date("2025-06-20"), 5, 5),
                (3, 0, 3, date("2025-06-04"), 0, 0),
                (17, 3, 20, date("2025-06-27"), 3, 0),
            ]
        );
        let path = schedule.critical_path();
        assert_eq!((numbers(graph, &path.nodes), path.days), (vec![131, 132], 20));
        assert_eq!(schedule.bottleneck(graph), Some(Bottleneck { node: 1, days: 5, contract_days: Some(5) }));
        assert_eq!(schedule.gain(graph, Change::Complete(3)), 3);
        assert_eq!(schedule.contract_gains(graph), [(1, 5)]);
    });
}

#[test]
fn the_worked_example_knows_what_is_owed_when() {
    with(worked_example(), |graph, schedule| {
        let facts = monday();
        let owed: Vec<_> = graph
            .edges()
            .iter()
            .map(|edge| {
                let due = schedule.due(graph, &facts, edge);
                let pair = (graph.id(edge.dependent).number(), graph.id(edge.prerequisite).number());
                (
                    pair,
                    due.ready.unwrap(),
                    facts.date(due.need_by.unwrap()).unwrap().to_string(),
                    due.at_risk(),
                )
            })
            .collect();
        let date = |text: &str| text.to_owned();
        assert_eq!(
            owed,
            [
                ((128, 129), 5, date("2025-06-16"), None),
                ((128, 131), 3, date("2025-06-16"), None),
                // Ten days of work until the target ten days away: the contract is needed today.
                ((130, 129), 5, date("2025-06-02"), Some(5)),
                ((132, 131), 3, date("2025-06-11"), None),
            ]
        );
    });
}

#[test]
fn without_a_target_the_need_by_is_what_the_portfolio_allows() {
    let samples = vec![
        prd("SVC-1").estimate("2d"),
        prd("SVC-2").estimate("3d").depends("SVC-1"),
        prd("SVC-3").estimate("10d"),
    ];
    with(samples, |graph, schedule| {
        let due = schedule.due(graph, &monday(), &graph.edges()[0]);
        assert_eq!((due.ready, due.need_by, due.at_risk()), (Some(2), Some(7), None));
    });
}

#[test]
fn a_finish_edge_holds_the_end_and_not_the_start() {
    let samples = vec![prd("SVC-1").estimate("8d"), prd("SVC-2").estimate("2d").depends("SVC-1 (finish)")];
    with(samples, |graph, schedule| {
        let entry = schedule.entry(1).unwrap();
        assert_eq!((entry.start, entry.finish, schedule.delay(1)), (Some(0), Some(8), Some(6)));
        assert_eq!(numbers(graph, &schedule.critical_path().nodes), [1]);
        assert_eq!(entry.driver, Some(Driver { node: 0, edge: Some(0), by_date: false, place: false }));
    });
}

#[test]
fn a_contract_with_a_date_ends_the_chain_there() {
    let dated = prd("SVC-1").estimate("20d").with(|prd| prd.contract_eta = "2025-06-05".parse().ok());
    with(vec![dated.clone(), prd("SVC-2").estimate("18d").depends("SVC-1 (contract)")], |graph, schedule| {
        let entry = schedule.entry(1).unwrap();
        assert_eq!((entry.start, entry.finish), (Some(4), Some(22)));
        assert!(entry.driver.is_some_and(|driver| driver.by_date));
        assert_eq!(numbers(graph, &schedule.critical_path().nodes), [2]);
        assert_eq!(schedule.entry(0).unwrap().slack(), Some(2), "the date is fixed, whenever SVC-1 ends");
        assert_eq!(schedule.gain(graph, Change::Publish(0)), 4);
    });
    let past = dated.with(|prd| prd.contract_eta = "2025-05-05".parse().ok());
    with(vec![past, prd("SVC-2").estimate("1d").depends("SVC-1 (contract)")], |_, schedule| {
        assert_eq!(schedule.entry(1).unwrap().start, Some(20), "a date that has passed is no date");
    });
}

#[test]
fn a_missing_estimate_makes_everything_behind_it_unknown_and_nothing_else() {
    let samples = vec![
        prd("SVC-1"),
        prd("SVC-2").estimate("3d").depends("SVC-1"),
        prd("SVC-3").estimate("3d").depends("SVC-2 (finish)"),
        prd("SVC-4").estimate("3d"),
        prd("SVC-5").estimate("1d").depends("SVC-1 (soft), SVC-4"),
    ];
    with(samples, |_, schedule| {
        for node in 0..3 {
            let entry = schedule.entry(node).unwrap();
            assert_eq!((entry.finish, entry.unknown), (None, Some(Unknown::Estimate(0))), "{node}");
        }
        assert_eq!(schedule.entry(2).unwrap().start, Some(0));
        assert_eq!(schedule.entry(4).unwrap().finish, Some(4));
        assert_eq!(schedule.length(), 4);
    });
}

#[test]
fn a_cycle_never_hides_the_rest() {
    let samples = vec![
        prd("SVC-1").estimate("3d").depends("SVC-2"),
        prd("SVC-2").estimate("3d").depends("SVC-1"),
        prd("SVC-3").estimate("3d").depends("SVC-2"),
        prd("SVC-4").estimate("3d"),
        prd("SVC-5").estimate("4d").depends("SVC-4"),
    ];
    with(samples, |graph, schedule| {
        for node in 0..3 {
            let entry = schedule.entry(node).unwrap();
            assert!(entry.finish.is_none() && matches!(entry.unknown, Some(Unknown::Cycle(_))), "{node}");
        }
        assert_eq!(schedule.critical_path().days, 7);
        assert_eq!(numbers(graph, &schedule.critical_path().nodes), [4, 5]);
    });
}

#[test]
fn what_waits_for_a_cancelled_prd_has_no_eta() {
    let samples = vec![prd("SVC-1").state(State::Archived), prd("SVC-2").estimate("3d").depends("SVC-1")];
    with(samples, |_, schedule| {
        assert_eq!(schedule.entry(1).unwrap().unknown, Some(Unknown::Cancelled(0)));
        assert_eq!(schedule.entry(0), None);
    });
}

#[test]
fn drafts_count_only_where_something_active_waits_for_them() {
    let samples = vec![
        prd("SVC-1").state(State::Draft).estimate("2d"),
        prd("SVC-2").state(State::Ready).estimate("3d").depends("SVC-1"),
        prd("SVC-3").state(State::Draft).estimate("80w"),
    ];
    with(samples, |_, schedule| {
        assert_eq!(schedule.length(), 5);
        assert!(schedule.is_scheduled(0) && !schedule.is_scheduled(2));
    });
}

#[test]
fn a_feature_has_the_progress_and_the_schedule_of_its_parts() {
    let samples = vec![
        prd("SVC-1").estimate("90d").depends("SVC-9"),
        prd("SVC-2").parent("SVC-1").estimate("10d").percent(50),
        prd("SVC-3").parent("SVC-1").estimate("30d").percent(90).depends("SVC-2"),
        prd("SVC-4").estimate("1d").depends("SVC-1"),
        prd("SVC-9").estimate("4d"),
    ];
    with(samples, |graph, schedule| {
        let work = schedule.work(0);
        assert_eq!((work.progress.percent(), work.remaining), (80, Some(8)));
        let entry = schedule.entry(0).unwrap();
        assert_eq!((entry.start, entry.finish), (Some(4), Some(12)));
        assert_eq!(schedule.entry(3).unwrap().finish, Some(13));
        assert_eq!(numbers(graph, &schedule.critical_path().nodes), [9, 2, 3, 1, 4]);
        assert_eq!(schedule.entry(1).unwrap().driver.map(|driver| driver.node), Some(4));
        assert_eq!(schedule.delay(0), Some(7));
    });
}

#[test]
fn an_empty_portfolio_has_an_empty_schedule() {
    with(Vec::new(), |graph, schedule| {
        assert_eq!(schedule.critical_path(), CriticalPath::default());
        assert_eq!(schedule.bottleneck(graph), None);
    });
}

#[test]
fn a_chain_may_be_as_long_as_it_likes() {
    let mut samples = vec![prd("SVC-1").estimate("1d")];
    samples.extend(
        (2..=20_000).map(|number| {
            prd(&format!("SVC-{number}")).estimate("1d").depends(&format!("SVC-{}", number - 1))
        }),
    );
    with(samples, |graph, schedule| {
        assert_eq!(schedule.length(), 20_000);
        assert_eq!(schedule.bottleneck(graph).map(|neck| (neck.node, neck.days)), Some((9_999, 100_000_000)));
    });
}

/// A portfolio in which a PRD may depend on any before it, and now and then on one behind it.
fn portfolios(cycles: bool) -> impl Strategy<Value = Vec<Sample>> {
    let kind = prop::sample::select(vec!["complete", "contract", "finish", "soft"]);
    let edge = (any::<prop::sample::Index>(), kind);
    let state = prop::sample::select(vec![State::InProgress, State::Ready, State::Draft, State::Complete]);
    let one = (0_i64..15, 0_i64..=100, state, prop::collection::vec(edge, 0..4), any::<bool>());
    prop::collection::vec(one, 1..14).prop_map(move |all| {
        let count = all.len();
        let make = |(at, (days, percent, state, edges, known)): (usize, _)| {
            let _: &Vec<(prop::sample::Index, &str)> = &edges;
            let mut sample = prd(&format!("SVC-{}", at + 1)).state(state).percent(percent);
            if known || !cycles {
                sample = sample.estimate(&format!("{days}d"));
            }
            for (other, kind) in edges {
                let bound = if cycles { count } else { at };
                if bound > 0 {
                    sample = sample.depends(&format!("SVC-{} ({kind})", other.index(bound) + 1));
                }
            }
            sample
        };
        all.into_iter().enumerate().map(make).collect()
    })
}

fn finishes(samples: &[Sample]) -> Vec<(PrdId, Option<i64>)> {
    let portfolio: Portfolio = portfolio(samples.to_vec());
    let graph = Graph::build(&portfolio, &GraphFacts::default());
    let schedule = Schedule::of(&graph, &monday());
    (0..graph.prds().len())
        .map(|node| (graph.id(node).clone(), schedule.entry(node).and_then(|entry| entry.finish)))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_edge_is_respected_and_slack_is_never_negative(samples in portfolios(true)) {
        with(samples, |graph, schedule| {
            for edge in graph.edges().iter().filter(|edge| edge.blocks_completion()) {
                let (Some(before), Some(after)) = (schedule.entry(edge.prerequisite), schedule.entry(edge.dependent))
                else { continue };
                if let (Some(earlier), Some(later)) = (before.finish, after.finish) {
                    assert!(earlier <= later);
                    if edge.kind.holds_start() {
                        assert!(earlier <= after.start.unwrap());
                    }
                } else {
                    assert!(after.finish.is_none(), "what it waits for has no end");
                }
            }
            for entry in (0..graph.prds().len()).filter_map(|node| schedule.entry(node)) {
                assert!(entry.slack().is_none_or(|slack| slack >= 0));
                assert_eq!(entry.finish.is_none(), entry.unknown.is_some());
            }
        });
    }

    #[test]
    fn the_critical_path_is_a_path_of_binding_edges_as_long_as_the_portfolio(samples in portfolios(true)) {
        with(samples, |graph, schedule| {
            let path = schedule.critical_path();
            assert_eq!(path.days, schedule.length());
            let finish = |node: Node| schedule.entry(node).unwrap().finish.unwrap();
            let mut worked = 0;
            for pair in path.nodes.windows(2) {
                let edge = graph.prerequisites(pair[1]).find(|edge| edge.prerequisite == pair[0]);
                assert!(edge.is_some_and(Edge::blocks_completion), "{pair:?}");
                assert_eq!(schedule.entry(pair[0]).unwrap().slack(), Some(0));
            }
            for (at, node) in path.nodes.iter().enumerate() {
                let driven = schedule.entry(*node).unwrap().driver;
                assert_eq!(driven.map(|driver| driver.node), at.checked_sub(1).map(|at| path.nodes[at]));
                let by_finish = driven.and_then(|driver| driver.edge)
                    .is_some_and(|edge| graph.edges()[edge].kind == DependencyKind::Finish);
                worked = if by_finish { worked } else { worked + schedule.work(*node).remaining.unwrap() };
                assert_eq!(finish(*node), worked);
            }
            assert_eq!(path.nodes.last().map_or(0, |node| finish(*node)), path.days);
        });
    }

    #[test]
    fn the_order_of_the_files_does_not_matter(samples in portfolios(true), seed in any::<u64>()) {
        let mut mixed = samples.clone();
        let count = mixed.len();
        let mut state = seed;
        for at in (1..count).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            mixed.swap(at, usize::try_from(state >> 33).unwrap() % (at + 1));
        }
        prop_assert_eq!(finishes(&samples), finishes(&mixed));
    }

    #[test]
    fn removing_work_never_delays_anyone(samples in portfolios(false), which in any::<prop::sample::Index>()) {
        let before = finishes(&samples);
        let mut less = samples;
        let at = which.index(less.len());
        less[at] = less[at].clone().estimate("0d");
        for ((id, before), (_, after)) in before.into_iter().zip(finishes(&less)) {
            prop_assert!(after <= before, "{}", id);
        }
    }

    #[test]
    fn taking_an_edge_away_never_delays_anyone(samples in portfolios(false), which in any::<prop::sample::Index>()) {
        let before = finishes(&samples);
        let mut less = samples;
        let at = which.index(less.len());
        less[at] = less[at].clone().with(|prd| {
            // All that declare the edge: a weaker kind of it may stand behind the one that counts.
            let gone = prd.dependencies.last().map(|declared| declared.id.clone());
            prd.dependencies.retain(|declared| Some(&declared.id) != gone.as_ref());
        });
        for ((id, before), (_, after)) in before.into_iter().zip(finishes(&less)) {
            prop_assert!(after <= before, "{}", id);
        }
    }

    #[test]
    fn completing_the_bottleneck_gains_exactly_what_was_said(samples in portfolios(false)) {
        let (neck, most) = {
            let portfolio = portfolio(samples.clone());
            let graph = Graph::build(&portfolio, &GraphFacts::default());
            let schedule = Schedule::of(&graph, &monday());
            let neck = schedule.bottleneck(&graph);
            let gains = (0..graph.prds().len()).map(|node| schedule.gain(&graph, Change::Complete(node)));
            (neck.map(|neck| (graph.id(neck.node).clone(), neck.days)), gains.max().unwrap_or(0))
        };
        prop_assert_eq!(neck.as_ref().map_or(0, |(_, days)| *days), most);
        if let Some((id, days)) = neck {
            let active: Vec<bool> = samples.iter().map(|sample| sample.0.state.is_active()).collect();
            let mut done = samples.clone();
            let at = done.iter().position(|sample| sample.0.id == id).unwrap();
            done[at] = done[at].clone().state(State::Complete);
            let sum = |list: Vec<(PrdId, Option<i64>)>| -> i64 {
                list.into_iter().zip(&active).filter(|((other, _), active)| **active && *other != id)
                    .filter_map(|((_, finish), _)| finish).sum()
            };
            let (mut before, mut after) = (finishes(&samples), finishes(&done));
            before.sort();
            after.sort();
            prop_assert_eq!(sum(before) - sum(after), days);
        }
    }
}

#[test]
fn ties_of_bottlenecks_go_to_the_first_id() {
    let samples = vec![
        prd("SVC-1").estimate("3d"),
        prd("SVC-2").estimate("3d"),
        prd("SVC-3").estimate("1d").depends("SVC-1"),
        prd("SVC-4").estimate("1d").depends("SVC-2"),
    ];
    with(samples, |graph, schedule| {
        assert_eq!(schedule.bottleneck(graph).map(|neck| graph.id(neck.node).clone()), Some(id("SVC-1")));
    });
}
