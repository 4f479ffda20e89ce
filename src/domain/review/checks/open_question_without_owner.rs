//! An open question that nobody is to answer.

use super::check::{Applies, Check, Family, Hit, Touches, section_of};
use crate::domain::markdown::outline::{Block, BlockKind};
use crate::domain::model::checklist::BoxState;
use crate::domain::model::finding::Severity;
use crate::domain::review::document::{Document, Statement, StatementKind};
use crate::domain::review::lexicon::list;
use crate::domain::review::placeholder;
use crate::domain::review::text::Word;
use crate::domain::review::topic::Topic;

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
    let mut hits = Vec::new();
    for (at, statement) in document.statements.iter().enumerate() {
        if statement.is_code() || statement.has_blank && !leaves_open(statement) {
            continue;
        }
        let among_questions =
            section_of(document, statement).is_some_and(|section| headings.is_in(&section.words));
        let is_open = match &statement.kind {
            StatementKind::Item { task, .. } if among_questions => {
                *task != Some(BoxState::Done) && is_left_open(document, statement)
            }
            StatementKind::Row { header, cells } if among_questions => row_is_left_open(header, cells),
            StatementKind::Prose | StatementKind::Item { .. } if !among_questions => {
                is_asked_in_passing(document, at)
            }
            StatementKind::Prose
            | StatementKind::Item { .. }
            | StatementKind::Row { .. }
            | StatementKind::Code { .. } => false,
        };
        if is_open {
            hits.push(Hit::new(statement.span.clone(), "nobody is named who answers this".to_owned()));
        }
    }
    hits
}

/// True for a statement that says of itself that something is to be decided.
fn leaves_open(statement: &Statement) -> bool {
    list("question-open").is_in(&statement.prose)
}

/// True for a question, or words that leave something open, where nobody and nothing behind it answers.
fn is_asked_in_passing(document: &Document<'_>, at: usize) -> bool {
    const ELSEWHERE: [Topic; 4] = [Topic::Calibration, Topic::Risks, Topic::Alternatives, Topic::Other];
    let Some(statement) = document.statements.get(at) else { return false };
    let next = document.statements.get(at + 1);
    let before = at.checked_sub(1).and_then(|at| document.statements.get(at));
    if ELSEWHERE.iter().any(|topic| statement.is_about(*topic)) {
        return false;
    }
    let source = document.source(statement);
    let bold = source.starts_with("**") || source.starts_with('_') || source.starts_with('*');
    let asks = statement.prose.len() >= 4 && !bold && is_left_open(document, statement);
    // What follows in the same section may be the answer, unless it is a question too.
    let answered = next.is_some_and(|next| {
        next.heading == statement.heading && !document.source(next).trim_end().ends_with('?')
    });
    // Questions in the run of a story are asked of nobody.
    let block = document.block_of(statement);
    let alone = [before, next].into_iter().flatten().all(|other| document.block_of(other) != block);
    asks && alone && !answered || leaves_open(statement) && !is_owned(document, statement)
}

/// True for an item that ends with its question, and names neither a person nor a day.
fn is_left_open(document: &Document<'_>, statement: &Statement) -> bool {
    let source = document.source(statement);
    let ends = source.trim_end_matches(|c: char| c.is_whitespace() || "*_)".contains(c)).ends_with('?');
    ends && !source.contains(['@', '~'])
        && !is_owned(document, statement)
        && !has_answer_below(document, statement)
}

/// True where somebody is named who answers, or a day until when.
fn is_owned(document: &Document<'_>, statement: &Statement) -> bool {
    let dated = |word: &Word| word.lower.len() >= 8 && word.lower.starts_with(|c: char| c.is_ascii_digit());
    let owners = list("question-owner");
    let names = owners.all_in(&statement.words).any(|range| {
        // "Still to be decided" names nobody.
        !range.clone().any(|at| {
            at > 0
                && statement
                    .words
                    .get(at - 1)
                    .is_some_and(|word| matches!(word.lower.as_str(), "be" | "not" | "been" | "yet"))
        })
    });
    names || statement.words.iter().any(dated) || has_person(document, statement)
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
