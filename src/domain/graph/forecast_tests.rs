use proptest::prelude::*;

use super::*;
use crate::domain::graph::dependencies::GraphFacts;
use crate::domain::model::id::PrdId;
use crate::domain::model::sample::{Sample, portfolio, prd, worked_example};

fn with<T>(samples: Vec<Sample>, test: impl FnOnce(&Graph, &Schedule, &Facts) -> T) -> T {
    let portfolio = portfolio(samples);
    let graph = Graph::build(&portfolio, &GraphFacts::default());
    let facts = Facts::on("2025-06-02".parse().unwrap());
    test(&graph, &Schedule::of(&graph, &facts), &facts)
}

fn forecast(samples: Vec<Sample>, ask: Ask) -> (Forecast, Vec<PrdId>) {
    with(samples, |graph, schedule, facts| {
        let ids = graph.prds().iter().map(|prd| prd.id.clone()).collect();
        (Forecast::of(schedule, graph, facts, ask), ids)
    })
}

fn finish(samples: Vec<Sample>, at: usize) -> Percentiles {
    forecast(samples, Ask::default()).0.outlook(at).unwrap().finish
}

#[test]
fn one_number_is_drawn_from_itself_to_half_as_much_again() {
    // Of the falling triangle over 100 to 150 the quantiles are 150 − 50√(1 − u): 114.6, 130.6 and 138.8.
    let days = finish(vec![prd("SVC-1").estimate("100d")], 0);
    assert!((114..=116).contains(&days.p50), "{days:?}");
    assert!((130..=132).contains(&days.p85), "{days:?}");
    assert!((138..=140).contains(&days.p95), "{days:?}");
}

#[test]
fn a_range_is_drawn_from_the_triangle_over_it() {
    // 40 to 60 weeks: the median is the mean, 250 days; 85 % lie below 300 − 100√(0.15 / 2) = 272.6.
    let days = finish(vec![prd("SVC-1").estimate("40–60 weeks")], 0);
    assert!((249..=252).contains(&days.p50), "{days:?}");
    assert!((271..=275).contains(&days.p85), "{days:?}");
}

#[test]
fn half_the_work_has_half_the_spread() {
    let days = finish(vec![prd("SVC-1").estimate("100d").percent(50)], 0);
    assert!((57..=58).contains(&days.p50), "{days:?}");
}

fn finished(number: u32, estimate: &str, started: &str, completed: &str) -> Sample {
    prd(&format!("SVC-{number}")).state(State::Complete).estimate(estimate).with(|prd| {
        prd.started = started.parse().ok();
        prd.completed = completed.parse().ok();
    })
}

/// `count` finished PRDs that took ten working days each.
fn history(count: u32, estimate: &str) -> Vec<Sample> {
    (100..100 + count).map(|number| finished(number, estimate, "2025-05-05", "2025-05-16")).collect()
}

#[test]
fn ten_finished_prds_are_a_history_and_nine_are_none() {
    let mut enough = history(10, "5d");
    enough.push(prd("SVC-1").estimate("20d"));
    let (forecast, _) = forecast(enough, Ask::default());
    assert_eq!((forecast.history.sample(), forecast.history.median_percent()), (10, Some(200)));
    assert_eq!(forecast.end, Percentiles { p50: 40, p85: 40, p95: 40 });
    let mut few = history(9, "5d");
    few.push(prd("SVC-1").estimate("20d"));
    let (forecast, _) = super::tests::forecast(few, Ask::default());
    assert_eq!((forecast.history.sample(), forecast.history.median_percent()), (9, None));
    assert!(forecast.end.p95 < 31);
}

#[test]
fn what_has_no_dates_or_no_estimate_is_no_history() {
    let mut samples = history(3, "5d");
    samples.push(prd("SVC-1").state(State::Complete).estimate("5d"));
    samples.push(prd("SVC-2").state(State::Complete).with(|prd| {
        prd.started = "2025-05-05".parse().ok();
        prd.completed = "2025-05-06".parse().ok();
    }));
    samples.push(finished(3, "5d", "2025-05-16", "2025-05-05"));
    with(samples, |graph, _, facts| assert_eq!(History::of(graph, facts).sample(), 3));
}

