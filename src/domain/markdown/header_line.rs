//! Fields on one line, in every way that people write them.

use std::ops::Range;

use crate::domain::model::field::{Dialect, FieldName};
use crate::domain::model::id::PrdId;

/// One field on a line; all ranges are bytes of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Raw {
    pub(super) name: FieldName,
    pub(super) key: Range<usize>,
    pub(super) value: Range<usize>,
    pub(super) dialect: Dialect,
    /// From the first mark of the key to the end of the value's marks.
    pub(super) whole: Range<usize>,
}

/// Which keys count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keys {
    /// Those with a meaning to `prd`.
    Known,
    /// Those, and any bold one.
    KnownOrBold,
    /// Any.
    All,
}

/// Words that begin a dependency and never a field.
const ENTRY_WORDS: [&str; 10] = [
    "hard",
    "soft",
    "required",
    "optional",
    "internal",
    "external",
    "upstream",
    "downstream",
    "contract",
    "finish",
];

/// The fields on a line of a document that begins at `offset`; `line` comes without its line end.
pub(super) fn fields_in_line(line: &str, offset: usize, keys: Keys) -> Vec<Raw> {
    let (dialect, skipped) = line_marks(line);
    let mut fields: Vec<Raw> = Vec::new();
    let mut at = skipped;
    while let Some(mut raw) = field_at(line, at, keys, fields.is_empty()) {
        if let Some(dialect) = dialect {
            raw.dialect = dialect;
        }
        let next = next_field(line, raw.value.clone(), raw.dialect == Dialect::Plain, keys);
        let end = next.map_or(line.len(), |(end, _)| end);
        raw.value.end = raw.value.end.min(end);
        raw.whole.end = end.max(raw.whole.start);
        raw.value = unwrap_value(line, raw.value.clone());
        fields.push(raw);
        match next {
            Some((_, start)) => at = start,
            None => break,
        }
    }
    for raw in &mut fields {
        for range in [&mut raw.key, &mut raw.value, &mut raw.whole] {
            *range = range.start + offset..range.end + offset;
        }
    }
    fields
}

/// The dialect that the marks at the beginning of a line make, and their length: indentation, quote marks, list
/// marks, heading marks and decoration.
fn line_marks(line: &str) -> (Option<Dialect>, usize) {
    let body = line.trim_start_matches([' ', '\t', '>', '\u{feff}']);
    let mut rest = body;
    let mut dialect = None;
    if let Some(item) = strip_list_mark(body) {
        rest = item;
        dialect = Some(Dialect::ListItem);
    } else if body.starts_with('#') {
        rest = body.trim_start_matches('#');
        dialect = Some(Dialect::Heading);
    }
    let rest =
        rest.trim_start_matches(|c: char| c.is_whitespace() || (!c.is_ascii() && !c.is_alphanumeric()));
    // A head in brackets: `(Lead: Dana · Due: 2027-10-15)`.
    let rest = rest.strip_prefix('(').filter(|inner| inner.trim_end().ends_with(')')).unwrap_or(rest);
    (dialect, line.len() - rest.len())
}

/// The text behind a list mark: `- `, `* `, `+ `, `1. `, `1) `.
pub(super) fn strip_list_mark(text: &str) -> Option<&str> {
    let rest = match text.strip_prefix(['-', '*', '+']) {
        Some(rest) => rest,
        None => {
            let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
            if rest.len() == text.len() {
                return None;
            }
            rest.strip_prefix(['.', ')'])?
        }
    };
    rest.starts_with([' ', '\t']).then(|| rest.trim_start_matches([' ', '\t']))
}

/// The field whose key begins at `at`; its value reaches to the end of the line.
fn field_at(line: &str, at: usize, keys: Keys, first: bool) -> Option<Raw> {
    let rest = line.get(at..)?;
    let (key, value, dialect) = match ["**", "__", "*", "_"].into_iter().find(|mark| rest.starts_with(mark)) {
        Some(mark) => {
            let (key, value) = bold_key(rest, mark)?;
            (key, value, Dialect::Bold)
        }
        None => {
            let (key, value) = plain_key(rest)?;
            (key, value, Dialect::Plain)
        }
    };
    let key_text = rest.get(key.clone())?;
    let name = FieldName::fold(key_text);
    if let FieldName::Other(folded) = &name {
        let accepted = match keys {
            Keys::Known => false,
            Keys::KnownOrBold => dialect == Dialect::Bold,
            Keys::All => first || dialect == Dialect::Bold,
        };
        let is_entry = ENTRY_WORDS.contains(&folded.as_str()) || PrdId::parse(key_text).is_some();
        if !accepted || is_entry || folded.is_empty() || key_text.chars().count() > 40 {
            return None;
        }
    }
    Some(Raw {
        name,
        key: at + key.start..at + key.end,
        value: at + value..line.len(),
        dialect,
        whole: at..line.len(),
    })
}

