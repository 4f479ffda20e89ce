//! Blanks that nobody filled in.

use std::ops::Range;

/// Blanks in a text outside of code: `____`, `${X}`, `{{x}}`, `{Feature}`, `<your name>`, TBD, TODO, lorem ipsum.
///
/// Byte ranges, in order. The text is masked: what must not be read is opaque.
#[must_use]
pub fn find(masked: &str) -> Vec<Range<usize>> {
    let source = masked.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(skipped) = source.get(at..).and_then(beginning) {
        at += skipped;
        if !is_worth_a_look(source, at) {
            at += 1;
            continue;
        }
        let length = length_at(masked, at);
        if let Some(length) = length {
            found.push(at..at + length);
        }
        at += length.unwrap_or(1);
    }
    found
}

/// What the first two bytes of a blank are, one of the first and one of the second; all first ones are characters of their own.
const BEGINNINGS: [(&[u8], &[u8]); 8] = [
    (b"$", b"{"),
    (b"?", b"?"),
    (b"T", b"B"),
    (b"TtLl", b"Oo"),
    (b"F", b"I"),
    (b"X", b"X"),
    (b"x", b"x"),
    (b"n", b"n"),
];

/// The bytes after which anything may stand in a blank.
const OPENERS: &[u8] = b"_<[{";

/// For each byte the [`BEGINNINGS`] that it is first in, and those that it is second in, as bits: where two bytes share one,
/// a blank may begin. The highest bit is for [`OPENERS`].
const BITS: [[u16; 256]; 2] = {
    let mut bits = [[0; 256], [1 << BEGINNINGS.len(); 256]];
    let mut number = 0;
    while number < BEGINNINGS.len() {
        let (first, second) = BEGINNINGS[number];
        bits[0] = with(bits[0], first, 1 << number);
        bits[1] = with(bits[1], second, 1 << number);
        number += 1;
    }
    bits[0] = with(bits[0], OPENERS, 1 << number);
    bits
};

/// A set of bytes.
type Bytes = [bool; 256];

/// The set of some bytes.
const fn bytes(of: &[u8]) -> Bytes {
    let mut set = [false; 256];
    let mut rest = of;
    while let [first, tail @ ..] = rest {
        let (mut at, mut byte) = (0, 0_u8);
        while byte < *first {
            (at, byte) = (at + 1, byte + 1);
        }
        set[at] = true;
        rest = tail;
    }
    set
}

const fn with(mut table: [u16; 256], of: &[u8], bit: u16) -> [u16; 256] {
    let set = bytes(of);
    let mut at = 0;
    while at < set.len() {
        if set[at] {
            table[at] |= bit;
        }
        at += 1;
    }
    table
}

/// The first place where a blank may begin.
#[inline]
fn beginning(bytes: &[u8]) -> Option<usize> {
    let [first, second] = &BITS;
    bytes.windows(2).position(|pair| first[usize::from(pair[0])] & second[usize::from(pair[1])] != 0)
}

/// False for a letter behind a letter or digit, and for one that begins no marker: no blank begins there.
#[inline]
fn is_worth_a_look(bytes: &[u8], at: usize) -> bool {
    let rest = bytes.get(at..).unwrap_or_default();
    let before = || at.checked_sub(1).and_then(|at| bytes.get(at));
    !rest.first().is_some_and(u8::is_ascii_alphabetic)
        || may_be_marker(rest) && !before().is_some_and(u8::is_ascii_alphanumeric)
}

/// The length of the blank that begins at a byte.
fn length_at(masked: &str, at: usize) -> Option<usize> {
    let (head, rest) = masked.split_at_checked(at)?;
    let first = rest.chars().next()?;
    let before = head.chars().next_back();
    match first {
        '_' if !before.is_some_and(char::is_alphanumeric) => underscores(rest),
        '$' if rest.starts_with("${") => braces(&rest[1..], true).map(|length| length + 1),
        '<' if !before.is_some_and(|c| c.is_alphanumeric() || c == '<') => angle(rest, before == Some('/')),
        '[' => hint(rest),
        'X' if !before.is_some_and(|c| c.is_alphanumeric() || c == '-' || c == '.') => crosses(rest),
        '{' if before != Some('/') && before != Some('$') => braces(rest, false),
        '?' if rest.starts_with("???") => Some(3),
        // "The TODO in the code" speaks of one.
        _ if first.is_ascii_alphabetic() && !before.is_some_and(char::is_alphanumeric) => {
            marker(rest).filter(|_| !head.ends_with("the ") && !head.ends_with(" a "))
        }
        _ => None,
    }
}

