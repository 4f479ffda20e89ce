//! `review`: formats, answers, comparison, contracts, opinions, and a reviewer on a terminal.

use serde_json::{Value, json};

use crate::book;
use crate::support::{CONFIG, Output, Repo};

const DRAFT: &str = "docs/prds/draft/SVC-133-notification-service.md";

/// The example of `prd demo` as a repository, with its one draft.
fn demo() -> Repo {
    let repo = Repo::unborn();
    for file in book::files_below("templates/demo", "") {
        repo.write(file.strip_prefix("templates/demo/").unwrap(), &book::read(&file));
    }
    repo.commit_all("Begin");
    repo
}

/// The demo's draft without what is in scope and without its risks.
fn without_scope() -> Repo {
    let repo = demo();
    let text = repo.read(DRAFT);
    let (head, rest) = text.split_once("### In scope").unwrap();
    let (_, rest) = rest.split_once("### Out of scope").unwrap();
    let (body, end) = rest.split_once("## Risks and rollback").unwrap();
    let (_, end) = end.split_once("\n## ").unwrap();
    repo.write(DRAFT, &format!("{head}### Out of scope{body}## {end}"));
    repo.commit_all("Take the scope out");
    repo
}

/// [`CONFIG`] with more in its review section.
fn review_config(more: &str) -> String {
    CONFIG.replace("\"grading_enabled\": true", &format!("\"grading_enabled\": true, {more}"))
}

fn answer_to(id: &str) -> &'static str {
    match id {
        "scope/problem" => {
            "Shoppers wait 1.9 s at p95 because checkout sends mail inside the order request; 1,840 gave up on 9 May"
        }
        "scope/in-scope" => {
            "Order confirmations and shipping notices by mail, and a read-only endpoint that tells support what was sent"
        }
        "scope/out-of-scope" => {
            "Push messages, SMS and marketing mail are not included, because nobody needs them for an order"
        }
        "scope/terms" => {
            "A notification is one message about one order to one address; sending it again is the same one"
        }
        "criteria/goals-covered" => {
            "The goal of 99.5 % within a minute is proved by the criterion on delayed mails, the goal of 0 ms by the one on the order request"
        }
        "scope/outcome" => {
            "Sending mail adds 0 ms to an order instead of 1.9 s at p95, and 99.5 % of confirmations leave within a minute"
        }
        "risk/risks" => {
            "The provider fails for an hour, likelihood medium, impact high: 4,000 mails arrive late"
        }
        "risk/mitigation" => {
            "A queue keeps unsent mails for 72 h and retries each minute; owner Jonas Weber watches its length"
        }
        "risk/rollback" => {
            "The flag notification.send is switched off within 5 minutes, and checkout sends mail again"
        }
        _ => "",
    }
}

#[test]
fn every_format_is_well_formed_for_one_and_for_many() {
    let repo = demo();
    let schema = book::read("tests/fixtures/sarif-2.1.0.schema.json").replace("{2}]?$", "{2}\\\\]?$");
    let schema = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    for (words, code) in [(&["133", "--dry-run"][..], 0), (&["--all"], 1), (&["--state", "archived"], 0)] {
        let run = |format: &str| {
            let mut line = vec!["review"];
            line.extend(words);
            line.extend(["--format", format]);
            repo.run(&line).expect(code).stdout
        };
        let sarif: Value = serde_json::from_str(&run("sarif")).unwrap();
        let errors: Vec<String> = schema.iter_errors(&sarif).map(|error| error.to_string()).collect();
        assert_eq!(errors, [""; 0]);
        assert!(run("github").lines().all(|line| line.starts_with("::") && line.matches("::").count() >= 2));
        let html = run("html");
        assert!(
            html.starts_with("<!doctype html>") && html.ends_with("</html>\n") && !html.contains("<script")
        );
        assert_eq!(html, run("html"), "the same text gives the same bytes");
        assert!(run("markdown").starts_with("## Review of "));
    }
    let sarif = repo.run(&["lint", "--format", "sarif"]).expect(0).json();
    assert!(schema.is_valid(&sarif));
    repo.prd("ready", "SVC-133", "twice", "**Depends On**: SVC-999");
    let said = repo.run(&["lint", "--format", "github"]).expect(1).stdout;
    assert!(said.contains("::error file=docs/prds/ready/SVC-133-twice.md,line="), "{said}");
    let sarif = repo.run(&["lint", "--format", "sarif"]).expect(1).json();
    let errors: Vec<String> = schema.iter_errors(&sarif).map(|error| error.to_string()).collect();
    assert_eq!(errors, [""; 0]);
    assert!(!sarif["runs"][0]["results"].as_array().unwrap().is_empty());
}

