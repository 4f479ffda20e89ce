//! A dependency on a PRD that nobody has written.

use super::check::{Applies, Check, Family, Hit, Touches};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::Document;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "unknown-dependency",
    severity: Severity::Error,
    family: Family::Consistency,
    touches: Touches::Dimensions(&["dependencies"]),
    penalty: 40,
    applies: Applies::Always,
    source: "ISO/IEC/IEEE 29148:2018, 5.2.6 (consistent); the finding of `prd lint`",
    hint: "correct the id, write that PRD, or name the system in words",
    question: "",
    bad: "# SVC-001: Refunds\n\n**Depends On**: SVC-999\n",
    good: "# SVC-001: Refunds\n\n**Depends On**: None\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    super::check::said_by_graph(document, &[CHECK.id])
}
