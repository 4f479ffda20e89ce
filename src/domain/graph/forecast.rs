//! A Monte-Carlo forecast: the schedule many times over, each time with durations drawn from what is known of
//! estimates, and what came out how often.
//!
//! With ten or more finished PRDs, a duration is the estimate times a ratio of actual to estimate that one of
//! them had (reference class forecasting: Kahneman and Tversky 1979; Flyvbjerg 2006). With fewer, an estimate
//! that is a range is drawn from the triangle over it, and one number from the triangle that falls from itself
//! to half as much again: work rarely ends early. The same seed draws the same numbers on any machine and any
//! number of threads.

use rand_core::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;
use rayon::prelude::*;

use super::dependencies::{Graph, Node};
use super::facts::Facts;
use super::network::{Event, Holds};
use super::schedule::Schedule;
use crate::domain::model::calendar;
use crate::domain::model::effort::{DayRange, ExactDays};
use crate::domain::model::state::State;

/// How many runs are made where nobody asks for another number.
pub const RUNS: u32 = 10_000;

/// The seed where nobody gives another.
pub const SEED: u64 = 1;

/// How many finished PRDs with an estimate and both dates there must be for their history to count.
pub const ENOUGH: usize = 10;

/// Runs that are computed side by side.
const LANES: u32 = 16;

/// What those runs have of something.
type Side = [i64; 16];

/// One, in the fixed point of shares and ratios: nothing here is a float, so nothing depends on a machine.
const ONE: i64 = 1 << 16;

/// One working day, in the fixed point of durations.
const DAY: i64 = 1 << 10;

/// Steps of a quantile table: how finely a distribution is drawn. A draw takes ten bits.
const STEPS: usize = 1 << 10;

/// The most bins in which the finishes of one PRD are counted; a wider spread is counted in coarser bins.
const BINS: i64 = 1 << 10;

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    /// How many runs; one at least is made.
    pub runs: u32,
    /// What the draws begin with.
    pub seed: u64,
}

impl Default for Ask {
    fn default() -> Self {
        Self { runs: RUNS, seed: SEED }
    }
}

/// How the repository's finished PRDs compare with their estimates.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    /// Working days from start to completion over days estimated, in fixed point, ascending.
    ratios: Vec<i64>,
}

/// Days by which 50, 85 and 95 of a hundred runs were finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Percentiles {
    /// The median.
    pub p50: i64,
    /// The 85th percentile.
    pub p85: i64,
    /// The 95th percentile.
    pub p95: i64,
}

/// The forecast of one PRD.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outlook {
    /// When it is finished.
    pub finish: Percentiles,
    /// In how many of a hundred runs it was on the critical path, rounded down: its criticality index.
    pub critical_percent: u32,
}

/// What came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forecast {
    /// What was asked.
    pub ask: Ask,
    /// What the durations were drawn from.
    pub history: History,
    /// When everything with a known finish is finished.
    pub end: Percentiles,
    outlooks: Vec<Option<Outlook>>,
}

impl History {
    /// Compares the completed PRDs of a graph with their estimates: working days from `Started` to
    /// `Completed`, both included. Features count through their parts.
    #[must_use]
    pub fn of(graph: &Graph, facts: &Facts) -> Self {
        let finished = graph.prds().iter().enumerate().filter(|(node, prd)| {
            matches!(prd.state, State::Complete | State::Archived) && !graph.family().is_parent(*node)
        });
        let ratios = finished.filter_map(|(_, prd)| {
            let estimate = facts.work(prd).estimate.filter(|days| *days > ExactDays::ZERO)?;
            let (started, completed) = (prd.started?, prd.completed?);
            let days = calendar::working_days(started, completed.succ_opt()?).max(1);
            (started <= completed).then(|| fixed(ExactDays::from_integer(days) / estimate, ONE))
        });
        let mut ratios: Vec<i64> = ratios.collect();
        ratios.sort_unstable();
        Self { ratios }
    }

    /// How many PRDs could be compared.
    #[must_use]
    pub const fn sample(&self) -> usize {
        self.ratios.len()
    }

    /// True where there are [`ENOUGH`].
    #[must_use]
    pub const fn counts(&self) -> bool {
        self.sample() >= ENOUGH
    }

    /// The median of actual over estimate in per cent, 100 for as estimated; `None` where there are too few.
    #[must_use]
    pub fn median_percent(&self) -> Option<i64> {
        let middle = *self.ratios.get(self.ratios.len() / 2)?;
        self.counts().then_some(middle.saturating_mul(100) / ONE)
    }
}

