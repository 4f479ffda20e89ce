use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::{Output, TransitionFlags};
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::transition;
use crate::domain::markdown::edit::dependency;
use crate::domain::model::id::PrdId;
use crate::domain::model::repository::qualified;

/// Withdraw a dependency that a PRD declares
#[derive(Debug, Parser)]
pub(super) struct Args {
    /// The PRD that waits
    prd: String,
    /// The PRD that it waits for; an id that no PRD has, and one of another repository, can be withdrawn too
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
        let spelled = || qualified(&args.prerequisite).or_else(|| format.parse(&args.prerequisite));
        let wanted = match context.reading.prd(context.session, app, &args.prerequisite) {
            Ok(other) => other.id.clone(),
            Err(error) => spelled().ok_or(error)?,
        };
        // The declaration may spell the id with a foreign prefix that means the same PRD.
        let meant = |id: &PrdId| context.snapshot.portfolio.find_meant(id).map(|(other, _)| &other.id);
        let mut declared = prd.dependencies.iter().chain(&prd.elsewhere);
        let declared =
            declared.find(|declared| declared.id == wanted || meant(&declared.id) == Some(&wanted));
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
