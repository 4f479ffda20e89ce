//! Every transition as a user runs it: guards, overrides, records, commits, worktrees, the author's own status.

use serde_json::Value;

use crate::support::{CONFIG, Output, Repo};

/// [`CONFIG`] with another line in place of one that is there.
fn configured(old: &str, new: &str) -> Repo {
    assert!(CONFIG.contains(old), "{old}");
    Repo::with_config(&CONFIG.replace(old, new))
}

/// Runs as somebody else.
fn run_as(repo: &Repo, name: &str, args: &[&str]) -> Output {
    let email = format!("{}@cloudscale.example", name.to_lowercase());
    repo.git(&["config", "user.name", name]);
    repo.git(&["config", "user.email", &email]);
    repo.run(args)
}

/// Work on a PRD's branch in its worktree, merged into main.
fn work_and_merge(repo: &Repo, id: &str, slug: &str) {
    let place = repo.beside(&format!("worktrees/cloudscale-{id}"));
    fs_err::write(place.join("work.txt"), id).unwrap();
    repo.git_in(&place, &["add", "-A"]);
    repo.git_in(&place, &["commit", "-qm", "Work"]);
    repo.git(&["merge", "-q", "--no-ff", "-m", "Merge", &format!("feat/{id}-{slug}")]);
}

#[test]
fn a_prd_goes_the_whole_way_and_the_history_tells_it() {
    let repo = Repo::new();
    let path = repo.prd("draft", "SVC-001", "a", "**Status**: Draft");
    let plain = repo.prd("draft", "SVC-002", "b", "");
    repo.commit_all("Plans");
    repo.run(&["review", "1"]).expect(0).says("next: prd approve SVC-001");
    assert_eq!(repo.state_of("SVC-001"), "review");
    repo.run(&["approve", "1", "--as", "The board"]).expect(0);
    repo.run(&["start", "1"]).expect(0);
    work_and_merge(&repo, "SVC-001", "a");
    repo.write("unrelated.txt", "mine");
    repo.git(&["add", "unrelated.txt"]);
    repo.run(&["complete", "1"]).expect(0);
    assert_eq!(repo.state_of("SVC-001"), "complete");

    let text = repo.read("docs/prds/complete/SVC-001-a.md");
    for line in [
        "**Status**: Complete\n",
        "**Approved**: 2025-06-02 by The board\n",
        "**Started**: 2025-06-02\n",
        "**Branch**: feat/SVC-001-a\n",
        "**Completed Date**: 2025-06-02\n",
    ] {
        assert!(text.contains(line), "no {line} in {text}");
    }
    assert!(!text.contains("**Worktree**") && !repo.beside("worktrees/cloudscale-SVC-001").exists());
    assert!(!repo.read(&plain).contains("Status"), "no status where its author wrote none");
    assert!(!repo.has(&path));
    assert_eq!(
        repo.git(&["log", "-1", "--format=%B", "--", "docs/prds/complete"]),
        "prd(SVC-001): in-progress → complete\n\nPRD: SVC-001\nPRD-Transition: in-progress..complete\n"
    );
    assert_eq!(
        repo.git(&["status", "--porcelain"]),
        "A  unrelated.txt",
        "what others staged stays as it was"
    );
    let log = repo.run(&["log", "1", "--format", "json"]).expect(0).json();
    let events: Vec<&Value> = log["events"].as_array().unwrap().iter().map(|event| &event["event"]).collect();
    assert_eq!(events, ["complete", "start", "approve", "review"]);
    assert_eq!(log["events"][2]["acting_as"], "The board");
}

