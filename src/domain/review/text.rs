//! Words and sentences of Markdown source, with their places.

use std::ops::Range;

/// What stands for a byte that must not be read: code, a link, a quotation.
///
/// Masked text has the length of its source, so that every offset still names the same place.
pub const OPAQUE: char = '\u{1a}';

/// One word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// In lower case.
    pub lower: String,
    /// Byte at which it begins.
    pub start: usize,
    /// Byte after its end.
    pub end: usize,
}

impl Word {
    /// True for what was masked: code, a link, a quotation.
    #[must_use]
    pub fn is_opaque(&self) -> bool {
        self.lower.starts_with(OPAQUE)
    }

    /// True for a word with a digit in it.
    #[must_use]
    pub fn has_digit(&self) -> bool {
        self.lower.contains(|c: char| c.is_ascii_digit())
    }
}

/// The words of a text: letters and digits, joined by `-`, `'`, `_`, `/` and, between digits, by `.`, `,` or `:`.
///
/// `%`, `€`, `$` and `£` are words of their own.
#[must_use]
pub fn words(text: &str) -> Vec<Word> {
    let mut found: Vec<Word> = Vec::with_capacity(text.len() / 6);
    let mut start: Option<usize> = None;
    let mut chars = text.char_indices().peekable();
    let mut last = ' ';
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map_or(' ', |(_, next)| *next);
        let inside = c.is_alphanumeric()
            || c == OPAQUE
            || (start.is_some()
                && match c {
                    '-' | '\'' | '’' | '_' | '/' => next.is_alphanumeric() && last.is_alphanumeric(),
                    '.' | ',' | ':' => next.is_ascii_digit() && last.is_ascii_digit(),
                    _ => false,
                });
        let splits = start.is_some() && inside && (c == OPAQUE) != (last == OPAQUE);
        if (!inside || splits)
            && let Some(begin) = start.take()
        {
            found.push(word(text, begin, at));
        }
        if inside && start.is_none() {
            start = Some(at);
        }
        if matches!(c, '%' | '€' | '$' | '£') {
            found.push(word(text, at, at + c.len_utf8()));
        }
        last = c;
    }
    if let Some(begin) = start {
        found.push(word(text, begin, text.len()));
    }
    found
}

fn word(text: &str, start: usize, end: usize) -> Word {
    let lower = text.get(start..end).unwrap_or_default().to_lowercase().replace('’', "'");
    Word { lower, start, end }
}

/// Words after which a full stop ends no sentence.
const ABBREVIATIONS: [&str; 16] = [
    "e.g", "i.e", "vs", "approx", "ca", "no", "fig", "sec", "incl", "resp", "dr", "mr", "mrs", "st", "cf",
    "min",
];

/// Ranges of the sentences of a text, without the space between them; none is empty.
#[must_use]
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let rest = text.get(end..).unwrap_or_default();
        let ends = match c {
            '!' | '?' => rest.starts_with(char::is_whitespace),
            '.' => {
                let closers = rest.trim_start_matches(['*', '_', ')', '"', '”']);
                closers.starts_with(char::is_whitespace)
                    && closers
                        .trim_start()
                        .trim_start_matches(['*', '_', '(', '"', '“'])
                        .starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit() || c == OPAQUE)
                    && !is_abbreviation(text.get(start..at).unwrap_or_default())
            }
            _ => false,
        };
        if ends {
            push_trimmed(text, start..end, &mut found);
            start = end;
        }
    }
    push_trimmed(text, start..text.len(), &mut found);
    found
}

fn is_abbreviation(head: &str) -> bool {
    let last = head.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default().to_lowercase();
    ABBREVIATIONS.contains(&last.as_str())
        || (last.chars().count() == 1 && last.chars().all(char::is_alphabetic))
}

fn push_trimmed(text: &str, range: Range<usize>, found: &mut Vec<Range<usize>>) {
    let Some(part) = text.get(range.clone()) else { return };
    let start = range.start + (part.len() - part.trim_start().len());
    let end = range.end - (part.len() - part.trim_end().len());
    if start < end {
        found.push(start..end);
    }
}

/// Masks what must not be read in inline Markdown: code spans, links, bare addresses, HTML and comments,
/// and quotations. The outcome has the same length and the same line ends.
#[must_use]
pub fn mask(source: &str) -> String {
    let mut masked = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '`' => code_length(rest),
            '[' => link_length(rest),
            '!' if rest.starts_with("![") => link_length(&rest[1..]).map(|length| length + 1),
            '<' => html_length(rest),
            '"' => quote_length(rest, '"'),
            '“' => quote_length(rest, '”'),
            'h' if rest.starts_with("http://") || rest.starts_with("https://") => {
                Some(rest.find(|c: char| c.is_whitespace() || c == ')' || c == '>').unwrap_or(rest.len()))
            }
            _ => None,
        };
        if let Some(hidden) = length.and_then(|length| rest.get(..length)) {
            for c in hidden.chars() {
                if c == '\n' || c == '\r' {
                    masked.push(c);
                } else {
                    (0..c.len_utf8()).for_each(|_| masked.push(OPAQUE));
                }
            }
            rest = &rest[hidden.len()..];
        } else {
            masked.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    masked
}

