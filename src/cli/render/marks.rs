//! What pictures of the graph mark: the critical path, ways round, and ids that no PRD has.

use std::collections::HashSet;

use crate::domain::model::id::PrdId;
use crate::domain::orchestrate::report::{PrdRow, Report, UnknownReason};

/// The edges and PRDs that a picture marks; an edge is its prerequisite and its dependent.
pub(super) struct Marks<'a> {
    critical: HashSet<(&'a PrdId, &'a PrdId)>,
    on_path: HashSet<&'a PrdId>,
    round: HashSet<(&'a PrdId, &'a PrdId)>,
}

impl<'a> Marks<'a> {
    pub(super) fn of(report: &'a Report) -> Self {
        let ids = report.critical_path.as_ref().map_or(&[][..], |path| path.ids.as_slice());
        let mut round = HashSet::new();
        for cycle in &report.cycles {
            // Each waits for the next, and the last for the first.
            let next = cycle.iter().skip(1).chain(cycle.first());
            round.extend(cycle.iter().zip(next).map(|(dependent, prerequisite)| (prerequisite, dependent)));
        }
        Self { critical: ids.iter().zip(ids.iter().skip(1)).collect(), on_path: ids.iter().collect(), round }
    }

    /// True for an edge of the critical path.
    pub(super) fn is_critical(&self, prerequisite: &PrdId, dependent: &PrdId) -> bool {
        self.critical.contains(&(prerequisite, dependent))
    }

    /// True for a PRD on the critical path.
    pub(super) fn is_on_path(&self, id: &PrdId) -> bool {
        self.on_path.contains(id)
    }

    /// True for an edge that is part of a way round.
    pub(super) fn goes_round(&self, prerequisite: &PrdId, dependent: &PrdId) -> bool {
        self.round.contains(&(prerequisite, dependent))
    }
}

/// True for a PRD that waits for itself by way of others.
pub(super) fn is_round(row: &PrdRow) -> bool {
    row.eta_unknown.as_ref().is_some_and(|why| why.reason == UnknownReason::Cycle && why.id == row.id)
}
