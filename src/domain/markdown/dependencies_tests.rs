use super::*;

fn prd() -> IdFormat {
    IdFormat::default()
}

fn read(text: &str) -> Vec<String> {
    let (declared, external) = read_dependencies(text, &prd());
    let ids = declared.iter().map(|edge| {
        let arrow = if edge.direction == Direction::DependsOn { "<-" } else { "->" };
        let kind =
            if edge.kind == DependencyKind::Complete { String::new() } else { format!(" {}", edge.kind) };
        format!("{arrow}{}{kind}@{}", edge.id, edge.line)
    });
    ids.chain(external.iter().map(|external| format!("{}@{}", external.text, external.line))).collect()
}

#[test]
fn fields_declare_in_both_directions() {
    let text = "# T\n\n**Depends On**: PRD-001 (contract)\n**Blocked By**: PRD-002\n**Blocks**: PRD-003\n**Provides For**: PRD-004\n**Related PRDs**: PRD-005\n";
    assert_eq!(read(text), ["<-PRD-001 contract@3", "<-PRD-002@4", "->PRD-003@5", "->PRD-004@6"]);
}

#[test]
fn ids_of_other_repositories_are_external_here_and_kept_with_their_direction() {
    let text = "# T\n\n**Depends On**: PRD-001, payments#PRD-002 (contract)\n**Blocks**: ledger#LED-3\n";
    assert_eq!(read(text), ["<-PRD-001@3", "payments#PRD-002 (contract)@3"]);
    let elsewhere = declarations(&Document::new(text), &prd()).elsewhere;
    let told: Vec<String> = elsewhere
        .iter()
        .map(|edge| format!("{:?} {} {} {}", edge.direction, edge.id, edge.kind, edge.line))
        .collect();
    assert_eq!(told, ["DependsOn payments#PRD-002 contract 3", "Blocks ledger#LED-3 complete 4"]);
    let front = "---\ndepends_on:\n  - id: payments#PRD-002\n    kind: contract\n---\n# T\n";
    assert_eq!(read(front), ["payments#PRD-002@3"]);
    assert_eq!(declarations(&Document::new(front), &prd()).elsewhere[0].kind, DependencyKind::Contract);
}

#[test]
fn mappings_of_front_matter_are_read_by_their_keys() {
    for text in [
        "---\ndependencies:\n  hard: [PRD-001]\n  # later\n  soft:\n    - PRD-002\n    # why\n    - PRD-003\n  blocks: PRD-004\n---\n",
        "---\ndepends_on:\n  PRD-001:\n  PRD-002: soft\n  PRD-003: soft\nblocks: {PRD-004: complete}\n---\n",
    ] {
        let found = read_dependencies(text, &prd()).0;
        let told: Vec<String> = found
            .iter()
            .map(|edge| format!("{:?} {} {} {:?}", edge.direction, edge.id, edge.kind, edge.reason))
            .collect();
        assert_eq!(
            told,
            [
                "DependsOn PRD-001 complete None",
                "DependsOn PRD-002 soft None",
                "DependsOn PRD-003 soft None",
                "Blocks PRD-004 complete None"
            ]
        );
    }
}

#[test]
fn a_key_of_a_mapping_may_name_another_repository() {
    let text = "---\ndepends_on:\n  payments#PRD-002: contract\n---\n# T\n";
    assert_eq!(read(text), ["payments#PRD-002@3"]);
    assert_eq!(declarations(&Document::new(text), &prd()).elsewhere[0].kind, DependencyKind::Contract);
}

#[test]
fn lists_below_keys_and_headings_are_read() {
    let text = "# T\n\n**Depends On**:\n\n- PRD-001 — a, b\n- [PRD-002](x.md)\n- a Redis cluster\n\n## Dependencies\n\n- PRD-002 (soft)\n\
\x20 - see PRD-009\n- Hard: PRD-003\n\n### Blocks\n\n- PRD-004\n\n### Related\n\n- PRD-005\n\n## References\n\n- PRD-006\n";
    assert_eq!(
        read(text),
        ["<-PRD-001@5", "<-PRD-002 soft@6", "<-PRD-003@13", "->PRD-004@17", "a Redis cluster@7"]
    );
}

