use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::Output;
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::render::history as render;
use crate::cli::session::Session;
use crate::domain::report::history::History;

/// Show what happened to a PRD, or to all of them, newest first
#[derive(Debug, Parser)]
pub struct Args {
    /// The PRD: id, number, path or a part of its name; all where it is left out
    prd: Option<String>,
    /// Show at most this many
    #[arg(long, short = 'n', value_name = "NUMBER")]
    limit: Option<usize>,
    #[command(flatten)]
    output: Output,
}

/// Runs `prd log`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let session = Session::open(app)?;
    let reading = session.read()?;
    let only = args.prd.as_deref().map(|name| reading.prd(&session, app, name)).transpose()?;
    let mut history = History::of(&reading.records, only.map(|prd| &prd.id));
    history.events.truncate(args.limit.unwrap_or(usize::MAX));
    reading.warn(app);
    app.report(args.output, &history, |history, _| {
        if history.events.is_empty() {
            "nothing was recorded yet\n".to_owned()
        } else {
            render::lines(&history.events)
        }
    })
}
