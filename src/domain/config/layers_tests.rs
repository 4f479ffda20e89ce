use serde_json::json;

use super::*;
/// The configuration of a company with many services, in the second dialect.
const ENTERPRISE: &str = include_str!("fixtures/enterprise.json");

use crate::domain::model::state::State;

fn repository(text: &str) -> Sources {
    Sources { repository: Some(FileLayer::new("config.json", text)), ..Sources::default() }
}

fn loaded(text: &str) -> Loaded {
    load(&repository(text)).map_err(|errors| errors.to_string()).unwrap()
}

fn refused(text: &str) -> String {
    load(&repository(text)).map(|_| ()).unwrap_err().to_string()
}

fn origin(loaded: &Loaded, key: &str) -> String {
    loaded.origin(&KeyPath::parse(key)).to_string()
}

#[test]
fn nothing_at_all_is_the_defaults() {
    let loaded = load(&Sources::default()).unwrap();
    assert_eq!(loaded.config, Config::default());
    assert!(loaded.warnings.is_empty());
    assert!(loaded.origins.values().all(|origin| origin.layer == Layer::Default));
    assert_eq!(loaded.origins, Loaded::default().origins);
    assert_eq!(origin(&loaded, "prd_workflow.review.minimum_grade"), "built in");
}

#[test]
fn the_enterprise_example_loads_without_a_warning() {
    let loaded = loaded(ENTERPRISE);
    assert_eq!(loaded.warnings, Vec::new());
    let config = &loaded.config;
    assert_eq!(config.id_format().id(128).to_string(), "SVC-128");
    assert_eq!(config.dimension_names().len(), 10);
    assert_eq!(config.minimum_grade().unwrap().to_string(), "B");
    assert_eq!(config.orchestration.parallel_features.unwrap().get(), 10);
    assert_eq!(config.directories().folder(State::InProgress).unwrap().as_str(), "docs/prds/in-progress");
    assert_eq!(loaded.rewritten.len(), 1);
}

#[test]
fn the_microservices_preset_is_the_enterprise_example_apart_from_names() {
    let preset =
        loaded(r#"{"preset": "microservices", "prd_workflow": {"prd_id": {"prefix": "SVC"}}}"#).config;
    assert_eq!(Config { preset: None, ..preset }, loaded(ENTERPRISE).config);
}

#[test]
fn every_key_of_the_enterprise_example_arrives() {
    let written: Value = serde_json::from_str(ENTERPRISE).unwrap();
    let loaded = loaded(ENTERPRISE);
    let mut walk = vec![KeyPath::root()];
    while let Some(key) = walk.pop() {
        let value = super::super::document::get(&written, key.parts()).unwrap();
        match value.as_object() {
            Some(map) => walk.extend(map.keys().map(|name| key.child(name))),
            None if key.last() == "prd_id_format" => {}
            None => {
                assert_eq!(loaded.value(&key), Some(value), "{key}");
                assert_eq!(loaded.origin(&key).layer, Layer::Repository, "{key}");
            }
        }
    }
}

#[test]
fn the_three_dialects_load_to_one_configuration() {
    let current = r#"{
        "preset": "startup",
        "prd_workflow": {
            "prd_id": {"prefix": "SVC", "separator": "-", "number_padding": 3},
            "branch_naming": {"prefix": "work"},
            "worktree": {"enabled": false, "parent_directory": "../trees"},
            "github": {"auto_assign": false, "issue_labels": ["x"]},
            "review": {"dimensions": 7, "minimum_grade": "B"}
        },
        "quality": {"testing": {"coverage_threshold": 70}},
        "orchestration": {"parallel_features": 4},
        "work_plan": {"file_path": "PLAN.md"}
    }"#;
    let second = r#"{
        "preset": "startup",
        "prd_workflow": {
            "branch_naming": {"prefix": "work", "prd_id_format": "SVC-{number}"},
            "worktree": {"enabled": false, "parent_directory": "../trees"},
            "github": {"auto_assign": false, "issue_labels": ["x"]},
            "review": {"dimensions": 7, "minimum_grade": "B"}
        },
        "quality": {"testing": {"coverage_threshold": 70}},
        "orchestration": {"parallel_features": 4},
        "work_plan": {"file_path": "PLAN.md"}
    }"#;
    let third = r#"{
        "preset": "startup",
        "prd_workflow": {
            "prd_id_format": "SVC-{number}",
            "min_grade": "B",
            "review_dimensions": 7,
            "test_coverage_threshold": 70,
            "parallel_prds_max": 4,
            "work_plan_file": "PLAN.md",
            "git": {"branch_prefix": "work/", "use_worktrees": false, "worktree_base": "../trees"}
        },
        "github": {"auto_assign": false, "issue_labels": ["x"]}
    }"#;
    let fourth = third.replace(
        "\"min_grade\": \"B\",\n            \"review_dimensions\": 7,",
        "\"review\": {\"dimensions\": 7, \"min_grade\": \"B\"},",
    );
    let config = loaded(current).config;
    assert_eq!(config.prd_workflow.branch_naming.prefix, "work");
    for old in [second, third, &fourth] {
        let loaded = loaded(old);
        assert_eq!(loaded.config, config);
        assert!(loaded.warnings.is_empty());
        assert!(!loaded.rewritten.is_empty());
    }
}

