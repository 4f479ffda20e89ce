use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::{ConsentFlags, Output};
use crate::cli::error::CommandError;
use crate::cli::merged_pulls::MergedPulls;
use crate::cli::output::Report;
use crate::cli::render::worktrees as render;
use crate::cli::session::Session;
use crate::cli::worktrees::{self, Answer, Owners};
use crate::domain::report::worktrees::Removals;

/// Remove worktrees, when nothing in them would be lost; their branches stay
///
/// It may go when it has no uncommitted change, no untracked file, no ignored file that nothing makes again, nothing in
/// progress, and when the work of its branch is in the home branch. What was ignored, the tip and the reflogs are kept
/// for 14 days: see `prd worktree restore`.
#[derive(Debug, Parser)]
pub(super) struct Args {
    /// The worktrees: PRD, branch or folder
    #[arg(required = true, value_name = "PRD|BRANCH|PATH")]
    names: Vec<String>,
    /// Also where the home branch lacks work of its branch: the branch stays, and keeps it
    #[arg(long)]
    unmerged: bool,
    /// Print what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    consent: ConsentFlags,
    #[command(flatten)]
    output: Output,
}

/// Runs `prd worktree remove`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let session = Session::open_for_worktrees(app, args.dry_run)?;
    let reading = session.read()?;
    let owners = Owners::of(&session, &reading.portfolio)?;
    let mut trees = Vec::new();
    for name in &args.names {
        let tree = worktrees::find(&session, &reading, app, name)?;
        if !trees.contains(&tree) {
            trees.push(tree);
        }
    }
    let bases = if args.unmerged { Vec::new() } else { session.bases()? };
    let pulls = MergedPulls::new(app, &session);
    let mut answer = Removals { dry_run: args.dry_run, removed: Vec::new(), stay: Vec::new() };
    for tree in &trees {
        let id = owners.prd(tree).map(|prd| &prd.id);
        // A branch without any work has nothing to lose.
        let rules = worktrees::rules(args.consent.of(), bases.clone(), None);
        match worktrees::ask_gate(&session, tree, &rules, &pulls)? {
            Answer::Closed(obstacles) => answer.stay.push(worktrees::staying(id, tree, &obstacles)),
            Answer::Open(permit) if args.dry_run => answer.removed.push(worktrees::possible(id, &permit)),
            Answer::Open(permit) => {
                let removed = session.git.remove_worktree(*permit, &owners.label(app, tree))?;
                answer.removed.push(worktrees::removal(id, removed));
            }
        }
    }
    worktrees::leave_if_gone(app, &session.main_root())?;
    let refused = !answer.stay.is_empty();
    Ok(app.report(args.output, &answer, |answer, _| render::removals(answer))?.refused_if(refused))
}
