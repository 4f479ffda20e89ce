//! `prd auth`: what this program may do on GitHub.

use clap::{Parser, Subcommand};

use crate::cli::app::App;
use crate::cli::error::CommandError;
use crate::cli::output::Report;

mod status;

/// Look at what prd may do on GitHub
#[derive(Debug, Parser)]
pub struct Args {
    #[command(subcommand)]
    command: Auth,
}

#[derive(Debug, Subcommand)]
enum Auth {
    Status(status::Args),
}

/// Runs `prd auth`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    match &args.command {
        Auth::Status(args) => status::run(args, app),
    }
}
