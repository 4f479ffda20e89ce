//! `contract`, `note`, `inbox`, `checkin` and `stats`: what teams tell each other, and what is learnt from it.

use serde_json::Value;

use crate::support::{CONFIG, Repo, TODAY, prd_text};

const CONTRACT: &str = "\n## API\n\n```yaml\nopenapi: 3.1.0\ninfo: {title: Charges, version: 1.4.0}\npaths:\n  \
                        /charges:\n    get:\n      responses: {'200': {description: All of them}}\n```\n";

/// Teams that talk to each other.
fn config() -> String {
    CONFIG.replace(
        "\"dependency_resolution\": true",
        "\"dependency_resolution\": true, \"cross_team_coordination\": true",
    )
}

/// One PRD in progress that owes its contract, and one that waits for it.
fn owing(contract: &str) -> Repo {
    let repo = Repo::with_config(&config());
    let text =
        prd_text("SVC-001", "charges", "").replace("Checkout", "Payments").replace("3 days", "10 days");
    repo.write("docs/prds/ready/SVC-001-charges.md", &format!("{text}{contract}"));
    repo.prd("ready", "SVC-002", "refunds", "**Depends On**: SVC-001 (contract)");
    repo.commit_all("Plans");
    repo.run(&["start", "SVC-001"]).expect(0);
    repo
}

fn rows(repo: &Repo) -> Value {
    repo.run(&["contract", "list", "--format", "json"]).expect(0).json()["contracts"].clone()
}

#[test]
fn a_published_contract_lets_those_start_who_wait_for_it_and_a_later_change_is_seen() {
    let repo = owing(CONTRACT);
    assert_eq!(rows(&repo)[0]["waiting"], serde_json::json!(["SVC-002"]));
    repo.run(&["start", "SVC-002"]).expect(1).says("has published no contract");

    repo.run(&["contract", "publish", "SVC-001", "--dry-run"])
        .expect(0)
        .says("would:")
        .says("contracts/SVC-1/");
    assert_eq!(rows(&repo)[0]["published"], Value::Null, "a dry run publishes nothing");
    let told = repo.run(&["contract", "publish", "SVC-001", "--reason", "agreed with Checkout"]).expect(0);
    told.says("contract version 1: block 1 of the PRD 1.4.0; agreed with Checkout");
    repo.run(&["contract", "publish", "SVC-001"]).expect(0).says("nothing to change");
    assert_eq!(repo.git(&["log", "-1", "--format=%s"]).trim(), "prd(SVC-001): contract publish");
    assert_eq!(repo.git(&["status", "--porcelain"]), "");

    let row = rows(&repo)[0].clone();
    assert_eq!((&row["published"]["version"], &row["changed"]), (&1.into(), &serde_json::json!([])));
    assert_eq!(
        (&row["waiting"], &row["consumers"]),
        (&serde_json::json!([]), &serde_json::json!(["SVC-002"]))
    );
    let shown = repo.run(&["contract", "show", "SVC-001"]).expect(0);
    assert!(shown.stdout.starts_with("openapi: 3.1.0\n"), "{shown}");
    repo.run(&["log", "SVC-001"]).expect(0).says("publish").says("agreed with Checkout");
    let report = repo.run(&["orchestrate", "--format", "json"]).expect(0).json();
    assert_eq!(report["prds"][1]["depends_on"][0]["met"], true);
    assert_eq!(report["cross_team"]["contracts"][0]["version"], 1);
    repo.run(&["start", "SVC-002"]).expect(0);

    // The contract changes where SVC-001 is worked on, uncommitted.
    let worktree = repo.run(&["worktree", "path", "SVC-001"]).expect(0).stdout;
    let changed = std::path::Path::new(worktree.trim()).join("docs/prds/in-progress/SVC-001-charges.md");
    let text = std::fs::read_to_string(&changed).unwrap();
    fs_err::write(&changed, text.replace("/charges:", "/charges/{id}:")).unwrap();
    repo.run(&["orchestrate"])
        .expect(0)
        .says("published version 1 on Mon 2025-06-02, ⚠️ changed since; for SVC-002");
    repo.run(&["contract", "list"]).expect(0).says("changed since").says("block 1 of the PRD is another");
    repo.run(&["contract", "publish", "SVC-001"]).expect(0).says("contract version 2");
    assert_eq!(rows(&repo)[0]["changed"], serde_json::json!([]));
    repo.run(&["contract", "show", "SVC-001", "--version", "1"]).expect(0).says("/charges:");
    repo.run(&["contract", "show", "SVC-001", "--version", "3"]).expect(3).says("no version 3");
    repo.run(&["lint"]).expect(0);
}

