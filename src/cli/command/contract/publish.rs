use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::{ChangeFlags, Output, TransitionFlags};
use crate::cli::contracts;
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::transition;
use crate::domain::lifecycle::contract;

/// Publish the contract of a PRD: keep its text, and let those start that wait for it
///
/// The contract is every fenced OpenAPI, AsyncAPI, JSON Schema, protobuf or GraphQL block of the PRD, and every such file
/// that it links to; of a PRD in progress, as its worktree or branch has them. With --file it is these files alone. One
/// that does not parse is refused with its line. What is published already is not published again.
#[derive(Debug, Parser)]
pub(super) struct Args {
    /// The PRD: id, number, path or a part of its name
    prd: String,
    /// Publish this file; may be repeated
    #[arg(long, value_name = "FILE")]
    file: Vec<String>,
    /// What is different, or why; it is kept with the contract
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    change: ChangeFlags,
    #[command(flatten)]
    output: Output,
}

/// Runs `prd contract publish`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let flags = TransitionFlags { reason: args.reason.clone(), ..args.change.into() };
    let request = transition::request(&flags, None);
    let change = transition::change_if(app, &args.prd, &flags, |context| {
        let found = if args.file.is_empty() {
            contracts::gather(context.session, context.subject.prd)?
        } else {
            contracts::gather_files(app, context.session, &args.file)?
        };
        Ok(contract::plan(&context.snapshot, context.subject, &found, &request)?)
    })?;
    match change {
        Some(change) => transition::finish(app, args.output, &change),
        None => transition::unchanged(app, args.output),
    }
}
