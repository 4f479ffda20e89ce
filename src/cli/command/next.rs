use clap::Parser;
use serde::Serialize;

use crate::cli::app::App;
use crate::cli::args::Output;
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::render::next as render;
use crate::cli::scope::{Scope, WorkspaceFlag};
use crate::domain::graph::dependencies::Graph;
use crate::domain::graph::schedule::Schedule;
use crate::domain::orchestrate::next::{Around, Startable, startable};
use crate::domain::orchestrate::options::Filter;

/// List what can be started now, best first
///
/// Ready PRDs whose start waits for nothing, by priority, then by the longest chain of work that begins with them. Behind
/// them come those against which something else speaks, with what it is: no place is free
/// (orchestration.parallel_features), the team is busy (teams.<name>.parallel), or one in progress changes the same files.
#[derive(Debug, Parser)]
pub struct Args {
    /// Only those of this team
    #[arg(long, short, value_name = "TEAM")]
    team: Option<String>,
    /// Print at most this many
    #[arg(long, short = 'n', value_name = "NUMBER")]
    limit: Option<usize>,
    #[command(flatten)]
    workspace: WorkspaceFlag,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Serialize)]
struct Next {
    next: Vec<Startable>,
}

/// Runs `prd next`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let scope = Scope::open_planned(app, &args.workspace)?;
    let graph = Graph::build(scope.portfolio(), scope.graph_facts());
    let facts = scope.facts(app)?;
    let schedule = Schedule::of(&graph, &facts);
    let options = scope.options(Filter::default());
    let conflicts = scope.declared_overlaps();
    let around =
        Around { limit: options.parallel_features, team_limits: &options.team_limits, conflicts: &conflicts };
    let mut next = startable(&graph, &schedule, &around);
    if let Some(team) = &args.team {
        next.retain(|row| {
            row.team.as_ref().is_some_and(|other| other.as_str().to_lowercase() == team.to_lowercase())
        });
    }
    next.truncate(args.limit.unwrap_or(usize::MAX));
    scope.warn(app);
    app.report(args.output, &Next { next }, |answer, view| {
        render::next(&answer.next, |id| scope.start_command(id), view.cut())
    })
}
