use super::*;
use crate::domain::review::report::{Review, review};
use crate::domain::review::settings::Settings;
use crate::domain::review::testing::prd;

fn rubric(json: &str) -> Rubric {
    serde_json::from_str(json).unwrap()
}

fn grade(name: &str, rubric_json: &str, text: &str) -> Review {
    let settings = Settings {
        dimensions: vec![name.to_owned()],
        rubrics: [(name.to_owned(), rubric(rubric_json))].into(),
        ..Settings::default()
    };
    review(&prd(text), text, &settings)
}

fn fills(review: &Review) -> Vec<(&str, u32, f64)> {
    review.dimensions[0].slots.iter().map(|slot| (slot.id.as_ref(), slot.weight, slot.fill)).collect()
}

const JAPAN: &str = r#"{
    "description": "what the regulators in Tokyo will ask for",
    "headings": ["Handling of records"],
    "slots": [
        {"name": "Retention period", "words": ["kept for", "retention"], "must_have": ["unit"], "weight": 3},
        {"name": "Law", "patterns": ["(?i)\\bact\\b.*\\d{4}"], "question": "Which act applies?"},
        {"name": "Who", "must_have": ["table", "owner"]}
    ]
}"#;

#[test]
fn a_dimension_of_ones_own_is_graded_by_its_rubric() {
    let name = "Regulatory Compliance in Japan";
    let empty =
        grade(name, JAPAN, "# SVC-001: Mail\n\n## Scope\n\n- Mail is kept for 30 days by Dana Reyes\n");
    assert_eq!(
        fills(&empty),
        [
            ("regulatory-compliance-in-japan/section", 30, 0.0),
            ("regulatory-compliance-in-japan/retention-period", 42, 0.0),
            ("regulatory-compliance-in-japan/law", 14, 0.0),
            ("regulatory-compliance-in-japan/who", 14, 0.0),
        ]
    );
    let questions: Vec<&str> = empty.questions.iter().map(|question| question.text.as_str()).collect();
    assert!(questions.contains(&"Which act applies?"), "{questions:?}");
    assert!(questions.iter().any(|text| text.contains("regulators in Tokyo")), "{questions:?}");
    let text = "# SVC-001: Mail\n\n## Handling of records\n\n- Addresses are kept for 30 days in the Osaka region\n- The Act on Protection of Personal Information of 2003 applies to addresses\n\n| Duty | Owner |\n| --- | --- |\n| Reports to the commission in Tokyo | owned by Dana Reyes |\n";
    let full = grade(name, JAPAN, text);
    for (id, _, fill) in fills(&full) {
        assert!(fill >= 0.9, "{id} {fill}");
    }
    // 30 × 0.9 + 70 × 0.9 with one statement for each fact, and no penalty.
    assert!((full.score.unwrap().points() - 90.0).abs() < 1.0, "{:?}", fills(&full));
}

#[test]
fn a_word_without_its_number_is_not_the_fact() {
    let text =
        "# SVC-001: Mail\n\n## Handling of records\n\n- Addresses are kept for a while in the Osaka region\n";
    let review = grade("Regulatory Compliance in Japan", JAPAN, text);
    assert!(fills(&review)[1].2 < 0.1, "{:?}", fills(&review));
}

#[test]
fn a_built_in_dimension_gets_further_slots_beside_its_own() {
    let more = r#"{"weight": 25, "headings": ["Losing money"], "slots": [
        {"name": "Insurance", "words": ["insur*"]}, {"name": "Fraud", "words": ["fraud"], "count": 2}]}"#;
    let text = "# SVC-001: Mail\n\n## Losing money\n\n- Parcels above 500 EUR are insured with Helvetia\n- Fraud by couriers is reported to Dana Reyes\n";
    let review = grade("Risk Assessment", more, text);
    let own: Vec<(&str, u32)> = fills(&review).iter().map(|(id, weight, _)| (*id, *weight)).collect();
    assert_eq!(own[3..], [("risk/insurance", 25), ("risk/fraud", 25)]);
    assert_eq!(review.dimensions[0].weight, 25);
    let (insurance, fraud) = (fills(&review)[3].2, fills(&review)[4].2);
    assert!((insurance - 0.9).abs() < 1e-9 && fraud < 0.5 && fraud > 0.3, "{insurance} {fraud}");
}

#[test]
fn a_slot_of_ones_own_has_a_name_of_its_own() {
    let more = r#"{"slots": [{"name": "Mitigation", "words": ["insur*"]}]}"#;
    let review = grade("Risk Assessment", more, "# SVC-001: Mail\n\n## Risks\n\n- Parcels are lost\n");
    let mut ids: Vec<&str> = fills(&review).iter().map(|(id, ..)| *id).collect();
    assert!(ids.contains(&"risk/mitigation") && ids.contains(&"risk/mitigation-2"), "{ids:?}");
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all);
}

#[test]
fn dimensions_that_all_weigh_nothing_weigh_the_same() {
    let text = "# SVC-001: Mail\n\n## Losing money\n\n- Parcels above 500 EUR are insured with Helvetia\n";
    let of = |weight: u32| grade("Losing Money", &format!("{{\"weight\": {weight}}}"), text).score;
    assert!(of(10).unwrap().points() > 0.0);
    assert_eq!(of(0), of(10));
}
