//! Editing check boxes, titles, marked regions and sections.

use super::error::EditError;
use super::splice::{after_line, line_end, splice, with_line_ends};
use crate::domain::markdown::checklist::box_state;
use crate::domain::markdown::document::Document;
use crate::domain::markdown::front_matter;
use crate::domain::markdown::header::title_heading;
use crate::domain::markdown::identity::id_in_title;
use crate::domain::markdown::outline::Outline;
use crate::domain::markdown::section_name::fold_name;
use crate::domain::model::checklist::{BoxState, Item};
use crate::domain::model::id::{IdFormat, PrdId};

/// The text with the box of an item set; one that holds the state already keeps its letter.
///
/// # Errors
/// [`EditError::NoBox`] where the item has no box or the text does not hold it there any more.
pub fn set_box(text: &str, item: &Item, state: BoxState) -> Result<String, EditError> {
    let refuse = || EditError::NoBox { line: item.line };
    let span = item.span.clone().ok_or_else(refuse)?;
    let now = text.get(span.clone()).and_then(box_state).ok_or_else(refuse)?;
    if now == state {
        return Ok(text.to_owned());
    }
    let mark = match state {
        BoxState::Open => "[ ]",
        BoxState::Begun => "[~]",
        BoxState::Done => "[x]",
    };
    Ok(splice(text, span, mark))
}

/// The text with the id in its title: in place of the one that is there, else before the words. A text without a
/// title gets one.
#[must_use]
pub fn set_title_id(text: &str, id: &PrdId, format: &IdFormat) -> String {
    let document = Document::new(text);
    let end = line_end(text);
    let heading = title_heading(&document.outline).and_then(|at| document.outline.headings.get(at));
    let Some(heading) = heading else {
        let at = front_matter::body_start(text);
        return splice(text, at..at, &format!("# {id}{end}{end}"));
    };
    let source = text.get(heading.span.clone()).unwrap_or_default();
    let words = source.trim_start_matches(['#', ' ', '\t']);
    let start = heading.span.start + (source.len() - words.len());
    let id_text = id.to_string();
    match id_in_title(words, format) {
        Some((_, span)) => splice(text, start + span.start..start + span.end, &id_text),
        None if words.is_empty() => splice(text, heading.span.clone(), &format!("# {id_text}")),
        None => splice(text, start..start, &format!("{id_text}: ")),
    }
}

/// The text with other content between two marks that stand on lines of their own outside of code, such as
/// `<!-- prd:work-plan:begin -->`; `None` where one of them is missing.
#[must_use]
pub fn replace_region(text: &str, begin: &str, end: &str, content: &str) -> Option<String> {
    let outline = Outline::parse(text);
    let in_code = |at: usize| {
        let before = outline.blocks.partition_point(|block| block.span.start <= at);
        before
            .checked_sub(1)
            .and_then(|at| outline.blocks.get(at))
            .is_some_and(|block| block.is_code() && block.span.contains(&at))
    };
    let find = |mark: &str, from: usize| {
        let found = text.get(from..)?.match_indices(mark).map(|(at, _)| from + at).find(|at| !in_code(*at));
        found.filter(|_| !mark.is_empty())
    };
    let first = find(begin, 0)?;
    let inner_start = after_line(text, first + begin.len());
    let last = find(end, inner_start)?;
    let line = super::splice::before_line(text, last);
    let line_break = line_end(text);
    let mut new = with_line_ends(content.trim_end_matches(['\n', '\r']), line_break);
    if !new.is_empty() {
        new.push_str(line_break);
    }
    Some(splice(text, inner_start..line.max(inner_start), &new))
}

