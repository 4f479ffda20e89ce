//! `prd deps`: what a PRD depends on.

use clap::{Parser, Subcommand};

use crate::cli::app::App;
use crate::cli::error::CommandError;
use crate::cli::output::Report;

mod add;
mod check;
mod rm;

/// Declare, withdraw and check dependencies
#[derive(Debug, Parser)]
pub struct Args {
    #[command(subcommand)]
    command: Deps,
}

#[derive(Debug, Subcommand)]
enum Deps {
    Add(add::Args),
    Rm(rm::Args),
    Check(check::Args),
}

/// Runs `prd deps`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    match &args.command {
        Deps::Add(args) => add::run(args, app),
        Deps::Rm(args) => rm::run(args, app),
        Deps::Check(args) => check::run(args, app),
    }
}
