use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::{ConsentFlags, Output, TransitionFlags};
use crate::cli::error::CommandError;
use crate::cli::merged_pulls::MergedPulls;
use crate::cli::output::Report;
use crate::cli::transition;
use crate::domain::lifecycle::complete::{self, CompleteOptions};

/// Finish a PRD: criteria ticked, branch merged, gates passed; its worktree is removed when that is safe
#[derive(Debug, Parser)]
pub struct Args {
    /// The PRD: id, number, path or a part of its name
    prd: String,
    /// Do not ask whether the branch is merged
    #[arg(long)]
    no_merge_check: bool,
    /// Waive the open criteria that hold this text; needs --reason; may be repeated
    #[arg(long, value_name = "TEXT")]
    waive: Vec<String>,
    #[command(flatten)]
    flags: TransitionFlags,
    #[command(flatten)]
    consent: ConsentFlags,
    #[command(flatten)]
    output: Output,
}

/// Runs `prd complete`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let request = transition::request(&args.flags, None);
    let options = CompleteOptions { no_merge_check: args.no_merge_check, waive: args.waive.clone() };
    transition::run(app, &args.prd, &args.flags, args.output, |context| {
        let pulls = MergedPulls::new(app, context.session);
        let asked = (!args.no_merge_check).then_some(&pulls);
        let facts = context.complete_facts(args.consent.of(), asked)?;
        Ok(complete::plan(&context.snapshot, context.subject, &facts, &options, &request)?)
    })
}
