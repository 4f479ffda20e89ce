use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::Output;
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::render::portrait as render;
use crate::cli::session::Session;
use crate::domain::lint::rules;
use crate::domain::report::history::History;
use crate::domain::report::portrait::Portrait;

/// Show all that is known of one PRD
#[derive(Debug, Parser)]
pub struct Args {
    /// The PRD: id, number, path or a part of its name
    prd: String,
    #[command(flatten)]
    output: Output,
}

/// Runs `prd show`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let session = Session::open(app)?;
    let reading = session.read()?;
    let prd = reading.prd(&session, app, &args.prd)?;
    let graph = reading.graph(session.config());
    let mut findings = rules::findings(&reading.portfolio, &graph, session.config());
    findings.retain(|finding| finding.place.path == prd.path);
    let history = History::of(&reading.records, Some(&prd.id)).events;
    let source = reading.sources.get(&prd.id).map_or_else(|| "home".to_owned(), ToString::to_string);
    let portrait = Portrait::of(prd, &graph, source, findings, history);
    app.report(args.output, &portrait, |portrait, _| render::text(portrait))
}
