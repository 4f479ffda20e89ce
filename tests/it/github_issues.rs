//! Issues from `approve` to `archive`, the outbox, and `prd sync`, through the real client.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::github_auth::{config, repo, run};
use crate::support::github::{Fault, GitHub, TOKEN};
use crate::support::invariants::entries;
use crate::support::{Repo, prd_text};

fn labels(issue: &Value) -> BTreeSet<String> {
    issue["labels"].as_array().unwrap().iter().map(|label| label.as_str().unwrap().to_owned()).collect()
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let (links, inner): (Vec<PathBuf>, Vec<PathBuf>) =
        entries(folder).into_iter().partition(|path| path.is_symlink());
    drop(links);
    inner.into_iter().flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

fn only_issue(github: &GitHub, id: &str) -> Value {
    let issues = github.with(|state| state.with_marker(&format!("<!-- prd:{id} -->")));
    assert_eq!(issues.len(), 1, "issues of {id}: {issues:?}");
    issues[0].clone()
}

/// The text of a PRD, wherever it lies.
fn text_of(repo: &Repo, id: &str, slug: &str) -> String {
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
fn what_happens_without_a_network_is_told_in_one_pass() {
    offline(2);
}

#[test]
#[ignore = "a soak: half a minute for the same as the test above with more PRDs"]
fn what_happens_to_ten_prds_without_a_network_is_told_in_one_pass() {
    offline(10);
}

fn offline(count: usize) {
    let github = GitHub::start();
    let repo = repo(&github);
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

#[test]
fn what_people_do_to_an_issue_stays() {
    people(2, 3);
}

#[test]
#[ignore = "a soak: as the test above, with a hundred syncs"]
fn what_people_do_to_an_issue_stays_in_a_hundred_syncs() {
    people(1, 100);
}

fn people(moves: usize, syncs: usize) {
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
    for _ in 0..moves {
        run(&repo, &["start", "SVC-101", "--no-fetch"]).expect(0);
        run(&repo, &["pause", "SVC-101"]).expect(0);
    }
    run(&repo, &["sync", "--apply"]).expect(0);
    let (before, home) = (github.requests().len(), repo.git(&["rev-parse", "HEAD"]));
    for _ in 0..syncs {
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

#[test]
fn names_that_try_to_break_out_are_only_names() {
    let github = GitHub::start();
    let repo = repo(&github);
    let title = "-rf \"quoted\" `tick` $(touch /tmp/x) 🚀 \u{202e}rtl | a <!-- /prd:SVC-101 -->";
    let long = "x".repeat(80_000);
    let text = prd_text("SVC-101", "rf", "**Milestone**: 2025.3 \"$(x)\"\n**Teams**: A|B")
        .replacen("# SVC-101: rf", &format!("# SVC-101: {title}"), 1)
        .replace("Orders wait", &format!("<!-- /prd:SVC-101 --> {long} Orders wait"));
    repo.write("docs/prds/ready/SVC-101-rf.md", &text);
    repo.commit_all("Plans");
    github.fail(1, Fault::EndlessPages);
    run(&repo, &["issue", "SVC-101"]).expect(0);
    let issue = only_issue(&github, "SVC-101");
    let shown = issue["title"].as_str().unwrap();
    assert!(shown.contains("$(touch /tmp/x) 🚀 rtl"), "{shown}");
    let body = issue["body"].as_str().unwrap();
    assert!(body.chars().count() < 65_536 && body.ends_with("<!-- /prd:SVC-101 -->"));
    assert_eq!(body.matches("<!-- /prd:SVC-101 -->").count(), 1);
    run(&repo, &["sync"]).expect(0).says("0 differences");
    run(&repo, &["issue", "SVC-101"]).expect(0);
    only_issue(&github, "SVC-101");
}

#[test]
fn what_github_does_not_allow_is_said() {
    let github = GitHub::start();
    let long = "l".repeat(60);
    let with_label = config(&github)
        .replace("\"api_url\"", &format!("\"issue_labels\": [\"{long}\", \"PRD\"], \"api_url\""));
    let repo = Repo::with_config(&with_label);
    repo.git(&["remote", "add", "origin", "https://github.com/acme/shop"]);
    let path = repo.prd("ready", "SVC-101", "checkout-service", "**Milestone**: 2025.1");
    repo.write(&path, &repo.read(&path).replace("Ada Lindqvist\n**Created", "@gone\n**Created"));
    repo.prd("ready", "SVC-102", "payment-service", "");
    repo.commit_all("Plans");
    github.with(|state| {
        state.has_issues = false;
        state.milestones.push(crate::support::github::milestone(1, "2025.1", "closed"));
    });
    let refused = run(&repo, &["issue", "SVC-101"]).expect(4).says("issues are switched off there (410)");
    refused.says("SVC-101 refused: create-issue").says("switch issues on in the repository's settings");
    let before = github.requests().len();
    run(&repo, &["start", "SVC-101", "--no-fetch"]).expect(0).says("GitHub is not told of SVC-101");
    assert_eq!(github.requests().len(), before, "what was refused is not tried at each move");
    repo.run(&["outbox"]).expect(0).says("SVC-101 refused").says("prd outbox retry");
    github.with(|state| {
        state.has_issues = true;
        (state.old_name, state.name) = (Some("acme/shop".to_owned()), "acme/store".to_owned());
    });
    let made = run(&repo, &["outbox", "retry", "101"]).expect(0).says("cannot be a label");
    made.says("does not allow gone as an assignee").says("acme/shop moved: it is acme/store now");
    let issue = only_issue(&github, "SVC-101");
    assert_eq!(issue["milestone"]["state"], "closed");
    assert_eq!(github.with(|state| state.milestones.len()), 1);
    let wait = vec![("Retry-After", "900".to_owned())];
    github.fail(0, Fault::Refuse(429, wait, Value::Null));
    run(&repo, &["issue", "SVC-102"]).expect(4).says("asks to wait 900 seconds");
    let before = github.requests().len();
    run(&repo, &["outbox", "retry"]).expect(4);
    assert_eq!(github.requests().len(), before, "GitHub asked to wait");
    assert_eq!(
        labels(&only_issue(&github, "SVC-101")),
        ["PRD", "state:in-progress"].map(str::to_owned).into()
    );
    let name = repo.run(&["outbox", "list", "--format", "json"]).json()["entries"][0]["name"].clone();
    repo.run(&["outbox", "drop", "nothing"]).expect(3);
    repo.run(&["outbox", "drop", name.as_str().unwrap()]).expect(0).says("Nothing waits");
}

#[test]
fn two_clones_make_one_issue() {
    let github = GitHub::start();
    let repo = repo(&github);
    for number in 1..=4 {
        repo.prd("ready", &format!("SVC-10{number}"), "thing", "");
    }
    repo.commit_all("Plans");
    let clone = repo.beside("clone");
    repo.git(&["clone", "-q", ".", clone.to_str().unwrap()]);
    repo.git_in(&clone, &["remote", "set-url", "origin", "git@github.com:acme/shop.git"]);
    for (key, value) in [("user.name", "Jonas Weber"), ("user.email", "jonas@cloudscale.example")] {
        repo.git_in(&clone, &["config", key, value]);
    }
    for number in 1..=4 {
        let id = format!("SVC-10{number}");
        std::thread::scope(|scope| {
            for folder in [repo.root(), &clone] {
                let (repo, id) = (&repo, &id);
                scope.spawn(move || repo.run_with(folder, &["issue", id], &[("GH_TOKEN", TOKEN)]).expect(0));
            }
        });
        let issue = only_issue(&github, &id);
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

#[test]
fn the_token_is_nowhere() {
    let github = GitHub::start();
    let repo = repo(&github);
    repo.prd("ready", "SVC-101", "checkout-service", "");
    repo.commit_all("Plans");
    let mut said = String::new();
    for fault in [
        Fault::DropAfter,
        Fault::Truncate,
        Fault::Refuse(401, Vec::new(), json!({ "message": "Bad credentials" })),
    ] {
        github.fail(3, fault.clone());
        github.fail(4, fault);
        said.push_str(&run(&repo, &["issue", "SVC-101"]).to_string());
        said.push_str(&run(&repo, &["auth", "status"]).to_string());
        github.heal();
    }
    said.push_str(&run(&repo, &["outbox"]).to_string());
    assert!(!said.contains(TOKEN), "{said}");
    for file in files_below(&repo.top()) {
        let bytes = fs_err::read(&file).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains(TOKEN), "{}", file.display());
    }
}
