//! Rewriting a file of an older dialect into the current one, keeping its comments.
//!
//! Keys that keep their object are renamed where they stand. Others move with the comments above and behind them
//! and with all that is written inside of them; what is not touched keeps every byte.

use jsonc_parser::cst::{CstInputValue, CstNode, CstObject, CstObjectProp, CstRootNode, ObjectPropName};
use serde_json::Value;

use super::dialects::{ROWS, Rewritten};
use super::document::{Document, JSON_WITH_COMMENTS};
use super::key::KeyPath;
use super::problem::{Layer, Problem, Wrong, excerpt};

/// A file in the current dialect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migrated {
    /// The whole text; equal to the old one where nothing was to be done.
    pub text: String,
    /// What was rewritten, in the order of the table of dialects.
    pub rewritten: Vec<Rewritten>,
}

/// Rewrites a file into the current dialect. `file` is its name in messages.
///
/// # Errors
/// A [`Problem`] where the text is no JSON, or an old value has no form in the current dialect.
pub fn migrate(file: &str, text: &str) -> Result<Migrated, Box<Problem>> {
    let document = Document::read(Layer::Repository, file, text)?;
    let unchanged = || Migrated { text: text.to_owned(), rewritten: Vec::new() };
    let (mark, body) = text.strip_prefix('\u{feff}').map_or(("", text), |body| ("\u{feff}", body));
    let Ok(root) = CstRootNode::parse(body, &JSON_WITH_COMMENTS) else { return Ok(unchanged()) };
    let Some(top) = root.object_value() else { return Ok(unchanged()) };
    let mut work = Work { top, moved: Vec::new(), placed: Vec::new() };
    let mut rewritten = Vec::new();
    for row in &ROWS {
        let (old, new) = (KeyPath::parse(row.old), KeyPath::parse(row.new));
        let Some(value) = document.get(&old) else { continue };
        let value = row.rewritten(value).map_err(|allowed| {
            let wrong = Wrong::WrongValue { read: excerpt(value), allowed };
            Box::new(Problem::error(old.clone(), document.origin_of(&old), wrong))
        })?;
        work.rewrite(&old, &new, &value);
        rewritten.push(Rewritten { origin: document.origin_of_key(&old), old, new });
    }
    if rewritten.is_empty() {
        return Ok(unchanged());
    }
    Ok(Migrated { text: format!("{mark}{}", work.finish(&root.to_string())), rewritten })
}

/// A property on its way: its place is held by a marker until all moves are done.
struct Moved {
    comments: Vec<String>,
    name: String,
    /// The value as text; lines after the first keep the indentation that they had.
    value: String,
    /// The indentation of the property in its old place.
    indent: String,
}

struct Work {
    top: CstObject,
    moved: Vec<Moved>,
    /// New keys whose place a marker holds.
    placed: Vec<KeyPath>,
}

impl Work {
    fn rewrite(&mut self, old: &KeyPath, new: &KeyPath, value: &Value) {
        let Some(property) = find(&self.top, old) else { return };
        let is_kept = property.value().and_then(|node| plain(&node)).as_ref() == Some(value);
        let there = find(&self.top, new);
        let is_free = there.is_none() && !self.placed.contains(new);
        if is_free && is_kept && old.parent() == new.parent() {
            rename(&property, new.last());
            return;
        }
        let comments = take_comments(&property);
        let indent = property.indent_text().unwrap_or_default();
        let raw = property.value().filter(|_| is_kept).map(|node| node.to_string());
        let inner = property.object_value().filter(|_| is_kept);
        match (there.and_then(|there| there.object_value()), inner) {
            _ if is_free => {
                let value = raw.unwrap_or_else(|| written(value, &indent));
                let parent =
                    new.parent().map_or_else(|| self.top.clone(), |parent| object_at(&self.top, &parent));
                self.place(&parent, Moved { comments, name: new.last().to_owned(), value, indent });
                self.placed.push(new.clone());
            }
            (Some(there), Some(inner)) => self.join(&there, &inner, comments),
            (Some(there), None) => {
                for (name, value) in value.as_object().into_iter().flatten() {
                    if there.get(name).is_none() {
                        let value = written(value, &indent);
                        let (name, indent) = (name.clone(), indent.clone());
                        self.place(&there, Moved { comments: Vec::new(), name, value, indent });
                    }
                }
            }
            (None, _) => {}
        }
        remove_with_empty_parents(&self.top, old);
    }

    /// Moves the properties of one object into another; what is there already stays.
    fn join(&mut self, there: &CstObject, inner: &CstObject, mut comments: Vec<String>) {
        for property in inner.properties() {
            let Some(name) = property.decoded_name() else { continue };
            match (there.get(&name), property.object_value()) {
                (None, _) => {
                    comments.extend(take_comments(&property));
                    let value = property.value().map(|node| node.to_string()).unwrap_or_default();
                    let indent = property.indent_text().unwrap_or_default();
                    self.place(there, Moved { comments: std::mem::take(&mut comments), name, value, indent });
                }
                (Some(below), Some(inner)) => {
                    if let Some(below) = below.object_value() {
                        self.join(&below, &inner, Vec::new());
                    }
                }
                (Some(_), None) => {}
            }
        }
    }

