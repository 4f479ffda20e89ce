//! Whatever a command finds, it says so clearly, ends with the right exit code, and changes nothing.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use crate::support::{CONFIG, Repo, prd_text};

/// One surrounding and what commands make of it.
struct Row {
    name: &'static str,
    arrange: fn(&Repo),
    /// Command line, exit code, and a text that is said.
    runs: &'static [(&'static str, i32, &'static str)],
}

/// `SVC-101` is ready, and there is a commit.
fn usual() -> Repo {
    let repo = Repo::new();
    repo.prd("ready", "SVC-101", "checkout-service", "");
    repo.commit_all("Plans");
    repo
}

const READY: &str = "docs/prds/ready/SVC-101-checkout-service.md";
const OTHER: &str = "docs/prds/ready/SVC-102-other.md";

fn config(repo: &Repo, text: &str) {
    repo.write(".claude/config.json", text);
    repo.commit_all("Configure");
}

fn outside(repo: &Repo) -> std::path::PathBuf {
    let folder = repo.beside("outside");
    fs_err::create_dir_all(&folder).unwrap();
    fs_err::write(folder.join("SVC-102-other.md"), prd_text("SVC-102", "other", "")).unwrap();
    folder
}

fn hook(repo: &Repo, name: &str) {
    let path = repo.root().join(".git/hooks").join(name);
    fs_err::create_dir_all(path.parent().unwrap()).unwrap();
    fs_err::write(&path, "#!/bin/sh\necho not today >&2\nexit 1\n").unwrap();
    let mut permissions = path.metadata().unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o755);
    fs_err::set_permissions(&path, permissions).unwrap();
}

fn half_merged(repo: &Repo) {
    repo.git(&["switch", "-q", "-c", "other"]);
    repo.write("src/checkout.txt", "theirs\n");
    repo.commit_all("Theirs");
    repo.git(&["switch", "-q", "main"]);
    repo.write("src/checkout.txt", "ours\n");
    repo.commit_all("Ours");
    assert_eq!(repo.try_git(repo.root(), &["merge", "other"]).code, Some(1));
}

