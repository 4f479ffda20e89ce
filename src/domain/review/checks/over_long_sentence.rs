//! A sentence that nobody reads to its end.

use super::check::{Applies, Check, Family, Hit, Touches, sentences, span_of};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::{Document, StatementKind};
use crate::domain::review::word::Word;

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
        .map(|(_, words)| (words, words.len() - in_brackets(document, words)))
        .filter(|(_, count)| *count > LONGEST)
        .map(|(words, count)| Hit::new(span_of(words), format!("a sentence of {count} words")))
        .collect()
}

/// How many words stand in round brackets: a reader may skip these.
fn in_brackets(document: &Document<'_>, words: &[Word]) -> usize {
    let mut depth = 0_usize;
    let enclosed = words.windows(2).filter(|pair| {
        for c in document.between(&pair[0], &pair[1]).chars() {
            match c {
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        depth > 0
    });
    enclosed.count()
}

/// True for names in a row: a comma, bracket or colon behind every third word.
fn is_list(document: &Document<'_>, words: &[Word]) -> bool {
    let marks = words.windows(2).filter(|pair| {
        let gap = document.between(&pair[0], &pair[1]);
        gap.contains([',', ';', '(', ':', '/', '+'])
    });
    marks.count() * 4 > words.len()
}

#[cfg(test)]
mod tests {
    use crate::domain::review::document::Document;
    use crate::domain::review::testing::prd;

    #[test]
    fn words_in_brackets_are_not_counted() {
        let hits = |aside: &str| {
            let long =
                "and the clerk who opens the shop in the morning writes it into the book that lies there "
                    .repeat(2);
            let text = format!("# P\n\n## Problem\n\nThe baker counts bread {aside} {long}.\n");
            let prd = prd(&text);
            (super::CHECK.run)(&Document::new(&prd, &text))
                .into_iter()
                .map(|hit| hit.message)
                .collect::<Vec<_>>()
        };
        assert!(hits("(that is brown, not white)").is_empty());
        assert_eq!(hits("that is brown (not white) and old"), ["a sentence of 45 words"]);
    }
}
