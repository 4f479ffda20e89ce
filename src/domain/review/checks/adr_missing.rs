//! No decision record where one is required. Takes no points: it keeps a PRD from being approved.

use super::check::{Applies, Check, Family, Hit, Touches};
use crate::domain::model::finding::Severity;
use crate::domain::review::decision::{Decision, told};
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
    let links = adr_links(document.text, &document.outline);
    match &document.decisions {
        None if !links.is_empty() => Vec::new(),
        Some(found) if found.iter().any(Decision::is_accepted) => Vec::new(),
        Some(found) if !found.is_empty() => {
            let message = format!("an accepted architecture decision is required; {}", told(found));
            vec![Hit::of_document(document, &message)]
        }
        Some(_) if !links.is_empty() => vec![Hit::of_document(
            document,
            "an architecture decision is required, and the link to one leads to no file",
        )],
        None | Some(_) => {
            vec![Hit::of_document(document, "an architecture decision is required, and none is linked")]
        }
    }
}
