//! A command killed at any step leaves the state before or after it, and the next command puts the rest in order.

use std::os::unix::process::CommandExt as _;
use std::process::Stdio;
use std::time::Instant;

use crate::support::{Repo, without_commits};

/// Where home is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// The folder that the command runs in.
    Checkout,
    /// Another branch is checked out; home is a branch alone.
    Tip,
    /// A bare clone.
    Bare,
    /// Checked out, and with `commit: "off"` nothing is committed.
    Off,
}

/// What is killed, and what it does to `SVC-101`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Killed {
    pub(crate) command: &'static [&'static str],
    /// `SVC-101` before; `-` where it is not there yet.
    pub(crate) from: &'static str,
    pub(crate) to: &'static str,
    /// What running it once more ends with, when all was done.
    pub(crate) again: i32,
}

pub(crate) const START: Killed =
    Killed { command: &["start", "SVC-101"], from: "ready", to: "in-progress", again: 1 };
const APPROVE: Killed = Killed { command: &["approve", "SVC-101"], from: "review", to: "ready", again: 1 };
const REVIEW: Killed = Killed { command: &["review", "SVC-101"], from: "draft", to: "review", again: 0 };
pub(crate) const PAUSE: Killed =
    Killed { command: &["pause", "SVC-101"], from: "in-progress", to: "ready", again: 1 };
pub(crate) const COMPLETE: Killed =
    Killed { command: &["complete", "SVC-101"], from: "in-progress", to: "complete", again: 1 };
const ARCHIVE: Killed = Killed {
    command: &["archive", "SVC-101", "--reason", "cancelled"],
    from: "in-progress",
    to: "archived",
    again: 1,
};
const NEW: Killed = Killed { command: &["new", "Payment Service"], from: "-", to: "draft", again: 0 };

/// A repository in which the command can be run.
pub(crate) fn prepare(killed: Killed, place: Place) -> Repo {
    let repo = match place {
        Place::Off => Repo::with_config(&without_commits()),
        Place::Checkout | Place::Tip | Place::Bare => Repo::new(),
    };
    repo.prd("draft", "SVC-190", "search-service", "");
    let first = match killed.from {
        "in-progress" => Some("ready"),
        "review" => Some("draft"),
        "-" => None,
        state => Some(state),
    };
    if let Some(state) = first {
        repo.prd(state, "SVC-101", "checkout-service", "");
    }
    repo.commit_all("Plans");
    match killed.from {
        "in-progress" => {
            repo.run(&["start", "SVC-101"]).expect(0);
        }
        "review" => {
            repo.run(&["review", "SVC-101"]).expect(0);
        }
        _ => {}
    }
    if killed.to == "complete" {
        work_and_merge(&repo);
    }
    match place {
        Place::Checkout | Place::Off => {}
        Place::Tip => drop(repo.git(&["switch", "-q", "-c", "side"])),
        Place::Bare => return repo.into_bare(),
    }
    repo
}

/// A commit on the branch of `SVC-101`, which home gets.
fn work_and_merge(repo: &Repo) {
    let tree = repo.beside("worktrees/cloudscale-SVC-101");
    fs_err::write(tree.join("src/work.txt"), "done\n").unwrap();
    repo.git_in(&tree, &["add", "-A"]);
    repo.git_in(&tree, &["commit", "-q", "-m", "Work"]);
    repo.git(&["merge", "-q", "--no-edit", "feat/SVC-101-checkout-service"]);
}

