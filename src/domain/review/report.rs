//! A review: the outcome of grading one text, and its JSON.

use std::borrow::Cow;

use serde::Serialize;

use super::document::Document;
use super::evidence::Evidence;
use super::grade::{Graded, points, score};
use super::judging::{Case, Found, judge, judged, penalties};
use super::questions::{Asked, Question, choose};
use super::settings::Settings;
use super::text::excerpt;
use crate::domain::markdown::read::content_hash_with;
use crate::domain::model::finding::Severity;
use crate::domain::model::grade::{Grade, Score};
use crate::domain::model::id::PrdId;
use crate::domain::model::path::RepoPath;
use crate::domain::model::prd::Prd;

/// The version of the form of [`Review`].
pub const SCHEMA: u32 = 1;

/// A review of one text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Review {
    /// The version of this form: 1.
    pub schema: u32,
    /// The PRD.
    pub id: PrdId,
    /// Its title.
    pub title: String,
    /// Its file.
    pub path: RepoPath,
    /// The hash of the text that was graded.
    pub content_hash: String,
    /// The overall grade; `null` where grading is off.
    pub grade: Option<Grade>,
    /// The overall score, 0 to 100; `null` where grading is off.
    pub score: Option<Score>,
    /// The least grade that passes.
    pub minimum_grade: Grade,
    /// True where the grade passes, or grading is off.
    pub passed: bool,
    /// The dimension that holds the overall grade down; `null` where none does.
    pub capped_by: Option<String>,
    /// The dimensions, in the settings' order.
    pub dimensions: Vec<DimensionReport>,
    /// Findings that belong to none of the dimensions.
    pub other_findings: Vec<ReviewFinding>,
    /// Calibration questions: answered ones, then open ones.
    pub questions: Vec<Question>,
    /// Findings that the text silences.
    pub suppressed: Vec<Suppressed>,
}

/// One dimension of a review.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DimensionReport {
    /// The name, as the settings have it.
    pub name: String,
    /// The built-in dimension that it is graded as, or `custom`: by its own section.
    pub resolved_as: &'static str,
    /// Its weight among the dimensions.
    pub weight: u32,
    /// Its score, 0 to 100; `null` where grading is off.
    pub score: Option<Score>,
    /// Its grade; `null` where grading is off.
    pub grade: Option<Grade>,
    /// What its reader must find, and where it was found.
    pub slots: Vec<SlotReport>,
    /// What lowers it.
    pub findings: Vec<ReviewFinding>,
}

/// One slot of a dimension.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SlotReport {
    /// `dimension/slot`.
    pub id: Cow<'static, str>,
    /// Its weight in the dimension; 0 where the text says, with a reason, that it does not apply.
    pub weight: u32,
    /// How far it is filled, 0 to 1.
    pub fill: f64,
    /// What fills it.
    pub evidence: Vec<Evidence>,
}

/// A finding with the points that it takes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReviewFinding {
    /// The rule.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The text it is about, at most 100 characters; empty for what is missing.
    pub excerpt: String,
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// The way out.
    pub hint: &'static str,
    /// Points taken from the dimension; 0 beyond what one rule may take.
    pub penalty: f64,
}

/// A finding that a comment in the text silences.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suppressed {
    /// The rule.
    pub rule: &'static str,
    /// Line, from 1.
    pub line: usize,
    /// Why; empty where nothing was written.
    pub reason: String,
}

impl Review {
    /// All findings, each once, by line, column and rule.
    #[must_use]
    pub fn findings(&self) -> Vec<&ReviewFinding> {
        let own = self.dimensions.iter().flat_map(|dimension| &dimension.findings);
        let mut all: Vec<&ReviewFinding> = own.chain(&self.other_findings).collect();
        let key = |finding: &ReviewFinding| (finding.line, finding.column, finding.rule);
        all.sort_by(|a, b| key(a).cmp(&key(b)).then_with(|| a.message.cmp(&b.message)));
        all.dedup_by(|later, first| key(later) == key(first) && later.message == first.message);
        all
    }

    /// Critical questions without an answer: they keep a PRD from being approved.
    pub fn open_critical(&self) -> impl Iterator<Item = &Question> {
        self.questions.iter().filter(|question| question.critical && question.answer.is_none())
    }
}

