//! Asking `reviewer_command` for its opinion, and keeping its answers.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::app::App;
use super::error::{CommandError, ErrorKind};
use super::session::Session;
use crate::domain::config::problem::printable;
use crate::domain::lifecycle::plan::TextHash;
use crate::domain::review::opinion::{Answer, Opinion, Request, SCHEMA, read_answer, weigh};
use crate::domain::review::report::Review;
use crate::io::files;
use crate::io::tools::ask::{Limits, ask, shell};

/// The key of the command.
const KEY: &str = "prd_workflow.review.reviewer_command";
/// The most bytes of an answer.
const LARGEST: usize = 1024 * 1024;

/// An answer as it is kept.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    schema: u32,
    command: String,
    content_hash: String,
    dimensions: Vec<String>,
    answer: Answer,
}

/// The opinion about a text, from the program or from what it answered about this very text before; `None` where none
/// is configured. Whatever goes wrong is in the opinion.
///
/// # Errors
/// The user interrupted at the question whether the program may run.
pub(super) fn of(
    app: &App,
    session: &Session,
    review: &Review,
    text: &str,
) -> Result<Option<Opinion>, CommandError> {
    let settings = &session.config().prd_workflow.review;
    let Some(command) = settings.reviewer_command.as_deref().filter(|command| !command.trim().is_empty())
    else {
        return Ok(None);
    };
    let none = |problem: String| Ok(Some(Opinion::none(command, review, problem)));
    if let Err(error) = session.require_trust(app, &session.loaded, &[KEY]) {
        if error.kind == ErrorKind::Interrupted {
            return Err(error);
        }
        return none("you have not approved that this program runs: prd config trust".to_owned());
    }
    let place = place_of(session, command, review);
    if let Some(answer) = kept(&place, command, review) {
        return Ok(Some(weigh(command, review, answer, true)));
    }
    app.console.note(&format!("asking `{}` for its opinion", printable(command)));
    let request = Request { schema: SCHEMA, task: "review", text, review };
    let input = serde_json::to_vec(&request)
        .map_err(|error| CommandError::new(ErrorKind::Bug, format!("no JSON: {error}")))?;
    let time = Duration::from_secs(u64::from(settings.reviewer_timeout));
    let answered =
        ask(&app.env, &shell(command, &session.main_root()), input, Limits { time, bytes: LARGEST });
    let bytes = match answered {
        Ok(bytes) => bytes,
        Err(error) => return none(error.to_string()),
    };
    match read_answer(&bytes) {
        Ok(answer) => {
            keep(&place, command, review, &answer);
            Ok(Some(weigh(command, review, answer, false)))
        }
        Err(problem) => none(problem),
    }
}

fn names(review: &Review) -> Vec<String> {
    review.dimensions.iter().map(|dimension| dimension.name.clone()).collect()
}

fn place_of(session: &Session, command: &str, review: &Review) -> PathBuf {
    let key = format!("{SCHEMA}\0{command}\0{}\0{}", review.content_hash, names(review).join("\0"));
    let name = format!("{}.json", TextHash::of(key.as_bytes()));
    session.git.private_dir().join("cache").join("opinions").join(name)
}

/// A kept answer to exactly this; a file that does not read is none.
fn kept(place: &std::path::Path, command: &str, review: &Review) -> Option<Answer> {
    let kept: Kept = serde_json::from_slice(&files::read(place).ok()??).ok()?;
    let is_same = kept.schema == SCHEMA
        && kept.command == command
        && kept.content_hash == review.content_hash
        && kept.dimensions == names(review);
    is_same.then_some(kept.answer)
}

/// Keeps an answer; where that fails the program is asked again next time.
fn keep(place: &std::path::Path, command: &str, review: &Review, answer: &Answer) {
    let kept = Kept {
        schema: SCHEMA,
        command: command.to_owned(),
        content_hash: review.content_hash.clone(),
        dimensions: names(review),
        answer: answer.clone(),
    };
    if let Ok(bytes) = serde_json::to_vec_pretty(&kept) {
        drop(files::replace_unsynced(place, &bytes));
    }
}
