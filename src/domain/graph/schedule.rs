//! The critical path method over the network, in whole working days; day 0 is today.

use num_rational::Ratio;

use super::capacity::{self, Limits};
use super::dependencies::{Graph, Node};
use super::facts::{Facts, ProgressSource, Work};
use super::network::{Cause, Event, EventIndex, Holds, Link, Network, Scope};
use crate::domain::model::checklist::Progress;
use crate::domain::model::dependency::DependencyKind;
use crate::domain::model::effort::ExactDays;

/// Why a time is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unknown {
    /// This PRD has no usable estimate.
    Estimate(Node),
    /// This PRD is in a cycle.
    Cycle(Node),
    /// This PRD was archived and never completed.
    Cancelled(Node),
}

/// What sets the start or the finish of a PRD.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Driver {
    /// The prerequisite, or the last part of a feature.
    pub node: Node,
    /// The edge; `None` for the part of a feature.
    pub edge: Option<usize>,
    /// True where the prerequisite's `Contract ETA` sets it, and not the prerequisite's own schedule.
    pub by_date: bool,
    /// True where it is no prerequisite, but frees the place that the PRD takes.
    pub place: bool,
}

/// The schedule of one PRD. Days count from today; a time is `None` where [`Entry::unknown`] says why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The day after which it can start.
    pub start: Option<i64>,
    /// The day at whose end it is finished.
    pub finish: Option<i64>,
    /// The latest finish that does not move the portfolio's end.
    pub late_finish: Option<i64>,
    /// What sets its start or finish; `None` where its own work does.
    pub driver: Option<Driver>,
    /// Why times are missing.
    pub unknown: Option<Unknown>,
}

/// A chain of PRDs that ends in the latest finish.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CriticalPath {
    /// The PRDs, first to last.
    pub nodes: Vec<Node>,
    /// The portfolio's latest finish, in working days.
    pub days: i64,
}

/// The schedule of everything that is active, and of all unfinished PRDs that it waits for.
#[derive(Debug, Clone)]
pub struct Schedule {
    pub(super) network: Network,
    pub(super) times: Vec<Time>,
    /// Events in an order in which everything comes after what it waits for; events in cycles are left out.
    pub(super) order: Vec<EventIndex>,
    /// The place of each event in that order.
    pub(super) place: Vec<Option<usize>>,
    pub(super) passed: Vec<bool>,
    work: Vec<Work>,
    /// Days that a PRD takes when nothing holds it up: a feature takes as long as its longest part.
    span: Vec<Option<i64>>,
    length: i64,
    contract_day: Vec<Option<i64>>,
}

/// The times of one event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Time {
    pub(super) remaining: Option<i64>,
    pub(super) start: Option<i64>,
    pub(super) finish: Option<i64>,
    pub(super) late: i64,
    /// The binding link, and whether a contract's date binds and not the earlier event.
    pub(super) driver: Option<(usize, bool)>,
    pub(super) unknown: Option<Unknown>,
}

/// When a link lets its later event go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Arrival {
    pub(super) day: i64,
    pub(super) by_date: bool,
}

impl Schedule {
    /// Schedules a graph.
    #[must_use]
    pub fn of(graph: &Graph, facts: &Facts) -> Self {
        Self::over(Network::of(graph, Scope::Unfinished), graph, facts)
    }

    /// Schedules a graph where not everything can be done at once: places are taken in the order of
    /// the module `capacity`.
    #[must_use]
    pub fn under(limits: &Limits, graph: &Graph, facts: &Facts) -> Self {
        let free = Self::of(graph, facts);
        let mut network = free.network.clone();
        for (from, to) in capacity::places(&free, graph, limits) {
            network.link_place(from, to);
        }
        Self::over(network, graph, facts)
    }

    fn over(network: Network, graph: &Graph, facts: &Facts) -> Self {
        let active = graph
            .prds()
            .iter()
            .enumerate()
            .filter(|(_, prd)| prd.state.is_active())
            .flat_map(|(node, _)| [network.start_of(node), network.finish_of(node)])
            .flatten();
        let passed = network.ancestors(active);
        let mut work: Vec<Work> = graph.prds().iter().map(|prd| facts.work(prd)).collect();
        let span = gather_features(graph, &mut work);
        let contract_days = graph
            .prds()
            .iter()
            .map(|prd| prd.contract_eta.filter(|date| *date > facts.today).map(|date| facts.day(date)))
            .collect();
        let blank = Time { remaining: None, start: None, finish: None, late: 0, driver: None, unknown: None };
        let mut schedule = Self {
            times: vec![blank; network.events().len()],
            order: Vec::with_capacity(network.events().len()),
            place: vec![None; network.events().len()],
            network,
            passed,
            work,
            span,
            length: 0,
            contract_day: contract_days,
        };
        schedule.take_order(graph);
        schedule.pass_forward(graph);
        schedule.pass_backward(graph);
        schedule
    }

