//! The words of lists of dependencies: what says "none", what says a kind, what ends an entry.

use crate::domain::model::dependency::{DependencyKind, Direction};
use crate::domain::model::field::FieldName;

/// What a word before a colon makes of the entries behind it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Prefix {
    Kind(DependencyKind),
    Direction(Direction),
    /// Of what follows nothing is a dependency.
    Ignored,
    /// Says nothing.
    Plain,
}

/// The text with code spans and the targets of links blanked out, byte for byte.
pub(super) fn mask(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let start = rest.find(['`', ']', '<']).unwrap_or(rest.len());
        masked.push_str(&rest[..start]);
        let rest = &rest[start..];
        let hidden = if rest.starts_with('`') {
            let ticks = rest.len() - rest.trim_start_matches('`').len();
            let body = rest.get(ticks..).unwrap_or_default();
            body.find(&rest[..ticks]).map_or(ticks, |end| ticks + end + ticks)
        } else if rest.starts_with("](") {
            rest.find(')').map_or(1, |end| end + 1)
        } else if rest.starts_with("<http") || rest.starts_with("<!--") {
            rest.find('>').map_or(1, |end| end + 1)
        } else {
            0
        };
        if hidden == 0 {
            let c = rest.chars().next().map_or(0, char::len_utf8);
            masked.push_str(&rest[..c]);
            at += start + c;
            continue;
        }
        masked.extend(std::iter::repeat_n('\u{1}', hidden));
        at += start + hidden;
    }
    masked
}

/// True for `None`, `—`, `n/a`, `None (…)`, `None — this is the root`, `No dependencies`, and empty placeholders.
pub(super) fn is_none(text: &str) -> bool {
    let text = text.trim().trim_matches(['*', '_', '`', '"', '\'', '(', ')']).trim();
    if text.chars().all(|c| !c.is_alphanumeric()) {
        return true;
    }
    let head = text.split([',', '(', '—', '–', '.', ';', ':', '|']).next().unwrap_or_default();
    let head = head.split(" - ").next().unwrap_or_default();
    let head = head.trim().to_lowercase();
    let mut words = head.split_whitespace();
    let first = words.next().unwrap_or_default();
    match first {
        "none" => words.next() != Some("of"),
        "n/a" | "na" | "nothing" | "nil" | "null" | "tbd" | "todo" => {
            words.next().is_none_or(|word| word != "of")
        }
        "no" => words.all(|word| {
            matches!(
                word,
                "dependencies"
                    | "dependency"
                    | "prerequisites"
                    | "blockers"
                    | "known"
                    | "hard"
                    | "external"
                    | "prd"
                    | "prds"
                    | "other"
            )
        }),
        _ => false,
    }
}

/// The length of a number that stands for an id: two to six digits and then nothing of a word, or one digit alone.
pub(super) fn bare_number(text: &str) -> Option<usize> {
    let length = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let rest = text.get(length..)?;
    let ends = rest
        .trim_start()
        .chars()
        .next()
        .is_none_or(|c| matches!(c, ',' | ';' | '+' | '&' | '/' | '(' | ')' | ']' | '—' | '–' | '\u{1}'))
        || rest.starts_with(" and ");
    ((1..=6).contains(&length) && ends).then_some(length)
}

/// A word with a colon that says something of the entries behind it, and its length with the colon.
pub(super) fn prefix_word(text: &str) -> Option<(Prefix, usize)> {
    let colon = text.find(':').filter(|colon| *colon <= 40)?;
    let word = text.get(..colon)?;
    if word.contains(['(', '[', ',', '`']) || word.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let key = word.trim_matches(|c: char| !c.is_alphanumeric());
    let tail = text.get(colon + 1..)?;
    let length = colon + 1 + (tail.len() - tail.trim_start_matches('*').len());
    Some((section_prefix(key)?, length))
}

fn section_prefix(key: &str) -> Option<Prefix> {
    let folded = FieldName::fold(key);
    if let FieldName::Other(word) = &folded {
        return Some(match word.as_str() {
            "hard" | "required" | "must have" | "hard dependencies" | "hard dependency" | "blocking" => {
                Prefix::Kind(DependencyKind::Complete)
            }
            "soft" | "optional" | "nice to have" | "soft dependencies" | "soft dependency" => {
                Prefix::Kind(DependencyKind::Soft)
            }
            "contract" => Prefix::Kind(DependencyKind::Contract),
            "finish" => Prefix::Kind(DependencyKind::Finish),
            "upstream" | "upstream dependencies" | "prerequisite" => Prefix::Direction(Direction::DependsOn),
            "downstream" | "downstream dependencies" | "enables" | "unblocks" => {
                Prefix::Direction(Direction::Blocks)
            }
            "internal" | "prd" | "prds" | "other prds" | "external" => Prefix::Plain,
            _ => return None,
        });
    }
    if matches!(folded, FieldName::DependsOn | FieldName::BlockedBy) {
        Some(Prefix::Direction(Direction::DependsOn))
    } else if matches!(folded, FieldName::Blocks | FieldName::ProvidesFor) {
        Some(Prefix::Direction(Direction::Blocks))
    } else if folded == FieldName::Related {
        Some(Prefix::Ignored)
    } else {
        (folded == FieldName::Dependencies).then_some(Prefix::Plain)
    }
}