/// Key and beginning of the value of `**Key**: value`, `**Key:** value`, `**Key: value**`, `**Key** — value`.
fn bold_key(rest: &str, mark: &str) -> Option<(Range<usize>, usize)> {
    let inner = rest.get(mark.len()..)?;
    let close = inner.find(mark).filter(|close| *close > 0)?;
    let key = inner.get(..close)?;
    let after = mark.len() + close + mark.len();
    let tail = rest.get(after..)?;
    let bare = key.trim_end().strip_suffix(':').map(str::trim_end);
    if let Some(bare) = bare {
        return Some((mark.len()..mark.len() + bare.len(), after));
    }
    let spaces = tail.len() - tail.trim_start_matches([' ', '\t']).len();
    let tail = tail.trim_start_matches([' ', '\t']);
    if let Some(colon) = tail.chars().next().filter(|c| matches!(c, ':' | '：')) {
        return Some((mark.len()..mark.len() + key.len(), after + spaces + colon.len_utf8()));
    }
    let known = |key: &str| !matches!(FieldName::fold(key), FieldName::Other(_));
    if let Some(dash) = tail.chars().next().filter(|c| matches!(c, '-' | '–' | '—' | '='))
        && spaces > 0
        && tail.get(dash.len_utf8()..).is_some_and(|rest| rest.starts_with(' '))
        && known(key)
    {
        return Some((mark.len()..mark.len() + key.len(), after + spaces + dash.len_utf8()));
    }
    let colon = key.find(": ")?;
    let name = key.get(..colon)?;
    (mark.len() == 2 && tail.is_empty() && known(name))
        .then(|| (mark.len()..mark.len() + colon, mark.len() + colon + 1))
}

fn plain_key(rest: &str) -> Option<(Range<usize>, usize)> {
    if let Some((key, value)) = dashed_key(rest) {
        return Some((key, value));
    }
    let colon = rest.find(':')?;
    let key = rest.get(..colon)?;
    let tail = rest.get(colon + 1..)?;
    let looks_like_key = key.starts_with(char::is_alphabetic)
        && key.len() <= 60
        && key.split_whitespace().count() <= 4
        && key
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '/' | '(' | ')' | '&' | '\''));
    (looks_like_key && (tail.is_empty() || tail.starts_with(char::is_whitespace)))
        .then_some((0..key.trim_end().len(), colon + 1))
}

/// Key and beginning of the value of `Key — value`, for keys with a meaning.
fn dashed_key(rest: &str) -> Option<(Range<usize>, usize)> {
    let dash = rest.find([':', '–', '—', '=']).filter(|at| *at <= 30)?;
    let key = rest.get(..dash)?.strip_suffix(' ')?;
    let mark = rest.get(dash..)?.chars().next().filter(|mark| *mark != ':')?;
    let known = !matches!(FieldName::fold(key), FieldName::Other(_));
    let value = dash + mark.len_utf8();
    (known && rest.get(value..)?.starts_with(' ')).then_some((0..key.len(), value))
}

/// Where the next field on the line begins and where the value before it ends: `(end, start)`.
fn next_field(line: &str, value: Range<usize>, plain: bool, keys: Keys) -> Option<(usize, usize)> {
    const SEPARATORS: [char; 8] = ['|', '·', '•', ',', ';', '│', '/', '.'];
    let text = line.get(value.clone())?;
    for (at, mark) in text.match_indices(|c: char| if plain { SEPARATORS.contains(&c) } else { c == '*' }) {
        if plain {
            let spaced = text.get(at + mark.len()..).is_some_and(|rest| rest.starts_with([' ', '\t']));
            if !spaced {
                continue;
            }
        } else if !text.get(at..).is_some_and(|rest| rest.starts_with("**")) {
            continue;
        }
        let start = value.start + at + if plain { mark.len() } else { 0 };
        let start = start + (line.get(start..)?.len() - line.get(start..)?.trim_start().len());
        let head = line.get(value.start..start)?.trim_end();
        let separated = head.ends_with(SEPARATORS);
        let allowed = if separated && !plain { keys } else { Keys::Known };
        if let Some(field) = field_at(line, start, allowed, false)
            && field.whole.start < field.value.start
        {
            let end = head.trim_end_matches(|c: char| SEPARATORS.contains(&c) || c.is_whitespace()).len();
            return Some((value.start + end, start));
        }
    }
    None
}

