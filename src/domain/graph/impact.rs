//! What one change would win: the schedule computed again where the change reaches, and nowhere else.

use std::cmp::Reverse;

use super::dependencies::{Graph, Node};
use super::network::{Cause, Event, EventIndex, Holds};
use super::schedule::Schedule;
use crate::domain::model::dependency::DependencyKind;

/// For how many PRDs, those with the highest upper bounds, the exact gain is computed.
pub const CANDIDATES: usize = 64;

/// A change that is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The PRD is complete today.
    Complete(Node),
    /// The PRD's contract is published today, and nothing else of it changes.
    Publish(Node),
}

/// The PRD whose instant completion would bring the others forward most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bottleneck {
    /// The PRD.
    pub node: Node,
    /// Working days won, summed over all active PRDs but itself.
    pub days: i64,
    /// Working days that the publication of its contract alone would win; `None` where it owes none.
    pub contract_days: Option<i64>,
}

/// Finishes under a change, kept between changes so that each costs what it reaches and no more.
struct Scratch {
    finish: Vec<Option<i64>>,
    /// What was changed, and from what.
    before: Vec<(EventIndex, i64)>,
    /// For each place in the order, whether it is still to be looked at.
    touched: Vec<bool>,
    /// How many are.
    left: usize,
}

impl Scratch {
    fn of(schedule: &Schedule) -> Self {
        Self {
            finish: schedule.times.iter().map(|time| time.finish).collect(),
            before: Vec::new(),
            touched: vec![false; schedule.order.len()],
            left: 0,
        }
    }

    fn set(&mut self, event: EventIndex, before: i64, after: i64) {
        self.before.push((event, before));
        self.finish[event] = Some(after);
    }

    /// Marks what waits for an event.
    fn touch(&mut self, schedule: &Schedule, event: EventIndex) {
        for (_, link) in schedule.network.outgoing(event) {
            if let Some(place) = schedule.place[link.to]
                && !std::mem::replace(&mut self.touched[place], true)
            {
                self.left += 1;
            }
        }
    }

    /// The next marked event in the order, from a place on; the place moves behind it.
    fn next(&mut self, schedule: &Schedule, place: &mut usize) -> Option<EventIndex> {
        while self.left > 0 && *place < self.touched.len() {
            let here = *place;
            *place += 1;
            if std::mem::take(&mut self.touched[here]) {
                self.left -= 1;
                return Some(schedule.order[here]);
            }
        }
        None
    }

    fn restore(&mut self) {
        // Backwards, so that what was changed twice is as it was at first.
        for (event, before) in self.before.drain(..).rev() {
            self.finish[event] = Some(before);
        }
    }
}

impl Schedule {
    /// Working days that a change wins, summed over all active PRDs but the changed one. Features are not
    /// counted beside their parts, and PRDs without a known finish win nothing that could be counted.
    #[must_use]
    pub fn gain(&self, graph: &Graph, change: Change) -> i64 {
        self.gain_in(graph, change, &mut Scratch::of(self))
    }

    fn gain_in(&self, graph: &Graph, change: Change, scratch: &mut Scratch) -> i64 {
        let (Change::Complete(node) | Change::Publish(node)) = change;
        let Some(changed) = self.network.finish_of(node) else { return 0 };
        if let (Change::Complete(_), Some(before)) = (change, scratch.finish[changed]) {
            scratch.set(changed, before, 0);
        }
        scratch.touch(self, changed);
        let (mut won, mut place) = (0, self.place[changed].unwrap_or(0));
        while let Some(event) = scratch.next(self, &mut place) {
            let Some(before) = scratch.finish[event] else { continue };
            let after = self.finish_after(graph, event, &scratch.finish, change).min(before);
            if after == before || event == changed {
                continue;
            }
            scratch.set(event, before, after);
            scratch.touch(self, event);
            if self.counts(graph, event) {
                won += before - after;
            }
        }
        scratch.restore();
        won
    }

    /// True for the work of an active PRD.
    fn counts(&self, graph: &Graph, event: EventIndex) -> bool {
        match self.network.events()[event] {
            Event::Work(node) => graph.prd(node).state.is_active(),
            Event::Gate(_) | Event::End(_) => false,
        }
    }

