//! A sentence that nobody reads to its end.

use super::check::{Applies, Check, Family, Hit, Touches, sentences, span_of};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::{Document, StatementKind};
use crate::domain::review::text::Word;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "over-long-sentence",
    severity: Severity::Hint,
    family: Family::Singularity,
    touches: Touches::Section,
    penalty: 5,
    applies: Applies::Always,
    source: "ISO/IEC/IEEE 29148:2018, 5.2.5 (singular); NASA ARM (size)",
    hint: "make two sentences of it",
    question: "",
    bad: "# P\n\n## Problem\n\nThe order that a shopper sends is read by one service and written by another The order that a shopper sends is read by one service and written by another The order that a shopper sends is read by one service and written by another The order that a shopper sends is read by one service and written by another now.\n",
    good: "# P\n\n## Problem\n\nThe order that a shopper sends is read by one service and written by another. The order that a shopper sends is read by one service and written by another. The order that a shopper sends is read by one service and written by another. The order that a shopper sends is read by one service and written by another. \n",
    run,
};

/// Words that a sentence may have.
const LONGEST: usize = 40;

fn run(document: &Document<'_>) -> Vec<Hit> {
    sentences(document)
        .filter(|(statement, words)| {
            let is_text = matches!(statement.kind, StatementKind::Prose | StatementKind::Item { .. });
            words.len() > LONGEST && is_text && !is_list(document, words)
        })
        .map(|(_, words)| Hit::new(span_of(words), format!("a sentence of {} words", words.len())))
        .collect()
}

/// True for names in a row: a comma, bracket or colon behind every third word.
fn is_list(document: &Document<'_>, words: &[Word]) -> bool {
    let marks = words.windows(2).filter(|pair| {
        let gap = document.text.get(pair[0].end..pair[1].start).unwrap_or_default();
        gap.contains([',', ';', '(', ':', '/', '+'])
    });
    marks.count() * 4 > words.len()
}
