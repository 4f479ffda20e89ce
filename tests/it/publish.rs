//! How transitions reach colleagues.

use std::path::PathBuf;

use crate::support::{Repo, clones};

/// The subjects of a branch of the server, the newest first, without the first two commits.
fn on_server(repo: &Repo, branch: &str) -> Vec<String> {
    let log = repo.git_in(&repo.beside("server.git"), &["log", "--format=%s", branch, "--"]);
    let mut lines: Vec<String> = log.lines().map(str::to_owned).collect();
    lines.truncate(lines.len() - 3);
    lines
}

/// Two clones that publish so, with four PRDs ready.
fn clones(publish: &str) -> (Repo, [PathBuf; 2]) {
    clones::clones(&format!("\"publish\": \"{publish}\""), 101..105)
}

#[test]
fn nothing_is_pushed_unless_it_is_wanted() {
    let (repo, [one, _]) = clones("off");
    repo.run_in(&one, &["start", "SVC-101"]).expect(0);
    assert!(on_server(&repo, "main").is_empty());
}

#[test]
fn a_transition_is_pushed_and_the_users_own_commits_are_not() {
    let (repo, [one, two]) = clones("push");
    repo.run_in(&one, &["start", "SVC-101"]).expect(0).says("published 1 change to origin/main");
    assert_eq!(on_server(&repo, "main"), ["prd(SVC-101): ready → in-progress"]);
    // Ben has not seen that, and has a commit of his own and something staged.
    fs_err::write(two.join("notes.txt"), "1").unwrap();
    repo.git_in(&two, &["add", "-A"]);
    repo.git_in(&two, &["commit", "-q", "-m", "My own"]);
    fs_err::write(two.join("staged.txt"), "1").unwrap();
    repo.git_in(&two, &["add", "staged.txt"]);
    let before = repo.git_in(&two, &["status", "--porcelain"]);
    repo.run_in(&two, &["start", "SVC-102", "--no-fetch"]).expect(0).says("published 1 change");
    assert_eq!(
        on_server(&repo, "main"),
        ["prd(SVC-102): ready → in-progress", "prd(SVC-101): ready → in-progress"]
    );
    assert_eq!(repo.git_in(&two, &["status", "--porcelain"]), before);
    let author = repo.git_in(&repo.beside("server.git"), &["log", "-1", "--format=%an", "main"]);
    assert_eq!(author, "Ben");
    // The pull drops what is there twice, and his own commit stays his.
    repo.git_in(&two, &["commit", "-q", "-m", "Staged"]);
    repo.git_in(&two, &["pull", "-q", "--rebase"]);
    assert_eq!(repo.git_in(&two, &["rev-list", "--count", "origin/main..main"]), "2");
}

#[test]
fn what_could_not_be_pushed_goes_with_the_next_one() {
    let (repo, [one, _]) = clones("push");
    let (server, away) = (repo.beside("server.git"), repo.beside("away.git"));
    fs_err::rename(&server, &away).unwrap();
    repo.run_in(&one, &["start", "SVC-101"]).expect(0).says("the next change publishes it too");
    fs_err::rename(&away, &server).unwrap();
    repo.run_in(&one, &["start", "SVC-102"]).expect(0).says("published 2 changes");
    assert_eq!(on_server(&repo, "main").len(), 2);
}

#[test]
fn two_who_push_at_once_are_both_published() {
    let (repo, [one, two]) = clones("push");
    std::thread::scope(|scope| {
        for (path, id) in [(&one, "SVC-101"), (&two, "SVC-102")] {
            let repo = &repo;
            scope.spawn(move || repo.run_in(path, &["start", id]).expect(0).says("published 1 change"));
        }
    });
    assert_eq!(on_server(&repo, "main").len(), 2);
}

#[test]
fn two_moves_of_one_prd_are_not_forced_on_the_server() {
    let (repo, [one, two]) = clones("push");
    repo.run_in(&one, &["start", "SVC-101"]).expect(0);
    repo.run_in(&two, &["archive", "SVC-101", "--reason", "cancelled"]).expect(0).says("git pull --rebase");
    assert_eq!(on_server(&repo, "main"), ["prd(SVC-101): ready → in-progress"]);
}

#[test]
fn for_a_pull_request_transitions_collect_on_one_branch() {
    let (repo, [one, two]) = clones("pull-request");
    repo.run_in(&one, &["start", "SVC-101"]).expect(0).says("for a pull request into main");
    repo.run_in(&two, &["start", "SVC-102"]).expect(0);
    repo.run_in(&one, &["start", "SVC-103"]).expect(0);
    assert!(on_server(&repo, "main").is_empty());
    let collected = on_server(&repo, "prd/transitions");
    assert_eq!(collected.len(), 3, "{collected:?}");
    // Merged, and the next one begins on the server's home.
    repo.git_in(&repo.beside("server.git"), &["update-ref", "refs/heads/main", "refs/heads/prd/transitions"]);
    repo.git_in(&one, &["pull", "-q", "--rebase"]);
    repo.run_in(&one, &["start", "SVC-104"]).expect(0).says("published 1 change");
    assert_eq!(on_server(&repo, "prd/transitions").len(), 4);
}
