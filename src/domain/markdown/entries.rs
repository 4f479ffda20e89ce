//! The entries of one list of dependencies: ids with their kinds and reasons, and whatever has no id.

use std::ops::Range;

use super::entry_words::{
    Prefix, bare_number, bracketed, closing_bracket, is_none, mask, prefix_word, read_tail, tidy, waits,
};
use crate::domain::model::dependency::{DependencyKind, Direction};
use crate::domain::model::id::{IdFormat, PrdId};
use crate::domain::model::repository::qualified_at;

/// One id of a list; the span is the whole entry in the text that was given, reason included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) id: PrdId,
    pub(super) direction: Option<Direction>,
    /// The kind, where the entry says one.
    pub(super) kind: Option<DependencyKind>,
    pub(super) reason: Option<String>,
    pub(super) span: Range<usize>,
}

/// Everything that a list says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Entries {
    pub(super) ids: Vec<Entry>,
    /// Entries whose ids name another repository; each is among the external texts, too.
    pub(super) elsewhere: Vec<Entry>,
    /// Text without an id.
    pub(super) external: Vec<(String, Range<usize>)>,
    /// True where the list says that there is nothing.
    pub(super) none: bool,
    /// True where the first entry begins with its id.
    pub(super) leads_with_id: bool,
}

/// Most ids that `PRD-001 to PRD-005` may stand for.
const LONGEST_RANGE: u32 = 100;

/// Reads a list.
pub(super) fn parse(text: &str, format: &IdFormat) -> Entries {
    let masked = mask(text);
    let mut parser = Parser {
        text,
        ids: format.find(&masked).into_iter().map(|found| (found.span, found.id)).collect(),
        elsewhere: elsewhere(&masked),
        masked: &masked,
        format,
        entries: Entries::default(),
        kind: None,
        direction: None,
        ignored: false,
    };
    if is_none(text) {
        parser.entries.none = true;
        return parser.entries;
    }
    for segment in parser.segments() {
        parser.segment(segment);
    }
    parser.entries
}

struct Parser<'a> {
    text: &'a str,
    masked: &'a str,
    ids: Vec<(Range<usize>, PrdId)>,
    /// Ids that name another repository.
    elsewhere: Vec<(Range<usize>, PrdId)>,
    format: &'a IdFormat,
    entries: Entries,
    kind: Option<DependencyKind>,
    direction: Option<Direction>,
    ignored: bool,
}

/// All ids of a text that name another repository.
fn elsewhere(text: &str) -> Vec<(Range<usize>, PrdId)> {
    let mut found: Vec<(Range<usize>, PrdId)> = Vec::new();
    for (mark, _) in text.match_indices('#') {
        let name = text[..mark].rfind(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')));
        let start = name.map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
        let floor = found.last().map_or(0, |(span, _)| span.end);
        if let Some((id, length)) = qualified_at(&text[start..]).filter(|_| start >= floor) {
            found.push((start..start + length, id));
        }
    }
    found
}

/// Marks that may stand before an id or a word without a meaning of their own.
fn is_mark(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '*' | '_' | '~' | '[' | '"' | '\'' | '(')
        || (!c.is_ascii() && !c.is_alphanumeric())
}

