//! `init` and `config` as a team meets them on its first day.

use crate::support::Repo;

/// A repository with an identity, one commit and nothing of `prd`.
fn bare_of_prd() -> Repo {
    let repo = Repo::unborn();
    repo.write("README.md", "# Shop\n");
    repo.commit_all("Begin");
    repo
}

#[test]
fn init_writes_a_configuration_and_never_over_one() {
    let repo = bare_of_prd();
    let before = repo.snapshot();
    let dry =
        repo.run(&["init", "--dry-run", "--commands"]).expect(0).says("would write .claude/config.json");
    assert!(!dry.stdout.contains("next:"));
    repo.assert_unchanged(&before);

    let answer =
        repo.run(&["init", "--prefix", "SHOP", "--folder", "plans", "--format", "json"]).expect(0).json();
    assert_eq!(answer["schema"], 1);
    assert_eq!(answer["written"], serde_json::json!([".claude/config.json"]));
    let written = repo.read(".claude/config.json");
    assert_eq!(repo.run(&["config", "check"]).expect(0).stderr, "");

    repo.run(&["init", "--preset", "enterprise", "--commands"]).expect(0).says("kept .claude/config.json");
    assert_eq!(repo.read(".claude/config.json"), written);
    assert!(repo.read(".claude/commands/orchestrate.md").contains("prd orchestrate"));

    repo.commit_all("Set up prd");
    repo.run(&["new", "Gift cards"]).expect(0);
    assert!(repo.has("plans/draft/SHOP-001-gift-cards.md"));
}

#[test]
fn init_loads_without_a_warning_with_every_preset() {
    for preset in ["startup", "enterprise", "open-source", "microservices", "lightweight"] {
        let repo = bare_of_prd();
        repo.run(&["init", "--preset", preset]).expect(0);
        let check = repo.run(&["config", "check"]).expect(0);
        assert_eq!(check.stderr, "", "{preset}");
        repo.run(&["list"]).expect(0).says("no PRD");
    }
}

#[test]
fn init_takes_the_layout_and_the_ids_that_are_there() {
    let repo = bare_of_prd();
    for (path, text) in [
        ("wiki/inbox/idea-dark-mode.md", "# Idea: dark mode\n"),
        ("wiki/active/.gitkeep", ""),
        ("wiki/completed/rfc-0007-login.md", "# Login\n"),
        ("wiki/completed/rfc-0009-search.md", "# Search\n"),
        ("wiki/archived/.gitkeep", ""),
    ] {
        repo.write(path, text);
    }
    repo.commit_all("Plans");
    repo.run(&["init"]).expect(0).says("found 3 files in state folders");
    let config: serde_json::Value = serde_json::from_str(&repo.read(".claude/config.json")).unwrap();
    let directories = &config["prd_workflow"]["directories"];
    assert_eq!(directories["draft"], "wiki/inbox");
    assert_eq!(directories["in_progress"], "wiki/active");
    assert_eq!(directories["complete"], "wiki/completed");
    assert_eq!(directories["review"], serde_json::Value::Null);
    assert_eq!(config["prd_workflow"]["prd_id"]["number_padding"], 4);
    let list = repo.run(&["list", "--format", "json"]).expect(0).json();
    let ids: Vec<&str> =
        list["prds"].as_array().unwrap().iter().map(|prd| prd["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["RFC-0007", "RFC-0009"]);
}

#[test]
fn init_in_a_bare_repository_says_where_to_go() {
    let repo = bare_of_prd().into_bare();
    repo.run(&["init"]).expect(2).says("run prd init in a checkout of it");
}

/// The configuration of an enterprise in its older dialect, kept as its owners wrote it.
const ENTERPRISE: &str = include_str!("../../src/domain/config/fixtures/enterprise.json");

#[test]
fn an_enterprise_configuration_loads_unchanged_and_names_branch_and_worktree() {
    let repo = Repo::with_config(ENTERPRISE);
    repo.prd("ready", "SVC-128", "checkout-service", "");
    repo.commit_all("Plans");
    let check = repo.run(&["config", "check"]).expect(0).says("The configuration is valid");
    assert!(check.stderr.is_empty(), "{check}");
    let answer = repo.run(&["start", "SVC-128", "--format", "json"]).expect(0).json();
    assert_eq!(answer["branch"], "feat/SVC-128-checkout-service");
    let place = repo.beside("worktrees/cloudscale-SVC-128");
    assert_eq!(answer["worktree"], place.to_str().unwrap());
    assert!(place.join("src/checkout.txt").is_file());
    assert!(repo.read("docs/prds/in-progress/SVC-128-checkout-service.md").contains(
        "**Started**: 2025-06-02\n**Branch**: feat/SVC-128-checkout-service\n**Worktree**: ../worktrees/cloudscale-SVC-128\n"
    ));
}

#[test]
fn a_wrong_configuration_is_shown_with_its_line_and_what_is_allowed() {
    let repo =
        Repo::with_config("{\n  \"prd_workflow\": {\n    \"review\": {\"minimum_grade\": \"Z\"}\n  }\n}\n");
    let refused = repo.run(&["list"]).expect(2).says(".claude/config.json:3:33");
    assert!(refused.stderr.contains("minimum_grade"), "{refused}");

    let repo = Repo::with_config("{\"prd_workflow\": {\"minimum_grad\": \"B\"}}\n");
    repo.run(&["list"]).expect(2).says("minimum_grad");
    repo.run(&["--lenient", "list"]).expect(0).says("warning:");
}

#[test]
fn old_keys_are_migrated_with_their_comments() {
    let text = "{\n  // one at a time\n  \"prd_workflow\": {\n    \"parallel_prds_max\": 1, // really\n    \"min_grade\": \"C\"\n  }\n}\n";
    let repo = Repo::with_config(text);
    repo.run(&["config", "check"])
        .expect(0)
        .says("prd_workflow.min_grade → prd_workflow.review.minimum_grade");
    let printed = repo.run(&["config", "migrate"]).expect(0).stdout;
    assert_eq!(repo.read(".claude/config.json"), text, "without --write nothing is written");
    repo.run(&["config", "migrate", "--write"]).expect(0);
    let migrated = repo.read(".claude/config.json");
    assert_eq!(migrated, printed);
    assert!(migrated.contains("// one at a time") && !migrated.contains("min_grade\""), "{migrated}");
    let shown =
        repo.run(&["config", "show", "prd_workflow.review.minimum_grade", "--explain"]).expect(0).stdout;
    assert!(
        shown.starts_with("prd_workflow.review.minimum_grade = \"C\"  # .claude/config.json:"),
        "{shown}"
    );
}

#[test]
fn the_schema_takes_what_show_prints() {
    let repo = Repo::new();
    let schema = repo.run(&["config", "schema"]).expect(0).json();
    let shown = repo.run(&["config", "show"]).expect(0).json();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(&shown).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
}
