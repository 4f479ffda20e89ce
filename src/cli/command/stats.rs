use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Parser, ValueEnum};

use crate::cli::app::App;
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::planning;
use crate::cli::render::{stats as render, stats_svg};
use crate::cli::session::Session;
use crate::domain::report::stats::{self, Ask};

/// Tell how long work takes, how much is finished, and what estimates were worth
///
/// Lead time runs from creation to completion, cycle time from the first start; both in working days. Percentiles are shown
/// with how many PRDs they are of. Estimates are judged from ten finished PRDs on.
#[derive(Debug, Parser)]
pub struct Args {
    /// Only PRDs that this team leads; may be repeated
    #[arg(long, short, value_name = "TEAM")]
    team: Vec<String>,
    /// Only what was completed on this day or later
    #[arg(long, value_name = "DATE")]
    since: Option<NaiveDate>,
    /// Only what was completed on this day or earlier
    #[arg(long, value_name = "DATE")]
    until: Option<NaiveDate>,
    /// How to print it
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// Write it to this file instead
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// For scripts
    Json,
    /// A picture of cycle times and of completions week by week
    Svg,
}

/// Runs `prd stats`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let session = Session::open(app)?;
    let reading = session.read()?;
    let teams = args.team.iter().map(|name| planning::team(&reading, &session, name));
    let ask = Ask { since: args.since, until: args.until, teams: teams.collect::<Result<_, _>>()? };
    if let (Some(since), Some(until)) = (ask.since, ask.until)
        && until < since
    {
        return Err(CommandError::usage(format!("{until} is before {since}")));
    }
    let graph = reading.graph(session.config());
    let facts = planning::facts(app, &session, &reading)?;
    let stats = stats::stats(&graph, &reading.records, &facts, &ask);
    reading.warn(app);
    let answer = match args.format {
        Format::Text => Report::text(render::stats(&stats)),
        Format::Json => Report::json(&stats)?,
        Format::Svg => Report::text(stats_svg::svg(&stats)),
    };
    answer.written_to(app, args.out.as_deref())
}
