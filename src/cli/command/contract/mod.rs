//! `prd contract`: what services promise each other.

use clap::{Parser, Subcommand};

use crate::cli::app::App;
use crate::cli::error::CommandError;
use crate::cli::output::Report;

mod list;
mod publish;
mod show;

/// Publish contracts, and see which are promised, published, changed since and waited for
///
/// A PRD that depends on another's contract, `SVC-129 (contract)`, can start as soon as that is published.
#[derive(Debug, Parser)]
pub struct Args {
    #[command(subcommand)]
    command: Contract,
}

#[derive(Debug, Subcommand)]
enum Contract {
    Publish(publish::Args),
    List(list::Args),
    Show(show::Args),
}

/// Runs `prd contract`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    match &args.command {
        Contract::Publish(args) => publish::run(args, app),
        Contract::List(args) => list::run(args, app),
        Contract::Show(args) => show::run(args, app),
    }
}
