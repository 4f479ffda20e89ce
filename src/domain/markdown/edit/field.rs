//! Setting and removing header fields.

use std::ops::Range;

use super::error::{EditError, one_line};
use super::new_field;
use super::splice::{remove_lines, splice};
use crate::domain::markdown::document::Document;
use crate::domain::markdown::front_matter;
use crate::domain::markdown::header_line::{Keys, fields_in_line};
use crate::domain::markdown::outline::BlockKind;
use crate::domain::markdown::read::shares_line;
use crate::domain::model::field::{Dialect, Field, FieldName};

/// The text with a field set: in its place and dialect where it is there, else added behind the last header field in
/// the dialect that most of them have, else below the title.
///
/// # Errors
/// [`EditError::SeveralLines`] for a value of more than one line, [`EditError::Unwritable`] for one that would read
/// back as another.
pub fn set_field(text: &str, name: &FieldName, value: &str) -> Result<String, EditError> {
    let value = one_line(&name.title(), value)?;
    let document = Document::new(text);
    let edited = match document.fields.iter().find(|field| field.name == *name) {
        Some(field) if field.value == value => return Ok(text.to_owned()),
        Some(field) => replace_value(text, field, value),
        None => new_field::add(&document, name, value),
    };
    let after = Document::new(&edited);
    let written =
        after.fields.iter().find(|field| field.name == *name).is_some_and(|field| field.value == value);
    if written && others(&after, name) == others(&document, name) {
        Ok(edited)
    } else {
        Err(EditError::Unwritable { name: name.title(), value: value.to_owned() })
    }
}

/// The text without a field, however often it has it; unchanged where it has none.
#[must_use]
pub fn remove_field(text: &str, name: &FieldName) -> String {
    let mut text = text.to_owned();
    loop {
        let document = Document::new(&text);
        let Some(field) = document.fields.iter().find(|field| field.name == *name) else { return text };
        let removed = remove_one(&document, field);
        if removed.len() >= text.len() && removed == text {
            return text;
        }
        text = removed;
    }
}

/// Names and values of all other fields.
fn others<'a>(document: &'a Document<'_>, name: &FieldName) -> Vec<(&'a FieldName, &'a str)> {
    let others = document.fields.iter().filter(|field| field.name != *name);
    others.map(|field| (&field.name, field.value.as_str())).collect()
}

/// The text with another value of a field, in the field's dialect.
pub(super) fn replace_value(text: &str, field: &Field, value: &str) -> String {
    if field.dialect == Dialect::FrontMatter {
        let (range, new) = front_matter_value(text, field, value);
        return splice(text, range, &new);
    }
    let before = text.get(..field.span.start).unwrap_or_default();
    let after = text.get(field.span.end..).unwrap_or_default();
    let space = if field.span.is_empty() && !before.ends_with([' ', '\t']) { " " } else { "" };
    if field.dialect == Dialect::TableRow {
        let tail = if field.span.is_empty() && after.starts_with('|') { " " } else { "" };
        return splice(text, field.span.clone(), &format!("{space}{}{tail}", escape_cell(value)));
    }
    splice(text, field.span.clone(), &format!("{space}{value}"))
}

/// A value as a table cell writes it.
pub(super) fn escape_cell(value: &str) -> String {
    value.replace('|', "\\|")
}

/// Bytes to replace and what to write there for a value in front matter: a list stays a list.
fn front_matter_value(text: &str, field: &Field, value: &str) -> (Range<usize>, String) {
    let old = text.get(field.span.clone()).unwrap_or_default();
    let line = text.get(field.lines.clone()).unwrap_or_default();
    let first = line.split_inclusive('\n').next().unwrap_or_default();
    let colon = front_matter::top_level_key(first).map_or(0, |(_, colon)| colon);
    let range = field.lines.start + colon + 1..field.span.end;
    let written = if old.starts_with(['[', '-']) {
        let items: Vec<String> = split_items(value).into_iter().map(front_matter::quote_item).collect();
        format!("[{}]", items.join(", "))
    } else {
        front_matter::quote(value)
    };
    (range, format!(" {written}"))
}

/// The parts of a value at commas outside of brackets.
fn split_items(value: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let cut = value.split(|c: char| {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && c == ','
    });
    cut.map(str::trim).filter(|item| !item.is_empty()).collect()
}

fn remove_one(document: &Document<'_>, field: &Field) -> String {
    let text = document.text;
    if field.dialect == Dialect::FrontMatter {
        return splice(text, field.lines.clone(), "");
    }
    if field.dialect == Dialect::TableRow {
        return remove_cell(document, field);
    }
    if shares_line(&document.fields, &document.lines, field) {
        return remove_from_line(document, field);
    }
    remove_lines(text, field.lines.clone())
}

/// A row of a table goes; a header row, a pair and a cell below its key are emptied, so that the table stays one.
fn remove_cell(document: &Document<'_>, field: &Field) -> String {
    let text = document.text;
    for block in &document.outline.blocks {
        let (cells, is_header) = match &block.kind {
            BlockKind::TableHeader { cells } => (cells, true),
            BlockKind::TableRow { cells } => (cells, false),
            BlockKind::Paragraph
            | BlockKind::ListItem { .. }
            | BlockKind::Code { .. }
            | BlockKind::Quote
            | BlockKind::Html => continue,
        };
        let Some(at) = cells.iter().position(|cell| FieldName::fold(&cell.text) == field.name) else {
            continue;
        };
        let beside = cells
            .get(at + 1)
            .is_some_and(|cell| cell.span.start <= field.span.start && field.span.end <= cell.span.end);
        let Some(key) = cells.get(at) else { continue };
        if beside && !is_header && cells.len() == 2 {
            return splice(text, field.lines.clone(), "");
        }
        if beside || block.span.end <= field.span.start {
            let emptied = splice(text, field.span.clone(), "");
            return splice(&emptied, key.span.clone(), "");
        }
    }
    splice(text, field.span.clone(), "")
}

/// One of several fields on a line goes, with the mark between it and its neighbour.
fn remove_from_line(document: &Document<'_>, field: &Field) -> String {
    let text = document.text;
    let start = document.lines.start_of(field.line).unwrap_or(field.lines.start);
    let raws = fields_in_line(document.lines.text_of(field.line), start, Keys::All);
    let Some(at) = raws.iter().position(|raw| raw.value == field.span) else {
        return splice(text, field.span.clone(), "");
    };
    let (Some(raw), next) = (raws.get(at), raws.get(at + 1)) else { return text.to_owned() };
    match (next, at.checked_sub(1).and_then(|before| raws.get(before))) {
        (Some(next), _) => splice(text, raw.whole.start..next.whole.start, ""),
        (None, Some(before)) => splice(text, before.whole.end..raw.whole.end, ""),
        (None, None) => remove_lines(text, field.lines.clone()),
    }
}

#[cfg(test)]
#[path = "field_tests.rs"]
mod tests;
