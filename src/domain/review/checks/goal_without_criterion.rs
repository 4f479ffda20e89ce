//! A goal that no criterion speaks of.

use super::check::{Applies, Check, Family, Hit, Touches};
use crate::domain::model::finding::Severity;
use crate::domain::review::dimension::measures::{criteria_stems, goals, is_covered};
use crate::domain::review::document::Document;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "goal-without-criterion",
    severity: Severity::Warning,
    family: Family::Consistency,
    touches: Touches::Dimensions(&["criteria"]),
    penalty: 20,
    applies: Applies::Always,
    source: "ISO/IEC/IEEE 29148:2018, 5.2.8 (traceable)",
    hint: "add a criterion that proves it, or take the goal out",
    question: "Which criterion proves this goal?",
    bad: "# P\n\n## Goals\n\n- Couriers see their route on a map\n\n## Acceptance Criteria\n\n- [ ] The invoice shows 2 decimals\n",
    good: "# P\n\n## Goals\n\n- Couriers see their route on a map\n\n## Acceptance Criteria\n\n- [ ] The route opens within 2 seconds\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    let stems = criteria_stems(document);
    if stems.is_empty() {
        return Vec::new();
    }
    goals(document)
        .into_iter()
        .filter(|goal| !is_covered(goal, &stems))
        .map(|goal| Hit::new(goal.span.clone(), "no acceptance criterion speaks of this goal".to_owned()))
        .collect()
}
