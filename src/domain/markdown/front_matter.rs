//! YAML front matter: where it lies, and its top-level keys with the bytes of their values.
//!
//! Not a YAML parser: what it reads is what people write at the top of a document, and a line that it does not
//! understand costs that line and nothing else.

use std::iter::{Peekable, Skip};
use std::ops::Range;
use std::str::CharIndices;

use super::line_index::LineIndex;
use crate::domain::model::field::{Dialect, Field, FieldName};

/// The first byte behind a byte order mark.
#[must_use]
pub(super) fn after_mark(text: &str) -> usize {
    if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }
}

/// The byte at which the document proper begins: behind byte order mark and front matter.
///
/// Front matter begins with a line `---` at the very top and ends with the next line `---` or `...`; without
/// that end there is none.
#[must_use]
pub fn body_start(text: &str) -> usize {
    inner(text).map_or_else(|| after_mark(text), |(_, end)| end)
}

/// The bytes between the two marks, and the byte behind the second one.
pub(super) fn inner(text: &str) -> Option<(Range<usize>, usize)> {
    let start = after_mark(text);
    let mut at = start;
    let mut first = None;
    for line in text.get(start..)?.split_inclusive('\n') {
        let content = line.trim_end();
        if first.is_none() {
            if content != "---" {
                return None;
            }
            first = Some(at + line.len());
        } else if content == "---" || content == "..." {
            return Some((first?..at, at + line.len()));
        }
        at += line.len();
    }
    None
}

/// One top-level key.
struct Entry<'a> {
    key: &'a str,
    /// Behind the colon.
    after_key: usize,
    lines: Range<usize>,
}

/// The fields of the front matter, in their order.
pub(super) fn fields(text: &str, lines: &LineIndex<'_>) -> Vec<Field> {
    let Some((inner, _)) = inner(text) else { return Vec::new() };
    let mut entries: Vec<Entry<'_>> = Vec::new();
    let mut at = inner.start;
    for line in text.get(inner).unwrap_or_default().split_inclusive('\n') {
        if let Some((key, colon)) = top_level_key(line) {
            entries.push(Entry { key, after_key: at + colon + 1, lines: at..at + line.len() });
        } else if !line.starts_with('#')
            && !line.trim().is_empty()
            && let Some(last) = entries.last_mut()
        {
            last.lines.end = at + line.len();
        }
        at += line.len();
    }
    entries.iter().map(|entry| field(text, entry, lines)).collect()
}

pub(super) fn top_level_key(line: &str) -> Option<(&str, usize)> {
    if line.starts_with([' ', '\t', '#', '-', '\r', '\n', '[', '{', ']', '}']) {
        return None;
    }
    let colon = line.match_indices(':').map(|(at, _)| at).find(|at| {
        line.get(at + 1..).is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
    })?;
    let key = line.get(..colon)?.trim().trim_matches(['"', '\'']);
    (!key.is_empty()).then_some((key, colon))
}

fn field(text: &str, entry: &Entry<'_>, lines: &LineIndex<'_>) -> Field {
    let whole = text.get(entry.after_key..entry.lines.end).unwrap_or_default();
    let (value, span) = read_value(whole);
    Field {
        name: FieldName::fold(entry.key),
        key: entry.key.to_owned(),
        value,
        dialect: Dialect::FrontMatter,
        line: lines.line(entry.lines.start),
        span: entry.after_key + span.start..entry.after_key + span.end,
        lines: entry.lines.clone(),
    }
}

