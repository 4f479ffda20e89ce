use super::*;
use crate::domain::review::testing::{GOOD, prd};

fn with<T>(text: &str, look: impl Fn(&Document<'_>) -> T) -> T {
    let prd = prd(text);
    look(&Document::new(&prd, text))
}

/// Line and source of each statement about a topic.
fn about(text: &str, topic: Topic) -> Vec<(usize, String)> {
    with(text, |document| {
        let of = |statement: &Statement| (statement.line, document.source(statement).to_owned());
        document.about(topic).map(of).collect()
    })
}

#[test]
fn a_statement_knows_its_sections_topics() {
    let text = "# SVC-001: X\n\n## Acceptance criteria\n\n### Failure\n\n- [ ] It returns 404. Always.\n\n## Zebra\n\n- Stripes\n";
    assert_eq!(about(text, Topic::Criteria), [(7, "It returns 404. Always.".to_owned())]);
    assert_eq!(about(text, Topic::Errors).len(), 1);
}

#[test]
fn a_label_gives_its_list_a_topic_and_takes_the_opposite_one() {
    let text = "# SVC-001: X\n\n## Scope\n\n- Mail\n\n**Out of scope**:\n\n- Fax\n- Out of scope: pigeons\n";
    let lines = |topic| about(text, topic).into_iter().map(|(line, _)| line).collect::<Vec<_>>();
    assert_eq!(lines(Topic::InScope), [5]);
    assert_eq!(lines(Topic::OutOfScope), [9, 10]);
}

#[test]
fn what_is_taken_for_granted_under_scope_is_not_in_scope() {
    let text = "# SVC-001: X\n\n## Scope\n\n- Mail\n\n### Assumptions\n\n- The post office is open\n\n### Mail\n\n- Stamps\n";
    assert_eq!(about(text, Topic::InScope), [(5, "Mail".to_owned()), (13, "Stamps".to_owned())]);
    assert_eq!(about(text, Topic::Terms), [(9, "The post office is open".to_owned())]);
}

#[test]
fn what_is_done_to_verify_is_no_criterion() {
    let text = "# SVC-001: X\n\n## Tasks\n\n- **Verification command**: `make test`\n- **Verification**: ten letters arrive\n";
    assert_eq!(about(text, Topic::Criteria), [(6, "**Verification**: ten letters arrive".to_owned())]);
}

#[test]
fn a_sentence_before_a_colon_is_no_label() {
    let text = "# SVC-001: X\n\n## Notes\n\nThis keeps the risks apart: letters go by train. Risks: trains are late.\n";
    assert_eq!(about(text, Topic::Risks), [(5, "Risks: trains are late.".to_owned())]);
}

#[test]
fn a_sentence_that_begins_as_a_goal_is_one_in_a_story() {
    let text = "# SVC-001: X\n\n## Background\n\nLetters are lost. The goal is that 99 % of letters arrive.\n\n## Out of scope\n\nThe goal is not to carry parcels.\n";
    assert_eq!(about(text, Topic::Outcome), [(5, "The goal is that 99 % of letters arrive.".to_owned())]);
}

#[test]
fn header_fields_comments_quotes_and_table_headers_say_nothing() {
    let text = "# SVC-001: X\n\n**Owner**: Dana\n**Team**: Mail\n\n## Risks\n\n<!-- guidance -->\n\n> quoted\n\n| Risk | Mitigation |\n| --- | --- |\n| Flood | Boats |\n";
    with(text, |document| {
        let statements: Vec<&str> =
            document.statements.iter().map(|statement| document.source(statement)).collect();
        assert_eq!(statements, ["Flood | Boats |"]);
        assert!(matches!(
            &document.statements[0].kind,
            StatementKind::Row { header, cells } if header[1] == "mitigation" && cells[1] == "Boats"
        ));
    });
}

#[test]
fn code_and_quotations_are_opaque_to_checks_and_known_to_slots() {
    let text = "# SVC-001: X\n\n## Risks\n\n`GET /x` is \"fast\" at [various](y.md) hours.\n";
    with(text, |document| {
        let statement = &document.statements[0];
        assert!(statement.words.iter().any(|word| word.lower == "various"));
        assert!(
            !statement.prose().iter().any(|word| matches!(word.lower.as_str(), "various" | "fast" | "get"))
        );
        assert_eq!(
            &text[statement.prose().last().unwrap().start()..statement.prose().last().unwrap().end()],
            "hours"
        );
    });
}

#[test]
fn what_is_blank_or_only_repeated_is_worth_nothing_or_little() {
    let line = "- The provider is down for an hour every week\n";
    let text =
        format!("# SVC-001: X\n\n## Risks\n\n- ____ may fail\n- [Which risk?]\n- None\n{}", line.repeat(100));
    with(&text, |document| {
        let qualities: Vec<u32> = document.statements.iter().map(|statement| statement.quality).collect();
        assert_eq!(qualities[..3], [0, 0, 0]);
        assert!(qualities[3..].iter().sum::<u32>() <= 2000, "{qualities:?}");
    });
}

#[test]
fn a_silencing_comment_covers_its_line_or_the_block_behind_it() {
    let text = "# SVC-001: X\n\n<!-- prd-ignore: a why -->\n- one\n- two <!-- prd-ignore: b -->\n\n`<!-- prd-ignore: c -->`\n\n```\n<!-- prd-ignore: d -->\n```\n";
    with(text, |document| {
        let ignores: Vec<(&str, &str, usize, usize)> = document
            .ignores
            .iter()
            .map(|ignore| {
                (ignore.rule.as_str(), ignore.reason.as_str(), *ignore.lines.start(), *ignore.lines.end())
            })
            .collect();
        assert_eq!(ignores, [("a", "why", 3, 4), ("b", "", 5, 5)]);
    });
}

#[test]
fn what_is_asked_of_every_statement_stands_in_one_line_of_the_cache() {
    assert_eq!(std::mem::offset_of!(Statement, words), 64);
    assert!(size_of::<Statement>() <= 256, "{}", size_of::<Statement>());
}

#[test]
fn a_statement_knows_whether_it_is_code() {
    for (name, text) in GOOD {
        with(text, |document| {
            for statement in &document.statements {
                let is_code = matches!(statement.kind, StatementKind::Code { .. });
                assert_eq!(statement.is_code, is_code, "{name}:{}", statement.line);
            }
        });
    }
}
