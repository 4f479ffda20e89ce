//! An open question that nobody is to answer.

use super::check::{Applies, Check, Family, Hit, Touches, read, section_of};
use crate::domain::markdown::outline::{Block, BlockKind};
use crate::domain::model::checklist::BoxState;
use crate::domain::model::finding::Severity;
use crate::domain::review::document::{Document, Statement, StatementKind};
use crate::domain::review::lexicon::list;
use crate::domain::review::placeholder;
use crate::domain::review::text::Word;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "open-question-without-owner",
    severity: Severity::Hint,
    family: Family::Completeness,
    touches: Touches::Section,
    penalty: 10,
    applies: Applies::Always,
    source: "ISO/IEC/IEEE 29148:2018, 5.2.5 (no TBD without who closes it, and when)",
    hint: "add who answers it, and until when: `(Dana Reyes, until 2026-11-20)`",
    question: "Who answers the open questions, and until when?",
    bad: "# P\n\n## Open questions\n\n- Do guests see the archive?\n",
    good: "# P\n\n## Open questions\n\n- Do guests see the archive? (Dana Reyes, until 2026-11-20)\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    let headings = list("question-heading");
    read(document)
        .filter(|statement| {
            section_of(document, statement).is_some_and(|section| headings.is_in(&section.words))
        })
        .filter(|statement| match &statement.kind {
            StatementKind::Item { task, .. } => {
                *task != Some(BoxState::Done) && is_left_open(document, statement)
            }
            StatementKind::Row { header, cells } => row_is_left_open(header, cells),
            StatementKind::Prose | StatementKind::Code { .. } => false,
        })
        .map(|statement| Hit::new(statement.span.clone(), "nobody is named who answers this".to_owned()))
        .collect()
}

/// True for an item that ends with its question, and names neither a person nor a day.
fn is_left_open(document: &Document<'_>, statement: &Statement) -> bool {
    let source = document.source(statement);
    let ends = source.trim_end_matches(|c: char| c.is_whitespace() || "*_)".contains(c)).ends_with('?');
    let dated = |word: &Word| word.lower.len() >= 8 && word.lower.starts_with(|c: char| c.is_ascii_digit());
    ends && !source.contains(['@', '~'])
        && !list("question-owner").is_in(&statement.words)
        && !statement.words.iter().any(dated)
        && !has_person(document, statement)
        && !has_answer_below(document, statement)
}

/// Two words in a row with capitals, behind the first word: `Dana Reyes`.
fn has_person(document: &Document<'_>, statement: &Statement) -> bool {
    let is_name = |word: &Word| {
        let text = document.text.get(word.start..word.end).unwrap_or_default();
        text.starts_with(char::is_uppercase) && text.chars().skip(1).any(char::is_lowercase)
    };
    statement.prose.get(1..).unwrap_or_default().windows(2).any(|pair| is_name(&pair[0]) && is_name(&pair[1]))
}

/// True where the item holds another block: a nested item or paragraph with the answer.
fn has_answer_below(document: &Document<'_>, statement: &Statement) -> bool {
    let block = |at: usize| -> Option<&Block> { document.outline.blocks.get(at) };
    let at = document.block_of(statement);
    match (at.and_then(block), at.and_then(|at| block(at + 1))) {
        (Some(own), Some(next)) => match next.kind {
            BlockKind::ListItem { .. } => next.depth > own.depth,
            BlockKind::Paragraph
            | BlockKind::TableHeader { .. }
            | BlockKind::TableRow { .. }
            | BlockKind::Code { .. }
            | BlockKind::Quote
            | BlockKind::Html => next.depth >= own.depth && own.depth > 0,
        },
        _ => false,
    }
}

/// True for a row with a question, whose cells for an owner or an answer are empty or missing.
fn row_is_left_open(header: &[String], cells: &[String]) -> bool {
    let answers = |head: &str| {
        ["owner", "who", "assign", "answer", "decision", "resol", "status", "outcome"]
            .iter()
            .any(|word| head.contains(word))
    };
    let asks = cells.iter().any(|cell| cell.trim_end().ends_with('?') && cell.trim().len() > 1);
    let answered = header
        .iter()
        .zip(cells)
        .any(|(head, cell)| answers(head) && !placeholder::is_nothing(cell) && !cell.trim().ends_with('?'));
    asks && !answered
}

#[cfg(test)]
mod tests {
    use crate::domain::review::document::Document;
    use crate::domain::review::testing::prd;

    #[test]
    fn answers_owners_and_days_close_a_question() {
        let hits = |text: &str| {
            let text = format!("# P\n\n## Open questions\n\n{text}\n");
            let prd = prd(&text);
            (super::CHECK.run)(&Document::new(&prd, &text)).len()
        };
        for open in [
            "- Do guests see it?",
            "- **Do guests see it?**",
            "| Question | Owner |\n| --- | --- |\n| Do guests see it? | — |",
            "| # | Question |\n| --- | --- |\n| 1 | Do guests see it? |",
        ] {
            assert_eq!(hits(open), 1, "{open}");
        }
        for closed in [
            "- Do guests see it? No, they cannot sign in.",
            "- Do guests see it?\n  - No.",
            "- Do guests see it? (@dana)",
            "- Do guests see it (Mina Okafor)?",
            "- [x] Do guests see it?",
            "- ~~Do guests see it?~~",
            "- Owner Mina: do guests see it?",
            "- Until 2026-11-20: do guests see it?",
            "| Question | Owner |\n| --- | --- |\n| Do guests see it? | Mina |",
        ] {
            assert_eq!(hits(closed), 0, "{closed}");
        }
    }
}
