//! `and/or`.

use super::check::{Applies, Check, Family, Hit, Touches, sentences};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::Document;
use crate::domain::review::text::Word;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "and-or",
    severity: Severity::Hint,
    family: Family::Ambiguity,
    touches: Touches::Section,
    penalty: 5,
    applies: Applies::Always,
    source: "Tjong & Berry 2013, ambiguity",
    hint: "write `and`, `or`, or `either … or both`",
    question: "",
    bad: "# P\n\n## Scope\n\n- Mail and/or push messages are sent\n",
    good: "# P\n\n## Scope\n\n- Mail or push messages are sent, and both on request\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    sentences(document)
        .flat_map(|(_, words)| (0..words.len()).filter_map(move |at| and_or(document, words, at)))
        .collect()
}

/// `and/or` and `and / or`; "the and/or gate" is a thing.
fn and_or(document: &Document<'_>, words: &[Word], at: usize) -> Option<Hit> {
    const THINGS: [&str; 8] = ["gate", "gates", "logic", "operator", "operators", "tree", "graph", "circuit"];
    let first = words.get(at).filter(|word| word.lower.starts_with("and"))?;
    let next = words.get(at + 1);
    let spaced = next.filter(|next| {
        let gap = document.text.get(first.end..next.start).unwrap_or_default();
        first.lower == "and" && next.lower == "or" && gap.trim() == "/"
    });
    let (last, behind) = match spaced {
        Some(next) => (next, words.get(at + 2)),
        None if first.lower == "and/or" => (first, next),
        None => return None,
    };
    let is_thing = behind.is_some_and(|word| THINGS.contains(&word.lower.as_str()));
    (!is_thing).then(|| Hit::new(first.start..last.end, "`and/or` can be read in two ways".to_owned()))
}
