//! Whether a changed text would close a cycle.

use std::collections::BTreeSet;

use crate::domain::graph::dependencies::{Graph, GraphFacts};
use crate::domain::lifecycle::snapshot::Snapshot;
use crate::domain::markdown::read::{Reading, read_prd};
use crate::domain::model::finding::{Finding, Severity};
use crate::domain::model::prd::Prd;

/// The cycle that appears when `prd` gets this text; `None` where there is none that was not there before.
#[must_use]
pub fn closed_by(snapshot: &Snapshot<'_>, prd: &Prd, text: &str) -> Option<Finding> {
    let Reading::Prd(changed) = read_prd(&prd.path, prd.state, text.as_bytes(), snapshot.portfolio.format())
    else {
        return None;
    };
    let portfolio = snapshot
        .portfolio
        .clone()
        .map(|other| if other.path == prd.path { (*changed).clone() } else { other });
    let facts = GraphFacts {
        published: snapshot.records.published(),
        was_complete: snapshot.records.completed_before_archiving(snapshot.portfolio),
        resolution: true,
        ..GraphFacts::default()
    };
    let before: BTreeSet<&str> =
        snapshot.graph.problems().iter().map(|finding| finding.message.as_str()).collect();
    let graph = Graph::build(&portfolio, &facts);
    graph
        .problems()
        .iter()
        .find(|finding| {
            finding.rule == "dependency-cycle"
                && finding.severity == Severity::Error
                && !before.contains(finding.message.as_str())
        })
        .cloned()
}
