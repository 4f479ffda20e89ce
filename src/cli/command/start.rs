use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::{Output, StartFlags, TransitionFlags};
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::transition;
use crate::domain::lifecycle::{start, table::Transition};

/// Begin work on a ready PRD: its branch, its worktree, its dependencies installed
///
/// In the new worktree, one after the other: submodules as the main worktree has them; ignored files that
/// `worktree.copy` and `.worktreeinclude` name; folders that `worktree.link` names; the installation of what the
/// lockfiles name, at the top and where the PRD's service lies; the commands of `worktree.post_create`. What the
/// configuration names is used only after you approved it (prd config trust). Where a step fails, the PRD is started
/// all the same, and `prd worktree setup` goes on from that step.
#[derive(Debug, Parser)]
pub struct Args {
    /// The PRD: id, number, path or a part of its name
    prd: String,
    #[command(flatten)]
    start: StartFlags,
    #[command(flatten)]
    flags: TransitionFlags,
    #[command(flatten)]
    output: Output,
}

/// Runs `prd start`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let request = transition::request(&args.flags, None);
    transition::run_and_set_up(app, &args.prd, &args.flags, &args.start, args.output, |context| {
        let names = start::names(&context.snapshot, context.subject.prd, &context.session.project_name())?;
        let facts = context.name_facts(&names)?;
        Ok(start::plan(&context.snapshot, context.subject, &names, &facts, Transition::Start, &request)?)
    })
}