#[test]
fn every_transition_refuses_from_the_wrong_state_with_the_ways_on() {
    let repo = Repo::new();
    for (state, id) in [
        ("draft", "SVC-001"),
        ("review", "SVC-002"),
        ("ready", "SVC-003"),
        ("complete", "SVC-004"),
        ("archived", "SVC-005"),
    ] {
        repo.prd(state, id, "a", "");
    }
    repo.commit_all("Plans");
    let before = repo.snapshot();
    for (args, way) in [
        (&["approve", "1"][..], "`prd review SVC-001`"),
        (&["start", "1"], "`prd review SVC-001`"),
        (&["reject", "1", "--reason", "x"], "`prd review SVC-001`"),
        (&["start", "2"], "`prd approve SVC-002`"),
        (&["complete", "3"], "`prd start SVC-003`"),
        (&["pause", "3"], "`prd start SVC-003`"),
        (&["start", "4"], "`prd reopen SVC-004`"),
        (&["restore", "4"], "`prd archive SVC-004`"),
        (&["archive", "5", "--reason", "other"], "`prd restore SVC-005`"),
        (&["reopen", "5"], "`prd restore SVC-005`"),
    ] {
        // A move that the table does not have cannot be forced.
        for force in [&[][..], &["--force", "--reason", "because"][..]] {
            let args: Vec<&str> = if args[0] == "archive" || (args[0] == "reject" && !force.is_empty()) {
                args.to_vec()
            } else {
                args.iter().chain(force).copied().collect()
            };
            repo.run(&args).expect(1).says("illegal-transition").says(way);
        }
    }
    repo.assert_unchanged(&before);
}

#[test]
fn an_approval_needs_a_fresh_review_a_grade_and_a_contract() {
    let repo = configured(
        "\"minimum_grade\": \"F\"",
        "\"minimum_grade\": \"B\", \"require_api_contract\": true, \"require_architecture_decision\": true",
    );
    let path = repo.prd("review", "SVC-001", "a", "");
    repo.commit_all("Plans");
    repo.run(&["approve", "1"])
        .expect(1)
        .says("not-reviewed: SVC-001 has no review")
        .says("hint: prd review SVC-001");
    repo.run(&["review", "1", "--check"]).expect(1);
    repo.run(&["approve", "1"]).expect(1).says("grade-too-low").says("contract-missing").says("adr-missing");
    repo.write(
        &path,
        &(repo.read(&path)
            + "\n## API\n\n```yaml\nopenapi: 3.1.0\ninfo: {title: A, version: 1.0.0}\npaths: {}\n```\n"),
    );
    repo.write("docs/adr/0001-a.md", "# 1. A\n\nStatus: Accepted\n\nRelated PRD: SVC-001\n");
    repo.commit_all("Contract and decision");
    let refused = repo.run(&["approve", "1"]).expect(1).says("review-outdated");
    assert!(
        !refused.stderr.contains("contract-missing") && !refused.stderr.contains("adr-missing"),
        "{refused}"
    );
    repo.run(&["review", "1"]).expect(0);
    repo.run(&["approve", "1", "--force"]).expect(1).says("force-needs-reason");
    repo.run(&["approve", "1", "--force", "--reason", "the launch"])
        .expect(0)
        .says("forced past: grade-too-low");
    assert!(repo.git(&["log", "-1", "--format=%B"]).contains("PRD-Reason: the launch"));
    repo.run(&["log", "1"]).expect(0).says("forced past grade-too-low  “the launch”");
}

#[test]
fn two_reviewers_are_two_people_and_the_author_is_none_of_them() {
    let repo = configured(
        "\"require_approval\": false",
        "\"required_reviewers\": 2, \"allow_self_approval\": false",
    );
    repo.prd("draft", "SVC-001", "a", "");
    repo.commit_all("Plans");
    repo.run(&["review", "1"]).expect(0);
    repo.run(&["approve", "1"]).expect(1).says("self-approval").says("somebody else must approve it");
    repo.run(&["approve", "1", "--as", "Jonas"]).expect(1).says("self-approval");
    run_as(&repo, "Jonas", &["approve", "1"]).expect(0).says("1 of 2 approvals");
    assert_eq!(repo.state_of("SVC-001"), "review");
    run_as(&repo, "Jonas", &["approve", "1"]).expect(1).says("has approved this text already");
    run_as(&repo, "Mei", &["approve", "1"]).expect(0);
    assert_eq!(repo.state_of("SVC-001"), "ready");
}