/// True for what may begin a marker, or crosses: few are worth a second look.
const fn may_be_marker(rest: &[u8]) -> bool {
    matches!(
        rest,
        [b'X', b'X', ..]
            | [b'T', b'B' | b'O', ..]
            | [b'T' | b't', b'O' | b'o', b' ', b'B' | b'b', ..]
            | [b'F', b'I', b'X', ..]
            | [b'L' | b'l', b'O' | b'o', b'R' | b'r', b'E' | b'e', ..]
            | [b'x', b'x', ..]
            | [b'n', b'n', ..]
    )
}

/// A run of at least three underscores.
fn underscores(rest: &str) -> Option<usize> {
    let run = rest.len() - rest.trim_start_matches('_').len();
    let next = rest.get(run..).and_then(|tail| tail.chars().next());
    // `___word` is emphasis, `____` is a blank.
    (run >= 4 || (run == 3 && !next.is_some_and(char::is_alphanumeric))).then_some(run)
}

/// `<your name>`: words in angle brackets that are no tag of HTML; in an address only where they ask for something.
fn angle(rest: &str, in_address: bool) -> Option<usize> {
    let close = rest.bytes().take(60).position(|byte| byte == b'>')?;
    let inside = rest.get(1..close)?;
    let fits = inside.starts_with(|c: char| c.is_alphabetic())
        && inside.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.' | '…'));
    let first = inside.split([' ', '_', '-']).next().unwrap_or_default().to_lowercase();
    let asks = ASKING.contains(&first.as_str());
    (fits && (asks || !in_address)).then_some(close + 1)
}

/// Words that a hint to the writer begins with.
const ASKING: [&str; 16] = [
    "insert",
    "your",
    "add",
    "fill",
    "enter",
    "describe",
    "placeholder",
    "todo",
    "tbd",
    "link",
    "name",
    "replace",
    "xxx",
    "specify",
    "date",
    "team",
];

/// `[insert link]`: a hint to the writer in brackets, and no link.
fn hint(rest: &str) -> Option<usize> {
    let close = rest.bytes().take(80).position(|byte| byte == b']')?;
    let inside = rest.get(1..close)?.trim();
    let first = inside.split(' ').next().unwrap_or_default().to_lowercase();
    let is_link = rest.get(close + 1..)?.starts_with(['(', '[', ':']);
    let whole = inside.contains(' ')
        || matches!(first.as_str(), "tbd" | "todo" | "placeholder" | "date" | "team" | "xxx");
    (whole && ASKING.contains(&first.as_str()) && !is_link).then_some(close + 1)
}

/// `XX`, `XX:XX`, `XXXX`: crosses where a value belongs.
fn crosses(rest: &str) -> Option<usize> {
    let run = rest.bytes().take_while(|byte| *byte == b'X').count();
    let next = rest.get(run..)?;
    let more = next
        .strip_prefix([':', '.', ',', '-', '/'])
        .map_or(0, |tail| tail.bytes().take_while(|byte| *byte == b'X').count());
    let length = if more > 1 { run + 1 + more } else { run };
    let behind = rest.get(length..).and_then(|tail| tail.chars().next());
    (run >= 2 && !behind.is_some_and(|c| c.is_alphanumeric() || c == '-')).then_some(length)
}

/// `{Name}` or `{{ name }}`: one or a few words in braces.
fn braces(rest: &str, any: bool) -> Option<usize> {
    let double = rest.starts_with("{{");
    let open = if double { 2 } else { 1 };
    let close = rest.find('}')?;
    let inside = rest.get(open..close)?.trim();
    let words = inside.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.' | '|'));
    let begins = inside.starts_with(|c: char| c.is_alphabetic());
    let shaped = words && begins && inside.len() <= 60 && (any || double || !inside.contains('|'));
    let end = if double { rest.get(close..)?.starts_with("}}").then_some(close + 2)? } else { close + 1 };
    shaped.then_some(end)
}

/// Words that stand for what is still to be written.
const MARKERS: [&str; 10] = [
    "TBA",
    "TBD",
    "TBC",
    "TODO",
    "FIXME",
    "XXX",
    "lorem ipsum",
    "to be defined",
    "to be determined",
    "to be decided",
];

