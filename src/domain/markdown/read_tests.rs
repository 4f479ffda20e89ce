use proptest::prelude::*;

use super::dialects::{Facts, Writing, render};
use super::*;

fn read(path: &str, text: &str, format: &IdFormat) -> Reading {
    came_back(&read_prd(&RepoPath::new(path).unwrap(), State::Ready, text.as_bytes(), format))
}

/// The reading as a cache gives it back, in which nothing may be lost: every test here reads through this.
fn came_back(reading: &Reading) -> Reading {
    let mut packed = Vec::new();
    reading.pack(&mut packed);
    let mut input = packed.as_slice();
    let unpacked = Reading::unpack(&mut input).unwrap();
    assert!(input.is_empty());
    assert_eq!(format!("{unpacked:?}"), format!("{reading:?}"));
    unpacked
}

fn prd(path: &str, text: &str) -> Prd {
    match read(path, text, &IdFormat::from_pattern("SVC-{number}").unwrap()) {
        Reading::Prd(prd) => *prd,
        Reading::Stray(stray) => panic!("{stray:?}"),
    }
}

fn rules(prd: &Prd) -> Vec<(&'static str, usize, usize)> {
    prd.problems.iter().map(|finding| (finding.rule, finding.place.line, finding.place.column)).collect()
}

#[test]
fn reads_a_whole_prd() {
    let text = "# SVC-128: Checkout\n\n**Status**: Ready for Development ✅\n**Priority**: Critical\n**Team**: Pay, Shop (lead)\n\
**Services**: cart, pay\n**Target Release**: Q2 2025\n**Effort**: 3d\n**Parent**: SVC-100\n**Children**: SVC-129, SVC-130\n**Blocked**: No\n\
**Depends On**: SVC-1\n\n## Tasks\n\n- [x] a\n- [ ] b\n";
    let prd = prd("ready/SVC-128-checkout.md", text);
    assert_eq!(
        (prd.id.to_string().as_str(), prd.title.as_str(), prd.slug.as_str()),
        ("SVC-128", "Checkout", "checkout")
    );
    assert_eq!(prd.priority, Some(Priority::P0));
    assert_eq!(prd.teams.iter().map(TeamName::as_str).collect::<Vec<_>>(), ["Shop", "Pay"]);
    assert_eq!(prd.service.as_deref(), Some("cart"));
    assert_eq!(prd.target.map(|date| date.to_string()).as_deref(), Some("2025-06-30"));
    assert_eq!(prd.milestone.as_deref(), Some("Q2 2025"));
    assert_eq!(prd.estimate.as_ref().map(Effort::text), Some("3d"));
    assert_eq!(
        (prd.parent.as_ref().map(PrdId::number), prd.children.len(), &prd.blocked),
        (Some(100), 2, &None)
    );
    assert_eq!(prd.progress().map(Progress::percent), Some(50));
    assert_eq!(prd.dependencies.len(), 1);
    assert_eq!(rules(&prd), []);
}

#[test]
fn the_first_source_of_an_id_wins_and_the_others_are_named() {
    let prd = prd("ready/SVC-2-x.md", "# SVC-3: X\n\n**PRD ID**: SVC-1\n");
    assert_eq!(prd.id.number(), 1);
    assert_eq!(rules(&prd), [("id-mismatch", 1, 1), ("id-mismatch", 1, 1)]);
}

#[test]
fn a_foreign_prefix_is_the_same_number_and_a_warning() {
    let both = prd("ready/SVC-128-x.md", "# PRD-128: X\n");
    assert_eq!((both.id.prefix(), rules(&both)), ("SVC", vec![("foreign-prefix", 1, 1)]));
    let alone = prd("ready/x.md", "# PRD-128: X\n");
    assert_eq!((alone.id.prefix(), rules(&alone)), ("PRD", vec![("foreign-prefix", 1, 1)]));
}

