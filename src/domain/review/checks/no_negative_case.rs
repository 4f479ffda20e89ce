//! Criteria that only know success.

use super::check::{Applies, Check, Family, Hit, Touches};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::Document;
use crate::domain::review::signal::meets;
use crate::domain::review::topic::Topic;

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
    let criteria = || document.criteria().filter(|criterion| criterion.quality > 0);
    let Some(first) = criteria().next().map(|criterion| criterion.span.clone()) else { return Vec::new() };
    // Cases that are tested show it as well.
    let tests = document.about(Topic::Tests).filter(|test| test.quality > 0 && !test.is_code);
    if criteria().chain(tests).any(|case| meets(case, "negative")) {
        return Vec::new();
    }
    vec![Hit::new(first.start..first.start, "no criterion says what happens when something fails".to_owned())]
}

#[cfg(test)]
mod tests {
    use crate::domain::review::testing::count_of;

    #[test]
    fn a_case_that_is_tested_shows_what_happens_on_failure() {
        let hits = |tests: &str| {
            let text = format!("{}\n## Test scenarios\n\n{tests}", super::CHECK.bad);
            count_of(&super::CHECK, &text)
        };
        assert_eq!(hits("1. A second row with the same number is rejected\n"), 0);
        assert_eq!(hits("1. A row gets its number\n"), 1);
    }
}