#[test]
fn the_critical_path_is_counted_run_by_run() {
    let (forecast, ids) = forecast(worked_example(), Ask::default());
    let critical: Vec<(u32, u32)> = ids
        .iter()
        .enumerate()
        .map(|(node, id)| (id.number(), forecast.outlook(node).unwrap().critical_percent))
        .collect();
    let of = |number: u32| critical.iter().find(|(known, _)| *known == number).unwrap().1;
    assert!(of(132) >= 90 && of(131) == of(132), "{critical:?}");
    assert!(of(129) <= 10 && of(129) == of(130), "{critical:?}");
    assert_eq!(of(128), 0, "ten days of slack are more than half of its ten days");
    assert!(forecast.end.p50 >= 20 && forecast.end.p50 <= forecast.end.p85);
}

#[test]
fn a_contract_that_is_promised_ends_the_walk() {
    let samples = vec![
        prd("SVC-1").estimate("50d").with(|prd| prd.contract_eta = "2025-06-13".parse().ok()),
        prd("SVC-2").estimate("100d").depends("SVC-1 (contract)"),
    ];
    let (forecast, _) = forecast(samples, Ask::default());
    assert_eq!(forecast.outlook(0).unwrap().critical_percent, 0);
    assert_eq!(forecast.outlook(1).unwrap().critical_percent, 100);
    assert!((124..=126).contains(&forecast.end.p50), "ten days until the contract: {:?}", forecast.end);
}

#[test]
fn what_has_no_estimate_has_no_forecast() {
    let samples =
        vec![prd("SVC-1"), prd("SVC-2").estimate("3d").depends("SVC-1"), prd("SVC-3").estimate("1d")];
    let (forecast, _) = forecast(samples, Ask::default());
    let known: Vec<bool> = (0..3).map(|node| forecast.outlook(node).is_some()).collect();
    assert_eq!(known, [false, false, true]);
}

#[test]
fn an_empty_portfolio_ends_today() {
    let (forecast, _) = forecast(Vec::new(), Ask { runs: 0, seed: 7 });
    assert_eq!(forecast.end, Percentiles { p50: 0, p85: 0, p95: 0 });
}

#[test]
fn the_same_seed_gives_the_same_forecast_on_any_number_of_threads() {
    let with_threads = |threads: usize, seed: u64| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| forecast(worked_example(), Ask { runs: 1_003, seed }).0)
    };
    assert_eq!(with_threads(1, 3), with_threads(4, 3));
    assert_ne!(with_threads(1, 3), with_threads(1, 4));
}

/// Acyclic portfolios: each PRD waits for some of those before it.
fn samples() -> impl Strategy<Value = Vec<Sample>> {
    let one = (0_i64..40, proptest::collection::vec((0_usize..12, 0_usize..3), 0..3));
    proptest::collection::vec(one, 1..12).prop_map(|rows| {
        let mut samples = Vec::new();
        for (at, (days, edges)) in rows.into_iter().enumerate() {
            let sample = prd(&format!("SVC-{}", at + 1)).estimate(&format!("{days}d"));
            samples.push(sample.depends_on_earlier(at, &edges));
        }
        samples
    })
}

proptest! {
    #[test]
    fn no_run_ends_before_the_schedule_or_after_half_as_much_again(samples in samples()) {
        with(samples, |graph, schedule, facts| {
            let forecast = Forecast::of(schedule, graph, facts, Ask { runs: 64, seed: 5 });
            let within = |days: Percentiles, least: i64| {
                prop_assert!(days.p50 <= days.p85 && days.p85 <= days.p95, "{days:?}");
                prop_assert!(days.p50 >= least, "{days:?} before {least}");
                // Every duration is rounded up to whole days: one day each at the most.
                let most = least + least / 2 + i64::try_from(graph.prds().len()).unwrap();
                prop_assert!(days.p95 <= most, "{days:?} after {most}");
                Ok(())
            };
            within(forecast.end, schedule.length())?;
            for node in 0..graph.prds().len() {
                let finish = schedule.entry(node).and_then(|entry| entry.finish);
                match (forecast.outlook(node), finish) {
                    (Some(outlook), Some(finish)) => within(outlook.finish, finish)?,
                    (outlook, finish) => prop_assert_eq!(outlook.is_some(), finish.is_some()),
                }
            }
            Ok(())
        })?;
    }
}
