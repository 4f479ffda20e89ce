//! Sentences of running text: where each begins and ends, and what it is for.
//!
//! The bounds of Unicode (UAX 29) are not used: they end a sentence behind `e.g.` and `approx.`
//! before a capital, and know nothing of code, tables or hard line breaks.

use std::ops::Range;

use smallvec::SmallVec;

use super::text::{OPAQUE, position};
use super::topic::{Topic, TopicSet};

/// What a sentence is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SentenceKind {
    /// It demands something of what is built.
    Requirement,
    /// It tells when the work is done.
    Criterion,
    /// It says what will be better.
    Goal,
    /// It says what may go wrong.
    Risk,
    /// It says what is built or is not built.
    Scope,
    /// It tells, explains or describes.
    Prose,
}

impl SentenceKind {
    /// True for what is built and tested against: a weak word there makes a promise that cannot be kept or broken.
    #[must_use]
    pub const fn is_promise(self) -> bool {
        matches!(self, Self::Requirement | Self::Criterion | Self::Goal)
    }
}

/// The kind of a sentence, told by what its section is about, whether its section's heading says that it holds
/// requirements, and whether its own words oblige somebody.
#[must_use]
pub fn kind_of(topics: &TopicSet, under_requirements: bool, obliges: impl FnOnce() -> bool) -> SentenceKind {
    let about = |topic: Topic| topics.contains(&topic);
    if about(Topic::Criteria) {
        SentenceKind::Criterion
    } else if about(Topic::OutOfScope) {
        SentenceKind::Scope
    } else if about(Topic::Risks) {
        SentenceKind::Risk
    } else if under_requirements {
        SentenceKind::Requirement
    } else if about(Topic::Outcome) {
        SentenceKind::Goal
    } else if obliges() {
        SentenceKind::Requirement
    } else if about(Topic::InScope) {
        SentenceKind::Scope
    } else {
        SentenceKind::Prose
    }
}

/// Words after which a full stop ends no sentence.
const ABBREVIATIONS: [&str; 34] = [
    "e.g", "i.e", "eg", "ie", "vs", "approx", "ca", "cf", "viz", "fig", "figs", "incl", "excl", "resp", "dr",
    "mr", "mrs", "ms", "prof", "st", "jr", "sr", "inc", "ltd", "dept", "ver", "rev", "al", "ext", "tel",
    "para", "art", "ch", "appx",
];

/// Words after which a full stop ends no sentence where a number follows: `No. 5`, `max. 5`, `Jan. 5`.
const BEFORE_NUMBERS: [&str; 24] = [
    "no", "nr", "nos", "min", "max", "sec", "p", "pp", "vol", "est", "jan", "feb", "mar", "apr", "jun",
    "jul", "aug", "sep", "sept", "oct", "nov", "dec", "eq", "item",
];

/// Marks that close what a sentence ends with.
const CLOSERS: [char; 9] = ['*', '_', ')', ']', '"', '”', '\'', '’', '»'];

/// Ranges of a text or of its words: most texts that are read at once are a sentence or two.
pub type Ranges = SmallVec<[Range<usize>; 2]>;

/// Ranges of the sentences of a text, without the space between them; none is empty, none overlaps another, and
/// between them is nothing but white space.
///
/// `source` is the text as written and `masked` the same with code, links and quotations opaque: no sentence
/// ends inside of these, and a quotation that ends with a full stop may end its sentence.
#[must_use]
pub fn sentences(source: &str, masked: &str) -> Ranges {
    let mut found = Ranges::new();
    add_sentences(source, masked, 0, &mut found);
    found
}

/// As [`sentences`], of a text that begins at a byte of a longer one.
fn add_sentences(source: &str, masked: &str, begin: usize, found: &mut Ranges) {
    let mut start = 0;
    let mut seen = 0;
    while let Some(skipped) = source.as_bytes().get(seen..).and_then(|rest| position(rest, may_end)) {
        let at = seen + skipped;
        let Some(c) = source.get(at..).and_then(|rest| rest.chars().next()) else { break };
        let end = at + c.len_utf8();
        seen = end;
        let hidden = is_hidden(masked, at);
        let ends = match c {
            '\n' if !hidden => begins_anew(source, start, at),
            '.' | '!' | '?' | '…' if hidden => closes_quotation(source, masked, end),
            '.' | '!' | '?' | '…' => {
                is_followed_by_a_beginning(source, end) && (c != '.' || !is_abbreviation(source, start, at))
            }
            '。' | '！' | '？' => !hidden,
            _ => false,
        };
        if ends {
            let end = if c == '\n' { end } else { end + closers(source, end) };
            push_trimmed(source, start..end, begin, found);
            start = end;
        }
    }
    push_trimmed(source, start..source.len(), begin, found);
}

/// True for the first byte of a character that a sentence can end with.
const fn may_end(byte: u8, _next: u8) -> bool {
    (byte == b'\n')
        | (byte == b'.')
        | (byte == b'!')
        | (byte == b'?')
        | (byte == 0xe2)
        | (byte == 0xe3)
        | (byte == 0xef)
}

