//! What a list of reviews says of each.

use super::document::Document;
use super::judging::{Case, Found, judged};
use super::settings::Settings;
use crate::domain::model::grade::{Grade, Score};
use crate::domain::model::id::PrdId;

/// What a list of reviews says of one.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The PRD.
    pub id: PrdId,
    /// Its title.
    pub title: String,
    /// As in [`Review`](super::report::Review).
    pub grade: Option<Grade>,
    /// As in [`Review`](super::report::Review).
    pub score: Option<Score>,
    /// True where the grade passes, or grading is off.
    pub passed: bool,
    /// How many findings there are, each counted once.
    pub findings: usize,
}

/// The verdicts on some documents: those of their reviews, without all that explains these. They are graded side by side.
#[must_use]
pub fn verdicts_of(read: Vec<(Document<'_>, Settings)>) -> Vec<Verdict> {
    let beside = read.into_iter().map(|(document, settings)| {
        let mut document = document.beside(&settings);
        document.quotes = false;
        (document, settings)
    });
    let read: Vec<(Document<'_>, Settings)> = beside.collect();
    judged(&read).into_iter().map(verdict_of).collect()
}

fn verdict_of(mut case: Case<'_>) -> Verdict {
    let key = |found: &Found| (found.line, found.column, found.check.id);
    case.found.dedup_by(|later, first| key(later) == key(first) && later.hit.message == first.hit.message);
    Verdict {
        id: case.document.prd.id.clone(),
        title: case.document.prd.title.clone(),
        grade: case.grade(),
        score: case.score(),
        passed: case.passes(),
        findings: case.found.len(),
    }
}