/// The value without space, line break marks, comments and emphasis around the whole of it.
pub(super) fn unwrap_value(line: &str, range: Range<usize>) -> Range<usize> {
    let Some(text) = line.get(range.clone()) else { return range };
    let text = text.split("<!--").next().unwrap_or_default();
    let mut start = range.start + (text.len() - text.trim_start().len());
    let mut value = text.trim();
    loop {
        let before = value.len();
        for tail in ["\\", "<br>", "<br/>", "<br />"] {
            value = value.strip_suffix(tail).unwrap_or(value).trim_end();
        }
        for mark in ["**", "__", "`", "*", "_"] {
            if let Some(inner) = value.strip_prefix(mark).and_then(|rest| rest.strip_suffix(mark))
                && !inner.is_empty()
                && !inner.contains(mark)
                && !inner.starts_with(char::is_whitespace)
                && !inner.ends_with(char::is_whitespace)
            {
                start += mark.len();
                value = inner;
            }
        }
        // The closing marks of `**Key: value**`.
        if let Some(inner) = value.strip_suffix("**")
            && !inner.contains("**")
        {
            value = inner.trim_end();
        }
        if value.len() == before {
            break;
        }
    }
    // The closing bracket of a head in brackets.
    if !value.contains('(') {
        value = value.strip_suffix(')').unwrap_or(value).trim_end();
    }
    if value.is_empty() {
        let at = range.start + usize::from(line.get(range.start..).is_some_and(|rest| rest.starts_with(' ')));
        return at.min(range.end)..at.min(range.end);
    }
    start..start + value.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Vec<(String, String, Dialect)> {
        fields_in_line(line, 0, Keys::KnownOrBold)
            .into_iter()
            .map(|raw| (raw.name.snake(), line[raw.value].to_owned(), raw.dialect))
            .collect()
    }

    #[test]
    fn one_field_is_read_in_every_dialect() {
        for (line, dialect) in [
            ("**Priority**: P0", Dialect::Bold),
            ("**Priority:** P0  ", Dialect::Bold),
            ("**Priority** : P0\\", Dialect::Bold),
            ("__Priority__: P0", Dialect::Bold),
            ("*Priority*: P0<br>", Dialect::Bold),
            ("**Priority: P0**", Dialect::Bold),
            ("**Priority** — **P0**", Dialect::Bold),
            ("> **Priority**: `P0`", Dialect::Bold),
            ("- **Priority**: P0 <!-- P0 to P3 -->", Dialect::ListItem),
            ("* Priority: P0", Dialect::ListItem),
            ("1. **Priority:** P0", Dialect::ListItem),
            ("🎯 **Priority**: P0", Dialect::Bold),
            ("Priority: P0", Dialect::Plain),
            ("## Priority: P0", Dialect::Heading),
        ] {
            assert_eq!(read(line), [("priority".to_owned(), "P0".to_owned(), dialect)], "{line}");
        }
    }

    #[test]
    fn several_fields_on_a_line_are_told_apart() {
        let bold = Dialect::Bold;
        for line in [
            "**Priority**: P0 | **Team**: X",
            "**Priority:** P0 · **Team:** X",
            "**Priority**: P0 **Team**: X",
        ] {
            assert_eq!(
                read(line),
                [("priority".to_owned(), "P0".to_owned(), bold), ("team".to_owned(), "X".to_owned(), bold)],
                "{line}"
            );
        }
        assert_eq!(read("Status: Draft | Priority: P0").len(), 2);
    }

    #[test]
    fn prose_and_entries_are_no_fields() {
        for line in [
            "See https://example.com: it is here",
            "- **SVC-129**: refund",
            "- Hard: SVC-129",
            "This is a sentence: with a colon",
            "**bold** text",
            "",
            "**",
            "****: x",
        ] {
            assert_eq!(read(line), [], "{line}");
        }
    }
}