    /// Puts a marker at the end of an object; [`Work::finish`] writes the property in its place.
    fn place(&mut self, parent: &CstObject, moved: Moved) {
        parent.append(&marker(self.moved.len()), CstInputValue::Null);
        self.moved.push(moved);
    }

    fn finish(self, text: &str) -> String {
        let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
        self.moved.iter().enumerate().fold(text.to_owned(), |text, (index, moved)| {
            let marker = format!("{}: null", Value::from(marker(index)));
            let Some((before, after)) = text.split_once(&marker) else { return text };
            let line = before.rsplit('\n').next().unwrap_or_default();
            let indent: String = line.chars().take_while(|c| c.is_whitespace()).collect();
            let mut property = String::new();
            for comment in &moved.comments {
                property.push_str(&reindented(comment, &moved.indent, &indent));
                property.push_str(line_end);
                property.push_str(&indent);
            }
            let name = Value::from(moved.name.as_str());
            property.push_str(&format!("{name}: {}", reindented(&moved.value, &moved.indent, &indent)));
            format!("{before}{property}{after}")
        })
    }
}

/// A key that no configuration has: a control character stands in it.
fn marker(index: usize) -> String {
    format!("\u{1}moved {index}\u{1}")
}

/// A text with the indentation of its lines after the first changed from one to another.
fn reindented(text: &str, from: &str, to: &str) -> String {
    let mut lines = text.split('\n');
    let mut out = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        out.push('\n');
        match line.strip_prefix(from) {
            Some(rest) if !rest.trim().is_empty() => {
                out.push_str(to);
                out.push_str(rest);
            }
            _ => out.push_str(line),
        }
    }
    out
}

/// A value as it is written where a property has this indentation.
fn written(value: &Value, indent: &str) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default().replace('\n', &format!("\n{indent}"))
}

fn plain(node: &CstNode) -> Option<Value> {
    let ast_text = node.to_string();
    jsonc_parser::parse_to_serde_value::<Value>(&ast_text, &JSON_WITH_COMMENTS).ok()
}

fn find(top: &CstObject, key: &KeyPath) -> Option<CstObjectProp> {
    let (last, parents) = key.parts().split_last()?;
    parents.iter().try_fold(top.clone(), |object, part| object.object_value(part))?.get(last)
}

/// The object at a path, made where it is not there.
fn object_at(top: &CstObject, key: &KeyPath) -> CstObject {
    key.parts().iter().fold(top.clone(), |object, part| object.object_value_or_set(part))
}

fn rename(property: &CstObjectProp, name: &str) {
    match property.name() {
        Some(ObjectPropName::String(literal)) => literal.set_raw_value(Value::from(name).to_string()),
        Some(ObjectPropName::Word(_)) | None => {}
    }
}

fn remove_with_empty_parents(top: &CstObject, key: &KeyPath) {
    if let Some(property) = find(top, key) {
        property.remove();
    }
    if let Some(parent) = key.parent().filter(|parent| !parent.parts().is_empty())
        && let Some(property) = find(top, &parent)
        && property.object_value().is_some_and(|object| object.properties().is_empty())
    {
        remove_with_empty_parents(top, &parent);
    }
}

/// Takes out the comments that belong to a property: those on lines of their own right above it, and one behind
/// it on its line. They are given in the order in which they are to stand above it.
fn take_comments(property: &CstObjectProp) -> Vec<String> {
    let mut above = Vec::new();
    let mut pending = Vec::new();
    let mut line_ends = 0;
    for sibling in property.previous_siblings() {
        if sibling.is_newline() {
            line_ends += 1;
            // A comment is known to have a line of its own once the line end before it is seen.
            above.append(&mut pending);
            if line_ends > 1 {
                break;
            }
        } else if let Some(comment) = sibling.as_comment() {
            line_ends = 0;
            pending.push(comment);
        } else if !sibling.is_whitespace() {
            break;
        }
    }
    above.reverse();
    let behind = property.next_siblings().take_while(|sibling| !sibling.is_newline()).filter_map(|sibling| {
        let comma_or_comment = sibling.is_comma() || sibling.is_comment() || sibling.is_whitespace();
        comma_or_comment.then(|| sibling.as_comment()).flatten()
    });
    let all: Vec<_> = above.into_iter().chain(behind.collect::<Vec<_>>()).collect();
    all.into_iter()
        .map(|comment| {
            let text = comment.raw_value();
            comment.remove();
            text
        })
        .collect()
}

#[cfg(test)]
#[path = "migrate_tests.rs"]
mod tests;
