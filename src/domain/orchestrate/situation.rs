//! What health, recommendations and next steps look at.

use chrono::NaiveDate;

use super::next::Around;
use super::options::Options;
use super::report::Conflict;
use crate::domain::graph::dependencies::{Edge, Graph, Node};
use crate::domain::graph::facts::Facts;
use crate::domain::graph::impact::Bottleneck;
use crate::domain::graph::need_by::Due;
use crate::domain::graph::schedule::{CriticalPath, Entry, Schedule};
use crate::domain::model::people::TeamName;
use crate::domain::model::prd::Prd;
use crate::domain::model::state::State;

/// The graph, its schedule and the facts, with what is dear to compute computed once.
#[derive(Debug)]
pub struct Situation<'a> {
    /// The graph.
    pub graph: &'a Graph<'a>,
    /// Its schedule.
    pub schedule: &'a Schedule,
    /// The calendar and the rest.
    pub facts: &'a Facts,
    /// What is asked for.
    pub options: &'a Options,
    /// Pairs that change the same files.
    pub conflicts: &'a [Conflict],
    /// What is scheduled, by id: everything active and what it waits for.
    pub nodes: Vec<Node>,
    /// The critical path.
    pub critical: CriticalPath,
    /// The bottleneck.
    pub bottleneck: Option<Bottleneck>,
}

impl<'a> Situation<'a> {
    /// Looks at everything once.
    #[must_use]
    pub fn new(
        graph: &'a Graph<'a>,
        schedule: &'a Schedule,
        facts: &'a Facts,
        options: &'a Options,
        conflicts: &'a [Conflict],
    ) -> Self {
        let nodes = (0..graph.prds().len()).filter(|node| schedule.is_scheduled(*node)).collect();
        let critical = schedule.critical_path();
        let bottleneck = schedule.bottleneck(graph);
        Self { graph, schedule, facts, options, conflicts, nodes, critical, bottleneck }
    }

    /// A PRD.
    #[must_use]
    pub fn prd(&self, node: Node) -> &'a Prd {
        self.graph.prd(node)
    }

    /// Its schedule.
    #[must_use]
    pub fn entry(&self, node: Node) -> Option<Entry> {
        self.schedule.entry(node)
    }

    /// Its finish, in days from today.
    #[must_use]
    pub fn finish(&self, node: Node) -> Option<i64> {
        self.entry(node)?.finish
    }

    /// Its target, in days from today.
    #[must_use]
    pub fn target_day(&self, node: Node) -> Option<i64> {
        self.facts.target(self.prd(node)).map(|date| self.facts.day(date))
    }

    /// When one of its edges is due.
    #[must_use]
    pub fn due(&self, edge: &Edge) -> Due {
        self.schedule.due(self.graph, self.facts, edge)
    }

    /// The lead team of a PRD.
    #[must_use]
    pub fn team(&self, node: Node) -> Option<&'a TeamName> {
        self.prd(node).team.as_ref()
    }

    /// The PRDs in progress that are no features: what a limit counts.
    pub fn in_progress(&self) -> impl Iterator<Item = Node> {
        self.nodes.iter().copied().filter(|node| {
            self.prd(*node).state == State::InProgress && !self.graph.family().is_parent(*node)
        })
    }

    /// What takes places, and what gets in the way of what.
    #[must_use]
    pub fn around(&self) -> Around<'_> {
        Around {
            limit: self.options.parallel_features,
            team_limits: &self.options.team_limits,
            conflicts: self.conflicts,
        }
    }

    /// The day of the last sign of life of a PRD in progress, where it is too long ago, and how many calendar
    /// days.
    #[must_use]
    pub fn stale_since(&self, node: Node) -> Option<(NaiveDate, i64)> {
        let prd = self.prd(node);
        if prd.state != State::InProgress || self.graph.family().is_parent(node) {
            return None;
        }
        let last = self.facts.prds.get(&prd.id)?.last_activity?;
        let days = (self.facts.today - last).num_days();
        (days >= self.options.stale_days).then_some((last, days))
    }
}