/// As [`sentences`], for the cells of a table's row: each cell is a text of its own.
#[must_use]
pub fn sentences_of_row(source: &str, masked: &str) -> Ranges {
    let mut found = Ranges::new();
    let mut start = 0;
    let bars = masked.match_indices('|').map(|(at, _)| at);
    let bars = bars.filter(|at| *at == 0 || masked.as_bytes().get(at - 1) != Some(&b'\\'));
    for end in bars.chain([masked.len()]) {
        let cell = (source.get(start..end), masked.get(start..end));
        if let (Some(source), Some(masked)) = cell {
            add_sentences(source, masked, start, &mut found);
        }
        start = end + 1;
    }
    found
}

fn is_hidden(masked: &str, at: usize) -> bool {
    masked.get(at..).is_some_and(|rest| rest.starts_with(OPAQUE))
}

/// Bytes of the closing marks at a place.
fn closers(source: &str, at: usize) -> usize {
    let rest = source.get(at..).unwrap_or_default();
    rest.len() - rest.trim_start_matches(CLOSERS).len()
}

/// True at a line end behind which another statement begins: a label, an empty line, or a hard break before a
/// capital.
fn begins_anew(source: &str, start: usize, at: usize) -> bool {
    let line = source.get(start..at).unwrap_or_default().trim_end_matches('\r');
    let rest = source.get(at + 1..).unwrap_or_default();
    let next = rest.trim_start_matches([' ', '\t', '\r']);
    let is_hard = line.ends_with("  ") || line.ends_with('\\') || line.ends_with("<br>");
    next.starts_with('\n')
        || next.starts_with("**")
        || begins_with_label(next)
        || is_hard && next.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
}

/// True for a line like `Not in scope: umbrellas`.
fn begins_with_label(line: &str) -> bool {
    const LONGEST: usize = 28;
    let end = line.bytes().take(LONGEST).position(|byte| matches!(byte, b':' | b'\n'));
    let Some((label, rest)) = end.and_then(|end| line.split_at_checked(end)) else { return false };
    rest.starts_with(": ")
        && label.starts_with(|c: char| c.is_uppercase())
        && label.split_whitespace().count() <= 4
        && label.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '\'' | '’'))
}

/// True where a quotation ends behind a full stop, and a sentence begins behind the quotation.
fn closes_quotation(source: &str, masked: &str, end: usize) -> bool {
    let rest = source.get(end..).unwrap_or_default();
    let Some(mark) = rest.chars().next().filter(|c| matches!(c, '"' | '”' | '\'' | '’' | '»')) else {
        return false;
    };
    let behind = end + mark.len_utf8();
    !is_hidden(masked, behind) && is_followed_by_a_beginning(source, end)
}

/// True where white space and the beginning of a sentence follow, with marks in between: `.) **And`, `. ✅ It`.
fn is_followed_by_a_beginning(source: &str, end: usize) -> bool {
    let rest = source.get(end + closers(source, end)..).unwrap_or_default();
    if !rest.starts_with(char::is_whitespace) {
        return false;
    }
    // A few marks may stand before the first letter: openers, an emoji, a dash.
    let mut marks = rest.chars().filter(|c| !c.is_whitespace()).take(6);
    let first = marks.find(|c| c.is_alphanumeric() || matches!(c, '`' | '[' | '<' | '$' | '€' | '£'));
    first.is_some_and(|c| !c.is_lowercase())
}

/// True where the word before a full stop is an abbreviation, or an initial.
fn is_abbreviation(source: &str, start: usize, at: usize) -> bool {
    let head = source.get(start..at).unwrap_or_default();
    let last = head.rsplit(|c: char| c.is_whitespace() || matches!(c, '(' | '*' | '_' | '/')).next();
    let word = last.unwrap_or_default().to_lowercase();
    let next = source.get(at + 1..).and_then(|rest| rest.trim_start().chars().next());
    let is_initials = !word.is_empty()
        && word.split('.').all(|part| part.chars().count() == 1 && part.chars().all(char::is_alphabetic));
    ABBREVIATIONS.contains(&word.as_str())
        || is_initials
        || BEFORE_NUMBERS.contains(&word.as_str()) && next.is_some_and(|c| c.is_ascii_digit())
        || word == "no" && next == Some('#')
}

/// Adds what is left of a range without the space around it, of a text that begins at a byte of a longer one.
fn push_trimmed(text: &str, range: Range<usize>, begin: usize, found: &mut Ranges) {
    let Some(part) = text.get(range.clone()) else { return };
    let start = range.start + (part.len() - part.trim_start().len());
    let end = range.end - (part.len() - part.trim_end().len());
    if start < end {
        found.push(begin + start..begin + end);
    }
}

#[cfg(test)]
#[path = "sentence_tests.rs"]
mod tests;
