//! `prd hooks`: installed in real repositories, run by the real git.

use std::path::Path;

use crate::support::{CONFIG, Repo, prd_text};

/// A repository with three PRDs on `main`, and our hooks.
fn hooked() -> Repo {
    let repo = Repo::new();
    repo.prd("draft", "SVC-101", "checkout-service", "");
    repo.prd("ready", "SVC-102", "payment-service", "");
    repo.prd("review", "SVC-103", "refund-service", "");
    repo.commit_all("Plans");
    repo.run(&["hooks", "install"]).expect(0);
    repo
}

fn commit(repo: &Repo, message: &str) -> crate::support::Output {
    repo.try_git(repo.root(), &["commit", "-q", "-m", message])
}

fn hooks_of(repo: &Repo) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for folder in [".git/hooks", ".git/hooks.before-prd"] {
        let Ok(entries) = fs_err::read_dir(repo.root().join(folder)) else { continue };
        for entry in entries {
            let path = entry.unwrap().path();
            found.push((path.display().to_string(), fs_err::read(&path).unwrap()));
        }
    }
    found.sort();
    found
}

#[cfg(unix)]
fn make_executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs_err::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn what_is_wrong_in_the_index_is_refused_and_the_work_tree_is_not_looked_at() {
    let repo = hooked();
    // A move that no transition makes.
    repo.git(&[
        "mv",
        "docs/prds/draft/SVC-101-checkout-service.md",
        "docs/prds/ready/SVC-101-checkout-service.md",
    ]);
    commit(&repo, "Shortcut").expect(1).says("moves from draft to ready");
    repo.git(&["reset", "-q", "--hard"]);
    // An id that another file has, and a cycle: both in the index only.
    repo.prd("draft", "SVC-102", "copied", "");
    repo.git(&["add", "-A"]);
    fs_err::remove_file(repo.root().join("docs/prds/draft/SVC-102-copied.md")).unwrap();
    commit(&repo, "Double").expect(1).says("SVC-102 is also the id of").says("prd refused in pre-commit");
    repo.git(&["reset", "-q", "--hard"]);
    repo.prd("ready", "SVC-102", "payment-service", "**Depends On**: SVC-103");
    repo.prd("review", "SVC-103", "refund-service", "**Depends On**: SVC-102");
    repo.git(&["add", "-A"]);
    repo.prd("review", "SVC-103", "refund-service", "");
    commit(&repo, "Round").expect(1).says("dependencies go round");
    // What lies in the work tree only is no matter.
    repo.git(&["reset", "-q", "--hard"]);
    repo.prd("draft", "SVC-102", "copied", "");
    repo.write("src/checkout.txt", "two\n");
    repo.git(&["add", "src"]);
    commit(&repo, "Code").expect(0);
    // A legal move by hand goes through.
    repo.git(&[
        "mv",
        "docs/prds/review/SVC-103-refund-service.md",
        "docs/prds/ready/SVC-103-refund-service.md",
    ]);
    commit(&repo, "Approve").expect(0);
}

#[test]
fn prds_own_commits_pass_its_own_hooks() {
    let repo = hooked();
    for args in [
        &["review", "SVC-101", "--yes"][..],
        &["approve", "SVC-101"],
        &["start", "SVC-101"],
        &["new", "Another one"],
        &["archive", "SVC-102", "--reason", "other"],
        &["restore", "SVC-102"],
    ] {
        repo.run(args).expect(0);
    }
    repo.assert_sound();
    let tree = repo.beside("worktrees/cloudscale-SVC-101");
    fs_err::write(tree.join("src/checkout.txt"), "new\n").unwrap();
    let made = repo.try_git(&tree, &["commit", "-q", "-a", "-m", "Build the checkout"]).expect(0);
    assert!(!made.stderr.contains("warning"), "{made}");
    assert!(repo.git_in(&tree, &["log", "-1", "--format=%B"]).contains("\n\nPRD: SVC-101"));
}