#[test]
fn a_higher_layer_replaces_a_lower_one() {
    let mut sources = repository(
        "{\n\"preset\": \"enterprise\",\n\"prd_workflow\": {\"review\": {\"minimum_grade\": \"A\"}}}",
    );
    let key = "prd_workflow.review.minimum_grade";
    let grade = |sources: &Sources| {
        let loaded = load(sources).unwrap();
        (loaded.config.minimum_grade().unwrap().to_string(), origin(&loaded, key))
    };
    sources.user = Some(FileLayer::new(
        "user.json",
        r#"{"prd_workflow": {"review": {"minimum_grade": "D", "required_reviewers": 4}}}"#,
    ));
    assert_eq!(grade(&sources), ("A".to_owned(), "config.json:3:46".to_owned()));
    sources.environment = vec![("PRD_PRD_WORKFLOW__REVIEW__MINIMUM_GRADE".to_owned(), "B+".to_owned())];
    assert_eq!(
        grade(&sources),
        ("B+".to_owned(), "environment PRD_PRD_WORKFLOW__REVIEW__MINIMUM_GRADE".to_owned())
    );
    sources.flags = vec!["prd_workflow.review.minimum_grade=F".to_owned()];
    assert_eq!(grade(&sources), ("F".to_owned(), "flag prd_workflow.review.minimum_grade=F".to_owned()));
    let loaded = load(&sources).unwrap();
    assert_eq!(
        loaded.config.prd_workflow.review.required_reviewers, 4,
        "the user's file is above the preset"
    );
    assert_eq!(origin(&loaded, "prd_workflow.review.required_reviewers"), "user.json:1:74");
    assert!(origin(&loaded, "orchestration.parallel_features").starts_with("preset enterprise:"));
    assert_eq!(origin(&loaded, "orchestration.stale_days"), "built in");
}