#[test]
fn a_file_without_an_id_is_a_stray() {
    let svc = IdFormat::from_pattern("SVC-{number}").unwrap();
    assert!(
        matches!(read("ready/idea.md", "# Idea\n", &svc), Reading::Stray(stray) if stray.title == "Idea")
    );
    assert!(matches!(read("ready/idea.md", "", &svc), Reading::Stray(stray) if stray.title == "idea"));
}

#[test]
fn names_what_is_odd_at_its_place() {
    let text = "**Status**: Draft ‚úÖ\n\n```\nx\n";
    assert_eq!(
        rules(&prd("ready/SVC-1-x.md", text)),
        [("no-title", 1, 1), ("status-drift", 1, 13), ("mis-decoded-text", 1, 19), ("unclosed-fence", 3, 1)]
    );
    let path = RepoPath::new("ready/SVC-1-x.md").unwrap();
    let Reading::Prd(bad) = read_prd(&path, State::Ready, b"# SVC-1: Caf\xe9\n", &IdFormat::default()) else {
        panic!("not a PRD")
    };
    assert_eq!(bad.title, "Café");
    assert_eq!(rules(&bad), [("foreign-prefix", 1, 1), ("not-utf8", 1, 13)]);
}

#[test]
fn a_section_is_no_title_where_a_field_is_one() {
    assert_eq!(prd("ready/SVC-1-x.md", "---\ntitle: Pay\n---\n# Overview\n\n# Goals\n").title, "Pay");
    assert_eq!(prd("ready/SVC-1-x.md", "# Product Requirements Document\n## Checkout\n").title, "Checkout");
    assert_eq!(prd("ready/SVC-1-x.md", "# SVC-1: Pay\n\n**Title**: Other\n").title, "Pay");
}

#[test]
fn a_status_with_more_words_is_read() {
    for (value, state) in [
        ("In Review (round 2)", Some(State::Review)),
        ("Draft - waiting", Some(State::Draft)),
        ("In-Progress", Some(State::InProgress)),
        ("Draft | Review | Ready", None),
        ("somewhere", None),
    ] {
        assert_eq!(read_status(value), state, "{value}");
    }
}

#[test]
fn some_names_are_no_prds() {
    for name in ["README.md", "index.md", "_template.md", ".hidden.md", "x.txt", "md", ".md", "a/README.md"] {
        assert!(!is_prd_file(name), "{name}");
    }
    assert!(is_prd_file("SVC-1-x.md") && is_prd_file("idea.MD"));
}

#[test]
fn the_hash_minds_the_text_and_nothing_that_is_written_by_prd() {
    let plain = "# SVC-1: X\n\n**Priority**: P0\n\nText.\n";
    let same = [
        "\u{feff}# SVC-1: X\r\n\r\n**Priority**: P0\r\n\r\nText.\r\n",
        "# SVC-1: X\n\n**Priority**: P0\n**Status**: Draft\n**Branch**: `feat/x`\n\nText.\n",
        "# SVC-1: X\n\n**Grade**: A\n\n**Priority**: P0\n\nText.\n",
    ];
    for text in same {
        assert_eq!(content_hash(text), content_hash(plain), "{text}");
    }
    assert_ne!(content_hash("# SVC-1: X\n\n**Priority**: P1\n\nText.\n"), content_hash(plain));
    assert_eq!(content_hash(plain).len(), 64);
    let shared = |status: &str, priority: &str| format!("**Status**: {status} | **Priority**: {priority}\n");
    assert_eq!(content_hash(&shared("Draft", "P0")), content_hash(&shared("Ready", "P0")));
    assert_ne!(content_hash(&shared("Draft", "P0")), content_hash(&shared("Draft", "P1")));
}

const SAMPLE: &str = "---\nid: SVC-1\ndepends_on: [SVC-2]\n---\n# SVC-1: X\n\n**Status**: Draft | **Team**: A\n\n| A | B |\n|---|---|\n| [ ] | `c` |\n\n## Dependencies\n\n- SVC-3 (soft) — y\n\n```\nz\n```\n";

