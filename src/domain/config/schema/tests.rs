use super::values::{Decimal, Dimensions, SEVEN_DIMENSIONS};
use super::*;
use crate::domain::model::path::RepoPath;
use crate::domain::model::state::State;

fn read(json: &str) -> Result<Config, String> {
    serde_json::from_str(json).map_err(|error| error.to_string())
}

fn path(text: &str) -> RepoPath {
    RepoPath::new(text).unwrap()
}

#[test]
fn an_empty_file_is_the_defaults() {
    let config = read("{}").unwrap();
    assert_eq!(config, Config::default());
    assert_eq!(config.id_format().id(7).to_string(), "PRD-007");
    assert_eq!(config.directories().folder(State::InProgress).unwrap().as_str(), "docs/prds/in-progress");
    assert_eq!(config.minimum_grade().unwrap().to_string(), "C");
    assert_eq!(config.dimension_names(), SEVEN_DIMENSIONS);
    assert_eq!(config.effort_units(), EffortUnits::default());
}

#[test]
fn what_is_written_reads_back() {
    let config = read(
        r#"{"prd_workflow": {"prd_id": {"prefix": "SVC"}, "review": {"dimensions": 3}, "directories": {"review": null}},
            "orchestration": {"hours_per_day": 7.5, "days_per_size": {"M": 2.125}}}"#,
    )
    .unwrap();
    let text = serde_json::to_string(&config).unwrap();
    assert_eq!(read(&text).unwrap(), config);
    assert_eq!(config.dimension_names(), SEVEN_DIMENSIONS[..3]);
    assert_eq!(config.effort_units().hours_per_day.to_string(), "15/2");
    assert_eq!(config.effort_units().days_per_size[0].1.to_string(), "17/8");
}

#[test]
fn the_state_is_the_folder_at_any_depth() {
    let folders = Directories::default();
    assert_eq!(folders.state_of(&path("docs/prds/complete/2025/Q4/x.md")), Some(State::Complete));
    assert_eq!(folders.state_of(&path("docs/prds/completely/x.md")), None);
    assert_eq!(folders.state_of(&path("docs/prds/x.md")), None);
}

#[test]
fn records_lie_beside_the_state_folders() {
    let mut folders = Directories::default();
    assert_eq!(folders.common_parent(), Some(path("docs/prds")));
    assert_eq!(folders.records(), path("docs/prds/.prd"));
    folders.archived = path("docs/old/prds");
    assert_eq!(folders.records(), path("docs/.prd"));
    folders.archived = path("old");
    assert_eq!(folders.common_parent(), None);
    assert_eq!(folders.records(), path(".prd"));
}

#[test]
fn a_layout_of_five_folders_has_no_review() {
    let config = read(r#"{"prd_workflow": {"directories": {"review": null}}}"#).unwrap();
    assert_eq!(config.directories().folder(State::Review), None);
    assert_eq!(config.directories().folders().count(), 5);
}

#[test]
fn wrong_values_are_refused_with_their_reason() {
    for (json, part) in [
        (r#"{"prd_workflow": {"prd_id": {"prefix": "S V"}}}"#, "`S V` is not a prefix"),
        (r#"{"prd_workflow": {"prd_id": {"separator": "/"}}}"#, "`/` is not a separator"),
        (r#"{"prd_workflow": {"prd_id": {"number_padding": 9}}}"#, "takes 1 to 6"),
        (r#"{"prd_workflow": {"review": {"minimum_grade": "Z"}}}"#, "`Z` is not a grade"),
        (r#"{"prd_workflow": {"review": {"dimensions": 8}}}"#, "1 to 7"),
        (r#"{"prd_workflow": {"review": {"dimensions": []}}}"#, "at least one"),
        (r#"{"prd_workflow": {"directories": {"draft": "../x"}}}"#, "not a path inside the repository"),
        (r#"{"prd_workflow": {"branch_naming": {"pattern": "{prd}"}}}"#, "{prd_id}"),
        (r#"{"prd_workflow": {"home_branch": "a..b"}}"#, "not a branch name"),
        (r#"{"prd_workflow": {"commit": "on"}}"#, "`auto`"),
        (r#"{"orchestration": {"hours_per_day": 25}}"#, "1 to 24"),
        (r#"{"orchestration": {"days_per_point": -1}}"#, "0 to 100000"),
    ] {
        let error = read(json).unwrap_err();
        assert!(error.contains(part), "{json}: {error}");
    }
}

#[test]
fn dimensions_are_read_in_three_forms() {
    let names = |json: &str| serde_json::from_str::<Dimensions>(json).unwrap().names();
    assert_eq!(names(r#"["A", "B", "a "]"#), ["A", "B"]);
    assert_eq!(names(r#"{"core": ["A"], "contextual": ["B", "A"]}"#), ["A", "B"]);
    assert_eq!(names("2"), SEVEN_DIMENSIONS[..2]);
}

#[test]
fn decimals_are_exact() {
    for (json, exact) in [("0.1", "1/10"), ("6", "6"), ("2.1254", "17/8"), ("100000", "100000")] {
        assert_eq!(serde_json::from_str::<Decimal>(json).unwrap().exact().to_string(), exact);
    }
}

#[test]
fn services_and_teams_are_found_by_folded_name() {
    let config = read(
        r#"{"teams": {"Checkout": {"lead": "ada"}}, "services": {"payments_api": {"team": "Checkout"}}}"#,
    )
    .unwrap();
    assert!(config.service("Payments-API").is_some());
    assert!(config.service("payments").is_none());
    let team = config.team(&TeamName::new(" checkout ").unwrap()).unwrap();
    assert_eq!(team.lead.as_deref(), Some("ada"));
}
