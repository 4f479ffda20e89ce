//! A review: the outcome of grading one text, and its JSON.

use std::borrow::Cow;

use serde::Serialize;

use super::calibration::{Read, read_answers};
use super::checks::check::{Applies, Check, Hit, Touches};
use super::checks::registry::CHECKS;
use super::dimension::homes::HOMES;
use super::document::Document;
use super::evidence::Evidence;
use super::grade::{Graded, charge, fill_dimensions, overall, points, score};
use super::questions::{Asked, Question, choose};
use super::settings::{Settings, Strictness};
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

/// A hit with its check, place and dimensions.
struct Found {
    check: &'static Check,
    severity: Severity,
    penalty: u32,
    hit: Hit,
    line: usize,
    column: usize,
    /// Indices of the dimensions it lowers.
    dimensions: Vec<usize>,
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
    let prd = document.prd;
    let judged = Judged::new(&document, settings);
    let Judged { answers, graded, found, scores, capped_by, .. } = &judged;
    let grade = judged.grade(settings);
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
        let passed = passes(grade, settings);
        choose(&document, graded, &asked, answers, &below, passed)
    } else {
        Vec::new()
    };
    let other = found.iter().filter(|found| found.dimensions.is_empty());
    let dimensions = graded.iter().enumerate();
    Review {
        schema: SCHEMA,
        id: prd.id.clone(),
        title: prd.title.clone(),
        path: prd.path.clone(),
        content_hash: content_hash_with(document.text, &prd.fields),
        grade,
        score: judged.score(settings),
        minimum_grade: settings.minimum,
        passed: passes(grade, settings),
        capped_by: capped_by.clone().filter(|_| settings.grading_enabled),
        other_findings: other.map(|found| report_finding(&document, found, 0)).collect(),
        dimensions: dimensions
            .map(|(at, dimension)| report_dimension(&document, settings, dimension, at, found))
            .collect(),
        questions,
        suppressed: judged.suppressed,
    }
}

/// What a list of reviews says of one.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The PRD.
    pub id: PrdId,
    /// Its title.
    pub title: String,
    /// As in [`Review`].
    pub grade: Option<Grade>,
    /// As in [`Review`].
    pub score: Option<Score>,
    /// True where the grade passes, or grading is off.
    pub passed: bool,
    /// How many findings there are, each counted once.
    pub findings: usize,
}

/// The verdict on a document: that of its review, without all that explains it.
#[must_use]
pub fn verdict_of(document: Document<'_>, settings: &Settings) -> Verdict {
    let mut document = document.beside(settings);
    document.quotes = false;
    let mut judged = Judged::new(&document, settings);
    let key = |found: &Found| (found.line, found.column, found.check.id);
    judged.found.dedup_by(|later, first| key(later) == key(first) && later.hit.message == first.hit.message);
    let grade = judged.grade(settings);
    Verdict {
        id: document.prd.id.clone(),
        title: document.prd.title.clone(),
        grade,
        score: judged.score(settings),
        passed: passes(grade, settings),
        findings: judged.found.len(),
    }
}

/// True where a grade is good enough, or there is none.
fn passes(grade: Option<Grade>, settings: &Settings) -> bool {
    grade.is_none_or(|grade| grade.passes(settings.minimum))
}

/// What grading a document comes to, before any of it is put into words.
struct Judged {
    answers: Vec<Read>,
    graded: Vec<Graded>,
    /// What counts, by place.
    found: Vec<Found>,
    suppressed: Vec<Suppressed>,
    /// The scores of the dimensions, in tenths of a point.
    scores: Vec<u32>,
    /// The overall score, in tenths of a point.
    total: u32,
    capped_by: Option<String>,
}

impl Judged {
    fn new(document: &Document<'_>, settings: &Settings) -> Self {
        let answers = read_answers(document.text, &document.outline);
        let graded = fill_dimensions(document, settings, &answers);
        let (found, suppressed) = find(document, settings, &graded);
        let scored = graded
            .iter()
            .enumerate()
            .map(|(at, dimension)| (dimension, score(&dimension.slots, penalties(at, &found).iter().sum())));
        let scored: Vec<(&Graded, u32)> = scored.collect();
        let (total, capped_by) = overall(&scored);
        let scores = scored.into_iter().map(|(_, score)| score).collect();
        Self { answers, graded, found, suppressed, scores, total, capped_by }
    }

