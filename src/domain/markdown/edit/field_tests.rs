use proptest::prelude::*;

use super::*;
use crate::domain::markdown::header::read_fields;
use crate::domain::markdown::read::content_hash;

fn set(text: &str, name: &FieldName, value: &str) -> String {
    set_field(text, name, value).unwrap()
}

#[test]
fn a_field_is_set_in_its_place_and_dialect() {
    for (text, expected) in [
        ("# T\n\n**Status:** Draft  \n**Team**: X\n", "# T\n\n**Status:** Ready  \n**Team**: X\n"),
        ("**Status**:\n", "**Status**: Ready\n"),
        ("- Status: `Draft` <!-- a or b -->\r\n", "- Status: `Ready` <!-- a or b -->\r\n"),
        ("| **Status** | Draft |\n|---|---|\n", "| **Status** | Ready |\n|---|---|\n"),
        ("| Status | |\n|---|---|\n", "| Status | Ready |\n|---|---|\n"),
        ("---\nstatus: \"Draft\"  # x\n---\n", "---\nstatus: Ready  # x\n---\n"),
        ("---\nstatus:\n---\n", "---\nstatus: Ready\n---\n"),
        ("# T\n\n## Status: Draft\n", "# T\n\n## Status: Ready\n"),
        ("# T\n\n## Status\n\nDraft\n", "# T\n\n## Status\n\nReady\n"),
        ("**Status**: Draft | **Team**: X\n", "**Status**: Ready | **Team**: X\n"),
        (
            "# T\n\n| Status | Priority |\n|---|---|\n| Draft | P0 |\n",
            "# T\n\n| Status | Priority |\n|---|---|\n| Ready | P0 |\n",
        ),
    ] {
        assert_eq!(set(text, &FieldName::Status, "Ready"), expected);
    }
}

#[test]
fn a_new_field_looks_like_the_others() {
    for (text, expected) in [
        ("# T\n\n**Team:** X  \n\nText\n", "# T\n\n**Team:** X  \n**Branch:** b  \n\nText\n"),
        ("# T\r\n\r\n- **Team**: X\r\n", "# T\r\n\r\n- **Team**: X\r\n- **Branch**: b\r\n"),
        ("# T\n\n* Team: X\n* Owner: Y\n  and Z\n", "# T\n\n* Team: X\n* Owner: Y\n  and Z\n* Branch: b\n"),
        ("# T\n\n1. Team: X\n", "# T\n\n1. Team: X\n2. Branch: b\n"),
        ("Team: X\n", "Team: X\nBranch: b\n"),
        (
            "| Field | Value |\n|---|---|\n| **Team** | X |\n",
            "| Field | Value |\n|---|---|\n| **Team** | X |\n| **Branch** | b |\n",
        ),
        ("| Team | X |\n|---|---|\n", "| Team | X |\n|---|---|\n| Branch | b |\n"),
        ("---\nteam: X\n---\n# T\n", "---\nteam: X\nbranch: b\n---\n# T\n"),
        ("---\n---\n# T\n", "---\nbranch: b\n---\n# T\n"),
        ("# T\n\nText\n", "# T\n\n**Branch**: b\n\nText\n"),
        ("# T\nText\n", "# T\n\n**Branch**: b\n\nText\n"),
        ("# T", "# T\n\n**Branch**: b\n"),
        ("", "**Branch**: b\n\n"),
        (
            "# T\n\n**A**: x\n\n**Team**: X\n\nText\n",
            "# T\n\n**A**: x\n\n**Team**: X\n\n**Branch**: b\n\nText\n",
        ),
        (
            "# T\n\n**Team**: X\n**Depends On**:\n- X-1\n",
            "# T\n\n**Team**: X\n**Branch**: b\n**Depends On**:\n- X-1\n",
        ),
        ("# T\n\n**Team**: X | **Owner**: Y\n", "# T\n\n**Team**: X | **Owner**: Y\n**Branch**: b\n"),
    ] {
        assert_eq!(set(text, &FieldName::Branch, "b"), expected);
    }
}

#[test]
fn lists_in_front_matter_stay_lists() {
    let text = "---\ndepends_on:\n  - A-1\n  - A-2\ntags: [x]\n---\n";
    assert_eq!(set(text, &FieldName::DependsOn, "A-1, A-3"), "---\ndepends_on: [A-1, A-3]\ntags: [x]\n---\n");
    assert_eq!(
        set(text, &FieldName::Tags, "a: b, c"),
        "---\ndepends_on:\n  - A-1\n  - A-2\ntags: [\"a: b\", c]\n---\n"
    );
}

#[test]
fn values_that_cannot_be_read_back_are_refused() {
    let text = "# T\n\n**Status**: Draft\n";
    for value in ["a\nb", "a\rb", "x\u{7}"] {
        assert!(matches!(set_field(text, &FieldName::Status, value), Err(EditError::SeveralLines { .. })));
    }
    for value in ["a | **Team**: X", "**bold**", "x <!-- y -->", "x <br>"] {
        assert!(
            matches!(set_field(text, &FieldName::Status, value), Err(EditError::Unwritable { .. })),
            "{value}"
        );
    }
}

