//! Random edits, one after the other: after each the status of our own is git's, or none; and mostly it is not none.

use std::fs::{File, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::time::{Duration, SystemTime};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::*;

const NAMES: [&str; 12] = [
    "a",
    "b.log",
    "dir",
    "dir/a",
    "dir/b.log",
    "dir/sub/c",
    "dir/sub/keep",
    "dir-x",
    "target/a",
    "target/sub/b",
    "t",
    "dir/target",
];
const RULES: [&str; 12] = [
    "target/",
    "*.log",
    "/t",
    "!keep",
    "dir/sub/*",
    "!dir/sub/keep",
    "**/a",
    "dir/",
    "s?b",
    "[a-c]",
    "dir/**/c",
    "b*",
];
const TEXTS: [&str; 5] = ["one\n", "two\n", "longer\n", "", "a"];

#[derive(Debug, Clone)]
enum Edit {
    Write(usize, usize),
    /// Writes, and gives back the time that the file had.
    WriteUnseen(usize, usize),
    Delete(usize),
    Mode(usize, bool),
    Link(usize, usize),
    Rename(usize, usize),
    Folder(usize),
    Rules(Option<usize>, Vec<usize>),
    Add(usize),
    AddAll,
    Forget(usize),
    Commit,
    Reset,
    /// Dates the files before the index.
    Settle,
}

fn edit() -> impl Strategy<Value = Edit> {
    let name = 0..NAMES.len();
    let text = 0..TEXTS.len();
    let rules = proptest::collection::vec(0..RULES.len(), 0..4);
    prop_oneof![
        6 => (name.clone(), text.clone()).prop_map(|(name, text)| Edit::Write(name, text)),
        2 => (name.clone(), text).prop_map(|(name, text)| Edit::WriteUnseen(name, text)),
        2 => name.clone().prop_map(Edit::Delete),
        2 => (name.clone(), any::<bool>()).prop_map(|(name, runs)| Edit::Mode(name, runs)),
        2 => (name.clone(), name.clone()).prop_map(|(name, to)| Edit::Link(name, to)),
        2 => (name.clone(), name.clone()).prop_map(|(name, to)| Edit::Rename(name, to)),
        1 => name.clone().prop_map(Edit::Folder),
        2 => (proptest::option::of(name.clone()), rules).prop_map(|(folder, rules)| Edit::Rules(folder, rules)),
        2 => name.clone().prop_map(Edit::Add),
        3 => Just(Edit::AddAll),
        1 => name.prop_map(Edit::Forget),
        3 => Just(Edit::Commit),
        1 => Just(Edit::Reset),
        3 => Just(Edit::Settle),
    ]
}

/// Makes one, as far as it can be made.
fn make(fixture: &Fixture, edit: &Edit) {
    let place = |name: &usize| fixture.root().join(NAMES[*name]);
    let run = |args: &[&str]| drop(fixture.open().git().args(args).run().unwrap());
    match edit {
        Edit::Write(name, text) => write(&place(name), TEXTS[*text]),
        Edit::WriteUnseen(name, text) => {
            let before = place(name).symlink_metadata().ok().filter(std::fs::Metadata::is_file);
            write(&place(name), TEXTS[*text]);
            if let Some(before) = before {
                date(&place(name), before.modified().unwrap());
            }
        }
        Edit::Delete(name) => delete(&place(name)),
        Edit::Mode(name, runs) => {
            if place(name).symlink_metadata().is_ok_and(|about| about.is_file()) {
                let mode = if *runs { 0o755 } else { 0o644 };
                std::fs::set_permissions(place(name), Permissions::from_mode(mode)).unwrap();
            }
        }
        Edit::Link(name, to) => {
            delete(&place(name));
            if within(&place(name)) {
                symlink(NAMES[*to], place(name)).unwrap();
            }
        }
        Edit::Rename(name, to) => drop(std::fs::rename(place(name), place(to))),
        Edit::Folder(name) => drop(std::fs::create_dir_all(place(name))),
        Edit::Rules(folder, rules) => {
            let folder = folder.as_ref().map_or_else(|| fixture.root(), place);
            let lines: Vec<&str> = rules.iter().map(|rule| RULES[*rule]).collect();
            write(&folder.join(".gitignore"), &lines.join("\n"));
        }
        Edit::Add(name) => run(&["add", "-f", NAMES[*name]]),
        Edit::AddAll => run(&["add", "-A"]),
        Edit::Forget(name) => run(&["rm", "-q", "-r", "-f", "--cached", NAMES[*name]]),
        Edit::Commit => run(&["commit", "-q", "--allow-empty", "-m", "x"]),
        Edit::Reset => run(&["reset", "-q", "--hard"]),
        Edit::Settle => {
            for name in NAMES {
                let path = fixture.root().join(name);
                if path.symlink_metadata().is_ok_and(|about| about.is_file()) {
                    date(&path, SystemTime::now() - Duration::from_secs(20));
                }
            }
            run(&["update-index", "-q", "--refresh"]);
        }
    }
}

/// Makes the folders above a path; false where a file or a link is one of them.
fn within(path: &Path) -> bool {
    let parent = path.parent().unwrap();
    std::fs::create_dir_all(parent).is_ok()
        && parent
            .ancestors()
            .take(3)
            .all(|folder| folder.symlink_metadata().is_ok_and(|about| about.is_dir()))
}

/// Writes a file, unless a folder is there, or a link that would lead elsewhere.
fn write(path: &Path, text: &str) {
    if within(path) && !path.is_symlink() && !path.is_dir() {
        fs_err::write(path, text).unwrap();
    }
}

fn delete(path: &Path) {
    match path.symlink_metadata() {
        Ok(about) if about.is_dir() => fs_err::remove_dir_all(path).unwrap(),
        Ok(_) => fs_err::remove_file(path).unwrap(),
        Err(_) => {}
    }
}

fn date(path: &Path, time: SystemTime) {
    File::options().append(true).open(path).unwrap().set_modified(time).unwrap();
}

/// Some seconds: each edit is followed by a `git status`.
#[test]
fn after_any_edits_it_is_what_git_says() {
    let (all, in_process) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    let config = Config { cases: 24, failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(&proptest::collection::vec(edit(), 1..14), |edits| {
            let fixture = Fixture::new();
            fixture.write(".gitignore", "target/\n");
            fixture.write("dir/a", "one\n");
            fixture.commit_file("a", "one\n");
            for (count, edit) in edits.iter().enumerate() {
                make(&fixture, edit);
                let what = format!("{:?}", &edits[..=count]);
                in_process.set(in_process.get() + told(&fixture, &what));
                all.set(all.get() + 1);
            }
            Ok(())
        })
        .unwrap();
    let (all, in_process) = (all.get(), in_process.get());
    assert!(in_process * 10 >= all * 9, "{in_process} of {all} were told in process");
}
