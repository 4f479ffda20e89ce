//! At most once, and never lost: whatever request of a story breaks, before or after it was done, the end is that of
//! the story in which nothing broke.
//!
//! A story is a list of commands. For each of them, from the same beginning: once in peace, which gives the end that it
//! is to have; then once for each request of it and each way to break it, and once more in peace. A new story gets all
//! this by being written down in a line.

use serde_json::{Value, json};

use crate::github_auth::{config, run};
use crate::support::Repo;
use crate::support::github::{Fault, GitHub, State};
use crate::support::invariants::entries;

/// One command, and what a user runs after it failed.
type Step<'a> = (&'a [&'a str], &'a [&'a str]);

const RETRY: &[&str] = &["outbox", "retry"];

/// What must be the same in the end: all that GitHub keeps, without its times, and the texts of all PRDs.
fn end(repo: &Repo, github: &GitHub) -> Value {
    let mut files: Vec<(String, String)> = entries(&repo.root().join("docs/prds"))
        .iter()
        .flat_map(|folder| entries(folder))
        .filter(|file| file.extension().is_some_and(|ending| ending == "md"))
        .map(|file| {
            let place = file.strip_prefix(repo.root()).unwrap().to_string_lossy().into_owned();
            (place, fs_err::read_to_string(file).unwrap())
        })
        .collect();
    files.sort();
    github.with(|state| {
        let mut issues = state.issues.clone();
        for issue in &mut issues {
            for time in ["created_at", "updated_at", "closed_at"] {
                issue.as_object_mut().unwrap().remove(time);
            }
            issue["labels"].as_array_mut().unwrap().sort_by_key(ToString::to_string);
        }
        // The marker has the time of the event, which is another in each run.
        let comments: Vec<(u64, &str)> = state
            .comments
            .iter()
            .map(|(issue, text)| (*issue, text.split("<!--").next().unwrap_or_default()))
            .collect();
        let mut labels = state.labels.clone();
        labels.sort();
        let links = [&state.blockers, &state.parts].map(|links| {
            let mut links = links.clone().unwrap_or_default();
            links.sort_unstable();
            links
        });
        json!({ "issues": issues, "comments": comments, "labels": labels, "milestones": state.milestones,
            "links": links, "pulls": state.pulls, "files": files })
    })
}

/// Breaks every request of every step. Gives how many runs were broken, and the repository after the story.
fn holds_whatever_breaks(github: &GitHub, mut repo: Repo, story: &[Step<'_>]) -> (usize, Repo) {
    let mut broken = 0;
    for (command, again) in story {
        let (before, state): (Repo, State) = (repo, github.with(|state| state.clone()));
        let begun = github.requests().len();
        repo = Repo::copy_of(&before);
        run(&repo, command).expect(0);
        let requests = github.requests()[begun..].to_vec();
        let (wanted, after) = (end(&repo, github), github.with(|state| state.clone()));
        for (at, request) in requests.iter().enumerate() {
            let is_read = request.starts_with("GET ");
            // A read changes nothing: it breaks in one way, and is tried twice by itself.
            let faults = [Fault::DropBefore, Fault::DropAfter];
            for fault in faults.into_iter().take(if is_read { 1 } else { 2 }) {
                let repo = Repo::copy_of(&before);
                github.with(|now| *now = state.clone());
                github.fail(at, fault.clone());
                if is_read {
                    github.fail(at + 1, fault.clone());
                }
                let failed = run(&repo, command);
                github.heal();
                run(&repo, again).expect(0);
                let what = format!("{command:?}, request {at} ({request}) {fault:?}\n{failed}");
                assert_ends(&end(&repo, github), &wanted, &what);
                repo.run(&["outbox"]).expect(0).says("Nothing waits");
                broken += 1;
            }
        }
        github.with(|now| *now = after);
    }
    (broken, repo)
}

#[track_caller]
fn assert_ends(found: &Value, wanted: &Value, what: &str) {
    for (key, value) in wanted.as_object().unwrap() {
        assert_eq!(&found[key], value, "{key} after {what}");
    }
}

/// A repository whose remote is a bare clone beside it; GitHub serves the rest.
fn pushing(github: &GitHub) -> Repo {
    let routed = config(github)
        .replace("\"api_url\"", "\"repository\": \"acme/shop\", \"team_based_routing\": true, \"api_url\"");
    Repo::with_config(&routed.replace("[\"Ada Lindqvist\", \"Jonas Weber\"]", "[\"ada\", \"jonas\"]"))
}

#[test]
fn of_a_prd_from_its_approval_to_the_archive() {
    let github = GitHub::start();
    let repo = crate::github_auth::repo(&github);
    let path = repo.prd("draft", "SVC-101", "checkout-service", "**Milestone**: 2025.3");
    repo.write(&path, &repo.read(&path).replace("Ada Lindqvist\n**Created", "@ada\n**Created"));
    repo.commit_all("Plans");
    repo.run(&["review", "SVC-101"]).expect(0);
    let (broken, repo) = holds_whatever_breaks(
        &github,
        repo,
        &[
            (&["approve", "SVC-101"], RETRY),
            (&["start", "SVC-101", "--no-fetch"], RETRY),
            (&["complete", "SVC-101", "--no-merge-check"], RETRY),
            (&["reopen", "SVC-101"], RETRY),
            (&["archive", "SVC-101", "--reason", "cancelled", "--note", "no need"], RETRY),
        ],
    );
    assert!(broken > 45, "only {broken} runs were broken");
    repo.assert_sound();
}

#[test]
fn of_a_family_with_dependencies_and_of_mending() {
    let github = GitHub::start();
    let repo = crate::github_auth::repo(&github);
    repo.prd("ready", "SVC-101", "checkout-service", "**Depends On**: SVC-102\n**Parent**: SVC-103");
    repo.prd("ready", "SVC-102", "payment-service", "");
    repo.prd("ready", "SVC-103", "shop", "");
    repo.commit_all("Plans");
    for id in ["SVC-102", "SVC-103"] {
        run(&repo, &["issue", id]).expect(0);
    }
    let issue: &[&str] = &["issue", "SVC-101"];
    let (made, repo) = holds_whatever_breaks(&github, repo, &[(issue, issue)]);
    github.with(|state| {
        assert_eq!(state.blockers, Some(vec![(3, 1)]));
        assert_eq!(state.parts, Some(vec![(2, 3)]));
        let issue = state.issue(3);
        issue["title"] = json!("Renamed by somebody");
        issue["labels"] = json!(["P0", "bug"]);
        (state.blockers, state.parts) = (Some(Vec::new()), Some(Vec::new()));
    });
    let sync: &[&str] = &["sync", "--apply"];
    let (mended, repo) = holds_whatever_breaks(&github, repo, &[(sync, sync)]);
    assert!(made > 12 && mended > 12, "only {made} and {mended} runs were broken");
    assert_eq!(github.with(|state| state.blockers.clone()), Some(vec![(3, 1)]));
    run(&repo, &["sync"]).expect(0).says("3 issues compared, 0 differences");
}

#[test]
fn of_a_pull_request() {
    let github = GitHub::start();
    let repo = pushing(&github);
    repo.prd("ready", "SVC-101", "checkout-service", "");
    repo.commit_all("Plans");
    // The repository is copied and removed again and again; its remote stays.
    let kept = Repo::empty();
    let bare = kept.beside("remote.git");
    repo.git(&["clone", "-q", "--bare", ".", bare.to_str().unwrap()]);
    repo.git(&["remote", "add", "origin", bare.to_str().unwrap()]);
    run(&repo, &["issue", "SVC-101"]).expect(0);
    run(&repo, &["start", "SVC-101", "--no-fetch"]).expect(0);
    let pr: &[&str] = &["pr", "SVC-101"];
    let (opened, repo) = holds_whatever_breaks(&github, repo, &[(pr, pr)]);
    let asked = github.with(|state| {
        state.pulls[0]["title"] = json!("Somebody's title");
        state.pulls[0]["asked"].clone()
    });
    assert_eq!(asked, json!({ "reviewers": ["jonas"], "team_reviewers": [] }));
    let (updated, repo) = holds_whatever_breaks(&github, repo, &[(pr, pr)]);
    let branch = "feat/SVC-101-checkout-service";
    let tip = repo.git(&["rev-parse", branch]);
    github.with(|state| state.tips = [(branch.to_owned(), tip)].into());
    let merge: &[&str] = &["pr", "SVC-101", "--merge"];
    let (merged, _) = holds_whatever_breaks(&github, repo, &[(merge, merge), (merge, merge)]);
    assert!(opened > 5 && updated > 3 && merged > 8, "only {opened}, {updated}, {merged} runs were broken");
    github.with(|state| assert_eq!(state.pulls[0]["method"], "squash"));
}
