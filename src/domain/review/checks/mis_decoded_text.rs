//! UTF-8 that was read in another encoding and saved so.

use super::check::{Applies, Check, Family, Hit, Touches};
use crate::domain::markdown::read::MIS_DECODED_TEXT;
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
    hint: "prd lint --fix",
    question: "",
    bad: "# P\n\n## Scope\n\n- Done ‚úÖ\n",
    good: "# P\n\n## Scope\n\n- Done ✅\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    super::check::said_by_reading(document, MIS_DECODED_TEXT)
}
