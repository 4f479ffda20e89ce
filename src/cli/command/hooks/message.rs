//! prepare-commit-msg and commit-msg: a commit on a PRD's branch names the PRD.

use std::path::PathBuf;

use super::branch;
use crate::cli::app::App;
use crate::cli::error::CommandError;
use crate::cli::session::Session;
use crate::domain::config::schema::CommitMessage;
use crate::domain::hooks::message::{self, Verdict};
use crate::domain::hooks::name::Hook;
use crate::domain::model::finding::Severity;
use crate::domain::model::id::PrdId;
use crate::domain::report::hooks::HookRun;

/// Runs prepare-commit-msg: adds the PRD's trailer where the message does not name the PRD yet.
pub(super) fn prepare(app: &App, session: &Session, args: &[String]) -> Result<HookRun, CommandError> {
    let mut run = HookRun::new(Hook::PrepareCommitMsg);
    let source = args.get(1).map_or("", String::as_str);
    if source == "merge" {
        return Ok(run);
    }
    let Some(read) = Message::read(app, session, args, &mut run)? else { return Ok(run) };
    // An editor follows where there is no message yet; commit-msg sees to it that the trailer alone is none.
    let is_to_be_written = read.kept.is_empty() && matches!(source, "" | "template");
    let verdict = message::judge(&read.kept, &read.id, session.config().id_format());
    if is_to_be_written || verdict == Verdict::Unnamed {
        session.git.add_trailer(&read.file, &message::trailer(&read.id))?;
    }
    Ok(run)
}

/// Runs commit-msg.
pub(super) fn check(app: &App, session: &Session, args: &[String]) -> Result<HookRun, CommandError> {
    let mut run = HookRun::new(Hook::CommitMsg);
    let Some(read) = Message::read(app, session, args, &mut run)? else { return Ok(run) };
    let id = &read.id;
    match message::judge(&read.kept, id, session.config().id_format()) {
        Verdict::Fine => {}
        Verdict::Empty => {
            run.say(Severity::Error, "the message is empty but for the PRD's trailer", None);
        }
        Verdict::Unnamed => {
            let severity = match session.config().prd_workflow.hooks.commit_msg {
                CommitMessage::Off => return Ok(run),
                CommitMessage::Warn => Severity::Warning,
                CommitMessage::Refuse => Severity::Error,
            };
            let hint = format!("write {id} into it, or a last line `{}`", message::trailer(id));
            run.say(
                severity,
                format!("this is the branch of {id}, and the message does not name it"),
                Some(hint),
            );
        }
    }
    Ok(run)
}

/// A message on the branch of a PRD.
struct Message {
    file: PathBuf,
    kept: String,
    id: PrdId,
}

impl Message {
    fn read(
        app: &App,
        session: &Session,
        args: &[String],
        run: &mut HookRun,
    ) -> Result<Option<Self>, CommandError> {
        let Some(file) = args.first() else {
            return Err(CommandError::usage(format!("git passes the message's file to {}", run.hook)));
        };
        let (prd, blobs) = branch::prd(session, &session.git.index())?;
        run.blobs_read += blobs;
        let Some(prd) = prd else { return Ok(None) };
        run.prd = Some(prd.id.clone());
        let file = app.env.absolute(file.as_ref());
        let text = fs_err::read(&file)?;
        let comment =
            session.git.config("core.commentChar")?.filter(|mark| !mark.is_empty() && mark != "auto");
        let kept = message::kept(&String::from_utf8_lossy(&text), comment.as_deref().unwrap_or("#"));
        Ok(Some(Self { file, kept, id: prd.id }))
    }
}
