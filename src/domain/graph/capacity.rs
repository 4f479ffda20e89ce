//! Who waits for a free place, where not everything can be done at once.
//!
//! Serial list scheduling (Kelley 1963): day by day the places that are free go to the PRDs that could start, by
//! priority, then by the longest tail, then by id. What is in progress has its place already, also where there
//! are more than the limit allows. A PRD keeps its place until it is finished. What has no known finish takes
//! none, for nobody could say when it frees it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use super::dependencies::{Graph, Node};
use super::network::{Event, EventIndex, Holds};
use super::schedule::Schedule;
use crate::domain::model::people::TeamName;
use crate::domain::model::priority::Priority;
use crate::domain::model::state::State;

/// How much can be in progress at once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Limits {
    /// Of all PRDs; `None` for any number.
    pub all: Option<usize>,
    /// Of the PRDs that a team leads; a team that is missing has no limit of its own.
    pub teams: BTreeMap<TeamName, usize>,
}

/// Who frees the place that somebody takes, for each PRD that has to wait for one.
#[must_use]
pub(super) fn places(schedule: &Schedule, graph: &Graph, limits: &Limits) -> Vec<(EventIndex, EventIndex)> {
    let mut desk = Desk::open(schedule, graph, limits);
    while let Some(day) = desk.next_day() {
        desk.today = day;
        desk.finish_all(day);
        desk.hand_out(day);
    }
    desk.taken
}

/// What can happen on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Happening {
    /// An event is finished.
    Finish(EventIndex),
    /// A contract is there, and lets this link go.
    Contract(usize),
    /// An event could start.
    Due(EventIndex),
}

/// Who is first: priority, the longest tail, the id.
type Turn = (u8, Reverse<Option<i64>>, Node, EventIndex);

/// A group of PRDs with a limit.
#[derive(Debug, Default)]
struct Room {
    limit: Option<usize>,
    used: usize,
    waiting: BinaryHeap<Reverse<Turn>>,
}

impl Room {
    fn is_full(&self) -> bool {
        self.limit.is_some_and(|limit| self.used >= limit)
    }
}

#[derive(Debug)]
struct Desk<'a> {
    schedule: &'a Schedule,
    graph: &'a Graph<'a>,
    today: i64,
    /// What happens when.
    agenda: BinaryHeap<Reverse<(i64, Happening)>>,
    /// Links that have let go.
    gone: Vec<bool>,
    /// Links of each event that have not, those that hold its start and those that hold its finish.
    open: Vec<(usize, usize)>,
    /// The day on which each event can start, or has started.
    start: Vec<i64>,
    started: Vec<bool>,
    held: Vec<i64>,
    /// The whole house.
    all: Room,
    rooms: Vec<Room>,
    room_of: Vec<usize>,
    /// Who freed a place today.
    freed: Vec<EventIndex>,
    taken: Vec<(EventIndex, EventIndex)>,
}

impl<'a> Desk<'a> {
    fn open(schedule: &'a Schedule, graph: &'a Graph<'a>, limits: &Limits) -> Self {
        let events = schedule.network.events();
        let mut teams: BTreeMap<&TeamName, usize> = BTreeMap::new();
        let mut rooms = vec![Room::default()];
        for (team, limit) in &limits.teams {
            teams.insert(team, rooms.len());
            rooms.push(Room { limit: Some(*limit), ..Room::default() });
        }
        let room = |node: Node| graph.prd(node).team.as_ref().and_then(|team| teams.get(team)).copied();
        let mut desk = Self {
            schedule,
            graph,
            today: 0,
            agenda: BinaryHeap::new(),
            gone: vec![false; schedule.network.links().len()],
            open: vec![(0, 0); events.len()],
            start: vec![0; events.len()],
            started: vec![false; events.len()],
            held: vec![0; events.len()],
            all: Room { limit: limits.all, ..Room::default() },
            room_of: events.iter().map(|event| room(event.node()).unwrap_or(0)).collect(),
            rooms,
            freed: Vec::new(),
            taken: Vec::new(),
        };
        for event in schedule.order.iter().copied() {
            if !desk.is_known(event) {
                continue;
            }
            for (at, link) in schedule.network.incoming(event) {
                let promised = schedule.promised(graph, link);
                if let Some(day) = promised {
                    desk.agenda.push(Reverse((day, Happening::Contract(at))));
                }
                match link.holds {
                    Holds::Start => desk.open[event].0 += 1,
                    Holds::Finish => desk.open[event].1 += 1,
                }
            }
            if desk.has_place(event) {
                desk.all.used += 1;
                desk.rooms[desk.room_of[event]].used += 1;
            }
            if desk.open[event].0 == 0 {
                desk.agenda.push(Reverse((0, Happening::Due(event))));
            }
        }
        desk
    }

    fn is_known(&self, event: EventIndex) -> bool {
        self.schedule.times[event].finish.is_some()
    }

