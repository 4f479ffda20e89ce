//! `--workspace` over several repositories, and reports that are written and served again when something changes.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::support::Repo;

fn text(id: &str, team: &str, estimate: &str, depends: &str) -> String {
    format!(
        "# {id}: Part {id}\n\n**Team**: {team}\n**Service**: part-{}\n**Estimate**: {estimate}\n**Depends On**: {depends}\n",
        id.to_lowercase()
    )
}

/// The shop, whose checkout waits for the contract of payments' ledger, and both with a PRD `SVC-102`.
fn two_repositories() -> Repo {
    let repo = Repo::new();
    repo.write(
        "docs/prds/ready/SVC-101-a.md",
        &text("SVC-101", "Checkout", "2 days", "payments#PAY-7 (contract), SVC-102"),
    );
    repo.write("docs/prds/ready/SVC-102-b.md", &text("SVC-102", "Checkout", "1 day", "None"));
    repo.commit_all("Plans");
    let payments = repo.beside("payments");
    fs_err::create_dir_all(payments.join("docs/prds/ready")).unwrap();
    repo.git_in(&payments, &["init", "-q", "--template=", "-b", "main"]);
    for (key, value) in [("user.name", "Ada Lindqvist"), ("user.email", "ada@cloudscale.example")] {
        repo.git_in(&payments, &["config", key, value]);
    }
    for (id, estimate, depends) in [("PAY-7", "4 days", "SVC-102"), ("SVC-102", "3 days", "None")] {
        let path = payments.join(format!("docs/prds/ready/{id}-x.md"));
        fs_err::write(path, text(id, "Payments", estimate, depends)).unwrap();
    }
    repo.git_in(&payments, &["add", "-A"]);
    repo.git_in(&payments, &["commit", "-q", "-m", "Plans"]);
    workspace(&repo, "name = \"Shop\"\n\n[repositories]\nshop = \"cloudscale\"\npayments = \"payments\"\n");
    repo
}

fn workspace(repo: &Repo, text: &str) {
    fs_err::write(repo.beside("prd-workspace.toml"), text).unwrap();
}

