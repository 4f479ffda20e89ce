//! Dependencies and families as links between issues, and issues that are not there any more.

use serde_json::json;

use crate::github_auth::{repo, run};
use crate::support::github::GitHub;

#[test]
fn a_github_without_links_is_no_failure_and_is_said_once() {
    let github = GitHub::start();
    let repo = repo(&github);
    github.with(|state| (state.blockers, state.parts) = (None, None));
    repo.prd("ready", "SVC-101", "checkout-service", "**Depends On**: SVC-102\n**Parent**: SVC-102");
    repo.prd("complete", "SVC-102", "payment-service", "");
    repo.commit_all("Plans");
    run(&repo, &["issue", "SVC-102"]).expect(0);
    let made = run(&repo, &["issue", "SVC-101"]).expect(0).says("acme/shop offers no sub-issues");
    made.says("acme/shop offers no dependencies between issues");
    let again = run(&repo, &["issue", "SVC-101"]).expect(0);
    assert!(!again.to_string().contains("offers no"), "{again}");
    run(&repo, &["sync"]).expect(0).says("2 issues compared");
}

#[test]
fn a_link_that_lacks_is_shown_and_one_of_a_person_stays() {
    let github = GitHub::start();
    let repo = repo(&github);
    // The one that waits was approved first, and its prerequisite's issue is made before its own all the same.
    repo.prd("ready", "SVC-101", "checkout-service", "**Depends On**: SVC-102");
    repo.prd("ready", "SVC-102", "payment-service", "");
    repo.prd("ready", "SVC-103", "refund-service", "");
    repo.commit_all("Plans");
    for id in ["SVC-101", "SVC-102", "SVC-103"] {
        repo.run_with(repo.root(), &["issue", id], &[("GH_TOKEN", "wrong")]).expect(4);
    }
    run(&repo, &["sync"]).expect(0).says("3 issues compared, 0 differences");
    let number = |id: &str| {
        let issues = github.with(|state| state.with_marker(&format!("<!-- prd:{id} -->")));
        issues[0]["number"].as_u64().unwrap()
    };
    let [waits, first, other] = ["SVC-101", "SVC-102", "SVC-103"].map(number);
    assert_eq!(github.with(|state| state.blockers.clone()), Some(vec![(waits, first)]));
    github.with(|state| state.blockers = Some(Vec::new()));
    run(&repo, &["sync"]).expect(0).says(&format!("SVC-101 #{waits} dependencies: 1 | GitHub: 0"));
    run(&repo, &["sync", "--apply"]).expect(0).says("dependencies (mended)");
    github.with(|state| state.blockers.as_mut().unwrap().push((first, other)));
    run(&repo, &["sync", "--apply"]).expect(0).says("0 differences");
    assert_eq!(github.with(|state| state.blockers.clone()), Some(vec![(waits, first), (first, other)]));
}

#[test]
fn an_issue_that_is_gone_is_told_from_one_that_is_another() {
    let github = GitHub::start();
    let repo = repo(&github);
    repo.prd("ready", "SVC-101", "checkout-service", "");
    repo.commit_all("Plans");
    run(&repo, &["issue", "SVC-101"]).expect(0);
    // GitHub answers for an issue that was moved with what it is now, under the number that it has there.
    github.with(|state| state.issue(1)["html_url"] = json!("https://github.com/acme/other/issues/1"));
    run(&repo, &["sync"]).expect(0).says("missing: #1").says("take the field");
    let started = run(&repo, &["start", "SVC-101", "--no-fetch"]).expect(0);
    started.says("GitHub is not told of SVC-101: could not read issue #1: it is not there");
    let path = "docs/prds/in-progress/SVC-101-checkout-service.md";
    let text = repo.read(path);
    let without: Vec<&str> = text.lines().filter(|line| !line.contains("GitHub Issue")).collect();
    repo.write(path, &format!("{}\n", without.join("\n")));
    repo.commit_all("Take the issue out");
    github.with(|state| state.issue(1)["body"] = json!("It is not a PRD's any more."));
    run(&repo, &["issue", "SVC-101"]).expect(0).says("new issue #2");
    assert_eq!(github.with(|state| state.comments_on(2).len()), 1, "what waited is told");
    repo.run(&["outbox"]).expect(0).says("Nothing waits");
}
