//! Calibration questions: asked on a terminal, or answered from a file.

use std::path::{Path, PathBuf};

use super::app::App;
use super::error::CommandError;
use super::render::prompt;
use super::session::Session;
use crate::domain::config::problem::printable;
use crate::domain::markdown::outline::Outline;
use crate::domain::model::id::PrdId;
use crate::domain::review::answers::{self, refusal};
use crate::domain::review::calibration::{self, Answer};
use crate::domain::review::report::Review;
use crate::domain::review::text::excerpt;
use crate::io::files;

/// What was answered about a PRD and is not saved with it yet, in a file of this clone: whatever ends a review, nobody
/// types an answer twice.
pub(super) struct Unsaved(PathBuf);

impl Unsaved {
    /// The place for a PRD's answers.
    pub(super) fn of(session: &Session, id: &PrdId) -> Self {
        Self(session.git.private_dir().join("answers").join(format!("{id}.md")))
    }

    fn answers(&self) -> Vec<Answer> {
        let text = files::read(&self.0).ok().flatten().and_then(|bytes| String::from_utf8(bytes).ok());
        let read = text.map(|text| calibration::read_answers(&text, &Outline::parse(&text)));
        read.into_iter().flatten().map(|read| read.answer).collect()
    }

    /// Keeps answers; where that fails, asking goes on without.
    fn keep(&self, answers: &[Answer]) {
        drop(files::replace(&self.0, calibration::write_answers("", answers).as_bytes()));
    }

    /// Forgets those that are saved with the PRD, by its review; what was not asked this time may be asked the next.
    pub(super) fn forget(&self, saved: &Review) {
        let mut kept = self.answers();
        let is_saved = |kept: &Answer| {
            saved.questions.iter().any(|question| question.id == kept.id && question.answer.is_some())
        };
        kept.retain(|kept| !is_saved(kept));
        if kept.is_empty() {
            drop(files::remove(&self.0));
        } else {
            self.keep(&kept);
        }
    }

    /// An error that says where they are, where there are any.
    pub(super) fn mentioned_in(&self, error: CommandError, id: &PrdId) -> CommandError {
        if self.answers().is_empty() {
            return error;
        }
        error.hint(format!("what you answered is kept: prd review {id} fills it in again"))
    }
}

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
/// one open; `na: reason` says that one does not apply. What was answered and not saved the last time is filled in.
pub(super) fn ask(
    app: &App,
    review: &Review,
    text: &str,
    unsaved: &Unsaved,
) -> Result<Vec<Answer>, CommandError> {
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
    let mut kept = unsaved.answers();
    if open.iter().any(|question| kept.iter().any(|kept| kept.id == question.id)) {
        app.console.note("What you answered the last time is filled in: Enter takes it.");
    }
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
        let filled_in = kept.iter().find(|kept| kept.id == question.id).map(|kept| kept.text.clone());
        let filled_in = filled_in.unwrap_or_default();
        let answer = prompt::checked_line(&question.text, &filled_in, |text| {
            refusal(&as_answer(text), question.critical).map_or(Ok(()), |why| Err(why.to_owned()))
        })?;
        let answer = answer.map(|text| as_answer(&text));
        kept.retain(|kept| kept.id != question.id);
        kept.extend(answer.clone());
        unsaved.keep(&kept);
        given.extend(answer);
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
    use crate::domain::review::report;
    use crate::domain::review::settings::Settings;
    use crate::domain::review::testing::prd;

    #[test]
    fn what_was_saved_is_forgotten_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let unsaved = Unsaved(dir.path().join("answers/SVC-1.md"));
        let answer =
            |id: &str, text: &str| Answer { id: id.into(), question: "What?".into(), text: text.into() };
        let all =
            [answer("scope/in-scope", "Refunds of ten shops"), answer("risk/owner", "N/A: nobody is hurt")];
        let saved = |answers: &[Answer]| {
            let text = calibration::write_answers("# SVC-1: Refunds\n", answers);
            report::review(&prd(&text), &text, &Settings::default())
        };
        unsaved.keep(&all);
        unsaved.forget(&saved(&[]));
        assert_eq!(unsaved.answers(), all);
        unsaved.forget(&saved(&all[..1]));
        assert_eq!(unsaved.answers(), all[1..]);
        unsaved.forget(&saved(&all));
        assert!(!unsaved.0.exists());
    }

    #[test]
    fn what_does_not_apply_is_spelled_out() {
        assert_eq!(spelled_out(" NA: it is new here"), "N/A: it is new here");
        assert_eq!(spelled_out("n/a it is new here"), "N/A: it is new here");
        assert_eq!(spelled_out("Nairobi is served first"), "Nairobi is served first");
        assert_eq!(spelled_out("ä"), "ä");
    }
}
