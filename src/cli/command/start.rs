use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::{Output, TransitionFlags};
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::session::Session;
use crate::cli::transition;
use crate::domain::lifecycle::{start, table::Transition};

/// Begin work on a ready PRD: its branch, its worktree, its dependencies installed
#[derive(Debug, Parser)]
pub struct Args {
    /// The PRD: id, number, path or a part of its name
    prd: String,
    /// Do not fetch before looking whether home is up to date
    #[arg(long)]
    no_fetch: bool,
    /// Do not install dependencies in the new worktree
    #[arg(long)]
    no_install: bool,
    #[command(flatten)]
    flags: TransitionFlags,
    #[command(flatten)]
    output: Output,
}

/// Runs `prd start`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let session = Session::open(app)?;
    transition::require_current_home(app, &session, !args.no_fetch && !args.flags.dry_run)?;
    let request = transition::request(&args.flags, None);
    transition::run_and_install(app, &args.prd, &args.flags, args.output, !args.no_install, |context| {
        let names = start::names(&context.snapshot, context.subject.prd, &context.session.project_name())?;
        let facts = context.name_facts(&names)?;
        Ok(start::plan(&context.snapshot, context.subject, &names, &facts, Transition::Start, &request)?)
    })
}
