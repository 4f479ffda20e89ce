//! Each call of git fails, or the command dies before or after it: the state is as before or as after, and the next
//! command puts the rest in order.

use crate::safety_kill::{COMPLETE, Killed, PAUSE, Place, START, check, prepare};
use crate::support::Repo;
use crate::support::dirty::UnderWay;

/// More calls of git, and more changes of files, than any command makes.
const MOST: usize = 256;

/// How many moments for a kind of fault a command has, such as the calls of git that it makes: it dies in the place of that
/// one, and not of the next.
fn moments(prepared: &Repo, killed: Killed, kind: &str) -> usize {
    let kind = if kind == "kill-step" { kind } else { "kill" };
    let dies = |number: usize| {
        let repo = Repo::copy_of(prepared);
        let fault = format!("{kind}:{number}");
        repo.run_with(repo.root(), killed.command, &[("PRD_TEST_GIT_FAULT", &fault)]).code.is_none()
    };
    let (mut made, mut too_many) = (0, MOST);
    while too_many - made > 1 {
        let middle = usize::midpoint(made, too_many);
        if dies(middle) { made = middle } else { too_many = middle }
    }
    assert!(made > 3, "{killed:?} has only {made} moments for {kind}");
    made
}

/// Runs the command with a fault of a kind at its moment `first`, at `first + every` and so on, to its last; and so with
/// each kind.
fn fault_at(killed: Killed, place: Place, kinds: &[(&str, usize, usize)]) {
    let prepared = prepare(killed, place);
    let under_way = prepared.make_dirty();
    for (kind, first, every) in kinds {
        let last = moments(&prepared, killed, kind);
        for number in (*first..=last).step_by(*every) {
            fault(&prepared, &under_way, killed, place, kind, number);
        }
    }
}

fn fault(prepared: &Repo, under_way: &UnderWay, killed: Killed, place: Place, kind: &str, number: usize) {
    let repo = Repo::copy_of(prepared);
    let fault = format!("{kind}:{number}");
    let context = format!("{killed:?} in {place:?} with {fault}");
    let run = repo.run_with(repo.root(), killed.command, &[("PRD_TEST_GIT_FAULT", &fault)]);
    if kind == "fail" {
        assert!(run.code.is_some_and(|code| [0, 1, 3, 4].contains(&code)), "{context}: {run}");
        if run.stderr.contains("could not be checked out") {
            // The PRD is started by then, and the message has the way on.
            let (_, way) = run.stderr.split_once("try git -C ").unwrap();
            repo.git_in(way.split(" checkout").next().unwrap().as_ref(), &["checkout", "-q", "-f"]);
        }
    } else {
        assert_eq!(run.code, None, "{context}: {run}");
    }
    let next = repo.run(&["archive", "SVC-190", "--reason", "other"]);
    assert_eq!(next.code, Some(0), "{context}: {run}\nand then {next}");
    check(&repo, killed, &context);
    assert_eq!(*under_way, repo.under_way(), "{context}");
}

// Slow, some seconds each: a fault at some calls, each with four runs of the program.
#[test]
fn start_with_a_fault_at_some_calls() {
    fault_at(START, Place::Checkout, &[("fail", 2, 5), ("kill", 4, 7)]);
}

#[test]
fn start_dies_between_some_files() {
    fault_at(START, Place::Checkout, &[("kill-step", 3, 5)]);
}

#[test]
fn complete_with_a_fault_at_some_calls() {
    fault_at(COMPLETE, Place::Checkout, &[("fail", 2, 6)]);
    fault_at(COMPLETE, Place::Tip, &[("kill-after", 3, 7)]);
}

#[test]
fn pause_with_a_fault_at_some_calls() {
    fault_at(PAUSE, Place::Checkout, &[("kill-after", 2, 6)]);
}

macro_rules! at_every_call {
    ($($name:ident: $killed:ident, $place:ident, $kind:literal;)*) => {
        $(#[test]
        #[ignore = "a fault at every call, and so for soaking: cargo test --test it -- --ignored"]
        fn $name() {
            fault_at($killed, Place::$place, &[($kind, 1, 1)]);
        })*
    };
}

at_every_call! {
    start_fails_at_every_call: START, Checkout, "fail";
    start_dies_before_every_call: START, Checkout, "kill";
    start_dies_after_every_call: START, Checkout, "kill-after";
    start_dies_between_any_two_files: START, Checkout, "kill-step";
    start_dies_before_every_call_with_home_a_tip: START, Tip, "kill";
    start_dies_after_every_call_without_commits: START, Off, "kill-after";
    complete_fails_at_every_call: COMPLETE, Checkout, "fail";
    complete_dies_before_every_call: COMPLETE, Checkout, "kill";
    complete_dies_after_every_call: COMPLETE, Checkout, "kill-after";
    pause_fails_at_every_call: PAUSE, Checkout, "fail";
    pause_dies_before_every_call: PAUSE, Checkout, "kill";
    pause_dies_after_every_call: PAUSE, Checkout, "kill-after";
}
