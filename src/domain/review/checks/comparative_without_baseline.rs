//! A comparison with nothing.

use super::check::{Applies, Check, Family, Hit, Touches, scan};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::Document;
use crate::domain::review::text::Word;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "comparative-without-baseline",
    severity: Severity::Warning,
    family: Family::Verifiability,
    touches: Touches::Section,
    penalty: 10,
    applies: Applies::Always,
    source: "Femmer et al. 2017, requirements smells (comparatives)",
    hint: "say than what, and by how much",
    question: "",
    bad: "# P\n\n## Goals\n\n- Checkout becomes faster for shoppers\n",
    good: "# P\n\n## Goals\n\n- Checkout becomes faster for shoppers: from 9 s to 4 s\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    scan(
        document,
        "comparative",
        |statement, words| {
            let compares = |word: &Word| {
                matches!(word.lower.as_str(), "than" | "from" | "instead" | "when" | "no" | "not")
            };
            !words.iter().any(compares) && !statement.words.iter().any(Word::has_digit)
        },
        |word| format!("`{word}` than what?"),
    )
}
