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

/// Git itself writes down how it was called.
#[test]
fn a_list_of_worktrees_asks_git_once_for_each_that_is_not_plain() {
    let repo = started();
    repo.run(&["start", "SVC-111"]).expect(0);
    for (number, path) in [("101", "one.txt"), ("111", "two.txt")] {
        let tree = repo.beside(&format!("worktrees/cloudscale-SVC-{number}"));
        fs_err::write(tree.join(path), "work\n").unwrap();
        repo.git_in(&tree, &["add", path]);
        repo.git_in(&tree, &["commit", "-q", "-m", "Work"]);
        fs_err::write(tree.join(path), "more work\n").unwrap();
    }
    let log = repo.beside("called");
    let calls = || {
        let vars = [("GIT_TRACE", log.to_str().unwrap())];
        let list = repo.run_with(repo.root(), &["worktree", "list", "--format", "json"], &vars);
        let list = list.expect(0).json();
        let rows = list["worktrees"].as_array().unwrap();
        let seen: Vec<_> =
            rows.iter().map(|row| (row["unstaged"].as_u64(), row["problem"].is_null())).collect();
        assert_eq!(seen, [(Some(0), true), (Some(1), true), (Some(1), true)], "{list}");
        let text = fs_err::read_to_string(&log).unwrap_or_default();
        fs_err::write(&log, "").unwrap();
        text.lines().filter(|line| line.contains("built-in: git status")).count()
    };
    assert_eq!(calls(), 0);
    let tree = repo.beside("worktrees/cloudscale-SVC-101");
    repo.git_in(&tree, &["update-index", "--assume-unchanged", "docs/prds/draft/SVC-102-payment-service.md"]);
    assert_eq!(calls(), 1);
    // Where another call fails, git is asked more; where this one does, its worktree has a problem, and the others none.
    let problems = |at: usize| {
        let vars = [("PRD_TEST_GIT_FAULT", format!("fail:{at}"))];
        let vars = vars.each_ref().map(|(name, value)| (*name, value.as_str()));
        let list = repo.run_with(repo.root(), &["worktree", "list", "--format", "json"], &vars);
        let list = list.expect(0).json();
        list["worktrees"].as_array().unwrap().iter().filter(|row| !row["problem"].is_null()).count()
    };
    assert_eq!((1..=6).map(problems).sum::<usize>(), 1);
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

/// A shell, how it is set up, and how it is asked for what its last command ended with.
struct Shell {
    name: &'static str,
    /// What comes before the script on its command line.
    flags: &'static [&'static str],
    /// What runs what `prd shell init` prints, which also lies in the file `INIT`.
    set_up: &'static str,
    /// A command that fails, said to be followed by its exit code; `COMMAND` is what fails.
    failing: &'static str,
}

const SHELLS: [Shell; 5] = [
    Shell {
        name: "bash",
        flags: &["-c"],
        set_up: "eval \"$(prd shell init bash)\"",
        failing: "COMMAND; echo $?",
    },
    Shell {
        name: "zsh",
        flags: &["-f", "-c"],
        set_up: "eval \"$(prd shell init zsh)\"",
        failing: "COMMAND; echo $?",
    },
    Shell {
        name: "fish",
        flags: &["--no-config", "-c"],
        set_up: "prd shell init fish | source",
        failing: "COMMAND; echo $status",
    },
    Shell {
        name: "nu",
        flags: &["--no-config-file", "-c"],
        set_up: "source INIT",
        failing: "try { COMMAND } catch { print $env.LAST_EXIT_CODE }",
    },
    Shell {
        name: "pwsh",
        flags: &["-NoProfile", "-NonInteractive", "-Command"],
        set_up: "prd shell init powershell | Out-String | Invoke-Expression",
        failing: "COMMAND; $LASTEXITCODE",
    },
];

