use super::super::layers::{FileLayer, Loaded, Sources, load};
use super::*;

fn check_text(text: &str) -> Result<Loaded, String> {
    load(&Sources { repository: Some(FileLayer::new("c.json", text)), ..Sources::default() })
        .map_err(|errors| errors.to_string())
}

#[test]
fn what_does_not_fit_together_is_an_error_with_its_line() {
    for (text, part) in [
        (
            r#"{"prd_workflow": {"directories": {"ready": "docs/prds/draft"}}}"#,
            "every state has a folder of its own",
        ),
        (r#"{"prd_workflow": {"directories": {"archived": "docs/prds/complete/old"}}}"#, "overlap"),
        (r#"{"prd_workflow": {"directories": {"ready": "docs/prds/.prd"}}}"#, "where the records lie"),
        (r#"{"work_plan": {"file_path": "docs/prds/ready/PLAN.md"}}"#, "it would be a PRD"),
        (r#"{"prd_workflow": {"branch_naming": {"prefix": "feat/"}}}"#, "refused by git"),
        (r#"{"prd_workflow": {"branch_naming": {"separator": ".."}}}"#, "refused by git"),
        (r#"{"prd_workflow": {"branch_naming": {"pattern": "work/{team}"}}}"#, "one branch"),
        (r#"{"prd_workflow": {"worktree": {"naming_pattern": "{project}"}}}"#, "one folder"),
        (r#"{"prd_workflow": {"worktree": {"naming_pattern": ".{prd_id}"}}}"#, "begins or ends"),
        (r#"{"prd_workflow": {"worktree": {"parent_directory": ""}}}"#, "a folder is needed"),
        (r#"{"prd_workflow": {"worktree": {"parent_directory": "~/trees"}}}"#, "not expanded"),
        (r#"{"prd_workflow": {"worktree": {"copy": ["../secrets"]}}}"#, "not a path inside"),
        (r#"{"prd_workflow": {"github": {"api_url": "ftp://x"}}}"#, "https://"),
        (r#"{"prd_workflow": {"github": {"repository": "https://github.com/a/b"}}}"#, "owner/name"),
        (r#"{"notifications": {"slack": {"webhook_url": "http://x"}}}"#, "https://"),
        (r#"{"quality": {"testing": {"coverage_threshold": 101}}}"#, "0 to 100"),
        (r#"{"quality": {"gates": [{"name": " ", "command": "x"}]}}"#, "needs a name"),
        (
            r#"{"quality": {"gates": [{"name": "a", "command": "x"}, {"name": "a", "command": "y"}]}}"#,
            "name of gate 1 too",
        ),
        (
            r#"{"prd_workflow": {"review": {"dimensions": ["Taste"], "rubrics": {"Taste": {"slots": [{"name": "Salt", "patterns": ["(a"]}]}}}}}"#,
            "is no regular expression",
        ),
        (
            r#"{"prd_workflow": {"review": {"dimensions": ["Taste"], "rubrics": {"Taste": {"slots": [{"name": "Salt"}]}}}}}"#,
            "nothing tells how the fact is found",
        ),
        (
            r#"{"prd_workflow": {"review": {"dimensions": ["Taste"], "rubrics": {"Taste": {"slots": [{"name": "Salt", "words": ["salt"]}, {"name": "salt ", "words": ["salt"]}]}}}}}"#,
            "name of an earlier fact",
        ),
        (
            r#"{"prd_workflow": {"review": {"dimensions": ["Taste"], "rubrics": {"Taste": {"slots": [{"name": "Salt", "words": ["salt"], "count": 0}]}}}}}"#,
            "from 1 to 50 is allowed",
        ),
        (r#"{"teams": {"Ops": {}, "ops": {}}}"#, "are one team"),
        (r#"{"services": {"a_b": {}, "a-b": {}}}"#, "are one service"),
    ] {
        let error = check_text(text).map(|_| ()).unwrap_err();
        assert!(error.contains(part) && error.starts_with("c.json:1:"), "{text}: {error}");
    }
}

#[test]
fn what_has_no_effect_by_mistake_is_a_warning() {
    for (text, part) in [
        (r#"{"security": {"tools": {"trivvy": true}}}"#, "did you mean `trivy`?"),
        (
            r#"{"prd_workflow": {"review": {"rubrics": {"Taste": {"weight": 5}}}}}"#,
            "not among the dimensions",
        ),
        (
            r#"{"teams": {"Ops": {"services": ["x"]}}, "services": {"y": {"team": "Ops"}}}"#,
            "not among the services",
        ),
        (r#"{"teams": {"Ops": {}}, "services": {"y": {"team": "Dev"}}}"#, "not among the teams"),
        (r#"{"notifications": {"slack": {"enabled": true}}}"#, "without `webhook_url`"),
    ] {
        let warnings = check_text(text).unwrap().warnings;
        assert_eq!(warnings.len(), 1, "{text}: {warnings:?}");
        let warning = warnings[0].to_string();
        assert!(warning.contains(part) && warning.starts_with("c.json:1:"), "{warning}");
    }
}

#[test]
fn hosts_are_read_from_addresses() {
    for (url, expected) in [
        ("https://api.github.com", Some("api.github.com")),
        ("http://127.0.0.1:8080/x", Some("127.0.0.1")),
        ("https://[::1]:80/", Some("::1")),
        ("https://api.github.com@evil.example/x", Some("evil.example")),
        ("https://evil.example\\@api.github.com", Some("evil.example")),
        ("https://API.GitHub.com?x", Some("api.github.com")),
        ("https://", None),
        ("file:///x", None),
    ] {
        assert_eq!(host(url).as_deref(), expected, "{url}");
    }
}
