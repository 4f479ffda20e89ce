use proptest::prelude::*;

use super::*;
use crate::domain::markdown::dependencies::read_dependencies;
use crate::domain::model::repository::qualified;

fn prd() -> IdFormat {
    IdFormat::default()
}

fn add(text: &str, number: u32, kind: DependencyKind, reason: Option<&str>) -> String {
    add_dependency(text, &prd().id(number), kind, reason, &prd()).unwrap()
}

fn remove(text: &str, number: u32) -> String {
    remove_dependency(text, &prd().id(number), &prd()).unwrap()
}

#[test]
fn adds_where_the_others_are() {
    let (complete, soft) = (DependencyKind::Complete, DependencyKind::Soft);
    for (text, expected) in [
        (
            "**Depends On**: PRD-001 (contract) — x, y\n",
            "**Depends On**: PRD-001 (contract) — x, y, PRD-009\n",
        ),
        ("**Dependencies**: None — this is the root\n", "**Dependencies**: PRD-009\n"),
        ("| Depends On | PRD-001 |\n|---|---|\n", "| Depends On | PRD-001, PRD-009 |\n|---|---|\n"),
        ("---\ndepends_on: [PRD-001]\n---\n", "---\ndepends_on: [PRD-001, PRD-009]\n---\n"),
        (
            "---\ndepends_on:\n  - PRD-001\nid: X\n---\n",
            "---\ndepends_on:\n  - PRD-001\n  - PRD-009\nid: X\n---\n",
        ),
        (
            "# T\n\n## Dependencies\n\n- PRD-001\n\nText\n",
            "# T\n\n## Dependencies\n\n- PRD-001\n- PRD-009\n\nText\n",
        ),
        ("# T\n\n## Dependencies\n\nNone\n", "# T\n\n## Dependencies\n\nPRD-009\n"),
        ("# T\n\n**Depends On**:\n1. PRD-001\n", "# T\n\n**Depends On**:\n1. PRD-001\n2. PRD-009\n"),
        ("# T\n\n**Status**: Draft\n", "# T\n\n**Status**: Draft\n**Depends On**: PRD-009\n"),
        ("**Dependencies**: Soft: PRD-001\n", "**Dependencies**: Soft: PRD-001, PRD-009 (hard)\n"),
    ] {
        assert_eq!(add(text, 9, complete, None), expected);
    }
    assert_eq!(
        add("**Depends On**: PRD-001\r\n", 9, soft, Some("nice, really")),
        "**Depends On**: PRD-001, PRD-009 (soft) — nice, really\r\n"
    );
    let table = "# T\n\n## Map\n\n| Depends On |\n|---|\n| PRD-001 |\n";
    assert!(add(table, 9, complete, None).contains("**Depends On**: PRD-001, PRD-009"));
}

#[test]
fn adds_and_removes_what_another_repository_has() {
    let other = qualified("payments#SVC-129").unwrap();
    for (text, expected) in [
        (
            "**Depends On**: PRD-001\n",
            "**Depends On**: PRD-001, payments#SVC-129 (contract) — the charge API\n",
        ),
        ("**Depends On**: None\n", "**Depends On**: payments#SVC-129 (contract) — the charge API\n"),
        (
            "# T\n\n## Dependencies\n\n- a Redis cluster\n",
            "# T\n\n## Dependencies\n\n- a Redis cluster\n- payments#SVC-129 (contract) — the charge API\n",
        ),
        (
            "---\ndepends_on: [PRD-001]\n---\n",
            "---\ndepends_on: [PRD-001, payments#SVC-129 (contract) — the charge API]\n---\n",
        ),
        (
            "---\ndepends_on:\n  - PRD-001\n---\n",
            "---\ndepends_on:\n  - PRD-001\n  - payments#SVC-129 (contract) — the charge API\n---\n",
        ),
    ] {
        let reason = Some("the charge API");
        let added = add_dependency(text, &other, DependencyKind::Contract, reason, &prd()).unwrap();
        assert_eq!(added, expected);
        let again = add_dependency(&added, &other, DependencyKind::Soft, None, &prd());
        assert_eq!(again, Err(EditError::AlreadyDeclared { id: other.clone() }));
        assert_eq!(remove_dependency(&added, &other, &prd()).unwrap(), text);
    }
    let table = "# T\n\n## Map\n\n| Depends On |\n|---|\n| payments#SVC-129 |\n";
    assert!(
        add(table, 9, DependencyKind::Complete, None).contains("**Depends On**: payments#SVC-129, PRD-009")
    );
}

