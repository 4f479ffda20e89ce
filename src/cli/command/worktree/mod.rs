//! `prd worktree`: the worktrees of this clone.

use clap::{Parser, Subcommand};

use crate::cli::app::App;
use crate::cli::error::CommandError;
use crate::cli::output::Report;

mod adopt;
mod list;
mod path;
mod prune;
mod remove;
mod repair;
mod restore;
mod setup;

/// List, set up, remove, restore, repair and adopt the worktrees of this clone
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
    Remove(remove::Args),
    Restore(restore::Args),
    Prune(prune::Args),
    Repair(repair::Args),
    Adopt(adopt::Args),
}

/// Runs `prd worktree`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    match &args.command {
        Worktree::List(args) => list::run(args, app),
        Worktree::Path(args) => path::run(args, app),
        Worktree::Setup(args) => setup::run(args, app),
        Worktree::Remove(args) => remove::run(args, app),
        Worktree::Restore(args) => restore::run(args, app),
        Worktree::Prune(args) => prune::run(args, app),
        Worktree::Repair(args) => repair::run(args, app),
        Worktree::Adopt(args) => adopt::run(args, app),
    }
}
