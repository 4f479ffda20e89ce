//! `prd worktree remove` and `prd worktree restore` die at each of their steps, and at calls of git: after the next
//! command the worktree is there as it was, or wholly in the trash, and both can be run again.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::support::Repo;
use crate::support::dirty::UnderWay;
use crate::support::invariants::entries;

const BRANCH: &str = "feat/SVC-101-checkout-service";
const REMOVE: &[&str] = &["worktree", "remove", "SVC-101", "--unmerged", "--discard-ignored"];
const RESTORE: &[&str] = &["worktree", "restore", "SVC-101"];

/// What nothing would make again.
const PRECIOUS: [(&str, &str); 3] =
    [(".env", "SECRET=1\r\n"), ("var/dev.sqlite", "\0\u{1}"), ("var/deep/notes.sqlite", "mine")];

/// A repository whose user is in the middle of something.
struct Prepared {
    repo: Repo,
    tip: String,
    under_way: UnderWay,
}

impl Prepared {
    fn of(repo: Repo) -> Self {
        Self { tip: repo.git(&["rev-parse", BRANCH]), under_way: repo.make_dirty(), repo }
    }
}

fn with_worktree() -> Prepared {
    Prepared::of(started())
}

fn without_worktree() -> Prepared {
    let repo = started();
    repo.run(REMOVE).expect(0);
    Prepared::of(repo)
}

/// `SVC-101` started, with a commit on its branch and ignored files.
fn started() -> Repo {
    let repo = Repo::new();
    repo.write(".gitignore", ".env\n*.sqlite\nnode_modules/\n");
    repo.prd("ready", "SVC-101", "checkout-service", "");
    repo.prd("draft", "SVC-190", "search-service", "");
    repo.commit_all("Plans");
    repo.run(&["start", "SVC-101"]).expect(0);
    let tree = tree(&repo);
    let files = PRECIOUS.iter().chain(&[("src/work.txt", "work\n"), ("node_modules/x/index.js", "1")]);
    for (name, text) in files {
        fs_err::create_dir_all(tree.join(name).parent().unwrap()).unwrap();
        fs_err::write(tree.join(name), text).unwrap();
    }
    repo.git_in(&tree, &["add", "-A"]);
    repo.git_in(&tree, &["commit", "-q", "-m", "Work"]);
    repo
}

fn tree(repo: &Repo) -> PathBuf {
    repo.beside("worktrees/cloudscale-SVC-101")
}

/// What lies in the worktree of what nothing would make again, or in its entry of the trash.
fn precious_in(folder: &std::path::Path) -> BTreeMap<&'static str, String> {
    let read = |name: &str| fs_err::read_to_string(folder.join(name)).ok();
    PRECIOUS.iter().filter_map(|(name, _)| Some((*name, read(name)?))).collect()
}

/// All is there, at one of two places. True where that is the worktree.
fn check(repo: &Repo, tip: &str, context: &str) -> bool {
    let wrong = repo.unsound();
    assert!(wrong.is_empty(), "{context}: {wrong:#?}");
    assert_eq!(repo.git(&["rev-parse", BRANCH]), tip, "{context}");
    let whole = PRECIOUS.iter().map(|(name, text)| (*name, (*text).to_owned())).collect::<BTreeMap<_, _>>();
    let is_there = tree(repo).join(".git").exists();
    let trash = entries(&repo.root().join(".git/prd/trash"));
    let refs = repo.git(&["for-each-ref", "--format=%(refname)", "refs/prd/trash"]);
    if is_there {
        assert_eq!(precious_in(&tree(repo)), whole, "{context}");
        assert_eq!(fs_err::read_to_string(tree(repo).join("src/work.txt")).unwrap(), "work\n", "{context}");
        assert!(trash.is_empty() && refs.is_empty(), "{context}: {trash:?} {refs}");
    } else {
        let [entry] = trash.as_slice() else { panic!("{context}: {trash:?}") };
        assert!(!entry.file_name().unwrap().to_string_lossy().starts_with('.'), "{context}: {trash:?}");
        assert_eq!(precious_in(&entry.join("files")), whole, "{context}");
        assert!(!refs.is_empty(), "{context}");
        assert!(!tree(repo).exists(), "{context}");
    }
    is_there
}

/// Dies as the fault says, is followed by another command, and is run again, there and back. False where the fault
/// came to nothing, since there are not so many moments.
fn die(prepared: &Prepared, command: &[&str], fault: &str, next: &[&str]) -> bool {
    let repo = Repo::copy_of(&prepared.repo);
    let tip = &prepared.tip;
    let dead = repo.run_with(repo.root(), command, &[("PRD_TEST_GIT_FAULT", fault)]);
    let context = format!("{command:?} with {fault}, then {next:?}");
    if fault.starts_with("fail") {
        assert!(dead.code.is_some_and(|code| [0, 1, 3, 4].contains(&code)), "{context}: {dead}");
    } else if dead.code.is_some() {
        dead.expect(0);
        return false;
    }
    let after = repo.run(next);
    assert_eq!(after.code, Some(0), "{context}: {dead}\n{after}");
    let is_there = check(&repo, tip, &context);
    for (command, wanted) in [(REMOVE, if is_there { 0 } else { 3 }), (RESTORE, 0), (REMOVE, 0)] {
        let run = repo.run(command);
        assert_eq!(run.code, Some(wanted), "{context}, and then {run}");
        check(&repo, tip, &context);
    }
    assert_eq!(prepared.under_way, repo.under_way(), "{context}");
    true
}

const NEXT: [&[&str]; 2] = [&["archive", "SVC-190", "--reason", "other"], &["doctor"]];

fn die_at_each_step(prepared: &Prepared, command: &[&str], at_least: usize) {
    let steps = (1..).take_while(|step| die(prepared, command, &format!("kill-step:{step}"), NEXT[step % 2]));
    let steps = steps.count();
    assert!(steps >= at_least, "{command:?} has only {steps} steps");
}

// Slow, some seconds each: a dozen kills, each with five runs of the program.
#[test]
fn remove_dies_at_each_step() {
    die_at_each_step(&with_worktree(), REMOVE, 12);
}

#[test]
fn restore_dies_at_each_step() {
    die_at_each_step(&without_worktree(), RESTORE, 10);
}

#[test]
fn remove_and_restore_with_a_fault_at_some_calls() {
    let (with, without) = (with_worktree(), without_worktree());
    for (number, kind) in [(2, "fail"), (3, "kill"), (4, "kill-after")] {
        assert!(die(&with, REMOVE, &format!("{kind}:{number}"), NEXT[number % 2]), "{number}");
        assert!(die(&without, RESTORE, &format!("{kind}:{number}"), NEXT[number % 2]), "{number}");
    }
}

#[test]
#[ignore = "a fault at every call, and so for soaking: cargo test --test it -- --ignored"]
fn remove_and_restore_with_a_fault_at_every_call() {
    for (prepared, command) in [(with_worktree(), REMOVE), (without_worktree(), RESTORE)] {
        for kind in ["kill", "kill-after"] {
            let calls = (1..)
                .take_while(|number| die(&prepared, command, &format!("{kind}:{number}"), NEXT[number % 2]));
            let calls = calls.count();
            assert!(calls > 3, "{command:?} makes only {calls} calls");
            for number in 1..=calls {
                die(&prepared, command, &format!("fail:{number}"), NEXT[number % 2]);
            }
        }
    }
}