impl Forecast {
    /// Runs a schedule many times, in parallel.
    #[must_use]
    pub fn of(schedule: &Schedule, graph: &Graph, facts: &Facts, ask: Ask) -> Self {
        let ask = Ask { runs: ask.runs.max(1), ..ask };
        let history = History::of(graph, facts);
        let model = Model::of(schedule, graph, facts, &history);
        let blocks = ask.runs.div_ceil(LANES);
        let tally = (0..blocks)
            .into_par_iter()
            .with_min_len(8)
            .fold(
                || (Tally::of(&model), Lanes::of(&model)),
                |(mut tally, mut lanes), block| {
                    model.run(block, &ask, &mut lanes, &mut tally);
                    (tally, lanes)
                },
            )
            .map(|(tally, _)| tally)
            .reduce(|| Tally::of(&model), Tally::plus);
        let mut outlooks = vec![None; graph.prds().len()];
        for (at, step) in model.steps.iter().enumerate() {
            if let Some(node) = step.finishes {
                let critical = u64::from(tally.critical[at]) * 100 / u64::from(ask.runs);
                outlooks[node] = Some(Outlook {
                    finish: model.bins[at].percentiles(&tally.counts, ask.runs),
                    critical_percent: u32::try_from(critical).unwrap_or(100),
                });
            }
        }
        let end = model.end.percentiles(&tally.counts, ask.runs);
        Self { ask, history, end, outlooks }
    }

    /// The forecast of a PRD; `None` for one without a known finish.
    #[must_use]
    pub fn outlook(&self, node: Node) -> Option<Outlook> {
        self.outlooks.get(node).copied().flatten()
    }
}

/// A number in fixed point.
fn fixed(number: ExactDays, one: i64) -> i64 {
    let wide = i128::from(*number.numer()) * i128::from(one) / i128::from(*number.denom());
    i64::try_from(wide).unwrap_or(i64::MAX / ONE)
}

/// A distribution over 0 to 1, or of ratios, by its quantiles.
type Table = [i64; STEPS];

/// √(`numerator` / `denominator`) in fixed point.
fn root(numerator: i64, denominator: i64) -> i64 {
    (numerator * ONE * ONE / denominator).isqrt()
}

/// Quantiles of the triangle that falls from 0 to 1: 1 − √(1 − u).
fn falling() -> Table {
    each_step(|k, steps| ONE - root(2 * (steps - k) - 1, 2 * steps))
}

/// Quantiles of the triangle from 0 over ½ to 1.
fn even() -> Table {
    each_step(|k, steps| {
        let of = |k: i64| root(2 * k + 1, 4 * steps);
        if 2 * k < steps { of(k) } else { ONE - of(steps - 1 - k) }
    })
}

/// Quantiles of what was seen.
fn seen(ratios: &[i64]) -> Table {
    let mut table = [ONE; STEPS];
    for (k, value) in table.iter_mut().enumerate() {
        *value = ratios.get(k * ratios.len() / STEPS).copied().unwrap_or(ONE);
    }
    table
}

fn each_step(quantile: impl Fn(i64, i64) -> i64) -> Table {
    let mut table = [0; STEPS];
    let steps = i64::try_from(STEPS).unwrap_or(i64::MAX);
    for (k, value) in (0..steps).zip(&mut table) {
        *value = quantile(k, steps);
    }
    table
}

/// How long the work of a PRD may take: `base` + `spread` × a draw of its table, in fixed point.
#[derive(Debug, Clone, Copy, Default)]
struct Duration {
    base: i64,
    spread: i64,
    table: usize,
}

impl Duration {
    fn days(&self, share: i64) -> i64 {
        (self.base + self.spread.saturating_mul(share) / ONE + DAY - 1) / DAY
    }
}

/// A link into a step.
#[derive(Debug, Clone, Copy)]
struct Arrow {
    /// The earlier step; `None` where only a fixed date counts.
    from: Option<usize>,
    holds: Holds,
    /// A contract's date: no later than this.
    until: Option<i64>,
}

/// An event with a known finish, in the order of the network.
#[derive(Debug, Clone)]
struct Step {
    duration: Duration,
    arrows: std::ops::Range<usize>,
    /// The PRD that is finished with it.
    finishes: Option<Node>,
    /// What decides between two that bind alike: the smaller one.
    rank: (bool, Node),
}

/// Bins of a histogram: days from `first` on, `width` in each.
#[derive(Debug, Clone, Copy, Default)]
struct Bins {
    first: i64,
    width: i64,
    offset: usize,
    count: usize,
}

impl Bins {
    fn spanning(first: i64, last: i64, offset: usize) -> Self {
        let days = last - first + 1;
        let width = (days + BINS - 1) / BINS;
        let count = usize::try_from((days + width - 1) / width).unwrap_or(1);
        Self { first, width, offset, count }
    }

