//! What is kept of a review and of an approval.

use chrono::{DateTime, FixedOffset};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::report::Review;
use crate::domain::model::grade::Grade;
use crate::domain::model::id::PrdId;
use crate::domain::model::people::Person;

/// The version of both records' form.
pub const SCHEMA: u32 = 1;

/// One saved review of one text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReviewRecord {
    /// The version of this form: 1.
    pub schema: u32,
    /// The PRD.
    pub id: PrdId,
    /// The hash of the text that was reviewed.
    pub content_hash: String,
    /// The overall score, 0 to 100; absent where grading is off.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub score: Option<f64>,
    /// The overall grade; absent where grading is off.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub grade: Option<Grade>,
    /// The least grade that passed at the time.
    pub minimum: Grade,
    /// The dimensions, in the config's order.
    pub dimensions: Vec<DimensionRecord>,
    /// The questions, in the order they were asked.
    pub questions: Vec<QuestionRecord>,
    /// The findings, by line; absent in records of before they were kept.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub findings: Option<Vec<FindingRecord>>,
    /// The score before an opinion moved it; absent where none was asked for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub deterministic_score: Option<f64>,
    /// The grade before an opinion moved it; absent where none was asked for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub deterministic_grade: Option<Grade>,
    /// When.
    pub time: DateTime<FixedOffset>,
    /// Who.
    pub reviewer: Person,
}

/// One finding of a saved review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FindingRecord {
    /// The rule.
    pub rule: String,
    /// The line that it stood on, from 1.
    pub line: usize,
    /// The text that it was about; empty for what was missing.
    #[serde(default)]
    pub excerpt: String,
    /// What was wrong.
    pub message: String,
}

impl FindingRecord {
    /// All findings of a review, each once.
    #[must_use]
    pub fn all_of(review: &Review) -> Vec<Self> {
        let findings = review.findings().into_iter();
        findings
            .map(|finding| Self {
                rule: finding.rule.to_owned(),
                line: finding.line,
                excerpt: finding.excerpt.clone(),
                message: finding.message.clone(),
            })
            .collect()
    }

    /// What makes two findings of different texts the same one: the rule, and the text or else the message.
    #[must_use]
    pub fn key(&self) -> (&str, &str) {
        (&self.rule, if self.excerpt.is_empty() { &self.message } else { &self.excerpt })
    }
}

/// One dimension of a saved review.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DimensionRecord {
    /// The name, as the config has it.
    pub name: String,
    /// The score, 0 to 100.
    pub score: f64,
    /// The grade.
    pub grade: Grade,
}

/// One question of a saved review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct QuestionRecord {
    /// Its name: `performance/targets`.
    pub id: String,
    /// True where it must be answered before an approval.
    pub critical: bool,
    /// True where the text answers it.
    pub answered: bool,
}

impl ReviewRecord {
    /// The record of a review.
    #[must_use]
    pub fn of(review: &Review, time: DateTime<FixedOffset>, reviewer: Person) -> Self {
        let dimensions = review.dimensions.iter().filter_map(|dimension| {
            Some(DimensionRecord {
                name: dimension.name.clone(),
                score: dimension.score?.points(),
                grade: dimension.grade?,
            })
        });
        let questions = review.questions.iter().map(|question| QuestionRecord {
            id: question.id.clone(),
            critical: question.critical,
            answered: question.answer.is_some(),
        });
        Self {
            schema: SCHEMA,
            id: review.id.clone(),
            content_hash: review.content_hash.clone(),
            score: review.score.map(crate::domain::model::grade::Score::points),
            grade: review.grade,
            minimum: review.minimum_grade,
            dimensions: dimensions.collect(),
            questions: questions.collect(),
            findings: Some(FindingRecord::all_of(review)),
            deterministic_score: None,
            deterministic_grade: None,
            time,
            reviewer,
        }
    }

    /// True where the grade reaches the minimum, or nothing is graded.
    #[must_use]
    pub fn passes(&self, minimum: Grade) -> bool {
        self.grade.is_none_or(|grade| grade.passes(minimum))
    }

    /// Critical questions that the text does not answer.
    pub fn open_critical(&self) -> impl Iterator<Item = &QuestionRecord> {
        self.questions.iter().filter(|question| question.critical && !question.answered)
    }
}

/// One person's approval of one text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// The version of this form: 1.
    pub schema: u32,
    /// The PRD.
    pub id: PrdId,
    /// The hash of the text that was approved.
    pub content_hash: String,
    /// Who, as git names them: people are told apart by this.
    pub approver: Person,
    /// The name given on the command line, where there was one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub named: Option<String>,
    /// When.
    pub time: DateTime<FixedOffset>,
    /// Why a guard was overridden, where one was.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub forced: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::markdown::read::content_hash;
    use crate::domain::review::report::review;
    use crate::domain::review::settings::Settings;
    use crate::domain::review::testing::prd;

    #[test]
    fn a_record_reads_back_and_knows_what_is_open() {
        let text = "# SVC-001: Mail\n\n## Scope\n\n- Mail goes out when an order is placed\n";
        let review = review(&prd(text), text, &Settings::default());
        let time = DateTime::parse_from_rfc3339("2026-11-21T10:00:00+01:00").unwrap();
        let reviewer = Person { name: "Dana".to_owned(), email: "dana@example.com".to_owned() };
        let record = ReviewRecord::of(&review, time, reviewer);
        let json = serde_json::to_string(&record).unwrap();
        assert_eq!(serde_json::from_str::<ReviewRecord>(&json).unwrap(), record);
        assert_eq!(record.content_hash, content_hash(text));
        assert!(!record.passes(record.minimum));
        assert_eq!(record.open_critical().count(), review.open_critical().count());
        assert!(record.open_critical().count() > 0);
    }
}
