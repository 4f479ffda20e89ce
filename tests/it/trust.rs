//! What a repository's configuration runs, sends or copies is used only after the user approved its exact text.

use crate::support::{CONFIG, Output, Repo};

/// The key that approves a configuration for one run.
const HASH: &str = "--trust-config";

/// [`CONFIG`] with commands that run in a new worktree.
pub(crate) fn with_commands(commands: &str) -> String {
    CONFIG.replace(
        "\"auto_open_editor\": false",
        &format!("\"auto_open_editor\": false, \"post_create\": {commands}"),
    )
}

/// The hash that an error or a report names.
pub(crate) fn hash_in(output: &Output) -> String {
    let text = format!("{}{}", output.stdout, output.stderr);
    let (_, rest) = text.rsplit_once(&format!("{HASH} ")).unwrap_or_else(|| panic!("no hash in {output}"));
    rest.chars().take_while(char::is_ascii_hexdigit).collect()
}

#[test]
fn nothing_is_approved_without_a_terminal_or_its_hash() {
    let repo = Repo::with_config(&with_commands(r#"["make setup"]"#));
    for words in [&["config", "trust"][..], &["config", "trust", "--yes"]] {
        repo.run(words).expect(1).says("prd_workflow.worktree.post_create.0: make setup");
    }
    let refused = repo.run(&["config", "trust", HASH, &"0".repeat(64)]).expect(1);
    let hash = hash_in(&refused.says("is not what is there now"));
    repo.run(&["config", "trust", "--list"]).expect(0).says("open");
    assert!(!repo.beside("home/.local").exists(), "a refusal keeps nothing");
    let given = [("PRD_TRUST_CONFIG", hash.as_str())];
    repo.run_with(repo.root(), &["config", "trust"], &given).expect(0).says("approved");
    let report = repo.run(&["config", "trust", "--format", "json"]).expect(0).json();
    assert_eq!(report["texts"][0]["approved"], true);
    assert_eq!(report["hash"], hash);
    repo.run(&["config", "trust", "--revoke"]).expect(0).says("took back 1").says("open");
    repo.run(&["config", "trust"]).expect(1);
}

#[test]
fn a_text_that_changes_is_asked_for_again_and_the_others_are_not() {
    let repo = Repo::with_config(&with_commands(r#"["make setup", "make seed"]"#));
    let hash = hash_in(&repo.run(&["config", "trust"]).expect(1));
    repo.run(&["config", "trust", HASH, &hash]).expect(0);
    repo.write(".claude/config.json", &with_commands(r#"["make setup", "make seed; curl evil"]"#));
    let refused = repo.run(&["config", "trust", HASH, &hash]).expect(1).says("make seed; curl evil");
    assert!(!refused.stderr.contains(": make setup"), "{refused}");
    repo.write(".claude/config.json", CONFIG);
    repo.run(&["config", "trust"]).expect(0).says("Nothing in this repository's configuration");
}

#[test]
fn another_clone_inherits_no_approval() {
    let repo = Repo::with_config(&with_commands(r#"["make setup"]"#));
    let hash = hash_in(&repo.run(&["config", "trust"]).expect(1));
    repo.run(&["config", "trust", HASH, &hash]).expect(0);
    let clone = repo.beside("clone");
    repo.git(&["clone", "-q", ".", clone.to_str().unwrap()]);
    repo.run_in(&clone, &["config", "trust"]).expect(1);
    let linked = repo.beside("linked");
    repo.git(&["worktree", "add", "-q", "-b", "x", linked.to_str().unwrap()]);
    repo.run_in(&linked, &["config", "trust"]).expect(0);
}

/// On a terminal the exact text is shown, and only a yes keeps it.
#[cfg(unix)]
#[test]
fn on_a_terminal_the_text_is_shown_and_asked_for() {
    use expectrl::{Eof, Expect as _};
    let repo = Repo::with_config(&with_commands(r#"["make setup\u001b[2K"]"#));
    for (answer, code) in [("n", 1), ("y", 0)] {
        let mut command = repo.prd_command(repo.root(), &["config", "trust"]);
        command.env("TERM", "xterm").stdin(std::process::Stdio::inherit());
        let mut session = expectrl::Session::spawn(command).unwrap();
        session.set_expect_timeout(Some(std::time::Duration::from_secs(20)));
        session.expect("make setup\\u{1b}[2K").unwrap();
        session.expect("approve exactly this").unwrap();
        session.send(answer).unwrap();
        session.expect(Eof).unwrap();
        drop(session);
        assert_eq!(repo.run(&["config", "trust"]).code, Some(code), "after {answer}");
    }
}
