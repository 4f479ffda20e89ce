//! Header fields, in every dialect and several of them in one file.
//!
//! Fields are read from front matter, from the header zone (all before the first section heading), from sections
//! that hold metadata by their name, and from headings such as `## Status: Draft` anywhere.

use std::ops::Range;

use super::document::Document;
use super::front_matter;
use super::header_line::{Keys, Raw, fields_in_line, unwrap_value};
use super::line_index::LineIndex;
use super::outline::{Block, BlockKind, Cell, Outline};
use super::section_name;
use crate::domain::model::field::{Dialect, Field, FieldName};

/// All header fields of a text, front matter first, then in their order.
#[must_use]
pub fn read_fields(text: &str) -> Vec<Field> {
    Document::new(text).fields
}

/// `names` are the folded names of the outline's headings.
pub(super) fn fields(text: &str, outline: &Outline, names: &[String], lines: &LineIndex<'_>) -> Vec<Field> {
    let mut reader = Reader { text, lines, names, fields: front_matter::fields(text, lines) };
    let front = reader.fields.len();
    for zone in zones(outline, names) {
        reader.zone(&zone, outline);
    }
    reader.headings(outline);
    let mut rest = reader.fields.split_off(front);
    rest.sort_by_key(|field| field.span.start);
    reader.fields.extend(rest);
    reader.fields
}

/// Index of the heading that is the title: the first of level 1, else the first of all where nothing stands above.
pub(super) fn title_heading(outline: &Outline) -> Option<usize> {
    let first = outline.headings.iter().position(|heading| heading.level == 1);
    first.or_else(|| {
        let first = outline.headings.first()?;
        outline.blocks.first().is_none_or(|block| block.span.start > first.span.start).then_some(0)
    })
}

/// The byte at which the header zone ends.
pub(super) fn zone_end(text_len: usize, outline: &Outline) -> usize {
    let title = title_heading(outline);
    let section = outline.headings.iter().enumerate().find(|(at, heading)| {
        let is_title = title.is_some_and(|title| *at <= title);
        let is_version = section_name::fold_name(&heading.text).starts_with("version");
        !is_title
            && !is_version
            && heading_field(&heading.text).is_none()
            && !is_subtitle(outline, title, *at)
    });
    section.map_or(text_len, |(_, heading)| heading.span.start)
}

/// True for a second heading right below a title that says no more than what kind of document this is.
pub(super) fn is_subtitle(outline: &Outline, title: Option<usize>, at: usize) -> bool {
    let Some((title, heading)) = title.zip(outline.headings.get(at)) else { return false };
    let Some(above) = outline.headings.get(title) else { return false };
    let generic = matches!(
        section_name::fold_name(&above.text).as_str(),
        "product requirements document"
            | "prd"
            | "product requirements document prd"
            | "product requirements"
    );
    let nothing_between = !outline.blocks.iter().any(|block| block.heading == Some(title));
    let name = section_name::fold_name(&heading.text);
    let is_section = section_name::is_metadata(&name)
        || section_name::may_hold_metadata(&name)
        || heading.text.starts_with(|c: char| c.is_ascii_digit())
        || matches!(
            name.as_str(),
            "introduction" | "executive summary" | "background" | "problem" | "problem statement"
        );
    at == title + 1 && generic && nothing_between && !is_section
}

/// Bytes of the longest name of a section that is a field of its own.
pub(super) const LONGEST_KEY: usize = 16;

struct Zone {
    blocks: Range<usize>,
    keys: Keys,
}

fn zones(outline: &Outline, names: &[String]) -> Vec<Zone> {
    let end = zone_end(usize::MAX, outline);
    let header = outline.blocks.partition_point(|block| block.span.start < end);
    let mut zones = vec![Zone { blocks: 0..header, keys: Keys::KnownOrBold }];
    for (at, heading) in outline.headings.iter().enumerate().filter(|(_, heading)| heading.span.start >= end)
    {
        let name = names.get(at).map_or("", String::as_str);
        let keys = if section_name::is_metadata(name) {
            Keys::All
        } else if section_name::may_hold_metadata(name) {
            Keys::Known
        } else {
            continue;
        };
        let first = outline.blocks.partition_point(|block| block.span.start < heading.span.start);
        let own = outline.blocks.get(first..).unwrap_or_default();
        let count = own.iter().take_while(|block| block.heading == Some(at)).count();
        zones.push(Zone { blocks: first..first + count, keys });
    }
    zones
}

/// The key of a heading that is a field: one with a meaning, and with a value behind a colon.
fn heading_field(text: &str) -> Option<FieldName> {
    let (key, value) = text.split_once(':')?;
    let name = FieldName::fold(key);
    // "## Launch: what the team does on the day" is a section.
    let may_be_section = matches!(
        name,
        FieldName::Other(_)
            | FieldName::Id
            | FieldName::Title
            | FieldName::Delivery
            | FieldName::Size
            | FieldName::Lead
    );
    (!may_be_section && !value.trim().is_empty()).then_some(name)
}

