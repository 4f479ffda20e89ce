use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::{Output, SetupFlags};
use crate::cli::error::{CommandError, ErrorKind};
use crate::cli::output::Report;
use crate::cli::render::worktrees as render;
use crate::cli::session::Session;
use crate::cli::setup::Setup;
use crate::domain::report::worktrees::SetUp;

/// Set a PRD's worktree up: submodules, ignored files, dependencies, the project's commands
///
/// Where an earlier run failed or was killed, this goes on from the step that it stopped at. A worktree that was set up
/// to its end is set up once more: what is there is kept, and installations and commands run again.
#[derive(Debug, Parser)]
pub(super) struct Args {
    /// The PRD: id, number, path or a part of its name
    prd: String,
    /// Begin with the first step again
    #[arg(long)]
    anew: bool,
    #[command(flatten)]
    flags: SetupFlags,
    #[command(flatten)]
    output: Output,
}

/// Runs `prd worktree setup`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let session = Session::open_recovered(app, false)?;
    let reading = session.read()?;
    let prd = reading.prd(&session, app, &args.prd)?;
    let tree = session.worktree_of(prd)?;
    let setup = Setup::prepare(app, &session, prd, args.flags)?;
    let anew = args.anew || !session.git.is_setup_pending(&tree)?;
    let done = setup.run(app, &tree, anew)?;
    let answer = SetUp {
        id: prd.id.clone(),
        path: tree.display().to_string(),
        notes: done.notes,
        failed: done.failed,
    };
    let mut report = app.report(args.output, &answer, |answer, _| render::set_up(answer))?;
    if let Some(failure) = &answer.failed {
        app.console.warn(failure);
        report.exit = ErrorKind::Outside.exit_code();
    }
    Ok(report)
}