#[test]
fn a_file_that_cannot_be_read_hides_no_other() {
    let repo = demo();
    let place = repo.root().join("docs/prds/draft");
    fs_err::write(place.join("SVC-501-x.md"), b"# SVC-501: No \xff text\n").unwrap();
    fs_err::write(place.join("SVC-502-y.md"), vec![b'x'; 11 * 1024 * 1024]).unwrap();
    repo.commit_all("Two files that are no texts");
    for args in
        [&["review", "--all"][..], &["review", "133", "501"], &["review", "--all", "--format", "sarif"]]
    {
        let told = repo.run(args).expect(1);
        assert!(told.stdout.contains("SVC-133"), "{told}");
        let unread = "SVC-501-x.md is not graded, for it is not UTF-8: prd lint SVC-501";
        assert!(told.stderr.contains(unread) && told.stderr.contains("1 file could not be read"), "{told}");
    }
    repo.run(&["review", "501", "--dry-run"]).expect(1).says("is no UTF-8");
}

#[test]
fn what_changed_since_a_commit_is_read_from_this_checkout() {
    let repo = Repo::new();
    repo.prd("draft", "SVC-001", "old", "");
    repo.prd("draft", "SVC-002", "edited", "");
    repo.commit_all("Plans");
    repo.git(&["checkout", "-q", "-b", "feature"]);
    repo.prd("draft", "SVC-003", "committed", "");
    repo.commit_all("One more");
    repo.git(&["checkout", "-q", "main"]);
    repo.prd("draft", "SVC-009", "only on main", "");
    repo.commit_all("Main went on");
    repo.git(&["checkout", "-q", "feature"]);
    repo.write(
        "docs/prds/draft/SVC-002-edited.md",
        &repo.read("docs/prds/draft/SVC-002-edited.md").replace("1 s", "2 s"),
    );
    repo.prd("draft", "SVC-004", "unknown to git", "");
    let before = repo.snapshot();
    let answer = repo.run(&["review", "--changed-since", "main", "--format", "json"]);
    let ids: Vec<Value> =
        answer.json()["reviews"].as_array().unwrap().iter().map(|review| review["id"].clone()).collect();
    assert_eq!(ids, ["SVC-002", "SVC-003", "SVC-004"]);
    repo.run(&["review", "--changed-since", "nowhere"]).expect(3).says("git fetch origin");
    repo.assert_unchanged(&before);
    // As CI checks a pull request out.
    repo.git(&["checkout", "-q", "--detach"]);
    let answer = repo.run(&["review", "--changed-since", "main", "--format", "json"]);
    assert_eq!(answer.json()["reviews"].as_array().unwrap().len(), 3);
}

