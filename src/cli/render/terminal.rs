//! Markdown on a terminal: our own reports and people's PRDs, in the few forms that they use.

use owo_colors::OwoColorize;
use unicode_width::UnicodeWidthStr;

/// The narrowest width that text is wrapped to.
const NARROWEST: usize = 20;

/// Markdown as it reads best on a terminal of that many columns, with ANSI styles; whoever prints it strips
/// them where there is no terminal. Code keeps its lines, everything else is wrapped.
#[must_use]
pub fn terminal(text: &str, width: usize) -> String {
    let width = width.max(NARROWEST);
    let mut out = String::new();
    let mut fence: Option<&str> = None;
    for line in text.lines() {
        let trimmed = line.trim_start();
        let mark = ["```", "~~~"].into_iter().find(|mark| trimmed.starts_with(mark));
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark && trimmed.trim_end() == mark => fence = None,
            (Some(_), _) => {
                out.push_str("  ");
                out.extend(line.chars().map(seen));
                out.push('\n');
            }
            (None, None) => show(line, width, &mut out),
        }
    }
    out
}

fn show(line: &str, width: usize, out: &mut String) {
    let hashes = line.len() - line.trim_start_matches('#').len();
    if (1..=6).contains(&hashes) && line[hashes..].starts_with(' ') {
        let heading = plain(line[hashes..].trim());
        let heading = if hashes == 1 {
            heading.bold().underline().to_string()
        } else if hashes == 2 {
            heading.bold().cyan().to_string()
        } else {
            heading.bold().to_string()
        };
        out.push_str(&heading);
        out.push('\n');
        return;
    }
    let (lead, body) = marker(line);
    let hanging = " ".repeat(lead.width());
    for (number, row) in wrap(body, width.saturating_sub(lead.width()).max(NARROWEST)).iter().enumerate() {
        out.push_str(if number == 0 { &lead } else { &hanging });
        out.push_str(row);
        out.push('\n');
    }
}

/// The indent and marker of a list item or quote as shown, and the text behind it.
fn marker(line: &str) -> (String, &str) {
    let rest = line.trim_start_matches(' ');
    let indent = " ".repeat(line.len() - rest.len());
    for (mark, sign) in
        [("- [ ] ", "☐ "), ("- [x] ", "☑ "), ("- [X] ", "☑ "), ("- ", "• "), ("* ", "• "), ("> ", "│ ")]
    {
        if let Some(body) = rest.strip_prefix(mark) {
            return (format!("{indent}{sign}"), body);
        }
    }
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if digits > 0
        && let Some(body) = rest[digits..].strip_prefix(". ")
    {
        return (format!("{indent}{}. ", &rest[..digits]), body);
    }
    (indent, rest)
}

/// One piece of text between spaces, and how it is shown.
struct Word {
    plain: String,
    styled: String,
}

fn wrap(body: &str, width: usize) -> Vec<String> {
    let mut rows = vec![String::new()];
    let mut used = 0;
    for word in words(body) {
        let size = word.plain.width();
        let gap = usize::from(used > 0);
        if used > 0 && used + gap + size > width {
            rows.push(String::new());
            used = 0;
        }
        if let Some(row) = rows.last_mut() {
            if used > 0 {
                row.push(' ');
                used += 1;
            }
            row.push_str(&word.styled);
            used += size;
        }
    }
    rows
}

/// The words of a line, with bold and code styled and escapes taken away.
fn words(body: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let (mut bold, mut code) = (false, false);
    let mut word = Word { plain: String::new(), styled: String::new() };
    let mut piece = String::new();
    let flush = |piece: &mut String, word: &mut Word, bold: bool, code: bool| {
        if piece.is_empty() {
            return;
        }
        word.plain.push_str(piece);
        word.styled.push_str(&match (bold, code) {
            (_, true) => piece.yellow().to_string(),
            (true, false) => piece.bold().to_string(),
            (false, false) => piece.clone(),
        });
        piece.clear();
    };
    let mut rest = body;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        if c == '\\' && !code && after.starts_with(|next: char| next.is_ascii_punctuation()) {
            piece.extend(after.chars().take(1).map(seen));
            rest = &after[1..];
        } else if !code && rest.starts_with("**") && (bold || rest[2..].contains("**")) {
            flush(&mut piece, &mut word, bold, code);
            bold = !bold;
            rest = &rest[2..];
        } else if c == '`' && (code || after.contains('`')) {
            flush(&mut piece, &mut word, bold, code);
            code = !code;
            rest = after;
        } else if c == ' ' {
            flush(&mut piece, &mut word, bold, code);
            if !word.plain.is_empty() {
                words
                    .push(std::mem::replace(&mut word, Word { plain: String::new(), styled: String::new() }));
            }
            rest = after;
        } else {
            piece.push(seen(c));
            rest = after;
        }
    }
    flush(&mut piece, &mut word, bold, code);
    if !word.plain.is_empty() {
        words.push(word);
    }
    words
}

/// A character as shown: what could command the terminal is a sign in its place, and not obeyed.
fn seen(c: char) -> char {
    if c.is_control() { '\u{fffd}' } else { c }
}

/// The text of a line without its markup.
fn plain(body: &str) -> String {
    words(body).into_iter().map(|word| word.plain).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bare(text: &str, width: usize) -> String {
        anstream::adapter::strip_str(&terminal(text, width)).to_string()
    }

    #[test]
    fn headings_and_bold_are_styled_and_markup_is_gone() {
        let shown = terminal("# Title\n\n1. **SVC-1**: a\\*b `code`\n", 80);
        assert_eq!(
            shown,
            "\u{1b}[4m\u{1b}[1mTitle\u{1b}[0m\u{1b}[0m\n\n1. \u{1b}[1mSVC-1\u{1b}[0m: a*b \u{1b}[33mcode\u{1b}[39m\n"
        );
    }

    #[test]
    fn items_hang_and_code_keeps_its_lines() {
        let text =
            "- [ ] one two three four five six\n```text\n├── a line of code that is longer than that\n```\n";
        assert_eq!(
            bare(text, 20),
            "☐ one two three four\n  five six\n  ├── a line of code that is longer than that\n"
        );
    }

    #[test]
    fn nothing_in_a_text_commands_the_terminal() {
        assert_eq!(bare("a\u{1b}[2Jb", 40), "a\u{fffd}[2Jb\n");
        assert_eq!(terminal("```\na\u{1b}]0;x\u{7}\n```", 40), "  a\u{fffd}]0;x\u{fffd}\n");
    }

    proptest! {
        #[test]
        fn any_text_can_be_shown_at_any_width(text in ".*", lines in "(.{0,12}\n){0,4}", width in 0_usize..90) {
            let shown = bare(&format!("{text}\n{lines}"), width);
            let escape = char::from(27);
            prop_assert!(!shown.contains(escape));
        }
    }
}
