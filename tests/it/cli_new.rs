//! `new`: templates, variables, blanks, and the questions on a terminal.

use crate::support::{CONFIG, Repo};

#[test]
fn every_template_reads_back_and_its_blanks_keep_it_from_ready() {
    let repo = Repo::new();
    for (at, template) in ["feature", "microservice", "quick"].iter().enumerate() {
        let id = format!("SVC-{:03}", at + 1);
        let made = repo.run(&[
            "new",
            "Gift cards | for all",
            "--template",
            template,
            "--service",
            "gift-cards",
            "--team",
            "Checkout",
            "--set",
            "priority=P1",
            "--set",
            "estimate=3d",
            "--set",
            "target=2025-07-01",
            "--set",
            "Risk Level=high",
            "--format",
            "json",
        ]);
        let made = made.expect(0).json();
        assert_eq!(made["path"], format!("docs/prds/draft/{id}-gift-cards.md"), "{template}");
        let model = repo.run(&["show", &id, "--format", "json"]).expect(0).json();
        let prd = &model["prd"];
        assert_eq!(prd["id"], id);
        assert_eq!(prd["title"], "Gift cards | for all");
        assert_eq!(
            (&prd["priority"], &prd["team"], &prd["service"]),
            (&"P1".into(), &"Checkout".into(), &"gift-cards".into())
        );
        assert_eq!((&prd["owner"], &prd["created"]), (&"Ada Lindqvist".into(), &"2025-06-02".into()));
        assert_eq!((&prd["target"], &prd["estimate"]), (&"2025-07-01".into(), &"3d".into()));
        assert_eq!(prd["dependencies"], serde_json::json!([]));
        let text = repo.read(&format!("docs/prds/draft/{id}-gift-cards.md"));
        assert!(text.contains("**Risk Level**: high") && text.contains("____"), "{text}");
        repo.run(&["review", &id]).expect(0);
        repo.run(&["approve", &id]).expect(1).says("placeholder-left").says("prd edit");
        assert_eq!(repo.state_of(&id), "review");
    }
    repo.assert_sound();
}

#[test]
fn without_a_terminal_nothing_is_asked_and_nothing_is_guessed() {
    let repo = Repo::new();
    repo.run(&["new"]).expect(2).says("a new PRD needs a title");
    repo.run(&["new", "Gift cards"]).expect(0);
    let text = repo.read("docs/prds/draft/SVC-001-gift-cards.md");
    assert!(text.contains("**Team**: ____\n") && text.contains("**Estimate**: ____\n"), "{text}");
    let model = repo.run(&["show", "1", "--format", "json"]).expect(0).json();
    assert_eq!(
        (&model["prd"]["team"], &model["prd"]["estimate"]),
        (&serde_json::Value::Null, &serde_json::Value::Null)
    );
}

#[test]
fn what_would_not_read_back_is_refused_before_an_id_is_taken() {
    let repo = Repo::new();
    for (value, why) in [
        ("priority=P9", "it takes P0, P1, P2, P3"),
        ("estimate=soon", "it takes a duration"),
        ("target=some day", "it takes a date"),
        ("Status=Done", "the state of a PRD is its folder"),
    ] {
        repo.run(&["new", "Gift cards", "--set", value]).expect(2).says(why);
    }
    repo.run(&["new", "Gift cards", "--template", "nope"]).expect(3).says("feature, microservice, quick");
    assert_eq!(repo.git(&["for-each-ref", "refs/prd"]), "");
}

#[test]
fn a_repositorys_own_template_comes_before_the_built_in_one() {
    let repo = Repo::new();
    repo.write(
        "docs/prds/templates/quick.md",
        "# {{ id }}: {{ title }}\n\nOwner: {{ owner }}\nSquad: {{ squad }}\n\n## Why\n\n{{ why }}\n",
    );
    repo.write("docs/prds/templates/spike.md", "# {{ id }}: {{ title }}\n\nBudget: 2 days\n");
    repo.commit_all("Templates");
    repo.run(&["new", "A", "--template", "quick", "--set", "squad=Blue"])
        .expect(2)
        .says("line 8 of the template quick");
    repo.run(&["new", "A", "--template", "quick", "--set", "squad=Blue", "--set", "why=Because"]).expect(0);
    let text = repo.read("docs/prds/draft/SVC-001-a.md");
    assert!(text.contains("Squad: Blue\n") && text.contains("## Why\n\nBecause\n"), "{text}");
    repo.run(&["new", "B", "-t", "spike"]).expect(0);
    repo.run(&["new", "C", "-t", "none"]).expect(3).says("feature, microservice, quick, spike");
}

#[test]
fn a_dry_run_takes_no_id() {
    let repo = Repo::with_config(&CONFIG.replace("SVC-{number}", "F{number}"));
    let before = repo.snapshot();
    repo.run(&["new", "Gift cards", "--dry-run"]).expect(0).says("docs/prds/draft/F001-gift-cards.md");
    repo.assert_unchanged(&before);
}

/// The one test of questions: a pseudo-terminal, answers typed, one of them wrong at first.
#[cfg(unix)]
#[test]
fn on_a_terminal_it_asks_and_takes_no_answer_that_would_not_read_back() {
    use expectrl::{Eof, Expect as _};
    let repo = Repo::new();
    let mut command = repo.prd_command(repo.root(), &["new", "--template", "quick"]);
    command.env("TERM", "xterm").stdin(std::process::Stdio::inherit());
    let mut terminal = expectrl::Session::spawn(command).unwrap();
    terminal.set_expect_timeout(Some(std::time::Duration::from_secs(20)));
    let mut answer = |question: &str, text: &str| {
        terminal.expect(question).unwrap_or_else(|error| panic!("{question}: {error}"));
        terminal.send(format!("{text}\r")).unwrap();
    };
    answer("Title", "Pay by card");
    answer("Team", "Payments");
    answer("Owner", "");
    answer("Priority", "P0");
    answer("Estimate", "3d");
    answer("Target", "whenever");
    answer("is no Target", "\u{15}2025-W25");
    answer("Depends on", "");
    terminal.expect("new in").unwrap();
    terminal.expect(Eof).unwrap();
    let text = repo.read("docs/prds/draft/SVC-001-pay-by-card.md");
    let header = "**Priority**: P0\n**Team**: Payments\n**Service**: pay-by-card\n**Owner**: Ada Lindqvist\n\
                  **Created**: 2025-06-02\n**Target**: 2025-W25\n**Estimate**: 3d\n**Depends On**: None\n";
    assert!(text.contains(header), "{text}");
}
