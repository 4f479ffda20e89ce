//! Adding and removing declared dependencies, in whatever way the document declares them.

use std::collections::BTreeMap;
use std::ops::Range;

use super::error::{EditError, one_line};
use super::field::{escape_cell, replace_value, set_field};
use super::splice::{after_line, before_line, insert_line, remove_lines, splice};
use crate::domain::markdown::dependencies::{Declarations, Holder, List, Written, declarations};
use crate::domain::markdown::document::Document;
use crate::domain::markdown::entries::{self, Entries};
use crate::domain::markdown::front_matter;
use crate::domain::model::dependency::{Declared, DependencyKind, Direction};
use crate::domain::model::field::{Dialect, FieldName};
use crate::domain::model::id::{IdFormat, PrdId};

/// The text with one more prerequisite, where the others are declared; a document without any gets the field
/// `Depends On`.
///
/// # Errors
/// [`EditError::AlreadyDeclared`] where it is there, [`EditError::SeveralLines`] for a reason of more than one line,
/// [`EditError::Entangled`] where the result would not read back.
pub fn add_dependency(
    text: &str,
    id: &PrdId,
    kind: DependencyKind,
    reason: Option<&str>,
    format: &IdFormat,
) -> Result<String, EditError> {
    let reason =
        reason.map(|reason| one_line("reason", reason)).transpose()?.filter(|reason| !reason.is_empty());
    let document = Document::new(text);
    let before = declarations(&document, format);
    if prerequisites(&before).any(|known| known.id == *id) {
        return Err(EditError::AlreadyDeclared { id: id.clone() });
    }
    // What says that there is nothing makes room for the first entry.
    let nothing = before.lists.iter().filter(|list| list.none);
    let nothing: Vec<String> =
        nothing.flat_map(|list| words(text.get(list.span.clone()).unwrap_or_default())).collect();
    let plain = kind == DependencyKind::Complete;
    let spellings: &[bool] = if plain { &[false, true] } else { &[true] };
    for says_kind in spellings {
        let Ok(new) = insert(&document, &before, &spell(id, kind, *says_kind, reason), format) else {
            continue;
        };
        let after = declarations(&Document::new(&new), format);
        let added = prerequisites(&after).any(|known| known.id == *id && known.kind == kind);
        let same = edges(&after, Some(id)) == edges(&before, Some(id))
            && others(&after, id, format) == others(&before, id, format);
        if added && same && lost(text, &new).iter().all(|word| nothing.contains(word)) {
            return Ok(new);
        }
    }
    Err(EditError::Entangled { id: id.clone() })
}

/// The text without a prerequisite, wherever it is declared; the other entries keep their bytes.
///
/// # Errors
/// [`EditError::NotDeclared`] where it is not there, [`EditError::Entangled`] where the others would not stay what
/// they are.
pub fn remove_dependency(text: &str, id: &PrdId, format: &IdFormat) -> Result<String, EditError> {
    let mut text = text.to_owned();
    let mut removed = false;
    loop {
        let document = Document::new(&text);
        let before = declarations(&document, format);
        let place =
            before.places.iter().find(|place| place.direction == Direction::DependsOn && place.id == *id);
        let Some(place) = place else {
            return if removed { Ok(text) } else { Err(EditError::NotDeclared { id: id.clone() }) };
        };
        if orphans(&document, &before, place) {
            return Err(EditError::Entangled { id: id.clone() });
        }
        let rest = (edges(&before, Some(id)), others(&before, id, format));
        let candidates = [cut(&document, &before, place, format), rewrite(&document, &before, place, format)];
        let entry = words(text.get(place.span.clone()).unwrap_or_default());
        let new = candidates.into_iter().flatten().find(|new| {
            let after = declarations(&Document::new(new), format);
            (edges(&after, Some(id)), others(&after, id, format)) == rest
                && after.places.len() < before.places.len()
                && lost(&text, new).iter().all(|word| entry.contains(word))
        });
        text = new.ok_or_else(|| EditError::Entangled { id: id.clone() })?;
        removed = true;
    }
}

