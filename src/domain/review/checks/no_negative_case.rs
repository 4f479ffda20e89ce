//! Criteria that only know success.

use super::check::{Applies, Check, Family, Hit, Touches};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::Document;
use crate::domain::review::evidence::meets;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "no-negative-case",
    severity: Severity::Warning,
    family: Family::Verifiability,
    touches: Touches::Dimensions(&["criteria"]),
    penalty: 10,
    applies: Applies::Always,
    source: "ISTQB: negative testing; EARS unwanted behaviour (Mavin et al. 2009)",
    hint: "add a criterion for wrong input, failure or a limit",
    question: "What must happen when it fails?",
    bad: "# P\n\n## Acceptance Criteria\n\n- [ ] The export has 50 rows\n",
    good: "# P\n\n## Acceptance Criteria\n\n- [ ] The export has 50 rows\n- [ ] An unknown customer gets 404\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    let mut criteria = document.criteria().filter(|criterion| criterion.quality > 0).peekable();
    let Some(first) = criteria.peek().map(|criterion| criterion.span.clone()) else { return Vec::new() };
    if criteria.any(|criterion| meets(criterion, "negative")) {
        return Vec::new();
    }
    vec![Hit::new(first.start..first.start, "no criterion says what happens when something fails".to_owned())]
}
