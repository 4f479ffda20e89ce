use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::Output;
use crate::cli::error::{CommandError, ErrorKind};
use crate::cli::notifying;
use crate::cli::output::Report;
use crate::cli::render::github as render;
use crate::cli::sending::{self, Which};
use crate::cli::session::Session;

/// Send now what waits and what was refused, of all PRDs or of one
#[derive(Debug, Parser)]
pub(super) struct Args {
    /// The PRD: id, number, path or a part of its name
    prd: Option<String>,
    #[command(flatten)]
    output: Output,
}

/// Runs `prd outbox retry`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let session = Session::open_recovered(app, false)?;
    let id = match &args.prd {
        Some(name) => Some(session.read()?.prd(&session, app, name)?.id.clone()),
        None => None,
    };
    let which = id.as_ref().map_or(Which::All, Which::Of);
    // Slack does not say what it has: only all of its messages can be meant, and only by a person.
    let notes = if id.is_none() { notifying::send(app, true) } else { Vec::new() };
    let mut sending = sending::send(app, sending::AT_LEISURE, which)?;
    let is_told = notes.is_empty();
    sending.notes.extend(notes);
    let mut report = app.report(args.output, &sending, |sending, _| render::sending(sending))?;
    if !is_told || sending.waiting.iter().any(|entry| id.as_ref().is_none_or(|id| entry.id == *id)) {
        report.exit = ErrorKind::Outside.exit_code();
    }
    Ok(report)
}