/// Kills the command at its first step, its second and so on, until it survives. Each time somebody else's command or
/// `prd doctor` comes next, and must leave everything sound. The two take turns, and the other way round away from the
/// usual place, so that each follows on each step; for `start`, which does most, both do, each on a copy.
fn kill_everywhere(killed: Killed, place: Place) {
    let prepared = prepare(killed, place);
    let under_way = (place != Place::Bare).then(|| prepared.make_dirty());
    let other: [&[&str]; 2] = [&["archive", "SVC-190", "--reason", "other"], &["doctor"]];
    for step in 1_usize.. {
        let turn = (step + usize::from(place == Place::Checkout)) % 2;
        let is_start = killed.command == START.command && place == Place::Checkout;
        let nexts = if is_start { &other[..] } else { &other[turn..=turn] };
        for next in nexts {
            let repo = Repo::copy_of(&prepared);
            let variable = [("PRD_TEST_KILL_AT_STEP", step.to_string())];
            let vars = variable.each_ref().map(|(name, value)| (*name, value.as_str()));
            let dead = repo.run_with(repo.root(), killed.command, &vars);
            let context = format!("{killed:?} in {place:?} killed at {step}, then {next:?}");
            if dead.code.is_some() {
                dead.expect(0);
                assert!(step > 4, "{context}: there are only {step} steps");
                return;
            }
            repo.run(next).expect(0);
            check(&repo, killed, &context);
            assert_eq!(under_way, (place != Place::Bare).then(|| repo.under_way()), "{context}");
        }
    }
}

/// The state is as before or as after, all is sound, and the command can be run (again).
pub(crate) fn check(repo: &Repo, killed: Killed, context: &str) {
    let wrong = repo.unsound();
    assert!(wrong.is_empty(), "{context}: {wrong:#?}");
    let id = if killed.from == "-" { None } else { Some("SVC-101") };
    let state = id.map(|id| repo.state_of(id));
    let is_done = state.as_deref() == Some(killed.to);
    if let Some(state) = &state {
        assert!(is_done || state == killed.from, "{context}: {state}");
    }
    let output = repo.run(killed.command);
    let wanted = if is_done { killed.again } else { 0 };
    assert_eq!(output.code, Some(wanted), "{context}: {output}");
    if let Some(id) = id {
        assert_eq!(repo.state_of(id), killed.to, "{context}");
    }
    let wrong = repo.unsound();
    assert!(wrong.is_empty(), "{context}, and run again: {wrong:#?}");
}

macro_rules! killed_everywhere {
    ($($name:ident: $killed:ident, $place:ident;)*) => {
        $(#[test]
        fn $name() {
            kill_everywhere($killed, Place::$place);
        })*
    };
}

// Slow, some seconds each: a dozen kills, each with three runs of the program and some twenty of git.
killed_everywhere! {
    start_is_killed_with_home_checked_out: START, Checkout;
    start_is_killed_with_home_a_tip: START, Tip;
    start_is_killed_in_a_bare_clone: START, Bare;
    start_is_killed_without_commits: START, Off;
    approve_is_killed_with_home_checked_out: APPROVE, Checkout;
    approve_is_killed_with_home_a_tip: APPROVE, Tip;
    approve_is_killed_without_commits: APPROVE, Off;
    complete_is_killed_with_home_checked_out: COMPLETE, Checkout;
    complete_is_killed_with_home_a_tip: COMPLETE, Tip;
    complete_is_killed_without_commits: COMPLETE, Off;
    pause_is_killed_with_home_checked_out: PAUSE, Checkout;
    pause_is_killed_with_home_a_tip: PAUSE, Tip;
    pause_is_killed_without_commits: PAUSE, Off;
    archive_is_killed_with_home_checked_out: ARCHIVE, Checkout;
    archive_is_killed_with_home_a_tip: ARCHIVE, Tip;
    archive_is_killed_without_commits: ARCHIVE, Off;
    review_is_killed_with_home_checked_out: REVIEW, Checkout;
    review_is_killed_with_home_a_tip: REVIEW, Tip;
    review_is_killed_without_commits: REVIEW, Off;
    new_is_killed_with_home_checked_out: NEW, Checkout;
    new_is_killed_with_home_a_tip: NEW, Tip;
    new_is_killed_without_commits: NEW, Off;
}

