use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::Output;
use crate::cli::error::{CommandError, ErrorKind};
use crate::cli::issues::{self, Known};
use crate::cli::output::Report;
use crate::cli::render::github as render;
use crate::cli::sending::{self, Which};
use crate::cli::session::Session;
use crate::domain::github::region;
use crate::domain::lifecycle::plan::{OutboxEntry, OutboxKind};
use crate::domain::report::github::IssuePreview;

/// Make the GitHub issue of a PRD, or bring the one that it has up to date
#[derive(Debug, Parser)]
pub struct Args {
    /// The PRD: id, number, path or a part of its name
    prd: String,
    /// Print what the issue would be, and send nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    output: Output,
}

/// Runs `prd issue`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let session = Session::open_recovered(app, args.dry_run)?;
    let reading = session.read()?;
    let prd = reading.prd(&session, app, &args.prd)?;
    if args.dry_run {
        let text = session.text(&prd.path)?;
        let wanted = issues::wanted(&session, &reading, prd, &text, &Known::of(&reading));
        let preview = IssuePreview {
            id: prd.id.clone(),
            issue: issues::number(prd),
            title: wanted.title,
            labels: wanted.labels,
            assignees: wanted.assignees,
            milestone: wanted.milestone,
            body: region::wrapped(&prd.id, &wanted.content),
            notes: wanted.notes,
        };
        return app.report(args.output, &preview, |preview, _| render::preview(preview));
    }
    let access = session.github(app)?;
    access.require_token()?;
    session.actor()?;
    session.outbox().put(&OutboxEntry {
        schema: 1,
        kind: OutboxKind::CreateIssue,
        prd: prd.id.clone(),
        queued: app.now().to_rfc3339(),
        event: None,
    })?;
    let sending = sending::send(app, sending::AT_LEISURE, Which::Of(&prd.id))?;
    let waits = sending.waiting.iter().any(|entry| entry.id == prd.id);
    let mut report = app.report(args.output, &sending, |sending, _| render::sending(sending))?;
    if waits {
        report.exit = ErrorKind::Outside.exit_code();
    }
    Ok(report)
}