/// The value in a text that follows a key's colon, and its bytes there, quotes included.
fn read_value(text: &str) -> (String, Range<usize>) {
    let first_line = text.lines().next().unwrap_or_default();
    let lead = first_line.len() - first_line.trim_start().len();
    let head = first_line.trim();
    if head.is_empty() || head.starts_with('#') {
        return read_block(text, lead.min(1));
    }
    if head.starts_with('[') {
        let end = lead + closing(text.get(lead..).unwrap_or_default(), ']').unwrap_or(head.len());
        let items = split_flow(text.get(lead..end).unwrap_or_default());
        return (items.join(", "), lead..end);
    }
    if let Some(quote) = head.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let body = text.get(lead..).unwrap_or_default();
        if let Some((value, length)) = quoted(body, quote) {
            return (value, lead..lead + length);
        }
    }
    if head.starts_with(['|', '>']) && head.len() <= 3 {
        let rest = text.get(first_line.len()..).unwrap_or_default();
        return (one_line(rest), lead..text.trim_end().len());
    }
    let end = head.find(" #").unwrap_or(head.len());
    let value = head.get(..end).unwrap_or_default().trim_end();
    let wrapped = text.get(first_line.len()..).unwrap_or_default();
    if end == head.len() && !wrapped.trim().is_empty() {
        return (one_line(text), lead..text.trim_end().len());
    }
    let span = lead..lead + value.len();
    if matches!(value, "null" | "~") { (String::new(), span) } else { (value.to_owned(), span) }
}

/// A list or anything else on the lines below a key.
fn read_block(text: &str, empty_at: usize) -> (String, Range<usize>) {
    let mut items: Vec<String> = Vec::new();
    let mut span: Option<Range<usize>> = None;
    let mut at = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let content = line.trim();
        let begin = at + (line.len() - line.trim_start().len());
        at += line.len();
        if number == 0 || content.is_empty() || content.starts_with('#') {
            continue;
        }
        let end = begin + content.len();
        span = Some(span.map_or(begin, |span| span.start)..end);
        if let Some(item) = content.strip_prefix("- ").or_else(|| (content == "-").then_some("")) {
            items.push(scalar(item));
        } else if let Some(last) = items.last_mut() {
            last.push(' ');
            last.push_str(content);
        } else {
            items.push(content.to_owned());
        }
    }
    (items.join(", "), span.unwrap_or(empty_at..empty_at))
}

/// One scalar: unquoted, without a comment.
pub(super) fn scalar(text: &str) -> String {
    let text = text.trim();
    if let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\''))
        && let Some((value, _)) = quoted(text, quote)
    {
        return value;
    }
    text.split(" #").next().unwrap_or_default().trim_end().to_owned()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text of a quoted scalar at the beginning of `text`, and its length there with both quotes.
fn quoted(text: &str, quote: char) -> Option<(String, usize)> {
    let mut value = String::new();
    let mut letters = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = letters.next() {
        if c == quote {
            if quote == '\'' && letters.peek().is_some_and(|(_, next)| *next == '\'') {
                letters.next();
                value.push('\'');
                continue;
            }
            return Some((value, at + 1));
        }
        match c {
            '\\' if quote == '"' => value.push(escaped(&mut letters)?),
            '\n' | '\r' => {
                if !value.ends_with(' ') {
                    value.push(' ');
                }
            }
            _ => value.push(c),
        }
    }
    None
}

/// The character that an escape stands for, of which the backslash is read; every blank and control character is a space.
fn escaped(letters: &mut Peekable<Skip<CharIndices<'_>>>) -> Option<char> {
    let (_, letter) = letters.next()?;
    let digits = match letter {
        'n' | 't' | 'r' => return Some(' '),
        'x' => 2,
        'u' => 4,
        'U' => 8,
        other => return Some(other),
    };
    let mut ahead = letters.clone();
    let hex = |code: u32, (_, c): (usize, char)| Some(code * 16 + c.to_digit(16)?);
    let is_whole = letters.clone().take(digits).count() == digits;
    let code = ahead.by_ref().take(digits).try_fold(0, hex).filter(|_| is_whole);
    let Some(c) = code.and_then(char::from_u32) else { return Some(letter) };
    *letters = ahead;
    Some(if c.is_control() { ' ' } else { c })
}

/// The length of a bracketed text at the beginning of `text`, its closing bracket included; quotes are minded.
fn closing(text: &str, close: char) -> Option<usize> {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if matches!(c, '"' | '\'') => quote = Some(c),
            None if c == close => return Some(at + 1),
            None => {}
        }
    }
    None
}

