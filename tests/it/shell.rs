//! Finding one's way: `prd status`, `prd cd`, and completions, asked for as a shell asks.

use std::path::Path;

use crate::support::Repo;

fn started() -> Repo {
    let repo = Repo::new();
    repo.prd("ready", "SVC-101", "checkout-service", "");
    repo.prd("draft", "SVC-102", "payment-service", "");
    repo.prd("ready", "SVC-111", "refund-service", "");
    repo.commit_all("Plans");
    repo.run(&["start", "SVC-101"]).expect(0);
    repo
}

fn lines(text: &str) -> Vec<&str> {
    text.lines().collect()
}

#[test]
fn status_says_where_one_is_and_what_is_next() {
    let repo = started();
    let tree = repo.beside("worktrees/cloudscale-SVC-101");
    let file = tree.join("docs/prds/in-progress/SVC-101-checkout-service.md");
    let text = fs_err::read_to_string(&file).unwrap();
    fs_err::write(&file, text.replacen("- [x] Given an unknown", "- [ ] Given an unknown", 1)).unwrap();
    repo.git_in(&tree, &["commit", "-q", "-a", "-m", "Untick"]);
    repo.write("src/other.txt", "1");
    repo.commit_all("Elsewhere");

    let status = repo.run_in(&tree.join("src"), &["status", "--format", "json"]).expect(0).json();
    assert_eq!(status["prd"]["id"], "SVC-101");
    assert_eq!(status["prd"]["state"], "in-progress");
    assert_eq!(status["prd"]["criteria"]["done"], 1);
    assert_eq!(status["prd"]["criteria"]["total"], 2);
    assert_eq!(status["home"], serde_json::json!({"ahead": 1, "behind": 1}));
    assert_eq!(status["linked"], true);
    assert!(status["next"].as_str().unwrap().contains("unknown article"), "{status}");
    let prompt = repo.run_in(&tree, &["status", "--format", "prompt"]).expect(0);
    assert_eq!(prompt.stdout, "SVC-101 in-progress 1/2 ↑1 ↓1\n");
    repo.run_in(&tree, &["status"]).expect(0).says("1 ahead of home and 1 behind").says("1 of 2, 1 left");

    // On home there is no PRD, and outside of a repository a prompt stays empty.
    let home = repo.run(&["status", "--format", "json"]).expect(0).json();
    assert_eq!((&home["prd"], &home["home"]), (&serde_json::Value::Null, &serde_json::Value::Null));
    assert_eq!(repo.run(&["status", "--format", "prompt"]).expect(0).stdout, "");
    let outside = repo.run_in(&repo.beside(""), &["status", "--format", "prompt"]).expect(0);
    assert_eq!((outside.stdout.as_str(), outside.stderr.as_str()), ("", ""));
    repo.run_in(&repo.beside(""), &["status"]).expect(4);
}

/// A program `git` that writes down that it was called would be found here first.
#[test]
fn status_starts_no_git() {
    let repo = started();
    let tree = repo.beside("worktrees/cloudscale-SVC-101");
    let bin = repo.beside("bin");
    fs_err::create_dir(&bin).unwrap();
    let log = repo.beside("called");
    let script = format!("#!/bin/sh\necho \"$@\" >> {}\nexit 1\n", log.display());
    fs_err::write(bin.join("git"), script).unwrap();
    std::fs::set_permissions(bin.join("git"), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let output = repo
        .prd_command(&tree, &["status", "--format", "prompt"])
        .env("PATH", format!("{}:/usr/bin:/bin", bin.display()))
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "SVC-101 in-progress 2/2\n");
    assert!(!log.exists(), "{}", fs_err::read_to_string(&log).unwrap());
}

/// What a shell would offer for the last of the words.
fn complete(repo: &Repo, dir: &Path, words: &[&str]) -> Vec<String> {
    let index = (words.len() - 1).to_string();
    let mut command = repo.prd_command(dir, &["--"]);
    let output = command
        .args(words)
        .env("COMPLETE", "bash")
        .env("_CLAP_COMPLETE_INDEX", index)
        .env("_CLAP_COMPLETE_COMP_TYPE", "9")
        .env("_CLAP_COMPLETE_SPACE", "true")
        .env("_CLAP_IFS", "\n")
        .output()
        .unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    lines(&String::from_utf8_lossy(&output.stdout)).into_iter().map(|line| line.trim().to_owned()).collect()
}

