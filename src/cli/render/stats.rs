//! Statistics, for people.

use std::fmt::Write as _;

use super::table::{Cell, table};
use crate::domain::graph::forecast::ENOUGH;
use crate::domain::orchestrate::wording::date;
use crate::domain::report::stats::{Group, Spread, Stats};

/// Two tables: how long work took, and what estimates were worth. Every percentile stands beside how many it is of.
#[must_use]
pub fn stats(stats: &Stats) -> String {
    let mut text = format!(
        "{} to {}: {} finished, {} a week, {} in progress at once (means)\n",
        date(stats.since),
        date(stats.until),
        count(stats.all.finished),
        stats.all.per_week,
        stats.all.in_progress
    );
    if stats.all.finished == 0 {
        text.push_str("nothing was finished in this time, so there is nothing to measure\n");
        return text;
    }
    let groups: Vec<&Group> = std::iter::once(&stats.all).chain(&stats.teams).collect();
    let rows: Vec<[Cell; 7]> = groups
        .iter()
        .enumerate()
        .map(|(at, group)| {
            [
                Cell::new(name(group, at == 0)),
                Cell::new(group.finished),
                Cell::new(spread(group.lead_days, "")),
                Cell::new(spread(group.cycle_days, "")),
                Cell::new(group.per_week),
                Cell::new(group.in_progress),
                Cell::new(""),
            ]
        })
        .collect();
    text.push('\n');
    text.push_str(&table(["TEAM", "DONE", "LEAD TIME", "CYCLE TIME", "A WEEK", "AT ONCE", ""], &rows, None));
    text.push_str("\nworking days at 50 · 85 · 95 of a hundred, of how many\n\n");
    text.push_str("Estimates: days it took in per cent of the days estimated\n");
    for (at, group) in groups.iter().enumerate() {
        let name = name(group, at == 0);
        // Writing to a string cannot fail.
        let _ = match &group.accuracy {
            Some(accuracy) => writeln!(
                text,
                "  {name}: {}; {} of a hundred within a quarter of the estimate",
                spread(Some(accuracy.percent), " %"),
                accuracy.within_quarter_percent
            ),
            None => writeln!(
                text,
                "  {name}: {} finished with an estimate and both days, and {ENOUGH} are needed to judge",
                count(group.estimated)
            ),
        };
    }
    text
}

fn count(number: usize) -> String {
    if number == 1 { "1 PRD".to_owned() } else { format!("{number} PRDs") }
}

fn name(group: &Group, is_all: bool) -> String {
    match &group.team {
        Some(team) => team.to_string(),
        None if is_all => "All".to_owned(),
        None => "No team".to_owned(),
    }
}

/// `8 · 15 · 20 of 23`.
fn spread(spread: Option<Spread>, unit: &str) -> String {
    spread.map_or_else(
        || "–".to_owned(),
        |spread| format!("{} · {} · {}{unit} of {}", spread.p50, spread.p85, spread.p95, spread.count),
    )
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::domain::graph::dependencies::{Graph, GraphFacts};
    use crate::domain::graph::facts::Facts;
    use crate::domain::lifecycle::snapshot::Records;
    use crate::domain::model::effort::Effort;
    use crate::domain::model::sample::{portfolio, prd};
    use crate::domain::model::state::State;
    use crate::domain::report::stats::{self as measured, Ask};

    /// Twelve finished PRDs of two teams, each a day longer than the one before.
    pub(in crate::cli::render) fn twelve() -> Stats {
        let one = |number: u64| {
            let team = if number <= 10 { "Payments" } else { "Checkout <b>" };
            prd(&format!("SVC-{number}")).state(State::Complete).team(team).with(|prd| {
                let start: chrono::NaiveDate = "2025-03-03".parse().unwrap();
                prd.created = Some(start);
                prd.started = Some(start);
                prd.completed = start.checked_add_days(chrono::Days::new(number * 7 - 3));
                prd.estimate = Effort::read("5d");
            })
        };
        made((1..=12).map(one).collect())
    }

    pub(in crate::cli::render) fn made(samples: Vec<crate::domain::model::sample::Sample>) -> Stats {
        let portfolio = portfolio(samples);
        let graph = Graph::build(&portfolio, &GraphFacts::default());
        let facts = Facts::on("2025-06-02".parse().unwrap());
        measured::stats(&graph, &Records::default(), &facts, &Ask::default())
    }

    #[test]
    fn percentiles_stand_beside_their_number_and_too_few_are_refused() {
        let text = anstream::adapter::strip_str(&stats(&twelve())).to_string();
        for said in [
            "Mon 2025-03-03 to Mon 2025-06-02: 12 PRDs finished, 0.9 a week, ",
            "All           12    30 · 55 · 60 of 12",
            "  All: 600 · 1100 · 1200 % of 12; 8 of a hundred within a quarter of the estimate\n",
            "  Checkout <b>: 2 PRDs finished with an estimate and both days, and 10 are needed to judge\n",
        ] {
            assert!(text.contains(said), "no `{said}` in\n{text}");
        }
    }

    #[test]
    fn nothing_finished_is_said() {
        assert!(stats(&made(Vec::new())).ends_with("so there is nothing to measure\n"));
    }
}
