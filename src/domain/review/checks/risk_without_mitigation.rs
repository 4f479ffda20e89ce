//! A risk that nothing is done against: an empty cell of a table, or an item that only says what may happen.

use super::check::{Applies, Check, Family, Hit, Touches};
use crate::domain::markdown::outline::BlockKind;
use crate::domain::model::finding::Severity;
use crate::domain::review::document::Document;
use crate::domain::review::document::{Statement, StatementKind};
use crate::domain::review::lexicon::list;
use crate::domain::review::placeholder::is_nothing;
use crate::domain::review::topic::Topic;
use crate::domain::review::word::{Word, words};

/// The check.
pub(super) const CHECK: Check = Check {
    id: "risk-without-mitigation",
    severity: Severity::Warning,
    family: Family::Consistency,
    touches: Touches::Dimensions(&["risk"]),
    penalty: 20,
    applies: Applies::Always,
    source: "ISO/IEC/IEEE 29148:2018; IEEE 1540 risk treatment",
    hint: "say what is done against it, and who does it",
    question: "What is done against this risk?",
    bad: "# P\n\n## Risks\n\n| Risk | Likelihood | Mitigation |\n| --- | --- | --- |\n| The provider is down for an hour | low | |\n",
    good: "# P\n\n## Risks\n\n| Risk | Likelihood | Mitigation |\n| --- | --- | --- |\n| The provider is down for an hour | low | A second provider takes over |\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    let answered_elsewhere = says_mitigation(document);
    for risk in document.about(Topic::Risks).filter(|risk| !risk.has_blank && risk.answers.is_none()) {
        let (header, cells) = match &risk.kind {
            StatementKind::Row { header, cells } => (header, cells),
            StatementKind::Item { .. } => {
                if !answered_elsewhere && is_bare(document, risk) {
                    hits.push(Hit::new(risk.span.clone(), "nothing is done against this risk".to_owned()));
                }
                continue;
            }
            StatementKind::Prose | StatementKind::Code { .. } => continue,
        };
        let answers = ["mitigation", "response", "action", "countermeasure", "treatment", "what we do"];
        let column = header.iter().position(|cell| answers.iter().any(|answer| cell.contains(answer)));
        let Some(column) = column else { continue };
        if cells.get(column).is_none_or(|cell| is_nothing(cell)) {
            hits.push(Hit::new(risk.span.clone(), "nothing is done against this risk".to_owned()));
        }
    }
    hits
}

/// True where a heading, a label or an item of the text is about mitigation: then risks may be answered there.
fn says_mitigation(document: &Document<'_>) -> bool {
    let mentions = |words: &[Word]| list!("mitigation-heading").is_in(words);
    document.sections.iter().any(|section| mentions(&section.words))
        || document
            .about(Topic::Risks)
            .any(|risk| !matches!(risk.kind, StatementKind::Row { .. }) && mentions(&risk.words))
        || document.outline.blocks.iter().any(|block| {
            block.kind == BlockKind::Paragraph
                && block.text.trim_end().ends_with(':')
                && mentions(&words(&block.text))
        })
}

/// True for an item that says what may happen and no more: one clause, and nothing below it.
fn is_bare(document: &Document<'_>, risk: &Statement) -> bool {
    let source = document.source(risk);
    let body = source.trim_end_matches(|c: char| c.is_whitespace() || ".!*_".contains(c));
    let answers = list!("risk-answer").is_in(&risk.words);
    let second = body.contains([':', ';', '→', '—', '–', '(']) || body.contains(" - ") || body.contains("->");
    let at = document.block_of(risk);
    let block = |at: usize| document.outline.blocks.get(at);
    let below = at
        .and_then(block)
        .zip(at.and_then(|at| block(at + 1)))
        .is_some_and(|(own, next)| next.depth > own.depth);
    let inside = at.and_then(block).is_some_and(|own| own.depth > 1);
    let in_rollback = document.section_of(risk).is_some_and(|section| {
        section.own.iter().any(|topic| {
            matches!(
                topic,
                Topic::Rollback | Topic::Alternatives | Topic::Dependencies | Topic::Hard | Topic::Security
            )
        })
    });
    risk.sentences.len() == 1
        && (4..40).contains(&risk.words.len())
        && !answers
        && !second
        && !below
        && !inside
        && !in_rollback
}