/// What the name of a subsection or of a bold line says of the entries below: direction, kind, or that they
/// are none. `None` for a name that says nothing of dependencies.
pub(super) fn name_meaning(name: &str) -> Option<(Option<Direction>, Option<DependencyKind>, bool)> {
    let found = section_prefix(name).or_else(|| {
        let (first, rest) = name.split_once(' ')?;
        (rest == "dependencies").then(|| section_prefix(first)).flatten()
    })?;
    Some(match found {
        Prefix::Kind(kind) => (None, Some(kind), false),
        Prefix::Direction(direction) => (Some(direction), None, false),
        Prefix::Ignored => (None, None, true),
        Prefix::Plain => (None, None, false),
    })
}

/// True for words behind an id that turn the edge round: `SVC-130 waits for this`.
pub(super) fn waits(reason: &str) -> bool {
    const WORDS: [&str; 9] = [
        "wait for",
        "waits for",
        "waits on",
        "is waiting for",
        "depends on this",
        "needs this",
        "requires this",
        "builds on this",
        "is blocked by this",
    ];
    let reason = reason.trim_start().to_lowercase();
    WORDS
        .iter()
        .any(|words| reason.strip_prefix(words).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric)))
}

/// Kind and reason of what stands behind an id.
pub(super) fn read_tail(tail: &str) -> (Option<DependencyKind>, Option<String>) {
    let mut kind = None;
    let mut parts: Vec<String> = Vec::new();
    let mut rest = tail;
    loop {
        rest =
            rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '_' | '`' | '"' | '\''));
        if let Some(label) = rest.strip_prefix(']') {
            rest = bracketed(label, '(', ')')
                .filter(|_| label.starts_with('('))
                .map_or(label, |length| &label[length..]);
        } else if let Some(length) = bracketed(rest, '(', ')').filter(|_| rest.starts_with('(')) {
            let content = &rest[1..length - 1];
            let (found, reason) = read_kind(content);
            kind = kind.or(found);
            parts.extend(reason);
            rest = &rest[length..];
        } else if let Some(label) = rest.split_once("](") {
            // The label of a link goes on behind the id: `[PRD-1: Payments](file.md)`.
            let (found, reason) = read_kind(label.0.trim_start_matches([':', '-', '–', '—', ' ']));
            kind = kind.or(found);
            parts.extend(reason);
            rest = label.1.split_once(')').map_or("", |(_, rest)| rest);
        } else {
            let text = rest.trim_start_matches(|c: char| {
                c.is_whitespace() || matches!(c, ':' | '-' | '–' | '—' | '→' | '|')
            });
            let (found, reason) = read_kind(text.trim_end_matches([')', ']']));
            let reason = if text.contains('(') || text.contains('[') { tidy(text) } else { reason };
            kind = kind.or(found);
            parts.extend(reason);
            break;
        }
    }
    (kind, (!parts.is_empty()).then(|| parts.join(" — ")))
}

/// A kind at the beginning of a text, and what is left of it as a reason.
fn read_kind(text: &str) -> (Option<DependencyKind>, Option<String>) {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    let word = text[..end].to_lowercase();
    let kind = match word.as_str() {
        "required" | "blocking" => Some(DependencyKind::Complete),
        _ => word.parse().ok(),
    };
    let rest = text[end..].trim_start();
    let rest = ["dependency", "only"]
        .into_iter()
        .find_map(|word| rest.strip_prefix(word))
        .unwrap_or(rest)
        .trim_start();
    if kind.is_some() && (rest.is_empty() || rest.starts_with([',', ';', ':', '-', '–', '—', '.', '('])) {
        (kind, tidy(rest.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '`' && c != '(')))
    } else {
        (None, tidy(text))
    }
}

/// The text on one line without marks around it; `None` where nothing is left.
pub(super) fn tidy(text: &str) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = text.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '*' | '_' | '"' | '\'' | '[' | ']' | ',' | ';')
    });
    let text = text.trim_end_matches(['.', ':']).trim_end();
    text.contains(char::is_alphanumeric).then(|| text.to_owned())
}

pub(super) const fn closing_bracket(c: char) -> Option<char> {
    match c {
        '(' => Some(')'),
        '{' => Some('}'),
        _ => None,
    }
}

/// The length of a bracketed text at the beginning of `text`, both brackets included; `None` where it never closes.
pub(super) fn bracketed(text: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        if c == open {
            depth += 1;
        } else if c == close {
            depth = depth.checked_sub(1)?;
            if depth == 0 {
                return Some(at + c.len_utf8());
            }
        }
    }
    None
}