#[test]
fn several_repositories_are_planned_as_one() {
    let repo = two_repositories();
    let top = repo.top();
    let run = |args: &[&str]| {
        let args: Vec<&str> = args.iter().copied().chain(["--workspace", "prd-workspace.toml"]).collect();
        repo.run_in(&top, &args).expect(0)
    };
    let report = run(&["orchestrate", "--format", "json"]).json();
    let told: Vec<(&str, &str, i64)> = report["prds"]
        .as_array()
        .unwrap()
        .iter()
        .map(|prd| {
            (
                prd["id"].as_str().unwrap(),
                prd["repository"].as_str().unwrap(),
                prd["finish_day"].as_i64().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("PAY-7", "payments", 7),
            ("payments#SVC-102", "payments", 3),
            ("shop#SVC-102", "shop", 1),
            ("SVC-101", "shop", 9)
        ]
    );
    assert_eq!(report["workspace"]["name"], "Shop");
    let path = serde_json::json!({"ids": ["payments#SVC-102", "PAY-7", "SVC-101"], "days": 9});
    assert_eq!(report["critical_path"], path);
    let text = run(&["orchestrate"]).stdout;
    for said in ["Shop · 2 repositories", "payments#SVC-102 → PAY-7 → SVC-101", "- Repository: payments"]
    {
        assert!(text.contains(said), "no {said} in {text}");
    }
    for format in ["mermaid", "dot", "html", "csv"] {
        let told = run(&["orchestrate", "--format", format]).stdout;
        assert!(told.contains("PAY-7") && told.contains("SVC-101"), "{told}");
    }
    let graph = run(&["graph", "--id", "payments#SVC-102", "--depth", "1"]).stdout;
    assert!(graph.contains("PAY-7") && !graph.contains("SVC-101 "), "{graph}");
    let next = run(&["next", "--format", "json"]).json();
    let next: Vec<&str> =
        next["next"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(next, ["payments#SVC-102", "shop#SVC-102"]);
    let next = run(&["next"]).stdout;
    let start = next.lines().find(|line| line.starts_with("prd ")).unwrap();
    let words: Vec<&str> = start.split(' ').collect();
    assert!(
        matches!(words.as_slice(), ["prd", "--repo", folder, "start", "SVC-102"] if folder.ends_with("payments")),
        "{start}"
    );
    let list = run(&["list", "--format", "json"]).json();
    let row = list["prds"].as_array().unwrap().iter().find(|row| row["id"] == "SVC-101").unwrap();
    assert_eq!(
        (&row["path"], &row["external"]),
        (&"shop/docs/prds/ready/SVC-101-a.md".into(), &serde_json::json!([]))
    );
    let what_if = run(&["orchestrate", "--what-if", "payments#SVC-102 done"]).stdout;
    assert!(what_if.contains("SVC-101"), "{what_if}");
    run(&["orchestrate", "--since", "2025-06-02"]);
    // In its own repository the same edge is a prerequisite that blocks nothing.
    let alone = repo.run(&["list", "--format", "json"]).expect(0).json();
    let row = alone["prds"].as_array().unwrap().iter().find(|row| row["id"] == "SVC-101").unwrap();
    assert_eq!(row["external"], serde_json::json!(["payments#PAY-7 (contract)"]));
    repo.run(&["lint"]).expect(0);
}

#[test]
fn a_dependency_on_another_repository_is_declared_and_withdrawn() {
    let repo = two_repositories();
    let file = "docs/prds/ready/SVC-102-b.md";
    let before = repo.read(file);
    let add = |kind: &str| {
        repo.run(&["deps", "add", "SVC-102", "payments#PAY-7", "--kind", kind, "--reason", "the ledger"])
    };
    add("soft").expect(0);
    let added = repo.read(file);
    assert!(added.contains("**Depends On**: payments#PAY-7 (soft) — the ledger\n"), "{added}");
    add("soft").expect(0);
    assert_eq!(repo.read(file), added);
    add("finish").expect(1).says("prd deps rm SVC-102 payments#PAY-7");
    let args = ["graph", "--id", "PAY-7", "--depth", "1", "--workspace", "prd-workspace.toml"];
    let graph = repo.run_in(&repo.top(), &args).expect(0).stdout;
    assert!(graph.contains("shop#SVC-102"), "{graph}");
    let withdraw = || repo.run(&["deps", "rm", "SVC-102", "payments#PAY-7"]);
    withdraw().expect(0);
    assert_eq!(repo.read(file), before);
    withdraw().expect(3).says("declares no dependency on payments#PAY-7");
}

#[test]
fn what_is_wrong_with_a_workspace_is_told_with_file_and_line() {
    let repo = two_repositories();
    let run = |args: &[&str]| repo.run_in(&repo.top(), args);
    let list = &["list", "--workspace", "prd-workspace.toml"][..];
    fs_err::create_dir_all(repo.beside("plain")).unwrap();
    fs_err::create_dir_all(repo.beside("cloudscale/docs/deep")).unwrap();
    let empty = repo.beside("empty");
    repo.git_in(&repo.top(), &["init", "-q", "--bare", "-b", "main", empty.to_str().unwrap()]);
    for (text, code, said) in [
        (
            "[repositories]\nshop = \"cloudscale\"\ngone = \"gone\"\n",
            3,
            "prd-workspace.toml:3: gone: there is no folder",
        ),
        ("[repositories]\nplain = \"plain\"\n", 4, "prd-workspace.toml:2: plain: "),
        ("[repositories]\nx = \"cloudscale/docs/deep\"\n", 2, "is no clone, but a folder of one"),
        ("[repositories]\n\nempty = \"empty\"\n", 3, "prd-workspace.toml:3: empty: "),
        (
            "[repositories]\na = \"cloudscale\"\nb = \"./cloudscale\"\n",
            2,
            "prd-workspace.toml:3: b: this is the same clone as a",
        ),
        ("repos = 1\n", 2, "prd-workspace.toml:1: `repos` is an unknown key"),
    ] {
        workspace(&repo, text);
        run(list).expect(code).says(said);
    }
    run(&["list", "--workspace", "none.toml"]).expect(3).says("there is no workspace file none.toml");
    run(&["list", "--workspace", "prd-workspace.toml", "--repo", "cloudscale"])
        .expect(2)
        .says("leave out --repo");
    workspace(&repo, "[repositories]\nshop = \"cloudscale\"\n");
    let answer =
        run(&["orchestrate", "--workspace", "prd-workspace.toml", "--format", "json"]).expect(0).json();
    let problem = &answer["problems"][0];
    assert_eq!((&problem["rule"], &problem["line"]), (&"unknown-repository".into(), &6.into()), "{answer}");
    run(&["orchestrate", "--workspace", "prd-workspace.toml", "--since", "main"]).expect(2).says("is no day");
    run(&["orchestrate", "--workspace", "prd-workspace.toml", "--capacity"]).expect(1).says("limits nothing");
}

/// A program that would run for ever, ended with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(repo: &Repo, dir: &Path, args: &[&str]) -> Running {
    let mut command = repo.prd_command(dir, args);
    Running(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
}

/// Waits until something holds, and fails where it never does.
#[track_caller]
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::sleep(Duration::from_millis(30));
    }
}