#[test]
fn what_does_not_parse_is_not_published() {
    let repo = owing("");
    repo.run(&["contract", "publish", "SVC-001"]).expect(1).says("no-contract").says("--file PATH");
    repo.write("api/charges.proto", "syntax = \"proto3\";\nmessage A {\n  strin b = 1\n}\n");
    let file = ["contract", "publish", "SVC-001", "--file", "api/charges.proto"];
    repo.run(&file).expect(1).says("api/charges.proto:").says("this protobuf does not parse");
    repo.write("api/charges.proto", "syntax = \"proto3\";\nmessage A {\n  string b = 1;\n}\n");
    repo.run(&file).expect(0).says("contract version 1: api/charges.proto");
    repo.run(&["contract", "publish", "SVC-001", "--file", "README.md"]).expect(3);
    repo.write("README.md", "# Hello\n");
    repo.run(&["contract", "publish", "SVC-001", "--file", "README.md"])
        .expect(1)
        .says("no contract that prd knows");
    fs_err::remove_file(repo.root().join("api/charges.proto")).unwrap();
    repo.run(&["contract", "list"]).expect(0).says("api/charges.proto is not there");
}

#[test]
fn notes_reach_the_teams_that_they_are_for() {
    let repo = owing("");
    repo.run(&["note", "Checkout", "the sandbox is down", "--prd", "SVC-002"]).expect(0).says("to Checkout");
    repo.run(&["note", "--all", "freeze on Friday"]).expect(0).says("to all teams");
    assert_eq!(repo.git(&["log", "-1", "--format=%s"]).trim(), "prd: note");
    repo.run(&["note", "Nobody", "hello"]).expect(3).says("the teams are");
    repo.run(&["note", "hello"]).expect(2).says("--all");
    repo.run(&["note", "--all", "Checkout", "hello"]).expect(2);
    repo.run(&["note", "Checkout", "  "]).expect(1).says("empty-note");

    // What one has written oneself is not news.
    repo.run(&["inbox"]).expect(0).says("no unread notes");
    repo.run(&["orchestrate"])
        .expect(0)
        .says("### Notes")
        .says("Ada Lindqvist → Checkout, SVC-002: the sandbox is down");
    let other = [("GIT_AUTHOR_NAME", "Grace"), ("GIT_AUTHOR_EMAIL", "grace@example.org")];
    let inbox = |args: &[&str]| {
        let args = [&["inbox", "--format", "json"], args].concat();
        repo.run_with(repo.root(), &args, &other).expect(0).json()
    };
    let texts = |inbox: &Value| -> Vec<String> {
        let notes = inbox["notes"].as_array().unwrap().iter();
        notes.map(|note| note["text"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(texts(&inbox(&["--team", "Checkout"])), ["freeze on Friday", "the sandbox is down"]);
    assert_eq!(texts(&inbox(&["--team", "Payments"])), ["freeze on Friday"]);
    assert_eq!(inbox(&["--team", "Payments", "--mark-read"])["unread"], 1);
    assert_eq!(texts(&inbox(&["--team", "Checkout"])), ["the sandbox is down"]);
    assert_eq!(texts(&inbox(&["--team", "Checkout", "--all"])).len(), 2);
    assert_eq!(texts(&inbox(&["--all", "--since", "2099-01-01"])), Vec::<String>::new());
    assert_eq!(repo.git(&["status", "--porcelain"]), "");

    let plain = Repo::new();
    plain.run(&["inbox"]).expect(1).says("cross_team_coordination: false");
    plain.run(&["note", "--all", "x"]).expect(1).says("cross_team_coordination: false");
}

#[test]
fn a_check_in_is_a_sign_of_life_and_moves_the_schedule() {
    let repo = owing("");
    let row = |at: usize| repo.run(&["orchestrate", "--format", "json"]).expect(0).json()["prds"][at].clone();
    let later = "2025-06-20";
    let stale = repo.run(&["--as-of", later, "orchestrate"]).expect(0);
    stale.says("nothing has moved since");
    repo.run(&["--as-of", later, "checkin", "SVC-001", "still at it"]).expect(0);
    let fresh = repo.run(&["--as-of", later, "orchestrate"]).expect(0);
    assert!(!fresh.stdout.contains("nothing has moved since"), "{fresh}");

    repo.run(&["checkin", "SVC-001", "--eta", "2025-06-06", "--contract-eta", "2025-06-03"]).expect(0);
    assert_eq!((&row(0)["remaining_days"], &row(0)["eta_date"]), (&5.into(), &"2025-06-06".into()));
    assert_eq!(row(1)["start_day"], 2, "the contract is promised for the second day");
    repo.run(&["contract", "list"]).expect(0).says("promised for 2025-06-03");
    repo.run(&["checkin", "SVC-002", "--eta", "2025-06-03"])
        .expect(1)
        .says("can only start after 2025-06-03");
    repo.run(&["checkin", "SVC-001", "--eta", "soon"]).expect(2).says("neither a day nor a duration");

    repo.run(&["checkin", "SVC-001", "--blocker", "the vendor\nis silent", "--eta", "2 days"]).expect(0);
    assert_eq!(
        (&row(0)["health"], &row(0)["health_text"]),
        (&"blocked".into(), &"the vendor is silent".into())
    );
    assert_eq!(row(0)["remaining_days"], 2);
    repo.run(&["checkin", "SVC-001", "--clear-blocker"]).expect(0);
    assert_eq!(row(0)["blockers"], serde_json::json!([]));
    repo.run(&["log", "SVC-001"]).expect(0).says("checkin").says("blocked: the vendor is silent");
    repo.run(&["checkin", "SVC-001", "--blocker", "x", "--clear-blocker"]).expect(2);
    assert_eq!(repo.git(&["status", "--porcelain"]), "");
    repo.prd("draft", "SVC-003", "idea", "");
    repo.run(&["checkin", "SVC-003"]).expect(1).says("not-active");
}

#[test]
fn statistics_come_from_what_was_recorded() {
    let repo = Repo::new();
    let text =
        prd_text("SVC-001", "a", "").replace("Checkout", "Payments").replace("2025-05-12", "2025-05-26");
    repo.write("docs/prds/ready/SVC-001-a.md", &text);
    repo.commit_all("Plans");
    repo.run(&["stats"]).expect(0).says("nothing was finished");
    repo.run(&["--as-of", "2025-05-29", "start", "SVC-001"]).expect(0);
    repo.run(&["--as-of", "2025-05-30", "complete", "SVC-001", "--force", "--reason", "a test"]).expect(0);
    let stats = repo.run(&["stats", "--format", "json"]).expect(0).json();
    assert_eq!((&stats["schema"], &stats["as_of"]), (&1.into(), &TODAY.into()));
    assert_eq!((&stats["prds"][0]["lead_days"], &stats["prds"][0]["cycle_days"]), (&5.into(), &2.into()));
    assert_eq!((&stats["all"]["estimated"], &stats["all"]["accuracy"]), (&1.into(), &Value::Null));
    repo.run(&["stats", "--team", "payments"]).expect(0).says("1 PRD finished").says("10 are needed");
    repo.run(&["stats", "--since", "2025-06-01"]).expect(0).says("nothing was finished");
    repo.run(&["stats", "--since", "2025-06-01", "--until", "2025-05-01"]).expect(2);
    let svg = repo.run(&["stats", "--format", "svg"]).expect(0);
    assert!(
        svg.stdout.starts_with("<svg xmlns") && svg.stdout.contains("SVC-001, Payments: 2 days"),
        "{svg}"
    );
}

#[test]
fn what_is_drawn_and_not_declared_is_found_where_the_config_asks_for_it() {
    let config = CONFIG.replacen(
        "\"teams\": {",
        "\"agents\": {\"orchestrator\": {\"cross_service_dependencies\": true}},\n  \"teams\": {",
        1,
    );
    let repo = Repo::with_config(&config);
    let write = |id: &str, slug: &str, more: &str| {
        repo.write(
            &format!("docs/prds/ready/{id}-{slug}.md"),
            &format!("{}\n{more}", prd_text(id, slug, "")),
        );
    };
    let events = |action: &str| {
        format!(
            "## Events\n\n```yaml\nasyncapi: 3.0.0\ninfo: {{title: E, version: 1.0.0}}\nchannels:\n  paid: {{address: \
             order/paid}}\noperations:\n  a: {{action: {action}, channel: {{$ref: '#/channels/paid'}}}}\n```\n"
        )
    };
    write(
        "SVC-001",
        "checkout-service",
        "```mermaid\nflowchart LR\n  checkout_service --> P[payment-service]\n```\n",
    );
    write("SVC-002", "payment-service", &events("send"));
    write("SVC-003", "ledger", &events("receive"));
    repo.commit_all("Plans");
    let found = repo.run(&["deps", "check"]).expect(0);
    found
        .says("SVC-001 uses SVC-002 (a diagram), and neither declares it")
        .says("SVC-003 uses SVC-002 (channel order/paid)");
    repo.run(&["lint"]).expect(0).says("2 warnings");
    let report = repo.run(&["orchestrate", "--format", "json"]).expect(0).json();
    let edge = &report["prds"][0]["depends_on"][0];
    assert_eq!((&edge["id"], &edge["kind"]), (&"SVC-002".into(), &"soft".into()));
    assert_eq!(report["prds"][0]["health"], "ahead", "a soft edge holds nothing up");

    repo.run(&["deps", "add", "SVC-001", "SVC-002", "--kind", "soft"]).expect(0);
    repo.run(&["deps", "add", "SVC-003", "SVC-002", "--kind", "contract"]).expect(0);
    repo.run(&["lint"]).expect(0).says("0 warnings");
}
