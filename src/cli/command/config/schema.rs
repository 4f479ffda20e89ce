use clap::Parser;

use crate::cli::app::App;
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::domain::config::publish;

/// Print the JSON Schema of the configuration, for editors
#[derive(Debug, Parser)]
pub(super) struct Args {}

/// Runs `prd config schema`.
pub(super) fn run(_: &Args, _: &App) -> Result<Report, CommandError> {
    Ok(Report::text(format!("{:#}", publish::json_schema())))
}