#[test]
fn a_field_is_removed_with_its_line() {
    for (text, expected) in [
        ("# T\n\n**Status**: Draft\n**Team**: X\n", "# T\n\n**Team**: X\n"),
        ("# T\n\n**Status**: Draft\n\nText\n", "# T\n\nText\n"),
        ("**Status**: Draft | **Team**: X\n", "**Team**: X\n"),
        ("**Team**: X | **Status**: Draft\n", "**Team**: X\n"),
        ("---\nstatus: x\nid: A\n---\n", "---\nid: A\n---\n"),
        ("# T\n\n## Status\n\nDraft\n\n## B\n", "# T\n\n## B\n"),
        ("| A | B |\n|---|---|\n| Status | x |\n| Team | y |\n", "| A | B |\n|---|---|\n| Team | y |\n"),
        ("| Status | x |\n|---|---|\n| Team | y |\n", "|  |  |\n|---|---|\n| Team | y |\n"),
        ("# T\n\nNo such field\n", "# T\n\nNo such field\n"),
    ] {
        assert_eq!(remove_field(text, &FieldName::Status), expected);
    }
}

/// The same header in every dialect, with `\r\n` or not.
fn header() -> impl Strategy<Value = String> {
    let dialects = [
        "---\nteam: X\npriority: P1\n---\n# T\n\nText\n",
        "# T\n\n**Team**: X\n**Priority**: P1\n\nText\n",
        "# T\n\n- **Team:** X\n- **Priority:** P1\n\nText\n",
        "# T\n\n| Key | Value |\n|---|---|\n| Team | X |\n| Priority | P1 |\n\nText\n",
        "# T\n\nTeam: X\nPriority: P1\n\nText\n",
        "# T\n\n## Team: X\n## Priority: P1\n\nText\n",
        "# T\n\n**Team**: X | **Priority**: P1\n\nText\n",
        "# T\n\nText\n",
        "\u{feff}# T\n\nText\n",
    ];
    (prop::sample::select(dialects.to_vec()), any::<bool>())
        .prop_map(|(text, windows)| if windows { text.replace('\n', "\r\n") } else { text.to_owned() })
}

proptest! {
    #[test]
    fn what_is_set_is_read_and_nothing_else_changes(text in header(), value in "[A-Za-z0-9äé(] ?[A-Za-z0-9:,#'\"\\[\\]{}|@%é—/-]{0,12}") {
        let before: Vec<_> = read_fields(&text).into_iter().map(|field| (field.name, field.value)).collect();
        for name in [FieldName::Team, FieldName::Branch] {
            let Ok(new) = set_field(&text, &name, &value) else { continue };
            let after: Vec<_> = read_fields(&new).into_iter().map(|field| (field.name, field.value)).collect();
            prop_assert!(after.contains(&(name.clone(), value.trim().to_owned())));
            for other in before.iter().filter(|(other, _)| *other != name) {
                prop_assert!(after.contains(other));
            }
            prop_assert_eq!(new.matches("\r\n").count() == new.matches('\n').count(), text.contains("\r\n"));
        }
    }

    #[test]
    fn setting_and_removing_gives_the_text_back(text in header(), value in "[A-Za-z][A-Za-z0-9 ]{0,8}[a-z]") {
        let new = set(&text, &FieldName::Branch, &value);
        prop_assert_eq!(content_hash(&new), content_hash(&text));
        prop_assert_eq!(remove_field(&new, &FieldName::Branch), text);
    }

    #[test]
    fn never_panics_and_changes_only_one_place(text in "([a#\\-*`>|:\\[\\] x~é\r\n]|\\*\\*Team\\*\\*: |- Status: |\\| Team \\| x \\|\n\\|---\\|---\\|\n){0,25}", value in "[a-z|*:]{0,6}") {
        if let Ok(new) = set_field(&text, &FieldName::Team, &value) {
            let old = read_fields(&text).into_iter().find(|field| field.name == FieldName::Team);
            if let Some(old) = old {
                prop_assert!(new.starts_with(&text[..old.lines.start]) && new.ends_with(&text[old.lines.end..]));
            } else {
                let head = text.bytes().zip(new.bytes()).take_while(|(a, b)| a == b).count();
                prop_assert!(new.ends_with(&text[head.min(text.floor_char_boundary(head))..]));
            }
        }
        let _ = remove_field(&text, &FieldName::Team);
        let format = crate::domain::model::id::IdFormat::default();
        let id = format.id(1);
        let kind = crate::domain::model::dependency::DependencyKind::Soft;
        if let Ok(new) = super::super::dependency::add_dependency(&text, &id, kind, None, &format) {
            let _ = super::super::dependency::remove_dependency(&new, &id, &format);
        }
    }

    #[test]
    fn yaml_reads_what_front_matter_is_given(value in "[ -~é✅]{1,20}") {
        let text = "---\nteam: X\n---\n# T\n";
        let Ok(new) = set_field(text, &FieldName::Team, &value) else { return Ok(()) };
        let yaml: String = new.lines().skip(1).take(1).collect();
        let scalars: Vec<String> = saphyr_parser::Parser::new_from_str(&yaml)
            .filter_map(|event| match event {
                Ok((saphyr_parser::Event::Scalar(value, ..), _)) => Some(value.to_string()),
                Ok(_) | Err(_) => None,
            })
            .collect();
        prop_assert_eq!(scalars, ["team".to_owned(), value.trim().to_owned()], "{}", yaml);
    }
}
