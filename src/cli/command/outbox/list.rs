use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::Output;
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::render::github as render;
use crate::cli::sending;
use crate::cli::session::Session;
use crate::domain::report::github::OutboxReport;

/// Show what waits, how often it was tried and why that failed
#[derive(Debug, Default, Parser)]
pub(super) struct Args {
    #[command(flatten)]
    output: Output,
}

/// Runs `prd outbox list`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let outbox = Session::open(app)?.outbox();
    let (_, unreadable) = outbox.all();
    let report = OutboxReport {
        entries: sending::listed(&outbox),
        unreadable: unreadable.iter().map(|file| format!("{}: {}", file.path.display(), file.why)).collect(),
    };
    app.report(args.output, &report, |report, _| render::outbox(report))
}
