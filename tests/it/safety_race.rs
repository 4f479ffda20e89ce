//! Many commands at once, from different worktrees of one clone.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::support::{Output, Repo};

/// How many run at once.
const PROCESSES: usize = 8;
/// How often each runs its command.
const ROUNDS: usize = 5;

/// The main worktree and three linked ones on branches of their own.
fn places(repo: &Repo) -> Vec<PathBuf> {
    let mut places = vec![repo.root().to_owned()];
    for name in ["one", "two", "three"] {
        let path = repo.beside(name);
        repo.git(&["worktree", "add", "-q", "-b", name, path.to_str().unwrap()]);
        places.push(path);
    }
    places
}

/// Runs commands in [`PROCESSES`] threads, each its own; all outputs.
fn at_once(
    repo: &Repo,
    places: &[PathBuf],
    command: impl Fn(usize, usize) -> Vec<String> + Sync,
) -> Vec<Output> {
    std::thread::scope(|scope| {
        let racers: Vec<_> = (0..PROCESSES)
            .map(|racer| {
                let (place, command) = (&places[racer % places.len()], &command);
                scope.spawn(move || {
                    (0..ROUNDS)
                        .map(|round| {
                            let words = command(racer, round);
                            let words: Vec<&str> = words.iter().map(String::as_str).collect();
                            repo.run_in(place, &words)
                        })
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        racers.into_iter().flat_map(|racer| racer.join().unwrap()).collect()
    })
}

// Slow, some 10 seconds: forty changes of one clone, one after the other, and forty runs of the program.
#[test]
fn forty_new_prds_at_once_get_forty_ids() {
    let repo = Repo::new();
    let places = places(&repo);
    let outputs =
        at_once(&repo, &places, |racer, round| vec!["new".to_owned(), format!("Service {racer} {round}")]);
    for output in outputs {
        output.expect(0);
    }
    let ids: BTreeSet<String> = repo
        .prd_files()
        .into_keys()
        .map(|path| path.rsplit('/').next().unwrap().split('-').take(2).collect::<Vec<_>>().join("-"))
        .collect();
    assert_eq!(ids.len(), PROCESSES * ROUNDS);
    repo.assert_sound();
}

/// What others do to the clone in the meantime, over and over until told to stop: worktrees made by hand, collecting
/// garbage, fetching. None of it asks `prd`, and none of it may make a command of `prd` fail. Says how often each was
/// done.
fn bystanders(repo: &Repo, stop: &AtomicBool) -> [usize; 3] {
    let by_hand = |round: usize| {
        let (branch, path) = (format!("hand-{round}"), repo.beside(&format!("hand-{round}")));
        repo.try_git(repo.root(), &["worktree", "add", "-q", "-b", &branch, path.to_str().unwrap()]);
    };
    let collect = |_: usize| drop(repo.try_git(repo.root(), &["gc", "-q"]));
    let fetch = |round: usize| {
        let server = repo.beside("server");
        repo.try_git(&server, &["commit", "-q", "--allow-empty", "-m", &format!("Theirs {round}")]);
        repo.try_git(repo.root(), &["fetch", "-q", "theirs"]);
    };
    let works: [&(dyn Fn(usize) + Sync); 3] = [&by_hand, &collect, &fetch];
    std::thread::scope(|scope| {
        works
            .map(|work| {
                scope.spawn(move || {
                    let mut rounds = 0;
                    while !stop.load(Ordering::Relaxed) && rounds < 12 {
                        work(rounds);
                        rounds += 1;
                        std::thread::sleep(std::time::Duration::from_millis(400));
                    }
                    rounds
                })
            })
            .map(|worker| worker.join().unwrap())
    })
}

// Slow, some 20 seconds: as above, and each makes a worktree.
#[test]
fn forty_starts_at_once_make_forty_worktrees_while_git_is_busy() {
    let repo = Repo::new();
    let id = |racer: usize, round: usize| format!("SVC-{}", 100 + racer * ROUNDS + round);
    for racer in 0..PROCESSES {
        for round in 0..ROUNDS {
            repo.prd("ready", &id(racer, round), &format!("service-{racer}-{round}"), "");
        }
    }
    repo.commit_all("Plans");
    repo.git_in(&repo.top(), &["clone", "-q", "cloudscale", "server"]);
    repo.git_in(&repo.beside("server"), &["config", "user.name", "Theirs"]);
    repo.git_in(&repo.beside("server"), &["config", "user.email", "theirs@cloudscale.example"]);
    repo.git(&["remote", "add", "theirs", "../server"]);
    let places = places(&repo);
    let stop = AtomicBool::new(false);
    let (outputs, done) = std::thread::scope(|scope| {
        let busy = scope.spawn(|| bystanders(&repo, &stop));
        let outputs = at_once(&repo, &places, |racer, round| vec!["start".to_owned(), id(racer, round)]);
        stop.store(true, Ordering::Relaxed);
        (outputs, busy.join().unwrap())
    });
    for output in outputs {
        output.expect(0);
    }
    assert!(done.iter().all(|rounds| *rounds > 0), "{done:?}");
    repo.assert_sound();
    let started: Vec<_> = repo.worktrees().into_iter().filter_map(|tree| tree.branch).collect();
    assert_eq!(started.iter().filter(|branch| branch.starts_with("feat/")).count(), PROCESSES * ROUNDS);
}

#[test]
fn one_id_started_by_two_at_once_is_started_once() {
    let repo = Repo::new();
    repo.prd("ready", "SVC-101", "checkout-service", "");
    repo.commit_all("Plans");
    let [one, other] = std::thread::scope(|scope| {
        [0, 1].map(|_| scope.spawn(|| repo.run(&["start", "SVC-101"]))).map(|racer| racer.join().unwrap())
    });
    let (won, lost) = if one.code == Some(0) { (one, other) } else { (other, one) };
    won.expect(0);
    lost.expect(1).says("SVC-101 is in-progress");
    repo.assert_sound();
}
