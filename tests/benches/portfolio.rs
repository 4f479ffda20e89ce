//! How long a portfolio of 10,000 PRDs takes, beside a program that only looks for a line in the same files.
//!
//! `cargo bench --bench portfolio` makes the files, runs each program several times in turn, and prints the best time
//! of each: other work on the machine only ever adds. Ends with 1 where a goal is missed.
#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]
#![expect(clippy::unwrap_used, reason = "a bench that cannot go on has failed")]

mod support;

use std::fmt::Write as _;
use std::path::Path;
use std::process::{ExitCode, Stdio};
use std::time::Duration;

use support::{PRD, command, folder, git, ms, time};

/// PRDs in the portfolio.
const PRDS: usize = 10_000;
/// Bytes of each, at least.
const BYTES: usize = 8_000;
/// Prerequisites of each that has so many before it.
const EDGES: usize = 3;
/// What people write, in a sentence or three.
const PROSE: &str = "The shop asks four services for each order, one after the other, and the slowest of them answers in **2.1 s** on a \
    Monday morning. Customers see a spinner and press the button again, which makes a *second* order in one of fifty cases; support \
    then spends `11 minutes` with each of them.";
/// Runs of each program.
const RUNS: usize = 7;

fn main() -> ExitCode {
    let dir = folder();
    let root = dir.path();
    write_portfolio(root);
    for args in [&["init", "-q", "-b", "main"][..], &["add", "-A"], &["commit", "-q", "-m", "Plans"]] {
        git(root, args);
    }
    let searcher = ["rg", "grep"].into_iter().find(|name| is_there(root, name)).unwrap();
    let search: &[&str] =
        if searcher == "rg" { &["-c", "^# ", "docs/prds"] } else { &["-rc", "^# ", "docs/prds"] };
    let cache = root.join(".git/prd/cache/portfolio");
    let cold = (0..RUNS).map(|_| {
        let _ = fs_err::remove_file(&cache);
        time(root, PRD, &["list"])
    });
    let cold = cold.min().unwrap_or_default();
    // A file that changed only just is not remembered, so the last of these may have left nothing.
    std::thread::sleep(Duration::from_millis(2100));
    time(root, PRD, &["list"]);
    assert!(cache.exists(), "there is nothing to be warm from");
    let programs: [(&str, &str, &[&str]); 5] = [
        (searcher, searcher, search),
        ("prd list", PRD, &["list"]),
        ("prd lint", PRD, &["lint"]),
        ("prd orchestrate", PRD, &["orchestrate", "--format", "json", "--as-of", "2025-06-02"]),
        ("prd --version", PRD, &["--version"]),
    ];
    let mut best = [Duration::MAX; 5];
    for _ in 0..RUNS {
        for (slot, (_, program, args)) in best.iter_mut().zip(programs) {
            *slot = (*slot).min(time(root, program, args));
        }
    }
    println!("{PRDS} PRDs of {BYTES} bytes, {} edges; best of {RUNS} runs", EDGES * PRDS);
    println!("{:16} {:8.1} ms", "list, no cache", ms(cold));
    for ((name, ..), time) in programs.iter().zip(best) {
        println!("{name:16} {:8.1} ms", ms(time));
    }
    let [search, list, _, orchestrate, version] = best.map(|time| time.as_secs_f64());
    let goals = [
        (format!("prd list / {searcher}"), list / search, 3.0),
        ("prd orchestrate, s".to_owned(), orchestrate, 0.5 + list),
        ("prd --version, ms".to_owned(), version * 1000.0, 10.0),
    ];
    let mut missed = false;
    for (what, value, goal) in goals {
        let verdict = if value < goal { "met" } else { "MISSED" };
        missed |= value >= goal;
        println!("{what:20} {value:8.2}, goal under {goal:.2}: {verdict}");
    }
    ExitCode::from(u8::from(missed))
}

fn is_there(dir: &Path, program: &str) -> bool {
    command(dir, program, &["--version"]).stdout(Stdio::null()).status().is_ok()
}

/// Every PRD waits for the three before it in its own group of a hundred, or in the group before.
fn write_portfolio(root: &Path) {
    for state in ["ready", "in-progress", "complete"] {
        fs_err::create_dir_all(root.join("docs/prds").join(state)).unwrap();
    }
    for number in 1..=PRDS {
        let state = match number % 10 {
            0 | 1 => "in-progress",
            2 => "complete",
            _ => "ready",
        };
        let path = root.join(format!("docs/prds/{state}/PRD-{number:03}-part-{number}.md"));
        fs_err::write(path, text(number)).unwrap();
    }
}

fn text(number: usize) -> String {
    let prerequisites: Vec<String> = [1, 37, 101]
        .into_iter()
        .filter_map(|back| number.checked_sub(back).filter(|other| *other > 0))
        .map(|other| format!("PRD-{other:03}"))
        .collect();
    let depends_on = if prerequisites.is_empty() { "None".to_owned() } else { prerequisites.join(", ") };
    let mut text = format!(
        "# PRD-{number:03}: Part {number}\n\n**PRD ID**: PRD-{number:03}\n**Priority**: P{}\n**Team**: Team {}\n\
         **Owner**: Ada Lindqvist\n**Estimate**: {} days\n**Target**: 2026-{:02}-15\n**Depends On**: {depends_on}\n",
        number % 4,
        number % 12,
        1 + number % 9,
        1 + number % 12,
    );
    let _ = write!(
        text,
        "\n## Problem\n\nOrders of part {number} wait up to 14 s today, and 3 of 100 are given up before they are placed. {PROSE}\n\n\
         {PROSE}\n\n## Goals\n\n- Orders are placed within 1 s at p95\n- At most 1 of 1,000 orders is given up\n\n\
         ## Scope\n\n### In scope\n\n- The queue between cart and **order**\n- Its [dashboard](https://example.org/{number})\n\n\
         ### Out of scope\n\n- Orders from abroad, because `tax` is not known there\n\n"
    );
    let _ = write!(
        text,
        "## Technical approach\n\n{PROSE}\n\n```yaml\nopenapi: 3.1.0\npaths:\n  /orders/{number}:\n    get:\n      responses:\n        \
         \"200\": {{ description: \"[ ] is no check box here\" }}\n```\n\n| Step | Estimate |\n| --- | --- |\n| Queue | 2 days |\n\
         | Worker | 3 days |\n\n## Acceptance criteria\n\n"
    );
    for criterion in 0..8 {
        let mark = if criterion * 10 < number % 100 { 'x' } else { ' ' };
        let _ = writeln!(
            text,
            "- [{mark}] Given order {criterion}, when it is sent, then it is placed within {criterion} s"
        );
    }
    text.push_str("\n## Risks\n\n| Risk | Likelihood | Mitigation |\n| --- | --- | --- |\n");
    text.push_str("| The queue overflows | low | an alarm at 10,000 entries |\n\n");
    let mut section = 0;
    while text.len() < BYTES {
        section += 1;
        let _ = write!(text, "## Background {section}\n\n{PROSE}\n\n{PROSE}\n\n- {PROSE}\n- {PROSE}\n\n");
    }
    text
}
