//! What of Markdown source is read for its words, and how it is quoted.

use std::borrow::Cow;

/// What stands for a byte that must not be read: code, a link, a quotation.
///
/// Masked text has the length of its source, so that every offset still names the same place.
pub const OPAQUE: char = '\u{1a}';

/// Masks what must not be read in inline Markdown: code spans, links, bare addresses, HTML and comments,
/// and quotations. The outcome has the same length and the same line ends.
#[must_use]
pub fn mask(source: &str) -> Cow<'_, str> {
    let mut masked = String::new();
    // Bytes that are masked or copied already, and those that need no second look.
    let (mut done, mut seen) = (0, 0);
    while let Some(skipped) = source.as_bytes().get(seen..).and_then(|rest| position(rest, opens)) {
        let at = seen + skipped;
        let Some((read, rest)) = source.split_at_checked(at) else { break };
        let Some(hidden) = hidden_length(read, rest, at == done).and_then(|length| rest.get(..length)) else {
            seen = at + 1;
            continue;
        };
        if done == 0 {
            masked.reserve(source.len());
        }
        masked.push_str(source.get(done..at).unwrap_or_default());
        masked.extend(hidden.bytes().map(|byte| match byte {
            b'\n' => '\n',
            b'\r' => '\r',
            _ => OPAQUE,
        }));
        (done, seen) = (at + hidden.len(), at + hidden.len());
    }
    if done == 0 {
        return Cow::Borrowed(source);
    }
    masked.push_str(source.get(done..).unwrap_or_default());
    Cow::Owned(masked)
}

/// True for a byte that may begin what is masked, with the one behind it; all begin a character.
const fn opens(byte: u8, next: u8) -> bool {
    (byte == b'`')
        | (byte == b'[')
        | (byte == b'!')
        | (byte == b'<')
        | (byte == b'"')
        | (byte == b'\'')
        | (byte == 0xc2)
        | (byte == 0xe2)
        | ((byte == b'h') & (next == b't'))
}

/// Where the first byte stands of which something is true; it is told the next one, too, or 0 at the end.
///
/// Sixteen bytes are asked in one, where the question is nothing but comparisons that `|` and `&` join.
#[inline]
pub fn position(bytes: &[u8], is_it: impl Fn(u8, u8) -> bool) -> Option<usize> {
    const WIDTH: usize = 16;
    let is_at = |window: &[u8; WIDTH + 1], at: usize| is_it(window[at], window[at + 1]);
    let mut begin = 0;
    while let Some(rest) = bytes.get(begin..).filter(|rest| !rest.is_empty()) {
        let mut padded = [0; WIDTH + 1];
        let window = rest.first_chunk().unwrap_or_else(|| {
            padded.iter_mut().zip(rest).for_each(|(own, byte)| *own = *byte);
            &padded
        });
        if (0..WIDTH).fold(false, |any, at| any | is_at(window, at)) {
            return (0..WIDTH).find(|at| is_at(window, *at)).map(|at| begin + at);
        }
        begin += WIDTH;
    }
    None
}

/// The length of what must not be read at the beginning of `rest`; `follows_hidden` where what was read before is masked.
fn hidden_length(read: &str, rest: &str, follows_hidden: bool) -> Option<usize> {
    match rest.chars().next()? {
        '`' => code_length(rest),
        '[' => link_length(rest),
        '!' if rest.starts_with("![") => link_length(&rest[1..]).map(|length| length + 1),
        '<' => html_length(rest),
        '"' => quote_length(rest, '"'),
        '“' | '„' => quote_length(rest, '”').or_else(|| quote_length(rest, '“')),
        '«' => quote_length(rest, '»'),
        '\'' | '‘' if follows_hidden || !read.ends_with(char::is_alphanumeric) => single_quote_length(rest),
        'h' if rest.starts_with("http://") || rest.starts_with("https://") => {
            Some(rest.find(|c: char| c.is_whitespace() || matches!(c, ')' | '>' | '<')).unwrap_or(rest.len()))
        }
        _ => None,
    }
}

/// Bytes within which code, a link or a tag closes: what is longer is none. It keeps masking linear.
const FARTHEST: usize = 4000;

