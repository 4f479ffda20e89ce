//! YAML front matter: where it lies, and its top-level keys with the bytes of their values.

/// The first byte behind a byte order mark.
#[must_use]
pub(super) fn after_mark(text: &str) -> usize {
    if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }
}

/// The byte at which the document proper begins: behind byte order mark and front matter.
///
/// Front matter begins with a line `---` at the very top and ends with the next line `---` or `...`; without
/// that end there is none.
#[must_use]
pub fn body_start(text: &str) -> usize {
    let start = after_mark(text);
    let mut at = start;
    for (number, line) in text[start..].split_inclusive('\n').enumerate() {
        let content = line.trim_end();
        if number == 0 && content != "---" {
            return start;
        }
        at += line.len();
        if number > 0 && (content == "---" || content == "...") {
            return at;
        }
    }
    start
}
