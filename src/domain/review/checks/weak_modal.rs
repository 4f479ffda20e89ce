//! A criterion that may or may not hold.

use super::check::{Applies, Check, Family, Hit, Touches, sentences};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::Document;
use crate::domain::review::topic::Topic;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "weak-modal",
    severity: Severity::Hint,
    family: Family::Ambiguity,
    touches: Touches::Dimensions(&["criteria"]),
    penalty: 10,
    applies: Applies::Always,
    source: "NASA ARM (options: can, may, could)",
    hint: "write what happens, or take the criterion out",
    question: "",
    bad: "# P\n\n## Acceptance Criteria\n\n- [ ] The export might contain 50 rows\n",
    good: "# P\n\n## Acceptance Criteria\n\n- [ ] The export contains 50 rows, and an admin can open it\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    sentences(document)
        .filter(|(statement, _)| statement.is_about(Topic::Criteria))
        .flat_map(|(_, words)| {
            words
                .iter()
                .filter(|word| matches!(word.lower.as_str(), "might" | "could" | "possibly" | "perhaps"))
        })
        .map(|word| {
            Hit::new(word.start..word.end, format!("`{}` makes a criterion that cannot fail", word.lower))
        })
        .collect()
}
