//! Two clones and a server: of both, one wins, and the other is told who.

use std::path::PathBuf;

use crate::support::{Output, Repo, clones};

/// Two clones that claim on their server, with so many PRDs ready, from SVC-101 on.
fn clones(prds: usize) -> (Repo, [PathBuf; 2]) {
    clones::clones("\"claims\": { \"remote\": \"origin\" }", 101..101 + prds)
}

/// Runs one command in both clones at once.
fn both(repo: &Repo, clones: &[PathBuf; 2], args: &[&str]) -> [Output; 2] {
    std::thread::scope(|scope| {
        clones
            .each_ref()
            .map(|path| scope.spawn(move || repo.run_in(path, args)))
            .map(|racer| racer.join().unwrap())
    })
}

// Slow, some 5 seconds: twenty runs of the program, each with some calls of git.
#[test]
fn in_every_round_one_of_two_wins_and_the_other_is_told_who() {
    race(5);
}

#[test]
#[ignore = "as above, for soaking: cargo test --test it -- --ignored"]
fn in_twenty_rounds_one_of_two_wins_and_the_other_is_told_who() {
    race(20);
}

fn race(rounds: usize) {
    let (repo, clones) = clones(rounds);
    for round in 0..rounds {
        let id = format!("SVC-{}", 101 + round);
        let [one, two] = both(&repo, &clones, &["start", &id, "--no-fetch"]);
        let (lost, winner) = match (one.code, two.code) {
            (Some(0), Some(1)) => (two, "Ada"),
            (Some(1), Some(0)) => (one, "Ben"),
            _ => panic!("round {round}: {one}\n{two}"),
        };
        lost.says(&format!("{id} is claimed by {winner} <{winner}@cloudscale.example>"));
        let made = both(&repo, &clones, &["new", &format!("Idea {round}"), "--format", "json"]);
        let numbers = made.map(|output| output.expect(0).json()["id"].as_str().unwrap().to_owned());
        assert_ne!(numbers[0], numbers[1], "round {round}");
    }
    let listed = repo.run_in(&clones[0], &["claim", "list", "--format", "json"]).expect(0).json();
    assert_eq!(listed["claims"].as_array().unwrap().len(), rounds);
}

#[test]
fn a_claim_is_given_back_with_the_work_and_can_be_broken() {
    let (repo, [one, two]) = clones(2);
    repo.run_in(&one, &["start", "SVC-101"]).expect(0);
    repo.run_in(&two, &["start", "SVC-101"])
        .expect(1)
        .says("claimed by Ada")
        .says("prd claim release SVC-101");
    repo.run_in(&one, &["pause", "SVC-101"]).expect(0);
    repo.run_in(&two, &["claim", "list"]).expect(0).says("nobody has claimed");
    repo.run_in(&two, &["start", "SVC-101"]).expect(0);
    repo.run_in(&one, &["claim", "release", "101"]).expect(0).says("claimed by Ben");
    repo.run_in(&one, &["claim", "release", "101"]).expect(3);
    repo.run_in(&one, &["start", "SVC-101"]).expect(0);
    // What Ben has is not his to give any more, and his pause leaves Ada's claim alone.
    repo.run_in(&two, &["pause", "SVC-101"]).expect(0);
    repo.run_in(&two, &["claim", "list"]).expect(0).says("Ada");
    // A start that is refused takes no claim.
    repo.run_in(&two, &["start", "SVC-102", "--dry-run"]).expect(0);
    fs_err::create_dir(repo.beside("two/worktrees/cloudscale-SVC-102")).unwrap();
    repo.run_in(&two, &["start", "SVC-102"]).expect(1);
    repo.run_in(&one, &["start", "SVC-102"]).expect(0);
}

#[test]
fn without_the_server_the_claim_waits_and_the_later_one_is_told() {
    let (repo, [one, two]) = clones(2);
    let (server, away) = (repo.beside("server.git"), repo.beside("away.git"));
    fs_err::rename(&server, &away).unwrap();
    repo.run_in(&one, &["start", "SVC-101"]).expect(0).says("the claim is queued");
    repo.run_in(&two, &["start", "SVC-101"]).expect(0).says("the claim is queued");
    repo.run_in(&one, &["start", "SVC-102"]).expect(0);
    repo.run_in(&one, &["claim", "sync"]).expect(4);
    fs_err::rename(&away, &server).unwrap();
    repo.run_in(&one, &["claim", "sync"]).expect(0).says("SVC-101 claimed on origin").says("SVC-102 claimed");
    repo.run_in(&two, &["claim", "sync"]).expect(1).says("SVC-101 not claimed: Ada");
    repo.run_in(&two, &["claim", "sync"]).expect(0).says("nothing waits");
    // Any later command sends what waits.
    fs_err::rename(&server, &away).unwrap();
    repo.run_in(&one, &["pause", "SVC-102"]).expect(0).says("which is queued");
    fs_err::rename(&away, &server).unwrap();
    repo.run_in(&one, &["new", "Another idea"]).expect(0);
    repo.run_in(&two, &["start", "SVC-102"]).expect(0);
}

#[test]
fn a_configuration_can_name_no_address_of_its_own() {
    let (repo, [one, _]) = clones(1);
    let config = repo.read(".claude/config.json").replace("\"origin\"", "\"https://evil.example/x.git\"");
    fs_err::write(one.join(".claude/config.json"), config).unwrap();
    repo.run_in(&one, &["start", "SVC-101"]).expect(2).says("this clone has no remote");
    repo.run_in(&one, &["claim", "list"]).expect(2);
}