#[test]
fn a_message_names_the_prd_of_its_branch() {
    let repo = Repo::with_config(&CONFIG.replace(
        "\"enabled\": true,\n    \"directories\"",
        "\"enabled\": true,\n    \"hooks\": {\"commit_msg\": \"refuse\"},\n    \"directories\"",
    ));
    repo.prd("ready", "SVC-101", "checkout-service", "");
    repo.commit_all("Plans");
    repo.run(&["start", "SVC-101"]).expect(0);
    repo.run(&["hooks", "install", "commit-msg"]).expect(0);
    let tree = repo.beside("worktrees/cloudscale-SVC-101");
    let commit = |args: &[&str]| {
        let mut words = vec!["commit", "-q", "--allow-empty"];
        words.extend(args);
        repo.try_git(&tree, &words)
    };
    commit(&["-m", "Build"]).expect(1).says("the message does not name it");
    commit(&["-m", "Build for svc-101"]).expect(0);
    commit(&["-m", "fixup! Build"]).expect(0);
    repo.run(&["hooks", "install"]).expect(0);
    commit(&["-m", "Build more"]).expect(0);
    assert_eq!(
        repo.git_in(&tree, &["log", "-1", "--format=%(trailers:key=PRD,valueonly)"]).trim(),
        "SVC-101"
    );
    commit(&["--amend", "-m", "Build all of SVC-101"]).expect(0);
    assert_eq!(repo.git_in(&tree, &["log", "-1", "--format=%B"]).trim(), "Build all of SVC-101");
    // Whoever leaves the editor without a word makes no commit.
    let editor = repo.try_git(&tree, &["-c", "core.editor=true", "commit", "-q", "--allow-empty"]);
    assert_eq!(editor.code, Some(1), "{editor}");
    // The home branch is nobody's.
    repo.try_git(repo.root(), &["commit", "-q", "--allow-empty", "-m", "Chores"]).expect(0);
}

#[test]
fn secrets_are_looked_for_where_that_is_configured() {
    let key = ["AKIA", "Z7Q2MXN4", "TWBVLKCP"].concat();
    let text = format!("a = 1\naws_key = \"{key}\"\n");
    let repo = hooked();
    repo.write("src/deploy.py", &text);
    repo.git(&["add", "-A"]);
    commit(&repo, "Off").expect(0);
    let config = CONFIG.replacen(
        '{',
        "{\"security\": {\"enabled\": true, \"auto_scan_on_commit\": true, \"ignore_patterns\": [\"tests/\"]},",
        1,
    );
    repo.write(".claude/config.json", &config);
    repo.commit_all("Scan");
    repo.write("src/deploy.py", &format!("{text}b = 2\n"));
    repo.write("tests/deploy.py", &text);
    repo.git(&["add", "-A"]);
    commit(&repo, "What was there is no matter, nor is what is ignored").expect(0);
    repo.write("src/other.py", &text);
    repo.git(&["add", "-A"]);
    let refused = commit(&repo, "Leak").expect(1).says("src/other.py:2:12").says("aws-access-token");
    assert!(!refused.stderr.contains(&key), "{refused}");
    repo.write("src/other.py", &text.replace("\"\n", "\" # gitleaks:allow\n"));
    repo.git(&["add", "-A"]);
    commit(&repo, "Allowed").expect(0);
}

#[test]
fn files_of_other_services_are_named() {
    let config = CONFIG.replacen(
        '{',
        "{\"services\": {\"checkout-service\": {\"paths\": [\"services/checkout\"]},
           \"payment-service\": {\"paths\": [\"services/payment\"], \"team\": \"Payments\"}},",
        1,
    );
    let repo = Repo::with_config(&config);
    repo.prd("ready", "SVC-101", "checkout-service", "");
    repo.commit_all("Plans");
    repo.run(&["hooks", "install"]).expect(0);
    repo.run(&["start", "SVC-101"]).expect(0);
    let tree = repo.beside("worktrees/cloudscale-SVC-101");
    for file in ["services/checkout/a.rs", "services/payment/b.rs"] {
        fs_err::create_dir_all(tree.join(file).parent().unwrap()).unwrap();
        fs_err::write(tree.join(file), "x\n").unwrap();
    }
    repo.git_in(&tree, &["add", "-A"]);
    let made = repo.try_git(&tree, &["commit", "-q", "-m", "Both"]).expect(0);
    assert!(
        made.stderr.contains("services/payment/b.rs belongs to payment-service of team Payments"),
        "{made}"
    );
}

