//! `and/or`.

use super::check::{Applies, Check, Family, Hit, Touches, sentences};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::Document;

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
        .flat_map(|(_, words)| words.iter().filter(|word| word.lower == "and/or"))
        .map(|word| Hit::new(word.start..word.end, "`and/or` can be read in two ways".to_owned()))
        .collect()
}