    /// `None` where grading is off.
    fn score(&self, settings: &Settings) -> Option<Score> {
        settings.grading_enabled.then(|| points(self.total))
    }

    /// `None` where grading is off.
    fn grade(&self, settings: &Settings) -> Option<Grade> {
        self.score(settings).map(Score::grade)
    }
}

/// Runs all checks: what counts, by place, and what the text silences.
fn find(document: &Document<'_>, settings: &Settings, graded: &[Graded]) -> (Vec<Found>, Vec<Suppressed>) {
    let mut found: Vec<Found> = Vec::new();
    let mut suppressed = Vec::new();
    for check in CHECKS.iter().filter(|check| applies(check, settings)) {
        let Some((severity, penalty)) = weigh(check, settings.strictness) else { continue };
        for hit in (check.run)(document) {
            let (line, column) = document.place(hit.span.start);
            let ignore = document
                .ignores
                .iter()
                .find(|ignore| ignore.rule == check.id && ignore.lines.contains(&line));
            if let Some(ignore) = ignore {
                suppressed.push(Suppressed { rule: check.id, line, reason: ignore.reason.clone() });
                continue;
            }
            let dimensions = dimensions_of(document, check, &hit, graded);
            if hit.dimension.is_some() && dimensions.is_empty() {
                continue; // about a dimension that nobody asked for
            }
            found.push(Found { check, severity, penalty, hit, line, column, dimensions });
        }
    }
    found.sort_by(|a, b| {
        (a.line, a.column, a.check.id)
            .cmp(&(b.line, b.column, b.check.id))
            .then_with(|| a.hit.message.cmp(&b.hit.message))
    });
    suppressed.sort_by(|a, b| (a.line, a.rule).cmp(&(b.line, b.rule)));
    (found, suppressed)
}

const fn applies(check: &Check, settings: &Settings) -> bool {
    match check.applies {
        Applies::Always => true,
        Applies::ContractRequired => settings.require_api_contract,
        Applies::DecisionRequired => {
            settings.require_architecture_decision && !settings.has_decision_elsewhere
        }
    }
}

/// Severity and penalty under a strictness; `None` where the check's findings are dropped.
const fn weigh(check: &Check, strictness: Strictness) -> Option<(Severity, u32)> {
    match (check.severity, strictness) {
        (Severity::Hint, Strictness::Lenient) => None,
        (Severity::Hint, Strictness::Strict) => Some((Severity::Warning, check.penalty * 2)),
        (severity, _) => Some((severity, check.penalty)),
    }
}

/// Indices of the configured dimensions that a hit lowers.
fn dimensions_of(document: &Document<'_>, check: &Check, hit: &Hit, graded: &[Graded]) -> Vec<usize> {
    let named = |ids: &[&str]| -> Vec<usize> {
        let of = |dimension: &Graded| ids.contains(&dimension.resolved.id());
        graded.iter().enumerate().filter(|(_, dimension)| of(dimension)).map(|(at, _)| at).collect()
    };
    if let Some(dimension) = hit.dimension {
        return named(&[dimension]);
    }
    match check.touches {
        Touches::Dimensions(ids) => named(ids),
        Touches::Section => {
            let heading =
                document.outline.headings.iter().rposition(|heading| heading.span.start <= hit.span.start);
            let topics = heading.and_then(|at| document.sections.get(at)).map(|section| &section.topics);
            let ids: Vec<&str> = HOMES
                .iter()
                .filter(|(_, homes)| {
                    topics.is_some_and(|topics| homes.iter().any(|topic| topics.contains(topic)))
                })
                .map(|(id, _)| *id)
                .collect();
            let own = named(&ids);
            if own.is_empty() { named(&["scope"]) } else { own }
        }
    }
}

/// What each finding of a dimension takes, in tenths, in the order of the findings.
fn penalties(at: usize, found: &[Found]) -> Vec<u32> {
    let own: Vec<(&Check, u32)> = found
        .iter()
        .filter(|found| found.dimensions.contains(&at))
        .map(|found| (found.check, found.penalty))
        .collect();
    charge(&own)
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
