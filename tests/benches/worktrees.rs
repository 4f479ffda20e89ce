//! How long worktrees take, beside git's own commands in the same run.
//!
//! | measured | beside | goal |
//! | --- | --- | --- |
//! | `prd start`, 20,000 files, everything included | `git -c checkout.workers=0 worktree add` | no slower |
//! | `prd worktree list`, 60 worktrees | `git status` in all of them, eight at a time | 1.2 times |
//! | its first row | | 50 ms |
//! | `prd status` in a worktree | | 15 ms |
//!
//! `cargo bench --bench worktrees`. The two of a pair take turns, and the best time of each counts: other work on the
//! machine only ever adds. What a disk does hides the rest, so name a folder of a memory file system:
//! `PRD_BENCH_DIR=/dev/shm`; else it is the temporary folder. Ends with 1 where a goal is missed.
#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]
#![expect(clippy::unwrap_used, reason = "a bench that cannot go on has failed")]

mod support;

use std::io::Read as _;
use std::path::Path;
use std::process::{ExitCode, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use support::{PRD, command, folder, git, ms, time};

/// Files that a new worktree gets.
const FILES: usize = 20_000;
/// Worktrees that are made by each.
const STARTS: usize = 6;
/// Worktrees that are listed.
const TREES: usize = 60;
/// Files of each of those.
const LISTED_FILES: usize = 1_000;
/// Files in a folder of each that a rule ignores.
const IGNORED_FILES: usize = 1_000;
/// Runs of what changes nothing.
const RUNS: usize = 7;
/// Calls of `git status` at a time.
const AT_A_TIME: usize = 8;

/// What was measured against its goal.
struct Verdicts {
    missed: bool,
}

impl Verdicts {
    fn say(&mut self, what: &str, value: f64, goal: f64) {
        let verdict = if value <= goal { "met" } else { "MISSED" };
        self.missed |= value > goal;
        println!("{what:34} {value:8.2}, goal {goal:.2}: {verdict}");
    }
}

fn main() -> ExitCode {
    let mut verdicts = Verdicts { missed: false };
    // Both are kept to the end: where many files were deleted just before, a disk makes new ones more slowly.
    let begun = folder();
    println!("in {}", begun.path().display());
    starts(begun.path(), &mut verdicts);
    let listed = folder();
    lists(listed.path(), &mut verdicts);
    ExitCode::from(u8::from(verdicts.missed))
}

/// A repository `shop` in a folder, with so many files and PRDs.
fn repository(dir: &Path, files: usize, prds: usize) -> std::path::PathBuf {
    let root = dir.join("shop");
    for number in 0..files {
        let folder = root.join(format!("src/part{}", number % (files / 100)));
        if number < files / 100 {
            fs_err::create_dir_all(&folder).unwrap();
        }
        // From 300 bytes to 6 KB, and no two alike.
        let line = format!(
            "let order_{number} = queue.take({number}, \"{}\")?;\n",
            number.wrapping_mul(2_654_435_761)
        );
        fs_err::write(folder.join(format!("file{number}.rs")), line.repeat(5 + number % 90)).unwrap();
    }
    fs_err::write(root.join(".gitignore"), "# Built\ntarget/\n/dist\n*.log\n!keep.log\n").unwrap();
    fs_err::create_dir_all(root.join("docs/prds/ready")).unwrap();
    for number in 1..=prds {
        let text = format!(
            "# PRD-{number:03}: Part {number}\n\n**Estimate**: 3 days\n\n## Acceptance criteria\n\n- [ ] It works\n"
        );
        fs_err::write(root.join(format!("docs/prds/ready/PRD-{number:03}-part-{number}.md")), text).unwrap();
    }
    let init = [&["init", "-q", "-b", "main"][..], &["config", "gc.auto", "0"]];
    for args in init.into_iter().chain([&["add", "-A"][..], &["commit", "-q", "-m", "Shop"], &["gc", "-q"]]) {
        git(&root, args);
    }
    root
}

fn starts(dir: &Path, verdicts: &mut Verdicts) {
    let root = repository(dir, FILES, STARTS);
    let mut best = [Duration::MAX; 2];
    for number in 1..=STARTS {
        let (branch, tree) = (format!("by-git-{number}"), format!("../by-git-{number}"));
        let add = ["-c", "checkout.workers=0", "worktree", "add", "-q", "-b", &branch, &tree];
        let start = ["start", &number.to_string()];
        // Who comes second may find what the first left in memory.
        for turn in 0..2 {
            if (number + turn) % 2 == 0 {
                best[0] = best[0].min(time(&root, "git", &add));
            } else {
                best[1] = best[1].min(time(&root, PRD, &start));
            }
        }
    }
    let is_made = |number| dir.join(format!("shop-PRD-{number:03}/src/part0/file0.rs")).is_file();
    assert!((1..=STARTS).all(is_made), "not every start made its worktree");
    let [add, start] = best.map(ms);
    println!("{FILES} files: git worktree add {add:.0} ms, prd start {start:.0} ms; best of {STARTS}");
    verdicts.say("prd start / git worktree add", start / add, 1.0);
}

fn lists(dir: &Path, verdicts: &mut Verdicts) {
    let root = repository(dir, LISTED_FILES, TREES);
    let trees: Vec<_> = (1..=TREES)
        .map(|number| {
            assert!(
                command(&root, PRD, &["start", &number.to_string()])
                    .stdout(Stdio::null())
                    .status()
                    .unwrap()
                    .success()
            );
            let tree = dir.join(format!("shop-PRD-{number:03}"));
            // Some have nothing yet, most a commit, some of these are merged, and some have changes besides.
            if number % 4 > 0 {
                fs_err::write(tree.join("src/part0/file0.rs"), format!("// {number}\n")).unwrap();
                git(&tree, &["commit", "-q", "-a", "-m", "Work"]);
            }
            if number % 8 == 1 {
                git(
                    &root,
                    &[
                        "merge",
                        "-q",
                        "-s",
                        "ours",
                        "--no-edit",
                        &format!("feat/PRD-{number:03}-part-{number}"),
                    ],
                );
            }
            if number % 5 == 0 {
                fs_err::write(tree.join("src/part1/file1.rs"), format!("// {number}\n")).unwrap();
            }
            build(&tree);
            tree
        })
        .collect();
    // What is as new as the index is read again by every status, git's and ours.
    std::thread::sleep(Duration::from_millis(1100));
    each(&trees, |tree| {
        time(tree, "git", &["status"]);
    });
    let mut best = [Duration::MAX; 4];
    for _ in 0..RUNS {
        let begun = Instant::now();
        each(&trees, |tree| {
            time(tree, "git", &["status", "--porcelain"]);
        });
        let status = begun.elapsed();
        let (first, list) = first_and_all(&root);
        let here = time(&trees[0], PRD, &["status"]);
        for (best, time) in best.iter_mut().zip([status, first, list, here]) {
            *best = (*best).min(time);
        }
    }
    let [status, first, list, here] = best.map(ms);
    println!(
        "{TREES} worktrees of {LISTED_FILES} files: git status {status:.0} ms, prd worktree list {list:.0} ms, its first row {first:.1} ms"
    );
    verdicts.say("prd worktree list / git status", list / status, 1.2);
    verdicts.say("first row, ms", first, 50.0);
    verdicts.say("prd status, ms", here, 15.0);
}

/// What a build leaves in a worktree.
fn build(tree: &Path) {
    for number in 0..IGNORED_FILES {
        let folder = tree.join(format!("target/debug/unit{}", number % 10));
        if number < 10 {
            fs_err::create_dir_all(&folder).unwrap();
        }
        fs_err::write(folder.join(format!("{number}.o")), "built").unwrap();
    }
    fs_err::write(tree.join("build.log"), "built").unwrap();
}

/// Does something with all worktrees, eight at a time.
fn each<T: Sync>(all: &[T], work: impl Fn(&T) + Sync) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| {
                while let Some(one) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    work(one);
                }
            });
        }
    });
}

/// How long the list takes to its first row below the header, and to its end.
fn first_and_all(root: &Path) -> (Duration, Duration) {
    let begun = Instant::now();
    let mut child = command(root, PRD, &["worktree", "list"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut output = child.stdout.take().unwrap();
    let (mut text, mut first) = (Vec::new(), None);
    let mut part = [0; 65_536];
    loop {
        let count = output.read(&mut part).unwrap();
        if count == 0 {
            break;
        }
        text.extend_from_slice(&part[..count]);
        if first.is_none() && text.iter().filter(|byte| **byte == b'\n').count() > 1 {
            first = Some(begun.elapsed());
        }
    }
    assert!(child.wait().unwrap().success());
    let all = begun.elapsed();
    assert_eq!(text.iter().filter(|byte| **byte == b'\n').count(), TREES + 2, "a header and a row each");
    (first.unwrap(), all)
}
