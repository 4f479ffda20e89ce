//! A header without an estimate.

use super::check::{Applies, Check, Family, Hit, Touches};
use crate::domain::model::field::FieldName;
use crate::domain::model::finding::Severity;
use crate::domain::review::document::Document;
use crate::domain::review::header_value::{says, says_how_much};

/// The check.
pub(super) const CHECK: Check = Check {
    id: "missing-estimate",
    severity: Severity::Warning,
    family: Family::Completeness,
    touches: Touches::Dimensions(&["feasibility"]),
    penalty: 30,
    applies: Applies::Always,
    source: "written for this project: a schedule needs it",
    hint: "add `**Estimate**: 3 days` to the header",
    question: "How many working days does this take?",
    bad: "# P\n\n**Team**: Checkout\n",
    good: "# P\n\n**Estimate**: 3 days\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    let names = [
        FieldName::Estimate,
        FieldName::EstimatedEffort,
        FieldName::Effort,
        FieldName::Size,
        FieldName::Timeline,
    ];
    if document.prd.estimate.is_some()
        || document.prd.timeline.is_some()
        || says(document, &names, says_how_much)
    {
        return Vec::new();
    }
    vec![Hit::of_document(document, "the header has no estimate")]
}