    fn finish_after(&self, graph: &Graph, event: EventIndex, finish: &[Option<i64>], change: Change) -> i64 {
        let (mut start, mut held) = (0, 0);
        for (_, link) in self.network.incoming(event) {
            let published = match (change, link.cause) {
                (Change::Publish(node), Cause::Edge(at)) => {
                    let edge = &graph.edges()[at];
                    edge.prerequisite == node && edge.kind == DependencyKind::Contract
                }
                _ => false,
            };
            let day = if published {
                0
            } else {
                self.arrival(graph, link, finish[link.from]).map_or(0, |arrival| arrival.day)
            };
            match link.holds {
                Holds::Start => start = start.max(day),
                Holds::Finish => held = held.max(day),
            }
        }
        held.max(start.saturating_add(self.times[event].remaining.unwrap_or(0)))
    }

    /// The bottleneck, exact for the 64 PRDs with the highest linear upper bounds; `None` where no completion
    /// would win anything. Ties go to the first id.
    #[must_use]
    pub fn bottleneck(&self, graph: &Graph) -> Option<Bottleneck> {
        let bounds = self.upper_bounds(graph);
        let mut candidates: Vec<(Reverse<i64>, Node)> = self
            .order
            .iter()
            .filter(|event| bounds[**event] > 0)
            .filter_map(|event| match self.network.events()[*event] {
                Event::Work(node) => Some((Reverse(bounds[*event]), node)),
                Event::Gate(_) | Event::End(_) => None,
            })
            .collect();
        candidates.sort_unstable();
        let mut scratch = Scratch::of(self);
        let (Reverse(days), node) = candidates
            .into_iter()
            .take(CANDIDATES)
            .map(|(_, node)| (Reverse(self.gain_in(graph, Change::Complete(node), &mut scratch)), node))
            .min()?;
        let contract_days = owes_contract(graph, node).then(|| self.gain(graph, Change::Publish(node)));
        (days > 0).then_some(Bottleneck { node, days, contract_days })
    }

    /// What the publication of each contract would win that now sets the start of somebody: at most the 64
    /// first by the number of those they set, by id.
    #[must_use]
    pub fn contract_gains(&self, graph: &Graph) -> Vec<(Node, i64)> {
        let mut sets: Vec<usize> = vec![0; graph.prds().len()];
        for event in &self.order {
            let Some((link, _)) = self.times[*event].driver else { continue };
            if let Cause::Edge(at) = self.network.links()[link].cause
                && graph.edges()[at].kind == DependencyKind::Contract
            {
                sets[graph.edges()[at].prerequisite] += 1;
            }
        }
        let mut nodes: Vec<Node> = (0..sets.len()).filter(|node| sets[*node] > 0).collect();
        nodes.sort_by_key(|node| (Reverse(sets[*node]), *node));
        nodes.truncate(CANDIDATES);
        nodes.sort_unstable();
        let mut scratch = Scratch::of(self);
        nodes
            .into_iter()
            .map(|node| (node, self.gain_in(graph, Change::Publish(node), &mut scratch)))
            .filter(|(_, days)| *days > 0)
            .collect()
    }

    /// For each event, more days than its completion could win.
    ///
    /// Nobody moves whose driver does not move, so only what hangs below an event in the tree of drivers can
    /// win; each of those wins no more than its delay, and no more than the event's own finish.
    fn upper_bounds(&self, graph: &Graph) -> Vec<i64> {
        let mut below = vec![0_i64; self.times.len()];
        let mut delays = vec![0_i64; self.times.len()];
        for event in self.order.iter().rev() {
            let Some((link, _)) = self.times[*event].driver else { continue };
            let time = self.times[*event];
            let own = i64::from(self.counts(graph, *event));
            let delay = time.finish.unwrap_or(0) - time.remaining.unwrap_or(0);
            let from = self.network.links()[link].from;
            below[from] = below[from].saturating_add(below[*event]).saturating_add(own);
            delays[from] = delays[from].saturating_add(delays[*event]).saturating_add(own * delay);
        }
        (0..self.times.len())
            .map(|event| {
                let finish = self.times[event].finish.unwrap_or(0);
                finish.saturating_mul(below[event]).min(delays[event])
            })
            .collect()
    }
}

/// True where somebody unfinished waits for a PRD's contract.
#[must_use]
pub fn owes_contract(graph: &Graph, node: Node) -> bool {
    graph.dependents(node).any(|edge| {
        edge.kind == DependencyKind::Contract
            && edge.blocks_start()
            && graph.prd(edge.dependent).state.is_unfinished()
    })
}
