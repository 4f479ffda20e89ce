//! `prd worktree`: the worktrees of this clone.

use clap::{Parser, Subcommand};

use crate::cli::app::App;
use crate::cli::error::CommandError;
use crate::cli::output::Report;

mod list;
mod path;
mod setup;

/// Look at the worktrees of this clone, and set them up
#[derive(Debug, Parser)]
pub struct Args {
    #[command(subcommand)]
    command: Worktree,
}

#[derive(Debug, Subcommand)]
enum Worktree {
    List(list::Args),
    Path(path::Args),
    Setup(setup::Args),
}

/// Runs `prd worktree`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    match &args.command {
        Worktree::List(args) => list::run(args, app),
        Worktree::Path(args) => path::run(args, app),
        Worktree::Setup(args) => setup::run(args, app),
    }
}
