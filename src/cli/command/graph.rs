use clap::{Parser, ValueEnum};

use crate::cli::app::App;
use crate::cli::error::CommandError;
use crate::cli::output::Report as Answer;
use crate::cli::planning;
use crate::cli::render::{dot, mermaid, tree};
use crate::cli::session::Session;
use crate::domain::graph::schedule::Schedule;
use crate::domain::orchestrate::build::{self, Extras};
use crate::domain::orchestrate::options::Filter;

/// Draw the dependency graph of what is active and what it waits for
#[derive(Debug, Parser)]
pub struct Args {
    /// How to draw it
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A tree of lines
    #[default]
    Ascii,
    /// For Mermaid
    Mermaid,
    /// For Graphviz
    Dot,
    /// The model: as `prd orchestrate --format json`
    Json,
}

/// Runs `prd graph`.
pub(super) fn run(args: &Args, app: &App) -> Result<Answer, CommandError> {
    let session = Session::open(app)?;
    planning::require_enabled(&session)?;
    let reading = session.read()?;
    let graph = reading.graph(session.config());
    let facts = planning::facts(app, &session, &reading)?;
    let options = planning::options(session.config(), Filter::default());
    let schedule = Schedule::of(&graph, &facts);
    let report = build::report(&graph, &schedule, &facts, &options, &Extras::default());
    reading.warn(app);
    Ok(match args.format {
        Format::Ascii => Answer::text(tree::tree(&report)),
        Format::Mermaid => Answer::text(mermaid::mermaid(&report)),
        Format::Dot => Answer::text(dot::dot(&report)),
        Format::Json => Answer::json(&report)?,
    })
}
