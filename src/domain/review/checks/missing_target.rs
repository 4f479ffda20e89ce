//! A header without a target.

use super::check::{Applies, Check, Family, Hit, Touches};
use crate::domain::model::field::FieldName;
use crate::domain::model::finding::Severity;
use crate::domain::review::document::Document;
use crate::domain::review::header_value::{says, says_when};

/// The check.
pub(super) const CHECK: Check = Check {
    id: "missing-target",
    severity: Severity::Hint,
    family: Family::Completeness,
    touches: Touches::Dimensions(&["feasibility"]),
    penalty: 10,
    applies: Applies::Always,
    source: "written for this project: a schedule needs it",
    hint: "add `**Target**: 2026-12-18` to the header",
    question: "",
    bad: "# P\n\n**Team**: Checkout\n",
    good: "# P\n\n**Target**: 2026-12-18\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    let names = [FieldName::Target, FieldName::TargetRelease, FieldName::Milestone, FieldName::Delivery];
    if document.prd.target.is_some() || document.prd.milestone.is_some() || says(document, &names, says_when)
    {
        return Vec::new();
    }
    vec![Hit::of_document(document, "the header has no target")]
}
