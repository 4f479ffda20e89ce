//! `prd pr`: the branch on the remote and one pull request for it.

use serde_json::json;

use crate::github_auth::{config, run};
use crate::support::Repo;
use crate::support::github::{Fault, GitHub};

/// A repository with a started PRD, whose remote is a bare clone; GitHub serves the pull requests.
fn started(github: &GitHub) -> Repo {
    let routed = config(github)
        .replace("\"api_url\"", "\"repository\": \"acme/shop\", \"team_based_routing\": true, \"api_url\"");
    let repo =
        Repo::with_config(&routed.replace("[\"Ada Lindqvist\", \"Jonas Weber\"]", "[\"ada\", \"jonas\"]"));
    repo.prd("ready", "SVC-101", "checkout-service", "");
    repo.commit_all("Plans");
    let bare = repo.beside("remote.git");
    repo.git(&["clone", "-q", "--bare", ".", bare.to_str().unwrap()]);
    repo.git(&["remote", "add", "origin", bare.to_str().unwrap()]);
    run(&repo, &["issue", "SVC-101"]).expect(0);
    run(&repo, &["start", "SVC-101", "--no-fetch"]).expect(0);
    repo
}

#[test]
fn a_branch_is_pushed_and_gets_one_pull_request() {
    let github = GitHub::start();
    let repo = started(&github);
    for (fault, code) in [(Some(Fault::DropBefore), 4), (Some(Fault::DropAfter), 4), (None, 0), (None, 0)] {
        if let Some(fault) = fault {
            // The repository, the list of pull requests, and then the one that makes it.
            github.fail(2, fault);
        }
        run(&repo, &["pr", "SVC-101", "--draft"]).expect(code);
        github.heal();
    }
    let pulls = github.with(|state| state.pulls.clone());
    assert_eq!(pulls.len(), 1, "{pulls:?}");
    assert_eq!((&pulls[0]["draft"], &pulls[0]["base"]["ref"]), (&json!(true), &json!("main")));
    let body = pulls[0]["body"].as_str().unwrap();
    assert!(body.contains("Closes #1") && body.contains("3 of 100 are given up"), "{body}");
    let remote = repo.beside("remote.git");
    let branch = "refs/heads/feat/SVC-101-checkout-service";
    assert_eq!(repo.git_in(&remote, &["rev-parse", branch]), repo.git(&["rev-parse", branch]));
    let text = repo.read("docs/prds/in-progress/SVC-101-checkout-service.md");
    assert!(text.contains("**PR**: #500 (https://github.com/acme/shop/pull/500)"), "{text}");
}

#[test]
fn teams_are_asked_and_people_keep_their_words() {
    let github = GitHub::start();
    let repo = started(&github);
    run(&repo, &["pr", "101"]).expect(0).says("new pull request #500");
    let asked = github.with(|state| {
        let pull = &mut state.pulls[0];
        pull["body"] = json!(format!("{}\n\nTested by hand.", pull["body"].as_str().unwrap()));
        pull["title"] = json!("Somebody's title");
        pull["asked"].clone()
    });
    assert_eq!(asked, json!({ "reviewers": ["jonas"], "team_reviewers": [] }));
    run(&repo, &["pr", "101"]).expect(0);
    github.with(|state| {
        assert_eq!(state.pulls[0]["title"], "SVC-101: checkout-service");
        assert!(state.pulls[0]["body"].as_str().unwrap().ends_with("Tested by hand."));
    });
    let before = github.requests().len();
    run(&repo, &["pr", "101"]).expect(0);
    let again = github.requests()[before..].to_vec();
    assert!(again.iter().all(|request| request.starts_with("GET ")), "{again:?}");
}

#[test]
fn what_cannot_be_a_pull_request_is_refused() {
    let github = GitHub::start();
    let repo = started(&github);
    repo.prd("ready", "SVC-102", "payment-service", "");
    repo.prd("ready", "SVC-103", "refund-service", "**Branch**: feat/gone");
    repo.commit_all("More");
    run(&repo, &["pr", "SVC-102"]).expect(1).says("has no branch").says("prd start SVC-102");
    run(&repo, &["pr", "SVC-103"]).expect(3).says("feat/gone is not in this clone");
    fs_err::rename(repo.beside("remote.git"), repo.beside("gone.git")).unwrap();
    run(&repo, &["pr", "SVC-101"]).expect(4);
    assert!(github.with(|state| state.pulls.is_empty()));
}