#[test]
fn what_another_repository_has_stays_where_others_go() {
    for (text, number, expected) in [
        (
            "**Depends On**: PRD-001, payments#SVC-129 (contract) — x\n",
            1,
            "**Depends On**: payments#SVC-129 (contract) — x\n",
        ),
        (
            "**Depends On**: PRD-001 to PRD-003, payments#SVC-129 (contract) — x\n",
            2,
            "**Depends On**: PRD-001, PRD-003, payments#SVC-129 (contract) — x\n",
        ),
    ] {
        assert_eq!(remove(text, number), expected);
    }
    let mapping = "---\ndepends_on:\n  - id: payments#SVC-129\n    kind: contract\n  - PRD-001\n---\n";
    let other = qualified("payments#SVC-129").unwrap();
    let rest = "---\ndepends_on:\n  - PRD-001\n---\n";
    assert_eq!(remove_dependency(mapping, &other, &prd()).unwrap(), rest);
}

#[test]
fn nothing_else_is_lost() {
    let comments = "---\ndepends_on:\n  # about two\n  - PRD-002\n  # about three\n  - PRD-003\n---\n";
    let rest = "---\ndepends_on:\n  # about two\n  # about three\n  - PRD-003\n---\n";
    assert_eq!(remove(comments, 2), rest);
    for text in [
        "---\ndependencies:\n  hard: [PRD-002]\n  soft:\n    - PRD-003\n---\n",
        "---\ndepends_on:\n  PRD-002: contract\n  PRD-003: soft\n---\n",
        "---\ndepends_on: {PRD-002: contract}\n---\n",
        "# T\n\n## Dependencies\n\n- PRD-002\n  - it has a part\n- PRD-003\n",
        "# T\n\n## Dependencies\n\n- PRD-003\n- PRD-002\n\n  More of it.\n",
    ] {
        let new = remove_dependency(text, &prd().id(2), &prd());
        assert!(matches!(new, Err(EditError::Entangled { .. })), "{text}: {new:?}");
    }
    for text in [
        "---\ndependencies:\n  hard: [PRD-002]\n  soft:\n    - PRD-003\n---\n",
        "---\ndepends_on: {PRD-002: contract}\n---\n",
    ] {
        let new = add_dependency(text, &prd().id(9), DependencyKind::Soft, None, &prd());
        assert!(matches!(new, Err(EditError::Entangled { .. })), "{text}: {new:?}");
    }
}

#[test]
fn refuses_what_is_there_and_what_has_lines() {
    let text = "**Depends On**: PRD-001\n";
    let id = prd().id(1);
    let again = add_dependency(text, &id, DependencyKind::Soft, None, &prd());
    assert_eq!(again, Err(EditError::AlreadyDeclared { id }));
    let lines = add_dependency(text, &prd().id(2), DependencyKind::Soft, Some("a\nb"), &prd());
    assert!(matches!(lines, Err(EditError::SeveralLines { .. })));
    assert!(matches!(remove_dependency(text, &prd().id(3), &prd()), Err(EditError::NotDeclared { .. })));
}

