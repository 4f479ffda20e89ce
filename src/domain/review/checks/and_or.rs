//! `and/or`.

use std::ops::Range;

use super::check::{Applies, Check, Family, Hit, Touches, sentences, span_of};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::Document;
use crate::domain::review::lexicon::list;
use crate::domain::review::word::Word;

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
    let list = list!("and-or");
    sentences(document)
        .filter(|(statement, _)| statement.may_hold(list))
        .flat_map(|(_, words)| list.all_in(words).filter_map(move |range| and_or(document, words, &range)))
        .collect()
}

/// `and/or` and `and / or`; "the and/or gate" is a thing.
fn and_or(document: &Document<'_>, words: &[Word], range: &Range<usize>) -> Option<Hit> {
    const THINGS: [&str; 8] = ["gate", "gates", "logic", "operator", "operators", "tree", "graph", "circuit"];
    let found = words.get(range.clone())?;
    let joined = |pair: &[Word]| document.between(&pair[0], &pair[1]).trim() == "/";
    if !found.windows(2).all(joined) {
        return None;
    }
    let is_thing = words.get(range.end).is_some_and(|word| THINGS.contains(&word.lower.as_str()));
    (!is_thing).then(|| Hit::new(span_of(found), "`and/or` can be read in two ways".to_owned()))
}