/// A script in a shell that has been set up, with `prd` in its path; `None` where the machine has no such shell.
fn in_shell(repo: &Repo, shell: &Shell, script: &str) -> Option<String> {
    let bin = repo.beside("bin");
    fs_err::create_dir_all(&bin).unwrap();
    if !bin.join("prd").exists() {
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_prd"), bin.join("prd")).unwrap();
    }
    if repo.command(shell.name, repo.root()).arg("--version").output().is_err() {
        assert_ne!(shell.name, "bash", "the tests need bash");
        return None;
    }
    let init = bin.join("init");
    let name = if shell.name == "nu" { "nushell" } else { shell.name };
    if shell.set_up.contains("INIT") {
        fs_err::write(&init, repo.run(&["shell", "init", name]).expect(0).stdout).unwrap();
    }
    let mut command = repo.command(shell.name, repo.root());
    let path = command.get_envs().find(|(name, _)| *name == "PATH").and_then(|(_, path)| path?.to_str());
    let path = format!("{}:{}", bin.display(), path.unwrap_or("/usr/bin:/bin"));
    command.env("PATH", path);
    let set_up = shell.set_up.replace("INIT", init.to_str().unwrap());
    let output = command.args(shell.flags).arg(format!("{set_up}\n{script}")).output().unwrap();
    // Of what fails on purpose there are messages of `prd`; the shell itself has nothing to complain of.
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let is_ours = |line: &str| ["error: ", " hint: "].iter().any(|start| line.starts_with(start));
    assert!(said.lines().all(is_ours), "{}: {said}", shell.name);
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs in each shell that the machine has; `.ci/peers` installs those that can be had.
#[test]
fn shells_change_to_a_worktree_and_leave_one_that_goes() {
    let prepared = started();
    for shell in &SHELLS {
        let repo = Repo::copy_of(&prepared);
        let tree = repo.beside("worktrees/cloudscale-SVC-101").display().to_string();
        let root = repo.root().display().to_string();
        let place = if shell.name == "pwsh" { "(Get-Location).Path" } else { "pwd" };
        let place = if shell.name == "nu" { "print $env.PWD" } else { place };
        // What cannot be found leaves the folder, and the exit code is that of the program.
        let failing = |command: &str| shell.failing.replace("COMMAND", command);
        let quiet = if shell.name == "pwsh" { "| Out-Null" } else { ">/dev/null" };
        let mut lines_of = vec![failing("prd cd 999"), place.to_owned()];
        lines_of.extend(["prd cd 101".to_owned(), place.to_owned(), "prd cd".to_owned(), place.to_owned()]);
        let mut wanted = vec!["3", root.as_str(), &tree, &root];
        // In nushell `prd` itself is not wrapped.
        if shell.name != "nu" {
            lines_of.extend([failing("prd worktree remove 999 --cd"), place.to_owned()]);
            let remove = format!("prd worktree remove 101 --unmerged --cd {quiet}");
            lines_of.extend(["prd cd SVC-101".to_owned(), remove, place.to_owned()]);
            wanted.extend(["3", &root, &root]);
        }
        let Some(said) = in_shell(&repo, shell, &lines_of.join("\n")) else { continue };
        assert_eq!(lines(&said), wanted, "{}", shell.name);
        assert_eq!(Path::new(&tree).exists(), shell.name == "nu", "{}", shell.name);
    }
}

#[test]
fn shells_complete_through_their_own_machinery() {
    let repo = started();
    let [bash, zsh, fish, nu, pwsh] = &SHELLS;
    let script = "COMP_WORDS=(prd show SVC-11); COMP_CWORD=2; COMP_TYPE=9; COMP_LINE='prd show SVC-11'; COMP_POINT=15\n\
                  _clap_complete_prd prd SVC-11 show; echo \"${COMPREPLY[@]}\"";
    assert_eq!(in_shell(&repo, bash, script).unwrap().trim(), "SVC-111");
    if let Some(said) = in_shell(&repo, fish, "complete -C 'prd show SVC-11' | string split \\t -f 1") {
        assert_eq!(said.trim(), "SVC-111");
    }
    let with_compinit =
        Shell { set_up: "autoload -Uz compinit; compinit -D -u; eval \"$(prd shell init zsh)\"", ..*zsh };
    if let Some(said) = in_shell(&repo, &with_compinit, "print -- $_comps[prd]") {
        assert!(said.contains("prd"), "{said}");
    }
    if let Some(said) = in_shell(&repo, nu, "nu-complete prd | get value | to text") {
        assert!(lines(&said).contains(&"SVC-111"), "{said}");
    }
    let script = "(TabExpansion2 'prd show SVC-11' 15).CompletionMatches.CompletionText";
    if let Some(said) = in_shell(&repo, pwsh, script) {
        assert_eq!(said.trim(), "SVC-111");
    }
    repo.run(&["cd", "101"]).expect(2).says("prd shell init bash");
    for shell in ["bash", "zsh", "fish", "nushell", "powershell"] {
        repo.run(&["shell", "init", shell]).expect(0).says("worktree path");
    }
}
