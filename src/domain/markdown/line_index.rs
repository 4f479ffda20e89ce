//! From byte offsets to lines and columns.

/// Where the lines of a text begin.
#[derive(Debug, Clone)]
pub struct LineIndex<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> LineIndex<'a> {
    /// An index of a text; lines end with `\n`, and a `\r` before it belongs to the line.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        let mut starts = Vec::with_capacity(text.len() / 24 + 1);
        starts.push(0);
        starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1));
        Self { text, starts }
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
        let tail = self.text.get(start..).unwrap_or_default();
        let before = tail.char_indices().take_while(|(at, _)| start + at < offset);
        let inside = usize::from(offset < self.text.len() && !self.text.is_char_boundary(offset));
        let column = before.filter(|(_, c)| *c != '\u{feff}').count() + 1 - inside;
        (line, column.max(1))
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