#[test]
fn the_preset_of_the_highest_layer_counts() {
    let mut sources = repository(r#"{"preset": "enterprise"}"#);
    sources.flags = vec!["preset=startup".to_owned()];
    assert_eq!(load(&sources).unwrap().config.orchestration.parallel_features.unwrap().get(), 2);
}

#[test]
fn every_preset_loads_without_a_warning() {
    for preset in Preset::ALL {
        let text = json!({ "preset": preset.name() }).to_string();
        let loaded = loaded(&text);
        assert_eq!(loaded.warnings, Vec::new(), "{}", preset.name());
        assert_eq!(loaded.config.preset, Some(preset));
        assert_ne!(Config { preset: None, ..loaded.config }, Config::default());
    }
}

#[test]
fn a_wrong_value_shows_file_line_what_was_read_and_what_is_allowed() {
    for (text, message) in [
        (
            "{\n  \"prd_workflow\": {\n    \"enabled\": \"yes\"\n  }\n}",
            "config.json:3:16: `prd_workflow.enabled`: `\"yes\"` was read, and `true` or `false` is allowed",
        ),
        (
            "{\"prd_workflow\": {\n\"review\": {\"minimum_grade\": \"Z\"}}}",
            "config.json:2:29: `prd_workflow.review.minimum_grade`: `Z` is not a grade; the grades are A, A-, B+, B, B-, … D-, F",
        ),
        (
            "{\"prd_workflow\": {\n\"min_grade\": \"Z\"}}",
            "config.json:2:14 (written as prd_workflow.min_grade): `prd_workflow.review.minimum_grade`: `Z` is not a grade; the grades are A, A-, B+, B, B-, … D-, F",
        ),
        (
            "{\"quality\": {\"gates\": [\n{\"name\": \"x\"}]}}",
            "config.json:2:1: `quality.gates.0`: missing field `command` (`{\"name\":\"x\"}`)",
        ),
        (
            "{\n\"orchestration\": {\"hours_per_day\": 30}}",
            "config.json:2:36: `orchestration.hours_per_day`: a day of 30 hours is out of range: it takes 1 to 24",
        ),
    ] {
        assert_eq!(refused(text), message);
    }
}

#[test]
fn all_wrong_values_are_shown_at_once_in_their_order() {
    let text = "{\"prd_workflow\": {\n\"commit\": 1,\n\"review\": {\"minimum_grade\": \"Z\",\n\"dimensions\": []},\n\"x\": 2}}";
    let error = refused(text);
    let lines: Vec<&str> = error.lines().map(|line| line.split(": ").next().unwrap()).collect();
    assert_eq!(lines, ["config.json:2:11", "config.json:3:29", "config.json:4:15", "config.json:5:1"]);
}

#[test]
fn an_unknown_key_is_an_error_and_with_lenient_a_warning() {
    let text = "{\"prd_workflow\": {\n  \"reviews\": {\"minimum_grade\": \"A\"}}}";
    assert_eq!(
        refused(text),
        "config.json:2:3: `prd_workflow.reviews`: this is not a known key; did you mean `review`?"
    );
    let loaded = load(&Sources { lenient: true, ..repository(text) }).unwrap();
    assert_eq!(loaded.warnings.len(), 1);
    assert_eq!(loaded.config, Config::default());
}

#[test]
fn wrong_settings_from_outside_are_shown_with_their_source() {
    let sources = Sources {
        environment: vec![
            ("PRD_ORCHESTRATION__PARALLEL_FEATURES".to_owned(), "many".to_owned()),
            ("PRD_NONSENSE__X".to_owned(), "1".to_owned()),
        ],
        flags: vec!["quality.enable=true".to_owned()],
        ..Sources::default()
    };
    let error = load(&sources).unwrap_err().to_string();
    assert!(error.contains("environment PRD_NONSENSE__X: `nonsense`: this is not a known key"), "{error}");
    assert!(
        error.contains("environment PRD_ORCHESTRATION__PARALLEL_FEATURES: `orchestration.parallel_features`"),
        "{error}"
    );
    assert!(
        error.contains(
            "flag quality.enable=true: `quality.enable`: this is not a known key; did you mean `enabled`?"
        ),
        "{error}"
    );
}

#[test]
fn a_layer_can_take_back_what_a_lower_one_set() {
    let loaded = loaded(
        r#"{"preset": "startup", "orchestration": {"parallel_features": null},
        "prd_workflow": {"directories": {"review": null}}}"#,
    );
    assert_eq!(loaded.config.orchestration.parallel_features, None);
    assert_eq!(loaded.config.directories().folder(State::Review), None);
}

#[test]
fn an_element_of_a_list_has_its_own_place() {
    let loaded = loaded(
        "{\"quality\": {\"gates\": [\n{\"name\": \"a\", \"command\": \"x\"},\n{\"name\": \"b\",\n\"command\": \"y\"}]}}",
    );
    assert_eq!(origin(&loaded, "quality.gates.1.command"), "config.json:4:12");
    assert_eq!(origin(&loaded, "quality.gates"), "config.json:1:23");
}