#[cfg(unix)]
#[test]
fn hooks_that_are_there_run_and_come_back_to_the_byte() {
    let repo = Repo::new();
    let hooks = repo.root().join(".git/hooks");
    fs_err::create_dir_all(&hooks).unwrap();
    let texts: [(&str, &[u8]); 4] = [
        ("pre-commit", b"#!/bin/sh -e\necho shell >>ran\nexit 0\n"),
        ("commit-msg", b"#!/usr/bin/env python3\nopen('ran', 'a').write('python\\n')"),
        ("post-checkout", b"#!/bin/sh"),
        ("pre-push", b"#!/bin/sh\nwhile read line; do echo \"push $line $1\" >>ran; done\n"),
    ];
    for (name, bytes) in texts {
        fs_err::write(hooks.join(name), bytes).unwrap();
        make_executable(&hooks.join(name));
    }
    fs_err::write(repo.root().join(".git/linked.sh"), "#!/bin/sh\necho \"linked ${0##*/}\" >>ran\n").unwrap();
    make_executable(&repo.root().join(".git/linked.sh"));
    std::os::unix::fs::symlink("../linked.sh", hooks.join("prepare-commit-msg")).unwrap();
    fs_err::write(hooks.join("post-merge"), "#!/bin/sh\necho never >>ran\n").unwrap();
    let before = hooks_of(&repo);
    repo.run(&["hooks", "install"]).expect(0);
    let status = repo.run(&["hooks", "status", "--format", "json"]).expect(0).json();
    for hook in status["hooks"].as_array().unwrap() {
        assert_eq!(hook["standing"], "installed", "{hook}");
        assert_eq!(hook["chained"], hook["hook"] != "pre-merge-commit", "{hook}");
    }
    repo.prd("draft", "SVC-101", "checkout-service", "");
    repo.commit_all("Plans");
    let bare = repo.beside("bare.git");
    repo.git(&["init", "-q", "--bare", bare.to_str().unwrap()]);
    repo.git(&["push", "-q", bare.to_str().unwrap(), "main"]);
    let ran = repo.read("ran");
    assert!(ran.starts_with("shell\nlinked prepare-commit-msg\npython\npush refs/heads/main "), "{ran}");
    assert!(ran.trim_end().ends_with("bare.git") && ran.lines().count() == 4, "{ran}");
    // Ours refuses before theirs run; a merge runs none that was switched off.
    repo.prd("draft", "SVC-101", "double", "");
    repo.git(&["add", "-A"]);
    commit(&repo, "Double").expect(1);
    assert_eq!(repo.read("ran"), ran);
    repo.run(&["hooks", "install"]).expect(0).says("nothing to change");
    // What the user writes in between stays, and nothing else does.
    let edited = format!("{}# mine\n", repo.read(".git/hooks/pre-commit"));
    repo.write(".git/hooks/pre-commit", &edited);
    repo.run(&["hooks", "uninstall"]).expect(0);
    let mut wanted = before;
    for (path, bytes) in &mut wanted {
        if path.ends_with("/pre-commit") {
            bytes.extend_from_slice(b"# mine\n");
        }
    }
    assert_eq!(hooks_of(&repo), wanted);
    assert!(hooks.join("prepare-commit-msg").is_symlink());
    assert!(!repo.root().join(".git/hooks.before-prd").exists());
}

