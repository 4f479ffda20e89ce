//! An open question that nobody is to answer.

use super::check::{Applies, Check, Family, Hit, Touches, without_label};
use crate::domain::markdown::outline::{Block, BlockKind};
use crate::domain::model::checklist::BoxState;
use crate::domain::model::finding::Severity;
use crate::domain::review::document::{Document, Statement, StatementKind};
use crate::domain::review::lexicon::list;
use crate::domain::review::placeholder;
use crate::domain::review::topic::Topic;
use crate::domain::review::word::Word;

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
    let headings = list!("question-heading");
    let asked = |statement: &Statement| {
        document.section_of(statement).is_some_and(|section| headings.is_in(&section.words))
    };
    let message = || "nobody is named who answers this".to_owned();
    let mut hits = Vec::new();
    for (at, statement) in document.statements.iter().enumerate() {
        let silent = [Topic::Calibration, Topic::Criteria, Topic::Other]
            .iter()
            .any(|topic| statement.is_about(*topic));
        // "To be decided" is a blank, and a question that is open.
        let is_blank = statement.has_blank && !leaves_open(document, statement);
        if statement.is_code || is_blank || silent || statement.answers.is_some() {
            continue;
        }
        let is_open = match &statement.kind {
            StatementKind::Item { task, .. } => {
                *task != Some(BoxState::Done)
                    && (ends_with_question(document, statement) || leaves_open(document, statement))
                    && !is_answered(document, statement)
            }
            StatementKind::Prose => {
                let next = document.statements.get(at + 1);
                let goes_on =
                    next.is_some_and(|next| document.block_of(next) == document.block_of(statement));
                let before = at.checked_sub(1).and_then(|before| document.statements.get(before));
                let alone =
                    before.is_none_or(|before| document.block_of(before) != document.block_of(statement));
                // What is wrong today may be told as a question that nobody is to answer.
                let is_rhetorical = statement.is_about(Topic::Problem) && !alone;
                let is_question = ends_with_question(document, statement) && !goes_on && !is_rhetorical;
                (is_question || leaves_open(document, statement))
                    && !next.is_some_and(|next| goes_on && names_who(document, next))
                    && !is_answered(document, statement)
            }
            StatementKind::Row { header, cells } => asked(statement) && row_is_left_open(header, cells),
            StatementKind::Code { .. } => false,
        };
        if is_open {
            hits.push(Hit::new(statement.span.clone(), message()));
        }
    }
    hits
}

/// True for a statement that ends with a question of its own: nothing quoted, no heading of an answer.
fn ends_with_question(document: &Document<'_>, statement: &Statement) -> bool {
    let source = document.source(statement);
    let end = source.trim_end_matches(|c: char| c.is_whitespace() || "*_)".contains(c));
    if !end.ends_with('?') {
        return false;
    }
    let bold = source.trim_start().starts_with("**") && source.trim_end().ends_with("**");
    let label = bold && matches!(statement.kind, StatementKind::Prose);
    let last = statement.sentences.last().and_then(|range| statement.prose().get(range.clone()));
    let asks = last.is_some_and(|words| {
        list!("asking").is_in(without_label(document, words).get(..1).unwrap_or_default())
    });
    let expected =
        document.section_of(statement).is_some_and(|section| list!("question-heading").is_in(&section.words));
    statement.prose().len() > 2 && !label && (asks || expected)
}

/// True for a sentence that says that something is left open: "it is still to be decided whether …".
fn leaves_open(document: &Document<'_>, statement: &Statement) -> bool {
    let words = statement.prose();
    let asks = |word: &Word| {
        matches!(word.lower.as_str(), "which" | "whether" | "who" | "what" | "how" | "when" | "where")
    };
    let last = words.len().checked_sub(2).and_then(|at| words.get(at..));
    let is_open = last
        .is_some_and(|last| last[0].lower == "is" && matches!(last[1].lower.as_str(), "open" | "unclear"));
    let told = words.first().is_some_and(asks) && is_open;
    told || statement.says(list!("left-open")) && !document.source(statement).trim_end().ends_with(':')
}

/// True where a question names who answers it or by when, or is answered below.
fn is_answered(document: &Document<'_>, statement: &Statement) -> bool {
    document.source(statement).contains('~')
        || names_who(document, statement)
        || statement.is_item() && has_answer_below(document, statement)
}

/// True where a statement names a person or a day.
fn names_who(document: &Document<'_>, statement: &Statement) -> bool {
    let dated = |word: &Word| {
        let year = word.lower.len() == 4 && word.lower.starts_with("20") && word.lower.parse::<u16>().is_ok();
        year || word.lower.len() >= 8 && word.lower.starts_with(|c: char| c.is_ascii_digit())
    };
    document.source(statement).contains('@')
        || list!("question-owner").is_in(&statement.words)
        || statement.words.iter().any(dated)
        || has_person(document, statement)
        || has_name_in_brackets(document.source(statement))
}

/// One name in brackets: `(Mina)`, `(Mina, until May)`.
fn has_name_in_brackets(source: &str) -> bool {
    source.split('(').skip(1).filter_map(|rest| rest.split([')', ',', ';']).next()).any(|inside| {
        inside.starts_with(char::is_uppercase)
            && inside.chars().all(char::is_alphabetic)
            && inside.len() > 2
            && inside.chars().any(char::is_lowercase)
    })
}

/// Two words in a row with capitals, behind the first word: `Dana Reyes`.
fn has_person(document: &Document<'_>, statement: &Statement) -> bool {
    let is_name = |word: &Word| {
        let text = document.written(word);
        text.starts_with(char::is_uppercase) && text.chars().skip(1).any(char::is_lowercase)
    };
    statement
        .prose()
        .get(1..)
        .unwrap_or_default()
        .windows(2)
        .any(|pair| is_name(&pair[0]) && is_name(&pair[1]))
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
    use crate::domain::review::testing::count_of;

    #[test]
    fn answers_owners_and_days_close_a_question() {
        let hits = |text: &str| {
            let text = format!("# P\n\n## Open questions\n\n{text}\n");
            count_of(&super::CHECK, &text)
        };
        for open in [
            "- Do guests see it?",
            "- **Do guests see it?**",
            "| Question | Owner |\n| --- | --- |\n| Do guests see it? | — |",
            "| # | Question |\n| --- | --- |\n| 1 | Do guests see it? |",
            "Do guests see it?",
            "It is still to be decided whether guests see it.",
            "Which team answers for the archive is open.",
        ] {
            assert_eq!(hits(open), 1, "{open}");
        }
        for closed in [
            "- Do guests see it? No, they cannot sign in.",
            "- Do guests see it?\n  - No.",
            "- Do guests see it? (@dana)",
            "- Do guests see it (Mina Okafor)?",
            "- [x] Do guests see it?",
            "Do guests see it? No, they cannot sign in.",
            "Do guests see it? Owner: Mina, answer by 12 March.",
            "**Do guests see it?**\n\nNo.",
            "It is still to be decided whether guests see it (Mina Okafor).",
            "The page asks \"Are you sure?\"",
            "The shop is open.",
            "- ~~Do guests see it?~~",
            "- Owner Mina: do guests see it?",
            "- Do guests see it? (Mina)",
            "- Until 2026-11-20: do guests see it?",
            "| Question | Owner |\n| --- | --- |\n| Do guests see it? | Mina |",
        ] {
            assert_eq!(hits(closed), 0, "{closed}");
        }
    }
}
