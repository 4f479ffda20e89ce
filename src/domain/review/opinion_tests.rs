use proptest::prelude::*;

use super::*;
use crate::domain::review::report::review;
use crate::domain::review::settings::Settings;
use crate::domain::review::testing::prd;

const TEXT: &str = include_str!("../../../tests/fixtures/prds/good/SVC-133-notification-service.md");

fn reviewed() -> Review {
    review(&prd(TEXT), TEXT, &Settings::default())
}

fn answer(json: &str) -> Answer {
    read_answer(json.as_bytes()).unwrap()
}

#[test]
fn a_score_moves_a_dimension_by_one_band_at_most() {
    for (deterministic, opinion, expected) in [
        (75.0, 78.0, 78.0),
        (75.0, 100.0, 89.4),
        (75.0, 0.0, 59.5),
        (95.0, 10.0, 79.5),
        (30.0, 99.0, 69.4),
        (62.0, 99.0, 79.4),
        (62.0, 1.0, 1.0),
    ] {
        assert_eq!(within_a_band(Score::new(deterministic), Score::new(opinion)), Score::new(expected));
    }
}

#[test]
fn an_opinion_without_scores_changes_no_grade() {
    let review = reviewed();
    let opinion = weigh("llm", &review, answer("{}"), false);
    assert_eq!((opinion.grade, opinion.passed), (review.grade, review.passed));
    let distance = opinion.score.unwrap().points() - review.score.unwrap().points();
    assert!(distance.abs() < 0.11, "{distance}");
}

#[test]
fn scores_count_and_what_does_not_fit_is_named() {
    let review = reviewed();
    let name = review.dimensions[0].name.clone();
    let json = serde_json::json!({
        "schema": 1,
        "summary": "Good.\u{1b}[31m",
        "dimensions": [
            {"name": name, "score": 0, "reason": "who pays?"},
            {"name": name, "score": 50},
            {"name": "Karma", "score": 50},
            {"name": review.dimensions[1].name, "score": 400},
        ],
        "findings": [{"message": "b", "line": 9, "severity": "error"}, {"message": "a"}],
    });
    let opinion = weigh("llm", &review, answer(&json.to_string()), false);
    assert_eq!(opinion.dimensions.len(), 1);
    assert!(opinion.score.unwrap().points() < review.score.unwrap().points());
    assert_eq!(
        opinion.left_out,
        [
            format!("`{name}` is scored twice; the first counts"),
            "there is no graded dimension `Karma`".to_owned(),
            format!("the score of `{}` is not within 0 and 100", review.dimensions[1].name),
        ]
    );
    assert_eq!(opinion.summary.as_deref(), Some("Good. [31m"));
    let messages: Vec<&str> = opinion.findings.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(messages, ["a", "b"]);
    assert_eq!(opinion.findings[0].severity, Severity::Warning);
}

#[test]
fn what_does_not_read_says_why() {
    let error = |text: &str| read_answer(text.as_bytes()).unwrap_err();
    assert_eq!(error(" \n"), "it answered nothing");
    assert!(error("I think that").contains("is not what was asked for"));
    assert!(
        error(r#"{"dimensions": [{"name": "A", "score": "high"}]}"#).contains("at `dimensions[0].score`")
    );
    assert!(error(r#"{"schema": 9}"#).contains("schema 9"));
    assert!(error("{} and more").contains("does not end"));
    assert!(error(" []").contains("a list in place of an object"));
    assert!(read_answer(&[0xff, 0xfe]).is_err());
}

proptest! {
    #[test]
    fn never_more_than_a_band_away(deterministic in 0.0..100.0_f64, opinion in 0.0..100.0_f64) {
        let moved = within_a_band(Score::new(deterministic), Score::new(opinion));
        let band = |score: Score| match score.grade().letter() {
            Letter::F => 0_i32, Letter::D => 1, Letter::C => 2, Letter::B => 3, Letter::A => 4,
        };
        prop_assert!((band(moved) - band(Score::new(deterministic))).abs() <= 1);
        // It never lies beyond the opinion.
        let (low, high) = (deterministic.min(opinion), deterministic.max(opinion));
        prop_assert!(moved.points() >= low - 0.11 && moved.points() <= high + 0.11);
    }
}
