//! A quality that is demanded and not measured.

use super::check::{Applies, Check, Family, Hit, Touches, is_demand, scan};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::Document;
use crate::domain::review::evidence::has_measure;
use crate::domain::review::topic::Topic;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "quality-word-without-number",
    severity: Severity::Warning,
    family: Family::Verifiability,
    touches: Touches::Section,
    penalty: 10,
    applies: Applies::Always,
    source: "QuARS (Gnesi et al. 2005); Femmer et al. 2017, requirements smells (subjective language)",
    hint: "say how fast, how many, measured how",
    question: "How much is enough, in which unit?",
    bad: "# P\n\n## Acceptance Criteria\n\n- [ ] The page must be fast when it opens\n",
    good: "# P\n\n## Acceptance Criteria\n\n- [ ] The page must be fast: it opens within 800 ms\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    scan(
        document,
        "quality",
        |statement, words| {
            let demands = is_demand(words)
                || statement.is_about(Topic::Criteria)
                || statement.is_about(Topic::Performance) && statement.is_item();
            demands && !has_measure(&statement.words)
        },
        |word| format!("`{word}` without a number means something else to everybody"),
    )
}