/// Of this repository and of others.
fn all(found: &Declarations) -> impl Iterator<Item = &Declared> {
    found.declared.iter().chain(&found.elsewhere)
}

fn prerequisites(found: &Declarations) -> impl Iterator<Item = &Declared> {
    all(found).filter(|known| known.direction == Direction::DependsOn)
}

/// All edges but those to one prerequisite, without their places.
fn edges(
    found: &Declarations,
    but: Option<&PrdId>,
) -> Vec<(PrdId, Direction, DependencyKind, Option<String>)> {
    let mut edges: Vec<_> = all(found)
        .filter(|known| known.direction == Direction::Blocks || Some(&known.id) != but)
        .map(|known| (known.id.clone(), known.direction, known.kind, known.reason.clone()))
        .collect();
    edges.sort();
    edges
}

/// The external prerequisites, those that name another repository's one left out.
fn others(found: &Declarations, but: &PrdId, format: &IdFormat) -> Vec<String> {
    let is_it = |text: &str| entries::parse(text, format).elsewhere.iter().any(|entry| entry.id == *but);
    let mut others: Vec<String> =
        found.external.iter().map(|external| external.text.clone()).filter(|text| !is_it(text)).collect();
    others.sort();
    others
}

/// The words of a text, in small letters.
fn words(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    parts.map(str::to_lowercase).collect()
}

/// The words that a text has and a changed one has no more, each as often as it is missed.
fn lost(before: &str, after: &str) -> Vec<String> {
    let mut left: BTreeMap<String, usize> = BTreeMap::new();
    words(after).into_iter().for_each(|word| *left.entry(word).or_default() += 1);
    let is_lost = |word: &String| match left.get_mut(word) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        Some(_) | None => true,
    };
    words(before).into_iter().filter(is_lost).collect()
}

/// True for the only entry of an item of a list below which something more belongs to the item.
fn orphans(document: &Document<'_>, found: &Declarations, place: &Written) -> bool {
    let Some(list) = found.lists.get(place.list).filter(|list| list.holder == Holder::Item) else {
        return false;
    };
    let text = document.text;
    let start = before_line(text, list.span.start);
    let indentation = |line: &str| line.len() - line.trim_start().len();
    let own = indentation(text.get(start..).unwrap_or_default());
    let below = text.get(after_line(text, list.span.end)..).unwrap_or_default();
    let next = below.lines().find(|line| !line.trim().is_empty());
    next.is_some_and(|next| indentation(next) > own)
}

/// `SVC-131 (finish) — reason`.
fn spell(id: &PrdId, kind: DependencyKind, says_kind: bool, reason: Option<&str>) -> String {
    let word = if kind == DependencyKind::Complete { "hard" } else { kind.name() };
    let kind = if says_kind { format!(" ({word})") } else { String::new() };
    let reason = reason.map_or_else(String::new, |reason| format!(" — {reason}"));
    format!("{id}{kind}{reason}")
}

