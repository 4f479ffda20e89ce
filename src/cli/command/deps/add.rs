use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::{Output, TransitionFlags};
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::transition;
use crate::domain::lint::cycle;
use crate::domain::markdown::edit::dependency;
use crate::domain::markdown::edit::error::EditError;
use crate::domain::model::dependency::{DependencyKind, Direction};
use crate::domain::model::id::PrdId;
use crate::domain::model::repository::qualified;

/// Declare that a PRD depends on another
///
/// Refuses an edge that would close a cycle, with the way round.
#[derive(Debug, Parser)]
pub(super) struct Args {
    /// The PRD that waits
    prd: String,
    /// The PRD that it waits for; `payments#SVC-129` for one of another repository
    prerequisite: String,
    /// What it waits for: complete, contract, finish or soft
    #[arg(long, default_value = "complete", value_name = "KIND")]
    kind: DependencyKind,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Print what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    output: Output,
}

/// Runs `prd deps add`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let flags = TransitionFlags { dry_run: args.dry_run, ..TransitionFlags::default() };
    let change = transition::revise(app, &args.prd, "deps add", &flags, |context| {
        let prd = context.subject.prd;
        let format = context.snapshot.portfolio.format();
        let reason = args.reason.as_deref();
        let with = |other: &PrdId| {
            dependency::add_dependency(context.subject.text, other, args.kind, reason, format)
                .map_err(|error| with_way_out(error, &prd.id, other))
        };
        if let Some(other) = qualified(&args.prerequisite) {
            // What it waits for there is known to a workspace alone.
            let is_known = prd.elsewhere.iter().any(|known| {
                known.id == other && known.kind == args.kind && known.direction == Direction::DependsOn
            });
            return if is_known { Ok(context.subject.text.to_owned()) } else { with(&other) };
        }
        let other = context.reading.prd(context.session, app, &args.prerequisite)?;
        if other.id == prd.id {
            return Err(CommandError::refused(format!("{} cannot depend on itself", prd.id)));
        }
        let known = context.snapshot.graph.node(&prd.id).into_iter().any(|node| {
            let graph = context.snapshot.graph;
            graph
                .prerequisites(node)
                .any(|edge| *graph.id(edge.prerequisite) == other.id && edge.kind == args.kind)
        });
        if known {
            return Ok(context.subject.text.to_owned());
        }
        let text = with(&other.id)?;
        if let Some(finding) = cycle::closed_by(&context.snapshot, prd, &text) {
            return Err(
                CommandError::refused(finding.message).hint("leave one of the edges out, or make it soft")
            );
        }
        Ok(text)
    })?;
    match change {
        Some(change) => transition::finish(app, args.output, &change),
        None => transition::unchanged(app, args.output),
    }
}

/// Another kind of a dependency that is there: the old one goes first.
fn with_way_out(error: EditError, dependent: &PrdId, prerequisite: &PrdId) -> CommandError {
    let declared = matches!(error, EditError::AlreadyDeclared { .. });
    let error = CommandError::from(error);
    if declared {
        error.hint(format!("for another kind, first: prd deps rm {dependent} {prerequisite}"))
    } else {
        error
    }
}
