//! `prd outbox`: what waits to be told to GitHub.

use clap::{Parser, Subcommand};

use crate::cli::app::App;
use crate::cli::error::CommandError;
use crate::cli::output::Report;

mod drop;
mod list;
mod retry;

/// Look at what waits to be told to GitHub
#[derive(Debug, Parser)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Outbox>,
}

#[derive(Debug, Subcommand)]
enum Outbox {
    List(list::Args),
    Retry(retry::Args),
    Drop(drop::Args),
}

/// Runs `prd outbox`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    match &args.command {
        None => list::run(&list::Args::default(), app),
        Some(Outbox::List(args)) => list::run(args, app),
        Some(Outbox::Retry(args)) => retry::run(args, app),
        Some(Outbox::Drop(args)) => drop::run(args, app),
    }
}