/// The text up to a number of bytes, cut at a character's end.
fn head(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Length of the code span at the beginning, its backticks included.
fn code_length(rest: &str) -> Option<usize> {
    let rest = head(rest, FARTHEST);
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
    let rest = head(rest, FARTHEST);
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

/// Elements of HTML that are used in Markdown.
const TAGS: [&str; 60] = [
    "a",
    "abbr",
    "address",
    "article",
    "aside",
    "audio",
    "b",
    "blockquote",
    "br",
    "button",
    "caption",
    "center",
    "cite",
    "code",
    "dd",
    "del",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "font",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "header",
    "hr",
    "i",
    "iframe",
    "img",
    "input",
    "ins",
    "kbd",
    "label",
    "li",
    "mark",
    "ol",
    "p",
    "picture",
    "pre",
    "q",
    "s",
    "samp",
    "script",
    "small",
    "source",
    "span",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "table",
    "td",
    "tr",
    "u",
    "ul",
];

/// Length of the comment, tag or `<address>` at the beginning.
fn html_length(rest: &str) -> Option<usize> {
    if rest.starts_with("<!--") {
        return Some(rest.find("-->").map_or(rest.len(), |at| at + 3));
    }
    let next = rest.chars().nth(1).filter(|next| next.is_ascii_alphabetic() || *next == '/')?;
    let end = head(rest, 400).find('>')?;
    let name = rest
        .get(1..end)?
        .split(|c: char| !c.is_ascii_alphanumeric())
        .next()
        .unwrap_or_default()
        .to_lowercase();
    let is_address = rest.get(1..end)?.contains([':', '@']);
    // `a <b, and c> d` is a comparison, `<your name>` a blank.
    (next == '/' || is_address || TAGS.contains(&name.as_str()) && !head(rest, end).contains(", "))
        .then_some(end + 1)
}

/// Length of the quotation at the beginning, where it closes on the same paragraph.
fn quote_length(rest: &str, close: char) -> Option<usize> {
    let mut chars = head(rest, 300).char_indices();
    chars.next()?;
    chars.find(|(_, c)| *c == close).map(|(at, c)| at + c.len_utf8())
}

/// Length of the quotation between single marks at the beginning: `'so slow'`, and no apostrophe.
fn single_quote_length(rest: &str) -> Option<usize> {
    let rest = head(rest, 300);
    let begins = rest.chars().nth(1).is_some_and(char::is_alphanumeric);
    let is_end = |at: usize, mark: char| {
        let before = rest.get(..at).and_then(|head| head.chars().next_back());
        let after = rest.get(at + mark.len_utf8()..).and_then(|tail| tail.chars().next());
        before.is_some_and(|c| !c.is_whitespace()) && !after.is_some_and(char::is_alphanumeric)
    };
    let mut ends = rest.char_indices().skip(1).filter(|(at, c)| matches!(c, '\'' | '’') && is_end(*at, *c));
    ends.next().filter(|_| begins).map(|(at, c)| at + c.len_utf8())
}

/// An excerpt of at most 100 characters on one line, cut at a word's end.
#[must_use]
pub fn excerpt(text: &str) -> String {
    const LONGEST: usize = 100;
    let text = text.trim();
    // One character more than fits says that it does not.
    let (line, length) = one_line(text.trim(), LONGEST + 1);
    if length <= LONGEST {
        return line;
    }
    let end = line.char_indices().nth(LONGEST - 1).map_or(line.len(), |(at, _)| at);
    let cut = line.get(..end).unwrap_or(&line);
    let end = cut.rfind(' ').filter(|at| *at > LONGEST / 2).unwrap_or(cut.len());
    format!("{}…", cut.get(..end).unwrap_or(cut).trim_end_matches([',', ';', ':']))
}

/// A text without space around it on one line, up to a number of characters, and how many it has then.
fn one_line(text: &str, most: usize) -> (String, usize) {
    let head = text.as_bytes().get(..text.len().min(most)).unwrap_or_default();
    let is_printed = head.iter().all(|byte| (b' '..=b'~').contains(byte));
    if is_printed && !head.windows(2).any(|two| two == b"  ") {
        return (text.get(..head.len()).unwrap_or_default().to_owned(), head.len());
    }
    let mut line = String::with_capacity(most);
    let (mut length, mut in_space) = (0, false);
    for c in text.chars() {
        if length >= most {
            break;
        }
        if c.is_whitespace() {
            in_space = true;
            continue;
        }
        if std::mem::take(&mut in_space) {
            line.push(' ');
            length += 1;
        }
        line.push(c);
        length += 1;
    }
    (line, length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn masks_code_links_comments_and_quotations() {
        let text = "Use `fast etc` and [fast](http://x.y/(a)) <!-- etc --> or \"fast\" now";
        let masked = mask(text);
        assert_eq!(masked.len(), text.len());
        assert!(!masked.contains("fast") && !masked.contains("etc"), "{masked:?}");
        assert!(masked.starts_with("Use ") && masked.ends_with(" now"));
    }

    #[test]
    fn masks_quotations_between_single_marks_but_no_apostrophe() {
        for (text, rest) in [
            ("Users say 'so slow' again", "Users say  again"),
            ("Users say ‘it’s slow’ again", "Users say  again"),
            ("The users' rows aren't the shop's", "The users' rows aren't the shop's"),
            ("„slow“ and «slow» are", " and  are"),
            ("a <b, and c> d", "a <b, and c> d"),
        ] {
            assert_eq!(mask(text).replace(OPAQUE, ""), rest);
        }
    }

    #[test]
    fn excerpts_are_one_short_line() {
        assert_eq!(excerpt("a\n  b"), "a b");
        let long = excerpt(&"word ".repeat(60));
        assert!(long.chars().count() <= 100 && long.ends_with('…'));
    }

    proptest! {
        #[test]
        fn the_first_byte_is_found(text in "[ab.]{0,40}") {
            let found = position(text.as_bytes(), |byte, next| (byte == b'.') | ((byte == b'a') & (next == b'b')));
            let sought = [text.find('.'), text.find("ab")];
            prop_assert_eq!(found, sought.into_iter().flatten().min());
        }

        #[test]
        fn masking_keeps_the_length_and_never_panics(text in "(?s).{0,200}") {
            let masked = mask(&text);
            prop_assert_eq!(masked.len(), text.len());
        }
    }
}
