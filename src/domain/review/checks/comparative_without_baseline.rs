//! A comparison with nothing.

use super::check::{Applies, Check, Family, Hit, Touches, sentences, span_of};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::Document;
use crate::domain::review::lexicon::list;
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
    let lexicon = list("comparative");
    let compares =
        |word: &Word| matches!(word.lower.as_str(), "than" | "from" | "instead" | "when" | "no" | "not");
    let mut hits = Vec::new();
    for (statement, words) in sentences(document) {
        if words.iter().any(compares) || statement.words.iter().any(Word::has_digit) {
            continue;
        }
        for range in lexicon.all_in(words) {
            let span = span_of(words.get(range.clone()).unwrap_or_default());
            let text = document.text.get(span.clone()).unwrap_or_default();
            // "Better Auth" is a name.
            let next = words.get(range.end).and_then(|word| document.text.get(word.start..word.end));
            let is_capital = |text: &str| text.starts_with(char::is_uppercase);
            if is_capital(text) && (range.start > 0 || next.is_some_and(is_capital)) {
                continue;
            }
            hits.push(Hit::new(span, format!("`{text}` than what?")));
        }
    }
    hits
}
