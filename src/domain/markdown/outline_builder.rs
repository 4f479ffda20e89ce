//! Makes an outline of a parser's events.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Tag, TagEnd};

use super::line_index::LineIndex;
use super::outline::{Block, BlockKind, Cell, Heading, Outline};
use crate::domain::model::checklist::BoxState;

/// Text being collected from inline events.
#[derive(Default)]
struct Inline {
    text: String,
    code_spans: Vec<Range<usize>>,
    /// The piece of the text that has its first words: how much space stands before it in the text, and where in the document
    /// it begins.
    begin: Option<(usize, usize)>,
    has_words: bool,
}

impl Inline {
    /// For a leaf of so many bytes: text that grows word by word would be moved again and again.
    fn for_leaf(bytes: usize) -> Self {
        Self { text: String::with_capacity(bytes.min(LONGEST_RESERVED)), ..Self::default() }
    }

    fn push(&mut self, text: &str, start: usize) {
        if !self.has_words {
            self.begin = Some((self.text.len(), start));
            self.has_words = !text.trim_start().is_empty();
        }
        self.text.push_str(text);
    }

    /// Takes space off both ends of the text; how much it was in front.
    fn trim(&mut self) -> usize {
        let front = self.text.len() - self.text.trim_start().len();
        self.text.truncate(self.text.trim_end().len());
        if self.text.is_empty() {
            return 0;
        }
        self.text.drain(..front);
        front
    }
}

/// The longest text that room is made for beforehand: an item's bytes are those of its nested items too.
const LONGEST_RESERVED: usize = 256;

/// A leaf that was begun.
struct Open {
    kind: OpenKind,
    start: usize,
    /// Text that comes from before this offset is left out: a check box.
    from: usize,
    inline: Inline,
}

enum OpenKind {
    Heading(u8),
    Block(BlockKind),
}

/// How much of a leaf's text is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// All of it.
    Full,
    /// What reading a PRD needs: the beginnings of paragraphs, no text of code, HTML and whole rows.
    Lean,
}

/// The longest text that is kept of a paragraph where only the beginning is.
const LEAN: usize = 120;

pub(super) struct Builder<'a> {
    text: &'a str,
    lines: &'a LineIndex<'a>,
    detail: Detail,
    outline: Outline,
    /// For each list around: ordered.
    lists: Vec<bool>,
    quotes: usize,
    open: Option<Open>,
    /// The item that was begun and has no text yet: its bytes.
    item: Option<Range<usize>>,
    cells: Vec<Cell>,
    cell_start: usize,
}

impl<'a> Builder<'a> {
    pub(super) fn new(text: &'a str, lines: &'a LineIndex<'a>, detail: Detail) -> Self {
        Self {
            text,
            lines,
            detail,
            outline: Outline { headings: Vec::new(), blocks: Vec::with_capacity(text.len() / 64) },
            lists: Vec::new(),
            quotes: 0,
            open: None,
            item: None,
            cells: Vec::new(),
            cell_start: 0,
        }
    }

