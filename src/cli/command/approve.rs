use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::{Output, TransitionFlags};
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::reviewing;
use crate::cli::transition;

/// Let a reviewed PRD pass: its review is of this text, good enough, and nobody who must agree is missing
#[derive(Debug, Parser)]
pub struct Args {
    /// The PRD: id, number, path or a part of its name
    prd: String,
    /// Approve in this name; who you are for git is kept beside it
    #[arg(long = "as", value_name = "NAME")]
    acting_as: Option<String>,
    #[command(flatten)]
    flags: TransitionFlags,
    #[command(flatten)]
    output: Output,
}

/// Runs `prd approve`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let change = reviewing::approve(app, &args.prd, &args.flags, args.acting_as.clone())?;
    transition::finish(app, args.output, &change)
}
