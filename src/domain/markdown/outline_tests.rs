use proptest::prelude::*;

use super::*;

const DOCUMENT: &str = "\u{feff}---\r\nid: X-1\r\n---\r\n# X-1: *Big* `thing`\r\n\r\nOne\r\ntwo `co de` three.\r\n\r\n\
## List\r\n\r\n- [ ] open `x`\r\n- [x] done\r\n  - [~] begun **bold**\r\n  - [-] other\r\n\r\n    more text\r\n1. first\r\n\r\n\
```rust ignore\r\n# no heading\r\n- [ ] no box\r\n```\r\n\r\n> quoted\r\n\r\n\
| A | B `b` |\r\n|---|---|\r\n| 1 \\| x | [l](u.md) |\r\n\r\n### Sub\r\n\r\n<!-- c -->\r\n\r\n## Next\r\n";

fn of_kind(outline: &Outline, wanted: fn(&BlockKind) -> bool) -> Vec<&Block> {
    outline.blocks.iter().filter(|block| wanted(&block.kind)).collect()
}

#[test]
fn reads_headings_and_their_sections() {
    let outline = Outline::parse(DOCUMENT);
    let headings: Vec<(u8, &str, usize)> =
        outline.headings.iter().map(|h| (h.level, h.text.as_str(), h.line)).collect();
    assert_eq!(headings, [(1, "X-1: Big thing", 4), (2, "List", 9), (3, "Sub", 30), (2, "Next", 34)]);
    assert_eq!(&DOCUMENT[outline.headings[1].span.clone()], "## List");
    assert!(DOCUMENT[outline.headings[1].section.clone()].starts_with("\r\n- [ ] open"));
    assert!(DOCUMENT[outline.headings[1].section.clone()].ends_with("<!-- c -->\r\n\r\n"));
    assert_eq!(outline.headings[0].section.end, DOCUMENT.len());
}

#[test]
fn reads_items_with_all_kinds_of_boxes() {
    let outline = Outline::parse(DOCUMENT);
    let items: Vec<_> = outline
        .blocks
        .iter()
        .filter_map(|block| {
            let BlockKind::ListItem { ordered, task, task_span } = &block.kind else { return None };
            let task_text = task_span.clone().map(|span| &DOCUMENT[span]);
            Some((block.text.as_str(), block.depth, *ordered, *task, task_text))
        })
        .collect();
    assert_eq!(
        items,
        [
            ("open x", 1, false, Some(BoxState::Open), Some("[ ]")),
            ("done", 1, false, Some(BoxState::Done), Some("[x]")),
            ("begun bold", 2, false, Some(BoxState::Begun), Some("[~]")),
            ("other", 2, false, Some(BoxState::Begun), Some("[-]")),
            ("first", 1, true, None, None),
        ]
    );
}

#[test]
fn nothing_inside_code_is_a_heading_or_an_item() {
    let outline = Outline::parse(DOCUMENT);
    let code = of_kind(&outline, |kind| matches!(kind, BlockKind::Code { .. }));
    assert_eq!(code.len(), 1);
    assert_eq!(code[0].kind, BlockKind::Code { language: "rust".to_owned(), fenced: true });
    assert!(code[0].text.contains("- [ ] no box"));
}

#[test]
fn reads_tables_quotes_and_html() {
    let outline = Outline::parse(DOCUMENT);
    let rows: Vec<Vec<(&str, &str)>> = outline
        .blocks
        .iter()
        .filter_map(|block| {
            let (BlockKind::TableHeader { cells } | BlockKind::TableRow { cells }) = &block.kind else {
                return None;
            };
            Some(cells.iter().map(|cell| (cell.text.as_str(), &DOCUMENT[cell.span.clone()])).collect())
        })
        .collect();
    assert_eq!(rows, [vec![("A", "A"), ("B b", "B `b`")], vec![("1 | x", "1 \\| x"), ("l", "[l](u.md)")]]);
    assert_eq!(of_kind(&outline, |kind| *kind == BlockKind::Quote)[0].text, "quoted");
    assert_eq!(of_kind(&outline, |kind| *kind == BlockKind::Html)[0].text.trim(), "<!-- c -->");
}

#[test]
fn knows_where_the_text_of_a_block_begins_and_its_code() {
    let outline = Outline::parse(DOCUMENT);
    let block = &outline.blocks[0];
    assert_eq!(block.text, "One two co de three.");
    assert!(DOCUMENT[block.text_start..].starts_with("One"));
    assert_eq!(&DOCUMENT[block.code_spans[0].clone()], "`co de`");
}

#[test]
fn a_section_has_the_blocks_of_its_subsections() {
    let outline = Outline::parse(DOCUMENT);
    assert_eq!(outline.section_blocks(1).count(), 11);
    assert_eq!(outline.section_blocks(2).count(), 1);
    assert_eq!(outline.section_blocks(3).count(), 0);
    assert_eq!(outline.section_blocks(99).count(), 0);
    assert_eq!(outline.heading_of(&outline.blocks[0]).map(|h| h.level), Some(1));
}

#[test]
fn a_rule_right_below_fields_makes_no_heading_of_them() {
    let outline = Outline::parse("# T\n\n**Status**: Draft\n---\n\n**A**: b\n**C**: d\n---\n\nReal\n====\n");
    let headings: Vec<&str> = outline.headings.iter().map(|h| h.text.as_str()).collect();
    assert_eq!(headings, ["T", "Real"]);
}

proptest! {
    #[test]
    fn never_panics_and_keeps_its_places_true(text in "([ \\-#*`|>\\[\\]x~ä✅a1.\r\n:<!]|- \\[~\\] |```|\n\n){0,60}") {
        let outline = Outline::parse(&text);
        for block in &outline.blocks {
            prop_assert!(text.get(block.span.clone()).is_some());
            prop_assert!(text.get(block.text_start..).is_some());
            if let BlockKind::ListItem { task_span: Some(span), .. } = &block.kind {
                prop_assert_eq!(span.len(), 3);
            }
        }
        for heading in &outline.headings {
            prop_assert!(text.get(heading.section.clone()).is_some());
        }
        prop_assert!(outline.blocks.is_sorted_by_key(|block| block.span.start));
    }
}
