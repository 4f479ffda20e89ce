use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::Output;
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::render::github as render;
use crate::cli::sending;
use crate::cli::session::Session;
use crate::domain::report::github::OutboxReport;

/// Take entries out of the outbox without sending them
#[derive(Debug, Parser)]
pub(super) struct Args {
    /// The entry, as `prd outbox` names it
    #[arg(value_name = "ENTRY", required_unless_present = "all", conflicts_with = "all")]
    entries: Vec<String>,
    /// All of them
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    output: Output,
}

/// Runs `prd outbox drop`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let outbox = Session::open(app)?.outbox();
    let waiting = sending::listed(&outbox);
    let names: Vec<String> = if args.all {
        waiting.iter().map(|entry| entry.name.clone()).collect()
    } else {
        args.entries.clone()
    };
    if let Some(unknown) = names.iter().find(|name| !waiting.iter().any(|entry| entry.name == **name)) {
        return Err(CommandError::not_found(format!("no entry of the outbox is named `{unknown}`"))
            .hint("`prd outbox` shows all of them"));
    }
    names.iter().try_for_each(|name| outbox.remove(name))?;
    let report = OutboxReport { entries: sending::listed(&outbox), unreadable: Vec::new() };
    app.report(args.output, &report, |report, _| render::outbox(report))
}