impl Parser<'_> {
    fn id_at(&self, at: usize) -> Option<&(Range<usize>, PrdId)> {
        let index = self.ids.partition_point(|(span, _)| span.start < at);
        self.ids.get(index).filter(|(span, _)| span.start == at)
    }

    fn elsewhere_at(&self, at: usize) -> Option<&(Range<usize>, PrdId)> {
        self.elsewhere.iter().find(|(span, _)| span.start == at)
    }

    fn skip_marks(&self, range: Range<usize>) -> usize {
        let text = self.masked.get(range.clone()).unwrap_or_default();
        range.start + (text.len() - text.trim_start_matches(is_mark).len())
    }

    /// True where an entry with an id begins: an id, a bare number, or a prefix word with a colon.
    fn entry_begins(&self, range: Range<usize>) -> bool {
        let at = self.skip_marks(range.clone());
        let rest = self.masked.get(at..range.end).unwrap_or_default();
        if self.id_at(at).is_some() || self.elsewhere_at(at).is_some() || bare_number(rest).is_some() {
            return true;
        }
        prefix_word(rest).is_some_and(|(prefix, _)| prefix != Prefix::Plain)
    }

    /// The text cut at the marks between entries.
    fn segments(&self) -> Vec<Range<usize>> {
        let text = self.masked;
        let mut segments = Vec::new();
        let (mut start, mut at) = (0, 0);
        while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
            if let Some(close) = closing_bracket(c)
                && let Some(length) = bracketed(text.get(at..).unwrap_or_default(), c, close)
            {
                at += length;
                continue;
            }
            let length = match c {
                ',' | ';' | '\n' | '+' | '&' | '/' | '|' | '→' | ' ' => c.len_utf8(),
                'a' if at > 0 && text.get(at - 1..).is_some_and(|rest| rest.starts_with(" and ")) => 3,
                _ => 0,
            };
            if length > 0 && self.separates(c, start..at, at + length) {
                segments.push(start..at);
                start = at + length;
            }
            at += if length > 0 { length } else { c.len_utf8() };
        }
        segments.push(start..text.len());
        segments
    }

    /// True where a mark at the end of `before` begins a new entry.
    fn separates(&self, mark: char, before: Range<usize>, next: usize) -> bool {
        if matches!(mark, ';' | '\n') {
            return true;
        }
        if mark == ' ' {
            let behind_id = self.ids.iter().any(|(span, _)| span.end == before.end);
            return behind_id && self.id_at(next).is_some();
        }
        if self.entry_begins(next..self.masked.len()) {
            return mark == ',' || self.has_id(before);
        }
        mark == ',' && !self.in_reason(before)
    }

    fn has_id(&self, range: Range<usize>) -> bool {
        self.ids.iter().chain(&self.elsewhere).any(|(span, _)| range.contains(&span.start))
            || bare_number(self.masked.get(range).unwrap_or_default().trim_start()).is_some()
    }

    /// True where a segment has an id and then words outside of brackets: a comma belongs to its reason.
    fn in_reason(&self, range: Range<usize>) -> bool {
        let mut ids = self.ids.iter().chain(&self.elsewhere);
        let Some((span, _)) = ids.find(|(span, _)| range.contains(&span.start)) else {
            return false;
        };
        let rest = self.masked.get(span.end..range.end).unwrap_or_default();
        let rest = rest.trim_start_matches(|c: char| c != '(' && !c.is_alphanumeric());
        match bracketed(rest, '(', ')').filter(|_| rest.starts_with('(')) {
            Some(length) => rest.get(length..).is_some_and(|tail| tail.contains(char::is_alphanumeric)),
            None => rest.contains(char::is_alphanumeric),
        }
    }

    fn segment(&mut self, range: Range<usize>) {
        let whole = self.trim(range.clone());
        let mut at = self.skip_marks(whole.clone());
        while let Some((prefix, length)) = prefix_word(self.masked.get(at..whole.end).unwrap_or_default()) {
            match prefix {
                Prefix::Kind(kind) => self.kind = Some(kind),
                Prefix::Direction(direction) => self.direction = Some(direction),
                Prefix::Ignored => self.ignored = true,
                Prefix::Plain => {}
            }
            if !matches!(prefix, Prefix::Plain | Prefix::Ignored) {
                self.ignored = false;
            }
            at = self.skip_marks(at + length..whole.end);
        }
        if self.ignored || at >= whole.end {
            return;
        }
        if is_none(self.text.get(at..whole.end).unwrap_or_default()) {
            self.entries.none = true;
            return;
        }
        if let Some((span, id)) = self.elsewhere_at(at).cloned() {
            self.entries.leads_with_id |= self.entries.ids.is_empty() && self.entries.external.is_empty();
            let entry = self.make(id, span.end, &whole);
            let text = self.text.get(at..whole.end).and_then(tidy);
            self.entries.external.extend(text.map(|text| (text, whole)));
            self.entries.elsewhere.push(entry);
        } else if let Some((span, id)) = self.id_at(at).cloned() {
            self.entries.leads_with_id |= self.entries.ids.is_empty() && self.entries.external.is_empty();
            self.entry(id, span.end, whole);
        } else if let Some((id, length)) = self.bare(at..whole.end) {
            self.entry(id, at + length, whole);
        } else {
            self.words(at, whole);
        }
    }

    fn trim(&self, range: Range<usize>) -> Range<usize> {
        let text = self.text.get(range.clone()).unwrap_or_default();
        let start = range.start + (text.len() - text.trim_start().len());
        start..start + text.trim().len()
    }

    /// `007` behind `PRD-004`: the same prefix.
    fn bare(&self, range: Range<usize>) -> Option<(PrdId, usize)> {
        let length = bare_number(self.masked.get(range.clone()).unwrap_or_default())?;
        let prefix = self.entries.ids.last()?.id.prefix().to_owned();
        let digits = self.text.get(range.start..range.start + length)?;
        Some((self.format.parse(&format!("{prefix}-{digits}"))?, length))
    }

    fn entry(&mut self, id: PrdId, after: usize, span: Range<usize>) {
        let rest = self.masked.get(after..span.end).unwrap_or_default();
        if let Some((last, length)) = self.range_end(&id, after, rest) {
            let entry = self.make(id.clone(), after + length, &span);
            self.turn_round(&entry);
            let (prefix, first) = (id.prefix().to_owned(), id.number());
            for number in first..=last {
                if let Some(id) = self.format.parse(&format!("{prefix}-{number:0>3}")) {
                    self.entries.ids.push(Entry { id, ..entry.clone() });
                }
            }
            return;
        }
        let entry = self.make(id, after, &span);
        self.turn_round(&entry);
        self.entries.ids.push(entry);
    }

    /// `PRD-002 and PRD-003 wait for this`: what is said of the last id is said of those before it, too.
    fn turn_round(&mut self, last: &Entry) {
        if last.reason.as_deref().is_some_and(waits) {
            let bare = |entry: &&mut Entry| entry.reason.is_none() && entry.kind.is_none();
            self.entries.ids.iter_mut().filter(bare).for_each(|entry| entry.direction = last.direction);
        }
    }

    /// The last number of `PRD-001 to PRD-005`, and the length of what spells it.
    fn range_end(&self, id: &PrdId, after: usize, rest: &str) -> Option<(u32, usize)> {
        let trimmed = rest.trim_start();
        let (word, spaced) = ["to ", "through ", "–", "..", "…", "-"]
            .into_iter()
            .find_map(|word| trimmed.strip_prefix(word).map(|tail| (tail, rest.starts_with(' '))))?;
        let at = after + (rest.len() - word.trim_start_matches(['.', ' ']).len());
        let (span, last) = self.id_at(at)?;
        let hyphen = trimmed.starts_with('-');
        let fits = last.has_prefix(id.prefix())
            && last.number() > id.number()
            && last.number() - id.number() < LONGEST_RANGE
            && !(hyphen && spaced);
        fits.then(|| (last.number(), span.end - after))
    }

    fn make(&self, id: PrdId, after: usize, span: &Range<usize>) -> Entry {
        let (kind, reason) = read_tail(self.text.get(after..span.end).unwrap_or_default());
        let says_contract =
            reason.as_ref().is_some_and(|reason| reason.to_lowercase().contains("api contract"));
        let kind = kind.or(self.kind).or_else(|| says_contract.then_some(DependencyKind::Contract));
        let waits = reason.as_deref().is_some_and(waits);
        let direction = if waits { Some(Direction::Blocks) } else { self.direction };
        Entry { id, direction, kind, reason, span: span.clone() }
    }

    /// An entry that begins with words: `Auth service (PRD-003)`, a link whose target is named by an id, or
    /// something without an id.
    fn words(&mut self, at: usize, whole: Range<usize>) {
        let source = self.text.get(at..whole.end).unwrap_or_default();
        let inside = self.ids.iter().find(|(span, _)| span.start >= at && span.end <= whole.end).cloned();
        if let Some((span, id)) = inside {
            let before = self.masked.get(at..span.start).unwrap_or_default();
            let after = self.masked.get(span.end..whole.end).unwrap_or_default();
            let first = before
                .split(|c: char| !c.is_alphanumeric())
                .find(|word| !word.is_empty())
                .unwrap_or_default();
            let mentions = ["see", "cf", "like", "unlike", "similar", "replaces", "not"]
                .iter()
                .any(|word| first.eq_ignore_ascii_case(word));
            let opens = before.trim_end().ends_with(['(', '[', '-', '–', '—', ':', '→']);
            let ends = !after.contains(char::is_alphanumeric);
            if !mentions && (opens || (ends && !before.contains(['(', '[']))) {
                let text = before.trim_end_matches(|c: char| !c.is_alphanumeric() && c != ')');
                let kind = self.kind;
                let reason = tidy(text);
                self.entries.ids.push(Entry { id, direction: self.direction, kind, reason, span: whole });
                return;
            }
        }
        let other =
            self.elsewhere.iter().find(|(span, _)| span.start >= at && span.end <= whole.end).cloned();
        if let Some((span, id)) = other {
            let before = self.masked.get(at..span.start).unwrap_or_default();
            if before.trim_end().ends_with(['(', '[', '-', '–', '—', ':', '→']) {
                let reason = tidy(before.trim_end_matches(|c: char| !c.is_alphanumeric() && c != ')'));
                let (direction, kind) = (self.direction, self.kind);
                self.entries.elsewhere.push(Entry { id, direction, kind, reason, span: whole.clone() });
            }
        } else if let Some(id) = self.link_target(source) {
            let label = source.split("](").next().unwrap_or_default();
            let entry =
                Entry { id, direction: self.direction, kind: self.kind, reason: tidy(label), span: whole };
            self.entries.ids.push(entry);
            return;
        }
        if let Some(text) = tidy(source) {
            self.entries.external.push((text, whole));
        }
    }

    fn link_target(&self, source: &str) -> Option<PrdId> {
        let target = source.split_once("](")?.1.split(')').next()?;
        let name = target.rsplit('/').next()?;
        self.format.find(name).into_iter().next().map(|found| found.id)
    }
}

#[cfg(test)]
#[path = "entries_tests.rs"]
mod tests;
