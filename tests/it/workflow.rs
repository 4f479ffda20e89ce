//! The workflow that `prd init --ci github` writes: what it runs is what the program takes, on a checkout as a runner has it.
//! That it is safe is for `.ci/peers` to say, with programs made for it.

use std::path::{Path, PathBuf};

use crate::book;
use crate::docs::parsed;
use crate::support::{CONFIG, Output, Repo};

const FILE: &str = ".github/workflows/prd.yml";

fn template() -> String {
    book::read("templates/github/prd.yml")
}

/// The commands of one line that its steps run, in their order.
fn commands() -> Vec<String> {
    let text = template();
    text.lines()
        .filter_map(|line| line.trim().strip_prefix("run: prd "))
        .map(|rest| format!("prd {rest}"))
        .collect()
}

#[test]
fn it_is_written_once_and_never_over_another() {
    let repo = Repo::new();
    let before = repo.snapshot();
    repo.run(&["init", "--ci", "github", "--dry-run"]).expect(0).says(&format!("would write {FILE}"));
    repo.assert_unchanged(&before);
    let written = repo.run(&["init", "--ci", "github"]).expect(0).says("kept .claude/config.json");
    written.says(&format!("wrote {FILE}")).says("set PRD_GIT and PRD_REV").says("git add .github");
    assert_eq!(repo.read(FILE), template());
    repo.run(&["init", "--ci", "github"]).expect(0).says(&format!("kept {FILE}, which was there\n"));
    let own = template().replace("PRD_REV: \"\"", "PRD_REV: \"7c0e04e\"");
    repo.write(FILE, &own);
    for args in [["init", "--ci", "github", "--yes"], ["init", "--ci", "github", "--dry-run"]] {
        repo.run(&args).expect(0).says("which was there and differs from the template");
    }
    let answer = repo.run(&["init", "--ci", "github", "--format", "json"]).expect(0).json();
    assert_eq!(answer["differing"], serde_json::json!([FILE]));
    assert_eq!(repo.read(FILE), own);
}

#[cfg(unix)]
#[test]
fn on_a_terminal_another_is_replaced_where_a_person_says_so() {
    use expectrl::{Eof, Expect as _};
    let repo = Repo::new();
    for (answer, replaced) in [("\r", false), ("y", true)] {
        repo.write(FILE, "name: Ours\n");
        let mut command = repo.prd_command(repo.root(), &["init", "--ci", "github", "--no-commands"]);
        command.env("TERM", "xterm").stdin(std::process::Stdio::inherit());
        let mut terminal = expectrl::Session::spawn(command).unwrap();
        terminal.set_expect_timeout(Some(std::time::Duration::from_secs(20)));
        terminal.expect("Replace it?").unwrap();
        terminal.send(answer).unwrap();
        terminal.expect(if replaced { "wrote" } else { "differs from the template" }).unwrap();
        terminal.expect(Eof).unwrap();
        assert_eq!(repo.read(FILE) == template(), replaced);
    }
}

#[test]
fn its_commands_are_the_programs() {
    let commands = commands();
    assert_eq!(commands.len(), template().matches("run: prd ").count());
    assert_eq!(commands.len(), 4, "{commands:?}");
    for line in commands {
        // `--version` is an answer and no call.
        let wrong =
            parsed(&line).err().filter(|error| error.kind() != clap::error::ErrorKind::DisplayVersion);
        assert!(wrong.is_none(), "{line}: {wrong:?}");
    }
}

/// What `actions/checkout` leaves: no branch, HEAD at the merge of a pull request, and the branches of the remote.
fn runner(upstream: &Repo) -> Repo {
    let runner = Repo::unborn();
    let refs = ["+refs/heads/*:refs/remotes/origin/*", "+refs/pull/1/merge:refs/remotes/pull/1/merge"];
    runner.git(&["remote", "add", "origin", upstream.root().to_str().unwrap()]);
    runner.git(&["fetch", "-q", "--no-tags", "origin", refs[0], refs[1]]);
    runner.git(&["checkout", "-q", "--force", "refs/remotes/pull/1/merge"]);
    runner.git(&["config", "--unset", "user.name"]);
    runner.git(&["config", "--unset", "user.email"]);
    runner
}

/// Runs the steps of a pull request into `main`, as a runner's shell does; their exit codes, and what they said.
fn checked(runner: &Repo, head: &str) -> (Vec<Option<i32>>, String) {
    let prd = PathBuf::from(env!("CARGO_BIN_EXE_prd"));
    let path = format!("{}:{}", prd.parent().unwrap().display(), path());
    let steps: Vec<Output> = commands()
        .iter()
        .map(|line| {
            let mut command = runner.command("bash", runner.root());
            command.args(["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", line]);
            command.envs([
                ("PATH", path.as_str()),
                ("BASE", "main"),
                ("HEAD", head),
                ("GITHUB_ACTIONS", "true"),
            ]);
            Output::of(line.clone(), &command.output().unwrap())
        })
        .collect();
    let said = steps.iter().map(ToString::to_string).collect();
    (steps.iter().map(|step| step.code).collect(), said)
}

/// Where this test's programs are.
#[expect(
    clippy::disallowed_methods,
    reason = "a test that puts a program before others needs to know where they are"
)]
pub(crate) fn path() -> String {
    std::env::var("PATH").unwrap()
}

/// A pull request on the branch `feature`, which has the PRD of this text; `main` has moved on meanwhile.
fn pull_request(name: &str, text: &str) -> (Repo, String) {
    let repo = Repo::with_config(&CONFIG.replace("\"minimum_grade\": \"F\"", "\"minimum_grade\": \"D\""));
    repo.prd("ready", "SVC-101", "checkout-service", "");
    repo.commit_all("Plans");
    repo.git(&["checkout", "-q", "-b", "feature"]);
    repo.write(&format!("docs/prds/ready/{name}"), text);
    let head = repo.commit_all("Another plan");
    repo.git(&["checkout", "-q", "main"]);
    repo.prd("ready", "SVC-103", "refund-service", "");
    repo.commit_all("Refunds");
    repo.git(&["checkout", "-q", "--detach"]);
    repo.git(&["merge", "-q", "--no-ff", "--no-edit", "feature"]);
    repo.git(&["update-ref", "refs/pull/1/merge", "HEAD"]);
    repo.git(&["checkout", "-q", "main"]);
    (repo, head)
}

#[test]
fn a_pull_request_passes_or_is_told_at_its_lines_what_is_wrong() {
    let name = "SVC-133-notification-service.md";
    let good = book::read(&format!("tests/fixtures/prds/good/{name}"));
    let (upstream, head) = pull_request(name, &good);
    let (codes, said) = checked(&runner(&upstream), &head);
    assert_eq!(codes, [Some(0); 4], "{said}");

    let double = "# SVC-103: Double\n\n**Depends On**: SVC-999\n\n## Summary\n\nTBD\n";
    let (upstream, head) = pull_request("SVC-103-double.md", double);
    let runner = runner(&upstream);
    let (codes, said) = checked(&runner, &head);
    assert_eq!(codes, [Some(0), Some(1), Some(1), Some(1)], "{said}");
    let place = "file=docs/prds/ready/SVC-103-double.md,line=";
    for finding in ["title=duplicate-id", "title=unknown-dependency", "title=placeholder-left", "title=grade"]
    {
        let is_it =
            |line: &&str| line.starts_with("::error ") && line.contains(place) && line.contains(finding);
        assert!(said.lines().any(|line| is_it(&line)), "no {finding} in {said}");
    }
    assert!(!Path::new(&runner.root().join(".git/prd/outbox")).exists(), "a check queues nothing");
}
