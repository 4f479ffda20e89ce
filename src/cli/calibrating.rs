//! Calibration questions: asked on a terminal, or answered from a file.

use std::path::Path;

use super::app::App;
use super::error::CommandError;
use super::render::prompt;
use crate::domain::config::problem::printable;
use crate::domain::review::answers::{self, refusal};
use crate::domain::review::calibration::Answer;
use crate::domain::review::report::Review;
use crate::domain::review::text::excerpt;

/// The answers of a file, for a review's questions.
pub(super) fn from_file(app: &App, file: &Path, review: &Review) -> Result<Vec<Answer>, CommandError> {
    let path = app.env.absolute(file);
    let bytes = fs_err::read(&path)
        .map_err(|error| CommandError::usage(format!("the answers cannot be read: {error}")))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| CommandError::usage(format!("{} is no UTF-8", file.display())))?;
    answers::read(&text, review).map_err(|error| {
        CommandError::usage(format!("{}: {error}", file.display()))
            .hint(format!("the questions with their names: prd review {} --dry-run --format json", review.id))
    })
}

/// Asks the open questions on a terminal, each with its line and with what an answer changes. An empty line leaves
/// one open; `na: reason` says that one does not apply.
pub(super) fn ask(app: &App, review: &Review, text: &str) -> Result<Vec<Answer>, CommandError> {
    let open: Vec<_> = review.questions.iter().filter(|question| question.answer.is_none()).collect();
    if open.is_empty() {
        return Ok(Vec::new());
    }
    let word = if open.len() == 1 { "question" } else { "questions" };
    app.console.note(&format!(
        "{} {word} about {}. An empty line leaves one open; `na: reason` says that one does not apply.",
        open.len(),
        review.id
    ));
    let mut given = Vec::new();
    for (at, question) in open.iter().enumerate() {
        let about = question.dimension.as_deref().unwrap_or("the whole text");
        let line = text.lines().nth(question.line.saturating_sub(1)).map(excerpt).unwrap_or_default();
        let place =
            format!("{}/{}  {about}, line {}: {}", at + 1, open.len(), question.line, printable(&line));
        app.console.note(&format!("\n{}", printable(&place)));
        let must = if question.critical { "; without an answer nothing can be approved" } else { "" };
        app.console.note(&format!("     an answer {}{must}", question.effect));
        let as_answer = |text: &str| Answer {
            id: question.id.clone(),
            question: question.text.clone(),
            text: spelled_out(text),
        };
        let answer = prompt::checked_line(&question.text, |text| {
            refusal(&as_answer(text), question.critical).map_or(Ok(()), |why| Err(why.to_owned()))
        })?;
        given.extend(answer.map(|text| as_answer(&text)));
    }
    Ok(given)
}

/// `na: reason` as it is written into the text.
fn spelled_out(text: &str) -> String {
    let text = text.trim();
    let rest = ["na:", "n/a:", "na ", "n/a "].iter().find_map(|mark| {
        let head = text.get(..mark.len())?;
        head.eq_ignore_ascii_case(mark).then(|| text.get(mark.len()..).unwrap_or_default().trim())
    });
    rest.map_or_else(
        || text.to_owned(),
        |reason| format!("N/A: {}", reason.trim_start_matches([':', '-', ' '])),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_apply_is_spelled_out() {
        assert_eq!(spelled_out(" NA: it is new here"), "N/A: it is new here");
        assert_eq!(spelled_out("n/a it is new here"), "N/A: it is new here");
        assert_eq!(spelled_out("Nairobi is served first"), "Nairobi is served first");
        assert_eq!(spelled_out("ä"), "ä");
    }
}
