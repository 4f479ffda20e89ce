//! How long work takes, how much of it is finished, and what estimates are worth: from events, and from the header
//! fields of what was moved without any.
//!
//! * **Lead time**: working days from creation to completion, both included. **Cycle time**: from the first start to
//!   completion. Pauses count, for those who wait do not see them (both as in Anderson and Carmichael, *Essential Kanban
//!   Condensed*, 2016, with the creation of the PRD as the order).
//! * **Throughput**: completions in a week from Monday to Sunday. **Work in progress**: PRDs in progress on a working day,
//!   at the mean. Over a time in which everything began and ended, the mean work in progress is throughput times mean
//!   cycle time (Little 1961).
//! * **Percentiles** are observed values: the smallest that at least so many of a hundred do not exceed (nearest rank,
//!   definition 1 of Hyndman and Fan 1996).
//! * **Accuracy**: cycle time over estimate; and the share within a quarter of the estimate, PRED(25) (Conte, Dunsmore
//!   and Shen 1986). Fewer than ten are no record (`graph::forecast::ENOUGH`).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike as _, Days, NaiveDate};
use num_rational::Ratio;
use serde::{Serialize, Serializer};

use crate::domain::graph::dependencies::{Graph, Node};
use crate::domain::graph::facts::Facts;
use crate::domain::graph::forecast::ENOUGH;
use crate::domain::lifecycle::snapshot::Records;
use crate::domain::lifecycle::table::Transition;
use crate::domain::model::calendar;
use crate::domain::model::effort::ExactDays;
use crate::domain::model::id::PrdId;
use crate::domain::model::people::TeamName;
use crate::domain::model::prd::Prd;
use crate::domain::model::state::State;

/// The statistics of a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stats {
    /// Today.
    pub as_of: NaiveDate,
    /// The first day of the time.
    pub since: NaiveDate,
    /// Its last day.
    pub until: NaiveDate,
    /// Of everything that is shown.
    pub all: Group,
    /// Of each lead team, by name.
    pub teams: Vec<Group>,
    /// Completions week by week, weeks without any among them.
    pub weeks: Vec<Week>,
    /// What was finished, by day, then by id.
    pub prds: Vec<Finished>,
}

/// The statistics of some PRDs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    /// The team; null for all, and for those without one.
    pub team: Option<TeamName>,
    /// How many were finished.
    pub finished: usize,
    /// Working days from creation to completion; null where no creation is known.
    pub lead_days: Option<Spread>,
    /// Working days from the first start to completion; null where no start is known.
    pub cycle_days: Option<Spread>,
    /// Completions in a week of five working days, at the mean.
    pub per_week: Tenths,
    /// PRDs in progress on a working day, at the mean.
    pub in_progress: Tenths,
    /// How many could be compared with their estimates.
    pub estimated: usize,
    /// What estimates were worth; null below ten.
    pub accuracy: Option<Accuracy>,
}

/// How some numbers are spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Spread {
    /// How many there are.
    pub count: usize,
    /// The smallest.
    pub min: i64,
    /// The median.
    pub p50: i64,
    /// The 85th percentile.
    pub p85: i64,
    /// The 95th percentile.
    pub p95: i64,
    /// The largest.
    pub max: i64,
    /// The mean.
    pub mean: Tenths,
}

/// Cycle times over estimates, in per cent: 100 is as estimated, 150 took half as long again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Accuracy {
    /// How they are spread.
    #[serde(flatten)]
    pub percent: Spread,
    /// How many of a hundred were within a quarter of their estimate.
    pub within_quarter_percent: i64,
}

/// Completions of a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Week {
    /// Its Monday.
    pub monday: NaiveDate,
    /// How many PRDs were completed in it.
    pub finished: i64,
}

/// One finished PRD.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finished {
    /// Its id.
    pub id: PrdId,
    /// Its lead team.
    pub team: Option<TeamName>,
    /// When it was completed.
    pub completed: NaiveDate,
    /// Its lead time.
    pub lead_days: Option<i64>,
    /// Its cycle time.
    pub cycle_days: Option<i64>,
    /// Its cycle time over its estimate, in per cent.
    pub ratio_percent: Option<i64>,
}

/// A number in tenths, which JSON prints as a decimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tenths(pub i64);