    fn bin(&self, day: i64) -> usize {
        self.offset + usize::try_from((day - self.first) / self.width).unwrap_or(0).min(self.count - 1)
    }

    fn percentiles(&self, counts: &[u32], runs: u32) -> Percentiles {
        let of = |percent: u64| {
            let wanted = (u64::from(runs) * percent).div_ceil(100);
            let mut sum = 0;
            let mut last = self.first - 1;
            for count in counts.iter().skip(self.offset).take(self.count) {
                sum += u64::from(*count);
                last += self.width;
                if sum >= wanted {
                    break;
                }
            }
            last
        };
        Percentiles { p50: of(50), p85: of(85), p95: of(95) }
    }
}

/// The network flattened for many runs.
#[derive(Debug)]
struct Model {
    steps: Vec<Step>,
    arrows: Vec<Arrow>,
    tables: Vec<Table>,
    bins: Vec<Bins>,
    end: Bins,
    cells: usize,
}

/// What came out of some runs.
#[derive(Debug)]
struct Tally {
    counts: Vec<u32>,
    critical: Vec<u32>,
}

impl Tally {
    fn of(model: &Model) -> Self {
        Self { counts: vec![0; model.cells], critical: vec![0; model.steps.len()] }
    }

    fn plus(mut self, other: Self) -> Self {
        for (mine, theirs) in self.counts.iter_mut().zip(other.counts) {
            *mine += theirs;
        }
        for (mine, theirs) in self.critical.iter_mut().zip(other.critical) {
            *mine += theirs;
        }
        self
    }
}

/// The times of some runs, side by side.
#[derive(Debug)]
struct Lanes {
    worked: Vec<Side>,
    finish: Vec<Side>,
}

impl Lanes {
    fn of(model: &Model) -> Self {
        Self {
            worked: vec![Side::default(); model.steps.len()],
            finish: vec![Side::default(); model.steps.len()],
        }
    }
}

impl Model {
    fn of(schedule: &Schedule, graph: &Graph, facts: &Facts, history: &History) -> Self {
        let mut place = vec![None; schedule.network.events().len()];
        let mut model = Self {
            steps: Vec::with_capacity(schedule.order.len()),
            arrows: Vec::new(),
            tables: vec![falling(), even(), seen(&history.ratios)],
            bins: Vec::new(),
            end: Bins::default(),
            cells: 0,
        };
        for event in schedule.order.iter().filter(|event| schedule.times[**event].finish.is_some()) {
            let first = model.arrows.len();
            for (_, link) in schedule.network.incoming(*event) {
                let until = schedule.promised(graph, link);
                model.arrows.push(Arrow { from: place[link.from], holds: link.holds, until });
            }
            let what = schedule.network.events()[*event];
            let duration = match what {
                Event::Work(node) => duration(facts, graph, node, history),
                Event::Gate(_) | Event::End(_) => Duration::default(),
            };
            let finishes = (!matches!(what, Event::Gate(_))).then_some(what.node());
            let rank = (matches!(what, Event::End(_)), what.node());
            place[*event] = Some(model.steps.len());
            model.steps.push(Step { duration, arrows: first..model.arrows.len(), finishes, rank });
        }
        model.lay_out_bins();
        model
    }

    /// Bins between the finishes of the shortest and of the longest durations.
    fn lay_out_bins(&mut self) {
        let tables = &self.tables;
        let least = self.pass(|duration| duration.days(tables[duration.table][0]));
        let most = self.pass(|duration| duration.days(tables[duration.table][STEPS - 1]));
        let last = |finishes: &[i64]| finishes.iter().copied().max().unwrap_or(0);
        let (first_end, last_end) = (last(&least), last(&most));
        for (first, last) in least.into_iter().zip(most) {
            let bins = Bins::spanning(first, last, self.cells);
            self.cells += bins.count;
            self.bins.push(bins);
        }
        self.end = Bins::spanning(first_end, last_end, self.cells);
        self.cells += self.end.count;
    }

    /// One forward pass.
    fn pass(&self, days: impl Fn(&Duration) -> i64) -> Vec<i64> {
        let mut finish: Vec<i64> = Vec::with_capacity(self.steps.len());
        for step in &self.steps {
            let (mut start, mut held) = (0, 0);
            for arrow in &self.arrows[step.arrows.clone()] {
                let day = arrival(arrow, |from| finish[from]);
                match arrow.holds {
                    Holds::Start => start = start.max(day),
                    Holds::Finish => held = held.max(day),
                }
            }
            finish.push(held.max(start.saturating_add(days(&step.duration))));
        }
        finish
    }

