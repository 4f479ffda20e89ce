//! Texts of people as one line.

/// A text as one line: control characters, and those that turn the direction of what follows, have no place in it.
#[must_use]
pub fn one_line(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let text: String =
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).filter(|c| !turns(*c)).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_the_line_or_turns_it() {
        assert_eq!(one_line(" a\r\n\tb\u{1b}[2J\u{202e}c\u{2066} d "), "a b [2Jc d");
        assert_eq!(one_line("עברית 🚀 `$(x)`"), "עברית 🚀 `$(x)`");
    }
}
