use proptest::prelude::*;

use super::*;

fn svc() -> IdFormat {
    IdFormat::from_pattern("SVC-{number}").unwrap()
}

fn prd() -> IdFormat {
    IdFormat::default()
}

fn read(format: &IdFormat, text: &str) -> Vec<String> {
    let entries = parse(text, format);
    for entry in &entries.ids {
        assert!(text.get(entry.span.clone()).is_some());
    }
    let ids = entries.ids.iter().map(|entry| {
        let kind = entry.kind.map_or(String::new(), |kind| format!(" [{kind}]"));
        let reason = entry.reason.as_deref().map_or(String::new(), |reason| format!(" «{reason}»"));
        format!("{}{kind}{reason}", entry.id)
    });
    ids.chain(entries.external.iter().map(|(text, _)| format!("ext {text}"))).collect()
}

#[test]
fn reads_kinds_and_reasons() {
    for (text, expected) in [
        (
            "SVC-129 (contract) — refund needs the charge API",
            &["SVC-129 [contract] «refund needs the charge API»"][..],
        ),
        ("SVC-131, SVC-132 (finish)", &["SVC-131", "SVC-132 [finish]"]),
        ("Soft: SVC-1, SVC-2; Hard: SVC-3", &["SVC-001 [soft]", "SVC-002 [soft]", "SVC-003 [complete]"]),
        ("SVC-1 (optional)", &["SVC-001 [soft]"]),
        ("SVC-1 (soft dependency — works without)", &["SVC-001 [soft] «works without»"]),
        ("SVC-1 (needs the API contract)", &["SVC-001 [contract] «needs the API contract»"]),
        ("SVC-1 (contract), needs it early", &["SVC-001 [contract]", "ext needs it early"]),
        ("**SVC-1**: the ledger, its tables", &["SVC-001 «the ledger, its tables»"]),
        ("SVC-1 — after SVC-9 lands, SVC-2", &["SVC-001 «after SVC-9 lands»", "SVC-002"]),
    ] {
        assert_eq!(read(&svc(), text), expected, "{text}");
    }
}

#[test]
fn reads_ids_of_other_repositories() {
    let read = |text: &str| -> Vec<String> {
        let entries = parse(text, &svc());
        let told = |entry: &Entry| {
            let kind = entry.kind.map_or(String::new(), |kind| format!(" [{kind}]"));
            let reason = entry.reason.as_deref().map_or(String::new(), |reason| format!(" «{reason}»"));
            format!("{}{kind}{reason}", entry.id)
        };
        let own = entries.ids.iter().map(told);
        own.chain(entries.elsewhere.iter().map(|entry| format!("{} elsewhere", told(entry))))
            .chain(entries.external.iter().map(|(text, _)| format!("ext {text}")))
            .collect()
    };
    for (text, expected) in [
        ("payments#SVC-129", &["payments#SVC-129 elsewhere", "ext payments#SVC-129"][..]),
        (
            "SVC-1, payments#SVC-129 (contract) — the charge API, SVC-2",
            &[
                "SVC-001",
                "SVC-002",
                "payments#SVC-129 [contract] «the charge API» elsewhere",
                "ext payments#SVC-129 (contract) — the charge API",
            ],
        ),
        (
            "Soft: led.ger#LED_7 and [a-b#F01](https://example.org/a)",
            &[
                "led.ger#LED_7 [soft] elsewhere",
                "a-b#F01 [soft] elsewhere",
                "ext led.ger#LED_7",
                "ext a-b#F01](https://example.org/a)",
            ],
        ),
        (
            "Charge API (payments#SVC-129)",
            &["payments#SVC-129 «Charge API» elsewhere", "ext Charge API (payments#SVC-129)"],
        ),
        ("the API of payments", &["ext the API of payments"]),
        ("SVC-3 — see payments#SVC-129", &["SVC-003 «see payments#SVC-129»"]),
    ] {
        assert_eq!(read(text), expected, "{text}");
    }
}

