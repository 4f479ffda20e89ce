//! A file name, a title and a header that name different PRDs.

use super::check::{Applies, Check, Family, Hit, Touches};
use crate::domain::markdown::read::ID_MISMATCH;
use crate::domain::model::finding::Severity;
use crate::domain::review::document::Document;

/// The check.
pub(super) const CHECK: Check = Check {
    id: ID_MISMATCH,
    severity: Severity::Warning,
    family: Family::Consistency,
    touches: Touches::Dimensions(&["scope"]),
    penalty: 10,
    applies: Applies::Always,
    source: "ISO/IEC/IEEE 29148:2018, 5.2.8 (uniquely identified)",
    hint: "write the same id in the header, the file name and the title",
    question: "",
    bad: "# SVC-002: Refunds\n\n**PRD ID**: SVC-001\n",
    good: "# SVC-001: Refunds\n\n**PRD ID**: SVC-001\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    super::check::said_by_reading(document, ID_MISMATCH)
}
