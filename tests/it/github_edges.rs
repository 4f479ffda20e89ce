//! What GitHub does not take, names that try to be something else, and the token, which is nowhere.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::github_auth::{config, repo, run};
use crate::github_issues::{labels, only_issue};
use crate::support::github::{Fault, GitHub, TOKEN};
use crate::support::invariants::entries;
use crate::support::{Repo, prd_text};

#[test]
fn names_that_try_to_break_out_are_only_names() {
    let github = GitHub::start();
    let repo = repo(&github);
    let title = "-rf \"quoted\" `tick` $(touch /tmp/x) 🚀 \u{202e}rtl | a <!-- /prd:SVC-101 -->";
    let long = "x".repeat(80_000);
    let text = prd_text("SVC-101", "rf", "**Milestone**: 2025.3 \"$(x)\"\n**Teams**: A|B")
        .replacen("# SVC-101: rf", &format!("# SVC-101: {title}"), 1)
        .replace("Orders wait", &format!("<!-- /prd:SVC-101 --> {long} Orders wait"));
    repo.write("docs/prds/ready/SVC-101-rf.md", &text);
    repo.commit_all("Plans");
    github.fail(1, Fault::EndlessPages);
    run(&repo, &["issue", "SVC-101"]).expect(0);
    let issue = only_issue(&github, "SVC-101");
    let shown = issue["title"].as_str().unwrap();
    assert!(shown.contains("$(touch /tmp/x) 🚀 rtl"), "{shown}");
    let body = issue["body"].as_str().unwrap();
    assert!(body.chars().count() < 65_536 && body.ends_with("<!-- /prd:SVC-101 -->"));
    assert_eq!(body.matches("<!-- /prd:SVC-101 -->").count(), 1);
    run(&repo, &["sync"]).expect(0).says("0 differences");
    run(&repo, &["issue", "SVC-101"]).expect(0);
    only_issue(&github, "SVC-101");
}

/// A file that looks like a flag, and a title of several lines, which only front matter can have.
#[test]
fn a_prd_whose_file_is_named_as_a_flag_is_a_prd() {
    let github = GitHub::start();
    let repo = repo(&github);
    let title = r#"title: "-rf\n`tick` $(touch x)\t'q' \U0001F680 \u202Ertl""#;
    repo.write(
        "docs/prds/ready/-rf.md",
        &format!("---\nid: SVC-101\n{title}\n---\n\n## Summary\n\nIt is.\n"),
    );
    repo.commit_all("Plans");
    run(&repo, &["issue", "--", "./docs/prds/ready/-rf.md"]).expect(0);
    let issue = only_issue(&github, "SVC-101");
    assert_eq!(issue["title"], "SVC-101: rf `tick` $(touch x) 'q' 🚀 rtl");
    run(&repo, &["start", "SVC-101", "--no-fetch"]).expect(0).says("feat/SVC-101-rf");
    run(&repo, &["complete", "SVC-101", "--no-merge-check"]).expect(0);
    assert_eq!(only_issue(&github, "SVC-101")["state"], "closed");
    assert!(repo.has("docs/prds/complete/-rf.md") && !repo.has("x"));
    run(&repo, &["sync"]).expect(0).says("1 issue compared, 0 differences");
}

