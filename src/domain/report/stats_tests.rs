use chrono::DateTime;
use proptest::prelude::*;

use super::*;
use crate::domain::graph::dependencies::GraphFacts;
use crate::domain::lifecycle::event::Event;
use crate::domain::model::effort::Effort;
use crate::domain::model::people::Person;
use crate::domain::model::sample::{Sample, portfolio, prd};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn done(number: u32, created: &str, started: &str, completed: &str) -> Sample {
    let dates = [created, started, completed].map(|text| text.parse().ok());
    prd(&format!("SVC-{number}")).state(State::Complete).with(|prd| {
        [prd.created, prd.started, prd.completed] = dates;
    })
}

fn made(samples: Vec<Sample>, records: &Records, ask: &Ask) -> Stats {
    let portfolio = portfolio(samples);
    let graph = Graph::build(&portfolio, &GraphFacts::default());
    stats(&graph, records, &Facts::on(day("2025-06-30")), ask)
}

fn plain(samples: Vec<Sample>) -> Stats {
    made(samples, &Records::default(), &Ask::default())
}

fn event(id: &PrdId, event: Transition, at: &str) -> Event {
    Event {
        schema: 1,
        time: DateTime::parse_from_rfc3339(&format!("{at}T12:00:00+00:00")).unwrap(),
        prd: id.clone(),
        event,
        from: None,
        to: None,
        actor: Person { name: "A".to_owned(), email: "a@example.org".to_owned() },
        acting_as: None,
        reason: None,
        forced: Vec::new(),
        archived: None,
        superseded_by: None,
    }
}

#[test]
fn lead_and_cycle_time_count_working_days_with_both_ends() {
    let stats = plain(vec![
        done(1, "2025-06-02", "2025-06-04", "2025-06-10"),
        done(2, "2025-06-06", "2025-06-07", "2025-06-08"),
        done(3, "", "", "2025-06-12"),
        prd("SVC-4").state(State::Complete),
    ]);
    let days: Vec<_> =
        stats.prds.iter().map(|prd| (prd.id.number(), prd.lead_days, prd.cycle_days)).collect();
    assert_eq!(days, [(2, Some(1), Some(1)), (1, Some(7), Some(5)), (3, None, None)]);
    assert_eq!(
        (stats.all.finished, stats.all.lead_days.unwrap().count),
        (3, 2),
        "without a day nothing is counted"
    );
    assert_eq!(stats.since, day("2025-06-02"));
}

#[test]
fn events_come_before_fields_and_a_pause_does_not_stop_the_clock() {
    let sample = done(1, "2020-01-01", "2020-01-01", "2020-01-01");
    let id = sample.0.id.clone();
    let mut records = Records::default();
    let all = [
        (Transition::New, "2025-06-02"),
        (Transition::Start, "2025-06-03"),
        (Transition::Pause, "2025-06-04"),
        (Transition::Start, "2025-06-10"),
        (Transition::Complete, "2025-06-11"),
        (Transition::Reopen, "2025-06-12"),
        (Transition::Complete, "2025-06-13"),
    ];
    records.events.insert(id.clone(), all.iter().map(|(what, at)| event(&id, *what, at)).collect());
    let stats = made(vec![sample], &records, &Ask::default());
    assert_eq!(stats.prds[0].completed, day("2025-06-13"));
    assert_eq!((stats.prds[0].lead_days, stats.prds[0].cycle_days), (Some(10), Some(9)));
}

#[test]
fn percentiles_are_numbers_that_were_seen() {
    let spread = |numbers: Vec<i64>| spread(numbers).unwrap();
    let ten = spread((1..=10).rev().collect());
    assert_eq!((ten.min, ten.p50, ten.p85, ten.p95, ten.max), (1, 5, 9, 10, 10));
    assert_eq!(ten.mean, Tenths(55));
    let one = spread(vec![4]);
    assert_eq!((one.p50, one.p95, one.count), (4, 4, 1));
    assert_eq!(super::spread(Vec::new()), None);
}

#[test]
fn weeks_without_a_completion_are_weeks_too() {
    let ask = Ask { since: Some(day("2025-06-02")), until: Some(day("2025-06-22")), ..Ask::default() };
    let samples = vec![
        done(1, "", "2025-06-02", "2025-06-08"),
        done(2, "", "2025-06-02", "2025-06-17"),
        done(3, "", "2025-06-02", "2025-06-23"),
    ];
    let stats = made(samples, &Records::default(), &ask);
    let weeks: Vec<i64> = stats.weeks.iter().map(|week| week.finished).collect();
    assert_eq!(weeks, [1, 0, 1]);
    assert_eq!(
        (stats.all.finished, stats.all.per_week),
        (2, Tenths(7)),
        "what came later is not of this time"
    );
    assert_eq!(stats.all.in_progress, Tenths::of(5 + 12 + 15, 15), "but was in progress all the while");
}

