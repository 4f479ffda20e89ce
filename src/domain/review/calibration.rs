//! Questions to the author, and answers in the text.
//!
//! Answers are part of the PRD, under `## Calibration`:
//!
//! ```markdown
//! - **Q (performance/targets)**: At which percentile, in which unit, is it fast enough?
//!   - **A**: p95 under 200 ms at 300 requests/s.
//! - **Q (mesh/traffic)**: How is traffic split between the old and the new version?
//!   - **A**: N/A: the service is new, there is no old version.
//! ```
//!
//! What stands in the brackets names a slot (`dimension/slot`), a check, or a dimension. An answer fills its
//! slot like any other statement of the dimension's section would.

use super::topic::{Topic, topics_of_text};
use crate::domain::markdown::line_index::LineIndex;
use crate::domain::markdown::outline::{BlockKind, Outline};

/// The most questions that are asked at once.
pub const MOST_QUESTIONS: usize = 7;

/// The heading that answers stand under.
pub const HEADING: &str = "## Calibration";

/// What a question begins with.
const QUESTION: &str = "**Q (";

/// One answer to be written or read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The question's name: `performance/targets`.
    pub id: String,
    /// The question's text.
    pub question: String,
    /// The answer, `N/A: reason` where the question does not apply. Line breaks become spaces.
    pub text: String,
}

/// An answer that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// The answer; its text is empty where only the question is there.
    pub answer: Answer,
    /// Line of the question, from 1.
    pub line: usize,
}

impl Answer {
    /// The reason, where the answer says that the question does not apply: `N/A: …`, `Not applicable: …`.
    #[must_use]
    pub fn not_applicable(&self) -> Option<&str> {
        let reason = self.behind_not_applicable()?.trim_start_matches([':', '-', '–', '—', ',', ' ']);
        (reason.split_whitespace().count() >= 3).then_some(reason)
    }

    fn behind_not_applicable(&self) -> Option<&str> {
        let text = self.text.trim();
        ["n/a", "not applicable"].iter().find_map(|mark| {
            let (head, rest) = text.split_at_checked(mark.len())?;
            head.eq_ignore_ascii_case(mark).then_some(rest)
        })
    }

    /// True for an answer that says something: two words and no blank.
    #[must_use]
    pub fn is_given(&self) -> bool {
        let words = self.text.split_whitespace().count();
        let bare = self.behind_not_applicable().is_some();
        words >= 2
            && super::placeholder::find(&self.text).is_empty()
            && (!bare || self.not_applicable().is_some())
    }
}

/// The name of the question that a text begins with, and the text behind the name.
#[must_use]
pub fn read_question(text: &str) -> Option<(&str, &str)> {
    let rest = text.trim_start().strip_prefix(QUESTION)?;
    let (id, rest) = rest.split_once(')')?;
    let rest = rest.strip_prefix("**:").or_else(|| rest.strip_prefix(":**"))?;
    (!id.trim().is_empty()).then_some((id.trim(), rest))
}

/// Where the answer begins in the text behind a question, if it stands in the same paragraph.
#[must_use]
pub fn answer_offset(rest: &str) -> Option<usize> {
    ["**A**:", "**A:**"].iter().find_map(|mark| rest.find(mark).map(|at| at + mark.len()))
}