/// What a user writes into a file that a killed command left is never written over, nor is the file doubled.
#[test]
fn an_edit_after_the_kill_is_kept() {
    let prepared = prepare(APPROVE, Place::Off);
    let mut edits = 0;
    for step in 1.. {
        let repo = Repo::copy_of(&prepared);
        let number = step.to_string();
        let dead = repo.run_with(repo.root(), APPROVE.command, &[("PRD_TEST_KILL_AT_STEP", &number)]);
        if dead.code.is_some() {
            break;
        }
        let [path] = repo.places_of("SVC-101").try_into().unwrap_or_else(|_| [String::new()]);
        if path.is_empty() {
            // Killed between the new file and the old one: only who knows the plan can tell.
            continue;
        }
        let edited = format!("{}\nWritten after the kill.\n", repo.read(&path));
        repo.write(&path, &edited);
        repo.run(&["doctor"]).expect(0);
        assert_eq!(repo.read(&path), edited, "killed at {step}");
        assert_eq!(repo.places_of("SVC-101"), [path], "killed at {step}");
        repo.assert_sound();
        edits += 1;
    }
    assert!(edits >= 4, "there were only {edits}");
}

/// How many moments of a command's run a kill is tried at.
const MOMENTS: u32 = 8;

/// Kills the command by the system at moments spread over its run: inside of git's calls too, which go on by
/// themselves where only the command is killed, and die with it where its whole group is.
fn kill_at_any_moment(killed: Killed, place: Place, group: bool) {
    let prepared = prepare(killed, place);
    let begun = Instant::now();
    Repo::copy_of(&prepared).run(killed.command).expect(0);
    let mut whole = begun.elapsed();
    let mut kills = 0;
    for moment in 1..=MOMENTS {
        let repo = Repo::copy_of(&prepared);
        let under_way = repo.make_dirty();
        let mut command = repo.prd_command(repo.root(), killed.command);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).process_group(0).spawn().unwrap();
        std::thread::sleep(whole * moment / (MOMENTS + 2));
        let pid = if group { format!("-{}", child.id()) } else { child.id().to_string() };
        repo.command("kill", repo.root()).args(["-9", "--", &pid]).output().unwrap();
        if child.wait().unwrap().code().is_none() {
            kills += 1;
        } else {
            // It was faster this time: the machine has less to do.
            whole = whole * 3 / 4;
        }
        let context = format!("{killed:?} in {place:?} killed at {moment}/{MOMENTS}, group: {group}");
        let next = repo.run(&["archive", "SVC-190", "--reason", "other"]);
        assert_eq!(next.code, Some(0), "{context}: {next}");
        check(&repo, killed, &context);
        assert_eq!(under_way, repo.under_way(), "{context}");
    }
    assert!(kills > 0, "{killed:?}: no kill came in time");
}

// Slow, some 5 seconds each: eight kills, each with three runs of the program.
#[test]
#[ignore = "kills at random moments, and so for soaking: cargo test --test it -- --ignored"]
fn start_is_killed_at_any_moment() {
    kill_at_any_moment(START, Place::Checkout, false);
}

#[test]
#[ignore = "kills at random moments, and so for soaking: cargo test --test it -- --ignored"]
fn start_is_killed_with_all_its_children_at_any_moment() {
    kill_at_any_moment(START, Place::Checkout, true);
}

#[test]
#[ignore = "kills at random moments, and so for soaking: cargo test --test it -- --ignored"]
fn archive_is_killed_at_any_moment() {
    kill_at_any_moment(ARCHIVE, Place::Checkout, false);
}

#[test]
#[ignore = "kills at random moments, and so for soaking: cargo test --test it -- --ignored"]
fn archive_is_killed_with_all_its_children_at_any_moment() {
    kill_at_any_moment(ARCHIVE, Place::Checkout, true);
}

#[test]
#[ignore = "kills at random moments, and so for soaking: cargo test --test it -- --ignored"]
fn approve_is_killed_without_commits_at_any_moment() {
    kill_at_any_moment(APPROVE, Place::Off, true);
}
