//! A row of a risk table whose mitigation is empty.

use super::check::{Applies, Check, Family, Hit, Touches};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::Document;
use crate::domain::review::document::StatementKind;
use crate::domain::review::placeholder::is_nothing;
use crate::domain::review::topic::Topic;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "risk-without-mitigation",
    severity: Severity::Warning,
    family: Family::Consistency,
    touches: Touches::Dimensions(&["risk"]),
    penalty: 20,
    applies: Applies::Always,
    source: "ISO/IEC/IEEE 29148:2018; IEEE 1540 risk treatment",
    hint: "say what is done against it, and who does it",
    question: "What is done against this risk?",
    bad: "# P\n\n## Risks\n\n| Risk | Likelihood | Mitigation |\n| --- | --- | --- |\n| The provider is down for an hour | low | |\n",
    good: "# P\n\n## Risks\n\n| Risk | Likelihood | Mitigation |\n| --- | --- | --- |\n| The provider is down for an hour | low | A second provider takes over |\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for risk in document.about(Topic::Risks).filter(|risk| !risk.has_blank) {
        let StatementKind::Row { header, cells } = &risk.kind else { continue };
        let answers = ["mitigation", "response", "action", "countermeasure", "treatment", "what we do"];
        let column = header.iter().position(|cell| answers.iter().any(|answer| cell.contains(answer)));
        let Some(column) = column else { continue };
        if cells.get(column).is_none_or(|cell| is_nothing(cell)) {
            hits.push(Hit::new(risk.span.clone(), "nothing is done against this risk".to_owned()));
        }
    }
    hits
}