#[test]
fn a_start_waits_for_prerequisites_and_places() {
    let repo = configured("\"parallel_features\": 100", "\"parallel_features\": 1");
    repo.prd(
        "ready",
        "SVC-001",
        "a",
        "**Depends On**: SVC-002, SVC-003 (contract), SVC-004 (finish), SVC-005 (soft)",
    );
    for id in ["SVC-002", "SVC-003", "SVC-004", "SVC-005"] {
        repo.prd("ready", id, "x", "");
    }
    repo.commit_all("Plans");
    let before = repo.snapshot();
    let refused = repo.run(&["start", "1"]).expect(1);
    assert!(
        refused
            .stderr
            .contains("SVC-001 depends on SVC-002, which is not complete (docs/prds/ready/SVC-001-a.md:11)"),
        "{refused}"
    );
    assert!(refused.stderr.contains("SVC-003, which has published no contract"), "{refused}");
    assert!(!refused.stderr.contains("SVC-004") && !refused.stderr.contains("SVC-005"), "{refused}");
    repo.assert_unchanged(&before);
    let dry = repo.run(&["start", "1", "--force", "--reason", "early", "--dry-run"]).expect(0);
    for step in
        ["move docs/prds/ready/SVC-001-a.md", "feat/SVC-001-a", "../worktrees/cloudscale-SVC-001", "undo:"]
    {
        assert!(dry.stdout.contains(step), "no {step} in {dry}");
    }
    repo.assert_unchanged(&before);
    repo.run(&["start", "1", "--force", "--reason", "early"]).expect(0).says("forced past: unmet-dependency");
    repo.run(&["start", "2"]).expect(1).says("parallel-limit: 1 of 1 places are taken by SVC-001");
    repo.run(&["complete", "1", "--no-merge-check"]).expect(1).says("SVC-004, which is not complete");
}

#[test]
fn names_that_are_taken_stop_a_start_before_anything_is_made() {
    let repo = Repo::new();
    repo.prd("ready", "SVC-001", "a", "");
    repo.prd("ready", "SVC-002", "b", "");
    repo.commit_all("Plans");
    repo.git(&["branch", "feat/SVC-001-a"]);
    fs_err::create_dir_all(repo.beside("worktrees/cloudscale-SVC-002")).unwrap();
    let before = repo.snapshot();
    repo.run(&["start", "1"]).expect(1).says("branch-taken").says("prd set SVC-001 Branch=feat/SVC-001-a");
    repo.run(&["start", "2", "--force", "--reason", "x"]).expect(1).says("worktree-path-taken");
    repo.assert_unchanged(&before);
    // The way out that was told works.
    repo.run(&["set", "1", "Branch=feat/SVC-001-a"]).expect(0);
    repo.run(&["start", "1"]).expect(0);
    assert_eq!(repo.state_of("SVC-001"), "in-progress");
}

#[test]
fn a_pause_keeps_work_and_a_second_start_takes_it_up() {
    let repo = Repo::new();
    repo.prd("ready", "SVC-001", "a", "");
    repo.commit_all("Plans");
    repo.run(&["start", "1"]).expect(0);
    let place = repo.beside("worktrees/cloudscale-SVC-001");
    fs_err::write(place.join("work.txt"), "x").unwrap();
    repo.run(&["pause", "1"]).expect(1).says("worktree-not-clean").says("work.txt").says("--keep-worktree");
    repo.run(&["pause", "1", "--keep-worktree"]).expect(0);
    assert!(place.join("work.txt").is_file());
    repo.run(&["start", "1"]).expect(0).says("used again");
    assert!(
        repo.read("docs/prds/in-progress/SVC-001-a.md")
            .contains("**Worktree**: ../worktrees/cloudscale-SVC-001\n")
    );
    repo.git_in(&place, &["add", "-A"]);
    repo.git_in(&place, &["commit", "-qm", "Work"]);
    repo.run(&["pause", "1"]).expect(0);
    assert!(!place.exists());
    repo.run(&["start", "1"]).expect(0);
    assert!(place.join("work.txt").is_file(), "the branch stayed");
    repo.assert_sound();
}