/// Length of the code span at the beginning, its backticks included.
fn code_length(rest: &str) -> Option<usize> {
    let ticks = rest.len() - rest.trim_start_matches('`').len();
    let fence = &rest[..ticks];
    let mut from = ticks;
    loop {
        let at = from + rest.get(from..)?.find(fence)?;
        let run = rest[at..].len() - rest[at..].trim_start_matches('`').len();
        if run == ticks {
            return Some(at + run);
        }
        from = at + run;
    }
}

/// Length of `[text](address)` or `[text][label]` at the beginning.
fn link_length(rest: &str) -> Option<usize> {
    let close = rest.find(']')?;
    let (open, shut) = match rest.as_bytes().get(close + 1)? {
        b'(' => ('(', ')'),
        b'[' => ('[', ']'),
        _ => return None,
    };
    let mut depth = 0_usize;
    for (at, c) in rest.char_indices().skip_while(|(at, _)| *at <= close) {
        if c == open {
            depth += 1;
        } else if c == shut {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return Some(at + c.len_utf8());
            }
        }
    }
    None
}

/// Length of the comment, tag or `<address>` at the beginning.
fn html_length(rest: &str) -> Option<usize> {
    if rest.starts_with("<!--") {
        return Some(rest.find("-->").map_or(rest.len(), |at| at + 3));
    }
    let next = rest.chars().nth(1)?;
    let end = rest.find('>')?;
    (next.is_ascii_alphabetic() || next == '/').then_some(end + 1).filter(|end| *end < 400)
}

/// Length of the quotation at the beginning, where it closes on the same paragraph.
fn quote_length(rest: &str, close: char) -> Option<usize> {
    let mut chars = rest.char_indices();
    chars.next()?;
    chars.find(|(_, c)| *c == close).map(|(at, c)| at + c.len_utf8()).filter(|length| *length < 300)
}

/// An excerpt of at most 100 characters on one line, cut at a word's end.
#[must_use]
pub fn excerpt(text: &str) -> String {
    const LONGEST: usize = 100;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LONGEST {
        return line;
    }
    let cut: String = line.chars().take(LONGEST - 1).collect();
    let end = cut.rfind(' ').filter(|at| *at > LONGEST / 2).unwrap_or(cut.len());
    format!("{}…", cut.get(..end).unwrap_or(&cut).trim_end_matches([',', ';', ':']))
}

/// The word's stem for comparing words of different forms: at most its first six letters, without a plural.
#[must_use]
pub fn stem(word: &str) -> String {
    let word = word.strip_suffix("'s").unwrap_or(word);
    let base = word.strip_suffix("ies").or_else(|| word.strip_suffix('s')).unwrap_or(word);
    base.chars().take(6).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lower(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.lower).collect()
    }

    #[test]
    fn splits_words() {
        assert_eq!(
            lower("It’s p95 < 1,200.5 ms, 99.9% up-to-date."),
            ["it's", "p95", "1,200.5", "ms", "99.9", "%", "up-to-date"]
        );
    }

    #[test]
    fn splits_sentences_but_not_at_abbreviations() {
        let text = "Ask e.g. Support. Then 3.5 ms pass! Done";
        let parts: Vec<&str> = sentences(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(parts, ["Ask e.g. Support.", "Then 3.5 ms pass!", "Done"]);
    }

    #[test]
    fn masks_code_links_comments_and_quotations() {
        let text = "Use `fast etc` and [fast](http://x.y/(a)) <!-- etc --> or \"fast\" now";
        let masked = mask(text);
        assert_eq!(masked.len(), text.len());
        assert!(!masked.contains("fast") && !masked.contains("etc"), "{masked:?}");
        assert!(masked.starts_with("Use ") && masked.ends_with(" now"));
    }

    #[test]
    fn excerpts_are_one_short_line() {
        assert_eq!(excerpt("a\n  b"), "a b");
        let long = excerpt(&"word ".repeat(60));
        assert!(long.chars().count() <= 100 && long.ends_with('…'));
    }

    proptest! {
        #[test]
        fn masking_keeps_the_length_and_never_panics(text in "(?s).{0,200}") {
            let masked = mask(&text);
            prop_assert_eq!(masked.len(), text.len());
            for word in words(&masked) {
                prop_assert!(text.get(word.start..word.end).is_some() || word.is_opaque());
            }
            for range in sentences(&text) {
                prop_assert!(text.get(range).is_some());
            }
        }
    }
}
