//! A header without a target.

use super::check::{Applies, Check, Family, Hit, Touches};
use crate::domain::model::field::FieldName;
use crate::domain::model::finding::Severity;
use crate::domain::model::state::State;
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
    // What is done or put away needs no day any more.
    let is_over = matches!(document.prd.state, State::Complete | State::Archived);
    if is_over
        || document.prd.target.is_some()
        || document.prd.milestone.is_some()
        || says(document, &names, says_when)
    {
        return Vec::new();
    }
    vec![Hit::of_document(document, "the header has no target")]
}

#[cfg(test)]
mod tests {
    use crate::domain::model::state::State;
    use crate::domain::review::document::Document;
    use crate::domain::review::testing::prd;

    #[test]
    fn what_is_over_needs_no_target() {
        let hits = |state: State| {
            let mut prd = prd(super::CHECK.bad);
            prd.state = state;
            (super::CHECK.run)(&Document::new(&prd, super::CHECK.bad)).len()
        };
        for state in [State::Draft, State::Review, State::Ready, State::InProgress] {
            assert_eq!(hits(state), 1, "{state:?}");
        }
        assert_eq!(hits(State::Complete) + hits(State::Archived), 0);
    }
}