const FILES: &[Row] = &[
    Row {
        name: "an empty file",
        arrange: |repo| repo.write(OTHER, ""),
        runs: &[("list", 0, "SVC-101"), ("show SVC-102", 0, "SVC-102"), ("start SVC-102", 1, "is empty")],
    },
    Row {
        name: "a file of 20 MB",
        arrange: |repo| repo.write(OTHER, &"word ".repeat(4 << 20)),
        runs: &[
            ("list", 0, "prd lint"),
            ("lint", 1, OTHER),
            ("show SVC-102", 3, "SVC-102"),
            ("start SVC-102", 3, ""),
        ],
    },
    Row {
        name: "invalid UTF-8",
        arrange: |repo| repo.write_bytes(OTHER, b"# SVC-102: Caf\xe9\n\n**Priority**: P1\n"),
        runs: &[
            ("list", 0, "SVC-102"),
            ("show SVC-102", 0, "Caf"),
            ("set SVC-102 Priority=P0", 1, "UTF-8"),
            ("start SVC-102", 1, "UTF-8"),
        ],
    },
    Row {
        name: "a folder in place of a file",
        arrange: |repo| repo.write(&format!("{OTHER}/x.txt"), "x"),
        runs: &[("list", 0, "prd lint"), ("lint", 1, OTHER), ("show SVC-102", 3, "")],
    },
    Row {
        name: "a link out of the repository",
        arrange: |repo| {
            std::os::unix::fs::symlink(outside(repo).join("SVC-102-other.md"), repo.root().join(OTHER))
                .unwrap();
        },
        runs: &[("list", 0, "prd lint"), ("lint", 1, OTHER), ("start SVC-102", 3, "")],
    },
    Row {
        name: "a state folder that is a link out of the repository",
        arrange: |repo| {
            std::os::unix::fs::symlink(outside(repo), repo.root().join("docs/prds/draft")).unwrap();
        },
        runs: &[("list", 0, "SVC-101"), ("show SVC-102", 3, ""), ("new Payments", 1, "docs/prds/draft")],
    },
    Row {
        name: "a folder of records that is a link out of the repository",
        arrange: |repo| {
            std::os::unix::fs::symlink(outside(repo), repo.root().join("docs/prds/.prd")).unwrap();
        },
        runs: &[("start SVC-101", 1, "docs/prds/.prd")],
    },
    Row {
        name: "a file where a state's folder must be",
        arrange: |repo| repo.write("docs/prds/in-progress", "a file"),
        runs: &[("list", 0, "SVC-101"), ("start SVC-101", 4, "docs/prds/in-progress")],
    },
    Row {
        name: "a file where the clone's own folder must be",
        arrange: |repo| repo.write(".git/prd", "a file"),
        runs: &[("list", 0, "SVC-101"), ("start SVC-101", 4, ".git/prd"), ("new Payments", 4, ".git/prd")],
    },
    Row {
        name: "a cycle",
        arrange: |repo| {
            repo.prd("ready", "SVC-102", "other", "**Depends On**: SVC-103");
            repo.prd("ready", "SVC-103", "another", "**Depends On**: SVC-102");
        },
        runs: &[
            ("list", 0, "SVC-103"),
            ("lint", 1, "SVC-102"),
            ("deps check", 1, "SVC-103"),
            ("graph", 0, "SVC-102"),
            ("orchestrate", 0, "SVC-102"),
            ("next", 0, "SVC-101"),
            ("start SVC-102", 1, "SVC-103"),
        ],
    },
    Row {
        name: "one id in two files",
        arrange: |repo| drop(repo.prd("draft", "SVC-101", "twin", "")),
        runs: &[("list", 0, "SVC-101"), ("lint", 1, "SVC-101"), ("start SVC-101", 3, "docs/prds/draft")],
    },
];

const CONFIGS: &[Row] = &[
    Row {
        name: "a configuration with a wrong type",
        arrange: |repo| {
            config(repo, &CONFIG.replace("\"parallel_features\": 100", "\"parallel_features\": \"many\""));
        },
        runs: &[("list", 2, "parallel_features"), ("config check", 2, "parallel_features"), ("new X", 2, "")],
    },
    Row {
        name: "a configuration with a syntax error",
        arrange: |repo| config(repo, &CONFIG.replace("\"enabled\": true,", "\"enabled\" true,")),
        runs: &[("list", 2, ".claude/config.json"), ("start SVC-101", 2, ".claude/config.json")],
    },
    Row {
        name: "a configuration with an unknown key",
        arrange: |repo| config(repo, &CONFIG.replace("\"parallel_features\"", "\"paralel_features\"")),
        runs: &[
            ("list", 2, "paralel_features"),
            ("list --lenient", 0, "paralel_features"),
            ("start SVC-101", 2, "parallel_features"),
        ],
    },
    Row {
        name: "a configuration that is a folder",
        arrange: |repo| {
            fs_err::remove_file(repo.root().join(".claude/config.json")).unwrap();
            repo.write(".claude/config.json/x", "x");
        },
        runs: &[("list", 2, ".claude/config.json")],
    },
    Row {
        name: "a configuration that is no UTF-8",
        arrange: |repo| repo.write_bytes(".claude/config.json", b"{\"teams\": {\"\xff\": {}}}"),
        runs: &[("list", 2, "UTF-8")],
    },
    Row {
        name: "a configuration whose folders lead out of the repository",
        arrange: |repo| config(repo, &CONFIG.replace("docs/prds/draft", "../draft")),
        runs: &[("list", 2, "../draft"), ("new X", 2, "../draft")],
    },
];

