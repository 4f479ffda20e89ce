//! A title that the text says nothing about.

use super::check::{Applies, Check, Family, Hit, Touches};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::Document;
use crate::domain::review::document::{Statement, content_of};
use crate::domain::review::meaning::stem;
use crate::domain::review::word::words;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "title-unrelated",
    severity: Severity::Warning,
    family: Family::Consistency,
    touches: Touches::Dimensions(&["scope"]),
    penalty: 80,
    applies: Applies::Always,
    source: "written for this project: a text pasted under another title",
    hint: "make the title say what the text is about",
    question: "Is this the right text for this title?",
    bad: "# Invoice archive\n\n## Problem\n\nCouriers lose their way in the old town. They call the office three times a day. Nobody knows the routes. A map would show them where to go.\n",
    good: "# Courier maps\n\n## Problem\n\nCouriers lose their way in the old town. They call the office three times a day. Nobody knows the routes. A map would show them where to go.\n",
    run,
};

/// Statements below which a text is too short to be about anything.
const FEWEST: usize = 4;

fn run(document: &Document<'_>) -> Vec<Hit> {
    let title = words(&document.prd.title);
    let stems: Vec<&str> = content_of(&title).collect();
    let read: Vec<&Statement> =
        document.statements.iter().filter(|statement| statement.quality > 0).collect();
    let related = |statement: &&Statement| {
        statement.words.iter().any(|word| {
            let parts = word.lower.contains(['-', '_', '/']).then(|| word.lower.split(['-', '_', '/']));
            stems.contains(&word.stem.as_str())
                || parts.is_some_and(|mut parts| parts.any(|part| stems.contains(&stem(part).as_str())))
        })
    };
    if stems.is_empty() || read.len() < FEWEST || read.iter().any(related) {
        return Vec::new();
    }
    vec![Hit::of_document(document, "the text never speaks of what the title names")]
}
