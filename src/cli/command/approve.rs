use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::{Output, TransitionFlags};
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::reviewing::{self, Decisions};
use crate::cli::transition;
use crate::domain::lifecycle::approve::{self, ApproveFacts};
use crate::domain::review::guard;

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
    let request = transition::request(&args.flags, args.acting_as.clone());
    transition::run(app, &args.prd, &args.flags, args.output, |context| {
        let (prd, text, session) = (context.subject.prd, context.subject.text, context.session);
        let facts = ApproveFacts {
            placeholders: guard::placeholders(&prd.path, text),
            has_contract: reviewing::has_contract(session, prd, text),
            has_decision: Decisions::load(session).cover(session, prd, text),
        };
        Ok(approve::plan(&context.snapshot, context.subject, &facts, &request)?)
    })
}
