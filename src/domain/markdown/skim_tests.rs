use proptest::prelude::*;

use super::super::checklist::{checklist, estimate_of_tasks};
use super::super::dependencies::declarations;
use super::super::document::Document;
use super::super::{fences, files};
use super::*;
use crate::domain::model::id::IdFormat;

/// Everything that reading a PRD takes from a document, as one text.
fn taken(document: &Document<'_>) -> String {
    let found = declarations(document, &IdFormat::default());
    let headings: Vec<_> = document.outline.headings.iter().collect();
    format!(
        "{headings:#?}\n{:#?}\n{:#?}\n{:#?}\n{:#?}\n{:#?}\n{:#?}\n{:#?}",
        document.fields,
        found.declared,
        found.external,
        found.problems,
        checklist(document),
        estimate_of_tasks(document),
        (files::files(document), fences::problems(document)),
    )
}

#[track_caller]
fn same(text: &str) {
    let (skimmed, whole) = (taken(&Document::skimmed(text)), taken(&Document::new(text)));
    assert!(skimmed == whole, "{text}\n--- skimmed\n{skimmed}\n--- whole\n{whole}");
}

const PROSE: &str = "The shop asks four services for each order, one after the other, and the slowest of them answers late.\n";

#[test]
fn prose_is_blanked_out_and_the_rest_stays() {
    let text = format!(
        "# PRD-001: T\n\n**Priority**: P0\n\n## Problem\n\n{PROSE}\n## Background\n\n{PROSE}\n## Tasks\n\n- [ ] a\n\n\
         ## Approach\n\n{PROSE}\n```sh\n# no heading\n```\n\n### Files to create\n\n- `a/b.rs`\n\n## Risks\n\n- {PROSE}"
    );
    let structure = without_prose(&text).unwrap();
    assert_eq!(structure.len(), text.len());
    let kept: Vec<&str> = structure.lines().filter(|line| !line.trim().is_empty()).collect();
    let expected = [
        "# PRD-001: T",
        "**Priority**: P0",
        "## Problem",
        PROSE.trim_end(),
        "## Background",
        PROSE.trim_end(),
        "## Tasks",
        "- [ ] a",
        "## Approach",
        "### Files to create",
        "- `a/b.rs`",
        "## Risks",
    ];
    assert_eq!(kept, expected);
    same(&text);
}

#[test]
fn what_lines_do_not_show_plainly_is_parsed_as_a_whole() {
    let head = format!("# T\n\n## A\n\n{PROSE}\n## B\n\n{PROSE}\n## C\n\n{PROSE}\n");
    assert!(without_prose(&head).is_some());
    for odd in [
        "<!-- a\ncomment -->\n",
        "<div>\n\n## D\n",
        "~~~\n## D\n~~~\n",
        "````\n```\n````\n",
        "```\nnever closed\n",
        "Underlined\n----------\n",
        "  ## D\n",
        "# Second title\r\n",
    ] {
        assert_eq!(without_prose(&format!("{head}{odd}")), None, "{odd}");
    }
    assert_eq!(without_prose(&format!("## A\n\n{PROSE}\n# T\n\n{PROSE}\n")), None);
}

#[test]
fn own_documents_read_the_same() {
    for text in [
        include_str!("../../../templates/prd/feature.md"),
        include_str!("../../../templates/prd/microservice.md"),
        include_str!("../../../templates/demo/docs/prds/draft/SVC-133-notification-service.md"),
        include_str!("../../../tests/fixtures/prds/good/PRD-007-csv-export.md"),
        include_str!("../../../tests/fixtures/prds/good/PRD-021-saved-carts.md"),
        include_str!("../../../docs/prds/complete/PRD-001-foundation.md"),
    ] {
        same(text);
    }
}

/// Headings of sections that nothing looks into.
const PLAIN: &[&str] = &["## Background", "## Problem", "### Details of it", "## Risks"];

/// Lines that mean something, and lines that seem to.
const SAYING: &[&str] = &[
    "# PRD-001: Title",
    "## Acceptance Criteria",
    "### Must",
    "## Dependencies",
    "#### Soft",
    "## Files to create",
    "## Status",
    "## Status: Draft",
    "## Overview",
    "## Metadata",
    "## Tasks",
    "## Version 2",
    "## A [link](x.md)",
    "##no heading",
    "## **Tasks**",
    "### *Depends* On ##",
    "## 4. Blockers & Dependencies",
    "## Owner",
    "Ada Lindqvist",
    "Draft",
    "- ---",
    "- [ ] open",
    "- [x] done",
    "  - [~] begun",
    "1. first",
    "2. second ✅",
    "- PRD-002 (contract) — why",
    "- an item that depends on PRD-003",
    "**Depends on:**",
    "**Acceptance criteria:**",
    "Blocked by:",
    "**Priority**: P1",
    "Status: Ready",
    "| Task | Estimate |",
    "| --- | --- |",
    "| a | 2 days |",
    "Depends On | x",
    "--- | ---",
    "PRD-004 | y",
    "```rust",
    "> quoted",
    "> ## quoted heading",
    "- ## heading in an item",
    "<!-- a comment -->",
    "[x]: https://example.org",
    "[ ]",
    "text with [x] in it and `code.rs`",
    "- `src/main.rs` is changed",
    "\tindented by a tab",
];

/// Lines that may change what the lines around them are.
const ODD: &[&str] = &[
    "  ## indented",
    "===",
    "---",
    "````",
    "~~~",
    "    ```",
    "```",
    "<!-- begins",
    "ends -->",
    "<div>",
    "</div>",
    "# Another",
    "Underlined",
];

/// A block, with an empty line behind it or not.
fn block() -> impl Strategy<Value = String> {
    let lines = prop_oneof![
        6 => Just(PROSE.trim_end().to_owned()),
        6 => prop::sample::select(PLAIN).prop_map(|heading| format!("{heading}\n\n{PROSE}")),
        6 => prop::sample::select(SAYING).prop_map(str::to_owned),
        1 => Just("```rust\n# no heading\n- [ ] no box\n```".to_owned()),
        1 => prop::sample::select(ODD).prop_map(str::to_owned),
    ];
    (lines, any::<bool>()).prop_map(|(lines, empty)| if empty { lines + "\n" } else { lines })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]
    #[test]
    fn skimming_reads_what_parsing_reads(blocks in prop::collection::vec(block(), 0..24)) {
        same(&format!("# PRD-001: T\n\n**Priority**: P0\n\n## A\n\n## B\n\n{}\n", blocks.join("\n")));
    }
}
