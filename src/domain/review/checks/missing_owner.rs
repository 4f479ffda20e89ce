//! A header without an owner.

use super::check::{Applies, Check, Family, Hit, Touches};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::Document;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "missing-owner",
    severity: Severity::Warning,
    family: Family::Completeness,
    touches: Touches::Dimensions(&["scope"]),
    penalty: 20,
    applies: Applies::Always,
    source: "written for this project: a schedule needs it",
    hint: "add `**Owner**: Dana Reyes` to the header",
    question: "Who answers for this?",
    bad: "# P\n\n**Team**: Checkout\n",
    good: "# P\n\n**Owner**: Dana Reyes\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    if document.prd.owner.is_some() || document.prd.author.is_some() {
        return Vec::new();
    }
    vec![Hit::of_document(document, "the header has no owner")]
}
