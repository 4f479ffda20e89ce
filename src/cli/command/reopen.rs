use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::{Output, StartFlags, TransitionFlags};
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::transition;
use crate::domain::lifecycle::{reopen, start};

/// Take a complete PRD up again, with its branch and worktree
#[derive(Debug, Parser)]
pub struct Args {
    /// The PRD: id, number, path or a part of its name
    prd: String,
    #[command(flatten)]
    start: StartFlags,
    #[command(flatten)]
    flags: TransitionFlags,
    #[command(flatten)]
    output: Output,
}

/// Runs `prd reopen`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let request = transition::request(&args.flags, None);
    transition::run_and_set_up(app, &args.prd, &args.flags, &args.start, args.output, |context| {
        let names = start::names(&context.snapshot, context.subject.prd, &context.session.project_name())?;
        let facts = context.name_facts(&names)?;
        Ok(reopen::plan(&context.snapshot, context.subject, &names, &facts, &request)?)
    })
}
