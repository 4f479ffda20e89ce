//! At most once, and never lost: whatever request of a story breaks, before or after it was done, the end is that of
//! the story in which nothing broke.
//!
//! A story is a list of commands. Each of them is run once in peace, which gives the end that it is to have; then, from
//! the same beginning, once for each request of it and each way to break it, and once more in peace. A new story gets all
//! this by being written down in a line. These tests take seconds: there are some hundred and fifty such runs.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::github_auth::{config, repo, run};
use crate::support::github::{Fault, GitHub, State, TOKEN};
use crate::support::invariants::entries;
use crate::support::{Output, Repo};

/// One command, and what a user runs after it failed.
type Step<'a> = (&'a [&'a str], &'a [&'a str]);

const RETRY: &[&str] = &["outbox", "retry"];

/// How many runs are broken at the same time: they wait for git, for the disk, and before they try a read again.
const AT_ONCE: usize = 4;

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

/// One request of a command, and how it breaks.
#[derive(Debug)]
struct Break<'a> {
    at: usize,
    request: &'a str,
    fault: Fault,
}

fn is_read(request: &str) -> bool {
    request.starts_with("GET ")
}

/// Every way to break one of these requests. A read changes nothing: it breaks in one way.
fn ways_to_break(requests: &[String]) -> Vec<Break<'_>> {
    let mut ways = Vec::new();
    for (at, request) in requests.iter().enumerate() {
        ways.push(Break { at, request, fault: Fault::DropBefore });
        if !is_read(request) {
            ways.push(Break { at, request, fault: Fault::DropAfter });
        }
    }
    ways
}

/// Runs `prd` against a GitHub other than the one that the configuration names.
fn run_at(github: &GitHub, repo: &Repo, args: &[&str]) -> Output {
    let url = github.url();
    let vars = [("GH_TOKEN", TOKEN), ("PRD_PRD_WORKFLOW__GITHUB__API_URL", url.as_str())];
    repo.run_with(repo.root(), args, &vars)
}

/// Runs a command in peace, and breaks every request of it. Gives how many runs were broken, and the repository after
/// the one in peace.
fn holds_whatever_breaks(github: &GitHub, before: &Repo, (command, again): Step<'_>) -> (usize, Repo) {
    let (state, begun): (State, usize) = (github.with(|state| state.clone()), github.requests().len());
    let after = Repo::copy_of(before);
    run(&after, command).expect(0);
    let requests = github.requests()[begun..].to_vec();
    let (wanted, ways) = (end(&after, github), ways_to_break(&requests));
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                let github = GitHub::start();
                while let Some(way) = ways.get(next.fetch_add(1, Ordering::Relaxed)) {
                    github.with(|now| *now = state.clone());
                    holds(&github, &Repo::copy_of(before), (command, again), way, &wanted);
                }
            });
        }
    });
    (ways.len(), after)
}

/// Breaks one request of a command and runs it again.
fn holds(github: &GitHub, repo: &Repo, (command, again): Step<'_>, way: &Break<'_>, wanted: &Value) {
    github.fail(way.at, way.fault.clone());
    if is_read(way.request) {
        // It is tried twice by itself.
        github.fail(way.at + 1, way.fault.clone());
    }
    let failed = run_at(github, repo, command);
    github.heal();
    run_at(github, repo, again).expect(0);
    let what = format!("{command:?}, {way:?}\n{failed}");
    assert_ends(&end(repo, github), wanted, &what);
    let is_entry = |file: &PathBuf| file.extension().is_some_and(|ending| ending == "json");
    let waits: Vec<PathBuf> =
        entries(&repo.root().join(".git/prd/outbox")).into_iter().filter(is_entry).collect();
    assert!(waits.is_empty(), "{waits:?} after {what}");
}

#[track_caller]
fn assert_ends(found: &Value, wanted: &Value, what: &str) {
    for (key, value) in wanted.as_object().unwrap() {
        assert_eq!(&found[key], value, "{key} after {what}");
    }
}

/// The moves of a PRD from its approval to the archive.
const LIFE: [&[&str]; 5] = [
    &["approve", "SVC-101"],
    &["start", "SVC-101", "--no-fetch"],
    &["complete", "SVC-101", "--no-merge-check"],
    &["reopen", "SVC-101"],
    &["archive", "SVC-101", "--reason", "cancelled", "--note", "no need"],
];

/// Breaks one of these moves, after those before it.
fn holds_in_a_life(at: usize) -> usize {
    let github = GitHub::start();
    let repo = repo(&github);
    let path = repo.prd("draft", "SVC-101", "checkout-service", "**Milestone**: 2025.3");
    repo.write(&path, &repo.read(&path).replace("Ada Lindqvist\n**Created", "@ada\n**Created"));
    repo.commit_all("Plans");
    repo.run(&["review", "SVC-101"]).expect(0);
    for command in &LIFE[..at] {
        run(&repo, command).expect(0);
    }
    let (broken, repo) = holds_whatever_breaks(&github, &repo, (LIFE[at], RETRY));
    repo.assert_sound();
    broken
}

#[test]
fn of_an_approval() {
    assert_eq!(holds_in_a_life(0), 17);
}

#[test]
fn of_a_start() {
    assert_eq!(holds_in_a_life(1), 14);
}

#[test]
fn of_a_completion() {
    assert_eq!(holds_in_a_life(2), 14);
}

#[test]
fn of_a_reopening() {
    assert_eq!(holds_in_a_life(3), 12);
}