fn split_flow(text: &str) -> Vec<String> {
    let inner = text.trim().trim_start_matches('[').trim_end_matches(']');
    let mut items = Vec::new();
    let mut quote = None;
    let mut depth = 0_usize;
    let mut start = 0;
    for (at, c) in inner.char_indices().chain(std::iter::once((inner.len(), ','))) {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) if at < inner.len() => {}
            None if matches!(c, '"' | '\'')
                && inner.get(start..at).is_some_and(|head| head.trim().is_empty()) =>
            {
                quote = Some(c);
            }
            None if matches!(c, '(' | '[' | '{') => depth += 1,
            None if matches!(c, ')' | ']' | '}') => depth = depth.saturating_sub(1),
            _ if c == ',' && (depth == 0 || at == inner.len()) => {
                let item = scalar(inner.get(start..at).unwrap_or_default());
                if !item.is_empty() {
                    items.push(item);
                }
                start = at + 1;
            }
            Some(_) | None => {}
        }
    }
    items
}

/// A value as YAML writes it: plain where that reads back as the same text, else in double quotes.
#[must_use]
pub(super) fn quote(value: &str) -> String {
    let plain = !value.is_empty()
        && value.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '~'))
        && !value.contains(": ")
        && !value.contains(" #")
        && !value.ends_with(':')
        && !value.contains(['\\', '"'])
        && !matches!(
            value.to_lowercase().as_str(),
            "null" | "~" | "true" | "false" | "yes" | "no" | "on" | "off" | "..."
        )
        && !value.chars().any(char::is_control);
    if plain { value.to_owned() } else { format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"")) }
}

/// An item of a list in brackets.
#[must_use]
pub(super) fn quote_item(value: &str) -> String {
    let quoted = quote(value);
    if quoted.starts_with('"') || !value.contains([',', '[', ']', '{', '}']) {
        quoted
    } else {
        format!("\"{value}\"")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, String, String)> {
        fields(text, &LineIndex::new(text))
            .into_iter()
            .map(|field| (field.name.snake(), field.value.clone(), text[field.span].to_owned()))
            .collect()
    }

    #[test]
    fn escapes_of_double_quotes_are_characters() {
        for (written, value) in [
            (r#""a\tb \u00e9\x41 \U0001F680""#, "a b éA 🚀"),
            (r#""C:\users \xZZ \u12""#, "C:users xZZ u12"),
            (r#""\ud800 \UFFFFFFFF \x1b[2J \\n""#, r"ud800 UFFFFFFFF  [2J \n"),
            (r"'\u00e9'", r"\u00e9"),
        ] {
            assert_eq!(scalar(written), value, "{written}");
        }
        assert_eq!(scalar(r#""open \"#), r#""open \"#);
    }

    #[test]
    fn reads_all_common_forms() {
        let text = "\u{feff}---\r\nid: SVC-1   # number\r\ntitle: \"A: \\\"b\\\"\"\r\nteam: 'O''Hara'\r\n# note\r\n\
depends_on:\r\n  - SVC-2 (contract)\r\n  - \"SVC-3\"\r\ntags: [a, \"b, c\", 'd']\r\nempty:\r\nnothing: null\r\n\
text: >\r\n  one\r\n  two\r\nlast: http://x/#y\r\n---\r\n# T\r\n";
        let fields = read(text);
        let values: Vec<(&str, &str)> = fields.iter().map(|f| (f.0.as_str(), f.1.as_str())).collect();
        assert_eq!(
            values,
            [
                ("id", "SVC-1"),
                ("title", "A: \"b\""),
                ("team", "O'Hara"),
                ("depends_on", "SVC-2 (contract), SVC-3"),
                ("tags", "a, b, c, d"),
                ("empty", ""),
                ("nothing", ""),
                ("text", "one two"),
                ("last", "http://x/#y"),
            ]
        );
        assert_eq!(fields[0].2, "SVC-1");
        assert_eq!(fields[1].2, "\"A: \\\"b\\\"\"");
        assert_eq!(&text[body_start(text)..], "# T\r\n");
    }

    #[test]
    fn a_rule_at_the_top_is_no_front_matter() {
        assert_eq!(body_start("---\n# T\n"), 0);
        assert_eq!(body_start("----\nx: y\n---\n"), 0);
        assert_eq!(body_start("---\n---\nx"), 8);
    }
}