#[test]
fn a_shared_folder_is_left_alone_and_the_lines_are_printed() {
    let repo = Repo::new();
    repo.git(&["config", "core.hooksPath", ".husky/_"]);
    repo.write(".husky/_/pre-commit", "#!/usr/bin/env sh\n. \"$(dirname \"$0\")/h\"\n");
    let before = repo.read(".husky/_/pre-commit");
    repo.run(&["hooks", "install"])
        .expect(0)
        .says(".husky/pre-commit:\n    prd hooks run pre-commit -- \"$@\"");
    assert_eq!(repo.read(".husky/_/pre-commit"), before);
    repo.write(".husky/pre-commit", "npm test\nprd hooks run pre-commit -- \"$@\"\n");
    let status = repo.run(&["hooks", "status", "--format", "json"]).expect(0).json();
    assert_eq!(status["managers"][0], "husky");
    assert_eq!(status["hooks"][0]["standing"], "by-hand");
    repo.run(&["hooks", "uninstall"]).expect(0).says("take it out by hand");
}

#[test]
fn a_hook_never_stops_git_for_a_failure_of_its_own() {
    let repo = hooked();
    repo.write(".claude/config.json", "{ broken");
    repo.git(&["add", "-A"]);
    commit(&repo, "Broken").expect(0).says("could not run, and lets pass");
    // Where the program is gone, the hook says so.
    let hook = repo.read(".git/hooks/pre-commit");
    let gone = hook.replace(env!("CARGO_BIN_EXE_prd"), "/no/such/prd").replace(" prd ''", " prd-gone ''");
    assert_ne!(hook, gone);
    repo.write(".git/hooks/pre-commit", &gone);
    repo.try_git(repo.root(), &["commit", "-q", "--allow-empty", "-m", "Gone"])
        .expect(0)
        .says("is not to be found");
}

#[test]
fn hooks_work_in_linked_worktrees_and_of_a_bare_clone() {
    let repo = hooked();
    repo.run(&["hooks", "uninstall"]).expect(0);
    let repo = repo.into_bare();
    repo.run(&["hooks", "install"]).expect(0);
    let tree = repo.beside("linked");
    repo.git(&["worktree", "add", "-q", "-b", "plans", tree.to_str().unwrap(), "main"]);
    let copy = tree.join("docs/prds/draft/SVC-102-copied.md");
    fs_err::write(&copy, prd_text("SVC-102", "copied", "")).unwrap();
    repo.git_in(&tree, &["add", "-A"]);
    repo.try_git(&tree, &["commit", "-q", "-m", "Double"]).expect(1).says("SVC-102 is also the id of");
    fs_err::rename(&copy, tree.join("docs/prds/draft/SVC-104-copied.md")).unwrap();
    fs_err::write(tree.join("docs/prds/draft/SVC-104-copied.md"), prd_text("SVC-104", "copied", "")).unwrap();
    repo.git_in(&tree, &["add", "-A"]);
    repo.try_git(&tree, &["commit", "-q", "-m", "Single"]).expect(0);
    // A number that another branch has taken is taken.
    repo.git_in(&tree, &["checkout", "-q", "-b", "other", "main"]);
    fs_err::write(tree.join("docs/prds/draft/SVC-104-mine.md"), prd_text("SVC-104", "mine", "")).unwrap();
    repo.git_in(&tree, &["add", "-A"]);
    repo.try_git(&tree, &["commit", "-q", "-m", "Taken"]).expect(1).says("another branch has that id");
}

/// Two branches that each take one number: each is right alone, and the merge is wrong.
fn two_branches() -> Repo {
    let repo = hooked();
    for (branch, slug) in [("one", "carts"), ("two", "coupons")] {
        repo.git(&["checkout", "-q", "-b", branch, "main"]);
        repo.prd("draft", "SVC-140", slug, "");
        repo.git(&["add", "-A"]);
        repo.git(&["commit", "-q", "--no-verify", "-m", branch]);
    }
    repo.git(&["checkout", "-q", "one"]);
    repo
}

