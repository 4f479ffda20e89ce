//! Adding a header field that is not there yet, the way the document writes the others.

use super::field::escape_cell;
use super::splice::{after_line, before_line, insert_line, line_end, splice};
use crate::domain::markdown::document::Document;
use crate::domain::markdown::front_matter;
use crate::domain::markdown::header::{title_heading, zone_end};
use crate::domain::markdown::header_line::{Keys, fields_in_line};
use crate::domain::markdown::outline::BlockKind;
use crate::domain::model::field::{Dialect, Field, FieldName};

/// The text with a field added.
pub(super) fn add(document: &Document<'_>, name: &FieldName, value: &str) -> String {
    let text = document.text;
    match anchor(document) {
        Some(field) => match field.dialect {
            Dialect::FrontMatter => {
                let line = format!("{}: {}", name.snake(), front_matter::quote(value));
                insert_line(text, field.lines.end, &line)
            }
            Dialect::TableRow => table_row(document, field, name, value),
            Dialect::Bold | Dialect::ListItem | Dialect::Plain | Dialect::Heading => {
                like(document, field, name, value)
            }
        },
        None => below_title(document, name, value),
    }
}

/// The field behind which a new one goes: the last one of the dialect that most header fields have.
fn anchor<'a>(document: &'a Document<'_>) -> Option<&'a Field> {
    let end = zone_end(document.text.len(), &document.outline);
    let in_header = |field: &&Field| field.lines.start < end && !is_section(document, field);
    let in_section = |field: &&Field| field.dialect != Dialect::Heading;
    let mut fields: Vec<&Field> = document.fields.iter().filter(in_header).collect();
    if fields.is_empty() {
        fields = document.fields.iter().filter(in_section).collect();
    }
    let count = |dialect: Dialect| fields.iter().filter(|field| field.dialect == dialect).count();
    let mut dialect = fields.first()?.dialect;
    for field in &fields {
        if count(field.dialect) > count(dialect) {
            dialect = field.dialect;
        }
    }
    let of_dialect = || fields.iter().filter(|field| field.dialect == dialect);
    of_dialect().rfind(|field| !field.value.is_empty()).or_else(|| of_dialect().next_back()).copied()
}

/// True for a field that is a section of its own: its heading has no value.
fn is_section(document: &Document<'_>, field: &Field) -> bool {
    field.dialect == Dialect::Heading && document.lines.line(field.lines.start) != field.line
}

/// A line that looks like the one of `field`.
fn like(document: &Document<'_>, field: &Field, name: &FieldName, value: &str) -> String {
    let text = document.text;
    let start = before_line(text, field.lines.start).max(front_matter::after_mark(text));
    let line = text.get(start..after_line(text, start)).unwrap_or_default().trim_end_matches(['\r', '\n']);
    let raws = fields_in_line(line, 0, Keys::All);
    let Some(raw) = raws.first() else { return below_title(document, name, value) };
    let prefix = next_number(line.get(..raw.key.start).unwrap_or_default());
    let behind = line.get(raw.key.end..).unwrap_or_default().trim_start();
    let separator = ["**:", ":**", "__:", ":__", "*:", ":*", "_:", ":_", ":"]
        .into_iter()
        .find(|mark| behind.starts_with(mark))
        .unwrap_or("**:");
    let (prefix, separator) = if field.dialect == Dialect::Bold && !prefix.contains(['*', '_']) {
        (format!("{prefix}**"), "**:")
    } else if separator == ":" && prefix.ends_with("**") {
        (prefix, "**:")
    } else {
        (prefix, separator)
    };
    let tail =
        ["  ", "\\", "<br>", "<br/>", "<br />"].into_iter().find(|tail| line.ends_with(tail)).unwrap_or("");
    let empty_line = if stands_alone(document, field) { line_end(text) } else { "" };
    let new = format!("{empty_line}{prefix}{}{separator} {value}{tail}", name.title());
    insert_line(text, end_of_field(document, field), &new)
}

/// The marks before a key, without decoration, and with the next number where they are that of a numbered list.
fn next_number(prefix: &str) -> String {
    let digits: String = prefix.chars().filter(char::is_ascii_digit).collect();
    let kept: String = prefix.chars().filter(|c| c.is_ascii() && !c.is_ascii_digit()).collect();
    match digits.parse::<u32>() {
        Ok(number) => {
            let indent = kept.len() - kept.trim_start().len();
            format!("{}{}{}", &kept[..indent], number.saturating_add(1), &kept[indent..])
        }
        Err(_) => kept,
    }
}

