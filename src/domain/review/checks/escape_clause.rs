//! A way out of every obligation.

use super::check::{Applies, Check, Family, Hit, Touches, scan};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::Document;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "escape-clause",
    severity: Severity::Warning,
    family: Family::Ambiguity,
    touches: Touches::Section,
    penalty: 10,
    applies: Applies::Always,
    source: "ISO/IEC/IEEE 29148:2018, 5.2.7 (loopholes)",
    hint: "say when it holds, or take it out",
    question: "",
    bad: "# P\n\n## Scope\n\n- The order is archived if possible\n",
    good: "# P\n\n## Scope\n\n- The order is archived if it is older than 90 days\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    scan(document, "escape", |_, _| true, |word| format!("`{word}` lets everything through"))
}
