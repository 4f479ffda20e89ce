//! UTF-8 that was read in another encoding and saved so.

use super::check::{Applies, Check, Family, Hit, Touches};
use crate::domain::markdown::read::{MIS_DECODED_TEXT, NOT_UTF8};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::Document;

/// The check.
pub(super) const CHECK: Check = Check {
    id: MIS_DECODED_TEXT,
    severity: Severity::Warning,
    family: Family::Consistency,
    touches: Touches::Dimensions(&["scope"]),
    penalty: 10,
    applies: Applies::Always,
    source: "written for this project: text that cannot be read cannot be reviewed",
    hint: "prd lint --fix; what is lost is written again",
    question: "",
    bad: "# P\n\n## Scope\n\n- Done ‚úÖ\n",
    good: "# P\n\n## Scope\n\n- Done ✅\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    let mut hits = super::check::said_by_reading(document, MIS_DECODED_TEXT);
    let not_utf8 = document.prd.problems.iter().any(|problem| problem.rule == NOT_UTF8);
    if let Some(at) = document.text.find('\u{fffd}').filter(|_| !not_utf8 && hits.is_empty()) {
        hits.push(Hit::new(
            at..at + '\u{fffd}'.len_utf8(),
            "a character was lost when this was saved".to_owned(),
        ));
    }
    hits
}
