//! Words that leave open what is meant.

use super::check::{Applies, Check, Family, Hit, Touches, scan};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::Document;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "vague-word",
    severity: Severity::Hint,
    family: Family::Ambiguity,
    touches: Touches::Section,
    penalty: 5,
    applies: Applies::Always,
    source: "Tjong & Berry 2013, ambiguity; NASA ARM weak phrases",
    hint: "say which, how many or under which condition",
    question: "",
    bad: "# P\n\n## Scope\n\n- Various reports are sent at appropriate times\n",
    good: "# P\n\n## Scope\n\n- Two reports are sent at noon, `various` being a name\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    scan(document, "vague", |_, _| true, |word| format!("`{word}` leaves open what is meant"))
}
