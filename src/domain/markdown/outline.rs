//! The headings and blocks of a document, with their places: what the checks of a review look at.
//!
//! One pass of a `CommonMark` parser with tables and task lists. All spans are byte ranges of the text that was
//! given, front matter included, although front matter itself is in no block.

use std::ops::Range;

use pulldown_cmark::{Options, Parser};

use super::front_matter;
use super::line_index::LineIndex;
use super::outline_builder::{Builder, Detail};
use crate::domain::model::checklist::BoxState;

/// A document's headings and blocks, each in document order.
#[derive(Debug, Clone, Default)]
pub struct Outline {
    /// Headings, those inside of quotes and lists excepted.
    pub headings: Vec<Heading>,
    /// Everything else.
    pub blocks: Vec<Block>,
}

/// A heading and its section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// The text without marks.
    pub text: String,
    /// Line, from 1.
    pub line: usize,
    /// Bytes of the heading, without its line end.
    pub span: Range<usize>,
    /// Bytes from after the heading's line end to the next heading of the same or a higher level.
    pub section: Range<usize>,
}

/// A leaf of the document: something that has text and holds no other block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// The text without marks; line breaks inside a paragraph are spaces. The raw text for code and HTML; the
    /// cells joined with ` | ` for a table row.
    pub text: String,
    /// Line, from 1.
    pub line: usize,
    /// Bytes of the block, without its line end. An item ends where its first nested block begins.
    pub span: Range<usize>,
    /// Index of the nearest heading above.
    pub heading: Option<usize>,
    /// Nesting of lists: 0 outside, 1 for an item of an outer list.
    pub depth: u8,
    /// Bytes of the document inside this block that are code spans, backticks included.
    pub code_spans: Vec<Range<usize>>,
    /// The byte of the document that `text` begins with; the beginning of the block where no text is.
    pub text_start: usize,
}

/// The kinds of blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlockKind {
    /// A paragraph, also one inside an item behind its first.
    Paragraph,
    /// The first paragraph of a list item.
    ListItem {
        /// True in a numbered list.
        ordered: bool,
        /// The check box, where the item has one.
        task: Option<BoxState>,
        /// Bytes of the check box, brackets included.
        task_span: Option<Range<usize>>,
    },
    /// The first row of a table.
    TableHeader {
        /// Its cells.
        cells: Vec<Cell>,
    },
    /// Any other row of a table.
    TableRow {
        /// Its cells.
        cells: Vec<Cell>,
    },
    /// A code block.
    Code {
        /// The first word behind the fence; empty where there is none.
        language: String,
        /// False for an indented one.
        fenced: bool,
    },
    /// A paragraph of a quote.
    Quote,
    /// Raw HTML, comments among them.
    Html,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The text without marks.
    pub text: String,
    /// Bytes of the cell, without the bars and the space around the text.
    pub span: Range<usize>,
}

impl Block {
    /// True for a code block.
    #[must_use]
    pub const fn is_code(&self) -> bool {
        matches!(self.kind, BlockKind::Code { .. })
    }
}

impl Outline {
    /// Reads a document.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self::parse_with(text, &LineIndex::new(text))
    }

    /// As [`Self::parse`], where the lines are known.
    #[must_use]
    pub fn parse_with(text: &str, lines: &LineIndex<'_>) -> Self {
        Self::build(text, text, lines, Detail::Full)
    }

    /// The outline that reading a PRD needs: without the texts of code, HTML and the ends of long paragraphs.
    pub(super) fn parse_lean(text: &str, structure: &str, lines: &LineIndex<'_>) -> Self {
        Self::build(text, structure, lines, Detail::Lean)
    }

    /// `structure` is what the parser sees: the text, or one of the same length with parts blanked out.
    fn build(text: &str, structure: &str, lines: &LineIndex<'_>, detail: Detail) -> Self {
        let mut builder = Builder::new(text, lines, detail);
        let body = front_matter::body_start(text);
        let options = Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS | Options::ENABLE_STRIKETHROUGH;
        for (event, range) in Parser::new_ext(&structure[body..], options).into_offset_iter() {
            builder.event(event, range.start + body..range.end + body);
        }
        builder.finish()
    }

    /// The nearest heading above a block.
    #[must_use]
    pub fn heading_of(&self, block: &Block) -> Option<&Heading> {
        self.headings.get(block.heading?)
    }

    /// The blocks of a heading's section, those of its subsections included.
    pub fn section_blocks(&self, heading_index: usize) -> impl Iterator<Item = &Block> {
        let section = self.headings.get(heading_index).map_or(0..0, |heading| heading.section.clone());
        let first = self.blocks.partition_point(|block| block.span.start < section.start);
        let blocks = self.blocks.get(first..).unwrap_or_default();
        blocks.iter().take_while(move |block| block.span.start < section.end)
    }
}

#[cfg(test)]
#[path = "outline_tests.rs"]
mod tests;
