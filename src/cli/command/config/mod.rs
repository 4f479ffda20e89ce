//! `prd config`: what is configured, and where each value came from.

use clap::{Parser, Subcommand};

use crate::cli::app::App;
use crate::cli::error::CommandError;
use crate::cli::output::Report;

mod check;
mod migrate;
mod schema;
mod show;
mod trust;

/// Show, check, trust and migrate the configuration
#[derive(Debug, Parser)]
pub struct Args {
    #[command(subcommand)]
    command: Config,
}

#[derive(Debug, Subcommand)]
enum Config {
    Show(show::Args),
    Check(check::Args),
    Schema(schema::Args),
    Migrate(migrate::Args),
    Trust(trust::Args),
}

/// Runs `prd config`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    match &args.command {
        Config::Show(args) => show::run(args, app),
        Config::Check(args) => check::run(args, app),
        Config::Schema(args) => schema::run(args, app),
        Config::Migrate(args) => migrate::run(args, app),
        Config::Trust(args) => trust::run(args, app),
    }
}
