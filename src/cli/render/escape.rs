//! Any text, made safe to stand inside another language.

/// Text for a line of Markdown: nothing in it is markup, and it stays on its line.
///
/// Every escaped character is preceded by one backslash, as CommonMark has it.
#[must_use]
pub fn markdown(text: &str) -> String {
    if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" .,:;'()-/%".contains(&byte)) {
        return text.to_owned();
    }
    let mut safe = String::with_capacity(text.len());
    let mut before = ' ';
    for c in one_line(text).chars() {
        let underscore_in_word = c == '_' && before.is_alphanumeric();
        if matches!(c, '\\' | '*' | '`' | '<' | '[' | ']' | '|' | '~' | '&')
            || (c == '_' && !underscore_in_word)
        {
            safe.push('\\');
        }
        safe.push(c);
        before = c;
    }
    safe
}

/// Text inside a quoted Mermaid label: its own entity codes stand for everything it gives a meaning.
#[must_use]
pub fn mermaid(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in one_line(text).chars() {
        match c {
            '"' => safe.push_str("#quot;"),
            '<' => safe.push_str("#lt;"),
            '>' => safe.push_str("#gt;"),
            '&' => safe.push_str("#amp;"),
            '#' => safe.push_str("#35;"),
            ';' => safe.push_str("#59;"),
            '`' => safe.push_str("#96;"),
            '\\' => safe.push_str("#92;"),
            '%' => safe.push_str("#37;"),
            _ => safe.push(c),
        }
    }
    safe
}

/// Text inside a quoted DOT string.
#[must_use]
pub fn dot(text: &str) -> String {
    one_line(text).replace('\\', "\\\\").replace('"', "\\\"")
}

/// Text inside an element or a quoted attribute of XML or HTML.
#[must_use]
pub fn xml(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in one_line(text).chars() {
        match c {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => safe.push('\u{fffd}'), // XML has no such characters
            _ => safe.push(c),
        }
    }
    safe
}

/// Text without line ends and control characters.
#[must_use]
pub fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn markup_becomes_text() {
        assert_eq!(
            markdown("a*b* _c_ d_e <i> [x](y) `z`\n# no"),
            r"a\*b\* \_c_ d_e \<i> \[x\](y) \`z\` # no"
        );
        assert_eq!(mermaid("say \"hi\"; <b>#1</b>"), "say #quot;hi#quot;#59; #lt;b#gt;#35;1#lt;/b#gt;");
        assert_eq!(dot("a \"b\" \\n"), "a \\\"b\\\" \\\\n");
    }

    proptest! {
        #[test]
        fn nothing_leaves_its_quotes(text in ".*") {
            prop_assert!(!mermaid(&text).contains(['"', '\n', '\r', '<', '`']));
            let quoted = dot(&text);
            let mut chars = quoted.chars();
            while let Some(c) = chars.next() {
                prop_assert!(c != '"' && c != '\n');
                if c == '\\' {
                    prop_assert!(matches!(chars.next(), Some('\\' | '"')));
                }
            }
        }

        #[test]
        fn escaped_markdown_reads_back_as_the_text(text in "[a-z_*`<>\\[\\]|~&\\\\ ()!]{0,30}") {
            let words = format!("x {} x", text);
            let escaped = markdown(&words);
            let parser = pulldown_cmark::Parser::new_ext(&escaped, pulldown_cmark::Options::all());
            let mut read = String::new();
            for event in parser {
                if let pulldown_cmark::Event::Text(part) = event {
                    read.push_str(&part);
                } else {
                    let paragraph = pulldown_cmark::Tag::Paragraph;
                    let end = pulldown_cmark::Event::End(paragraph.to_end());
                    prop_assert!(event == end || event == pulldown_cmark::Event::Start(paragraph), "{:?}", event);
                }
            }
            prop_assert_eq!(read, words);
        }
    }
}
