//! The opinion of another program (`reviewer_command`): what it is told, what it may answer, and how far it moves grades.
//!
//! Nothing of it can spoil a review: an answer that does not read is a problem that the report names, and the
//! deterministic review stands. A score moves a dimension by at most one band.

use serde::{Deserialize, Serialize};

use super::record::ReviewRecord;
use super::report::{DimensionReport, Review};
use crate::domain::model::finding::Severity;
use crate::domain::model::grade::{Grade, Letter, Score};

/// The version of both documents.
pub const SCHEMA: u32 = 1;
/// The most findings that are shown.
const MOST_FINDINGS: usize = 100;
/// The most characters of a text.
const LONGEST: usize = 2000;

/// What the program reads on its standard input.
#[derive(Debug, Clone, Serialize)]
pub struct Request<'a> {
    /// The version of this document: 1.
    pub schema: u32,
    /// What is wanted: `review`.
    pub task: &'static str,
    /// The text of the PRD.
    pub text: &'a str,
    /// The deterministic review, as `prd review --format json` prints it.
    pub review: &'a Review,
}

/// What the program writes to its standard output.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The version of this document: 1, or absent.
    #[serde(default)]
    pub schema: Option<u32>,
    /// One or two sentences about the whole.
    #[serde(default)]
    pub summary: Option<String>,
    /// Scores.
    #[serde(default)]
    pub dimensions: Vec<DimensionAnswer>,
    /// Findings.
    #[serde(default)]
    pub findings: Vec<FindingAnswer>,
}

/// The program's score of a dimension.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DimensionAnswer {
    /// The dimension's name, as in the request.
    pub name: String,
    /// 0 to 100.
    pub score: f64,
    /// Why.
    #[serde(default)]
    pub reason: Option<String>,
}

/// A finding of the program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FindingAnswer {
    /// Line of the text, from 1.
    #[serde(default)]
    pub line: Option<usize>,
    /// How bad it is; a warning where it does not say.
    #[serde(default = "warning")]
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// The way out.
    #[serde(default)]
    pub hint: Option<String>,
    /// The dimension that it concerns.
    #[serde(default)]
    pub dimension: Option<String>,
}

const fn warning() -> Severity {
    Severity::Warning
}

/// The opinion as it is shown, apart from the deterministic review.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Opinion {
    /// The command.
    pub command: String,
    /// True where it was asked about this text before, and its answer was kept.
    pub cached: bool,
    /// Why it counts for nothing; `null` where it counts.
    pub problem: Option<String>,
    /// What of the answer was left out, and why.
    pub left_out: Vec<String>,
    /// What it says of the whole.
    pub summary: Option<String>,
    /// The overall grade with the moved dimensions; `null` where nothing is graded or nothing counts.
    pub grade: Option<Grade>,
    /// The overall score with the moved dimensions.
    pub score: Option<Score>,
    /// True where the review passes with the moved dimensions.
    pub passed: bool,
    /// The dimensions that it scored.
    pub dimensions: Vec<Moved>,
    /// Its findings.
    pub findings: Vec<FindingAnswer>,
}

/// A dimension that the program scored.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Moved {
    /// The dimension.
    pub name: String,
    /// The deterministic score.
    pub deterministic: Score,
    /// The program's.
    pub opinion: Score,
    /// What counts: the program's, but at most one band away.
    pub score: Score,
    /// Its grade.
    pub grade: Grade,
    /// Why.
    pub reason: Option<String>,
}

impl Opinion {
    /// An opinion that counts for nothing.
    #[must_use]
    pub fn none(command: &str, review: &Review, problem: impl Into<String>) -> Self {
        Self {
            command: command.to_owned(),
            cached: false,
            problem: Some(problem.into()),
            left_out: Vec::new(),
            summary: None,
            grade: None,
            score: None,
            passed: review.passed,
            dimensions: Vec::new(),
            findings: Vec::new(),
        }
    }

    /// The record of a review with this opinion: the moved grade is what passes, the deterministic one is kept.
    #[must_use]
    pub fn recorded(&self, mut record: ReviewRecord) -> ReviewRecord {
        if let (Some(grade), Some(score)) = (self.grade, self.score) {
            record.deterministic_grade = record.grade;
            record.deterministic_score = record.score;
            record.grade = Some(grade);
            record.score = Some(score.points());
        }
        record
    }
}

/// Reads an answer.
///
/// # Errors
/// Why it does not read, in words.
pub fn read_answer(bytes: &[u8]) -> Result<Answer, String> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err("it answered nothing".to_owned());
    }
    // A list would be taken for the members in their order.
    if bytes.trim_ascii_start().starts_with(b"[") {
        return Err("its answer is not what was asked for: a list in place of an object".to_owned());
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let answer: Answer = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let at = if path == "." { String::new() } else { format!(" at `{path}`") };
        format!("its answer is not what was asked for{at}: {}", error.into_inner())
    })?;
    reader.end().map_err(|error| format!("its answer does not end with the document: {error}"))?;
    match answer.schema {
        None | Some(SCHEMA) => Ok(answer),
        Some(other) => Err(format!("its answer has the schema {other}; this version reads {SCHEMA}")),
    }
}

