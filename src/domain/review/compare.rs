//! What changed from one review to the next.

use chrono::{DateTime, FixedOffset};
use serde::Serialize;

use super::record::{FindingRecord, ReviewRecord};
use super::report::Review;
use crate::domain::model::grade::Grade;

/// The differences between a saved review and a later one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// When the earlier review was saved.
    pub since: DateTime<FixedOffset>,
    /// Who saved it.
    pub reviewer: String,
    /// False where both are of the same text.
    pub text_changed: bool,
    /// The overall grade.
    pub overall: Step,
    /// The dimensions of the later review, and then those that only the earlier one had.
    pub dimensions: Vec<Step>,
    /// Findings that are gone; absent where the earlier review did not keep its findings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gone: Option<Vec<FindingRecord>>,
    /// Findings that are new; absent where the earlier review did not keep its findings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<Vec<FindingRecord>>,
    /// Questions that were open and are answered.
    pub answered: Vec<String>,
    /// Questions that are open and were not asked before.
    pub asked: Vec<String>,
}

/// One grade before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// The dimension; `overall` for the whole.
    pub name: String,
    /// The grade before; `null` where there was none.
    pub grade_before: Option<Grade>,
    /// The grade after; `null` where there is none.
    pub grade_after: Option<Grade>,
    /// The score before, 0 to 100.
    pub score_before: Option<f64>,
    /// The score after, 0 to 100.
    pub score_after: Option<f64>,
}

impl Step {
    /// True where the score moved.
    #[must_use]
    pub fn moved(&self) -> bool {
        self.score_before != self.score_after || self.grade_before != self.grade_after
    }
}

/// Compares a review with a saved one.
#[must_use]
pub fn compare(before: &ReviewRecord, after: &Review) -> Comparison {
    let mut dimensions: Vec<Step> = after
        .dimensions
        .iter()
        .map(|dimension| {
            let old = before.dimensions.iter().find(|old| old.name == dimension.name);
            Step {
                name: dimension.name.clone(),
                grade_before: old.map(|old| old.grade),
                grade_after: dimension.grade,
                score_before: old.map(|old| old.score),
                score_after: dimension.score.map(crate::domain::model::grade::Score::points),
            }
        })
        .collect();
    for old in &before.dimensions {
        if after.dimensions.iter().all(|dimension| dimension.name != old.name) {
            dimensions.push(Step {
                name: old.name.clone(),
                grade_before: Some(old.grade),
                grade_after: None,
                score_before: Some(old.score),
                score_after: None,
            });
        }
    }
    let now = FindingRecord::all_of(after);
    let (gone, new) = match &before.findings {
        Some(then) => (Some(without(then, &now)), Some(without(&now, then))),
        None => (None, None),
    };
    let was_open = |id: &str| before.questions.iter().any(|old| old.id == id && !old.answered);
    let was_asked = |id: &str| before.questions.iter().any(|old| old.id == id);
    let names = |wanted: &dyn Fn(&super::questions::Question) -> bool| -> Vec<String> {
        after
            .questions
            .iter()
            .filter(|question| wanted(question))
            .map(|question| question.id.clone())
            .collect()
    };
    Comparison {
        since: before.time,
        reviewer: before.reviewer.name.clone(),
        text_changed: before.content_hash != after.content_hash,
        overall: Step {
            name: "overall".to_owned(),
            grade_before: before.deterministic_grade.or(before.grade),
            grade_after: after.grade,
            score_before: before.deterministic_score.or(before.score),
            score_after: after.score.map(crate::domain::model::grade::Score::points),
        },
        dimensions,
        gone,
        new,
        answered: names(&|question| question.answer.is_some() && was_open(&question.id)),
        asked: names(&|question| question.answer.is_none() && !was_asked(&question.id)),
    }
}

/// The findings of the first list that the second lacks: the same rule about the same text counts as the same, as often
/// as it is there, wherever it stands.
fn without(all: &[FindingRecord], others: &[FindingRecord]) -> Vec<FindingRecord> {
    let mut left: Vec<(&str, &str)> = others.iter().map(FindingRecord::key).collect();
    let mut rest = Vec::new();
    for finding in all {
        match left.iter().position(|key| *key == finding.key()) {
            Some(at) => {
                left.swap_remove(at);
            }
            None => rest.push(finding.clone()),
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::model::people::Person;
    use crate::domain::review::report::review;
    use crate::domain::review::settings::Settings;
    use crate::domain::review::testing::prd;

    const BEFORE: &str = "# SVC-001: Mail\n\n## Scope\n\n- Several mails go out\n- Mails go out fast\n- Mail is sent to ____\n";

    fn graded(text: &str) -> Review {
        review(&prd(text), text, &Settings::default())
    }

    fn record(text: &str) -> ReviewRecord {
        let time = DateTime::parse_from_rfc3339("2026-11-21T10:00:00+01:00").unwrap();
        ReviewRecord::of(&graded(text), time, Person { name: "Dana".to_owned(), email: String::new() })
    }

    #[test]
    fn the_same_text_changes_nothing() {
        let same = compare(&record(BEFORE), &graded(BEFORE));
        assert!(!same.text_changed && !same.overall.moved() && !same.dimensions.iter().any(Step::moved));
        assert_eq!((same.gone, same.new), (Some(Vec::new()), Some(Vec::new())));
        assert!(same.answered.is_empty() && same.asked.is_empty());
    }

    #[test]
    fn what_moved_is_named() {
        let after = BEFORE
            .replace("## Scope\n", "## Scope\n\nA line that moves all others down by two.\n")
            .replace("- Mail is sent to ____\n", "- Various mails are sent to buyers\n\n## Calibration\n\n- **Q (scope/problem)**: Why?\n  - **A**: Buyers of 30 shops wait a day for their receipts.\n");
        let comparison = compare(&record(BEFORE), &graded(&after));
        let rules = |list: &Option<Vec<FindingRecord>>| -> Vec<String> {
            list.iter().flatten().map(|finding| finding.rule.clone()).collect()
        };
        assert!(comparison.text_changed);
        assert!(rules(&comparison.gone).contains(&"placeholder-left".to_owned()), "{comparison:?}");
        assert!(rules(&comparison.new).contains(&"vague-word".to_owned()), "{comparison:?}");
        let several = |list: &Option<Vec<FindingRecord>>| {
            list.iter().flatten().any(|finding| finding.excerpt.contains("Several"))
        };
        assert!(!several(&comparison.gone) && !several(&comparison.new), "it only moved");
        assert_eq!(comparison.answered, ["scope/problem"]);
        assert!(comparison.dimensions[0].moved());
    }

    #[test]
    fn a_record_without_findings_compares_grades_alone() {
        let mut old = serde_json::to_value(record(BEFORE)).unwrap();
        old.as_object_mut().unwrap().remove("findings");
        let old: ReviewRecord = serde_json::from_value(old).unwrap();
        let comparison = compare(&old, &graded(BEFORE));
        assert_eq!((comparison.gone, comparison.new), (None, None));
    }
}
