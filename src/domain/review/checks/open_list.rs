//! A list without an end.

use super::check::{Applies, Check, Family, Hit, Touches, scan};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::Document;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "open-list",
    severity: Severity::Hint,
    family: Family::Ambiguity,
    touches: Touches::Section,
    penalty: 10,
    applies: Applies::Always,
    source: "ISO/IEC/IEEE 29148:2018, 5.2.7 (open-ended terms)",
    hint: "name all of them, or the rule that tells which",
    question: "",
    bad: "# P\n\n## Scope\n\n- Refunds, exchanges, etc.\n",
    good: "# P\n\n## Scope\n\n- Refunds, exchanges and others that the shop has had\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    let ends = |hit: &Hit| {
        let text = document.text.get(hit.span.clone()).unwrap_or_default();
        let rest = document.text.get(hit.span.end..).unwrap_or_default().trim_start_matches([' ', '*', '_']);
        // "and more" ends a list, "and more rows" does not.
        !text.to_lowercase().starts_with("and")
            || rest.is_empty()
            || rest.starts_with(['.', ',', ';', ':', ')', '|', '\n', '\r', '!'])
    };
    scan(document, "open-list", |_, _| true, |word| format!("`{word}` ends a list that nobody can finish"))
        .into_iter()
        .filter(ends)
        .collect()
}