/// Weighs an answer against the deterministic review.
#[must_use]
pub fn weigh(command: &str, review: &Review, answer: Answer, cached: bool) -> Opinion {
    let mut left_out = Vec::new();
    let mut dimensions: Vec<Moved> = Vec::new();
    for scored in &answer.dimensions {
        let known = review.dimensions.iter().find(|known| known.name == scored.name);
        let Some(deterministic) = known.and_then(|known| known.score) else {
            left_out.push(format!("there is no graded dimension `{}`", short(&scored.name)));
            continue;
        };
        if !(0.0..=100.0).contains(&scored.score) {
            left_out.push(format!("the score of `{}` is not within 0 and 100", short(&scored.name)));
            continue;
        }
        if dimensions.iter().any(|known| known.name == scored.name) {
            left_out.push(format!("`{}` is scored twice; the first counts", short(&scored.name)));
            continue;
        }
        let opinion = Score::new(scored.score);
        let score = within_a_band(deterministic, opinion);
        dimensions.push(Moved {
            name: scored.name.clone(),
            deterministic,
            opinion,
            score,
            grade: score.grade(),
            reason: scored.reason.as_deref().map(short),
        });
    }
    let mut findings: Vec<FindingAnswer> = answer
        .findings
        .into_iter()
        .map(|finding| FindingAnswer {
            message: short(&finding.message),
            hint: finding.hint.as_deref().map(short),
            dimension: finding.dimension.as_deref().map(short),
            ..finding
        })
        .collect();
    findings.sort_by(|a, b| (a.line, &a.message).cmp(&(b.line, &b.message)));
    if findings.len() > MOST_FINDINGS {
        left_out
            .push(format!("{} findings beyond the first {MOST_FINDINGS}", findings.len() - MOST_FINDINGS));
        findings.truncate(MOST_FINDINGS);
    }
    let score = review.score.map(|_| overall(review, &dimensions));
    let grade = score.map(Score::grade);
    Opinion {
        command: command.to_owned(),
        cached,
        problem: None,
        left_out,
        summary: answer.summary.as_deref().map(short),
        grade,
        score,
        passed: grade.map_or(review.passed, |grade| grade.passes(review.minimum_grade)),
        dimensions,
        findings,
    }
}

/// The opinion's score, or the end of the next band that lies nearest to it.
fn within_a_band(deterministic: Score, opinion: Score) -> Score {
    /// The bands' least and greatest points that round into them.
    const BANDS: [(f64, f64); 5] = [(0.0, 59.4), (59.5, 69.4), (69.5, 79.4), (79.5, 89.4), (89.5, 100.0)];
    let at = match deterministic.grade().letter() {
        Letter::F => 0,
        Letter::D => 1,
        Letter::C => 2,
        Letter::B => 3,
        Letter::A => 4,
    };
    let least = BANDS.get(usize::saturating_sub(at, 1)).map_or(0.0, |band| band.0);
    let most = BANDS.get(at + 1).map_or(100.0, |band| band.1);
    Score::new(opinion.points().clamp(least, most))
}

/// The weighted mean with the moved scores, capped as a review's is: no more than one band above the worse of what is
/// to be built and how one knows that it is done.
fn overall(review: &Review, moved: &[Moved]) -> Score {
    let score_of = |dimension: &DimensionReport| -> f64 {
        let moved = moved.iter().find(|moved| moved.name == dimension.name).map(|moved| moved.score);
        moved.or(dimension.score).map_or(0.0, Score::points)
    };
    let weights: u32 = review.dimensions.iter().map(|dimension| dimension.weight).sum();
    let sum: f64 =
        review.dimensions.iter().map(|dimension| f64::from(dimension.weight) * score_of(dimension)).sum();
    // In tenths, half up, as the deterministic score is.
    let mean = if weights == 0 { 0.0 } else { (sum / f64::from(weights) * 10.0 + 1e-6).round() / 10.0 };
    let worst = review
        .dimensions
        .iter()
        .filter(|dimension| ["scope", "criteria"].contains(&dimension.resolved_as))
        .map(score_of)
        .fold(None, |worst: Option<f64>, score| Some(worst.map_or(score, |worst| worst.min(score))));
    let cap = worst.map_or(100.0, |worst| match Score::new(worst).grade().letter() {
        Letter::F => 69.0,
        Letter::D => 79.0,
        Letter::C => 89.0,
        Letter::B | Letter::A => 100.0,
    });
    Score::new(mean.min(cap))
}

fn short(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches('.').to_owned()
}

#[cfg(test)]
#[path = "opinion_tests.rs"]
mod tests;
