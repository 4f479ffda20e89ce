//! What one PRD owes another, and when.

use super::dependencies::{Edge, Graph};
use super::facts::Facts;
use super::schedule::Schedule;
use crate::domain::model::dependency::DependencyKind;

/// When an edge is due and when it is expected, in days from today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The day on which the prerequisite, or its contract, is expected; 0 where the edge is met, `None` where
    /// that is not known.
    pub ready: Option<i64>,
    /// The latest day on which it can come without moving the dependent past its target, or past the
    /// portfolio's end where it has none; `None` where the edge holds nothing up or the day is not known.
    /// It may lie before today.
    pub need_by: Option<i64>,
}

impl Due {
    /// By how many days the forecast breaks the date; `None` where it does not, or where that is not known.
    #[must_use]
    pub fn at_risk(self) -> Option<i64> {
        let late = self.ready? - self.need_by?;
        (late > 0).then_some(late)
    }
}

impl Schedule {
    /// When an edge is due: at the dependent's latest start, or its latest finish for a `finish` edge.
    ///
    /// The latest finish is the dependent's own target, however late those behind it would then be: they have
    /// need-by dates of their own. Without a target it is the late finish of the backward pass.
    #[must_use]
    pub fn due(&self, graph: &Graph, facts: &Facts, edge: &Edge) -> Due {
        if edge.met {
            return Due { ready: Some(0), need_by: None };
        }
        let ready = self.ready_day(facts, graph, edge);
        if !edge.binding || !graph.prd(edge.dependent).state.is_unfinished() {
            return Due { ready, need_by: None };
        }
        let target = facts.target(graph.prd(edge.dependent)).map(|date| facts.day(date));
        let latest = target.or_else(|| self.entry(edge.dependent)?.late_finish);
        let need_by = if edge.kind.holds_start() {
            latest.and_then(|day| Some(day - self.span(edge.dependent)?))
        } else {
            latest
        };
        Due { ready, need_by }
    }

    fn ready_day(&self, facts: &Facts, graph: &Graph, edge: &Edge) -> Option<i64> {
        let finish = self.entry(edge.prerequisite).and_then(|entry| entry.finish);
        let promised = graph
            .prd(edge.prerequisite)
            .contract_eta
            .filter(|date| edge.kind == DependencyKind::Contract && *date > facts.today)
            .map(|date| facts.day(date));
        match (promised, finish) {
            (Some(promised), Some(finish)) => Some(promised.min(finish)),
            (promised, finish) => promised.or(finish),
        }
    }
}