/// Ends a program as Ctrl-C does, and says that it ended. Where these tests run in the background of a shell, Ctrl-C is
/// ignored by them and by all that they start, and the program is ended as a system that goes down does it.
#[cfg(unix)]
fn interrupt(repo: &Repo, mut running: Running) {
    use std::os::unix::process::ExitStatusExt as _;

    let interrupted = repo.command("sh", &repo.top()).args(["-c", "kill -INT $$"]).status().unwrap();
    let (name, number) = if interrupted.signal() == Some(2) { ("-INT", 2) } else { ("-TERM", 15) };
    let id = running.0.id().to_string();
    assert!(repo.command("kill", &repo.top()).args([name, &id]).status().unwrap().success());
    until("Ctrl-C does not end it", || running.0.try_wait().unwrap().is_some());
    let status = running.0.wait().unwrap();
    assert!(status.signal() == Some(number) || status.code() == Some(128 + number), "{status}");
}

/// Takes some seconds: it waits for files to be seen.
#[cfg(unix)]
#[test]
fn a_watched_report_is_written_again_after_every_change() {
    let repo = Repo::new();
    repo.write("docs/prds/ready/SVC-1-a.md", &text("SVC-1", "Checkout", "2 days", "None"));
    repo.commit_all("Plans");
    let file: PathBuf = repo.root().join("docs/prds/report.html");
    let args = ["orchestrate", "--format", "html", "--out", file.to_str().unwrap(), "--watch"];
    let running = start(&repo, repo.root(), &args);
    let holds = |part: &str| fs_err::read_to_string(&file).is_ok_and(|page| page.contains(part));
    until("no report", || holds("SVC-001"));
    repo.write("docs/prds/ready/SVC-2-b.md", &text("SVC-2", "Checkout", "2 days", "SVC-1"));
    until("a new PRD is not seen", || holds("SVC-002"));
    repo.write("docs/prds/in-progress/SVC-3-c.md", &text("SVC-3", "Checkout", "2 days", "SVC-1"));
    until("a new folder is not seen", || holds("SVC-003"));
    // A configuration that somebody is writing leaves the last report as it is.
    let config = repo.read(".claude/config.json");
    repo.write(".claude/config.json", "{");
    std::thread::sleep(Duration::from_millis(500));
    assert!(holds("SVC-003"));
    repo.write(".claude/config.json", &config);
    repo.write("docs/prds/ready/SVC-4-d.md", &text("SVC-4", "Checkout", "2 days", "None"));
    until("it does not go on", || holds("SVC-004"));
    interrupt(&repo, running);
    repo.run(&["orchestrate", "--watch"]).expect(2);
}

/// Takes some seconds: it waits for files to be seen.
#[cfg(unix)]
#[test]
fn a_served_report_changes_with_its_files_and_is_for_this_machine_alone() {
    let repo = two_repositories();
    let args = ["orchestrate", "--serve", "--workspace", "prd-workspace.toml"];
    let mut running = start(&repo, &repo.top(), &args);
    let mut lines = BufReader::new(running.0.stdout.take().unwrap()).lines();
    let address = lines.next().unwrap().unwrap();
    let host = address.strip_prefix("http://").unwrap().trim_end_matches('/').to_owned();
    assert!(host.starts_with("127.0.0.1:"), "{address}");
    let get = |path: &str, named: &str| {
        let mut stream = TcpStream::connect(&host).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {named}\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    let page = get("/", &host);
    assert!(page.contains("PAY-7") && page.contains("src=\"/reload.js\""), "{page}");
    assert!(get("/", "evil.example").starts_with("HTTP/1.1 421"));
    let new = repo.beside("payments/docs/prds/ready/PAY-8-new.md");
    fs_err::write(new, text("PAY-8", "Payments", "1 day", "None")).unwrap();
    until("the page does not change", || get("/", &host).contains("PAY-8"));
    assert!(!get("/changed?after=1", &host).ends_with("\r\n\r\n1"));
    interrupt(&repo, running);
    repo.run(&["orchestrate", "--serve", "--format", "csv"]).expect(2).says("in no other format");
}
