//! Which sections need no parser: in a long PRD most text is prose, and reading a PRD looks for none of it.
//!
//! A section is blanked out where its lines show that nothing is in it that [`super::read`] looks for: no check box,
//! no table, no metadata, no dependencies, no list of files, by its own name or one that it lies under. Its heading
//! stays, and so does every offset. A document whose lines do not show plainly where its sections are (comments in
//! several lines, HTML, odd fences, underlined headings) is parsed as a whole: being wrong is worse than being slow.
//! That both ways read the same is a property test.

use std::ops::Range;

use super::dependency_names::section_context;
use super::entry_words::name_meaning;
use super::files::names_files;
use super::front_matter;
use super::header::LONGEST_KEY;
use super::section_name::{fold_name, is_metadata, item_kind, may_hold_metadata};
use crate::domain::model::field::FieldName;

/// Headings, from the first, whose sections are always parsed: the title, a subtitle, and the header below them.
const HEADER: usize = 3;
/// Bytes below which blanking a section out wins nothing.
const SHORTEST: usize = 60;
/// Bytes of a line that may be a label, such as `**Depends on:**`.
const LABEL: usize = 120;

/// The text with the sections blanked out that need no parser, of the same length; `None` where all are needed.
pub(super) fn without_prose(text: &str) -> Option<String> {
    let body = front_matter::body_start(text);
    let sections = Scan::of(text, body)?;
    let skipped: Vec<Range<usize>> = sections.into_iter().filter(|range| range.len() >= SHORTEST).collect();
    if skipped.is_empty() {
        return None;
    }
    let mut structure = String::with_capacity(text.len());
    let mut at = 0;
    for range in skipped {
        structure.push_str(text.get(at..range.start)?);
        structure.extend(std::iter::repeat_n(' ', range.len() - 1));
        structure.push('\n');
        at = range.end;
    }
    structure.push_str(text.get(at..)?);
    Some(structure)
}

/// The scan of a document, line by line.
struct Scan {
    /// Bodies of sections that need no parser.
    skipped: Vec<Range<usize>>,
    /// Levels of the headings above, and whether they make what lies under them needed.
    above: Vec<(usize, bool)>,
    headings: usize,
    /// Where the section's body begins.
    start: usize,
    /// True where the section is needed.
    needed: bool,
    fenced: bool,
    /// True where the line before had text that an underline would make a heading.
    text_above: bool,
}

impl Scan {
    /// The bodies that need no parser; `None` where lines alone do not tell the sections.
    fn of(text: &str, body: usize) -> Option<Vec<Range<usize>>> {
        if memchr::memchr(b'\r', text.as_bytes()).is_some() {
            return None;
        }
        let mut scan = Self {
            skipped: Vec::new(),
            above: Vec::new(),
            headings: 0,
            start: body,
            needed: true,
            fenced: false,
            text_above: false,
        };
        let mut at = body;
        for line in text.get(body..)?.split_inclusive('\n') {
            scan.line(line.trim_end(), at, at + line.len())?;
            at += line.len();
        }
        if scan.fenced {
            return None;
        }
        scan.end_section(text.len());
        Some(scan.skipped)
    }

    fn end_section(&mut self, end: usize) {
        if !self.needed && self.start < end {
            self.skipped.push(self.start..end);
        }
    }

    /// Takes one line, which lies at `start..end`; `None` where it makes the whole document unclear.
    fn line(&mut self, line: &str, start: usize, end: usize) -> Option<()> {
        let content = line.trim_start();
        if self.fenced {
            if line == "```" {
                self.fenced = false;
            } else if content.starts_with("```") || content.starts_with("~~~") {
                return None;
            }
            return Some(());
        }
        let text_above = std::mem::replace(&mut self.text_above, !content.is_empty());
        match content.bytes().next() {
            None => {}
            Some(b'#') => {
                let level = content.bytes().take_while(|byte| *byte == b'#').count();
                let behind = content.get(level..).unwrap_or_default();
                if level <= 6 && (behind.is_empty() || behind.starts_with([' ', '\t'])) {
                    if line.len() != content.len() {
                        return None;
                    }
                    self.heading(level, behind, start, end)?;
                    return Some(());
                }
            }
            Some(b'`' | b'~') if content.starts_with("```") || content.starts_with("~~~") => {
                let info = line.strip_prefix("```")?;
                if !info
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'_' | b'.'))
                {
                    return None;
                }
                self.fenced = true;
                self.text_above = false;
                return Some(());
            }
            Some(b'<') => {
                let is_comment =
                    line.starts_with("<!--") && line.ends_with("-->") && line.matches("-->").count() == 1;
                if !is_comment {
                    return None;
                }
                self.needed = true;
            }
            Some(b'[' | b'|' | b':') => self.needed = true,
            Some(mark @ (b'=' | b'-')) if text_above && content.bytes().all(|byte| byte == mark) => {
                return None;
            }
            Some(_) => {}
        }
        self.needed = self.needed || holds_something(content);
        Some(())
    }

    fn heading(&mut self, level: usize, name: &str, start: usize, end: usize) -> Option<()> {
        self.end_section(start);
        let first = self.headings == 0;
        self.headings += 1;
        // A title that is not the first heading puts everything above it into the header.
        if first != (level == 1) && (first || level == 1) && self.above.iter().all(|(level, _)| *level != 1) {
            return None;
        }
        while self.above.last().is_some_and(|(above, _)| *above >= level) {
            self.above.pop();
        }
        let inherited = self.above.last().is_some_and(|(_, needed)| *needed);
        let needed = inherited || (level > 1 && names_something(name.trim().trim_end_matches('#')));
        self.above.push((level, needed));
        self.needed = needed || level == 1 || self.headings <= HEADER;
        self.start = end;
        self.text_above = false;
        Some(())
    }
}

/// True for a line, without the space before it, that reading a PRD may look at whatever the section's name.
fn holds_something(line: &str) -> bool {
    let bytes = line.as_bytes();
    let boxed = memchr::memchr_iter(b'[', bytes).any(|at| {
        bytes.get(at + 2) == Some(&b']')
            && matches!(bytes.get(at + 1), Some(b' ' | b'x' | b'X' | b'~' | b'-'))
    });
    let label = line.len() <= LABEL && (line.ends_with(':') || line.contains("**"));
    boxed || label || memchr::memchr(b'|', bytes).is_some()
}

/// True for a heading that makes reading look into its section, or whose words are not plain to see.
fn names_something(heading: &str) -> bool {
    if heading.contains([':', '[', '<', '&', '\\', '`', '!', '~']) {
        return true;
    }
    let name = fold_name(heading);
    let is_field = || name.len() <= LONGEST_KEY && !matches!(FieldName::fold(&name), FieldName::Other(_));
    item_kind(&name).is_some()
        || is_metadata(&name)
        || may_hold_metadata(&name)
        || section_context(&name).is_some()
        || name_meaning(&name).is_some()
        || names_files(&name)
        || name.starts_with("version")
        || is_field()
}

#[cfg(test)]
#[path = "skim_tests.rs"]
mod tests;