#[test]
fn ids_branches_and_teams_are_completed() {
    let repo = started();
    let tree = repo.beside("worktrees/cloudscale-SVC-101");
    let ids = |words: &[&str]| complete(&repo, &tree, words);
    assert_eq!(ids(&["prd", "show", "SVC-"]), ["SVC-101", "SVC-111", "SVC-102"]);
    assert_eq!(ids(&["prd", "start", "svc-11"]), ["SVC-111"]);
    assert_eq!(ids(&["prd", "cd", "SVC-101"]), ["SVC-101"]);
    assert_eq!(ids(&["prd", "archive", "SVC-101", "--by", "SVC-11"]), ["SVC-111"]);
    assert_eq!(ids(&["prd", "list", "--team", ""]), ["Checkout"]);
    let removable = ids(&["prd", "worktree", "remove", ""]);
    assert!(removable.contains(&"feat/SVC-101-checkout-service".to_owned()), "{removable:?}");
    assert!(ids(&["prd", "worktree", ""]).contains(&"restore".to_owned()));
    repo.run(&["worktree", "remove", "101", "--unmerged"]).expect(0);
    assert_eq!(complete(&repo, repo.root(), &["prd", "worktree", "restore", "S"]), ["SVC-101"]);
    // Where nothing can be read nothing is offered, and nobody is bothered.
    assert!(!complete(&repo, &repo.beside(""), &["prd", "show", "SVC-"]).contains(&"SVC-101".to_owned()));
}

/// A script in a shell that has been set up, with `prd` in its path; `None` where the machine has no such shell.
fn in_shell(repo: &Repo, shell: &str, set_up: &str, script: &str) -> Option<String> {
    let bin = repo.beside("bin");
    fs_err::create_dir_all(&bin).unwrap();
    if !bin.join("prd").exists() {
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_prd"), bin.join("prd")).unwrap();
    }
    if repo.command(shell, repo.root()).arg("--version").output().is_err() {
        return None;
    }
    let mut command = repo.command(shell, repo.root());
    let path = command.get_envs().find(|(name, _)| *name == "PATH").and_then(|(_, path)| path?.to_str());
    let path = format!("{}:{}", bin.display(), path.unwrap_or("/usr/bin:/bin"));
    command.env("PATH", path);
    let output = command.arg("-c").arg(format!("{set_up}\n{script}")).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.is_empty(), "{shell}: {said}");
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn shells_change_to_a_worktree_and_leave_one_that_goes() {
    let prepared = started();
    let set_ups = [
        ("bash", "eval \"$(prd shell init bash)\""),
        ("zsh", "eval \"$(prd shell init zsh)\""),
        ("fish", "prd shell init fish | source"),
    ];
    for (shell, set_up) in set_ups {
        let repo = Repo::copy_of(&prepared);
        let tree = repo.beside("worktrees/cloudscale-SVC-101").display().to_string();
        let root = repo.root().display().to_string();
        let script = "prd cd 101; pwd; prd cd; pwd; prd cd SVC-101; prd worktree remove 101 --unmerged --cd >/dev/null; pwd";
        let Some(said) = in_shell(&repo, shell, set_up, script) else {
            assert_ne!(shell, "bash", "the tests need bash");
            continue;
        };
        assert_eq!(lines(&said), [tree.as_str(), &root, &root], "{shell}");
        assert!(!Path::new(&tree).exists(), "{shell}");
    }
}

#[test]
fn bash_completes_through_its_own_machinery() {
    let repo = started();
    let script = "COMP_WORDS=(prd show SVC-11); COMP_CWORD=2; COMP_TYPE=9; COMP_LINE='prd show SVC-11'; COMP_POINT=15\n\
                  _clap_complete_prd prd SVC-11 show; echo \"${COMPREPLY[@]}\"";
    let said = in_shell(&repo, "bash", "eval \"$(prd shell init bash)\"", script).unwrap();
    assert_eq!(said.trim(), "SVC-111");
    repo.run(&["cd", "101"]).expect(2).says("prd shell init bash");
    for shell in ["bash", "zsh", "fish", "nushell", "powershell"] {
        repo.run(&["shell", "init", shell]).expect(0).says("worktree path");
    }
}