    pub(super) fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(&tag, range),
            Event::End(tag) => self.end(tag, &range),
            Event::Text(text) => {
                self.open_item_text(&range);
                self.push_text(&text, range.start);
            }
            Event::Code(text) => {
                self.open_item_text(&range);
                self.push_code(&text, range);
            }
            Event::SoftBreak | Event::HardBreak => self.push_text(" ", range.start),
            Event::TaskListMarker(done) => {
                self.open_item_text(&range);
                let state = if done { BoxState::Done } else { BoxState::Open };
                self.set_task(state, range);
            }
            Event::Html(_) => {
                let source = self.text.get(range.clone()).unwrap_or_default();
                if matches!(self.open, Some(Open { kind: OpenKind::Block(BlockKind::Html), .. })) {
                    self.push_text(source, range.start);
                } else {
                    self.leaf(BlockKind::Html, range.clone());
                    self.push_text(source, range.start);
                    self.close(range.end);
                }
            }
            Event::InlineHtml(html) => {
                self.open_item_text(&range);
                if html.to_ascii_lowercase().starts_with("<br") {
                    self.push_text(" ", range.start);
                }
            }
            Event::Rule => self.close(range.start),
            Event::InlineMath(_) | Event::DisplayMath(_) | Event::FootnoteReference(_) => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Paragraph => {
                if self.item.is_none() {
                    let kind = if self.quotes > 0 { BlockKind::Quote } else { BlockKind::Paragraph };
                    self.leaf(kind, range);
                }
            }
            Tag::Heading { level, .. } => self.start_heading(*level, range),
            Tag::BlockQuote(_) => {
                self.end_item_text(range.start);
                self.quotes += 1;
            }
            Tag::CodeBlock(kind) => {
                self.end_item_text(range.start);
                let (language, fenced) = match kind {
                    CodeBlockKind::Indented => (String::new(), false),
                    CodeBlockKind::Fenced(info) => {
                        (info.split_whitespace().next().unwrap_or_default().to_owned(), true)
                    }
                };
                self.leaf(BlockKind::Code { language, fenced }, range);
            }
            Tag::HtmlBlock => {
                self.end_item_text(range.start);
                self.leaf(BlockKind::Html, range);
            }
            Tag::List(first) => {
                self.end_item_text(range.start);
                self.lists.push(first.is_some());
            }
            Tag::Item => self.item = Some(range),
            Tag::Table(_) => self.end_item_text(range.start),
            Tag::TableHead | Tag::TableRow => {
                self.cells.clear();
                self.leaf(BlockKind::TableRow { cells: Vec::new() }, range);
            }
            Tag::TableCell => {
                self.cell_start = self.open.as_ref().map_or(0, |open| open.inline.text.len());
                if self.cell_start > 0 {
                    self.push_text(" | ", range.start);
                    self.cell_start += 3;
                }
            }
            Tag::Image { .. } | Tag::Link { .. } => self.open_item_text(&range),
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough => self.open_item_text(&range),
            Tag::FootnoteDefinition(_)
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::Superscript
            | Tag::Subscript
            | Tag::MetadataBlock(_) => {}
        }
    }

    fn end(&mut self, tag: TagEnd, range: &Range<usize>) {
        match tag {
            TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::CodeBlock | TagEnd::HtmlBlock => {
                self.close(range.end);
            }
            TagEnd::BlockQuote(_) => {
                self.close(range.end);
                self.quotes = self.quotes.saturating_sub(1);
            }
            TagEnd::List(_) => {
                self.lists.pop();
            }
            TagEnd::Item => self.end_item_text(range.end),
            TagEnd::TableCell => {
                let start = self.cell_start;
                let lean = self.detail == Detail::Lean;
                let text = self.open.as_mut().map(|open| &mut open.inline.text);
                let text = text.map_or_else(String::new, |text| {
                    let cell = text.get(start..).unwrap_or_default().trim().to_owned();
                    if lean {
                        text.clear();
                    }
                    cell
                });
                let span = trimmed(self.text, range.clone());
                self.cells.push(Cell { text, span });
            }
            TagEnd::TableHead | TagEnd::TableRow => {
                let cells = std::mem::take(&mut self.cells);
                if let Some(open) = &mut self.open {
                    open.kind = OpenKind::Block(if tag == TagEnd::TableHead {
                        BlockKind::TableHeader { cells }
                    } else {
                        BlockKind::TableRow { cells }
                    });
                }
                self.close(range.end);
            }
            TagEnd::Table
            | TagEnd::FootnoteDefinition
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::Link
            | TagEnd::Image
            | TagEnd::MetadataBlock(_) => {}
        }
    }

    /// A heading; one made by a line of dashes under several lines is a paragraph whose author meant a rule.
    fn start_heading(&mut self, level: HeadingLevel, range: Range<usize>) {
        self.end_item_text(range.start);
        let source = self.text.get(range.clone()).unwrap_or_default();
        let underlined = !source.trim_start().starts_with('#');
        let several_lines = source.trim_end().lines().count() > 2;
        let is_field =
            source.starts_with("**") && source.lines().next().is_some_and(|line| line.contains(':'));
        if self.quotes > 0 || !self.lists.is_empty() {
            let kind = if self.quotes > 0 { BlockKind::Quote } else { BlockKind::Paragraph };
            self.leaf(kind, range);
        } else if underlined && (several_lines || is_field) {
            self.leaf(BlockKind::Paragraph, range);
        } else {
            self.close(range.start);
            self.open = Some(Open {
                kind: OpenKind::Heading(level_number(level)),
                start: range.start,
                from: 0,
                inline: Inline::for_leaf(range.len()),
            });
        }
    }

    fn leaf(&mut self, kind: BlockKind, range: Range<usize>) {
        self.close(range.start);
        self.open = Some(Open {
            kind: OpenKind::Block(kind),
            start: range.start,
            from: 0,
            inline: Inline::for_leaf(range.len()),
        });
    }

    /// Begins an item's own block at the first thing inside of it that has text.
    fn open_item_text(&mut self, range: &Range<usize>) {
        let Some(item) = self.item.take() else { return };
        let ordered = self.lists.last().copied().unwrap_or(false);
        self.leaf(BlockKind::ListItem { ordered, task: None, task_span: None }, item);
        let head = self.text.get(range.start..).unwrap_or_default();
        let begun = head.starts_with("[~]") || head.starts_with("[-]");
        if begun && head.get(3..).is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
        {
            self.set_task(BoxState::Begun, range.start..range.start + 3);
        }
    }

    /// Ends an item's own block where a nested block begins; an item without text gets an empty one.
    fn end_item_text(&mut self, at: usize) {
        if let Some(item) = self.item.clone() {
            self.open_item_text(&(item.start..item.start));
        }
        self.close(at);
    }

    fn set_task(&mut self, state: BoxState, range: Range<usize>) {
        if let Some(Open {
            kind: OpenKind::Block(BlockKind::ListItem { task, task_span, .. }), from, ..
        }) = &mut self.open
        {
            *task = Some(state);
            *from = range.end;
            *task_span = Some(range);
        }
    }

    fn push_text(&mut self, text: &str, start: usize) {
        let lean = self.detail == Detail::Lean;
        let Some(open) = &mut self.open else { return };
        let skip = open.from.saturating_sub(start).min(text.len());
        let Some(text) = text.get(skip..).filter(|text| !text.is_empty()) else { return };
        if lean {
            let enough = match &open.kind {
                OpenKind::Block(BlockKind::Code { .. } | BlockKind::Html) => 0,
                OpenKind::Block(BlockKind::Paragraph | BlockKind::Quote) => LEAN,
                OpenKind::Heading(_)
                | OpenKind::Block(
                    BlockKind::ListItem { .. } | BlockKind::TableHeader { .. } | BlockKind::TableRow { .. },
                ) => usize::MAX,
            };
            if open.inline.text.len() >= enough {
                return;
            }
        }
        open.inline.push(text, start + skip);
    }

    fn push_code(&mut self, text: &str, range: Range<usize>) {
        let source = self.text.get(range.clone()).unwrap_or_default();
        let ticks = source.len() - source.trim_start_matches('`').len();
        self.push_text(text, range.start + ticks);
        if let Some(open) = &mut self.open {
            open.inline.code_spans.push(range);
        }
    }

    fn close(&mut self, end: usize) {
        let Some(Open { kind, start, mut inline, .. }) = self.open.take() else { return };
        let span = start..trimmed_end(self.text, start..end);
        let line = self.lines.line(start);
        match kind {
            OpenKind::Heading(level) => {
                inline.trim();
                let heading = Heading { level, text: inline.text, line, span, section: end..end };
                self.outline.headings.push(heading);
            }
            OpenKind::Block(kind) => {
                let heading = self.outline.headings.len().checked_sub(1);
                let depth = u8::try_from(self.lists.len()).unwrap_or(u8::MAX);
                let is_raw = matches!(kind, BlockKind::Code { .. } | BlockKind::Html);
                let front = if is_raw { 0 } else { inline.trim() };
                let Inline { text, code_spans, begin, .. } = inline;
                let text_start = begin.map_or(span.start, |(before, at)| at + front.saturating_sub(before));
                self.outline.blocks.push(Block {
                    kind,
                    text,
                    line,
                    span,
                    heading,
                    depth,
                    code_spans,
                    text_start,
                });
            }
        }
    }

    pub(super) fn finish(mut self) -> Outline {
        self.close(self.text.len());
        let starts: Vec<(u8, usize)> =
            self.outline.headings.iter().map(|heading| (heading.level, heading.span.start)).collect();
        for (at, heading) in self.outline.headings.iter_mut().enumerate() {
            let next = starts.iter().skip(at + 1).find(|(level, _)| *level <= heading.level);
            let end = next.map_or(self.text.len(), |(_, start)| *start);
            heading.section = heading.section.start.min(end)..end;
        }
        self.outline
    }
}

const fn level_number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

fn trimmed_end(text: &str, range: Range<usize>) -> usize {
    range.start + text.get(range.clone()).unwrap_or_default().trim_end().len()
}

/// The range without space and table bars at its ends.
fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let cell = text.get(range.clone()).unwrap_or_default();
    let front = cell.len() - cell.trim_start().len();
    let cell = cell.trim();
    range.start + front..range.start + front + cell.len()
}