/// Reviews a text of which nothing is known from outside. The same text and settings always give the same review.
#[must_use]
pub fn review(prd: &Prd, text: &str, settings: &Settings) -> Review {
    review_of(Document::new(prd, text), settings)
}

/// Reviews a document.
#[must_use]
pub fn review_of(document: Document<'_>, settings: &Settings) -> Review {
    let document = document.beside(settings);
    let mut case = [Case::new(&document, settings)];
    judge(&mut case);
    let [case] = case;
    told(case)
}

/// Reviews some documents, side by side.
#[must_use]
pub fn reviews_of(read: Vec<(Document<'_>, Settings)>) -> Vec<Review> {
    let beside = read.into_iter().map(|(document, settings)| (document.beside(&settings), settings));
    let read: Vec<(Document<'_>, Settings)> = beside.collect();
    judged(&read).into_iter().map(told).collect()
}

/// Puts into words what a document comes to.
fn told(case: Case<'_>) -> Review {
    let Case { document, settings, answers, graded, found, scores, .. } = &case;
    let below: Vec<&str> = graded
        .iter()
        .zip(scores)
        .filter(|(_, score)| !points(**score).grade().passes(settings.minimum))
        .map(|(dimension, _)| dimension.name.as_str())
        .collect();
    let asked: Vec<Asked<'_>> = found
        .iter()
        .map(|found| {
            let dimension = found.dimensions.first().and_then(|at| graded.get(*at));
            (found.check, found.line, dimension.map(|dimension| dimension.name.clone()))
        })
        .collect();
    let questions = if settings.calibration_questions {
        choose(document, graded, &asked, answers, &below, case.passes())
    } else {
        Vec::new()
    };
    let other = found.iter().filter(|found| found.dimensions.is_empty());
    let dimensions = graded.iter().enumerate();
    let prd = document.prd;
    Review {
        schema: SCHEMA,
        id: prd.id.clone(),
        title: prd.title.clone(),
        path: prd.path.clone(),
        content_hash: content_hash_with(document.text, &prd.fields),
        grade: case.grade(),
        score: case.score(),
        minimum_grade: settings.minimum,
        passed: case.passes(),
        other_findings: other.map(|found| report_finding(document, found, 0)).collect(),
        dimensions: dimensions
            .map(|(at, dimension)| report_dimension(document, settings, dimension, at, found))
            .collect(),
        questions,
        capped_by: case.capped_by.clone().filter(|_| settings.grading_enabled),
        suppressed: case
            .suppressed
            .into_iter()
            .map(|(rule, line, reason)| Suppressed { rule, line, reason })
            .collect(),
    }
}

fn report_dimension(
    document: &Document<'_>,
    settings: &Settings,
    dimension: &Graded,
    at: usize,
    found: &[Found],
) -> DimensionReport {
    let charged = penalties(at, found);
    let total = points(score(&dimension.slots, charged.iter().sum()));
    let own = found.iter().filter(|found| found.dimensions.contains(&at));
    DimensionReport {
        name: dimension.name.clone(),
        resolved_as: dimension.resolved.id(),
        weight: dimension.weight,
        score: settings.grading_enabled.then_some(total),
        grade: settings.grading_enabled.then(|| total.grade()),
        slots: dimension
            .slots
            .iter()
            .map(|slot| SlotReport {
                id: slot.id.clone(),
                weight: slot.weight,
                fill: f64::from(slot.fill.degree) / 1000.0,
                evidence: slot.fill.evidence.clone(),
            })
            .collect(),
        findings: own.zip(charged).map(|(found, tenths)| report_finding(document, found, tenths)).collect(),
    }
}

fn report_finding(document: &Document<'_>, found: &Found, tenths: u32) -> ReviewFinding {
    ReviewFinding {
        rule: found.check.id,
        severity: found.severity,
        line: found.line,
        column: found.column,
        excerpt: if document.quotes {
            excerpt(document.text.get(found.hit.span.clone()).unwrap_or_default())
        } else {
            String::new()
        },
        message: found.hit.message.clone(),
        hint: found.check.hint,
        penalty: f64::from(tenths) / 10.0,
    }
}

#[cfg(test)]
#[path = "report_tests.rs"]
mod tests;