const GIT: &[Row] = &[
    Row {
        name: "a detached HEAD beside a home branch",
        arrange: |repo| drop(repo.git(&["switch", "-q", "--detach"])),
        runs: &[("list", 0, "SVC-101"), ("start SVC-101 --dry-run", 0, "in-progress")],
    },
    Row {
        name: "a detached HEAD without a home branch",
        arrange: |repo| {
            repo.git(&["switch", "-q", "--detach"]);
            repo.git(&["branch", "-q", "-D", "main"]);
        },
        runs: &[
            ("list", 0, "SVC-101"),
            ("lint", 0, ""),
            ("start SVC-101", 1, "detached"),
            ("new X", 1, "git switch"),
        ],
    },
    Row {
        name: "no identity",
        arrange: |repo| {
            repo.git(&["config", "--unset", "user.name"]);
            repo.git(&["config", "--unset", "user.email"]);
        },
        runs: &[
            ("list", 0, "SVC-101"),
            ("start SVC-101", 1, "git config --global user.name"),
            ("new X", 1, "git config --global user.email"),
            ("doctor", 1, "user.email"),
        ],
    },
    Row {
        name: "a merge in progress",
        arrange: half_merged,
        runs: &[
            ("list", 0, "SVC-101"),
            ("start SVC-101", 1, "merge"),
            ("set SVC-101 Priority=P0", 1, "merge"),
        ],
    },
    Row {
        name: "a staged version that differs from the file",
        arrange: |repo| {
            let text = repo.read(READY);
            repo.write(READY, &text.replace("P1", "P0"));
            repo.git(&["add", READY]);
            repo.write(READY, &text.replace("P1", "P2"));
        },
        runs: &[("start SVC-101", 1, "git restore --staged")],
    },
    Row {
        name: "a locked index",
        arrange: |repo| repo.write(".git/index.lock", ""),
        runs: &[("list", 0, "SVC-101"), ("start SVC-101", 4, "index.lock")],
    },
    Row {
        name: "a pre-commit hook that refuses",
        arrange: |repo| hook(repo, "pre-commit"),
        runs: &[("start SVC-101", 4, "not today"), ("new X", 4, "not today"), ("new X --dry-run", 0, "")],
    },
    Row {
        name: "a commit-msg hook that refuses",
        arrange: |repo| hook(repo, "commit-msg"),
        runs: &[("start SVC-101", 4, "--no-verify")],
    },
    Row {
        name: "a reference-transaction hook that refuses",
        arrange: |repo| hook(repo, "reference-transaction"),
        runs: &[("start SVC-101", 4, "")],
    },
    Row {
        name: "a file where the worktree must be",
        arrange: |repo| {
            fs_err::create_dir(repo.beside("worktrees")).unwrap();
            fs_err::write(repo.beside("worktrees/cloudscale-SVC-101"), "mine").unwrap();
        },
        runs: &[("start SVC-101", 1, "cloudscale-SVC-101")],
    },
    Row {
        name: "a branch that exists",
        arrange: |repo| drop(repo.git(&["branch", "feat/SVC-101-checkout-service"])),
        runs: &[("start SVC-101", 1, "feat/SVC-101-checkout-service")],
    },
    Row {
        name: "a branch in the way",
        arrange: |repo| drop(repo.git(&["branch", "feat"])),
        runs: &[("start SVC-101", 1, "feat")],
    },
];

const NAMES: &[Row] = &[Row {
    name: "names that are none",
    arrange: |_| {},
    runs: &[
        ("start -- -rf", 3, "-rf"),
        ("start -rf", 2, ""),
        ("start ../../x", 3, "../../x"),
        ("start ../../etc/passwd.md", 3, ""),
        ("show SVC-999999999999999999999", 3, ""),
        ("show $(touch-x)", 3, ""),
        ("show ''", 3, ""),
        ("new --template ../../x Title", 3, ""),
        ("set SVC-101 Priority=P9", 2, "P9"),
        ("set SVC-101 nothing", 2, ""),
        ("archive SVC-101 --reason because", 2, ""),
        ("frobnicate", 2, ""),
        ("list --as-of tomorrow", 2, "tomorrow"),
        ("list --repo /nonexistent", 2, "/nonexistent"),
        ("list --config /nonexistent.json", 2, "/nonexistent.json"),
    ],
}];

