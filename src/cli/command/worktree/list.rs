use std::ops::ControlFlow;

use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::{Format, Output};
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::render::worktrees::Listing;
use crate::cli::session::Session;
use crate::cli::worktrees::Owners;
use crate::domain::report::worktrees::{Commits, Row, Worktrees};
use crate::io::git::merged::Merged;
use crate::io::git::worktree::inspect::Overview;

/// List all worktrees: their PRD, branch, changes, distance from home, and whether they are merged
///
/// Several are looked at at a time, and each is shown as soon as it and those above it are known; JSON is written whole.
#[derive(Debug, Parser)]
pub(super) struct Args {
    #[command(flatten)]
    output: Output,
}

/// Runs `prd worktree list`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let session = Session::open(app)?;
    let portfolio = session.portfolio()?;
    let trees = session.git.worktrees()?;
    let owners = Owners::of(&session, &portfolio)?;
    let (onto, bases) = (session.home.onto(), owners.bases());
    if args.output.format == Format::Json {
        let mut worktrees = Vec::new();
        session.git.inspect_worktrees(&trees, onto, bases, |overview| {
            worktrees.push(row(&overview, &owners));
            ControlFlow::Continue(())
        });
        return Report::json(&Worktrees { worktrees });
    }
    let known: Vec<Row> = trees.iter().map(|tree| row(&Overview::unseen(tree), &owners)).collect();
    let listing = Listing::new(&known);
    let mut failure = None;
    let mut write = |text: &str| {
        app.console.answer_part(text).unwrap_or_else(|error| {
            failure = Some(error);
            ControlFlow::Break(())
        })
    };
    if write(&listing.header()).is_continue() {
        session
            .git
            .inspect_worktrees(&trees, onto, bases, |overview| write(&listing.row(&row(&overview, &owners))));
    }
    failure.map_or_else(|| Ok(Report::text("")), Err)
}

fn row(overview: &Overview, owners: &Owners<'_>) -> Row {
    let tree = &overview.worktree;
    let prd = owners.prd(tree);
    let changes = overview.changes.as_ref();
    Row {
        id: prd.map(|prd| prd.id.clone()),
        state: prd.map(|prd| prd.state),
        branch: tree.branch.as_ref().map(ToString::to_string),
        path: tree.path.display().to_string(),
        main: tree.is_main,
        missing: tree.is_missing,
        locked: tree.locked.clone(),
        operation: overview.operation.map(|operation| operation.name().to_owned()),
        staged: changes.map(|changes| changes.staged.len()),
        unstaged: changes.map(|changes| changes.unstaged.len() + changes.conflicted.len()),
        untracked: changes.map(|changes| changes.untracked.len()),
        home: overview.base.map(|distance| Commits { ahead: distance.ahead, behind: distance.behind }),
        upstream: overview
            .upstream
            .map(|distance| Commits { ahead: distance.ahead, behind: distance.behind }),
        merged: overview.merged.filter(|_| !tree.is_main).map(Merged::is_merged),
        last_commit: overview.last_commit.as_ref().map(|commit| commit.time),
        subject: overview.last_commit.as_ref().map(|commit| commit.subject.clone()),
        problem: overview.problem.as_ref().map(ToString::to_string),
    }
}