#[test]
fn front_matter_lists_know_their_lines() {
    let text =
        "---\ndepends_on:\n  - PRD-001\n  - \"PRD-002 (soft)\"\nblocks: [PRD-003, PRD-004]\n---\n# T\n";
    assert_eq!(read(text), ["<-PRD-001@3", "<-PRD-002 soft@4", "->PRD-003@5", "->PRD-004@5"]);
}

#[test]
fn code_and_prose_declare_nothing() {
    let text = "# T\n\nThis builds on PRD-001.\n\n```\n**Depends On**: PRD-002\n```\n\n## 3. Dependencies\n\nWe talk to PRD-003 daily.\n\n- `PRD-004`\n";
    assert_eq!(read(text), ["`PRD-004`@13"]);
}

#[test]
fn a_table_counts_only_where_nothing_else_declares() {
    let table = "| Depends On | What |\n|---|---|\n| PRD-001 (Base) | x |\n| Neon | y |\n";
    assert_eq!(read(&format!("# T\n\n## Map\n\n{table}")), ["<-PRD-001@7", "Neon@8"]);
    assert_eq!(read(&format!("# T\n\n**Dependencies**: None\n\n## Map\n\n{table}")), Vec::<String>::new());
    let all = format!("# T\n\n**Dependencies**: All previous PRDs\n\n## Map\n\n{table}");
    assert_eq!(read(&all), ["All previous PRDs@3"]);
    let tasks = "# T\n\n| Task | Estimate | Depends On |\n|---|---|---|\n| a | 1d | PRD-007 |\n";
    assert_eq!(read(tasks), Vec::<String>::new());
}

#[test]
fn a_table_that_differs_is_a_finding() {
    let text = "# T\n\n**Dependencies**: PRD-001, PRD-002\n\n| Depends On | What |\n|---|---|\n| PRD-002 | x |\n| PRD-003 | y |\n";
    let document = Document::new(text);
    let problems = declarations(&document, &prd()).problems;
    assert_eq!(problems.len(), 1);
    assert_eq!(document.lines.line(problems[0].offset), 7);
    assert!(problems[0].message.ends_with("PRD-003 only in the table; PRD-001 only in the declaration"));
    let same = text.replace("PRD-003", "PRD-001");
    assert!(declarations(&Document::new(&same), &prd()).problems.is_empty());
}

#[test]
fn bold_lines_and_steps_are_told_apart() {
    let text = "# T\n\n## Plan\n\n**Depends on:**\n- PRD-001\n- something\n\n### Task 2: build\n\n#### Dependencies\n\n- PRD-002\n\n**Dependencies**: PRD-003\n";
    assert_eq!(read(text), ["<-PRD-001@6"]);
}

#[test]
fn soft_sections_and_empty_placeholders() {
    let text = "# T\n\n**Dependencies**: [Comma-separated PRD IDs, or \"None\"]\n\n## Soft Dependencies\n\n- PRD-001\n";
    assert_eq!(read(text), ["<-PRD-001 soft@7"]);
}

#[test]
fn mappings_in_front_matter_are_entries() {
    let text = "---\ndepends_on:\n  - id: PRD-001\n    kind: soft\n    reason: nice\n  - PRD-002\n---\n# T\n";
    assert_eq!(read(text), ["<-PRD-001 soft@3", "<-PRD-002@6"]);
}

#[test]
fn a_table_in_a_section_of_dependencies_says_kinds() {
    let text =
        "# T\n\n## Dependencies\n\n| PRD | Type |\n|---|---|\n| PRD-001 | Hard |\n| PRD-002 | Soft |\n";
    assert_eq!(read(text), ["<-PRD-001@7", "<-PRD-002 soft@8"]);
}
