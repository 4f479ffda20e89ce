//! `list`, `show`, `lint`, `log`, `doctor` and `worktree`: what a team and its scripts read.

use serde_json::Value;

use crate::support::{CONFIG, Repo, prd_text};

fn ids(answer: &Value) -> Vec<String> {
    answer["prds"].as_array().unwrap().iter().map(|prd| prd["id"].as_str().unwrap().to_owned()).collect()
}

fn rules(answer: &Value) -> Vec<(String, String, u64)> {
    let findings = answer["findings"].as_array().unwrap().iter();
    findings
        .map(|finding| {
            (
                finding["rule"].as_str().unwrap().to_owned(),
                finding["path"].as_str().unwrap().rsplit('/').next().unwrap().to_owned(),
                finding["line"].as_u64().unwrap(),
            )
        })
        .collect()
}

/// Three PRDs of two teams in three states, with an edge of each direction and an external prerequisite.
fn three() -> Repo {
    let repo = Repo::new();
    repo.write(
        "docs/prds/draft/SVC-010-gift-cards.md",
        "# SVC-010: Gift Cards\n\n**Priority**: P2\n**Team**: Payments (lead), Checkout\n**Owner**: Priya Raman\n\
         **Target**: 2025-08-01\n**Depends On**: SVC-020 (contract), the tax office's answer\n",
    );
    repo.write(
        "docs/prds/in-progress/SVC-020-card-vault.md",
        "# SVC-020: Card Vault\n\n**Priority**: P0\n**Team**: Checkout\n**Owner**: Ada Lindqvist\n**GitHub Issue**: #41\n\
         **Target**: 2025-06-20\n\n## Acceptance Criteria\n\n- [x] a\n- [ ] b\n- [~] c\n",
    );
    repo.write(
        "docs/prds/complete/2025/SVC-030-login.md",
        "# SVC-030: Login\n\n**Priority**: P1\n**Blocks**: SVC-020\n\n## Tasks\n\n- [x] a\n",
    );
    repo.commit_all("Plans");
    repo
}

#[test]
fn list_filters_sorts_and_has_the_shape_that_scripts_rely_on() {
    let repo = three();
    let list = |args: &[&str]| {
        let mut words = vec!["list", "--format", "json"];
        words.extend(args);
        repo.run(&words).expect(0).json()
    };
    let all = list(&[]);
    assert_eq!(all["schema"], 1);
    assert_eq!(ids(&all), ["SVC-010", "SVC-020", "SVC-030"]);
    let keys: Vec<&str> = all["prds"][0].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        [
            "id",
            "number",
            "title",
            "state",
            "path",
            "service",
            "team",
            "teams",
            "priority",
            "progress",
            "depends_on",
            "external",
            "owner",
            "branch",
            "worktree",
            "issue",
            "problems"
        ]
    );
    let gift = &all["prds"][0];
    assert_eq!(
        (&gift["number"], &gift["service"], &gift["progress"]),
        (&10.into(), &"gift-cards".into(), &Value::Null)
    );
    assert_eq!(gift["teams"], serde_json::json!(["Payments", "Checkout"]));
    assert_eq!(gift["depends_on"], serde_json::json!([{"id": "SVC-020", "kind": "contract"}]));
    assert_eq!(gift["external"], serde_json::json!(["the tax office's answer"]));
    let vault = &all["prds"][1];
    assert_eq!((&vault["progress"], &vault["issue"]), (&33.into(), &"#41".into()));
    assert_eq!(
        vault["depends_on"],
        serde_json::json!([{"id": "SVC-030", "kind": "complete"}]),
        "declared by SVC-030"
    );

    for (args, expected) in [
        (&["--state", "In Progress"][..], &["SVC-020"][..]),
        (&["--state", "draft", "--state", "complete"], &["SVC-010", "SVC-030"]),
        (&["--team", "checkout"], &["SVC-010", "SVC-020"]),
        (&["--priority", "P0"], &["SVC-020"]),
        (&["--owner", "priya"], &["SVC-010"]),
        (&["card"], &["SVC-010", "SVC-020"]),
        (&["svc-030"], &["SVC-030"]),
        (&["--sort", "priority"], &["SVC-020", "SVC-030", "SVC-010"]),
        (&["--sort", "target", "--reverse"], &["SVC-030", "SVC-010", "SVC-020"]),
        (&["--sort", "state"], &["SVC-010", "SVC-020", "SVC-030"]),
        (&["--sort", "title"], &["SVC-020", "SVC-010", "SVC-030"]),
        (&["nothing like it"], &[]),
    ] {
        assert_eq!(ids(&list(args)), expected, "{args:?}");
    }
    repo.run(&["list", "--state", "maybe"]).expect(2).says("the states are draft, review");
    let text = repo.run(&["list", "--sort", "priority"]).expect(0).stdout;
    assert!(text.starts_with("ID       STATE        PRIO  DONE  TEAM      OWNER          TITLE\nSVC-020  in-progress  P0    33%"), "{text}");
}

