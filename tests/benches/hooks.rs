//! How much the pre-commit hook adds to a commit in a repository of 10,000 PRDs.
//!
//! `cargo bench --bench hooks` makes the repository and times the hook on its own, several times: with one staged file of
//! code, with one staged PRD of which only the prose changes, with one that waits for another than before, and with a new
//! one. Prints medians and the 95th percentile. Ends with 1 where the goal is missed.
//! `PRD_BENCH_DIR` names the folder that it works in.
#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]
#![expect(clippy::unwrap_used, reason = "a bench that cannot go on has failed")]

mod support;

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use support::{PRD, folder, git, ms, time};

/// PRDs in the repository.
const PRDS: usize = 10_000;
/// Runs of each kind.
const RUNS: usize = 40;
/// The goal for the 95th percentile.
const GOAL: Duration = Duration::from_millis(20);

fn main() -> ExitCode {
    let dir = folder();
    let root = dir.path();
    let prose =
        "The shop asks four services for each order, and the slowest of them answers in 2.1 s. ".repeat(60);
    for number in 1..=PRDS {
        let folder = root.join(["docs/prds/draft", "docs/prds/ready", "docs/prds/complete"][number % 3]);
        fs_err::create_dir_all(&folder).unwrap();
        let before = number.saturating_sub(1).max(1);
        let header = format!("**Depends On**: PRD-{before:05}\n**Estimate**: 3 days\n");
        let header = if number == 1 { String::new() } else { header };
        let text = format!("# PRD-{number:05}: Thing {number}\n\n{header}\n## Summary\n\n{prose}\n");
        fs_err::write(folder.join(format!("PRD-{number:05}-thing.md")), text).unwrap();
    }
    git(root, &["init", "-q", "-b", "main"]);
    // Git would pack 10,000 new objects behind our back, while we measure.
    git(root, &["config", "gc.auto", "0"]);
    git(root, &["add", "-A"]);
    // The first look at all of them fills the cache.
    let cold = hook(root);
    git(root, &["commit", "-q", "-m", "Plans"]);
    git(root, &["gc", "-q"]);
    println!("{PRDS} PRDs; the first look at all of them {:.0} ms", ms(cold));
    let mut missed = false;
    let old = "docs/prds/draft/PRD-09999-thing.md";
    for (what, file, line) in [
        ("code", "src/main.rs", "One line more."),
        ("a PRD", old, "One line more."),
        ("a PRD that is tied otherwise", old, "**Blocks**: PRD-10000"),
        ("a new PRD", "docs/prds/draft/PRD-10001-new.md", "# PRD-10001: New\n\n**Depends On**: PRD-00500"),
    ] {
        let path = root.join(file);
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        let text = fs_err::read_to_string(&path).unwrap_or_default();
        // A field stands in the header, below the title.
        let text = match text.split_once("\n\n") {
            Some((title, rest)) => format!("{title}\n\n{line}\n{rest}"),
            None => format!("{line}\n"),
        };
        fs_err::write(&path, text).unwrap();
        git(root, &["add", "-A"]);
        let mut times: Vec<Duration> = (0..RUNS).map(|_| hook(root)).collect();
        times.sort();
        let (median, high) = (times[RUNS / 2], times[RUNS * 95 / 100]);
        let verdict = if high < GOAL { "met" } else { "MISSED" };
        missed |= high >= GOAL;
        println!(
            "pre-commit with {what} staged: median {:.1} ms, 95 of 100 under {:.1} ms: {verdict}",
            ms(median),
            ms(high)
        );
        git(root, &["commit", "-q", "-m", what]);
    }
    ExitCode::from(u8::from(missed))
}

fn hook(root: &Path) -> Duration {
    time(root, PRD, &["hooks", "run", "pre-commit"])
}