impl Tenths {
    /// `numerator` / `denominator`, half tenths away from zero; 0 where there is nothing to divide by.
    fn of(numerator: i64, denominator: i64) -> Self {
        if denominator == 0 {
            Self(0)
        } else {
            Self(Ratio::new(numerator * 10, denominator).round().to_integer())
        }
    }
}

impl std::fmt::Display for Tenths {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&format!("{}.{}", self.0 / 10, self.0 % 10))
    }
}

impl Serialize for Tenths {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(f64::from(i32::try_from(self.0).unwrap_or(i32::MAX)) / 10.0)
    }
}

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    /// The first day; where it is left out, the Monday of the week of the first completion.
    pub since: Option<NaiveDate>,
    /// The last day; today where it is left out.
    pub until: Option<NaiveDate>,
    /// Only these lead teams; empty for all.
    pub teams: Vec<TeamName>,
}

/// The life of a PRD that was begun.
#[derive(Debug, Clone)]
struct Life<'a> {
    prd: &'a Prd,
    created: Option<NaiveDate>,
    started: Option<NaiveDate>,
    /// `None` while it is in progress.
    completed: Option<NaiveDate>,
    estimate: Option<ExactDays>,
}

/// The statistics. Features count through their parts.
#[must_use]
pub fn stats(graph: &Graph<'_>, records: &Records, facts: &Facts, ask: &Ask) -> Stats {
    let wanted =
        |prd: &Prd| ask.teams.is_empty() || prd.team.as_ref().is_some_and(|team| ask.teams.contains(team));
    let lives: Vec<Life> = (0..graph.prds().len())
        .filter(|node| wanted(graph.prd(*node)) && !graph.family().is_parent(*node))
        .filter_map(|node| life(graph, records, facts, node))
        .collect();
    let until = ask.until.unwrap_or(facts.today);
    let first = lives.iter().filter_map(|life| life.completed).filter(|day| *day <= until).min();
    let since = ask.since.unwrap_or_else(|| first.map_or(until, monday_of));
    let time = Time { since, until, today: facts.today };
    let mut prds: Vec<Finished> =
        lives.iter().filter(|life| time.holds(life.completed)).filter_map(finished).collect();
    prds.sort_by(|a, b| (a.completed, &a.id).cmp(&(b.completed, &b.id)));
    let names: BTreeSet<Option<&TeamName>> = lives
        .iter()
        .filter(|life| time.holds(life.completed) || time.days_of(life) > 0)
        .map(|life| life.prd.team.as_ref())
        .collect();
    let of_team = |team: Option<&TeamName>| -> Group {
        let lives: Vec<&Life> = lives.iter().filter(|life| life.prd.team.as_ref() == team).collect();
        let prds: Vec<&Finished> = prds.iter().filter(|prd| prd.team.as_ref() == team).collect();
        group(team.cloned(), &time, &lives, &prds)
    };
    Stats {
        as_of: facts.today,
        since,
        until,
        all: group(None, &time, &lives.iter().collect::<Vec<_>>(), &prds.iter().collect::<Vec<_>>()),
        teams: names.into_iter().map(of_team).collect(),
        weeks: weeks(&time, &prds),
        prds,
    }
}

/// What is known of a PRD that was begun or finished; `None` of any other.
fn life<'a>(graph: &Graph<'a>, records: &Records, facts: &Facts, node: Node) -> Option<Life<'a>> {
    let prd = graph.prd(node);
    let events = records.events.get(&prd.id).map_or(&[][..], Vec::as_slice);
    let of = |wanted: Transition| {
        events.iter().filter(move |event| event.event == wanted).map(|event| event.time.date_naive())
    };
    let was_complete = prd.state == State::Archived && records.archived_from(prd) == State::Complete;
    let is_complete = prd.state == State::Complete || was_complete;
    if !is_complete && prd.state != State::InProgress {
        return None;
    }
    let completed =
        if is_complete { Some(of(Transition::Complete).next_back().or(prd.completed)?) } else { None };
    let before = |day: &NaiveDate| completed.is_none_or(|completed| *day <= completed);
    let estimate = facts.work(prd).estimate.filter(|days| *days > ExactDays::from_integer(0));
    Some(Life {
        prd,
        created: of(Transition::New).next().or(prd.created).filter(before),
        started: of(Transition::Start).next().or(prd.started).filter(before),
        completed,
        estimate,
    })
}