    /// A block of runs.
    fn run(&self, block: u32, ask: &Ask, lanes: &mut Lanes, tally: &mut Tally) {
        let mut random =
            Pcg64Mcg::seed_from_u64(ask.seed ^ u64::from(block).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        for (at, step) in self.steps.iter().enumerate() {
            let (mut start, mut held) = (Side::default(), Side::default());
            for arrow in &self.arrows[step.arrows.clone()] {
                let into = match arrow.holds {
                    Holds::Start => &mut start,
                    Holds::Finish => &mut held,
                };
                match arrow.from {
                    Some(from) => {
                        let until = arrow.until.unwrap_or(i64::MAX);
                        for (day, other) in into.iter_mut().zip(&lanes.finish[from]) {
                            *day = (*other).min(until).max(*day);
                        }
                    }
                    None => into.iter_mut().for_each(|day| *day = arrow.until.unwrap_or(0).max(*day)),
                }
            }
            let worked = &mut lanes.worked[at];
            self.draw(&step.duration, &mut random, worked);
            for (worked, start) in worked.iter_mut().zip(start) {
                *worked = worked.saturating_add(start);
            }
            for ((finish, worked), held) in lanes.finish[at].iter_mut().zip(worked).zip(held) {
                *finish = held.max(*worked);
            }
        }
        let used = usize::try_from((ask.runs - block * LANES).min(LANES)).unwrap_or(0);
        for (finish, bins) in lanes.finish.iter().zip(&self.bins) {
            for day in finish.iter().take(used) {
                tally.counts[bins.bin(*day)] += 1;
            }
        }
        for lane in 0..used {
            self.walk(lane, lanes, tally);
        }
    }

    /// Durations of all lanes.
    fn draw(&self, duration: &Duration, random: &mut Pcg64Mcg, days: &mut Side) {
        if duration.spread == 0 {
            days.fill(duration.days(0));
            return;
        }
        let table = &self.tables[duration.table];
        for six in days.chunks_mut(6) {
            let mut bits = random.next_u64();
            for day in six {
                // Ten bits are always a step of the table.
                let step = usize::try_from(bits & 0x3FF).unwrap_or(0);
                *day = duration.days(table[step]);
                bits >>= 10;
            }
        }
    }

    /// The critical path of one run, from its latest finish back.
    fn walk(&self, lane: usize, lanes: &Lanes, tally: &mut Tally) {
        let ends = self.steps.iter().enumerate().filter(|(_, step)| step.finishes.is_some());
        let last = ends.max_by(|(a, one), (b, other)| {
            (lanes.finish[*a][lane], other.rank).cmp(&(lanes.finish[*b][lane], one.rank))
        });
        let Some((mut at, _)) = last else { return };
        let end = lanes.finish[at][lane];
        tally.counts[self.end.bin(end)] += 1;
        if end == 0 {
            return;
        }
        loop {
            if self.steps[at].finishes.is_some() {
                tally.critical[at] += 1;
            }
            let holds =
                if lanes.finish[at][lane] > lanes.worked[at][lane] { Holds::Finish } else { Holds::Start };
            let arrows =
                self.arrows[self.steps[at].arrows.clone()].iter().filter(|arrow| arrow.holds == holds);
            let binding = arrows
                .map(|arrow| (arrival(arrow, |from| lanes.finish[from][lane]), arrow))
                .filter(|(day, _)| *day > 0)
                .max_by(|(a, one), (b, other)| (*a, self.rank(other)).cmp(&(*b, self.rank(one))));
            let Some((day, Arrow { from: Some(from), .. })) = binding else { return };
            if lanes.finish[*from][lane] > day {
                return; // a contract's date binds, and nothing before it
            }
            at = *from;
        }
    }

    fn rank(&self, arrow: &Arrow) -> Option<Node> {
        arrow.from.map(|from| self.steps[from].rank.1)
    }
}

/// When an arrow lets go.
fn arrival(arrow: &Arrow, finish: impl Fn(usize) -> i64) -> i64 {
    let until = arrow.until.unwrap_or(i64::MAX);
    arrow.from.map_or(arrow.until.unwrap_or(0), |from| finish(from).min(until))
}

/// What is known of how long the rest of a PRD takes.
fn duration(facts: &Facts, graph: &Graph, node: Node, history: &History) -> Duration {
    const FALLING: usize = 0;
    const EVEN: usize = 1;
    const SEEN: usize = 2;
    let Some(DayRange { low, high }) = facts.left(graph.prd(node)) else { return Duration::default() };
    if history.counts() {
        return Duration { base: 0, spread: fixed((low + high) / 2, DAY), table: SEEN };
    }
    if low == high {
        return Duration { base: fixed(low, DAY), spread: fixed(high / 2, DAY), table: FALLING };
    }
    Duration { base: fixed(low, DAY), spread: fixed(high - low, DAY), table: EVEN }
}

#[cfg(test)]
#[path = "forecast_tests.rs"]
mod tests;