/// Fields that may be a section of their own: `## Status` with `Draft` below.
const fn may_be_section(name: &FieldName) -> bool {
    matches!(
        name,
        FieldName::Status
            | FieldName::Priority
            | FieldName::Owner
            | FieldName::Author
            | FieldName::Team
            | FieldName::Effort
            | FieldName::EstimatedEffort
            | FieldName::Estimate
            | FieldName::Created
            | FieldName::Target
    )
}

struct Reader<'a> {
    text: &'a str,
    lines: &'a LineIndex<'a>,
    names: &'a [String],
    fields: Vec<Field>,
}

impl Reader<'_> {
    fn zone(&mut self, zone: &Zone, outline: &Outline) {
        let blocks = outline.blocks.get(zone.blocks.clone()).unwrap_or_default();
        let mut at = 0;
        while let Some(block) = blocks.get(at) {
            at += 1;
            match &block.kind {
                BlockKind::Paragraph | BlockKind::Quote if block.depth == 0 => {
                    self.paragraph(block, zone.keys);
                }
                BlockKind::ListItem { task: None, .. } if block.depth == 1 => {
                    let keys = if zone.keys != Keys::Known && self.follows_item_field(block) {
                        Keys::All
                    } else {
                        zone.keys
                    };
                    let end = self.line_end(block.span.start);
                    self.line(block.span.start..end.min(block.span.end.max(block.span.start)), keys);
                }
                BlockKind::TableHeader { cells } => {
                    let rows = blocks.get(at..).unwrap_or_default();
                    let rows: Vec<&[Cell]> = rows.iter().map_while(row_cells).collect();
                    self.table(cells, &rows, zone.keys);
                    at += rows.len();
                }
                BlockKind::Paragraph
                | BlockKind::Quote
                | BlockKind::ListItem { .. }
                | BlockKind::TableRow { .. }
                | BlockKind::Code { .. }
                | BlockKind::Html => {}
            }
        }
    }

    fn line_end(&self, at: usize) -> usize {
        let rest = self.text.get(at..).unwrap_or_default();
        at + rest.find('\n').map_or(rest.len(), |end| end)
    }

    /// True where the line right above an item is an item that is a field.
    fn follows_item_field(&self, block: &Block) -> bool {
        self.fields.last().is_some_and(|last| {
            last.dialect == Dialect::ListItem && last.line + 1 == block.line && !last.value.is_empty()
        })
    }

    fn paragraph(&mut self, block: &Block, keys: Keys) {
        let source = self.text.get(block.span.clone()).unwrap_or_default();
        let line_keys = |line: &str| fields_in_line(line.trim_end(), 0, Keys::All);
        let all_fields = keys != Keys::Known
            && source.lines().all(|line| !line_keys(line).is_empty())
            && source
                .lines()
                .any(|line| line_keys(line).iter().any(|raw| !matches!(raw.name, FieldName::Other(_))));
        let keys = if all_fields { Keys::All } else { keys };
        let mut at = block.span.start;
        for line in source.split_inclusive('\n') {
            let content = line.trim_end_matches(['\r', '\n']);
            let found = self.line(at..at + content.len(), keys);
            if !found {
                self.continue_value(at..at + content.len());
            }
            at += line.len();
        }
    }

    /// Adds the fields of one line; false where there is none.
    fn line(&mut self, range: Range<usize>, keys: Keys) -> bool {
        let line = self.text.get(range.clone()).unwrap_or_default();
        let found = fields_in_line(line, range.start, keys);
        for raw in &found {
            self.push(raw);
        }
        !found.is_empty()
    }

    /// A line without a field goes on with the list of dependencies that the line above left open with a comma.
    fn continue_value(&mut self, range: Range<usize>) {
        let line = self.text.get(range.clone()).unwrap_or_default().trim();
        let end = self.line_end(range.start);
        let Some(last) = self.fields.last_mut() else { return };
        let is_list = matches!(
            last.name,
            FieldName::DependsOn
                | FieldName::BlockedBy
                | FieldName::Dependencies
                | FieldName::Blocks
                | FieldName::ProvidesFor
        );
        if is_list && last.value.ends_with(',') && last.lines.end == range.start && !line.is_empty() {
            last.value.push(' ');
            last.value.push_str(line);
            last.span.end = range.start + self.text.get(range).unwrap_or_default().trim_end().len();
            last.lines.end = (end + 1).min(self.text.len());
        }
    }

    fn push(&mut self, raw: &Raw) {
        let line = self.lines.line(raw.key.start);
        let start = self.lines.start_of(line).unwrap_or(raw.whole.start);
        let end = (self.line_end(raw.key.start) + 1).min(self.text.len());
        self.fields.push(Field {
            name: raw.name.clone(),
            key: self.text.get(raw.key.clone()).unwrap_or_default().trim().to_owned(),
            value: self.text.get(raw.value.clone()).unwrap_or_default().to_owned(),
            dialect: raw.dialect,
            line,
            span: raw.value.clone(),
            lines: start.max(front_matter::after_mark(self.text))..end,
        });
    }

    /// A table of fields: a row for each (`| Priority | P0 |`), pairs in a row, or a header of keys above one row.
    fn table(&mut self, header: &[Cell], rows: &[&[Cell]], keys: Keys) {
        let known = |cell: &Cell| !matches!(FieldName::fold(&cell.text), FieldName::Other(_));
        let across = header.len() >= 2 && header.iter().all(|cell| known(cell) || cell.text == "Version");
        if let ([row], true) = (rows, across) {
            for (key, value) in header.iter().zip(*row) {
                self.cell(key, value);
            }
            return;
        }
        let columns = header.len();
        let all = || std::iter::once(&header).chain(rows);
        let counted = if rows.is_empty() { 0 } else { 1 };
        let any_known = all().skip(counted).any(|row| row.first().is_some_and(known));
        if columns < 2 || columns % 2 == 1 || (columns > 2 && across) || !any_known {
            return;
        }
        for (number, row) in all().enumerate() {
            for pair in row.chunks_exact(2) {
                let [key, value] = pair else { continue };
                let accepted = known(key) || (keys != Keys::Known && number > 0 && columns == 2);
                let looks_like_key = !key.text.is_empty() && key.text.chars().count() <= 40;
                if accepted && looks_like_key && !(number == 0 && known(value)) {
                    self.cell(key, value);
                }
            }
        }
    }

    fn cell(&mut self, key: &Cell, value: &Cell) {
        let span = unwrap_value(self.text, value.span.clone());
        let line = self.lines.line(key.span.start);
        let value_line = self.lines.line(span.start);
        let start = self.lines.start_of(value_line).unwrap_or(span.start);
        let end = (self.line_end(span.start) + 1).min(self.text.len());
        self.fields.push(Field {
            name: FieldName::fold(&key.text),
            key: key.text.trim_end_matches(':').trim().to_owned(),
            value: self.text.get(span.clone()).unwrap_or_default().replace("\\|", "|"),
            dialect: Dialect::TableRow,
            line: value_line.max(line),
            span,
            lines: start..end,
        });
    }

    fn headings(&mut self, outline: &Outline) {
        let title = title_heading(outline);
        for (at, heading) in outline.headings.iter().enumerate() {
            if title == Some(at) || heading.level == 1 {
                continue;
            }
            if heading_field(&heading.text).is_some() {
                let end = self.line_end(heading.span.start).min(heading.span.end);
                self.line(heading.span.start..end, Keys::Known);
                continue;
            }
            let name = self.names.get(at).map_or("", String::as_str);
            if name.len() > LONGEST_KEY {
                continue;
            }
            let name = FieldName::fold(name);
            if may_be_section(&name) {
                self.section(&name, at, outline);
            }
        }
    }

    /// `## Status` with one short line below.
    fn section(&mut self, name: &FieldName, at: usize, outline: &Outline) {
        let Some(heading) = outline.headings.get(at) else { return };
        let first = outline.blocks.partition_point(|block| block.span.start < heading.span.end);
        let mut own = outline.blocks.iter().skip(first).take_while(|block| block.heading == Some(at));
        let (Some(block), None) = (own.next(), own.next()) else { return };
        let source = self.text.get(block.span.clone()).unwrap_or_default();
        let is_short = block.kind == BlockKind::Paragraph && !source.contains('\n') && source.len() <= 80;
        if !is_short
            || self
                .fields
                .iter()
                .any(|field| field.span.start == block.span.start || field.lines.start == block.span.start)
        {
            return;
        }
        let span = unwrap_value(self.text, block.span.clone());
        self.fields.push(Field {
            name: name.clone(),
            key: heading.text.clone(),
            value: self.text.get(span.clone()).unwrap_or_default().to_owned(),
            dialect: Dialect::Heading,
            line: block.line,
            lines: heading.span.start..(self.line_end(block.span.start) + 1).min(self.text.len()),
            span,
        });
    }
}

fn row_cells(block: &Block) -> Option<&[Cell]> {
    if let BlockKind::TableRow { cells } = &block.kind { Some(cells) } else { None }
}

#[cfg(test)]
#[path = "header_tests.rs"]
mod tests;
