//! `demo`, `orchestrate`, `graph` and `next`: the worked example of CloudScale, number for number.

use serde_json::Value;

use crate::support::{Repo, TODAY};

/// What the report says of one PRD: start, finish, date, delay, slack, remaining, progress, health, target.
type Line = (&'static str, [i64; 2], &'static str, [i64; 2], [i64; 2], &'static str, &'static str);

/// The five services of the worked example on Monday 2025-06-02.
const EXAMPLE: [Line; 5] = [
    ("SVC-128", [0, 10], "2025-06-13", [0, 10], [10, 60], "on-track", "2025-06-16"),
    ("SVC-129", [0, 5], "2025-06-06", [0, 5], [5, 75], "on-track", "2025-06-09"),
    ("SVC-130", [5, 15], "2025-06-20", [5, 5], [10, 30], "at-risk", "2025-06-13"),
    ("SVC-131", [0, 3], "2025-06-04", [0, 0], [3, 85], "ahead", "2025-06-11"),
    ("SVC-132", [3, 20], "2025-06-27", [3, 0], [17, 10], "blocked", "2025-07-04"),
];

fn assert_example(report: &Value) {
    let prds = report["prds"].as_array().unwrap();
    for (id, [start, finish], date, [delay, slack], [remaining, progress], health, target) in EXAMPLE {
        let prd = prds.iter().find(|prd| prd["id"] == id).unwrap_or_else(|| panic!("no {id}"));
        for (key, expected) in [
            ("start_day", Value::from(start)),
            ("finish_day", finish.into()),
            ("eta_date", date.into()),
            ("delay_days", delay.into()),
            ("slack_days", slack.into()),
            ("remaining_days", remaining.into()),
            ("progress", progress.into()),
            ("health", health.into()),
            ("target_date", target.into()),
        ] {
            assert_eq!(prd[key], expected, "{key} of {id}");
        }
    }
    assert_eq!(report["critical_path"], serde_json::json!({"ids": ["SVC-131", "SVC-132"], "days": 20}));
    assert_eq!(report["bottleneck"]["id"], "SVC-129");
    assert_eq!(
        (&report["bottleneck"]["days"], &report["bottleneck"]["contract_days"]),
        (&5.into(), &5.into())
    );
}

/// Takes a few seconds: it makes a repository and runs seven commands in it, one after the other.
#[test]
fn the_demo_walks_one_prd_to_in_progress_and_leaves_the_example_as_it_is_told() {
    let top = Repo::empty();
    let dir = top.beside("demo");
    let shown = top.run_in(&top.top(), &["demo", "--dir", dir.to_str().unwrap()]).expect(0);
    for said in
        ["$ prd review SVC-133", "Grade A", "review → ready", "ready → in-progress", "## Critical Path"]
    {
        assert!(shown.stdout.contains(said), "no {said} in {shown}");
    }
    let repository = dir.join("cloudscale");
    assert!(
        shown
            .stdout
            .trim_end()
            .ends_with(&format!("cd {}\n  prd orchestrate --as-of {TODAY}", repository.display()))
    );

    let report = top.run_in(&repository, &["orchestrate", "--format", "json"]).expect(0).json();
    assert_eq!((&report["schema"], &report["as_of"]), (&1.into(), &TODAY.into()));
    assert_eq!(report["prds"].as_array().unwrap().len(), 6);
    assert_example(&report);
    let walked = &report["prds"][5];
    assert_eq!(
        (&walked["id"], &walked["team"], &walked["progress"]),
        (&"SVC-133".into(), &"Checkout".into(), &0.into())
    );
    assert_eq!((&walked["remaining_days"], &walked["target_date"]), (&3.into(), &"2025-06-20".into()));

    assert_eq!(top.git_in(&repository, &["status", "--porcelain"]), "");
    top.run_in(&repository, &["lint"]).expect(0).says("0 errors, 0 warnings, 0 hints");
    top.run_in(&repository, &["doctor"]).expect(0);
    the_report_has_its_sections_in_their_order(&top, &repository);
    every_format_and_filter_shows_the_same_model(&top, &repository);
    forecast_capacity_and_what_if_tell_the_same_story(&top, &repository);

    top.run_in(&top.top(), &["demo", "--dir", dir.to_str().unwrap()]).expect(1).says("is not empty");
}