/// The text with content at the end of the section of a heading, whose name may be numbered and in any case; the
/// section is added at the end of the document where it is missing.
#[must_use]
pub fn append_to_section(text: &str, heading: &str, content: &str) -> String {
    let outline = Outline::parse(text);
    let end = line_end(text);
    let content = with_line_ends(content.trim_matches(['\n', '\r']), end);
    let wanted = fold_name(heading);
    let found = outline.headings.iter().find(|known| fold_name(&known.text) == wanted);
    let (at, new) = match found {
        Some(found) => {
            let section = text.get(found.section.clone()).unwrap_or_default();
            let kept = section.trim_end();
            let at = found.section.start + kept.len();
            let last = kept.rsplit('\n').next().unwrap_or_default().trim_start();
            let item = |line: &str| {
                line.starts_with(['-', '*', '+']) && line.get(1..).is_some_and(|rest| rest.starts_with(' '))
            };
            let same_list = item(last) && content.lines().next().is_some_and(item);
            let on_heading_line = kept.is_empty() && !text.get(..at).is_some_and(|head| head.ends_with('\n'));
            let gap = match (kept.is_empty(), same_list) {
                (true, _) if !on_heading_line => end.to_owned(),
                (_, true) => end.to_owned(),
                _ => format!("{end}{end}"),
            };
            let tail = text.get(at..).unwrap_or_default();
            let close = if tail.starts_with(['\n', '\r']) && !kept.is_empty() { "" } else { end };
            (at, format!("{gap}{content}{close}"))
        }
        None => {
            let at = text.trim_end().len();
            let gap = if at == 0 { String::new() } else { format!("{end}{end}") };
            return splice(text, at..text.len(), &format!("{gap}## {heading}{end}{end}{content}{end}"));
        }
    };
    splice(text, at..at, &new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::markdown::checklist::read_checklist;
    use proptest::prelude::*;

    #[test]
    fn boxes_are_set_and_nothing_else() {
        let text = "# T\r\n- [ ] a\r\n- [X] b\r\n";
        let items = read_checklist(text).items;
        assert_eq!(set_box(text, &items[0], BoxState::Begun).unwrap(), "# T\r\n- [~] a\r\n- [X] b\r\n");
        assert_eq!(set_box(text, &items[1], BoxState::Done).unwrap(), text);
        assert_eq!(set_box("# T\r\nother", &items[0], BoxState::Done), Err(EditError::NoBox { line: 2 }));
    }

    #[test]
    fn titles_get_their_id() {
        let format = IdFormat::from_pattern("SVC-{number}").unwrap();
        let id = format.id(7);
        for (text, expected) in [
            ("# Checkout\n", "# SVC-007: Checkout\n"),
            ("# PRD-128: Checkout\n", "# SVC-007: Checkout\n"),
            ("# Checkout (SVC-1)\n", "# Checkout (SVC-007)\n"),
            ("Text\r\nmore\r\n", "# SVC-007\r\n\r\nText\r\nmore\r\n"),
            ("---\na: b\n---\n# X\n", "---\na: b\n---\n# SVC-007: X\n"),
            ("#\n\ntext\n", "# SVC-007\n\ntext\n"),
        ] {
            assert_eq!(set_title_id(text, &id, &format), expected);
        }
    }

    #[test]
    fn regions_are_replaced_outside_of_code() {
        let text = "```\n<!-- b -->\n<!-- e -->\n```\n\n<!-- b -->\nold\n<!-- e -->\ntail\n";
        let new = replace_region(text, "<!-- b -->", "<!-- e -->", "one\r\ntwo\n").unwrap();
        assert_eq!(new, "```\n<!-- b -->\n<!-- e -->\n```\n\n<!-- b -->\none\ntwo\n<!-- e -->\ntail\n");
        assert_eq!(replace_region(&new, "<!-- b -->", "<!-- x -->", ""), None);
        let empty = replace_region(&new, "<!-- b -->", "<!-- e -->", "").unwrap();
        assert!(empty.ends_with("<!-- b -->\n<!-- e -->\ntail\n"));
    }

    #[test]
    fn sections_grow_at_their_end() {
        let text = "# T\n\n## 2. Notes\n\n- a\n\n## Next\n\nx\n";
        assert_eq!(
            append_to_section(text, "Notes", "- b\n"),
            "# T\n\n## 2. Notes\n\n- a\n- b\n\n## Next\n\nx\n"
        );
        assert_eq!(append_to_section(text, "Next", "y"), "# T\n\n## 2. Notes\n\n- a\n\n## Next\n\nx\n\ny\n");
        assert_eq!(append_to_section("# T\n", "Log", "z"), "# T\n\n## Log\n\nz\n");
        assert_eq!(append_to_section("## Log\n", "Log", "z"), "## Log\n\nz\n");
        assert_eq!(append_to_section("## Log\n\n## B\n", "Log", "z"), "## Log\n\nz\n\n## B\n");
        assert_eq!(append_to_section("## Log", "Log", "z"), "## Log\n\nz\n");
    }

    proptest! {
        #[test]
        fn never_panics(text in "([a#\\-*`>|\\[\\] x~é\r\n]|<!-- b -->|<!-- e -->){0,40}") {
            let _ = append_to_section(&text, "a", "b");
            let _ = replace_region(&text, "<!-- b -->", "<!-- e -->", "c");
            let format = IdFormat::default();
            let _ = set_title_id(&text, &format.id(1), &format);
            for item in read_checklist(&text).items {
                if let Ok(new) = set_box(&text, &item, BoxState::Done) {
                    prop_assert_eq!(new.len(), text.len());
                }
            }
        }
    }
}
