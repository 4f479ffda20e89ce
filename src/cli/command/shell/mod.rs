//! `prd shell`: what a shell needs to work with `prd`.

use clap::{Parser, Subcommand};

use crate::cli::app::App;
use crate::cli::error::CommandError;
use crate::cli::output::Report;

mod init;

/// Set up a shell: `prd cd`, `--cd`, and completions of PRDs, branches and teams
#[derive(Debug, Parser)]
pub struct Args {
    #[command(subcommand)]
    command: Shell,
}

#[derive(Debug, Subcommand)]
enum Shell {
    Init(init::Args),
}

/// Runs `prd shell`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    match &args.command {
        Shell::Init(args) => init::run(args, app),
    }
}
