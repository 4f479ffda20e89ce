use std::collections::BTreeMap;

use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::Output;
use crate::cli::contracts as found;
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::planning;
use crate::cli::render::contracts as render;
use crate::cli::session::Session;
use crate::domain::report::contracts::contracts;

/// List contracts that are published, promised or owed, what has changed since, and who waits
#[derive(Debug, Parser)]
pub(super) struct Args {
    /// Only those of this team
    #[arg(long, short, value_name = "TEAM")]
    team: Option<String>,
    #[command(flatten)]
    output: Output,
}

/// Runs `prd contract list`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let session = Session::open(app)?;
    let reading = session.read()?;
    let team = args.team.as_deref().map(|name| planning::team(&reading, &session, name)).transpose()?;
    let mut now = BTreeMap::new();
    for id in reading.records.contracts.keys() {
        if let (Some(prd), Some(record)) = (reading.portfolio.find(id), reading.records.contract(id)) {
            now.insert(id.clone(), found::gather_again(&session, prd, record)?);
        }
    }
    let graph = reading.graph(session.config());
    let answer = contracts(&graph, &reading.records, team.as_ref(), &now);
    reading.warn(app);
    app.report(args.output, &answer, |answer, view| render::list(answer, app.today(), view.cut()))
}
