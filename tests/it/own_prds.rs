//! The project is its own user: its plans are PRDs, without a finding and with a fair grade.

use std::path::Path;
use std::process::Command;

use super::book;

/// A repository that holds this project's configuration and plans, whatever checkout the test runs in.
fn repository(root: &Path) {
    for file in [book::files_below("docs/prds", ""), book::files_below(".claude", "")].concat() {
        let to = root.join(&file);
        fs_err::create_dir_all(to.parent().unwrap()).unwrap();
        fs_err::copy(book::root().join(&file), to).unwrap();
    }
    for args in [&["init", "-q", "-b", "main"][..], &["add", "-A"], &["commit", "-q", "-m", "Plans"]] {
        assert!(command("git", root, args).status().unwrap().success());
    }
}

#[expect(clippy::disallowed_methods, reason = "a test runs the built program as a user does")]
fn command(program: &str, root: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(args).current_dir(root).env_clear();
    command.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
    command.env("HOME", root).env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
    command.envs([("GIT_AUTHOR_NAME", "Ada"), ("GIT_AUTHOR_EMAIL", "ada@example.org")]);
    command.envs([("GIT_COMMITTER_NAME", "Ada"), ("GIT_COMMITTER_EMAIL", "ada@example.org")]);
    command.envs([("COLUMNS", "100"), ("NO_COLOR", "1"), ("LC_ALL", "C")]);
    command
}

#[track_caller]
fn prd(root: &Path, args: &[&str]) -> (Option<i32>, String) {
    let output = command(env!("CARGO_BIN_EXE_prd"), root, args).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    (output.status.code(), text + &String::from_utf8_lossy(&output.stderr))
}

#[test]
fn the_projects_own_plans_have_no_finding_and_a_fair_grade() {
    let dir = tempfile::tempdir().unwrap();
    repository(dir.path());
    let (code, text) = prd(dir.path(), &["lint"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("0 errors, 0 warnings, 0 hints"), "{text}");
    let (code, text) = prd(dir.path(), &["review", "--all"]);
    assert_eq!(code, Some(0), "{text}");
    let (code, text) = prd(dir.path(), &["config", "check"]);
    assert_eq!(code, Some(0), "{text}");
    let (code, text) = prd(dir.path(), &["orchestrate", "--as-of", "2026-12-01"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("## Critical Path"), "{text}");
}