#[test]
fn reads_what_people_write() {
    for (text, expected) in [
        ("Hard: PRD-003 (User Auth) - Required", &["PRD-003 [complete] «User Auth»"][..]),
        ("PRD-004, 007, 009", &["PRD-004", "PRD-007", "PRD-009"]),
        ("PRD-003 → PRD-008 | PRD-009 PRD-010", &["PRD-003", "PRD-008", "PRD-009", "PRD-010"]),
        ("PRD-003+008", &["PRD-003", "PRD-008"]),
        ("PRD-003 + PRD-008 & PRD-009", &["PRD-003", "PRD-008", "PRD-009"]),
        ("[PRD-0001](PRD-0001-x.md)", &["PRD-001"]),
        ("[PRD-001: Pay](./PRD-001-x.md) — soon", &["PRD-001 «Pay — soon»"]),
        ("[User auth](../ready/PRD-012-x.md)", &["PRD-012 «User auth»"]),
        (
            "PRD-003 (Database — aiUsageLog table, v2), PRD-005 (API Server)",
            &["PRD-003 «Database — aiUsageLog table, v2»", "PRD-005 «API Server»"],
        ),
        ("PRD-004 (UI & Hooks), PRD-001 and PRD-002", &["PRD-004 «UI & Hooks»", "PRD-001", "PRD-002"]),
        ("PRD-001 to PRD-003 (all)", &["PRD-001 «all»", "PRD-002 «all»", "PRD-003 «all»"]),
        ("PRD-001–PRD-002", &["PRD-001", "PRD-002"]),
        ("Auth service (PRD-003)", &["PRD-003 «Auth service»"]),
        ("All previous PRDs (needs the full system)", &["ext All previous PRDs (needs the full system)"]),
        ("PRD-003, Redis cluster, R&D", &["PRD-003", "ext Redis cluster", "ext R&D"]),
        ("PRD-003 (DB, see PRD-004)", &["PRD-003 «DB, see PRD-004»"]),
        ("Redis 7 (used by PRD-008)", &["ext Redis 7 (used by PRD-008)"]),
        ("`PRD-999`, PRD-001", &["PRD-001", "ext `PRD-999`"]),
        ("[PRD-001, \"PRD-002\"]", &["PRD-001", "PRD-002"]),
        ("✅ PRD-001 (done)", &["PRD-001 «done»"]),
        ("Related: PRD-001; Blocks: PRD-002", &["PRD-002"]),
        ("PRD-003 (unclosed, PRD-004", &["PRD-003 «(unclosed»", "PRD-004"]),
    ] {
        assert_eq!(read(&prd(), text), expected, "{text}");
    }
}

#[test]
fn what_waits_is_no_prerequisite() {
    for (text, expected) in [
        ("PRD-002 waits for this", &[("PRD-002", Some(Direction::Blocks))][..]),
        (
            "PRD-002, PRD-003 and PRD-004 wait for the API",
            &[
                ("PRD-002", Some(Direction::Blocks)),
                ("PRD-003", Some(Direction::Blocks)),
                ("PRD-004", Some(Direction::Blocks)),
            ],
        ),
        (
            "PRD-001 (contract), PRD-002 needs this",
            &[("PRD-001", None), ("PRD-002", Some(Direction::Blocks))],
        ),
        ("PRD-002 — refunds wait for the charge API", &[("PRD-002", None)]),
        ("PRD-002 needs to be complete", &[("PRD-002", None)]),
    ] {
        let found: Vec<(String, Option<Direction>)> = parse(text, &prd())
            .ids
            .into_iter()
            .map(|entry| (entry.id.to_string(), entry.direction))
            .collect();
        let found: Vec<(&str, Option<Direction>)> =
            found.iter().map(|(id, direction)| (id.as_str(), *direction)).collect();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn none_is_said_in_many_ways() {
    for text in [
        "None",
        "none",
        "—",
        "-",
        "None — this is the root",
        "None (but every other PRD references this, PRD-003)",
        "N/A",
        "",
        "None.",
        "None directly — projects add",
        "*None*",
        "No dependencies",
        "TBD",
    ] {
        let entries = parse(text, &prd());
        assert!(entries.none && entries.ids.is_empty() && entries.external.is_empty(), "{text}: {entries:?}");
    }
    assert!(!is_none("None of the above but PRD-001"));
    assert!(!is_none("Notification service"));
    assert!(!is_none("No-code builder"));
}

proptest! {
    #[test]
    fn never_panics(text in "(PRD-0[0-9]{2}|[ ,;()\\[\\]`*:+&/—–-]|SVC-|Soft:|to| and |07|x|é|✅|\\]\\(|\n){0,30}") {
        let entries = parse(&text, &prd());
        for entry in &entries.ids {
            prop_assert!(text.get(entry.span.clone()).is_some());
        }
    }
}