fn check(rows: &[Row]) {
    let usual = usual();
    let mut wrong = Vec::new();
    for row in rows {
        let repo = Repo::copy_of(&usual);
        (row.arrange)(&repo);
        let before = repo.snapshot();
        for (command, code, text) in row.runs {
            let words: Vec<&str> =
                command.split(' ').map(|word| if word == "''" { "" } else { word }).collect();
            let output = repo.run(&words);
            if output.code != Some(*code) {
                wrong.push(format!("{}: not {code}: {output}", row.name));
            } else if !output.stdout.contains(text) && !output.stderr.contains(text) {
                wrong.push(format!("{}: no `{text}`: {output}", row.name));
            }
            let changes = before.changes_to(&repo.snapshot());
            if !changes.is_empty() {
                wrong.push(format!("{}: `prd {command}` changed {changes:#?}", row.name));
                break;
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

// Slow, some seconds each: dozens of runs of the program, and as many looks at everything there is.
#[test]
fn garbage_in_the_files() {
    check(FILES);
}

#[test]
fn garbage_in_the_configuration() {
    check(CONFIGS);
}

#[test]
fn garbage_in_the_repository() {
    check(GIT);
}

#[test]
fn garbage_on_the_command_line() {
    check(NAMES);
}

#[test]
fn without_a_repository() {
    let repo = Repo::empty();
    fs_err::create_dir(repo.root()).unwrap();
    for command in [["list"].as_slice(), &["new", "X"], &["doctor"], &["start", "SVC-1"]] {
        repo.run(command).expect(4).says("git init");
    }
    assert_eq!(fs_err::read_dir(repo.root()).unwrap().count(), 0);
}

#[test]
fn without_a_commit() {
    let repo = Repo::unborn();
    repo.write(".claude/config.json", CONFIG);
    repo.prd("ready", "SVC-101", "checkout-service", "");
    let before = repo.snapshot();
    repo.run(&["list"]).expect(0).says("SVC-101");
    repo.run(&["lint"]).expect(0);
    repo.run(&["start", "SVC-101"]).expect(1).says("git commit --allow-empty");
    repo.run(&["new", "X"]).expect(1);
    repo.assert_unchanged(&before);
}

#[test]
fn in_a_bare_repository() {
    let repo = usual().into_bare();
    repo.run(&["list"]).expect(0).says("SVC-101");
    repo.run(&["new", "Payment Service"]).expect(0);
    repo.run(&["start", "SVC-101"]).expect(0);
    repo.assert_sound();
}

#[test]
fn a_reader_that_stops_reading_is_no_error() {
    let repo = usual();
    for number in 200..260 {
        repo.prd("draft", &format!("SVC-{number}"), &"long-name-".repeat(12), "");
    }
    for args in [["list"].as_slice(), &["list", "--format", "json"], &["lint"], &["orchestrate"]] {
        let mut child = repo
            .prd_command(repo.root(), args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::with_capacity(16, child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!said.contains("panicked") && !said.contains("ipe"), "{args:?}: {said}");
        assert!(output.status.code().is_some_and(|code| code < 2), "{args:?}: {:?} {said}", output.status);
    }
}

#[test]
fn a_folder_that_is_gone_is_named() {
    let repo = usual();
    let gone = repo.beside("gone");
    fs_err::create_dir(&gone).unwrap();
    let mut command = repo.command("sh", &gone);
    command.args(["-c", "rmdir ../gone && exec \"$0\" list", env!("CARGO_BIN_EXE_prd")]);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    assert!(String::from_utf8_lossy(&output.stderr).contains("current directory"));
}
