//! A criterion that names nothing to be seen.

use super::check::{Applies, Check, Family, Hit, Touches};
use crate::domain::model::finding::Severity;
use crate::domain::review::dimension::measures::is_verifiable;
use crate::domain::review::document::Document;
use crate::domain::review::language::Reading;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "criterion-not-observable",
    severity: Severity::Warning,
    family: Family::Verifiability,
    touches: Touches::Dimensions(&["criteria"]),
    penalty: 30,
    applies: Applies::Always,
    source: "ISO/IEC/IEEE 29148:2018, 5.2.5 (verifiable); EARS (Mavin et al. 2009)",
    hint: "say what is seen, under which condition, and with which value",
    question: "What would you look at to decide it?",
    bad: "# P\n\n## Acceptance Criteria\n\n- [ ] Good user experience for everybody\n",
    good: "# P\n\n## Acceptance Criteria\n\n- [ ] A second click within 5 seconds creates no second order\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    document
        .criteria()
        .filter(|criterion| {
            !criterion.has_blank && criterion.reading != Reading::Filler && !is_verifiable(criterion)
        })
        .map(|criterion| Hit::new(criterion.span.clone(), "nobody can decide whether this is met".to_owned()))
        .collect()
}