#[test]
fn what_lacks_for_a_merge_is_said_and_only_what_was_looked_at_is_merged() {
    let github = GitHub::start();
    let repo = started(&github);
    let merge = ["pr", "SVC-101", "--merge"];
    run(&repo, &merge).expect(1).says("has no open pull request").says("prd pr SVC-101");
    run(&repo, &["pr", "SVC-101"]).expect(0);
    let branch = "feat/SVC-101-checkout-service";
    let tip = repo.git(&["rev-parse", branch]);
    github.with(|state| {
        state.tips = [(branch.to_owned(), "1".repeat(40))].into();
        state.reviews = vec![("jonas".to_owned(), "CHANGES_REQUESTED")];
        state.checks = vec![("lint".to_owned(), None), ("test".to_owned(), Some("failure"))];
    });
    let refused = run(&repo, &merge).expect(1).says("pull request #500 is not merged: it is at 1111111111");
    let refused = refused.says("`lint` has not ended").says("`test` ended with failure");
    refused.says("jonas asked for changes");
    github.with(|state| {
        state.tips.insert(branch.to_owned(), tip.clone());
        state.checks.clear();
        state.reviews.push(("jonas".to_owned(), "APPROVED"));
        state.has_issues = false;
    });
    let done = run(&repo, &merge).expect(0).says("merged   by squash as ffff").says("prd complete SVC-101");
    assert!(done.stderr.is_empty(), "{done}");
    run(&repo, &merge).expect(0).says("merged   before");
    let put = |request: &&String| request.starts_with("PUT");
    assert_eq!(github.requests().iter().filter(put).count(), 1);
}

/// GitHub squashed the branch, changing it on the way, and nobody has fetched that.
#[test]
fn what_a_pull_request_merged_is_merged_although_git_cannot_tell() {
    let github = GitHub::start();
    let repo = started(&github);
    let (branch, tree) = ("feat/SVC-101-checkout-service", repo.beside("worktrees/cloudscale-SVC-101"));
    fs_err::write(tree.join("src/work.txt"), "work\n").unwrap();
    repo.git_in(&tree, &["add", "-A"]);
    repo.git_in(&tree, &["commit", "-q", "-m", "Work"]);
    run(&repo, &["pr", "SVC-101"]).expect(0);
    let tip = repo.git(&["rev-parse", branch]);
    let close = |merged: serde_json::Value, sha: &str, base: &str| {
        github.with(|state| {
            let pull = &mut state.pulls[0];
            pull["state"] = json!("closed");
            pull["merged_at"] = merged;
            pull["head"]["sha"] = json!(sha);
            pull["base"] = json!({ "ref": base, "sha": sha });
        });
    };
    let when = json!("2025-06-02T08:00:00Z");
    let older = repo.git(&["rev-parse", &format!("{branch}~1")]);
    // Closed without a merge; merged before the last commit; merged into another branch.
    for (merged, sha, base) in
        [(json!(null), &tip, "main"), (when.clone(), &older, "main"), (when.clone(), &tip, "v1")]
    {
        close(merged, sha, base);
        run(&repo, &["worktree", "remove", "101"]).expect(1).says("has work that is not merged");
        run(&repo, &["complete", "101", "--dry-run"]).expect(1).says("not merged");
    }
    close(when, &tip, "main");
    // Without a token, and without an answer, what git says counts.
    repo.run(&["worktree", "remove", "101"]).expect(1);
    for request in 0..2 {
        github.fail(request, Fault::Refuse(500, Vec::new(), json!(null)));
    }
    run(&repo, &["worktree", "remove", "101"]).expect(1).says("is not known").says("GitHub failed (500)");
    github.heal();
    let before = github.requests().len();
    run(&repo, &["complete", "101", "--dry-run", "--no-merge-check"]).expect(0);
    assert_eq!(github.requests().len(), before);
    run(&repo, &["complete", "101", "--dry-run"]).expect(0).says("merged by pull request #500");
    run(&repo, &["worktree", "prune", "--dry-run"]).expect(0).says("would remove");
    run(&repo, &["worktree", "remove", "101"]).expect(0).says("merged by pull request #500");
    assert!(!tree.exists());
    run(&repo, &["complete", "101"]).expect(0);
    assert_eq!(repo.state_of("SVC-101"), "complete");
}