#[test]
fn answers_come_from_a_file_and_only_whole() {
    let repo = without_scope();
    let open = repo.run(&["review", "133", "--dry-run", "--format", "json"]).expect(0).json();
    let first = &open["questions"][0];
    assert_eq!((&first["id"], &first["critical"]), (&"scope/in-scope".into(), &true.into()));
    repo.write("bad.json", r#"{"scope/problem": "yes"}"#);
    let before = repo.snapshot();
    repo.run(&["review", "133", "--answers", "bad.json"]).expect(2).says("says nothing");
    repo.run(&["review", "133", "--answers", "none.json"]).expect(2).says("cannot be read");
    repo.run(&["review", "--all", "--answers", "bad.json"]).expect(2);
    repo.assert_unchanged(&before);
    repo.run(&["review", "133"]).expect(0);
    repo.run(&["approve", "133"]).expect(1).says("question-open").says("scope/in-scope");
    // The document that was printed, filled in, is the answer.
    let mut filled = open.clone();
    for question in filled["questions"].as_array_mut().unwrap() {
        question["answer"] = answer_to(question["id"].as_str().unwrap()).into();
    }
    repo.write("answers.json", &filled.to_string());
    let said = repo.run(&["review", "133", "--answers", "answers.json", "--compare"]).expect(0);
    for part in ["Since the review of", "answered: ", "scope/in-scope", "Clarity & Scope: "] {
        assert!(said.stdout.contains(part), "no {part} in {said}");
    }
    assert!(repo.read(&DRAFT.replace("draft", "review")).contains("- **Q (scope/in-scope)**: "));
    repo.run(&["approve", "133"]).expect(0).says("review → ready");
}

#[test]
fn neither_a_review_nor_an_approval_of_an_older_text_lets_a_newer_one_pass() {
    let repo = Repo::with_config(&review_config("\"required_reviewers\": 2"));
    let path = repo.prd("draft", "SVC-001", "a", "").replace("draft", "review");
    repo.commit_all("Plans");
    let approve = |name: &str| -> Output {
        let email = format!("{name}@cloudscale.example");
        repo.git(&["config", "user.name", name]);
        repo.git(&["config", "user.email", &email]);
        repo.run(&["approve", "1"])
    };
    repo.run(&["review", "1"]).expect(0);
    approve("Ada").expect(0).says("1 of 2 approvals");
    let old = repo.read(&path);
    repo.write(&path, &old.replace("4 s", "9 s"));
    repo.commit_all("Another text");
    approve("Jonas").expect(1).says("review-outdated");
    repo.run(&["review", "1"]).expect(0);
    approve("Jonas").expect(0).says("1 of 2 approvals");
    // Back to the first text: its own approval counts again, the other one's does not.
    repo.write(&path, &old);
    repo.commit_all("The first text");
    approve("Mia").expect(1).says("review-outdated");
    repo.run(&["review", "1", "--compare"]).expect(0).says("Since the review of");
    approve("Mia").expect(0).says("review → ready");
}

#[test]
fn contracts_are_read_where_they_lie() {
    let repo = Repo::with_config(&review_config(
        "\"require_api_contract\": true, \"require_architecture_decision\": true",
    ));
    let path = repo.prd("draft", "SVC-001", "a", "");
    let text = repo.read(&path)
        + "\n## API\n\nSee [the contract](../../../api/openapi.yaml) and [ADR 4](../../adr/0004-queue.md).\n";
    repo.write(&path, &text);
    repo.write("docs/adr/0004-queue.md", "# 4. Queue\n\n## Status\n\nAccepted\n\nSuperseded by [5](5.md)\n");
    repo.commit_all("Plans");
    repo.run(&["review", "1"]).expect(0).says("the link to `../../../api/openapi.yaml` leads to no file");
    repo.write(
        "api/openapi.yaml",
        "openapi: 3.1.0\ninfo: {title: A, version: 1.0.0}\npaths:\n  /a:\n    gett: {}\n",
    );
    repo.run(&["review", "1"]).expect(0).says("api/openapi.yaml:5:5: this OpenAPI does not parse");
    let refused = repo.run(&["approve", "1"]).expect(1);
    refused.clone().says("contract-missing: api/openapi.yaml:5:5");
    refused.says(
        "adr-missing: SVC-001 has no accepted architecture decision: docs/adr/0004-queue.md is superseded",
    );
    repo.write(
        "api/openapi.yaml",
        "openapi: 3.1.0\ninfo: {title: A, version: 1.0.0}\npaths:\n  /a:\n    get: {}\n",
    );
    repo.write("docs/decisions/0005-bus.md", "---\nstatus: accepted\n---\n# Bus\n\nRelated PRD: SVC-001\n");
    repo.run(&["approve", "1"]).expect(0).says("review → ready");
}

/// A repository whose reviewer is this script, and the hash that approves it.
#[cfg(unix)]
fn with_reviewer(script: &str, timeout: u32) -> (Repo, String) {
    let more = format!("\"reviewer_command\": \"sh tools/reviewer.sh\", \"reviewer_timeout\": {timeout}");
    let repo = Repo::with_config(&review_config(&more));
    repo.write("tools/reviewer.sh", script);
    let path = repo.prd("draft", "SVC-001", "a", "");
    repo.write(&path, &repo.read(&path).replace("Mitigation", "Against it"));
    repo.commit_all("Plans");
    let hash = super::trust::hash_in(&repo.run(&["config", "trust"]).expect(1));
    (repo, hash)
}

#[cfg(unix)]
#[test]
fn an_opinion_is_shown_apart_moves_one_band_and_is_asked_for_once() {
    let script = format!("echo asked >> ../asked\n{}", book::read("docs/examples/reviewer.sh"));
    let (repo, hash) = with_reviewer(&script, 20);
    repo.run(&["review", "1", "--dry-run"]).expect(0).says("you have not approved that this program runs");
    assert!(!repo.beside("asked").exists(), "it ran without approval");
    let review = |dry: bool| {
        let mut words = vec!["review", "1", "--format", "json", "--trust-config", &hash];
        words.extend(dry.then_some("--dry-run"));
        repo.run(&words).expect(0).json()
    };
    let first = review(true);
    let opinion = &first["opinion"];
    assert_eq!((&opinion["problem"], &opinion["cached"]), (&Value::Null, &false.into()), "{opinion}");
    let moved = &opinion["dimensions"][0];
    let before =
        first["dimensions"].as_array().unwrap().iter().find(|one| one["name"] == "Risk Assessment").unwrap();
    assert_eq!(moved["deterministic"], before["score"]);
    assert!(moved["score"].as_f64().unwrap() <= before["score"].as_f64().unwrap());
    assert_eq!(opinion["findings"][0]["message"], "there is no way back");
    let second = review(false);
    assert_eq!(second["opinion"]["cached"], true);
    assert_eq!(second["opinion"]["score"], opinion["score"]);
    assert_eq!(fs_err::read_to_string(repo.beside("asked")).unwrap(), "asked\n");
    let record = repo.git(&["grep", "-h", "deterministic_score", "--", "docs/prds/.prd/reviews"]);
    assert!(record.contains(&first["score"].to_string()), "{record}");
    repo.run(&["review", "1", "--trust-config", &hash]).expect(0).says("kept from an earlier review");
}

#[cfg(unix)]
#[test]
fn whatever_a_reviewer_does_the_review_stands() {
    for (script, timeout, expected) in [
        ("echo I think that it is good", 20, "is not what was asked for"),
        ("cat > /dev/null", 20, "it answered nothing"),
        ("echo '{}'; echo no key >&2; exit 3", 20, "exit code 3: no key"),
        ("kill -9 $$", 20, "failed"),
        ("yes", 20, "more than 1048576 bytes"),
        ("sleep 60 & wait", 1, "did not answer within 1 s"),
        ("echo '{\"dimensions\": [{\"name\": \"Karma\", \"score\": 1}]}'", 20, "no graded dimension `Karma`"),
    ] {
        let (repo, hash) = with_reviewer(script, timeout);
        let said = repo.run(&["review", "1", "--trust-config", &hash]).expect(0);
        assert!(said.stdout.contains(expected), "no `{expected}` in {said}");
        assert!(said.stdout.contains("Grade ") && said.stdout.contains("Opinion"), "{said}");
        assert_eq!(repo.state_of("SVC-001"), "review");
    }
}

#[test]
fn the_page_of_the_reviewer_shows_what_the_program_reads_and_writes() {
    let page = book::read("docs/reviewer.md");
    let request: Vec<String> = book::table("docs/reviewer.md", &["member", "what it is"])
        .into_iter()
        .map(|row| row[0].clone())
        .collect();
    assert!(request.iter().any(|name| name == "text"), "{request:?}");
    assert!(page.contains("examples/reviewer.sh"));
    let answer = json!({"schema": 1, "summary": "s", "dimensions": [{"name": "n", "score": 1.5, "reason": "r"}],
        "findings": [{"message": "m", "line": 1, "severity": "hint", "hint": "h", "dimension": "d"}]});
    let read = prd::domain::review::opinion::read_answer(answer.to_string().as_bytes()).unwrap();
    assert_eq!(serde_json::to_value(read).unwrap(), answer);
}

/// `prd review SVC-133` on a terminal.
#[cfg(unix)]
fn reviewing(repo: &Repo) -> expectrl::session::OsSession {
    let mut command = repo.prd_command(repo.root(), &["review", "SVC-133"]);
    command.env("TERM", "xterm").env("COLUMNS", "200").stdin(std::process::Stdio::inherit());
    let mut terminal = expectrl::Session::spawn(command).unwrap();
    terminal.set_expect_timeout(Some(std::time::Duration::from_secs(60)));
    terminal
}

/// How each open question begins, and an answer to it.
#[cfg(unix)]
fn questions(repo: &Repo) -> Vec<(String, &'static str)> {
    let open = repo.run(&["review", "133", "--dry-run", "--format", "json"]).expect(0).json();
    let asked = open["questions"].as_array().unwrap().iter();
    let text = |question: &serde_json::Value| question["text"].as_str().unwrap().chars().take(24).collect();
    asked.map(|question| (text(question), answer_to(question["id"].as_str().unwrap()))).collect()
}

#[cfg(unix)]
#[test]
fn nobody_types_an_answer_twice() {
    use expectrl::{Eof, Expect as _};
    let repo = without_scope();
    let questions = questions(&repo);
    let kept = repo.root().join(".git/prd/answers/SVC-133.md");

    repo.git(&["config", "--unset", "user.name"]);
    let mut terminal = reviewing(&repo);
    let found = terminal.expect("does not know who you are").unwrap();
    let before = String::from_utf8_lossy(found.before()).into_owned();
    assert!(!before.contains("does not apply"), "asked for what could not be saved: {before}");
    terminal.expect(Eof).unwrap();

    repo.git(&["config", "user.name", "Ada Lindqvist"]);
    let mut terminal = reviewing(&repo);
    terminal.expect(questions[0].0.as_str()).unwrap();
    terminal.send(format!("{}\r", questions[0].1)).unwrap();
    terminal.expect(questions[1].0.as_str()).unwrap();
    terminal.send("\u{3}").unwrap();
    terminal.expect(Eof).unwrap();
    assert_eq!(repo.state_of("SVC-133"), "draft");
    repo.run(&["review", "133"]).expect(0);
    assert!(kept.exists(), "an agent reviews meanwhile, and saves none of the answers");

    let mut terminal = reviewing(&repo);
    terminal.expect("the last time is filled in").unwrap();
    terminal.expect(questions[0].0.as_str()).unwrap();
    terminal.send("\r").unwrap();
    for (beginning, answer) in &questions[1..] {
        terminal.expect(beginning.as_str()).unwrap_or_else(|error| panic!("{beginning}: {error}"));
        terminal.send(format!("{answer}\r")).unwrap();
    }
    terminal.expect("Approve SVC-133 now?").unwrap();
    terminal.send("n").unwrap();
    terminal.expect(Eof).unwrap();
    let saved = repo.read("docs/prds/review/SVC-133-notification-service.md");
    assert!(questions.iter().all(|(_, answer)| saved.contains(answer)), "{saved}");
    assert!(!kept.exists());
}

/// From one command on a terminal to an approved PRD: the program says at each step what it wants.
#[cfg(unix)]
#[test]
fn a_reviewer_on_a_terminal_gets_from_review_to_an_approved_prd() {
    use expectrl::{Eof, Expect as _};
    let repo = without_scope();
    let questions = questions(&repo);
    let mut terminal = reviewing(&repo);
    terminal.expect("says that one does not apply").unwrap();
    for (at, (beginning, answer)) in questions.iter().enumerate() {
        terminal.expect(beginning.as_str()).unwrap_or_else(|error| panic!("{beginning}: {error}"));
        if at == 0 {
            terminal.send("yes\r").unwrap();
            terminal.expect("two words or more").unwrap();
            terminal.send("\u{15}").unwrap();
        }
        terminal.send(format!("{answer}\r")).unwrap();
    }
    terminal.expect("passes the minimum B").unwrap();
    terminal.expect("Approve SVC-133 now?").unwrap();
    terminal.send("y").unwrap();
    terminal.expect("review → ready").unwrap();
    terminal.expect(Eof).unwrap();
    assert_eq!(repo.state_of("SVC-133"), "ready");
    assert_eq!(repo.git(&["status", "--porcelain"]), "");
}