    fn work(&self, event: EventIndex) -> Option<Node> {
        match self.schedule.network.events()[event] {
            Event::Work(node) => Some(node),
            Event::Gate(_) | Event::End(_) => None,
        }
    }

    /// True for what is in progress already.
    fn has_place(&self, event: EventIndex) -> bool {
        self.work(event).is_some_and(|node| self.graph.prd(node).state == State::InProgress)
    }

    fn next_day(&mut self) -> Option<i64> {
        if let Some(Reverse((day, _))) = self.agenda.peek() {
            return Some(*day);
        }
        // Everybody in a place waits for somebody without one: the first goes in all the same.
        let (_, best) = self.best(|_| true)?;
        let day = self.today;
        self.rooms[self.room_of[best]].waiting.pop();
        self.enter(best, day);
        Some(day)
    }

    /// The room whose first is the first of all, and who that is.
    fn best(&self, admits: impl Fn(&Room) -> bool) -> Option<(usize, EventIndex)> {
        let firsts = self.rooms.iter().enumerate().filter(|(_, room)| admits(room));
        let firsts = firsts.filter_map(|(at, room)| room.waiting.peek().map(|Reverse(turn)| (turn, at)));
        firsts.min().map(|((.., event), at)| (at, *event))
    }

    /// All that happens on a day without anybody taking a place.
    fn finish_all(&mut self, today: i64) {
        self.freed.clear();
        while let Some(Reverse((day, happening))) = self.agenda.peek().copied() {
            if day > today {
                break;
            }
            self.agenda.pop();
            match happening {
                Happening::Contract(link) => self.let_go(link, today),
                Happening::Due(event) => self.arrive(event, today),
                Happening::Finish(event) => {
                    if self.work(event).is_some() {
                        self.all.used -= 1;
                        self.rooms[self.room_of[event]].used -= 1;
                        self.freed.push(event);
                    }
                    let links: Vec<usize> = self.schedule.network.outgoing(event).map(|(at, _)| at).collect();
                    for link in links {
                        self.let_go(link, today);
                    }
                }
            }
        }
    }

    fn let_go(&mut self, link: usize, today: i64) {
        if std::mem::replace(&mut self.gone[link], true) {
            return;
        }
        let to = self.schedule.network.links()[link].to;
        if !self.is_known(to) {
            return;
        }
        match self.schedule.network.links()[link].holds {
            Holds::Start => {
                self.open[to].0 -= 1;
                if self.open[to].0 == 0 {
                    self.agenda.push(Reverse((today, Happening::Due(to))));
                }
            }
            Holds::Finish => {
                self.open[to].1 -= 1;
                self.held[to] = self.held[to].max(today);
                self.finish_when_done(to);
            }
        }
    }

    /// Somebody could start: whoever needs no place does.
    fn arrive(&mut self, event: EventIndex, today: i64) {
        self.start[event] = today;
        let needs_place = self.work(event).filter(|_| !self.has_place(event));
        let Some(node) = needs_place else { return self.begin(event, today) };
        let rank = self.graph.prd(node).priority.map_or(u8::MAX, Priority::rank);
        let turn = (rank, Reverse(self.schedule.tail(node)), node, event);
        self.rooms[self.room_of[event]].waiting.push(Reverse(turn));
    }

    /// Gives the places that are free to those who are first.
    fn hand_out(&mut self, today: i64) {
        while !self.all.is_full() {
            let Some((room, event)) = self.best(|room| !room.is_full()) else { return };
            self.rooms[room].waiting.pop();
            self.enter(event, today);
        }
    }

    /// Takes a place; where it was waited for, from whom.
    fn enter(&mut self, event: EventIndex, today: i64) {
        if self.start[event] < today {
            let same_room = |other: &&EventIndex| self.room_of[**other] == self.room_of[event];
            let limited = self.rooms[self.room_of[event]].limit.is_some();
            let freer = self.freed.iter().filter(|other| limited && same_room(other)).min();
            if let Some(from) = freer.or_else(|| self.freed.iter().min()) {
                self.taken.push((*from, event));
            }
        }
        self.all.used += 1;
        self.rooms[self.room_of[event]].used += 1;
        self.begin(event, today);
    }

    fn begin(&mut self, event: EventIndex, today: i64) {
        self.start[event] = today;
        self.started[event] = true;
        self.finish_when_done(event);
    }

    fn finish_when_done(&mut self, event: EventIndex) {
        if self.started[event] && self.open[event].1 == 0 {
            let remaining = self.schedule.times[event].remaining.unwrap_or(0);
            let day = self.held[event].max(self.start[event].saturating_add(remaining));
            self.agenda.push(Reverse((day, Happening::Finish(event))));
        }
    }
}

#[cfg(test)]
#[path = "capacity_tests.rs"]
mod tests;