/// The text with an entry added to the list that fits best.
fn insert(
    document: &Document<'_>,
    found: &Declarations,
    entry: &str,
    format: &IdFormat,
) -> Result<String, EditError> {
    let text = document.text;
    if found.lists.iter().any(|list| list.holder == Holder::Mapping) {
        return Err(unwritable(entry));
    }
    let is_list = |list: &&List| list.direction == Direction::DependsOn && list.holder != Holder::Cell;
    let lists: Vec<&List> = found.lists.iter().filter(is_list).collect();
    let Some(first) = lists.first() else {
        let cells = found.lists.iter().filter(|list| list.holder == Holder::Cell);
        let ids = cells.flat_map(|list| {
            let Entries { ids, elsewhere, .. } =
                entries::parse(text.get(list.span.clone()).unwrap_or_default(), format);
            ids.into_iter().chain(elsewhere)
        });
        let mut all: Vec<String> = ids.map(|found| found.id.to_string()).collect();
        all.push(entry.to_owned());
        let names = [FieldName::DependsOn, FieldName::Dependencies, FieldName::BlockedBy];
        let name = names.into_iter().find(|name| document.fields.iter().any(|field| field.name == *name));
        return set_field(text, &name.unwrap_or(FieldName::DependsOn), &all.join(", "));
    };
    // The last item of the list that the first one begins.
    let last = lists.iter().rfind(|list| list.holder == first.holder).unwrap_or(first);
    Ok(match first.holder {
        Holder::Field(at) => {
            let field = document.fields.get(at).ok_or_else(|| unwritable(entry))?;
            if first.none {
                replace_value(text, field, entry)
            } else if field.dialect == Dialect::FrontMatter {
                replace_value(text, field, &format!("{}, {entry}", field.value))
            } else {
                let entry =
                    if field.dialect == Dialect::TableRow { escape_cell(entry) } else { entry.to_owned() };
                splice(text, first.span.end..first.span.end, &format!(", {entry}"))
            }
        }
        Holder::FrontMatterItem(_) | Holder::Item if last.none => {
            splice(text, last.span.clone(), &quoted(last.holder, entry))
        }
        Holder::FrontMatterItem(_) | Holder::Item => {
            let line = before_line(text, last.span.start);
            let mark = text.get(line..last.span.start).unwrap_or_default();
            let mark: String = mark.chars().filter(|c| !matches!(c, '"' | '\'')).collect();
            let mark = next_mark(&mark);
            insert_line(
                text,
                after_line(text, last.span.end),
                &format!("{mark}{}", quoted(first.holder, entry)),
            )
        }
        Holder::Text | Holder::Cell if first.none => splice(text, first.span.clone(), entry),
        Holder::Text | Holder::Cell => splice(text, first.span.end..first.span.end, &format!(", {entry}")),
        Holder::Mapping => return Err(unwritable(entry)),
    })
}

fn unwritable(entry: &str) -> EditError {
    EditError::Unwritable { name: FieldName::DependsOn.title(), value: entry.to_owned() }
}

fn quoted(holder: Holder, entry: &str) -> String {
    if matches!(holder, Holder::FrontMatterItem(_)) { front_matter::quote(entry) } else { entry.to_owned() }
}

/// The mark of the next item: a box is opened, a number counted on.
fn next_mark(mark: &str) -> String {
    let mark = mark.replace("[x]", "[ ]").replace("[X]", "[ ]");
    let digits: String =
        mark.chars().skip_while(|c| c.is_whitespace()).take_while(char::is_ascii_digit).collect();
    match digits.parse::<u32>() {
        Ok(number) => mark.replacen(&digits, &number.saturating_add(1).to_string(), 1),
        Err(_) => mark,
    }
}

/// The text without one entry and the mark that divides it from its neighbour.
fn cut(document: &Document<'_>, found: &Declarations, place: &Written, format: &IdFormat) -> Option<String> {
    let text = document.text;
    let list = found.lists.get(place.list)?;
    let spans = all_spans(text, list, format);
    let at = spans.iter().position(|span| *span == place.span)?;
    if spans.iter().filter(|span| **span == place.span).count() > 1 {
        return None;
    }
    let next = spans.get(at + 1);
    if spans.len() == 1 {
        return remove_only(document, found, list);
    }
    let Some(next) = next else {
        let previous = at.checked_sub(1).and_then(|at| spans.get(at))?;
        return Some(splice(text, previous.end..place.span.end, ""));
    };
    let own = text.get(place.span.clone())?;
    let following = text.get(next.clone())?;
    // A word such as `Hard:` before the first entry holds for the next one too.
    let id_at = format.find(own).first().map_or(0, |found| found.span.start);
    let head =
        own.get(..id_at).filter(|head| head.contains(':') && !following.contains(':')).unwrap_or_default();
    let bare = following.starts_with(|c: char| c.is_ascii_digit());
    let spelled = place.id.to_string();
    let prefix = if bare { spelled.trim_end_matches(|c: char| c.is_ascii_digit()) } else { "" };
    Some(splice(text, place.span.start..next.start, &format!("{head}{prefix}")))
}