fn marker(rest: &str) -> Option<usize> {
    MARKERS
        .iter()
        .find_map(|marker| {
            let head = rest.get(..marker.len())?;
            let capital = marker.starts_with(char::is_uppercase);
            let same = if capital { head == *marker } else { head.eq_ignore_ascii_case(marker) };
            let next = rest.get(marker.len()..)?.chars().next();
            // "To be decided whether" is an open question, and no blank.
            let behind = rest.get(marker.len()..)?.trim_start();
            let asks = !capital
                && ["whether", "who", "which", "if ", "how", "what", "when"]
                    .iter()
                    .any(|word| behind.starts_with(word));
            (same && !asks && !next.is_some_and(char::is_alphanumeric)).then_some(marker.len())
        })
        .or_else(|| later(rest))
}

/// What is to be written later, where nothing follows: "date to be added". "Fields to be added are listed" is none.
const LATER: [&str; 8] = [
    "to be added",
    "to be confirmed",
    "to be announced",
    "to be completed",
    "to be filled in",
    "to be filled",
    "to be specified",
    "to be supplied",
];

/// Words for later, and small crosses: `xx hours`.
fn later(rest: &str) -> Option<usize> {
    if let Some(tail) = rest.strip_prefix("xx").or_else(|| rest.strip_prefix("nn")) {
        let begins = tail.starts_with(' ') && tail.trim_start().starts_with(|c: char| c.is_lowercase());
        return begins.then_some(2);
    }
    LATER.iter().find_map(|phrase| {
        let head = rest.get(..phrase.len())?;
        let tail = rest.get(phrase.len()..)?.trim_start_matches([' ', '*', '_']);
        let ends = tail.is_empty()
            || tail.starts_with(['.', ',', ';', ')', ']', '|', '\n', '\r', '!'])
            || tail.starts_with("later")
            || tail.starts_with("soon");
        (head.eq_ignore_ascii_case(phrase) && ends).then_some(phrase.len())
    })
}

/// True for a text that is nothing but one bracketed hint: `[What does this solve?]`, and no link or box.
#[must_use]
pub fn is_bracketed(text: &str) -> bool {
    let text = text.trim();
    text.strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .is_some_and(|inside| inside.chars().count() > 1 && !inside.contains(['[', ']', '(']))
}

/// True where a text says that there is nothing: `None`, `N/A`, `—`.
#[must_use]
pub fn is_nothing(text: &str) -> bool {
    const LONGEST: usize = 16;
    let text = text.trim().trim_end_matches('.');
    if text.len() > LONGEST {
        return false;
    }
    let text = text.to_lowercase();
    matches!(text.as_str(), "" | "none" | "n/a" | "na" | "-" | "—" | "–" | "?" | "not applicable" | "nothing")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn finds_blanks() {
        for text in [
            "Team: ____",
            "for ${SERVICE} now",
            "the {{title}} page",
            "Build {Feature Name} soon",
            "TBD",
            "Owner: TODO.",
            "Lorem ipsum dolor",
            "limit is to be determined",
            "told by <channel> today",
            "see [insert link].",
            "from XX:XX on",
            "at https://example.org/<insert path>",
        ] {
            assert_eq!(find(text).len(), 1, "{text}");
        }
    }

    #[test]
    fn leaves_what_is_no_blank() {
        for text in [
            "snake_case and __init__ and ___strong___",
            "GET /orders/{id} returns it",
            "the todo list app, methodology",
            "a set {1, 2}",
            "What? Really??",
            "an empty {} object",
            "size XXL, a Map<Key> and a <b, c> d",
            "https://example.org/<id>/x",
            "to be decided whether it stays",
        ] {
            assert!(find(text).is_empty(), "{text}: {:?}", find(text));
        }
        assert!(is_bracketed("[What does this solve?]"));
        assert!(!is_bracketed("[a](b)") && !is_bracketed("[x]") && !is_bracketed("see [1]"));
    }

    /// What is skipped could begin no blank.
    #[test]
    fn every_marker_begins_as_a_blank_may() {
        for marker in MARKERS.iter().chain(&LATER).chain(&["xx", "nn"]) {
            let mut forms = vec![(*marker).to_owned()];
            if marker.starts_with(char::is_lowercase) && marker.len() > 2 {
                forms.push(marker.to_uppercase());
            }
            for form in forms {
                let bytes = form.as_bytes();
                assert_eq!(beginning(bytes), Some(0), "{form}");
                assert!(may_be_marker(bytes), "{form}");
            }
        }
    }

    proptest! {
        #[test]
        fn never_panics_and_names_real_ranges(text in "[_{}$ TBDä?a|.-]{0,40}") {
            for range in find(&text) {
                prop_assert!(text.get(range).is_some());
            }
        }
    }
}
