//! No decision record where one is required. Takes no points: it keeps a PRD from being approved.

use super::check::{Applies, Check, Family, Hit, Touches};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::Document;
use crate::domain::review::guard::adr_links;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "adr-missing",
    severity: Severity::Error,
    family: Family::Consistency,
    touches: Touches::Dimensions(&["feasibility"]),
    penalty: 0,
    applies: Applies::DecisionRequired,
    source: "Nygard 2011, architecture decision records",
    hint: "link the decision record, or name this PRD in it",
    question: "Which decision record holds the reasons?",
    bad: "# P\n\n## Approach\n\nA queue takes the orders.\n",
    good: "# P\n\n## Approach\n\nA queue takes the orders ([ADR 4](../adr/0004-queue.md)).\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    if !adr_links(document.text, &document.outline).is_empty() {
        return Vec::new();
    }
    vec![Hit::of_document(document, "an architecture decision is required, and none is linked")]
}
