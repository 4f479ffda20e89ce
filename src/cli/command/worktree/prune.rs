use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::{ConsentFlags, Format, Output};
use crate::cli::error::CommandError;
use crate::cli::merged_pulls::MergedPulls;
use crate::cli::output::Report;
use crate::cli::render::{prompt, worktrees as render};
use crate::cli::session::Session;
use crate::cli::worktrees::{self, Answer, Owners};
use crate::domain::report::worktrees::Removals;
use crate::io::git::worktree::obstacle::Obstacle;

/// Remove the worktrees whose work is merged, after showing them; their branches stay
///
/// Shows them and asks; with `--yes` it does not ask, and where nobody can be asked it removes nothing. A branch that
/// has no work of its own yet is new, not merged. See `prd worktree remove` for what keeps one from going.
#[derive(Debug, Parser)]
pub(super) struct Args {
    /// Print what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    consent: ConsentFlags,
    #[command(flatten)]
    output: Output,
}

/// Runs `prd worktree prune`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let may_ask = app.can_ask() && args.output.format == Format::Text;
    let dry_run = args.dry_run || !(app.global.yes || may_ask);
    let session = Session::open_for_worktrees(app, dry_run)?;
    let reading = session.read()?;
    let owners = Owners::of(&session, &reading.portfolio)?;
    let bases = session.bases()?;
    let pulls = MergedPulls::new(app, &session);
    let mut answer = Removals { dry_run, removed: Vec::new(), stay: Vec::new() };
    let mut permits = Vec::new();
    for tree in session.git.worktrees()? {
        let is_home = tree.branch.is_some() && tree.branch == session.home.branch;
        // Nobody can say of a commit without a branch whose work it is.
        if tree.is_main || tree.is_bare || is_home || tree.branch.is_none() || bases.is_empty() {
            continue;
        }
        let id = owners.prd(&tree).map(|prd| &prd.id);
        let rules = worktrees::rules(args.consent.of(), bases.clone(), owners.begun_at(&session, &tree));
        match worktrees::ask_gate(&session, &tree, &rules, &pulls)? {
            Answer::Open(permit) => {
                answer.removed.push(worktrees::possible(id, &permit));
                permits.push((*permit, tree));
            }
            Answer::Closed(obstacles) => {
                let is_in_use = |obstacle: &Obstacle| {
                    matches!(obstacle, Obstacle::Unmerged { .. } | Obstacle::New { .. })
                };
                if !obstacles.iter().any(is_in_use) {
                    answer.stay.push(worktrees::staying(id, &tree, &obstacles));
                }
            }
        }
    }
    if !dry_run && !permits.is_empty() {
        if may_ask {
            app.console
                .warn_lines(render::removals(&Removals { dry_run: true, ..answer.clone() }).trim_end());
            if !prompt::confirm("Remove them?", false)? {
                return Ok(Report::text("nothing was removed\n"));
            }
        }
        answer.removed.clear();
        for (permit, tree) in permits {
            let id = owners.prd(&tree).map(|prd| &prd.id);
            let removed = session.git.remove_worktree(permit, &owners.label(app, &tree))?;
            answer.removed.push(worktrees::removal(id, removed));
        }
    } else if dry_run && !args.dry_run && !permits.is_empty() {
        app.console.note("nothing was removed: prd worktree prune --yes");
    }
    worktrees::leave_if_gone(app, &session.main_root())?;
    app.report(args.output, &answer, |answer, _| render::removals(answer))
}
