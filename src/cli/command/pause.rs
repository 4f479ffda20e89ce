use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::{ConsentFlags, Output, TransitionFlags};
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::transition;
use crate::domain::lifecycle::pause;

/// Lay a PRD in progress aside: back to ready, its worktree removed, its branch kept
#[derive(Debug, Parser)]
pub struct Args {
    /// The PRD: id, number, path or a part of its name
    prd: String,
    /// Leave the worktree where it is
    #[arg(long)]
    keep_worktree: bool,
    #[command(flatten)]
    flags: TransitionFlags,
    #[command(flatten)]
    consent: ConsentFlags,
    #[command(flatten)]
    output: Output,
}

/// Runs `prd pause`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let request = transition::request(&args.flags, None);
    transition::run(app, &args.prd, &args.flags, args.output, |context| {
        let worktree = context.worktree_facts(args.consent.of())?;
        Ok(pause::plan(&context.snapshot, context.subject, worktree.as_ref(), args.keep_worktree, &request)?)
    })
}
