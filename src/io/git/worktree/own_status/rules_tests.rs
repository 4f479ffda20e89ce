//! Rules are read as git reads them.

use std::cell::Cell;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::*;
use crate::io::git::testing::Fixture;

/// Files whose names meet the rules below.
const FILES: [&str; 14] = [
    "a",
    "ab",
    "abc",
    "b/a",
    "b/ab",
    "b/c/a",
    "b/c/d/abc",
    "c/b/a",
    "a.b",
    "b/.a",
    "[a]",
    "b/ a",
    "c/a.b.c",
    "d/c/b/a",
];

/// What rules are made of.
const PARTS: [&str; 16] =
    ["a", "b", "c", "*", "?", "/", "/", "**", "/**/", ".", "[ab]", "[a-c]", "[!a]", "[", " ", "\\"];

fn rule() -> impl Strategy<Value = String> {
    let parts = proptest::collection::vec(proptest::sample::select(&PARTS[..]), 1..5);
    (
        parts,
        prop_oneof![4 => Just(""), 1 => Just("!"), 1 => Just("#")],
        prop_oneof![3 => Just(""), 1 => Just("\r"), 1 => Just("/")],
    )
        .prop_map(|(parts, before, behind)| format!("{before}{}{behind}", parts.concat()))
}

/// The files that are not ignored; `None` where that is left to git.
fn kept(top: &str, below: &str) -> Option<Vec<String>> {
    let mut rules = Rules::default();
    rules.enter(0, top.as_bytes())?;
    let mut kept = Vec::new();
    for file in FILES {
        let mut is_kept = true;
        let mut entered = 0;
        for end in file.match_indices('/').map(|(at, _)| at) {
            match rules.verdict(&file.as_bytes()[..end], true) {
                Verdict::Kept if &file[..end] == "b" => {
                    rules.enter(end + 1, below.as_bytes())?;
                    entered += 1;
                }
                Verdict::Kept => {}
                Verdict::Ignored => is_kept = false,
                Verdict::Unknown => return None,
            }
            if !is_kept {
                break;
            }
        }
        if is_kept {
            match rules.verdict(file.as_bytes(), false) {
                Verdict::Kept => kept.push(file.to_owned()),
                Verdict::Ignored => {}
                Verdict::Unknown => return None,
            }
        }
        (0..entered).for_each(|_| rules.leave());
    }
    kept.sort();
    Some(kept)
}

/// A second or two: git is asked for each case.
#[test]
fn any_rules_ignore_what_git_ignores() {
    let fixture = Fixture::new();
    for file in FILES {
        fixture.write(file, "1");
    }
    let (all, read) = (Cell::new(0), Cell::new(0));
    let lines = || proptest::collection::vec(rule(), 0..4).prop_map(|lines| lines.join("\n"));
    let config = Config { cases: 300, failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(&(lines(), lines()), |(top, below)| {
            fixture.write(".gitignore", &top);
            fixture.write("b/.gitignore", &below);
            all.set(all.get() + 1);
            if let Some(kept) = kept(&top, &below) {
                read.set(read.get() + 1);
                let listed = fixture.git(&["ls-files", "--others", "--exclude-standard", "-z"]);
                let mut listed: Vec<&str> =
                    listed.split_terminator('\0').filter(|file| !file.ends_with(".gitignore")).collect();
                listed.sort_unstable();
                prop_assert_eq!(kept, listed, "{:?} {:?}", top, below);
            }
            Ok(())
        })
        .unwrap();
    assert!(read.get() * 3 >= all.get(), "{} of {} were read", read.get(), all.get());
}

#[test]
fn what_projects_write_is_read() {
    let common = "# Logs\n*.log\nnpm-debug.log*\n\nnode_modules/\n/target\n**/*.rs.bk\n.yarn/*\n!.yarn/patches\n\
        *.py[cod]\n[Bb]in/\n[._]*.sw[a-p]\n.env.*.local\ndocs/_build/\n!.vscode/settings.json\n*~\n.DS_Store\n";
    let mut rules = Rules::default();
    rules.enter(0, common.as_bytes()).unwrap();
    for (name, is_folder, verdict) in [
        ("src/node_modules", true, Verdict::Ignored),
        ("src/node_modules", false, Verdict::Kept),
        ("target", true, Verdict::Ignored),
        ("src/target", true, Verdict::Kept),
        ("a/b/x.rs.bk", false, Verdict::Ignored),
        (".yarn/patches", true, Verdict::Kept),
        (".yarn/cache", true, Verdict::Ignored),
        ("x.pyc", false, Verdict::Ignored),
        ("x.pyx", false, Verdict::Kept),
        ("deep/bin", true, Verdict::Ignored),
        (".main.rs.swp", false, Verdict::Ignored),
        (".env.test.local", false, Verdict::Ignored),
        ("docs/_build", true, Verdict::Ignored),
        ("src/main.rs", false, Verdict::Kept),
    ] {
        assert_eq!(rules.verdict(name.as_bytes(), is_folder), verdict, "{name}");
    }
}

#[test]
fn an_odd_rule_counts_only_where_it_could_change_the_verdict() {
    let verdict = |text: &str, name: &str| {
        let mut rules = Rules::default();
        rules.enter(0, text.as_bytes()).unwrap();
        rules.verdict(name.as_bytes(), false)
    };
    assert_eq!(verdict("*.log\n\\x\n", "a.log"), Verdict::Ignored);
    assert_eq!(verdict("*.log\n!\\x\n", "a.log"), Verdict::Unknown);
    assert_eq!(verdict("\\x\n", "a"), Verdict::Unknown);
    assert_eq!(verdict("!\\x\n", "a"), Verdict::Kept);
    assert_eq!(verdict("\\x\n!a\n", "a"), Verdict::Kept);
    assert_eq!(verdict("!a\n\\x\n", "a"), Verdict::Unknown);
    // Nor does one take its time.
    let (rule, path) = ("**/a/".repeat(40), "a/".repeat(60));
    assert_eq!(verdict(&rule, &path[..path.len() - 1]), Verdict::Kept, "for folders only");
    assert_eq!(verdict(&format!("{rule}a"), &format!("{path}b")), Verdict::Unknown);
}