#[test]
fn a_prd_is_named_in_every_way_and_a_wrong_name_gets_the_nearest() {
    let repo = three();
    for name in [
        "SVC-020",
        "svc-20",
        "20",
        "#20",
        "card-vault",
        "vault",
        "docs/prds/in-progress/SVC-020-card-vault.md",
        "SVC-020-card-vault.md",
    ] {
        let shown = repo.run(&["show", name, "--format", "json"]).expect(0).json();
        assert_eq!(shown["prd"]["id"], "SVC-020", "{name}");
    }
    let inside = repo.root().join("docs/prds/in-progress");
    repo.run_in(&inside, &["show", "./SVC-020-card-vault.md"]).expect(0);
    repo.run(&["show", "card"]).expect(3).says("SVC-010-gift-cards.md").says("name one by its path");
    repo.run(&["show", "SVC-21"]).expect(3).says("did you mean SVC-020 (card-vault)");
    repo.run(&["show", "2"]).expect(3).says("SVC-020 (card-vault)");
    repo.run(&["show", "nothing-like-it"]).expect(3).says("prd list");
    let shown = repo.run(&["show", "20"]).expect(0).stdout;
    for line in [
        "  state       in-progress\n",
        "  progress    33% (read from home)\n",
        "  needed by   · SVC-010 Gift Cards (contract, draft)\n",
        "  [~] c\n",
    ] {
        assert!(shown.contains(line), "no `{line}` in {shown}");
    }
}

#[test]
fn lint_names_rule_and_place_of_each_mistake() {
    let repo = Repo::new();
    repo.write(
        "docs/prds/draft/SVC-1-a.md",
        "# SVC-1: A\n\n**Status**: Complete\n**Depends On**: SVC-9, SVC-2\n",
    );
    repo.write("docs/prds/ready/SVC-2-b.md", "# SVC-2: B\n\n**Depends On**: SVC-1\n**Team**: Nobody\n");
    repo.write("docs/prds/ready/SVC-3-c.md", "# SVC-3: C\n");
    repo.write("docs/prds/archived/SVC-3-c.md", "# SVC-3: C\n");
    repo.write("docs/prds/ready/notes.md", "# Some notes\n");
    repo.write("docs/prds/ready/_private.md", "# Nothing\n");
    repo.write("docs/prds/STATUS.md", "| PRD | Status |\n|---|---|\n| SVC-2 | Done |\n| SVC-1 | Draft |\n");
    repo.commit_all("Plans");
    let answer = repo.run(&["lint", "--format", "json"]).expect(1).json();
    let found = rules(&answer);
    for (rule, file, line) in [
        ("status-drift", "SVC-1-a.md", 3),
        ("unknown-dependency", "SVC-1-a.md", 4),
        ("dependency-cycle", "SVC-1-a.md", 4),
        ("unknown-team", "SVC-2-b.md", 4),
        ("duplicate-id", "SVC-3-c.md", 1),
        ("no-id", "notes.md", 1),
        ("status-page-drift", "STATUS.md", 3),
    ] {
        assert!(found.contains(&(rule.to_owned(), file.to_owned(), line)), "{rule} in {found:?}");
    }
    assert!(found.iter().all(|(_, file, _)| file != "_private.md"));
    let keys: Vec<&str> = answer["findings"][0].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["rule", "severity", "path", "line", "column", "message", "hint", "fixable"]);
    let cycle = repo.run(&["deps", "check"]).expect(1).stdout;
    assert!(
        cycle.contains("SVC-001 → SVC-002 → SVC-001") || cycle.contains("SVC-1 → SVC-2 → SVC-1"),
        "{cycle}"
    );
    let one = repo.run(&["lint", "2", "--format", "json"]).expect(0).json();
    assert!(rules(&one).iter().all(|(_, file, _)| file == "SVC-2-b.md"));
}