fn finished(life: &Life<'_>) -> Option<Finished> {
    let completed = life.completed?;
    // Work of a weekend is a day of work all the same.
    let days = |from: NaiveDate| span(from, completed).max(1);
    let cycle_days = life.started.map(days);
    let ratio = life.estimate.zip(cycle_days).map(|(estimate, days)| {
        let percent = Ratio::new(i128::from(days) * 100, 1)
            / Ratio::new(i128::from(*estimate.numer()), i128::from(*estimate.denom()));
        i64::try_from(percent.round().to_integer()).unwrap_or(i64::MAX)
    });
    Some(Finished {
        id: life.prd.id.clone(),
        team: life.prd.team.clone(),
        completed,
        lead_days: life.created.map(days),
        cycle_days,
        ratio_percent: ratio,
    })
}

/// The days that count.
#[derive(Debug, Clone, Copy)]
struct Time {
    since: NaiveDate,
    until: NaiveDate,
    today: NaiveDate,
}

impl Time {
    fn holds(&self, day: Option<NaiveDate>) -> bool {
        day.is_some_and(|day| self.since <= day && day <= self.until)
    }

    /// Working days of this time; none lie behind today.
    fn days(&self) -> i64 {
        span(self.since, self.until.min(self.today))
    }

    /// Working days of this time on which a PRD was in progress.
    fn days_of(&self, life: &Life<'_>) -> i64 {
        let Some(started) = life.started else { return 0 };
        let end = life.completed.unwrap_or(self.today);
        span(started.max(self.since), end.min(self.until).min(self.today))
    }
}

/// Working days from one day to another, both included.
fn span(from: NaiveDate, to: NaiveDate) -> i64 {
    to.succ_opt().map_or(0, |after| calendar::working_days(from, after))
}

fn group(team: Option<TeamName>, time: &Time, lives: &[&Life<'_>], prds: &[&Finished]) -> Group {
    let numbers =
        |of: fn(&Finished) -> Option<i64>| prds.iter().filter_map(|prd| of(prd)).collect::<Vec<_>>();
    let ratios = numbers(|prd| prd.ratio_percent);
    let within = ratios.iter().filter(|percent| (75..=125).contains(*percent)).count();
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let accuracy = spread(ratios.clone()).filter(|spread| spread.count >= ENOUGH).map(|percent| Accuracy {
        percent,
        within_quarter_percent: count(within) * 100 / count(percent.count),
    });
    Group {
        team,
        finished: prds.len(),
        lead_days: spread(numbers(|prd| prd.lead_days)),
        cycle_days: spread(numbers(|prd| prd.cycle_days)),
        per_week: Tenths::of(count(prds.len()) * 5, time.days()),
        in_progress: Tenths::of(lives.iter().map(|life| time.days_of(life)).sum(), time.days()),
        estimated: ratios.len(),
        accuracy,
    }
}

fn spread(mut numbers: Vec<i64>) -> Option<Spread> {
    numbers.sort_unstable();
    let (min, max) = (*numbers.first()?, *numbers.last()?);
    let count = numbers.len();
    let at = |percent: usize| {
        let rank = (count * percent).div_ceil(100).max(1);
        numbers.get(rank - 1).copied().unwrap_or(max)
    };
    let sum = numbers.iter().sum();
    let mean = Tenths::of(sum, i64::try_from(count).unwrap_or(i64::MAX));
    Some(Spread { count, min, p50: at(50), p85: at(85), p95: at(95), max, mean })
}

/// The Monday of a day's week.
fn monday_of(day: NaiveDate) -> NaiveDate {
    let past = u64::from(day.weekday().num_days_from_monday());
    day.checked_sub_days(Days::new(past)).unwrap_or(day)
}

fn weeks(time: &Time, prds: &[Finished]) -> Vec<Week> {
    let mut finished: BTreeMap<NaiveDate, i64> = BTreeMap::new();
    for prd in prds {
        *finished.entry(monday_of(prd.completed)).or_default() += 1;
    }
    let mut weeks = Vec::new();
    let mut monday = monday_of(time.since);
    while monday <= time.until {
        weeks.push(Week { monday, finished: finished.get(&monday).copied().unwrap_or(0) });
        match monday.checked_add_days(Days::new(7)) {
            Some(next) => monday = next,
            None => break,
        }
    }
    weeks
}

#[cfg(test)]
#[path = "stats_tests.rs"]
mod tests;
