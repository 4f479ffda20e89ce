//! What a service's own file may do: tighten the repository's rules, and nothing else.

use serde_json::Value;

use super::document::{Document, get};
use super::key::KeyPath;
use super::problem::{Problem, Wrong, excerpt};
use crate::domain::model::grade::Grade;

/// The sections that a service may tighten.
const SECTIONS: [&str; 3] = ["prd_workflow.review", "quality", "security"];

/// In which direction a rule gets tighter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tighter {
    /// `true` is the tighter one.
    On,
    /// `false` is the tighter one.
    Off,
    /// The larger number.
    Up,
    /// The better grade.
    Grade,
    /// Nothing that was there may be missing.
    More,
    /// Nothing that was not there may be added.
    Fewer,
    /// What the repository has set stays; what it has not may be set.
    Added,
}

/// The rules that get tighter otherwise than by [`Tighter::Added`].
const RULES: [(&str, Tighter); 38] = [
    ("prd_workflow.review.dimensions", Tighter::More),
    ("prd_workflow.review.grading_enabled", Tighter::On),
    ("prd_workflow.review.minimum_grade", Tighter::Grade),
    ("prd_workflow.review.require_approval", Tighter::On),
    ("prd_workflow.review.allow_self_approval", Tighter::Off),
    ("prd_workflow.review.required_reviewers", Tighter::Up),
    ("prd_workflow.review.calibration_questions", Tighter::On),
    ("prd_workflow.review.require_architecture_decision", Tighter::On),
    ("prd_workflow.review.require_api_contract", Tighter::On),
    ("quality.enabled", Tighter::On),
    ("quality.testing.enabled", Tighter::On),
    ("quality.testing.coverage_threshold", Tighter::Up),
    ("quality.testing.required_for_pr", Tighter::On),
    ("quality.testing.contract_testing", Tighter::On),
    ("quality.testing.integration_testing", Tighter::On),
    ("quality.testing.e2e_testing", Tighter::On),
    ("quality.testing.commands.unit", Tighter::Added),
    ("quality.testing.commands.contract", Tighter::Added),
    ("quality.testing.commands.integration", Tighter::Added),
    ("quality.testing.commands.e2e", Tighter::Added),
    ("quality.testing.coverage_report", Tighter::Added),
    ("quality.api_validation.enabled", Tighter::On),
    ("quality.api_validation.openapi_validation", Tighter::On),
    ("quality.api_validation.grpc_validation", Tighter::On),
    ("quality.api_validation.breaking_change_detection", Tighter::On),
    ("quality.code_complexity.enabled", Tighter::On),
    ("quality.linting.enabled", Tighter::On),
    ("quality.performance.enabled", Tighter::On),
    ("quality.gates", Tighter::More),
    ("security.enabled", Tighter::On),
    ("security.auto_scan_on_commit", Tighter::On),
    ("security.scan_dependencies", Tighter::On),
    ("security.scan_code", Tighter::On),
    ("security.container_scanning", Tighter::On),
    ("security.tools.*", Tighter::On),
    ("security.fail_on_high_severity", Tighter::On),
    ("security.fail_on_medium_severity", Tighter::On),
    ("security.ignore_patterns", Tighter::Fewer),
];

/// Everything in a service's file that does not tighten; `base` is what holds without the file.
pub(super) fn check(service: &Document, base: &Value) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut walk = vec![KeyPath::root()];
    while let Some(key) = walk.pop() {
        let Some(value) = get(&service.value, key.parts()) else { continue };
        if let Some(map) = value.as_object().filter(|_| !is_rule(&key)) {
            walk.extend(map.keys().rev().map(|name| key.child(name)));
            continue;
        }
        let is_in_section = SECTIONS.iter().any(|section| key.is_below(&KeyPath::parse(section)));
        let before = get(base, key.parts());
        let wrong = if !is_in_section {
            Wrong::NotForServices
        } else if tightens(&key, before, value) {
            continue;
        } else {
            Wrong::Loosened {
                read: excerpt(value),
                base: before.map_or_else(|| "nothing".to_owned(), excerpt),
            }
        };
        problems.push(Problem::error(key.clone(), service.origin_of(&key), wrong));
    }
    problems
}

fn is_rule(key: &KeyPath) -> bool {
    RULES.iter().any(|(pattern, _)| key.matches(pattern))
}

fn tightens(key: &KeyPath, before: Option<&Value>, after: &Value) -> bool {
    let Some(before) = before.filter(|before| !before.is_null() && *before != after) else { return true };
    let rule =
        RULES.iter().find(|(pattern, _)| key.matches(pattern)).map_or(Tighter::Added, |(_, rule)| *rule);
    match rule {
        Tighter::On => after.as_bool() == Some(true),
        Tighter::Off => after.as_bool() == Some(false),
        Tighter::Up => after.as_f64() >= before.as_f64(),
        Tighter::Grade => grade(after) >= grade(before),
        Tighter::More => {
            let (before, after) = (elements(before), elements(after));
            before.iter().all(|element| after.contains(element))
        }
        Tighter::Fewer => {
            let (before, after) = (elements(before), elements(after));
            after.iter().all(|element| before.contains(element))
        }
        Tighter::Added => false,
    }
}

