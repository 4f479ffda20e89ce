//! What a new worktree gets besides its commit, with programs that only write down what they were asked.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt as _;

use crate::support::{CONFIG, Output, Repo};
use crate::trust::hash_in;

/// A repository with `SVC-101` ready, and the folder of its programs.
fn repo(worktree: &str) -> Repo {
    let config = CONFIG
        .replace("\"auto_install_dependencies\": false", "\"auto_install_dependencies\": true")
        .replace("\"auto_open_editor\": false", &format!("\"auto_open_editor\": false{worktree}"))
        .replace(
            "\"orchestration\":",
            "\"services\": {\"checkout-service\": {\"paths\": [\"services/checkout/src\"]}},\n  \"orchestration\":",
        );
    let repo = Repo::with_config(&config);
    repo.write(".gitignore", ".env*\nnode_modules\n/local\n");
    repo.write("package-lock.json", "{}");
    repo.write("package.json", r#"{"packageManager": "npm@10"}"#);
    repo.write("services/checkout/go.sum", "");
    repo.write("services/checkout/src/main.go", "");
    repo.write("services/refund/Gemfile.lock", "");
    repo.prd("ready", "SVC-101", "checkout-service", "");
    repo.commit_all("Plans");
    for program in ["npm", "go", "bundle", "code"] {
        program_that(&repo, program, "");
    }
    repo
}

/// A program that writes down its name, arguments and folder, and then does something.
fn program_that(repo: &Repo, name: &str, then: &str) {
    let path = repo.beside("bin").join(name);
    fs_err::create_dir_all(path.parent().unwrap()).unwrap();
    let log = repo.beside("log");
    let script = format!(
        "#!/bin/sh\necho \"{name} $* in $(basename \"$PWD\")\" >> '{}'\necho talk of {name}\n{then}\n",
        log.display()
    );
    fs_err::write(&path, script).unwrap();
    fs_err::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

fn log(repo: &Repo) -> Vec<String> {
    let text = fs_err::read_to_string(repo.beside("log")).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

#[expect(clippy::disallowed_methods, reason = "the fakes come before the programs that are there")]
fn run(repo: &Repo, args: &[&str], vars: &[(&str, &str)]) -> Output {
    let path = format!("{}:{}", repo.beside("bin").display(), std::env::var("PATH").unwrap());
    let vars = [&[("PATH", path.as_str())], vars].concat();
    repo.run_with(repo.root(), args, &vars)
}

/// Approves everything that the configuration names.
fn trust(repo: &Repo) {
    let hash = hash_in(&repo.run(&["config", "trust"]).expect(1));
    repo.run(&["config", "trust", "--trust-config", &hash]).expect(0);
}

const ALL: &str = r#", "copy": [".env*"], "link": ["local"],
    "post_create": ["echo \"one $PRD_ID $PRD_BRANCH\" >> ../../log", "echo two >> ../../log"]"#;

#[test]
fn a_new_worktree_is_set_up_step_by_step() {
    let repo = repo(ALL);
    repo.write(".env", "SECRET=1");
    repo.write("local/a.txt", "a");
    repo.write("services/checkout/.env.test", "x");
    repo.write(".worktreeinclude", "node_modules/.kept\n");
    repo.write("node_modules/.kept", "kept");
    repo.commit_all("Include");
    let before = repo.snapshot();
    run(&repo, &["start", "SVC-101"], &[]).expect(1).says("--no-setup").says("--trust-config");
    run(&repo, &["start", "SVC-101", "--yes"], &[]).expect(1);
    repo.assert_unchanged(&before);
    trust(&repo);
    let started = run(&repo, &["start", "SVC-101"], &[]).expect(0).says("copied .env, node_modules/.kept");
    started.says("talk of npm").says("ran `echo two");
    assert_eq!(
        log(&repo),
        [
            "npm ci in cloudscale-SVC-101",
            "go mod download in checkout",
            "one SVC-101 feat/SVC-101-checkout-service",
            "two"
        ]
    );
    let tree = repo.beside("worktrees/cloudscale-SVC-101");
    assert_eq!(fs_err::read_to_string(tree.join(".env")).unwrap(), "SECRET=1");
    assert_eq!(fs_err::read_to_string(tree.join("local/a.txt")).unwrap(), "a");
    assert_eq!(repo.git_in(&tree, &["status", "--porcelain"]), "");
    repo.assert_sound();
}

#[test]
fn a_failed_installation_leaves_a_good_worktree_and_goes_on_from_there() {
    let repo = repo(ALL);
    trust(&repo);
    program_that(&repo, "go", "echo no network >&2; exit 3");
    let failed = run(&repo, &["start", "SVC-101"], &[]).expect(4).says("no network").says("exit code 3");
    failed.says("prd worktree setup SVC-101");
    assert_eq!(repo.state_of("SVC-101"), "in-progress");
    repo.assert_sound();
    program_that(&repo, "go", "");
    fs_err::remove_file(repo.beside("log")).unwrap();
    run(&repo, &["worktree", "setup", "SVC-101"], &[]).expect(0);
    let resumed = log(&repo);
    assert_eq!(resumed.len(), 3, "{resumed:?}");
    assert_eq!(resumed[0], "go mod download in checkout");
    let again = run(&repo, &["worktree", "setup", "SVC-101", "--format", "json"], &[]).expect(0).json();
    assert_eq!(again["failed"], serde_json::Value::Null);
    assert_eq!(log(&repo).len(), 3 + 4, "a worktree that was set up is set up anew");
}

#[test]
fn what_is_not_wanted_is_left_out() {
    let repo = repo(ALL);
    run(&repo, &["start", "SVC-101", "--no-setup", "--no-install"], &[]).expect(0);
    assert!(log(&repo).is_empty());
    run(&repo, &["worktree", "setup", "SVC-101"], &[]).expect(1);
    run(&repo, &["worktree", "setup", "nothing"], &[]).expect(3);
}

#[test]
fn a_shared_folder_is_not_installed_into() {
    let repo = repo(r#", "link": ["node_modules"]"#);
    repo.write("node_modules/x/index.js", "x");
    trust(&repo);
    let started = run(&repo, &["start", "SVC-101"], &[]).expect(0);
    let tree = repo.beside("worktrees/cloudscale-SVC-101");
    let is_link = tree.join("node_modules").symlink_metadata().unwrap().is_symlink();
    assert_eq!(log(&repo).iter().any(|line| line.starts_with("npm")), !is_link, "{started}");
    assert!(tree.join("node_modules/x/index.js").is_file());
    assert_eq!(repo.git_in(&tree, &["status", "--porcelain"]), "");
}

/// Killed at each of its steps, and then gone on with: everything is there, and only the step that the kill came in
/// may have run twice.
#[test]
fn a_kill_at_any_step_is_gone_on_from() {
    let prepared = repo(ALL);
    prepared.write(".env", "SECRET=1");
    prepared.write("local/a.txt", "a");
    let mut kills = 0;
    for step in 1.. {
        let repo = Repo::copy_of(&prepared);
        for program in ["npm", "go"] {
            program_that(&repo, program, "");
        }
        trust(&repo);
        let dead = run(&repo, &["start", "SVC-101"], &[("PRD_TEST_KILL_AT_SETUP", &step.to_string())]);
        if dead.code.is_some() {
            dead.expect(0);
            break;
        }
        kills += 1;
        repo.run(&["doctor"]).expect(0);
        repo.assert_sound();
        run(&repo, &["worktree", "setup", "SVC-101"], &[]).expect(0);
        let mut ran = log(&repo);
        let all = ran.len();
        ran.dedup();
        assert_eq!(ran.len(), 4, "killed at {step}: {ran:?}");
        assert!(all <= 5, "killed at {step}: more than one step ran twice");
        let tree = repo.beside("worktrees/cloudscale-SVC-101");
        assert_eq!(fs_err::read_to_string(tree.join(".env")).unwrap(), "SECRET=1");
        assert!(tree.join("local/a.txt").is_file());
        repo.assert_sound();
    }
    assert!(kills >= 14, "there were only {kills}");
}

#[test]
fn the_editor_gets_the_worktree() {
    let repo = repo("");
    run(&repo, &["start", "SVC-101", "--editor", "--no-install"], &[("VISUAL", "code --new")]).expect(0);
    let tree = repo.beside("worktrees/cloudscale-SVC-101");
    assert_eq!(log(&repo), [format!("code --new {} in cloudscale-SVC-101", tree.display())]);
    let failed =
        run(&repo, &["worktree", "setup", "101", "--editor", "--no-install"], &[("VISUAL", "no-such-x")]);
    failed.expect(4).says("is not installed");
}

/// A real tmux where there is one, with a server of its own.
#[test]
fn a_tmux_session_is_named_after_the_prd_and_lies_in_its_worktree() {
    let repo = repo("");
    let socket = repo.beside("tmux");
    fs_err::create_dir(&socket).unwrap();
    let socket = socket.to_str().unwrap();
    let vars = [("TMUX_TMPDIR", socket)];
    let mut tmux = repo.command("tmux", repo.root());
    if tmux.arg("-V").output().is_err() {
        run(&repo, &["start", "SVC-101", "--tmux", "--no-install"], &vars).expect(4).says("not installed");
        return;
    }
    let started = run(&repo, &["start", "SVC-101", "--tmux", "--no-install"], &vars);
    let ask = |args: &[&str]| {
        let mut tmux = repo.command("tmux", repo.root());
        let output = tmux.env("TMUX_TMPDIR", socket).args(args).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let sessions = ask(&["list-sessions", "-F", "#{session_name} #{session_path}"]);
    let again = run(&repo, &["attach", "SVC-101"], &vars);
    let gone = run(&repo, &["worktree", "setup", "SVC-101", "--tmux", "--no-install"], &vars);
    let after = ask(&["list-sessions", "-F", "#{session_name} #{session_path}"]);
    ask(&["kill-server"]);
    started.expect(0).says("prd attach SVC-101");
    let tree = repo.beside("worktrees/cloudscale-SVC-101");
    assert_eq!(sessions, format!("SVC-101 {}\n", tree.display()));
    again.expect(1).says("tmux attach -t =SVC-101");
    gone.expect(0);
    assert_eq!(after, sessions, "one session, however often it is asked for");
}