#[test]
fn a_completion_needs_ticked_or_waived_criteria_and_a_merge() {
    let repo = Repo::new();
    let path = repo.prd("ready", "SVC-001", "a", "");
    repo.write(&path, &repo.read(&path).replace("- [x] Given an unknown", "- [ ] Given an unknown"));
    repo.commit_all("Plans");
    repo.run(&["start", "1"]).expect(0);
    let refused =
        repo.run(&["complete", "1"]).expect(1).says("criterion-open").says("Given an unknown article");
    assert!(refused.stderr.contains("the branch feat/SVC-001-a has no commit of its own"), "{refused}");
    repo.run(&["complete", "1", "--no-merge-check", "--waive", "unknown article"])
        .expect(1)
        .says("waived without a reason");
    let place = repo.beside("worktrees/cloudscale-SVC-001");
    fs_err::write(place.join("work.txt"), "x").unwrap();
    repo.git_in(&place, &["add", "-A"]);
    repo.git_in(&place, &["commit", "-qm", "Work"]);
    repo.run(&["complete", "1", "--waive", "unknown", "--reason", "no such article"])
        .expect(1)
        .says("is not merged");
    repo.git(&["merge", "-q", "--squash", "feat/SVC-001-a"]);
    repo.git(&["commit", "-qm", "Squashed"]);
    repo.run(&["complete", "1", "--waive", "unknown", "--reason", "no such article"]).expect(0);
    let waiver = repo.git(&["ls-files", "docs/prds/.prd/waivers"]);
    assert!(repo.read(&waiver).contains("no such article"), "{waiver}");
    repo.assert_sound();
}

#[test]
fn what_is_archived_says_why_and_comes_back_to_where_it_was() {
    let repo = Repo::new();
    repo.prd("ready", "SVC-001", "a", "");
    repo.prd("draft", "SVC-002", "b", "**Depends On**: SVC-001");
    repo.prd("complete", "SVC-003", "c", "");
    repo.commit_all("Plans");
    repo.run(&["archive", "1"]).expect(2);
    repo.run(&["archive", "1", "--reason", "completed"]).expect(1).says("SVC-001 is ready, not complete");
    repo.run(&["archive", "1", "--reason", "superseded"]).expect(1).says("--reason superseded --by ID");
    repo.run(&["archive", "1", "--reason", "superseded", "--by", "1"])
        .expect(1)
        .says("cannot supersede itself");
    repo.run(&["archive", "1", "--reason", "superseded", "--by", "99"]).expect(3);
    for reason in ["cancelled", "blocked", "other"] {
        let said = repo.run(&["archive", "1", "--reason", reason, "--note", "later"]).expect(0);
        assert!(
            said.stdout.contains("SVC-002 depends on SVC-001, which now will never be complete"),
            "{said}"
        );
        assert_eq!(repo.state_of("SVC-001"), "archived");
        repo.run(&["restore", "1"]).expect(0);
        assert_eq!(repo.state_of("SVC-001"), "ready", "{reason}");
    }
    repo.run(&["archive", "1", "--reason", "superseded", "--by", "3"]).expect(0);
    assert!(repo.read("docs/prds/archived/SVC-001-a.md").contains("**Superseded By**: SVC-003"));
    let shown = repo.run(&["show", "2", "--format", "json"]).expect(0).json();
    assert_eq!(
        (&shown["prerequisites"][0]["id"], &shown["prerequisites"][0]["met"]),
        (&"SVC-003".into(), &true.into())
    );
    repo.run(&["archive", "3", "--reason", "completed"]).expect(0);
    repo.run(&["restore", "3"]).expect(0);
    assert_eq!(repo.state_of("SVC-003"), "complete");
    repo.assert_sound();
}

