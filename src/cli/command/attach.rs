use clap::Parser;

use crate::cli::app::App;
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::session::Session;
use crate::cli::setup;
use crate::io::tools::tmux;

/// Go to the tmux session of a PRD's worktree, begun where there is none
///
/// The session is named after the PRD, and its folder is the worktree. Inside of tmux the client switches to it.
#[derive(Debug, Parser)]
pub struct Args {
    /// The PRD: id, number, path or a part of its name
    prd: String,
}

/// Runs `prd attach`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let session = Session::open(app)?;
    let reading = session.read()?;
    let prd = reading.prd(&session, app, &args.prd)?;
    let tree = session.worktree_of(prd)?;
    let name = setup::session_for(app, &prd.id, &tree)?;
    if !app.env.interactive && app.env.var("TMUX").is_none() {
        return Err(CommandError::refused(format!("the session {name} is there, and here is no terminal"))
            .hint(format!("on a terminal: tmux attach -t ={name}")));
    }
    tmux::attach(&app.env, &name)?;
    Ok(Report::text(""))
}
