//! One PRD in every dialect is one model; a repository of another tool's making is read whole.

use serde_json::{Map, Value};

use crate::support::Repo;

const BODY: &str = "\n## Problem\n\nOrders wait.\n\n## Acceptance Criteria\n\n- [x] Given a, when b, then c\n- [ ] It answers 404\n\n\
## Tasks\n\n- [~] Build it\n\n```\n- [ ] not a box, SVC-099 not an id\n```\n";

/// The header in each dialect; the title above it, front matter apart.
const HEADERS: [&str; 8] = [
    "**Priority**: P0\n**Team**: Payments (lead), Checkout\n**Owner**: Ada\n**Estimate**: 6-8 days\n**Target**: 2025-W26\n**Depends On**: SVC-2 (contract) — the charge API, SVC-3\n",
    "**Priority:** P0\n**Teams:** Payments (lead), Checkout\n**Owner:** Ada\n**Estimate:** 6-8 days\n**Target:** 2025-W26\n**Depends On:** SVC-2 (contract) — the charge API, SVC-3\n",
    "- **Priority**: P0\n- **Team**: Payments (lead), Checkout\n- **Owner**: Ada\n- **Estimate**: 6-8 days\n- **Target**: 2025-W26\n- **Depends On**: SVC-2 (contract) — the charge API, SVC-3\n",
    "* Priority: P0\n* Team: Payments (lead), Checkout\n* Owner: Ada\n* Estimate: 6-8 days\n* Target: 2025-W26\n* Depends On: SVC-2 (contract) — the charge API, SVC-3\n",
    "| Field | Value |\n|---|---|\n| **Priority** | P0 |\n| **Team** | Payments (lead), Checkout |\n| **Owner** | Ada |\n| **Estimate** | 6-8 days |\n| **Target** | 2025-W26 |\n| **Depends On** | SVC-2 (contract) — the charge API, SVC-3 |\n",
    "Priority: P0\nTeam: Payments (lead), Checkout\nOwner: Ada\nEstimate: 6-8 days\nTarget: 2025-W26\nDepends On: SVC-2 (contract) — the charge API, SVC-3\n",
    "## Priority: P0\n\n## Team: Payments (lead), Checkout\n\n## Owner: Ada\n\n## Estimate: 6-8 days\n\n## Target: 2025-W26\n\n## Depends On: SVC-2 (contract) — the charge API, SVC-3\n",
    "**Priority**: Critical\n**Team**: Payments (lead), Checkout\n**Owner**: Ada\n**Estimate**: 6-8 days\n**Target**: 2025-W26\n\n## Dependencies\n\n- SVC-2 (contract) — the charge API\n- SVC-3\n",
];

const FRONT: &str = "---\npriority: P0\nteam: \"Payments (lead), Checkout\"\nowner: Ada\nestimate: 6-8 days\ntarget: 2025-W26\n\
depends_on:\n  - SVC-2 (contract) — the charge API\n  - SVC-3\n---\n";