#[test]
fn a_services_file_lies_above_the_repository_and_below_the_environment() {
    let mut sources = repository(r#"{"prd_workflow": {"review": {"minimum_grade": "C"}}}"#);
    let service =
        FileLayer::new("services/pay/.prd.json", r#"{"prd_workflow": {"review": {"minimum_grade": "B"}}}"#);
    let key = "prd_workflow.review.minimum_grade";
    let base = load(&sources).unwrap();
    let loaded = base.with_service(&service).unwrap();
    assert_eq!(origin(&loaded, key), "services/pay/.prd.json:1:47");
    assert_eq!(
        loaded.with_service(&service).unwrap().origins,
        loaded.origins,
        "the same file again changes nothing"
    );
    sources.flags = vec![format!("{key}=A")];
    let loaded = load(&sources).unwrap().with_service(&service).unwrap();
    assert_eq!(loaded.config.minimum_grade().unwrap().to_string(), "A");
}

#[test]
fn empty_maps_have_an_origin_until_they_are_filled() {
    assert_eq!(origin(&loaded("{}"), "teams"), "built in");
    let filled = loaded(r#"{"teams": {"Ops": {"lead": "ada"}}}"#);
    assert!(!filled.origins.contains_key(&KeyPath::parse("teams")));
    assert_eq!(filled.set_by_user().map(|(key, _)| key.to_string()).collect::<Vec<_>>(), ["teams.Ops.lead"]);
}

mod never_panics {
    use proptest::prelude::*;

    use super::super::super::{migrate, trust};
    use super::*;

    /// A good file with a piece of it replaced: most of these are wrong in one place.
    fn damaged() -> impl Strategy<Value = String> {
        let pieces =
            ["", "null", "1", "-1.5", "\"x\"", "[]", "{}", "{\"a\": 1}", "true", ",", "\"\"", "\u{0}", "é"];
        let file =
            prop::sample::select(vec![ENTERPRISE, Preset::Enterprise.text(), Preset::Lightweight.text()]);
        (
            file,
            any::<prop::sample::Index>(),
            any::<prop::sample::Index>(),
            prop::sample::select(pieces.to_vec()),
        )
            .prop_map(|(text, from, to, piece)| {
                let (from, to) = (from.index(text.len()), to.index(text.len()));
                let near = from + (to % 40);
                let mut bytes = text.as_bytes()[..from].to_vec();
                bytes.extend_from_slice(piece.as_bytes());
                bytes.extend_from_slice(text.as_bytes().get(near..).unwrap_or_default());
                String::from_utf8_lossy(&bytes).into_owned()
            })
    }

    /// Any value at any known key.
    fn misplaced() -> impl Strategy<Value = String> {
        let keys = super::super::super::effects::keys();
        let values = [
            "null",
            "0",
            "-1",
            "1e300",
            "\"\"",
            "\"..\"",
            "\"{\"",
            "[]",
            "[[]]",
            "[{}]",
            "{}",
            "{\"\": 1}",
            "true",
        ];
        (prop::sample::select(keys), prop::sample::select(values.to_vec())).prop_map(|(key, value)| {
            let key = KeyPath::parse(&key.replace('*', "X"));
            key.parts().iter().rev().fold(value.to_owned(), |value, part| format!("{{\"{part}\": {value}}}"))
        })
    }

    proptest! {
        #[test]
        fn whatever_the_file_says(text in prop_oneof![damaged(), misplaced(), ".{0,80}"], lenient: bool) {
            let result = load(&Sources { lenient, ..repository(&text) });
            match result {
                Ok(loaded) => {
                    let again = load(&repository(&serde_json::to_string(&loaded.config).unwrap())).map_err(|e| TestCaseError::fail(e.to_string()))?;
                    prop_assert_eq!(again.config, loaded.config.clone());
                    prop_assert!(trust::needs_approval(&loaded, &[]).is_sorted());
                    if !lenient {
                        let migrated = migrate::migrate("config.json", &text).map_err(|e| TestCaseError::fail(e.to_string()))?;
                        let reloaded = load(&repository(&migrated.text)).map_err(|e| TestCaseError::fail(e.to_string()))?;
                        prop_assert_eq!(reloaded.config, loaded.config);
                    }
                }
                Err(errors) => prop_assert!(errors.0.iter().any(|problem| problem.severity == Severity::Error)),
            }
        }
    }
}
