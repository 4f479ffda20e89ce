//! From byte offsets to lines and columns.

use std::ops::Range;
use std::sync::OnceLock;

/// Where the lines of a text begin.
#[derive(Debug, Clone)]
pub struct LineIndex<'a> {
    text: &'a str,
    starts: Vec<usize>,
    /// How many characters begin before every so many bytes: a long line is not counted through for each place in it.
    begun: OnceLock<Vec<usize>>,
}

/// The bytes between two counts of [`LineIndex::begun`].
const STEP: usize = 1024;

impl<'a> LineIndex<'a> {
    /// An index of a text; lines end with `\n`, and a `\r` before it belongs to the line.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        let mut starts = Vec::with_capacity(text.len() / 24 + 1);
        starts.push(0);
        starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1));
        Self { text, starts, begun: OnceLock::new() }
    }

    /// The line of a byte offset, from 1; an offset beyond the end is in the last line.
    #[must_use]
    pub fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset)
    }

    /// Line and column of a byte offset, both from 1, the column in characters.
    ///
    /// A byte order mark takes no column, and an offset inside a character counts as its beginning.
    #[must_use]
    pub fn place(&self, offset: usize) -> (usize, usize) {
        let line = self.line(offset);
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let end = self.text.floor_char_boundary(offset);
        let before = if end - start > STEP {
            self.begun_before(end) - self.begun_before(start)
        } else {
            self.begun_in(start..end)
        };
        (line, before + 1)
    }

    /// How many characters begin before a byte.
    fn begun_before(&self, end: usize) -> usize {
        let counts = self.begun.get_or_init(|| {
            let steps = (0..self.text.len()).step_by(STEP);
            let mut sum = 0;
            let counts = steps.map(|at| {
                let before = sum;
                sum += self.begun_in(at..(at + STEP).min(self.text.len()));
                before
            });
            counts.collect()
        });
        let last = end.saturating_sub(1) / STEP;
        counts.get(last).copied().unwrap_or(0) + self.begun_in(last * STEP..end)
    }

    /// How many characters begin at one of some bytes; a byte order mark is none.
    fn begun_in(&self, bytes: Range<usize>) -> usize {
        let text = self.text.as_bytes();
        let part = text.get(bytes.clone()).unwrap_or_default();
        let begun = part.iter().filter(|byte| **byte & 0b1100_0000 != 0b1000_0000).count();
        let mark = "\u{feff}".as_bytes();
        let is_mark = |at: &usize| text.get(bytes.start + at..).is_some_and(|rest| rest.starts_with(mark));
        begun - memchr::memchr_iter(mark[0], part).filter(is_mark).count()
    }

    /// The byte at which a line begins; `None` for line 0 and lines beyond the end.
    #[must_use]
    pub fn start_of(&self, line: usize) -> Option<usize> {
        self.starts.get(line.checked_sub(1)?).copied()
    }

    /// The text of a line, from 1, without its line end; empty where there is no such line.
    #[must_use]
    pub fn text_of(&self, line: usize) -> &'a str {
        let Some(start) = self.start_of(line) else { return "" };
        let end = self.start_of(line + 1).unwrap_or(self.text.len());
        self.text.get(start..end).unwrap_or_default().trim_end_matches(['\r', '\n'])
    }

    /// How many lines there are; an empty text has one.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.starts.len()
    }

    /// Never true: there is always a first line.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn counts_characters_and_not_the_byte_order_mark() {
        let index = LineIndex::new("\u{feff}äb\r\nc✅d");
        assert_eq!(index.place(0), (1, 1));
        assert_eq!(index.place(3), (1, 1));
        assert_eq!(index.place(5), (1, 2));
        assert_eq!(index.place(8), (2, 1));
        assert_eq!(index.place(9), (2, 2));
        assert_eq!(index.place(10), (2, 2), "inside a character");
        assert_eq!(index.place(12), (2, 3));
        assert_eq!(index.text_of(2), "c✅d");
        assert_eq!(index.text_of(1), "\u{feff}äb");
        assert_eq!(index.text_of(3), "");
    }

    /// The column as it is defined: by counting.
    fn counted(text: &str, start: usize, offset: usize) -> usize {
        let begin = (0..=offset).rev().find(|at| text.is_char_boundary(*at)).unwrap();
        text[start..begin].chars().filter(|c| *c != '\u{feff}').count() + 1
    }

    #[test]
    fn places_in_a_long_line_are_counted_from_near() {
        let text = format!("\u{feff}first\n{}\u{feff}{}\nlast", "aä✅ ".repeat(700), "b".repeat(5000));
        let index = LineIndex::new(&text);
        let start = index.start_of(2).unwrap();
        for offset in start..index.start_of(3).unwrap() {
            assert_eq!(index.place(offset), (2, counted(&text, start, offset)), "{offset}");
        }
        assert_eq!(index.place(text.len()), (3, 5));
    }

    proptest! {
        #[test]
        fn every_line_start_is_column_one(text in "[aä\r\n✅]{0,40}", offset in 0_usize..90) {
            let index = LineIndex::new(&text);
            for line in 1..=index.len() {
                prop_assert_eq!(index.place(index.start_of(line).unwrap()), (line, 1));
            }
            let (line, column) = index.place(offset);
            prop_assert!(line <= index.len());
            prop_assert!(column >= 1);
        }
    }
}