    /// Sets order, remaining work and what is unknown from the beginning.
    fn take_order(&mut self, graph: &Graph) {
        for group in self.network.groups(|_| true) {
            for event in &group {
                let node = self.network.events()[*event].node();
                let time = &mut self.times[*event];
                match self.network.events()[*event] {
                    Event::Work(node) => {
                        time.remaining = self.work[node].remaining;
                        time.unknown = time.remaining.is_none().then_some(Unknown::Estimate(node));
                    }
                    Event::Gate(_) | Event::End(_) => time.remaining = Some(0),
                }
                if group.len() > 1 {
                    time.unknown = Some(Unknown::Cycle(node));
                } else if self.passed[*event] {
                    self.place[*event] = Some(self.order.len());
                    self.order.push(*event);
                }
            }
        }
        for edge in graph.edges() {
            if !edge.blocks_completion() || !graph.is_cancelled(edge.prerequisite) {
                continue;
            }
            let held = if edge.kind.holds_start() {
                self.network.start_of(edge.dependent)
            } else {
                self.network.finish_of(edge.dependent)
            };
            if let Some(event) = held {
                let unknown = Unknown::Cancelled(edge.prerequisite);
                let time = &mut self.times[event];
                time.unknown = Some(time.unknown.map_or(unknown, |known| known.max(unknown)));
            }
        }
    }

    fn pass_forward(&mut self, graph: &Graph) {
        for at in 0..self.order.len() {
            let event = self.order[at];
            let mut time = self.times[event];
            let (mut start, mut start_driver) = (0, None);
            let (mut held, mut held_driver) = (0, None);
            let mut start_unknown = matches!(time.unknown, Some(Unknown::Cancelled(_) | Unknown::Cycle(_)));
            for (link_at, link) in self.network.incoming(event) {
                match self.arrival(graph, link, self.times[link.from].finish) {
                    None => {
                        start_unknown |= link.holds == Holds::Start;
                        let why = self.times[link.from].unknown;
                        time.unknown = time.unknown.max(why);
                    }
                    Some(arrival) => {
                        let binding = (link_at, arrival.by_date);
                        let (day, driver) = match link.holds {
                            Holds::Start => (&mut start, &mut start_driver),
                            Holds::Finish => (&mut held, &mut held_driver),
                        };
                        let first = driver.is_none_or(|(known, _)| self.is_before(link_at, known));
                        if arrival.day > *day || (arrival.day == *day && arrival.day > 0 && first) {
                            *day = arrival.day;
                            *driver = Some(binding);
                        }
                    }
                }
            }
            if !start_unknown {
                time.start = Some(start);
            }
            if let (Some(remaining), None) = (time.remaining, time.unknown) {
                let worked = start.saturating_add(remaining);
                time.finish = Some(worked.max(held));
                time.driver = if held > worked { held_driver } else { start_driver };
            }
            self.times[event] = time;
        }
    }

    /// True where a link's earlier event is of a PRD whose id comes first.
    fn is_before(&self, link: usize, known: usize) -> bool {
        let node = |at: usize| self.network.events()[self.network.links()[at].from].node();
        node(link) < node(known)
    }

    /// When a link lets go, if its earlier event finishes so; `None` where that is not known.
    pub(super) fn arrival(&self, graph: &Graph, link: &Link, finish: Option<i64>) -> Option<Arrival> {
        let own = finish.map(|day| Arrival { day, by_date: false });
        match self.promised(graph, link) {
            Some(day) if finish.is_none_or(|finish| day < finish) => Some(Arrival { day, by_date: true }),
            _ => own,
        }
    }

    /// The day on which a link lets go at the latest, where a contract's date says so.
    pub(super) fn promised(&self, graph: &Graph, link: &Link) -> Option<i64> {
        let Cause::Edge(at) = link.cause else { return None };
        let edge = &graph.edges()[at];
        self.contract_day[edge.prerequisite].filter(|_| edge.kind == DependencyKind::Contract)
    }

    fn pass_backward(&mut self, graph: &Graph) {
        self.length = self.times.iter().filter_map(|time| time.finish).max().unwrap_or(0);
        for time in &mut self.times {
            time.late = self.length;
        }
        for at in (0..self.order.len()).rev() {
            let to = self.order[at];
            let time = self.times[to];
            let (Some(_), Some(remaining)) = (time.finish, time.remaining) else { continue };
            for (_, link) in self.network.incoming(to) {
                let by_date = self
                    .arrival(graph, link, self.times[link.from].finish)
                    .is_some_and(|arrival| arrival.by_date);
                if by_date {
                    continue;
                }
                let handed = match link.holds {
                    Holds::Start => time.late - remaining,
                    Holds::Finish => time.late,
                };
                let from = &mut self.times[link.from];
                from.late = from.late.min(handed);
            }
        }
    }

    /// The portfolio's latest finish, in working days from today.
    #[must_use]
    pub const fn length(&self) -> i64 {
        self.length
    }

    /// True for a PRD that is active or that an active one waits for.
    #[must_use]
    pub fn is_scheduled(&self, node: Node) -> bool {
        self.network.finish_of(node).is_some_and(|event| self.passed[event])
    }

