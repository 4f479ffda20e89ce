use clap::Parser;
use serde::Serialize;

use crate::cli::app::App;
use crate::cli::args::Output;
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::session::Session;
use crate::domain::model::branch::BranchName;
use crate::domain::model::id::PrdId;
use crate::domain::model::state::State;

/// Print the folder of a PRD's worktree, or of the main one: cd "$(prd worktree path SVC-128)"
#[derive(Debug, Parser)]
pub(super) struct Args {
    /// The PRD: id, number, path or a part of its name; without one it is the main worktree
    prd: Option<String>,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Serialize)]
struct Place {
    id: Option<PrdId>,
    path: String,
}

/// Runs `prd worktree path`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let session = Session::open(app)?;
    let Some(name) = &args.prd else {
        let place = Place { id: None, path: session.main_root().display().to_string() };
        return app.report(args.output, &place, |place, _| place.path.clone());
    };
    let reading = session.read()?;
    let prd = reading.prd(&session, app, name)?;
    let branch = prd.branch.as_deref().and_then(|name| BranchName::new(name).ok());
    let tree = branch.map(|branch| session.git.worktree_of(&branch)).transpose()?.flatten();
    match tree.filter(|tree| !tree.is_missing) {
        Some(tree) => {
            let place = Place { id: Some(prd.id.clone()), path: tree.path.display().to_string() };
            app.report(args.output, &place, |place, _| place.path.clone())
        }
        None => {
            let id = &prd.id;
            let error = CommandError::not_found(format!("{id} has no worktree in this clone"));
            Err(match prd.state {
                State::Ready => error.hint(format!("prd start {id}")),
                State::InProgress => error.hint(format!("prd pause {id} && prd start {id}")),
                State::Draft | State::Review | State::Complete | State::Archived => {
                    error.hint(format!("it is {}; PRDs in progress have one", prd.state))
                }
            })
        }
    }
}
