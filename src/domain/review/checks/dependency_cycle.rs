//! PRDs that wait for each other, or a PRD that waits for itself.

use super::check::{Applies, Check, Family, Hit, Touches};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::Document;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "dependency-cycle",
    severity: Severity::Error,
    family: Family::Consistency,
    touches: Touches::Dimensions(&["dependencies"]),
    penalty: 40,
    applies: Applies::Always,
    source: "ISO/IEC/IEEE 29148:2018, 5.2.6 (feasible, consistent); the finding of `prd lint`",
    hint: "remove one of these dependencies, or make it `(contract)` or `(soft)` where that is all it is",
    question: "",
    bad: "# SVC-001: Refunds\n\n**Depends On**: SVC-001\n",
    good: "# SVC-001: Refunds\n\n**Depends On**: None\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    super::check::said_by_graph(document, &[CHECK.id, "self-dependency"])
}