#[test]
fn of_a_cancellation() {
    assert_eq!(holds_in_a_life(4), 14);
}

/// A PRD that waits for another and is a part of a third, both of which have issues.
fn family(github: &GitHub) -> Repo {
    let repo = repo(github);
    repo.prd("ready", "SVC-101", "checkout-service", "**Depends On**: SVC-102\n**Parent**: SVC-103");
    repo.prd("ready", "SVC-102", "payment-service", "");
    repo.prd("ready", "SVC-103", "shop", "");
    repo.commit_all("Plans");
    for id in ["SVC-102", "SVC-103"] {
        run(&repo, &["issue", id]).expect(0);
    }
    repo
}

#[test]
fn of_an_issue_with_links() {
    let github = GitHub::start();
    let issue: &[&str] = &["issue", "SVC-101"];
    let (broken, _) = holds_whatever_breaks(&github, &family(&github), (issue, issue));
    assert_eq!(broken, 14);
    github.with(|state| {
        assert_eq!(state.blockers, Some(vec![(3, 1)]));
        assert_eq!(state.parts, Some(vec![(2, 3)]));
    });
}

#[test]
fn of_mending() {
    let github = GitHub::start();
    let repo = family(&github);
    run(&repo, &["issue", "SVC-101"]).expect(0);
    github.with(|state| {
        let issue = state.issue(3);
        issue["title"] = json!("Renamed by somebody");
        issue["labels"] = json!(["P0", "bug"]);
        (state.blockers, state.parts) = (Some(Vec::new()), Some(Vec::new()));
    });
    let sync: &[&str] = &["sync", "--apply"];
    let (broken, repo) = holds_whatever_breaks(&github, &repo, (sync, sync));
    assert_eq!(broken, 19);
    assert_eq!(github.with(|state| state.blockers.clone()), Some(vec![(3, 1)]));
    run(&repo, &["sync"]).expect(0).says("3 issues compared, 0 differences");
}

/// What happened to two PRDs without a network is told in one pass, which breaks.
#[test]
fn of_a_pass_over_what_waited() {
    let github = GitHub::start();
    let repo = repo(&github);
    repo.prd("ready", "SVC-101", "checkout-service", "**Depends On**: SVC-102 (soft)");
    repo.prd("ready", "SVC-102", "payment-service", "");
    repo.commit_all("Plans");
    for id in ["SVC-101", "SVC-102"] {
        repo.run_with(repo.root(), &["issue", id], &[("GH_TOKEN", "wrong")]).expect(4);
    }
    repo.run(&["start", "SVC-101", "--no-fetch"]).expect(0);
    repo.run(&["complete", "SVC-101", "--no-merge-check"]).expect(0);
    let sync: &[&str] = &["sync"];
    let (broken, _) = holds_whatever_breaks(&github, &repo, (sync, sync));
    assert_eq!(broken, 32);
    let states = github.with(|state| [1, 2].map(|number| state.issue(number)["state"].clone()));
    assert_eq!(states, ["open", "closed"]);
}

/// A started PRD with an issue, and what its branch is pushed to: a bare clone that stays while the repository is
/// copied and removed. GitHub serves the rest.
fn pushing(github: &GitHub) -> (Repo, Repo) {
    let routed = config(github)
        .replace("\"api_url\"", "\"repository\": \"acme/shop\", \"team_based_routing\": true, \"api_url\"");
    let repo =
        Repo::with_config(&routed.replace("[\"Ada Lindqvist\", \"Jonas Weber\"]", "[\"ada\", \"jonas\"]"));
    repo.prd("ready", "SVC-101", "checkout-service", "");
    repo.commit_all("Plans");
    let kept = Repo::empty();
    let bare = kept.beside("remote.git");
    repo.git(&["clone", "-q", "--bare", ".", bare.to_str().unwrap()]);
    repo.git(&["remote", "add", "origin", bare.to_str().unwrap()]);
    run(&repo, &["issue", "SVC-101"]).expect(0);
    run(&repo, &["start", "SVC-101", "--no-fetch"]).expect(0);
    (repo, kept)
}

const PR: &[&str] = &["pr", "SVC-101"];

#[test]
fn of_a_pull_request_and_its_update() {
    let github = GitHub::start();
    let (repo, _remote) = pushing(&github);
    let (opened, repo) = holds_whatever_breaks(&github, &repo, (PR, PR));
    let asked = github.with(|state| {
        state.pulls[0]["title"] = json!("Somebody's title");
        state.pulls[0]["asked"].clone()
    });
    assert_eq!(asked, json!({ "reviewers": ["jonas"], "team_reviewers": [] }));
    let (updated, _) = holds_whatever_breaks(&github, &repo, (PR, PR));
    assert_eq!((opened, updated), (6, 4));
}

#[test]
fn of_a_merge() {
    let github = GitHub::start();
    let (repo, _remote) = pushing(&github);
    run(&repo, PR).expect(0);
    let branch = "feat/SVC-101-checkout-service";
    let tip = repo.git(&["rev-parse", branch]);
    github.with(|state| state.tips = [(branch.to_owned(), tip)].into());
    let merge: &[&str] = &["pr", "SVC-101", "--merge"];
    let (merged, repo) = holds_whatever_breaks(&github, &repo, (merge, merge));
    let (again, _) = holds_whatever_breaks(&github, &repo, (merge, merge));
    assert_eq!((merged, again), (8, 4));
    github.with(|state| assert_eq!(state.pulls[0]["method"], "squash"));
}
