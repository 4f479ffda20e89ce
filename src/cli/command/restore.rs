use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::{Output, TransitionFlags};
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::transition;
use crate::domain::lifecycle::restore;

/// Take a PRD out of the archive, back to the state it came from
#[derive(Debug, Parser)]
pub struct Args {
    /// The PRD: id, number, path or a part of its name
    prd: String,
    #[command(flatten)]
    flags: TransitionFlags,
    #[command(flatten)]
    output: Output,
}

/// Runs `prd restore`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let request = transition::request(&args.flags, None);
    transition::run(app, &args.prd, &args.flags, args.output, |context| {
        Ok(restore::plan(&context.snapshot, context.subject, &request)?)
    })
}