proptest! {
    #[test]
    fn never_panics_on_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let path = RepoPath::new("ready/SVC-1-x.md").unwrap();
        let _ = came_back(&read_prd(&path, State::Ready, &bytes, &IdFormat::default()));
    }

    #[test]
    fn never_panics_on_a_damaged_prd(cut in 0..SAMPLE.len(), put in "[`*|:#\\[\\]\\-~>é✅\r\n ]{0,6}", length in 0_usize..12) {
        let mut bytes = SAMPLE.as_bytes().to_vec();
        let end = (cut + length).min(bytes.len());
        bytes.splice(cut..end, put.bytes());
        let path = RepoPath::new("ready/SVC-1-x.md").unwrap();
        let reading = read_prd(&path, State::Ready, &bytes, &IdFormat::default());
        let Reading::Prd(prd) = came_back(&reading) else {
            return Err(TestCaseError::fail("the file name has an id"));
        };
        for field in &prd.fields {
            prop_assert!(field.span.start >= field.lines.start && field.span.end <= field.lines.end.max(field.span.end));
        }
    }
}

fn facts() -> impl Strategy<Value = Facts> {
    let words = "[A-Z][a-z]{2,8}( [a-z]{2,8}){0,2}";
    let entry = (1_u32..99, 0_usize..4, proptest::option::of("[a-z]{2,8}(, [a-z]{2,6})?")).prop_map(
        |(number, kind, reason)| {
            let kind = ["", " (contract)", " (finish)", " (soft)"][kind];
            let reason = reason.map_or(String::new(), |reason| format!(" — {reason}"));
            format!("SVC-{number:03}{kind}{reason}")
        },
    );
    let depends_on = prop::collection::vec(entry, 0..4);
    let criteria = prop::collection::vec((any::<bool>(), words), 0..4);
    (1_u32..999, words, 0_usize..4, words, depends_on, criteria).prop_map(
        |(number, title, priority, team, depends_on, criteria)| Facts {
            id: format!("SVC-{number:03}"),
            title,
            fields: vec![
                ("Priority".to_owned(), format!("P{priority}")),
                ("Teams".to_owned(), format!("Alpha, {team} (lead)")),
                ("Target Release".to_owned(), "Q2 2025".to_owned()),
                ("Estimated Effort".to_owned(), "2-3 days".to_owned()),
                ("Sprint Goal".to_owned(), "ship it".to_owned()),
            ],
            depends_on,
            criteria,
        },
    )
}

proptest! {
    #[test]
    fn the_same_prd_in_every_dialect_is_one_and_the_same_model(facts in facts()) {
        let model = |writing: Writing| {
            let prd = prd("ready/x.md", &render(writing, &facts));
            let edges: Vec<_> = prd.dependencies.into_iter().map(|d| (d.id, d.direction, d.kind, d.reason)).collect();
            let items: Vec<_> = prd.checklist.items.into_iter().map(|item| (item.text, item.kind, item.state)).collect();
            let fields: Vec<_> = prd
                .fields
                .into_iter()
                .filter(|field| field.name != FieldName::DependsOn)
                // A heading is a field only where its key has a meaning: any other is a section.
                .filter(|field| !matches!(field.name, FieldName::Other(_)))
                .map(|field| (field.name, field.value))
                .collect();
            let problems: Vec<_> = prd.problems.into_iter().map(|finding| finding.rule).collect();
            (
                (prd.id, prd.title, prd.priority, prd.teams, prd.team, prd.target),
                (prd.estimate, edges, prd.external.len(), items, fields, problems),
            )
        };
        let first = model(Writing::Bold);
        prop_assert_eq!(first.0.0.to_string(), facts.id.clone());
        prop_assert_eq!(first.1.3.len(), facts.criteria.len());
        for writing in Writing::ALL {
            prop_assert_eq!(&model(writing), &first, "{:?}", writing);
        }
    }
}