/// True where fields of this dialect are paragraphs of their own.
fn stands_alone(document: &Document<'_>, field: &Field) -> bool {
    if !matches!(field.dialect, Dialect::Bold | Dialect::Plain | Dialect::Heading) {
        return false;
    }
    let above = document.lines.text_of(field.line.saturating_sub(1));
    let same =
        document.fields.iter().filter(|other| other.dialect == field.dialect && other.line + 2 == field.line);
    above.trim().is_empty() && same.count() > 0
}

/// The end of everything that belongs to a field: wrapped lines and nested items.
fn end_of_field(document: &Document<'_>, field: &Field) -> usize {
    let blocks = &document.outline.blocks;
    let mut end = field.lines.end;
    let Some(at) = blocks
        .iter()
        .position(|block| block.span.start <= field.span.start && field.span.start <= block.span.end)
    else {
        return end;
    };
    let Some(block) = blocks.get(at) else { return end };
    if matches!(block.kind, BlockKind::ListItem { .. }) {
        let nested = blocks.iter().skip(at + 1).take_while(|next| next.depth > block.depth).last();
        let last = nested.map_or(block.span.end, |last| last.span.end);
        return end.max(after_line(document.text, last.saturating_sub(1)));
    }
    while end < block.span.end {
        let next = after_line(document.text, end);
        let line = document.text.get(end..next).unwrap_or_default();
        let is_rule = line.trim().chars().all(|c| matches!(c, '-' | '='));
        if is_rule || !fields_in_line(line.trim_end(), 0, Keys::All).is_empty() {
            break;
        }
        end = next;
    }
    end
}

/// A row behind the last one of the table that holds `field`; below the table where its keys stand in its header.
fn table_row(document: &Document<'_>, field: &Field, name: &FieldName, value: &str) -> String {
    let text = document.text;
    let row = document.outline.blocks.iter().find(|block| {
        block.span.start <= field.span.start
            && field.span.end <= block.span.end.max(field.span.end)
            && block.line == field.line
    });
    let cells = row.map(|block| match &block.kind {
        BlockKind::TableHeader { cells } | BlockKind::TableRow { cells } => cells.as_slice(),
        BlockKind::Paragraph
        | BlockKind::ListItem { .. }
        | BlockKind::Code { .. }
        | BlockKind::Quote
        | BlockKind::Html => &[],
    });
    let cells = cells.unwrap_or_default();
    let key = cells.iter().find(|cell| FieldName::fold(&cell.text) == field.name);
    let mut at = field.lines.end;
    let next = text.get(at..after_line(text, at)).unwrap_or_default().trim();
    if next.contains('-') && next.chars().all(|c| matches!(c, '|' | '-' | ':' | ' ')) {
        at = after_line(text, at);
    }
    let Some(key) = key else {
        let end = line_end(text);
        return insert_line(text, at, &format!("{end}**{}**: {value}", name.title()));
    };
    let bold = text.get(key.span.clone()).is_some_and(|source| source.starts_with("**"));
    let title = if bold { format!("**{}**", name.title()) } else { name.title() };
    let rest = " |".repeat(cells.len().saturating_sub(2));
    insert_line(text, at, &format!("| {title} | {} |{rest}", escape_cell(value)))
}

/// The first field of a document: in its front matter, else below its title, else at its top.
fn below_title(document: &Document<'_>, name: &FieldName, value: &str) -> String {
    let text = document.text;
    let end = line_end(text);
    if let Some((inner, _)) = front_matter::inner(text) {
        return insert_line(text, inner.end, &format!("{}: {}", name.snake(), front_matter::quote(value)));
    }
    let line = format!("**{}**: {value}", name.title());
    let title = title_heading(&document.outline).and_then(|at| document.outline.headings.get(at));
    let Some(title) = title else {
        let at = front_matter::after_mark(text);
        return splice(text, at..at, &format!("{line}{end}{end}"));
    };
    let at = after_line(text, title.span.end.saturating_sub(1));
    let next = text.get(at..).unwrap_or_default();
    let gap = if next.is_empty() || next.starts_with(['\n', '\r']) { "" } else { end };
    let before = if text.get(..at).is_some_and(|head| head.ends_with('\n')) { "" } else { end };
    splice(text, at..at, &format!("{before}{end}{line}{end}{gap}"))
}
