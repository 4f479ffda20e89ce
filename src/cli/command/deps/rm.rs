use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::{Output, TransitionFlags};
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::transition;
use crate::domain::markdown::edit::dependency;
use crate::domain::model::id::PrdId;

/// Withdraw a dependency that a PRD declares
#[derive(Debug, Parser)]
pub(super) struct Args {
    /// The PRD that waits
    prd: String,
    /// The PRD that it waits for; an id that no PRD has can be withdrawn too
    prerequisite: String,
    /// Print what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    output: Output,
}

/// Runs `prd deps rm`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let flags = TransitionFlags { dry_run: args.dry_run, ..TransitionFlags::default() };
    let change = transition::revise(app, &args.prd, "deps rm", &flags, |context| {
        let prd = context.subject.prd;
        let format = context.snapshot.portfolio.format();
        let wanted: Vec<PrdId> = match context.reading.prd(context.session, app, &args.prerequisite) {
            Ok(other) => vec![other.id.clone()],
            Err(error) => vec![format.parse(&args.prerequisite).ok_or(error)?],
        };
        // The declaration may spell the id with a foreign prefix that means the same PRD.
        let declared = prd.dependencies.iter().find(|declared| {
            wanted.contains(&declared.id)
                || context
                    .snapshot
                    .portfolio
                    .find_meant(&declared.id)
                    .is_some_and(|(other, _)| wanted.contains(&other.id))
        });
        let Some(declared) = declared else {
            return Err(CommandError::not_found(format!(
                "{} declares no dependency on {}",
                prd.id, args.prerequisite
            ))
            .hint(format!("`prd show {}` lists them, with those that other files declare", prd.id)));
        };
        Ok(dependency::remove_dependency(context.subject.text, &declared.id, format)?)
    })?;
    match change {
        Some(change) => transition::finish(app, args.output, &change),
        None => transition::unchanged(app, args.output),
    }
}
