//! A sentence that nobody reads to its end.

use super::check::{Applies, Check, Family, Hit, Touches, sentences, span_of};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::Document;

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
const LONGEST: usize = 50;

fn run(document: &Document<'_>) -> Vec<Hit> {
    sentences(document)
        .filter(|(statement, words)| {
            words.len() > LONGEST
                && matches!(statement.kind, crate::domain::review::document::StatementKind::Prose)
        })
        .map(|(_, words)| Hit::new(span_of(words), format!("a sentence of {} words", words.len())))
        .collect()
}