/// All questions of the calibration section with their answers, in order.
#[must_use]
pub fn read_answers(text: &str, outline: &Outline) -> Vec<Read> {
    // Without a question there is no answer.
    if memchr::memmem::find(text.as_bytes(), QUESTION.as_bytes()).is_none() {
        return Vec::new();
    }
    let headings: Vec<bool> = outline
        .headings
        .iter()
        .map(|heading| topics_of_text(&heading.text).contains(&Topic::Calibration))
        .collect();
    if !headings.contains(&true) {
        return Vec::new();
    }
    let is_calibration = |heading: Option<usize>| heading.and_then(|at| headings.get(at)) == Some(&true);
    let lines = LineIndex::new(text);
    let mut found: Vec<Read> = Vec::new();
    for block in outline.blocks.iter().filter(|block| is_calibration(block.heading)) {
        if !matches!(block.kind, BlockKind::Paragraph | BlockKind::ListItem { .. }) {
            continue;
        }
        let source = text.get(block.span.clone()).unwrap_or_default();
        let body = source.find("**").map_or(source, |at| source.get(at..).unwrap_or_default());
        if let Some((id, rest)) = read_question(body) {
            let at = answer_offset(rest);
            let (question, answer) = rest.split_at(at.unwrap_or(rest.len()));
            let question = question.trim().trim_end_matches("**A**:").trim_end_matches("**A:**");
            found.push(Read {
                answer: Answer { id: id.to_owned(), question: one_line(question), text: one_line(answer) },
                line: lines.line(block.span.start),
            });
        } else if let Some(last) = found.last_mut() {
            let text = block.text.trim();
            let text = text.strip_prefix("A:").unwrap_or(text).trim();
            if !last.answer.text.is_empty() {
                last.answer.text.push(' ');
            }
            last.answer.text.push_str(text);
        }
    }
    found
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text with answers under `## Calibration`: behind the ones that are there, in place of an older answer to
/// the same question, in a new section at the end where there is none. Line ends stay the document's.
#[must_use]
pub fn write_answers(text: &str, answers: &[Answer]) -> String {
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut written = text.to_owned();
    for answer in answers {
        written = write_answer(&written, answer, newline);
    }
    written
}

fn write_answer(text: &str, answer: &Answer, newline: &str) -> String {
    let entry = format!(
        "- **Q ({})**: {}{newline}  - **A**: {}{newline}",
        one_line(&answer.id),
        one_line(&answer.question),
        one_line(&answer.text)
    );
    let outline = Outline::parse(text);
    let section = outline
        .headings
        .iter()
        .find(|heading| topics_of_text(&heading.text).contains(&Topic::Calibration))
        .map(|heading| heading.section.clone());
    let Some(section) = section else {
        let body = text.trim_end();
        return format!("{body}{newline}{newline}{HEADING}{newline}{newline}{entry}");
    };
    let entries: Vec<(usize, &str)> = outline
        .blocks
        .iter()
        .filter(|block| section.contains(&block.span.start) && block.depth <= 1)
        .map(|block| {
            let source = text.get(block.span.clone()).unwrap_or_default();
            let body = source.find("**").map_or("", |at| source.get(at..).unwrap_or_default());
            (block.span.start, read_question(body).map_or("", |(id, _)| id))
        })
        .collect();
    let old = entries.iter().position(|(_, id)| *id == answer.id);
    let body_end = section.start + text.get(section.clone()).unwrap_or_default().trim_end().len();
    let (from, to) = match old {
        Some(at) => {
            let end = entries
                .get(at + 1..)
                .and_then(|later| later.iter().find(|(_, id)| !id.is_empty()))
                .map_or(body_end, |(start, _)| *start);
            (entries.get(at).map_or(body_end, |(start, _)| *start), end)
        }
        None => (body_end, body_end),
    };
    let head = text.get(..from).unwrap_or_default();
    let tail = text.get(to..).unwrap_or_default();
    let tail = if to == body_end { tail.strip_prefix(newline).unwrap_or(tail) } else { tail };
    let gap = match old {
        Some(_) => "",
        None if body_end == section.start || head.trim_end().ends_with("Calibration") => {
            return format!("{}{newline}{newline}{entry}{tail}", head.trim_end());
        }
        None => newline,
    };
    format!("{head}{gap}{entry}{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(id: &str, text: &str) -> Answer {
        Answer { id: id.to_owned(), question: format!("What of {id}?"), text: text.to_owned() }
    }

    fn read(text: &str) -> Vec<Answer> {
        read_answers(text, &Outline::parse(text)).into_iter().map(|read| read.answer).collect()
    }

    #[test]
    fn what_is_written_reads_back() {
        for newline in ["\n", "\r\n"] {
            let text = "# T\n\nBody.\n\n## Next\n\nMore.\n".replace('\n', newline);
            let answers = [answer("a/b", "p95 under 200 ms."), answer("c/d", "N/A: there is no old one.")];
            let written = write_answers(&text, &answers);
            assert!(written.starts_with(text.trim_end()));
            assert_eq!(read(&written), answers);
            assert_eq!(written.contains("\r\n"), newline == "\r\n");
            assert_eq!(written.matches('\n').count(), written.matches(newline).count());
        }
    }

    #[test]
    fn an_answer_takes_the_place_of_the_older_one() {
        let first = write_answers("# T\n", &[answer("a/b", "Old words."), answer("c/d", "Stays here.")]);
        let text = format!("{first}\n## After\n\nText.\n");
        let second = write_answers(&text, &[answer("a/b", "New words.")]);
        assert_eq!(read(&second), [answer("a/b", "New words."), answer("c/d", "Stays here.")]);
        assert!(second.ends_with("\n## After\n\nText.\n"), "{second}");
        let third = write_answers(&second, &[answer("e/f", "One more thing.")]);
        assert_eq!(read(&third).len(), 3);
        assert!(third.ends_with("\n## After\n\nText.\n"), "{third}");
    }

    #[test]
    fn reads_what_people_write_by_hand() {
        let text = "# T\n\n## Calibration\n\n**Q (x/y)**: How?\n\nBy `hand`, twice.\n\n- **Q (z)**: Why? **A**: Because it is so.\n";
        let answers = read(text);
        assert_eq!(answers[0].text, "By hand, twice.");
        assert_eq!(answers[1].text, "Because it is so.");
        assert_eq!(answers[1].question, "Why?");
    }

    #[test]
    fn an_answer_must_say_something() {
        assert!(
            !answer("a", "").is_given()
                && !answer("a", "N/A").is_given()
                && !answer("a", "N/A: no").is_given()
        );
        assert!(!answer("a", "it is TBD").is_given());
        for text in ["not applicable: nobody takes steps", "Not applicable — nobody takes steps"] {
            assert_eq!(answer("a", text).not_applicable(), Some("nobody takes steps"));
        }
        assert!(!answer("a", "Not applicable.").is_given());
        assert!(answer("a", "N/A: the service is new").is_given() && answer("a", "Five days.").is_given());
    }
}
