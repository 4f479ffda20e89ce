//! How long the report, the forecast and the page take for 10,000 PRDs with 30,000 edges, and what becomes of it with
//! 100,000, beside a program that only looks for a line in the same files.
//!
//! `cargo bench --bench orchestrate` makes the files, runs each program several times in turn, and prints the best time of
//! each: other work on the machine only ever adds. Ends with 1 where a goal is missed.
#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]
#![expect(clippy::unwrap_used, reason = "a bench that cannot go on has failed")]

mod support;

use std::path::Path;
use std::process::{ExitCode, Stdio};
use std::time::Duration;

use support::{PRD, command, folder, git, ms, time};

/// PRDs in the one portfolio and in the other.
const SIZES: [usize; 2] = [10_000, 100_000];
/// Prerequisites of each that has so many before it.
const EDGES: usize = 3;
/// Runs of each program on the one portfolio and on the other.
const RUNS: [usize; 2] = [5, 2];
/// What is measured: a name, and the arguments.
const PROGRAMS: [(&str, &[&str]); 4] = [
    ("report", &["orchestrate", "--format", "json"]),
    ("text", &["orchestrate"]),
    ("forecast", &["orchestrate", "--format", "json", "--forecast", "--runs", "10000"]),
    ("page", &["orchestrate", "--format", "html"]),
];

fn main() -> ExitCode {
    let mut best = [[0.0; PROGRAMS.len() + 1]; 2];
    let mut memory = 0;
    for ((size, runs), best) in SIZES.into_iter().zip(RUNS).zip(&mut best) {
        let dir = folder();
        let root = dir.path();
        write_portfolio(root, size);
        for args in [&["init", "-q", "-b", "main"][..], &["add", "-A"], &["commit", "-q", "-m", "Plans"]] {
            git(root, args);
        }
        let searcher = ["rg", "grep"].into_iter().find(|name| is_there(root, name)).unwrap();
        let search: &[&str] =
            if searcher == "rg" { &["-c", "^# ", "docs/prds"] } else { &["-rc", "^# ", "docs/prds"] };
        // A file that changed only just is not remembered.
        std::thread::sleep(Duration::from_millis(2100));
        time(root, PRD, PROGRAMS[0].1);
        let mut times = [Duration::MAX; PROGRAMS.len() + 1];
        for _ in 0..runs {
            times[0] = times[0].min(time(root, searcher, search));
            for (slot, (_, args)) in times.iter_mut().skip(1).zip(PROGRAMS) {
                *slot = (*slot).min(time(root, PRD, args));
            }
        }
        *best = times.map(ms);
        println!("{size} PRDs, {} edges; best of {runs} runs", EDGES * size);
        println!("{searcher:10} {:8.1} ms", best[0]);
        for ((name, _), time) in PROGRAMS.iter().zip(best.iter().skip(1)) {
            println!("{name:10} {time:8.1} ms, {:6.1} times {searcher}", time / best[0]);
        }
        memory = peak_memory(root, PRD, PROGRAMS[0].1);
    }
    println!("most memory of the report of {} PRDs: {memory} MB", SIZES[1]);
    let [[_, report, text, forecast, page], [_, large, ..]] = best;
    let goals = [
        ("report, ms", report, 500.0),
        ("report as text, ms", text, 500.0),
        ("forecast, ms", forecast, 3000.0),
        ("page, ms", page, 1000.0),
        // Ten times as many PRDs may take a little more than ten times as long: the caches of the processor are not larger.
        ("ten times as many, times as long", large / report, 15.0),
        ("memory, MB", f64::from(memory), 2048.0),
    ];
    let mut missed = false;
    for (what, value, goal) in goals {
        missed |= value >= goal;
        let verdict = if value < goal { "met" } else { "MISSED" };
        println!("{what:34} {value:9.2}, goal under {goal:.2}: {verdict}");
    }
    ExitCode::from(u8::from(missed))
}

/// The most memory that a run had in use at any time, in whole MB; 0 where the system does not tell.
fn peak_memory(dir: &Path, program: &str, args: &[&str]) -> u32 {
    let mut child = command(dir, program, args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let file = format!("/proc/{}/status", child.id());
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        let status = fs_err::read_to_string(&file).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u32>().ok());
        most = most.max(kilobytes.unwrap_or(0));
        std::thread::sleep(Duration::from_millis(5));
    }
    most / 1024
}

fn is_there(dir: &Path, program: &str) -> bool {
    command(dir, program, &["--version"]).stdout(Stdio::null()).status().is_ok()
}

/// Every PRD waits for three before it, near ones and far ones.
fn write_portfolio(root: &Path, size: usize) {
    for state in ["ready", "in-progress", "complete"] {
        fs_err::create_dir_all(root.join("docs/prds").join(state)).unwrap();
    }
    for number in 1..=size {
        let state = match number % 10 {
            0 | 1 => "in-progress",
            2 => "complete",
            _ => "ready",
        };
        let prerequisites: Vec<String> = [1, 37, 101]
            .into_iter()
            .filter_map(|back| number.checked_sub(back).filter(|other| *other > 0))
            .map(|other| format!("PRD-{other:03}"))
            .collect();
        let depends_on = if prerequisites.is_empty() { "None".to_owned() } else { prerequisites.join(", ") };
        let text = format!(
            "# PRD-{number:03}: Part {number}\n\n**Priority**: P{}\n**Team**: Team {}\n**Owner**: Ada Lindqvist\n\
             **Estimate**: {} days\n**Target**: 2026-{:02}-15\n**Depends On**: {depends_on}\n\n## Acceptance criteria\n\n\
             - [x] Given an order, when it is sent, then it is placed within 1 s\n\
             - [ ] Given an unknown article, when it is ordered, then the answer is 404\n",
            number % 4,
            number % 12,
            1 + number % 9,
            1 + number % 12,
        );
        fs_err::write(root.join(format!("docs/prds/{state}/PRD-{number:03}-part-{number}.md")), text)
            .unwrap();
    }
}