fn the_report_has_its_sections_in_their_order(top: &Repo, repository: &std::path::Path) {
    let markdown = top.run_in(repository, &["orchestrate"]).expect(0).stdout;
    let mut rest = markdown.as_str();
    for part in [
        "# Multi-Service Orchestration Report\n",
        "Mon 2025-06-02",
        "## Active PRDs (6)\n",
        "### Team: Checkout\n",
        "1. **SVC-128**: checkout-service (60% complete)\n",
        "### Team: Payments\n",
        "ETA: 3 weeks, Fri 2025-06-20 (delayed 1 week)\n",
        "## Dependency Graph\n",
        "└── SVC-132 (warehouse-integration) 🔴 10% — waits for SVC-131, ready in 3 days\n",
        "## Critical Path\n",
        "SVC-131 → SVC-132\n",
        "## Recommendations\n",
        "## Next Steps\n",
        "- [ ] Payments: publish the SVC-129 API contract by ",
    ] {
        let at = rest.find(part).unwrap_or_else(|| panic!("no `{part}` in its place in\n{markdown}"));
        rest = &rest[at + part.len()..];
    }
}

fn every_format_and_filter_shows_the_same_model(top: &Repo, repository: &std::path::Path) {
    let run = |args: &[&str]| top.run_in(repository, args);
    assert!(run(&["orchestrate", "--format", "mermaid"]).expect(0).stdout.starts_with("flowchart LR\n"));
    assert!(run(&["orchestrate", "--format", "dot"]).expect(0).stdout.starts_with("digraph prds {\n"));
    let graph = run(&["graph"]).expect(0).stdout;
    assert!(graph.contains("SVC-129 (payment-service) ✅ 75%\n├── SVC-128"), "{graph}");

    let narrow = run(&["orchestrate", "--team", "payments", "--format", "json"]).expect(0).json();
    let ids: Vec<&str> =
        narrow["prds"].as_array().unwrap().iter().map(|prd| prd["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["SVC-129", "SVC-130"]);
    assert_eq!(
        narrow["critical_path"]["days"], 20,
        "a filter narrows what is shown, never what is scheduled"
    );
    assert_eq!(
        run(&["orchestrate", "--id", "130", "--format", "json"]).expect(0).json()["prds"][0]["finish_day"],
        15
    );
    run(&["orchestrate", "--team", "Nobody"]).expect(3).says("the teams are Checkout, Inventory, Payments");

    let file = top.beside("report.md");
    let written = run(&["orchestrate", "--out", file.to_str().unwrap()]).expect(0);
    assert_eq!(written.stdout, "");
    assert_eq!(fs_err::read_to_string(file).unwrap(), run(&["orchestrate"]).expect(0).stdout);
}

#[test]
fn next_is_what_can_be_started_best_first() {
    let repo = Repo::new();
    repo.prd("ready", "SVC-1", "small", "**Remaining**: 3 days");
    repo.prd("ready", "SVC-2", "root", "**Remaining**: 2 days");
    repo.prd("ready", "SVC-3", "held", "**Depends On**: SVC-2\n**Remaining**: 4 days");
    repo.prd("draft", "SVC-4", "idea", "");
    repo.write("docs/prds/ready/SVC-5-urgent.md", "# SVC-5: urgent\n\n**Priority**: P0\n");
    repo.commit_all("Plans");
    let next = repo.run(&["next", "--format", "json"]).expect(0).json();
    let rows: Vec<(&str, &Value)> = next["next"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["id"].as_str().unwrap(), &row["tail_days"]))
        .collect();
    assert_eq!(rows, [("SVC-005", &Value::Null), ("SVC-002", &6.into()), ("SVC-001", &3.into())]);
    repo.run(&["next", "-n", "1"]).expect(0).says("prd start SVC-005");
}

#[test]
fn orchestration_that_is_off_says_so_and_guards_stay() {
    let config = crate::support::CONFIG
        .replace("\"orchestration\": { \"enabled\": true", "\"orchestration\": { \"enabled\": false");
    let repo = Repo::with_config(&config);
    repo.prd("ready", "SVC-1", "a", "**Depends On**: SVC-2");
    repo.prd("ready", "SVC-2", "b", "");
    repo.commit_all("Plans");
    for command in ["orchestrate", "graph", "next"] {
        repo.run(&[command]).expect(1).says("orchestration.enabled: false");
    }
    repo.run(&["start", "1"]).expect(1).says("unmet-dependency");
}

fn forecast_capacity_and_what_if_tell_the_same_story(top: &Repo, repository: &std::path::Path) {
    let run = |args: &[&str]| top.run_in(repository, &[&["orchestrate"], args].concat());
    let json = |args: &[&str]| run(&[args, &["--format", "json"]].concat()).expect(0).json();
    let forecast = json(&["--forecast", "--runs", "500", "--seed", "7"]);
    assert_eq!(forecast, json(&["--forecast", "--runs", "500", "--seed", "7"]));
    assert_eq!((&forecast["forecast"]["runs"], &forecast["forecast"]["sample"]), (&500.into(), &0.into()));
    assert_eq!(forecast["forecast"]["ratio_percent"], Value::Null);
    for prd in forecast["prds"].as_array().unwrap() {
        assert!(prd["forecast"]["p50_date"].as_str() >= prd["eta_date"].as_str(), "{prd}");
        assert!(prd["forecast"]["p85_date"].as_str() >= prd["forecast"]["p50_date"].as_str(), "{prd}");
    }
    run(&["--forecast"]).expect(0).says("## Forecast").says("(10 are needed)");

    // All six are in progress already, so a limit of two costs nothing yet.
    run(&["--capacity"]).expect(0).says("At most").says("costs nothing");
    let what_if = json(&["--what-if", "SVC-129 done", "--what-if", "SVC-131 +5d"]);
    assert_eq!(what_if["days"], 5);
    assert_eq!(what_if["before"]["end"], "2025-06-27");
    assert_eq!(what_if["after"]["end"], "2025-07-04");
    let told: Vec<(&Value, &Value)> =
        what_if["prds"].as_array().unwrap().iter().map(|row| (&row["id"], &row["days"])).collect();
    assert_eq!(
        told,
        [
            (&"SVC-129".into(), &Value::Null),
            (&"SVC-131".into(), &5.into()),
            (&"SVC-132".into(), &5.into()),
            (&"SVC-130".into(), &(-5).into())
        ]
    );
    let page = top.beside("report.html");
    run(&["--forecast", "--format", "html", "--out", page.to_str().unwrap()]).expect(0);
    let page = std::fs::read_to_string(page).unwrap();
    for said in ["<h2>Critical Path</h2>", "85 %: ", "class=\"whisker\"", "warehouse-integration"] {
        assert!(page.contains(said), "no {said} in the page");
    }
    run(&["--format", "csv"])
        .expect(0)
        .says("SVC-132,Warehouse Integration,warehouse-integration,Inventory,");
    let svg = top.run_in(repository, &["graph", "--format", "svg"]).expect(0);
    assert!(svg.stdout.starts_with("<svg xmlns"), "{svg}");
    run(&["--what-if", "SVC-129 done"]).expect(0).says("# What if SVC-129 is done").says("1 week sooner");
    run(&["--what-if", "SVC-129 sings"]).expect(2).says("no question").says("ID +5d");
    run(&["--what-if", "SVC-999 done"]).expect(3);
    run(&["--what-if", "start SVC-129"]).expect(1).says("cannot be started");
    assert_eq!(top.git_in(repository, &["status", "--porcelain"]), "");
}

#[test]
fn branches_that_change_the_same_lines_are_told_before_anybody_merges() {
    let repo = Repo::new();
    repo.write("src/shared.rs", "one\ntwo\nthree\nfour\nfive\nsix\nseven\n");
    for (id, slug) in [("SVC-001", "alpha"), ("SVC-002", "beta"), ("SVC-003", "gamma")] {
        repo.prd("ready", id, slug, "**Estimate**: 3 days\n");
    }
    let declaring = "**Estimate**: 3 days\n\n## Files to Create/Modify\n\n- `src/plan.rs` — new\n";
    repo.prd("ready", "SVC-004", "delta", declaring);
    repo.prd("ready", "SVC-005", "epsilon", declaring);
    repo.commit_all("five PRDs");
    let report = || repo.run(&["orchestrate", "--conflicts", "--format", "json"]).expect(0).json();
    let told = |report: &Value| -> Vec<[String; 3]> {
        let pairs = report["conflicts"].as_array().unwrap().iter();
        pairs.map(|pair| ["a", "b", "level"].map(|key| pair[key].as_str().unwrap().to_owned())).collect()
    };
    let pair = |a: &str, b: &str, level: &str| [a.to_owned(), b.to_owned(), level.to_owned()];
    let declared = pair("SVC-004", "SVC-005", "declared-overlap");
    assert_eq!(told(&report()), std::slice::from_ref(&declared));

    let mut worktrees = Vec::new();
    for id in ["SVC-001", "SVC-002", "SVC-003"] {
        let started = repo.run(&["start", id, "--format", "json"]).expect(0).json();
        worktrees.push(std::path::PathBuf::from(started["worktree"].as_str().unwrap()));
    }
    let edit = |at: usize, from: &str, to: &str| {
        let file = worktrees[at].join("src/shared.rs");
        let text = std::fs::read_to_string(&file).unwrap();
        fs_err::write(&file, text.replace(from, to)).unwrap();
    };
    edit(0, "two", "zwei"); // never committed
    edit(1, "two", "deux");
    edit(2, "seven", "sieben");
    repo.git_in(&worktrees[1], &["commit", "-q", "-a", "-m", "deux"]);
    let found = report();
    let expected = [
        pair("SVC-001", "SVC-002", "conflict"),
        pair("SVC-001", "SVC-003", "overlap"),
        pair("SVC-002", "SVC-003", "overlap"),
        declared,
    ];
    assert_eq!(told(&found), expected);
    assert_eq!(found["conflicts"][0]["files"], serde_json::json!(["src/shared.rs"]));
    assert_eq!(found["merge_order"][0], "SVC-003", "whoever conflicts with nobody comes first");
    repo.run(&["orchestrate", "--conflicts"])
        .expect(0)
        .says("## Conflicts")
        .says("SVC-001 and SVC-002: conflict in src/shared.rs")
        .says("merge SVC-001 first, then rebase SVC-002");
    let around = |depth: &[&str]| {
        let args = [&["graph", "--format", "json", "--id", "SVC-004"], depth].concat();
        let report = repo.run(&args).expect(0).json();
        report["prds"]
            .as_array()
            .unwrap()
            .iter()
            .map(|prd| prd["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    repo.run(&["deps", "add", "SVC-004", "SVC-005"]).expect(0);
    repo.run(&["deps", "add", "SVC-005", "SVC-001"]).expect(0);
    assert_eq!(around(&[]), ["SVC-001", "SVC-004", "SVC-005"]);
    assert_eq!(around(&["--depth", "1"]), ["SVC-004", "SVC-005"]);
    // Nobody asked, nobody looked.
    assert_eq!(
        told(&repo.run(&["orchestrate", "--format", "json"]).expect(0).json()),
        <[[String; 3]; 0]>::default()
    );
    assert_eq!(repo.git_in(&worktrees[0], &["status", "--porcelain"]), " M src/shared.rs");
}

#[test]
fn what_changed_since_a_day_or_a_commit_is_told() {
    let repo = Repo::new();
    repo.prd("in-progress", "SVC-001", "alpha", "**Remaining**: 5 days");
    let beta = repo.prd("ready", "SVC-002", "beta", "**Remaining**: 5 days\n**Depends On**: SVC-001");
    repo.prd("ready", "SVC-003", "gamma", "**Remaining**: 1 day");
    let then = repo.commit_all("then");
    let text = repo.read(&beta);
    repo.write(&beta, &text.replace("5 days", "8 days"));
    fs_err::create_dir_all(repo.root().join("docs/prds/draft")).unwrap();
    repo.git(&["mv", "docs/prds/ready/SVC-003-gamma.md", "docs/prds/draft/SVC-003-gamma.md"]);
    repo.prd("ready", "SVC-004", "delta", "**Remaining**: 2 days\n**Depends On**: SVC-002");
    repo.commit_all("now");
    let told = |since: &str| -> (Value, Vec<(String, String)>) {
        let json = repo.run(&["orchestrate", "--since", since, "--format", "json"]).expect(0).json();
        let rows = json["prds"].as_array().unwrap().iter();
        let pair = |row: &Value| {
            (row["id"].as_str().unwrap().to_owned(), row["happened"].as_str().unwrap().to_owned())
        };
        (json["before"]["as_of"].clone(), rows.map(pair).collect())
    };
    let pair = |id: &str, what: &str| (id.to_owned(), what.to_owned());
    let (day, rows) = told(then.trim());
    assert_eq!(rows, [pair("SVC-003", "gone"), pair("SVC-004", "added"), pair("SVC-002", "later")]);
    assert_eq!(
        told(&day.as_str().unwrap()[..10]).1,
        [],
        "both commits are of that day, and the later one counts"
    );
    repo.run(&["orchestrate", "--since", then.trim()])
        .expect(0)
        .says("# Since")
        .says("not scheduled any longer");
    repo.run(&["orchestrate", "--since", "1999-01-01"]).expect(3).says("no commit as old as 1999-01-01");
    repo.run(&["orchestrate", "--since", "nowhere"]).expect(3).says("no commit of this clone");
}