fn grade(value: &Value) -> Option<Grade> {
    value.as_str()?.parse().ok()
}

/// The elements of a list, or the dimensions of whichever form.
fn elements(value: &Value) -> Vec<Value> {
    if let Some(list) = value.as_array() {
        return list.clone();
    }
    serde_json::from_value::<super::schema::values::Dimensions>(value.clone())
        .map_or_else(|_| Vec::new(), |dimensions| dimensions.names().into_iter().map(Value::from).collect())
}

#[cfg(test)]
mod tests {
    use super::super::layers::{FileLayer, Loaded, Sources, load};
    use super::super::schema::Config;
    use super::super::tree;
    use super::*;

    fn base() -> Loaded {
        let text = r#"{
            "prd_workflow": {"review": {"minimum_grade": "C", "dimensions": ["A", "B"], "reviewer_command": "x"}},
            "quality": {"gates": [{"name": "lint", "command": "make lint"}]},
            "security": {"tools": {"trivy": true}, "ignore_patterns": ["vendor/**", "x/**"]}
        }"#;
        load(&Sources { repository: Some(FileLayer::new("r.json", text)), ..Sources::default() }).unwrap()
    }

    fn service(text: &str) -> Result<Config, String> {
        base()
            .with_service(&FileLayer::new("s.json", text))
            .map(|loaded| loaded.config)
            .map_err(|errors| errors.to_string())
    }

    #[test]
    fn a_service_may_tighten() {
        let config = service(
            r#"{
            "prd_workflow": {"review": {"minimum_grade": "B", "dimensions": ["A", "B", "C"],
                "allow_self_approval": false, "required_reviewers": 2, "require_approval": true}},
            "quality": {"testing": {"coverage_threshold": 90, "commands": {"unit": "make test"}},
                "gates": [{"name": "lint", "command": "make lint"}, {"name": "fuzz", "command": "make fuzz"}]},
            "security": {"enabled": true, "tools": {"snyk": true}, "ignore_patterns": ["x/**"]}
        }"#,
        )
        .unwrap();
        assert_eq!(config.minimum_grade().unwrap().to_string(), "B");
        assert_eq!(config.dimension_names(), ["A", "B", "C"]);
        assert_eq!(config.security.tools.len(), 2);
    }

    #[test]
    fn a_service_may_not_loosen() {
        for text in [
            r#"{"prd_workflow": {"review": {"minimum_grade": "D"}}}"#,
            r#"{"prd_workflow": {"review": {"dimensions": ["A"]}}}"#,
            r#"{"prd_workflow": {"review": {"dimensions": 2}}}"#,
            r#"{"prd_workflow": {"review": {"require_approval": false}}}"#,
            r#"{"prd_workflow": {"review": {"reviewer_command": "y"}}}"#,
            r#"{"quality": {"gates": []}}"#,
            r#"{"quality": {"testing": {"coverage_threshold": 70}}}"#,
            r#"{"security": {"tools": {"trivy": false}}}"#,
            r#"{"security": {"ignore_patterns": ["all/**"]}}"#,
        ] {
            let error = service(text).unwrap_err();
            assert!(
                error.contains("a service may only tighten this") && error.starts_with("s.json:1:"),
                "{error}"
            );
        }
    }

    #[test]
    fn a_service_may_not_set_anything_else() {
        let error = service(r#"{"prd_workflow": {"commit": "off"}}"#).unwrap_err();
        assert!(error.contains("prd_workflow.commit") && error.contains("may set"), "{error}");
    }

    #[test]
    fn every_rule_is_a_key() {
        let leaves = tree::root().leaves();
        for (pattern, _) in RULES {
            assert!(leaves.iter().any(|leaf| leaf == pattern), "{pattern}");
        }
        let sections: Vec<&String> = leaves
            .iter()
            .filter(|leaf| {
                SECTIONS.iter().any(|section| KeyPath::parse(leaf).is_below(&KeyPath::parse(section)))
            })
            .filter(|leaf| !RULES.iter().any(|(pattern, _)| leaf == pattern))
            .collect();
        let free = |leaf: &str| {
            leaf.contains("rubrics")
                || leaf.contains("command")
                || leaf.ends_with("threshold")
                || leaf.ends_with("reviewer_timeout")
        };
        assert!(sections.iter().all(|leaf| free(leaf)), "a direction is missing: {sections:?}");
    }
}
