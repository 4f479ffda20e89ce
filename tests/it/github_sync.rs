//! `prd sync`: what waited, two clones at once, what people wrote, and how much is asked.

use std::path::PathBuf;

use serde_json::json;

use crate::github_auth::{config, repo, run};
use crate::github_issues::{labels, only_issue, text_of};
use crate::support::Repo;
use crate::support::github::{GitHub, TOKEN};

/// It takes seconds: ten PRDs are reviewed, approved, started and completed.
#[test]
fn what_happens_to_ten_prds_without_a_network_is_told_in_one_pass() {
    let count = 10;
    let github = GitHub::start();
    let repo = Repo::with_config(&config(&github).replacen(
        "\"enabled\": true,\n      \"parent",
        "\"enabled\": false,\n      \"parent",
        1,
    ));
    repo.git(&["remote", "add", "origin", "git@github.com:acme/shop.git"]);
    let ids: Vec<String> = (101..101 + count).map(|number| format!("SVC-{number}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    repo.prd("draft", ids[0], "thing", &format!("**Depends On**: {} (soft)", ids[1]));
    for id in &ids[1..] {
        repo.prd("draft", id, "thing", "");
    }
    repo.commit_all("Plans");
    for id in ids.iter().copied() {
        repo.run(&["review", id]).expect(0);
        repo.run(&["approve", id]).expect(0).says("GitHub is told later").says("no token");
        repo.run(&["start", id, "--no-fetch"]).expect(0);
        repo.run(&["complete", id, "--no-merge-check"]).expect(0);
    }
    assert_eq!(github.requests(), [""; 0]);
    let waits = repo.run(&["outbox", "list", "--format", "json"]).expect(0).json();
    assert_eq!(waits["entries"].as_array().unwrap().len(), 3 * count);
    run(&repo, &["sync"]).expect(0).says(&format!("{count} issues compared, 0 differences"));
    for id in ids {
        let issue = only_issue(&github, id);
        assert_eq!(
            (&issue["state"], &issue["state_reason"]),
            (&json!("closed"), &json!("completed")),
            "{id}"
        );
        assert!(text_of(&repo, id, "thing").contains("**GitHub Issue**: #"));
        let number = issue["number"].as_u64().unwrap();
        assert_eq!(github.with(|state| state.comments_on(number).len()), 2, "{id}");
    }
    let before = github.requests().len();
    run(&repo, &["sync"]).expect(0).says("0 differences");
    let again = github.requests()[before..].to_vec();
    assert!(again.iter().all(|request| request.starts_with("GET ")), "{again:?}");
}

/// It takes seconds: a hundred syncs are as many runs.
#[test]
fn what_people_do_to_an_issue_stays_in_a_hundred_syncs() {
    let github = GitHub::start();
    let repo = repo(&github);
    let path = repo.prd("ready", "SVC-101", "checkout-service", "");
    repo.write(&path, &repo.read(&path).replace("- [x] Given an order", "- [ ] Given an order"));
    repo.commit_all("Plans");
    run(&repo, &["issue", "SVC-101"]).expect(0);
    github.with(|state| {
        let issue = state.issue(1);
        let body = issue["body"].as_str().unwrap().replace("- [ ] Given an order", "- [x] Given an order");
        issue["body"] = json!(format!("Seen in production.\r\n\r\n{body}\r\n\r\n@ada: `$(x)` \u{202e}rtl"));
        issue["labels"].as_array_mut().unwrap().push(json!("customer:big"));
        issue["assignees"] = json!([{ "login": "jonas", "id": 1, "type": "User" }]);
    });
    run(&repo, &["sync"]).expect(0).says("SVC-101 #1 ticks: open: Given an order");
    for _ in 0..2 {
        run(&repo, &["start", "SVC-101", "--no-fetch"]).expect(0);
        run(&repo, &["pause", "SVC-101"]).expect(0);
    }
    run(&repo, &["sync", "--apply"]).expect(0);
    let (before, home) = (github.requests().len(), repo.git(&["rev-parse", "HEAD"]));
    for _ in 0..100 {
        run(&repo, &["sync", "--apply"]).expect(0);
    }
    let again = github.requests()[before..].to_vec();
    assert!(again.iter().all(|request| request.starts_with("GET ")), "{again:?}");
    assert_eq!(repo.git(&["rev-parse", "HEAD"]), home, "a sync without changes writes nothing");
    let issue = only_issue(&github, "SVC-101");
    let body = issue["body"].as_str().unwrap();
    assert!(body.starts_with("Seen in production.\r\n\r\n<!--"), "{body}");
    assert!(body.ends_with("@ada: `$(x)` \u{202e}rtl") && body.contains("- [x] Given an order"), "{body}");
    assert!(labels(&issue).contains("customer:big"));
    assert_eq!(issue["assignees"][0]["login"], "jonas");
}

/// A second clone of a repository, with somebody else at it.
fn second_clone(repo: &Repo) -> PathBuf {
    let clone = repo.beside("clone");
    repo.git(&["clone", "-q", ".", clone.to_str().unwrap()]);
    repo.git_in(&clone, &["remote", "set-url", "origin", "git@github.com:acme/shop.git"]);
    for (key, value) in [("user.name", "Jonas Weber"), ("user.email", "jonas@cloudscale.example")] {
        repo.git_in(&clone, &["config", key, value]);
    }
    clone
}

/// Each clone has an issue of each PRD waiting, and nothing has been sent yet.
#[test]
fn two_clones_that_sync_at_once_make_one_issue_of_each_prd() {
    let github = GitHub::start();
    let repo = repo(&github);
    let ids = ["SVC-101", "SVC-102", "SVC-103", "SVC-104"];
    for id in ids {
        repo.prd("ready", id, "thing", "");
    }
    repo.commit_all("Plans");
    let clone = second_clone(&repo);
    for (folder, id) in [repo.root(), &clone].into_iter().flat_map(|folder| ids.map(|id| (folder, id))) {
        repo.run_with(folder, &["issue", id], &[("GH_TOKEN", "wrong")]).expect(4);
    }
    for answer in ["4 issues compared", "0 differences"] {
        std::thread::scope(|scope| {
            for folder in [repo.root(), &clone] {
                let repo = &repo;
                let sync =
                    move || repo.run_with(folder, &["sync"], &[("GH_TOKEN", TOKEN)]).expect(0).says(answer);
                scope.spawn(sync);
            }
        });
    }
    for id in ids {
        let issue = only_issue(&github, id);
        assert_eq!(issue["state"], "open");
        let field = format!("**GitHub Issue**: #{} ", issue["number"]);
        for folder in [repo.root(), &clone] {
            let text = fs_err::read_to_string(folder.join(format!("docs/prds/ready/{id}-thing.md"))).unwrap();
            assert!(text.contains(&field), "no {field} in {text}");
        }
    }
}

#[test]
fn a_thousand_prds_take_few_requests() {
    let github = GitHub::start();
    let repo = repo(&github);
    for number in 1..=1000 {
        let link = format!("**GitHub Issue**: #{number} (https://github.com/acme/shop/issues/{number})");
        repo.write(
            &format!("docs/prds/ready/SVC-{number:03}-thing.md"),
            &format!("# SVC-{number:03}: Thing\n\n{link}\n\n## Summary\n\nIt is.\n"),
        );
    }
    repo.commit_all("Plans");
    github.with(|state| {
        state.issues = (1..=1000)
            .map(|number| {
                json!({ "id": number, "number": number, "title": format!("SVC-{number:03}: Thing"),
                    "body": format!("<!-- prd:SVC-{number} -->\nIt is.\n\n`docs/prds/ready/SVC-{number:03}-thing.md`\n<!-- /prd:SVC-{number} -->"),
                    "state": "open", "state_reason": null, "labels": ["PRD", "state:ready"], "assignees": [],
                    "html_url": format!("https://github.com/acme/shop/issues/{number}"), "milestone": null,
                    "created_at": "2025-06-01T08:00:00Z", "updated_at": "2025-06-01T08:00:00Z" })
            })
            .collect();
    });
    run(&repo, &["sync"]).expect(0).says("1000 issues compared, 0 differences");
    let first = github.requests().len();
    assert!(first <= 15, "{first} requests");
    assert_eq!(github.unchanged(), 0);
    github.with(|state| state.issue(700)["title"] = json!("Renamed"));
    run(&repo, &["sync"]).expect(0).says("1000 issues compared, 1 difference");
    assert_eq!(github.requests().len(), 2 * first);
    assert_eq!(github.unchanged(), first - 2, "the repository and one page of the list came again");
}
