//! How long grading takes, beside a program that only looks for a line in the same files.
//!
//! | measured | goal |
//! | --- | --- |
//! | `prd review --all`, 5,000 PRDs | 2 s |
//! | the same for 1,250 and 5,000 | linear: at most 1.5 times as long for each PRD |
//! | `prd review`, one PRD of 2 MB | 1 s |
//! | the same for 0.5 and 2 MB | linear: at most 1.5 times as long for each byte |
//!
//! `cargo bench --bench review`. The PRDs are the project's good ones, which are graded in full, each with a number and a
//! title of its own. The best time of several runs counts, for other work on the machine only ever adds; the cases take turns,
//! so that such work meets all of them. Ends with 1 where a goal is missed.
#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]
#![expect(clippy::unwrap_used, reason = "a bench that cannot go on has failed")]

mod support;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use support::{PRD, folder, git, ms, time};

/// PRDs of the larger portfolio; the smaller one has a quarter.
const PRDS: usize = 5_000;
/// Bytes of the longer PRD; the shorter one has a quarter.
const LONG: usize = 2_000_000;
/// Runs of each.
const RUNS: usize = 5;
/// How much longer each of four times as many may take.
const LINEAR: f64 = 1.5;

fn main() -> ExitCode {
    let dir = folder();
    let texts = good_prds();
    let many = repository(dir.path(), "many", (1..=PRDS).map(|number| numbered(&texts, number)));
    let fewer = repository(dir.path(), "fewer", (1..=PRDS / 4).map(|number| numbered(&texts, number)));
    let long = repository(dir.path(), "long", std::iter::once(grown(&texts, LONG)));
    let shorter = repository(dir.path(), "shorter", std::iter::once(grown(&texts, LONG / 4)));

    let review: &[&str] = &["review", "--all"];
    let one: &[&str] = &["review", "1", "--dry-run"];
    let cases: [(&Path, &str, &[&str]); 5] = [
        (&many, "grep", &["-rc", "^# ", "docs/prds"]),
        (&many, PRD, review),
        (&fewer, PRD, review),
        (&long, PRD, one),
        (&shorter, PRD, one),
    ];
    let mut best = [f64::MAX; 5];
    for _ in 0..RUNS {
        for (best, (root, program, args)) in best.iter_mut().zip(cases) {
            *best = best.min(ms(time(root, program, args)));
        }
    }
    let [grep, many, fewer, long, shorter] = best;
    println!("grep -rc over {PRDS} PRDs: {grep:.0} ms; grading them takes {:.0} times as long", many / grep);

    let mut missed = false;
    for (what, value, goal) in [
        (format!("review --all, {PRDS} PRDs, ms"), many, 2_000.0),
        (format!("each of {PRDS} / each of {}", PRDS / 4), many / fewer / 4.0, LINEAR),
        (format!("review of {LONG} bytes, ms"), long, 1_000.0),
        (format!("each byte of {LONG} / of {}", LONG / 4), long / shorter / 4.0, LINEAR),
    ] {
        let verdict = if value <= goal { "met" } else { "MISSED" };
        missed |= value > goal;
        println!("{what:36} {value:8.2}, goal {goal:.2}: {verdict}");
    }
    ExitCode::from(u8::from(missed))
}

/// The texts of the project's good PRDs, in the order of their names.
fn good_prds() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/prds/good");
    let mut paths: Vec<PathBuf> =
        fs_err::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| fs_err::read_to_string(path).unwrap()).collect()
}

/// One of the texts under a number and a title of its own; nothing in its header names another PRD.
fn numbered(texts: &[String], number: usize) -> String {
    let text = &texts[number % texts.len()];
    let lines = text.lines().filter(|line| {
        let names = [
            "PRD ID:",
            "**PRD ID**",
            "**ID**",
            "**Depends On**",
            "**Blocks**",
            "**Parent**",
            "id:",
            "depends_on:",
        ];
        !names.iter().any(|name| line.trim_start_matches("- ").starts_with(name))
    });
    let mut titled = false;
    let mut out = String::with_capacity(text.len());
    for line in lines {
        match line.strip_prefix("# ").filter(|_| !titled) {
            Some(title) => {
                titled = true;
                let title = title.split_once(": ").map_or(title, |(_, title)| title);
                out.push_str(&format!("# PRD-{number:04}: {title}, part {number}"));
            }
            None => out.push_str(line),
        }
        out.push('\n');
    }
    out
}

/// A text of at least so many bytes: the sections of all texts in turn, each again under a number of its own.
fn grown(texts: &[String], bytes: usize) -> String {
    let mut out = numbered(texts, 1);
    let mut round = 0;
    while out.len() < bytes {
        round += 1;
        let text = numbered(texts, round);
        let sections = text.find("\n## ").map_or("", |at| &text[at..]);
        out.push_str(&sections.replace("the ", &format!("the {round} ")));
    }
    out
}

fn repository(dir: &Path, name: &str, texts: impl Iterator<Item = String>) -> PathBuf {
    let root = dir.join(name);
    let folder = root.join("docs/prds/draft");
    fs_err::create_dir_all(&folder).unwrap();
    for (at, text) in texts.enumerate() {
        fs_err::write(folder.join(format!("PRD-{:04}-part.md", at + 1)), text).unwrap();
    }
    git(&root, &["init", "-q", "-b", "main"]);
    git(&root, &["add", "-A"]);
    git(&root, &["commit", "-q", "-m", "Plans"]);
    root
}
