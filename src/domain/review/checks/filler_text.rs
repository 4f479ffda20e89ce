//! Words that are no language, and sentences said again and again.

use std::collections::HashSet;

use super::check::{Applies, Check, Family, Hit, Touches};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::Document;
use crate::domain::review::language::Reading;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "filler-text",
    severity: Severity::Error,
    family: Family::Completeness,
    touches: Touches::Section,
    penalty: 50,
    applies: Applies::Always,
    source: "written for this project: text without sentence structure is no evidence",
    hint: "write sentences that say what is so",
    question: "",
    bad: "# P\n\n## Risks\n\nBanana river quickly mountain table purple engine window garden stone cloud paper.\n",
    good: "# P\n\n## Risks\n\nThe table of the engine falls into the river when nobody looks at the window.\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    let filler = document.statements.iter().filter(|statement| statement.reading == Reading::Filler);
    let message = "these words make no sentence";
    let mut hits: Vec<Hit> =
        filler.map(|statement| Hit::new(statement.span.clone(), message.to_owned())).collect();
    let mut said: HashSet<&str> = HashSet::new();
    for statement in document.statements.iter().filter(|statement| statement.copies > 2) {
        // Two questions may have one answer.
        if statement.answers.is_some() {
            continue;
        }
        let source = document.source(statement);
        if statement.words.len() >= 6 && said.insert(source) {
            let message = format!("this is said {} times", statement.copies);
            hits.push(Hit::new(statement.span.clone(), message));
        }
    }
    hits
}
