use super::*;

fn read(text: &str) -> Vec<(String, String, Dialect, usize)> {
    let fields = read_fields(text);
    for field in &fields {
        assert!(text.get(field.span.clone()).is_some() && text.get(field.lines.clone()).is_some());
        assert!(field.lines.start <= field.span.start && field.span.end <= field.lines.end, "{field:?}");
    }
    fields.into_iter().map(|field| (field.name.snake(), field.value, field.dialect, field.line)).collect()
}

fn names(text: &str) -> Vec<String> {
    read(text).into_iter().map(|field| field.0).collect()
}

#[test]
fn several_dialects_in_one_file_are_all_read() {
    let text = "---\nid: X-1\n---\n# T\n\n**Priority**: P0\n**Sprint Goal**: ship\n\n- Team: A\n- Rank: 3\n\n\
| Field | Value |\n|---|---|\n| **Owner** | Ann \\| Bob |\n| Cost | 3 |\n\nType: New\n\n## Status: Draft\n\ntext\n";
    let read = read(text);
    let short: Vec<(&str, &str, Dialect, usize)> =
        read.iter().map(|f| (f.0.as_str(), f.1.as_str(), f.2, f.3)).collect();
    assert_eq!(
        short,
        [
            ("id", "X-1", Dialect::FrontMatter, 2),
            ("priority", "P0", Dialect::Bold, 6),
            ("sprint_goal", "ship", Dialect::Bold, 7),
            ("team", "A", Dialect::ListItem, 9),
            ("rank", "3", Dialect::ListItem, 10),
            ("owner", "Ann | Bob", Dialect::TableRow, 14),
            ("cost", "3", Dialect::TableRow, 15),
            ("type", "New", Dialect::Plain, 17),
            ("status", "Draft", Dialect::Heading, 19),
        ]
    );
}

#[test]
fn nothing_in_code_or_in_a_section_is_a_field() {
    let text = "# T\n\n```\n**Status**: Draft\n```\n\n    Priority: P0\n\n## 1. Goals\n\n**Owner**: nobody\n\nTeam: X\n";
    assert_eq!(read(text), []);
}

#[test]
fn metadata_sections_count_and_others_only_with_known_keys() {
    assert_eq!(names("# T\n\n## Metadata\n\n- Status: Draft\n- Color: red\n"), ["status", "color"]);
    assert_eq!(names("# T\n\n## Overview\n\n- **Status**: Draft\n- **Color**: red\n\nText\n"), ["status"]);
    assert_eq!(names("# T\n\n## Goals\n\n- **Status**: Draft\n"), Vec::<String>::new());
}

#[test]
fn tables_are_read_in_all_three_shapes() {
    assert_eq!(names("# T\n\n| Priority | P0 |\n|---|---|\n| Team | X |\n"), ["priority", "team"]);
    assert_eq!(names("# T\n\n| Status | Priority |\n|---|---|\n| Draft | P0 |\n"), ["status", "priority"]);
    assert_eq!(
        names("# T\n\n| | | | |\n|---|---|---|---|\n| **Status** | Draft | **Priority** | P0 |\n"),
        ["status", "priority"]
    );
    assert_eq!(names("# T\n\n| Criteria | Target |\n|---|---|\n| a | b |\n"), Vec::<String>::new());
}

#[test]
fn a_section_may_be_a_field() {
    let text = "# ADR\n\n## Status\n\nAccepted\n\n## Owner\n\nA long story.\n\nAnd more.\n";
    assert_eq!(read(text), [("status".to_owned(), "Accepted".to_owned(), Dialect::Heading, 5)]);
}

#[test]
fn a_title_that_says_nothing_lets_the_next_heading_be_the_title() {
    let text =
        "# Product Requirements Document\n## Checkout\n\n**Status**: Draft\n\n## Goals\n\n**Owner**: x\n";
    assert_eq!(names(text), ["status"]);
}

#[test]
fn a_list_of_ids_goes_on_behind_a_comma() {
    let fields = read_fields("# T\n\n**Depends On**: X-1,\n  X-2 (b)\n**Status**: Draft\n");
    assert_eq!(fields[0].value, "X-1, X-2 (b)");
    assert_eq!(fields[1].value, "Draft");
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_change_nothing() {
    let text = "\u{feff}**Status**: Draft\r\n**Team**: X\r\n";
    let fields = read_fields(text);
    assert_eq!(
        (&text[fields[0].span.clone()], &text[fields[0].lines.clone()]),
        ("Draft", "**Status**: Draft\r\n")
    );
    assert_eq!(fields[1].value, "X");
}