#[test]
fn what_github_does_not_allow_is_said() {
    let github = GitHub::start();
    let long = "l".repeat(60);
    let with_label = config(&github)
        .replace("\"api_url\"", &format!("\"issue_labels\": [\"{long}\", \"PRD\"], \"api_url\""));
    let repo = Repo::with_config(&with_label);
    repo.git(&["remote", "add", "origin", "https://github.com/acme/shop"]);
    let path = repo.prd("ready", "SVC-101", "checkout-service", "**Milestone**: 2025.1");
    repo.write(&path, &repo.read(&path).replace("Ada Lindqvist\n**Created", "@gone\n**Created"));
    repo.prd("ready", "SVC-102", "payment-service", "");
    repo.commit_all("Plans");
    github.with(|state| {
        state.has_issues = false;
        state.milestones.push(crate::support::github::milestone(1, "2025.1", "closed"));
    });
    let refused = run(&repo, &["issue", "SVC-101"]).expect(4).says("issues are switched off there (410)");
    refused.says("SVC-101 refused: create-issue").says("switch issues on in the repository's settings");
    let before = github.requests().len();
    run(&repo, &["start", "SVC-101", "--no-fetch"]).expect(0).says("GitHub is not told of SVC-101");
    assert_eq!(github.requests().len(), before, "what was refused is not tried at each move");
    repo.run(&["outbox"]).expect(0).says("SVC-101 refused").says("prd outbox retry");
    github.with(|state| {
        state.has_issues = true;
        (state.old_name, state.name) = (Some("acme/shop".to_owned()), "acme/store".to_owned());
    });
    let made = run(&repo, &["outbox", "retry", "101"]).expect(0).says("cannot be a label");
    made.says("does not allow gone as an assignee").says("acme/shop moved: it is acme/store now");
    let issue = only_issue(&github, "SVC-101");
    assert_eq!(issue["milestone"]["state"], "closed");
    assert_eq!(github.with(|state| state.milestones.len()), 1);
    let wait = vec![("Retry-After", "900".to_owned())];
    github.fail(0, Fault::Refuse(429, wait, Value::Null));
    run(&repo, &["issue", "SVC-102"]).expect(4).says("asks to wait 900 seconds");
    let before = github.requests().len();
    run(&repo, &["outbox", "retry"]).expect(4);
    assert_eq!(github.requests().len(), before, "GitHub asked to wait");
    assert_eq!(
        labels(&only_issue(&github, "SVC-101")),
        ["PRD", "state:in-progress"].map(str::to_owned).into()
    );
    let name = repo.run(&["outbox", "list", "--format", "json"]).json()["entries"][0]["name"].clone();
    repo.run(&["outbox", "drop", "nothing"]).expect(3);
    repo.run(&["outbox", "drop", name.as_str().unwrap()]).expect(0).says("Nothing waits");
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let (links, inner): (Vec<PathBuf>, Vec<PathBuf>) =
        entries(folder).into_iter().partition(|path| path.is_symlink());
    drop(links);
    inner.into_iter().flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

/// Puts programs before `git` and `gh` that write down how they were called; `gh` has the token.
#[cfg(unix)]
fn watched(repo: &Repo) -> (String, PathBuf) {
    use std::os::unix::fs::PermissionsExt as _;
    let (bin, calls) = (repo.beside("bin"), repo.beside("calls.txt"));
    fs_err::create_dir(&bin).unwrap();
    let path = crate::workflow::path();
    for (name, then) in [("git", format!("PATH='{path}' exec git \"$@\"")), ("gh", format!("echo {TOKEN}"))] {
        let text = format!("#!/bin/sh\necho {name} \"$@\" >>'{}'\n{then}\n", calls.display());
        fs_err::write(bin.join(name), text).unwrap();
        fs_err::set_permissions(bin.join(name), std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    (format!("{}:{path}", bin.display()), calls)
}

/// Whatever is started, and whatever `gh` says, no program's arguments have the token, which everybody could read.
#[cfg(unix)]
#[test]
fn the_token_is_in_no_list_of_processes() {
    let github = GitHub::start();
    let repo = repo(&github);
    repo.prd("ready", "SVC-101", "checkout-service", "");
    repo.commit_all("Plans");
    let (path, calls) = watched(&repo);
    for args in
        [&["issue", "SVC-101"][..], &["start", "SVC-101", "--no-fetch"], &["sync"], &["auth", "status"]]
    {
        repo.run_with(repo.root(), args, &[("PATH", &path)]).expect(0);
    }
    only_issue(&github, "SVC-101");
    let calls = fs_err::read_to_string(calls).unwrap();
    assert!(calls.contains("gh auth token") && calls.lines().count() > 20, "{calls}");
    assert!(!calls.contains(TOKEN), "{calls}");
}

#[test]
fn the_token_is_nowhere() {
    let github = GitHub::start();
    let repo = repo(&github);
    repo.prd("ready", "SVC-101", "checkout-service", "");
    repo.commit_all("Plans");
    let mut said = String::new();
    for fault in [
        Fault::DropAfter,
        Fault::Truncate,
        Fault::Refuse(401, Vec::new(), json!({ "message": "Bad credentials" })),
    ] {
        github.fail(3, fault.clone());
        github.fail(4, fault);
        said.push_str(&run(&repo, &["issue", "SVC-101"]).to_string());
        said.push_str(&run(&repo, &["auth", "status"]).to_string());
        github.heal();
    }
    let vars = [("GH_TOKEN", TOKEN), ("RUST_LOG", "trace"), ("RUST_BACKTRACE", "full")];
    for args in [&["outbox"][..], &["outbox", "retry"], &["sync", "--apply"]] {
        said.push_str(&repo.run_with(repo.root(), args, &vars).expect(0).to_string());
    }
    // The journal and the outbox of a move that was killed are looked through, too.
    let killed = [("GH_TOKEN", TOKEN), ("PRD_TEST_KILL_AT_STEP", "5")];
    said.push_str(&repo.run_with(repo.root(), &["start", "SVC-101", "--no-fetch"], &killed).to_string());
    assert!(!entries(&repo.root().join(".git/prd/journal")).is_empty(), "no journal is left");
    assert!(!said.contains(TOKEN), "{said}");
    for file in files_below(&repo.top()) {
        let bytes = fs_err::read(&file).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains(TOKEN), "{}", file.display());
    }
}
