//! Issues from `approve` to `archive` and their drift, through the real client.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::github_auth::{repo, run};
use crate::support::Repo;
use crate::support::github::GitHub;

pub(crate) fn labels(issue: &Value) -> BTreeSet<String> {
    issue["labels"].as_array().unwrap().iter().map(|label| label.as_str().unwrap().to_owned()).collect()
}

pub(crate) fn only_issue(github: &GitHub, id: &str) -> Value {
    let issues = github.with(|state| state.with_marker(&format!("<!-- prd:{id} -->")));
    assert_eq!(issues.len(), 1, "issues of {id}: {issues:?}");
    issues[0].clone()
}

/// The text of a PRD, wherever it lies.
pub(crate) fn text_of(repo: &Repo, id: &str, slug: &str) -> String {
    repo.read(&format!("docs/prds/{}/{id}-{slug}.md", repo.state_of(id)))
}

#[test]
fn an_issue_follows_its_prd_from_approval_to_the_archive() {
    let github = GitHub::start();
    let repo = repo(&github);
    repo.prd("draft", "SVC-101", "checkout-service", "**Milestone**: 2025.3\n**Depends On**: SVC-102");
    repo.prd("complete", "SVC-102", "payment-service", "");
    repo.commit_all("Plans");
    run(&repo, &["review", "SVC-101"]).expect(0);
    let approved = run(&repo, &["approve", "SVC-101"]).expect(0);
    approved
        .says("this clone writes to GitHub for the first time: to acme/shop on github.com")
        .says("new issue #1");
    let issue = only_issue(&github, "SVC-101");
    assert_eq!(issue["title"], "SVC-101: checkout-service");
    assert_eq!(labels(&issue), ["P1", "PRD", "state:ready"].map(str::to_owned).into());
    assert_eq!(issue["milestone"]["title"], "2025.3");
    let body = issue["body"].as_str().unwrap();
    for part in
        ["3 of 100 are given up", "| Priority | P1 |", "- [x] Given an order", "- SVC-102: payment-service"]
    {
        assert!(body.contains(part), "no `{part}` in {body}");
    }
    let text = text_of(&repo, "SVC-101", "checkout-service");
    assert!(text.contains("**GitHub Issue**: #1 (https://github.com/acme/shop/issues/1)"), "{text}");

    let started = run(&repo, &["start", "SVC-101", "--no-fetch"]).expect(0);
    assert!(!started.stderr.contains("for the first time"), "{started}");
    assert_eq!(
        labels(&only_issue(&github, "SVC-101")),
        ["P1", "PRD", "state:in-progress"].map(str::to_owned).into()
    );
    run(&repo, &["complete", "SVC-101", "--no-merge-check"]).expect(0);
    let issue = only_issue(&github, "SVC-101");
    assert_eq!((&issue["state"], &issue["state_reason"]), (&json!("closed"), &json!("completed")));
    run(&repo, &["reopen", "SVC-101"]).expect(0);
    assert_eq!(only_issue(&github, "SVC-101")["state"], "open");
    run(&repo, &["archive", "SVC-101", "--reason", "cancelled", "--note", "no <!-- prd:SVC-9 --> need"])
        .expect(0);
    let issue = only_issue(&github, "SVC-101");
    assert_eq!((&issue["state"], &issue["state_reason"]), (&json!("closed"), &json!("not_planned")));
    let comments: Vec<String> =
        github.with(|state| state.comments_on(1).into_iter().map(str::to_owned).collect());
    assert_eq!(comments.len(), 4);
    assert!(comments[0].starts_with("**start**: ready → in-progress by Ada Lindqvist"), "{}", comments[0]);
    assert!(comments[3].contains("> no &lt;!-- prd:SVC-9"), "{}", comments[3]);
    assert!(!comments.concat().contains("ada@cloudscale.example"));
    run(&repo, &["sync"]).expect(0).says("1 issue compared, 0 differences");
    repo.assert_sound();
}

#[test]
fn drift_is_shown_and_mended_where_nobody_decided_otherwise() {
    let github = GitHub::start();
    let repo = repo(&github);
    repo.prd("ready", "SVC-101", "checkout-service", "");
    repo.prd("complete", "SVC-102", "payment-service", "");
    repo.commit_all("Plans");
    for id in ["SVC-101", "SVC-102"] {
        run(&repo, &["issue", id]).expect(0);
    }
    github.with(|state| {
        state.issue(1)["title"] = json!("Renamed by somebody");
        state.issue(1)["labels"] = json!(["P0", "bug"]);
        state.issue(1)["state"] = json!("closed");
    });
    let shown = run(&repo, &["sync"]).expect(0).says("SVC-101 #1 title").says("SVC-101 #1 labels");
    let shown = shown
        .says("SVC-101 #1 state: ready | GitHub: closed")
        .says("SVC-102 #2 state: complete | GitHub: open");
    assert!(!shown.stdout.contains("mended"), "{shown}");
    run(&repo, &["sync", "--apply"]).expect(0).says("title (mended)");
    let (one, two) = (only_issue(&github, "SVC-101"), only_issue(&github, "SVC-102"));
    assert_eq!((&one["title"], &one["state"]), (&json!("SVC-101: checkout-service"), &json!("closed")));
    assert_eq!(labels(&one), ["P1", "PRD", "bug", "state:ready"].map(str::to_owned).into());
    assert_eq!(two["state"], "closed");
    run(&repo, &["sync"]).expect(0).says("1 difference");
}
