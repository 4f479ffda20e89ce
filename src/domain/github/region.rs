//! The part of an issue's text that is ours: from one marker to the other. All else is the people's.

use crate::domain::model::id::PrdId;

/// The marker that our part begins with; an issue that has it is the PRD's.
#[must_use]
pub fn begin(id: &PrdId) -> String {
    format!("<!-- prd:{} -->", id.canonical())
}

fn end(id: &PrdId) -> String {
    format!("<!-- /prd:{} -->", id.canonical())
}

/// True where a text has the PRD's marker.
#[must_use]
pub fn is_marked(text: &str, id: &PrdId) -> bool {
    text.contains(&begin(id))
}

/// Our part with its markers around it.
#[must_use]
pub fn wrapped(id: &PrdId, content: &str) -> String {
    format!("{}\n{}\n{}", begin(id), content.trim_end(), end(id))
}

/// A text with our part put in place of the one that is there; before all else where none is.
///
/// Where the second marker is gone nobody can say where our part ended, so only the first marker is replaced and
/// every other byte stays.
#[must_use]
pub fn put(text: &str, id: &PrdId, content: &str) -> String {
    let ours = wrapped(id, content);
    let begin = begin(id);
    let Some((before, rest)) = text.split_once(&begin) else {
        let gap = if text.trim().is_empty() { "" } else { "\n\n" };
        return format!("{ours}{gap}{}", text.trim_start_matches('\n'));
    };
    match rest.split_once(&end(id)) {
        Some((_, after)) => format!("{before}{ours}{after}"),
        None => format!("{before}{ours}\n{rest}"),
    }
}

/// Our part of a text, without its markers.
#[must_use]
pub fn content<'a>(text: &'a str, id: &PrdId) -> Option<&'a str> {
    Some(text.split_once(&begin(id))?.1.split_once(&end(id))?.0.trim())
}

/// The texts of the boxes that are ticked in a text.
#[must_use]
pub fn ticked(text: &str) -> Vec<&str> {
    text.lines()
        .filter_map(|line| {
            line.trim_start().strip_prefix("- [x] ").or(line.trim_start().strip_prefix("- [X] "))
        })
        .map(str::trim)
        .collect()
}

/// True where two texts say the same: GitHub changes line ends and the space at the end.
#[must_use]
pub fn is_same(one: &str, other: &str) -> bool {
    let lines =
        |text: &str| -> Vec<String> { text.trim().lines().map(|line| line.trim_end().to_owned()).collect() };
    lines(one) == lines(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::model::id::IdFormat;

    fn id() -> PrdId {
        IdFormat::default().id(7)
    }

    #[test]
    fn what_people_wrote_stays_around_our_part() {
        let first = put("", &id(), "one");
        assert_eq!(content(&first, &id()), Some("one"));
        let people = format!("Above.\r\n\r\n{first}\n\nBelow $(x) `y` \u{202e}rtl.");
        let second = put(&people, &id(), "two");
        assert_eq!(second, people.replace("\none\n", "\ntwo\n"));
        assert_eq!(put(&second, &id(), "two"), second);
        let before = put("Somebody's own issue.", &id(), "one");
        assert!(before.starts_with(&begin(&id())) && before.ends_with("\n\nSomebody's own issue."));
    }

    #[test]
    fn without_the_second_marker_nothing_is_lost() {
        let broken = format!("{}\nold\nBelow.", begin(&id()));
        let mended = put(&broken, &id(), "new");
        assert!(mended.contains("old\nBelow."), "{mended}");
        assert_eq!(content(&mended, &id()), Some("new"));
        assert_eq!(mended.matches(&begin(&id())).count(), 1);
    }

    #[test]
    fn another_prds_marker_is_not_ours() {
        let other = IdFormat::default().id(70);
        assert!(!is_marked(&put("", &other, "x"), &id()));
    }
}