#[test]
fn a_finished_prd_is_taken_up_again_with_its_branch() {
    let repo = Repo::new();
    repo.prd("ready", "SVC-001", "a", "");
    repo.commit_all("Plans");
    repo.run(&["start", "1"]).expect(0);
    work_and_merge(&repo, "SVC-001", "a");
    repo.run(&["complete", "1"]).expect(0);
    repo.run(&["reopen", "1"]).expect(0);
    assert_eq!(repo.state_of("SVC-001"), "in-progress");
    let text = repo.read("docs/prds/in-progress/SVC-001-a.md");
    assert!(!text.contains("Completed Date") && text.contains("**Branch**: feat/SVC-001-a"), "{text}");
    assert!(repo.beside("worktrees/cloudscale-SVC-001/work.txt").is_file());
    repo.assert_sound();
}

#[test]
fn without_a_review_folder_a_review_happens_in_draft() {
    let repo = configured("\"review\": \"docs/prds/review\"", "\"review\": null");
    repo.prd("draft", "SVC-001", "a", "");
    repo.commit_all("Plans");
    repo.run(&["reject", "1", "--reason", "x"]).expect(1).says("not-reviewed");
    repo.run(&["review", "1"]).expect(0);
    assert_eq!(repo.state_of("SVC-001"), "draft");
    repo.run(&["reject", "1", "--reason", "x"]).expect(0);
    repo.run(&["approve", "1"]).expect(1).says("was rejected after its last review");
    repo.run(&["review", "1"]).expect(0);
    repo.run(&["approve", "1"]).expect(0);
    assert_eq!(repo.state_of("SVC-001"), "ready");
    assert!(!repo.has("docs/prds/review"));
}

#[test]
fn the_work_plans_region_follows_and_the_rest_of_it_is_its_authors() {
    let repo = Repo::new();
    let (head, tail) =
        ("# Plan\n\nOurs.  \n\n<!-- prd:work-plan:begin -->", "<!-- prd:work-plan:end -->\n\nTail");
    repo.write("docs/WORK_PLAN.md", &format!("{head}\n{tail}"));
    repo.prd("ready", "SVC-001", "a", "");
    repo.commit_all("Plans");
    repo.run(&["start", "1"]).expect(0);
    let plan = repo.read("docs/WORK_PLAN.md");
    assert!(plan.starts_with(head) && plan.ends_with(tail), "{plan}");
    assert!(plan.contains("### In progress\n\n| PRD | Title | Priority | Team | Owner |\n| --- | --- | --- | --- | --- |\n| SVC-001 | a | P1 | Checkout | Ada Lindqvist |\n"), "{plan}");
    assert!(
        repo.git(&["show", "--format=", "--name-only", "HEAD"]).contains("docs/WORK_PLAN.md"),
        "one commit"
    );
}

#[test]
fn a_workflow_that_is_off_reads_and_changes_nothing() {
    let repo =
        configured("\"enabled\": true,\n    \"directories\"", "\"enabled\": false,\n    \"directories\"");
    repo.prd("draft", "SVC-001", "a", "");
    repo.commit_all("Plans");
    let before = repo.snapshot();
    for args in [
        &["review", "1"][..],
        &["new", "X"],
        &["set", "1", "Owner=X"],
        &["archive", "1", "--reason", "other"],
    ] {
        repo.run(args).expect(1).says("prd_workflow.enabled: false");
    }
    repo.run(&["list"]).expect(0).says("SVC-001");
    repo.assert_unchanged(&before);
}