#[test]
fn lint_fix_changes_the_status_and_nothing_else() {
    let repo = Repo::new();
    let text = "\u{feff}# SVC-7: Drift\r\n\r\n* Status:   Draft ✅ \r\n* Odd  :  spacing\r\n\r\nText  \r\n";
    repo.write("docs/prds/complete/SVC-7-drift.md", text);
    repo.write("docs/prds/draft/SVC-8-clean.md", &prd_text("SVC-8", "clean", ""));
    repo.commit_all("Plans");
    repo.run(&["lint"]).expect(0).says("prd lint --fix");
    let before = repo.snapshot();
    repo.run(&["lint", "--fix", "--dry-run"]).expect(0).says("would mend docs/prds/complete/SVC-7-drift.md");
    repo.assert_unchanged(&before);
    repo.run(&["lint", "--fix"]).expect(0).says("0 errors, 0 warnings");
    let mended = repo.read("docs/prds/complete/SVC-7-drift.md");
    let at = text.find("Draft ✅").unwrap();
    assert_eq!(&mended[..at], &text[..at]);
    assert!(mended[at..].starts_with("Complete"), "{mended:?}");
    assert!(mended.ends_with("\r\n* Odd  :  spacing\r\n\r\nText  \r\n"), "{mended:?}");
    assert_eq!(
        repo.git(&["show", "--format=%s", "--name-only", "HEAD"]),
        "prd(SVC-007): lint --fix\n\ndocs/prds/complete/SVC-7-drift.md"
    );
}