/// The spans of all entries of a list in the document, ids and others, in their order.
fn all_spans(text: &str, list: &List, format: &IdFormat) -> Vec<Range<usize>> {
    let flat = text.get(list.span.clone()).unwrap_or_default().replace(['\n', '\r'], " ");
    let Entries { ids, external, .. } = entries::parse(&flat, format);
    let ids = ids.into_iter().map(|entry| entry.span);
    let mut spans: Vec<Range<usize>> = ids.chain(external.into_iter().map(|(_, span)| span)).collect();
    spans.sort_by_key(|span| span.start);
    spans.into_iter().map(|span| list.span.start + span.start..list.span.start + span.end).collect()
}

/// The text without the only entry of a list: an item and a row go, and what would be left empty says `None`.
fn remove_only(document: &Document<'_>, found: &Declarations, list: &List) -> Option<String> {
    let text = document.text;
    let alike =
        found.lists.iter().filter(|other| other.holder == list.holder && other.direction == list.direction);
    let is_last = alike.count() == 1;
    match list.holder {
        Holder::Field(at) => {
            let field = document.fields.get(at)?;
            let in_brackets = text.get(field.span.clone())?.starts_with('[');
            let is_list = field.dialect == Dialect::FrontMatter && in_brackets;
            Some(replace_value(text, field, if is_list { "" } else { "None" }))
        }
        Holder::FrontMatterItem(at) if is_last => Some(replace_value(text, document.fields.get(at)?, "")),
        Holder::Item if is_last => Some(splice(text, list.span.clone(), "None")),
        Holder::Text => Some(splice(text, list.span.clone(), "None")),
        // What is left of it would have to be read as what it was.
        Holder::Mapping => None,
        Holder::FrontMatterItem(_) | Holder::Cell => {
            Some(splice(text, before_line(text, list.span.start)..after_line(text, list.span.end), ""))
        }
        Holder::Item => {
            let lines = before_line(text, list.span.start)..after_line(text, list.span.end);
            Some(remove_lines(text, lines))
        }
    }
}

/// The text with a list written anew without one id: for ranges and for lists whose entries hold on to each other.
fn rewrite(
    document: &Document<'_>,
    found: &Declarations,
    place: &Written,
    format: &IdFormat,
) -> Option<String> {
    let text = document.text;
    let list = found.lists.get(place.list)?;
    let flat = text.get(list.span.clone())?.replace(['\n', '\r'], " ");
    let parsed = entries::parse(&flat, format);
    let rest = parsed.ids.iter().chain(&parsed.elsewhere).filter(|entry| entry.id != place.id);
    let mut parts: Vec<String> = rest
        .map(|entry| {
            spell(&entry.id, entry.kind.unwrap_or_default(), entry.kind.is_some(), entry.reason.as_deref())
        })
        .collect();
    // What names another repository is among both.
    let is_named = |span: &Range<usize>| parsed.elsewhere.iter().any(|entry| entry.span == *span);
    parts.extend(parsed.external.iter().filter(|(_, span)| !is_named(span)).map(|(text, _)| text.clone()));
    let value = if parts.is_empty() { "None".to_owned() } else { parts.join(", ") };
    match list.holder {
        Holder::Field(at) => Some(replace_value(text, document.fields.get(at)?, &value)),
        Holder::Mapping => None,
        Holder::FrontMatterItem(_) | Holder::Item | Holder::Text | Holder::Cell => {
            Some(splice(text, list.span.clone(), &quoted(list.holder, &value)))
        }
    }
}

#[cfg(test)]
#[path = "dependency_tests.rs"]
mod tests;
