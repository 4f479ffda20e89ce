//! A sentence that only says its heading again.

use super::check::{Applies, Check, Family, Hit, Touches, read, section_of};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::Document;
use crate::domain::review::lexicon::list;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "stub-sentence",
    severity: Severity::Warning,
    family: Family::Completeness,
    touches: Touches::Section,
    penalty: 20,
    applies: Applies::Always,
    source: "AQUSA (Lucassen et al. 2016): full sentence, minimal",
    hint: "say something that the heading does not",
    question: "",
    bad: "# P\n\n## Risks\n\nThese are the risks.\n",
    good: "# P\n\n## Risks\n\nThe mail provider is down twice a year.\n",
    run,
};

/// Words that make a sentence of a heading without saying more.
const HOLLOW: [&str; 12] = [
    "section",
    "describes",
    "described",
    "following",
    "below",
    "here",
    "details",
    "list",
    "lists",
    "overview",
    "contains",
    "document",
];

fn run(document: &Document<'_>) -> Vec<Hit> {
    let function = list("function");
    read(document)
        .filter(|statement| (2..=16).contains(&statement.prose.len()))
        .filter(|statement| {
            let Some(section) = section_of(document, statement) else { return false };
            let says_more = |word: &&crate::domain::review::text::Word| {
                !function.has(word)
                    && !HOLLOW.contains(&word.lower.as_str())
                    && !section.words.iter().any(|known| known.lower == word.lower)
            };
            !section.is_title && !statement.prose.iter().any(|word| says_more(&word))
        })
        .map(|statement| Hit::new(statement.span.clone(), "this says no more than its heading".to_owned()))
        .collect()
}