/// A model without what a dialect is and where it stands.
fn without_places(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members
                .iter()
                .filter(|(key, _)| !matches!(key.as_str(), "line" | "dialect" | "fields" | "content_hash"));
            Value::Object(
                kept.map(|(key, value)| (key.clone(), without_places(value))).collect::<Map<_, _>>(),
            )
        }
        Value::Array(items) => Value::Array(items.iter().map(without_places).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

#[test]
fn a_prd_is_the_same_model_in_every_dialect() {
    let mut texts: Vec<String> =
        HEADERS.iter().map(|header| format!("# SVC-001: Refunds\n\n{header}{BODY}")).collect();
    texts.push(format!("{FRONT}# SVC-001: Refunds\n{BODY}"));
    texts.push(format!("\u{feff}{}", texts[0].replace('\n', "\r\n")));
    let repo = Repo::with_config(r#"{"prd_workflow": {"prd_id": {"prefix": "SVC"}}}"#);
    repo.write("docs/prds/ready/SVC-002-charges.md", "# SVC-002: Charges\n");
    repo.write("docs/prds/complete/SVC-003-login.md", "# SVC-003: Login\n");
    let mut first = None;
    for text in texts {
        repo.write("docs/prds/draft/SVC-001-refunds.md", &text);
        let model = repo.run(&["show", "1", "--format", "json"]).expect(0).json();
        let model = without_places(&model);
        let expected = first.get_or_insert_with(|| {
            assert_eq!(model["prd"]["priority"], "P0");
            assert_eq!(model["prd"]["teams"], serde_json::json!(["Payments", "Checkout"]));
            assert_eq!(model["prd"]["target"], "2025-06-27");
            assert_eq!(model["progress"], 33);
            assert_eq!(model["prerequisites"].as_array().unwrap().len(), 2);
            assert_eq!(model["prerequisites"][0]["reason"], "the charge API");
            assert_eq!(
                (&model["prerequisites"][1]["id"], &model["prerequisites"][1]["met"]),
                (&"SVC-003".into(), &true.into())
            );
            assert_eq!(model["findings"], serde_json::json!([]));
            model.clone()
        });
        assert_eq!(*expected, model, "in\n{text}");
    }
}

/// A planning folder as a team keeps it that never heard of `prd`: its own folder names, ids in small letters, a status
/// page by hand, reasons in brackets with commas in them, and a table that says other things than the header.
fn foreign() -> Repo {
    let repo = Repo::unborn();
    let prd = |name: &str, id: &str, title: &str, depends: &str, blocks: &str| {
        repo.write(
            &format!("completed/{name}.md"),
            &format!(
                "# {id}: {title}\n\n**PRD ID**: {id}\n**Status**: Completed\n**Dependencies**: {depends}\n**Blocks**: {blocks}\n\n\
                 ## Dependency Map\n\n| Depends On | What It Provides |\n| --- | --- |\n| PRD-001 | Everything |\n\n\
                 ## Tasks\n\n| # | Task | Estimate | Dependencies |\n|---|---|---|---|\n| 1 | Build | 2 days | Task 2 |\n"
            ),
        );
    };
    prd(
        "prd-001-base",
        "PRD-001",
        "Base & Tooling",
        "None — this is the root",
        "PRD-002, PRD-003 (API — Bun, tRPC)",
    );
    prd("prd-002-types", "PRD-002", "Types", "PRD-001 (Base — types, lint)", "None");
    prd("prd-003-api", "PRD-003", "API", "PRD-002 (Types, validators)", "PRD-004");
    prd(
        "prd-004-deploy",
        "PRD-004",
        "Deploy",
        "All previous PRDs (needs it all)",
        "None directly — it is the end",
    );
    repo.write("inbox/idea-themes.md", "# Idea: Themes\n");
    repo.write("active/.gitkeep", "");
    repo.write("archived/.gitkeep", "");
    repo.write(
        "status.md",
        "# Status\n\n| PRD ID | Title | Status | Dependencies |\n|---|---|---|---|\n| PRD-001 | [Base](completed/prd-001-base.md) | Completed | None |\n\
         | PRD-004 | [Deploy](inbox/prd-004-deploy.md) | Draft | All |\n",
    );
    repo.write("_templates/prd.md", "# PRD-XXX: Title\n");
    repo.commit_all("Plans");
    repo
}

#[test]
fn a_planning_folder_of_another_making_is_read_whole() {
    let repo = foreign();
    repo.run(&["init"]).expect(0);
    repo.commit_all("Set up prd");
    let list = repo.run(&["list", "--format", "json"]).expect(0).json();
    let read: Vec<(&str, &str, &str)> = list["prds"]
        .as_array()
        .unwrap()
        .iter()
        .map(|prd| {
            (prd["id"].as_str().unwrap(), prd["title"].as_str().unwrap(), prd["state"].as_str().unwrap())
        })
        .collect();
    assert_eq!(
        read,
        [
            ("PRD-001", "Base & Tooling", "complete"),
            ("PRD-002", "Types", "complete"),
            ("PRD-003", "API", "complete"),
            ("PRD-004", "Deploy", "complete"),
        ]
    );
    let edges: Vec<String> = list["prds"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|prd| {
            let edges = prd["depends_on"].as_array().unwrap().iter();
            edges
                .map(|edge| format!("{} → {}", prd["id"].as_str().unwrap(), edge["id"].as_str().unwrap()))
                .collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(edges, ["PRD-002 → PRD-001", "PRD-003 → PRD-001", "PRD-003 → PRD-002", "PRD-004 → PRD-003"]);
    assert_eq!(list["prds"][3]["external"], serde_json::json!(["All previous PRDs (needs it all)"]));

    let lint = repo.run(&["lint", "--format", "json"]).expect(0).json();
    let found: Vec<String> = lint["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| format!("{} {}:{}", f["rule"].as_str().unwrap(), f["path"].as_str().unwrap(), f["line"]))
        .collect();
    for expected in [
        "mirror-missing completed/prd-001-base.md:6", // PRD-003 does not say that it depends on PRD-001
        "mirror-missing completed/prd-003-api.md:5",  // PRD-002 says that it blocks nothing
        "mirror-missing completed/prd-003-api.md:6",  // PRD-004 names no id
        "no-id inbox/idea-themes.md:1",
        "status-page-drift status.md:6",
    ] {
        assert!(found.contains(&expected.to_owned()), "no `{expected}` in {found:#?}");
    }
}

#[test]
fn setting_a_field_in_a_foreign_file_adds_one_line() {
    let repo = foreign();
    repo.run(&["init"]).expect(0);
    repo.commit_all("Set up prd");
    for id in 1..=4 {
        repo.run(&["set", &id.to_string(), "Owner=Ada"]).expect(0);
        let diff = repo.git(&["diff", "--word-diff=plain", "-U0", "HEAD~1", "--", "completed"]);
        let changed: Vec<&str> = diff.lines().skip_while(|line| !line.starts_with("@@")).skip(1).collect();
        assert_eq!(changed, ["{+**Owner**: Ada+}"], "{diff}");
    }
}