#[test]
fn removes_one_and_keeps_the_others() {
    for (text, number, expected) in [
        (
            "**Depends On**: PRD-001 (a, b), PRD-002 — c, d, PRD-003\n",
            1,
            "**Depends On**: PRD-002 — c, d, PRD-003\n",
        ),
        (
            "**Depends On**: PRD-001 (a, b), PRD-002 — c, d, PRD-003\n",
            2,
            "**Depends On**: PRD-001 (a, b), PRD-003\n",
        ),
        (
            "**Depends On**: PRD-001 (a, b), PRD-002 — c, d, PRD-003\n",
            3,
            "**Depends On**: PRD-001 (a, b), PRD-002 — c, d\n",
        ),
        ("**Depends On**: PRD-001 (a)\n", 1, "**Depends On**: None\n"),
        ("**Depends On**: PRD-004, 007, 009\n", 4, "**Depends On**: PRD-007, 009\n"),
        ("**Depends On**: Soft: PRD-001, PRD-002\n", 1, "**Depends On**: Soft: PRD-002\n"),
        ("**Depends On**: PRD-001 to PRD-003\n", 2, "**Depends On**: PRD-001, PRD-003\n"),
        ("---\ndepends_on: [PRD-001, PRD-002]\n---\n", 1, "---\ndepends_on: [PRD-002]\n---\n"),
        ("---\ndepends_on: [PRD-001]\n---\n", 1, "---\ndepends_on: []\n---\n"),
        ("---\ndepends_on:\n  - PRD-001\n  - PRD-002\n---\n", 1, "---\ndepends_on:\n  - PRD-002\n---\n"),
        ("---\ndepends_on:\n  - PRD-001\n---\n", 1, "---\ndepends_on: []\n---\n"),
        ("# T\n\n## Dependencies\n\n- PRD-001 — x\n- PRD-002\n", 1, "# T\n\n## Dependencies\n\n- PRD-002\n"),
        ("# T\n\n## Dependencies\n\n- PRD-001 — x\n", 1, "# T\n\n## Dependencies\n\n- None\n"),
    ] {
        assert_eq!(remove(text, number), expected);
    }
    let both = "**Depends On**: PRD-001, PRD-002\n**Blocks**: PRD-001\n\n## Dependencies\n\n- PRD-001: x\n- PRD-003\n";
    assert_eq!(
        remove(both, 1),
        "**Depends On**: PRD-002\n**Blocks**: PRD-001\n\n## Dependencies\n\n- PRD-003\n"
    );
}

fn declaration() -> impl Strategy<Value = String> {
    let entry = prop_oneof![
        Just("PRD-001 (contract) — a, b"),
        Just("PRD-002"),
        Just("[PRD-003](PRD-003-x.md)"),
        Just("Redis"),
        Just("PRD-004 (User, Auth)"),
    ];
    (prop::collection::vec(entry, 1..5), 0_usize..5).prop_map(|(entries, dialect)| match dialect {
        0 => format!("# T\n\n**Depends On**: {}\n\nText\n", entries.join(", ")),
        1 => format!("# T\n\n| Depends On | {} |\n|---|---|\n| Team | x |\n", entries.join(", ")),
        2 => format!(
            "---\ndepends_on:\n  - {}\n---\n# T\n",
            entries.join("\n  - ").replace("[PRD-003](PRD-003-x.md)", "PRD-003")
        ),
        3 => format!("# T\r\n\r\n## Dependencies\r\n\r\n- {}\r\n", entries.join("\r\n- ")),
        _ => format!("# T\n\n- Depends On: {}\n", entries.join("; ")),
    })
}

proptest! {
    #[test]
    fn adding_and_removing_gives_the_same_edges(text in declaration(), kind in 0_usize..4) {
        let kinds = [DependencyKind::Complete, DependencyKind::Contract, DependencyKind::Finish, DependencyKind::Soft];
        let with = add(&text, 77, kinds[kind], Some("because"));
        let plain = |text: &str| {
            let (declared, external) = read_dependencies(text, &prd());
            (declared.into_iter().map(|d| (d.id, d.kind, d.reason)).collect::<Vec<_>>(), external.len())
        };
        let (with_edges, _) = plain(&with);
        let added = with_edges.iter().find(|(id, _, _)| id.number() == 77);
        prop_assert_eq!(added, Some(&(prd().id(77), kinds[kind], Some("because".to_owned()))));
        prop_assert_eq!(plain(&remove(&with, 77)), plain(&text));
    }
}
