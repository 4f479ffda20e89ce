use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::{Output, TransitionFlags};
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::session::Session;
use crate::cli::transition;
use crate::domain::lifecycle::{reopen, start};

/// Take a complete PRD up again, with its branch and worktree
#[derive(Debug, Parser)]
pub struct Args {
    /// The PRD: id, number, path or a part of its name
    prd: String,
    /// Do not install dependencies in the worktree
    #[arg(long)]
    no_install: bool,
    #[command(flatten)]
    flags: TransitionFlags,
    #[command(flatten)]
    output: Output,
}

/// Runs `prd reopen`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let session = Session::open(app)?;
    let request = transition::request(&args.flags, None);
    let setup = transition::Setup { install: !args.no_install };
    transition::run_with_setup(app, &session, &args.prd, &args.flags, args.output, setup, |snapshot, subject| {
        let names = start::names(snapshot, subject.prd, &session.project_name())?;
        let facts = transition::name_facts(app, &session, subject.prd, &names)?;
        Ok(reopen::plan(snapshot, subject, &names, &facts, &request)?)
    })
}
