//! Replacing bytes of a text.

use std::ops::Range;

/// The text with the bytes of `range` replaced; unchanged where they are not whole characters of it.
pub(super) fn splice(text: &str, range: Range<usize>, new: &str) -> String {
    let (Some(head), Some(tail)) = (text.get(..range.start), text.get(range.end..)) else {
        return text.to_owned();
    };
    let mut spliced = String::with_capacity(head.len() + new.len() + tail.len());
    spliced.push_str(head);
    spliced.push_str(new);
    spliced.push_str(tail);
    spliced
}

/// The line end that a text uses: that of its first line.
pub(super) fn line_end(text: &str) -> &'static str {
    let first = text.find('\n').and_then(|at| text.get(..at));
    if first.is_some_and(|line| line.ends_with('\r')) { "\r\n" } else { "\n" }
}

/// The text with all its line ends replaced by `end`.
pub(super) fn with_line_ends(text: &str, end: &str) -> String {
    text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).collect::<Vec<_>>().join(end)
}

/// The end of the line that holds a byte, line end included.
pub(super) fn after_line(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |end| at + end + 1)
}

/// The beginning of the line that holds a byte.
pub(super) fn before_line(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|head| head.rfind('\n')).map_or(0, |end| end + 1)
}

/// The text with a line inserted at the beginning of a line; the line before gets an end where it lacks one.
pub(super) fn insert_line(text: &str, at: usize, line: &str) -> String {
    let end = line_end(text);
    let needs_end = at > 0 && !text.get(..at).is_some_and(|head| head.ends_with('\n'));
    let before = if needs_end { end } else { "" };
    let after = if needs_end { "" } else { end };
    splice(text, at..at, &format!("{before}{line}{after}"))
}

/// The text without the bytes of `range`, which are whole lines, and without one of two empty lines that would
/// then follow each other.
pub(super) fn remove_lines(text: &str, range: Range<usize>) -> String {
    let head = text.get(..range.start).unwrap_or_default();
    let tail = text.get(range.end..).unwrap_or_default();
    let above_is_empty = head.is_empty() || head.ends_with("\n\n") || head.ends_with("\n\r\n");
    let empty = if tail.starts_with("\r\n") { 2 } else { usize::from(tail.starts_with('\n')) };
    let end = if above_is_empty { range.end + empty } else { range.end };
    splice(text, range.start..end, "")
}