#[test]
fn teams_are_told_apart_and_picked() {
    let samples = vec![
        done(1, "", "2025-06-02", "2025-06-03").team("Payments"),
        done(2, "", "2025-06-02", "2025-06-06").team("Checkout"),
        prd("SVC-3").team("Inventory").with(|prd| prd.started = "2025-06-02".parse().ok()),
        done(4, "", "2025-06-02", "2025-06-04"),
    ];
    let stats = plain(samples.clone());
    let teams: Vec<_> =
        stats.teams.iter().map(|group| (group.team.as_ref().map(TeamName::as_str), group.finished)).collect();
    assert_eq!(teams, [(None, 1), (Some("Checkout"), 1), (Some("Inventory"), 0), (Some("Payments"), 1)]);
    let ask = Ask { teams: TeamName::new("payments").into_iter().collect(), ..Ask::default() };
    let narrow = made(samples, &Records::default(), &ask);
    assert_eq!((narrow.all.finished, narrow.teams.len()), (1, 1));
}

#[test]
fn nine_are_no_record_of_estimates_and_ten_are() {
    let one = |number: u32| {
        // Three working days for an estimate of two.
        done(number, "", "2025-06-02", "2025-06-04").with(|prd| prd.estimate = Effort::read("2d"))
    };
    let nine = plain((1..=9).map(one).collect());
    assert_eq!((nine.all.estimated, nine.all.accuracy), (9, None));
    let mut samples: Vec<Sample> = (1..=9).map(one).collect();
    samples.push(one(10).with(|prd| prd.estimate = Effort::read("3d")));
    let ten = plain(samples).all.accuracy.unwrap();
    assert_eq!((ten.percent.p50, ten.percent.min, ten.within_quarter_percent), (150, 100, 10));
}

#[test]
fn tenths_are_decimals() {
    assert_eq!((Tenths::of(2, 3), Tenths::of(1, 0)), (Tenths(7), Tenths(0)));
    assert_eq!(Tenths(123).to_string(), "12.3");
    assert_eq!(serde_json::to_string(&Tenths(123)).unwrap(), "12.3");
}

#[test]
fn nothing_finished_is_no_error() {
    let stats = plain(vec![prd("SVC-1")]);
    assert_eq!((stats.all.finished, stats.all.cycle_days, stats.weeks.len()), (0, None, 1));
}

proptest! {
    /// Little's law, which holds exactly where everything begins and ends within the time: the days in progress are the
    /// sum of the cycle times, counted day by day.
    #[test]
    fn the_mean_in_progress_is_throughput_times_mean_cycle_time(
        spans in proptest::collection::vec((0_u64..20, 0_u64..15), 1..20)
    ) {
        let weekday = |number: u64| {
            day("2025-01-06").checked_add_days(Days::new(number / 5 * 7 + number % 5)).unwrap()
        };
        let samples: Vec<Sample> = spans
            .iter()
            .zip(1..)
            .map(|((start, length), number)| {
                let (from, to) = (weekday(*start).to_string(), weekday(start + length).to_string());
                done(number, "", &from, &to)
            })
            .collect();
        let ask = Ask { since: Some(weekday(0)), until: Some(weekday(34)), ..Ask::default() };
        let stats = made(samples, &Records::default(), &ask);
        let busy: usize = (0..35)
            .map(|at| spans.iter().filter(|(start, length)| (*start..=start + length).contains(&at)).count())
            .sum();
        let cycles: i64 = stats.prds.iter().filter_map(|prd| prd.cycle_days).sum();
        prop_assert_eq!(i64::try_from(busy).unwrap(), cycles);
        prop_assert_eq!(stats.all.in_progress, Tenths::of(cycles, 35));
    }

    #[test]
    fn percentiles_rise_and_lie_between_the_ends(numbers in proptest::collection::vec(0_i64..1000, 1..60)) {
        let found = spread(numbers.clone()).unwrap();
        let rising = [found.min, found.p50, found.p85, found.p95, found.max];
        prop_assert!(rising.is_sorted());
        prop_assert!(rising.iter().all(|number| numbers.contains(number)));
        let below = numbers.iter().filter(|number| **number <= found.p85).count();
        prop_assert!(below * 100 >= numbers.len() * 85);
    }
}