    /// How far a PRD is and what is left of it; a feature is its parts, each counting by its estimate, or
    /// all the same where one has none.
    #[must_use]
    pub fn work(&self, node: Node) -> Work {
        self.work[node]
    }

    /// The schedule of a PRD; `None` for one that is not scheduled.
    #[must_use]
    pub fn entry(&self, node: Node) -> Option<Entry> {
        let (first, last) = (self.network.start_of(node)?, self.network.finish_of(node)?);
        if !self.passed[last] {
            return None;
        }
        let (start, finish) = (self.times[first], self.times[last]);
        Some(Entry {
            start: start.start,
            finish: finish.finish,
            late_finish: finish.finish.map(|_| finish.late),
            driver: self.driver(last),
            unknown: finish.unknown,
        })
    }

    /// Days that a PRD takes when nothing holds it up: what remains, for a feature that of its longest part.
    #[must_use]
    pub fn span(&self, node: Node) -> Option<i64> {
        self.span.get(node).copied().flatten()
    }

    /// How many days its prerequisites cost a PRD.
    #[must_use]
    pub fn delay(&self, node: Node) -> Option<i64> {
        Some(self.entry(node)?.finish? - self.span(node)?)
    }

    fn driver(&self, event: EventIndex) -> Option<Driver> {
        let mut at = event;
        loop {
            let (link_at, by_date) = self.times[at].driver?;
            let link = self.network.links()[link_at];
            match self.network.events()[link.from] {
                Event::Gate(_) => at = link.from,
                Event::Work(node) | Event::End(node) => {
                    let edge = if let Cause::Edge(edge) = link.cause { Some(edge) } else { None };
                    return Some(Driver { node, edge, by_date, place: link.cause == Cause::Place });
                }
            }
        }
    }

    /// The longest work that a PRD and all that waits for it still take, one after the other, in days.
    #[must_use]
    pub fn tail(&self, node: Node) -> Option<i64> {
        let entry = self.entry(node)?;
        let remaining = self.times[self.network.finish_of(node)?].remaining?;
        Some(self.length - entry.late_finish? + remaining)
    }

    /// The chain of binding edges that ends in the latest finish; empty where nothing is left or nothing has a finish. It begins
    /// after a contract whose date is fixed, for nothing before that date binds.
    #[must_use]
    pub fn critical_path(&self) -> CriticalPath {
        let is_end = |event: &EventIndex| matches!(self.network.events()[*event], Event::End(_));
        let node = |event: EventIndex| self.network.events()[event].node();
        let last = (0..self.times.len())
            .filter(|event| self.length > 0 && self.times[*event].finish == Some(self.length))
            .filter(|event| !matches!(self.network.events()[*event], Event::Gate(_)))
            .min_by_key(|event| (is_end(event), node(*event)));
        let mut nodes = Vec::new();
        let mut at = last;
        while let Some(event) = at {
            if !matches!(self.network.events()[event], Event::Gate(_)) {
                nodes.push(node(event));
            }
            at = match self.times[event].driver {
                Some((link, false)) => Some(self.network.links()[link].from),
                Some((_, true)) | None => None,
            };
        }
        nodes.reverse();
        CriticalPath { nodes, days: self.length }
    }
}

impl Entry {
    /// How many days it can slip without moving the portfolio's end.
    #[must_use]
    pub fn slack(&self) -> Option<i64> {
        Some(self.late_finish? - self.finish?)
    }
}

/// Makes the work of every feature that of its parts; returns the days that each PRD takes by itself.
fn gather_features(graph: &Graph, work: &mut [Work]) -> Vec<Option<i64>> {
    let mut span: Vec<Option<i64>> = work
        .iter()
        .enumerate()
        .map(|(node, work)| if graph.is_done(node) { Some(0) } else { work.remaining })
        .collect();
    for node in graph.family().children_first() {
        let children = graph.family().children(node);
        if children.is_empty() {
            continue;
        }
        let share =
            |child: &Node| if graph.is_done(*child) { Ratio::ONE } else { work[*child].progress.share() };
        let left = |child: &Node| if graph.is_done(*child) { Some(0) } else { work[*child].remaining };
        let estimates: Option<Vec<ExactDays>> = children.iter().map(|child| work[*child].estimate).collect();
        let even = vec![Ratio::ONE; children.len()];
        let estimate = estimates.as_ref().map(|days| days.iter().sum());
        let weights = estimates.filter(|days| days.iter().any(|day| *day > Ratio::ZERO)).unwrap_or(even);
        let progress = Progress::weighted(children.iter().map(share).zip(weights));
        let remaining = children.iter().map(left).sum();
        span[node] =
            children.iter().map(|child| span[*child]).try_fold(0, |most, days| Some(most.max(days?)));
        work[node] = Work { progress, source: ProgressSource::Home, estimate, remaining };
    }
    span
}

#[cfg(test)]
#[path = "schedule_tests.rs"]
mod tests;