#[test]
fn a_merge_that_doubles_an_id_is_seen_before_it_is_committed() {
    let repo = two_branches();
    let before = repo.snapshot();
    let lint = repo.run(&["lint", "--merge", "two", "--format", "json"]).expect(1).json();
    let paths: Vec<&str> = lint["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["path"].as_str().unwrap())
        .collect();
    assert_eq!(paths, ["docs/prds/draft/SVC-140-carts.md", "docs/prds/draft/SVC-140-coupons.md"]);
    repo.run(&["lint", "--merge", "two", "--into", "main"]).expect(0);
    repo.run(&["lint", "--merge", "no-such"]).expect(3);
    repo.assert_unchanged(&before);
    repo.try_git(repo.root(), &["merge", "-q", "--no-edit", "two"])
        .expect(1)
        .says("prd refused in pre-merge-commit");
    repo.git(&["merge", "--abort"]);
    // The same before a push.
    let bare = repo.beside("origin.git");
    repo.git(&["clone", "-q", "--bare", ".", bare.to_str().unwrap()]);
    repo.git(&["remote", "add", "origin", bare.to_str().unwrap()]);
    repo.git(&["push", "-q", "--no-verify", "origin", "two:main"]);
    repo.git(&["fetch", "-q", "origin"]);
    repo.try_git(repo.root(), &["push", "-q", "origin", "one:feature"])
        .expect(1)
        .says("SVC-140 is also the id of");
    repo.git(&["push", "-q", "origin", "two:copy"]);
    repo.git(&["push", "-q", "origin", ":copy"]);
}

#[test]
fn a_merged_branch_is_named_with_the_way_on() {
    let repo = hooked();
    repo.run(&["start", "SVC-102"]).expect(0);
    let tree = repo.beside("worktrees/cloudscale-SVC-102");
    fs_err::write(tree.join("src/payment.txt"), "done\n").unwrap();
    repo.git_in(&tree, &["commit", "-q", "-a", "-m", "Pay"]);
    let branch = repo.git_in(&tree, &["branch", "--show-current"]);
    repo.write("src/refund.txt", "other\n");
    repo.git(&["commit", "-q", "-a", "-m", "Other"]);
    let merged = repo.try_git(repo.root(), &["merge", "-q", "--no-edit", &branch]).expect(0);
    assert!(
        merged.stderr.contains("SVC-102 is merged") && merged.stderr.contains("prd complete SVC-102"),
        "{merged}"
    );
    repo.git(&["checkout", "-q", "-b", "elsewhere", "HEAD~1"]);
    repo.try_git(repo.root(), &["checkout", "-q", "main"]).expect(0).says("SVC-102 is merged");
    let again = repo.try_git(repo.root(), &["commit", "-q", "--allow-empty", "-m", "More"]).expect(0);
    assert!(!again.stderr.contains("merged"), "{again}");
}

/// The cost of a hook is the blobs that it reads: with a cache, those that are new, however many PRDs there are.
#[test]
fn a_commit_reads_what_is_staged_and_nothing_else() {
    let repo = Repo::new();
    for number in 200..400 {
        repo.prd("draft", &format!("SVC-{number}"), "thing", "");
    }
    repo.git(&["add", "-A"]);
    let run = || {
        repo.run(&["hooks", "run", "pre-commit", "--format", "json"]).expect(0).json()["blobs_read"].clone()
    };
    assert_eq!(run(), 200, "everything is new");
    repo.git(&["commit", "-q", "-m", "Plans"]);
    assert_eq!(run(), 0, "nothing is staged");
    repo.write("src/checkout.txt", "x\n");
    repo.git(&["add", "-A"]);
    assert_eq!(run(), 0, "no PRD is staged");
    repo.prd("draft", "SVC-250", "thing", "**Blocks**: SVC-251");
    repo.git(&["add", "-A"]);
    assert_eq!(run(), 2, "one PRD as it was, and as it will be");
    repo.git(&["commit", "-q", "-m", "Tie"]);
    fs_err::remove_dir_all(repo.root().join(".git/prd/cache")).unwrap();
    repo.prd("draft", "SVC-250", "thing", "**Owner**: Ada\n**Blocks**: SVC-251");
    repo.git(&["add", "-A"]);
    assert_eq!(run(), 2, "what it says of others stays");
    repo.prd("draft", "SVC-250", "thing", "**Blocks**: SVC-252");
    repo.git(&["add", "-A"]);
    assert_eq!(run(), 201, "all as they will be, and one as it was");
}