#[test]
fn log_tells_what_happened_newest_first() {
    let repo = Repo::new();
    repo.run(&["log"]).expect(0).says("nothing was recorded yet");
    repo.prd("draft", "SVC-1", "a", "");
    repo.prd("draft", "SVC-2", "b", "");
    repo.commit_all("Plans");
    repo.run(&["review", "1"]).expect(0);
    repo.run(&["reject", "1", "--reason", "too thin"]).expect(0);
    repo.run(&["review", "2"]).expect(0);
    let log = repo.run(&["log", "--format", "json"]).expect(0).json();
    let said: Vec<(&str, &str)> = log["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| (e["id"].as_str().unwrap(), e["event"].as_str().unwrap()))
        .collect();
    assert_eq!(said, [("SVC-002", "review"), ("SVC-001", "reject"), ("SVC-001", "review")]);
    let one = repo.run(&["log", "1", "-n", "1"]).expect(0).stdout;
    assert!(one.contains("review → draft  Ada Lindqvist <ada@cloudscale.example>  “too thin”"), "{one}");
}

#[test]
fn worktree_list_and_path_tell_where_each_prd_is_worked_on() {
    let repo = Repo::new();
    repo.prd("ready", "SVC-1", "a", "");
    repo.prd("ready", "SVC-2", "b", "");
    repo.commit_all("Plans");
    repo.run(&["start", "1"]).expect(0);
    let place = repo.beside("worktrees/cloudscale-SVC-001");
    let path = repo.run(&["worktree", "path", "1"]).expect(0).stdout;
    assert_eq!(path, format!("{}\n", place.display()));
    repo.run(&["worktree", "path", "2"]).expect(3).says("prd start SVC-002");
    fs_err::write(place.join("new.txt"), "x").unwrap();
    let list = repo.run(&["worktree", "list", "--format", "json"]).expect(0).json();
    let rows = list["worktrees"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    let row = rows.iter().find(|row| row["id"] == "SVC-001").unwrap();
    assert_eq!(
        (&row["branch"], &row["state"], &row["untracked"]),
        (&"feat/SVC-001-a".into(), &"in-progress".into(), &1.into())
    );
    // From inside the worktree the same home is read.
    repo.run_in(&place, &["list", "--state", "in-progress"]).expect(0).says("SVC-001");
}

#[test]
fn progress_is_read_where_the_work_is_done() {
    let repo = Repo::new();
    repo.write(
        "docs/prds/ready/SVC-1-a.md",
        "# SVC-1: A\n\n**Estimate**: 4 days\n\n## Tasks\n\n- [ ] a\n- [ ] b\n",
    );
    repo.commit_all("Plans");
    repo.run(&["start", "1"]).expect(0);
    let place = repo.beside("worktrees/cloudscale-SVC-001");
    let file = place.join("docs/prds/in-progress/SVC-1-a.md");
    fs_err::write(&file, fs_err::read_to_string(&file).unwrap().replacen("[ ]", "[x]", 1)).unwrap();
    let shown = repo.run(&["show", "1", "--format", "json"]).expect(0).json();
    assert_eq!(shown["progress"], 50);
    assert_eq!(shown["progress_source"], format!("worktree {}", place.display()));
    repo.git_in(&place, &["commit", "-qam", "Half"]);
    repo.git(&["worktree", "remove", "--force", place.to_str().unwrap()]);
    let shown = repo.run(&["show", "1", "--format", "json"]).expect(0).json();
    assert_eq!(
        (&shown["progress"], &shown["progress_source"]),
        (&50.into(), &"branch feat/SVC-001-a".into())
    );
}

#[test]
fn doctor_is_content_with_a_sound_clone_and_names_what_is_gone() {
    let repo = Repo::new();
    repo.prd("ready", "SVC-1", "a", "");
    repo.commit_all("Plans");
    repo.run(&["start", "1"]).expect(0);
    repo.run(&["doctor"]).expect(0).says("✓ worktrees: 2 registered, all there");
    let place = repo.beside("worktrees/cloudscale-SVC-001");
    fs_err::remove_dir_all(&place).unwrap();
    repo.run(&["doctor"]).expect(1).says("the folder is gone").says("prd worktree repair");
    let answer = repo.run(&["doctor", "--format", "json"]).expect(1).json();
    assert!(
        answer["checks"]
            .as_array()
            .unwrap()
            .iter()
            .any(|check| check["name"] == "worktrees" && check["ok"] == false)
    );
}

#[test]
fn home_is_read_from_everywhere_and_a_config_of_flags_wins() {
    let repo = three();
    let other = repo.beside("other");
    fs_err::create_dir_all(&other).unwrap();
    repo.run_in(&other, &["list"]).expect(4).says("git init, or name the repository: prd --repo DIR");
    repo.run_in(&other, &["--repo", repo.root().to_str().unwrap(), "list"]).expect(0).says("SVC-020");
    fs_err::write(other.join("c.json"), CONFIG.replace("SVC-{number}", "ABC-{number}")).unwrap();
    let file = other.join("c.json");
    repo.run(&["--config", file.to_str().unwrap(), "show", "20"]).expect(0).says("write ABC-020");
    repo.run(&["--config", "nowhere.json", "list"]).expect(2).says("nowhere.json");
}
