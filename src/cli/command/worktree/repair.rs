use std::path::PathBuf;

use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::Output;
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::render::worktrees as render;
use crate::cli::session::Session;
use crate::domain::report::worktrees::{Broken, Repaired, Repairs};
use crate::io::store::journal::absolute;

/// Mend the links between the repository and its worktrees, after one of them was moved
///
/// Looks for moved worktrees where worktrees usually lie; name their new folders where they lie elsewhere. Ends with 1
/// where a worktree is still broken.
#[derive(Debug, Parser)]
pub(super) struct Args {
    /// The folders that worktrees were moved to
    #[arg(value_name = "DIR")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    output: Output,
}

/// Runs `prd worktree repair`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let session = Session::open_for_worktrees(app, false)?;
    let before = session.git.worktrees()?;
    let was_broken: Vec<_> =
        before.iter().filter(|tree| tree.broken_link().is_some()).map(|tree| &tree.git_dir).collect();
    let mut folders: Vec<PathBuf> = args.paths.iter().map(|path| app.env.absolute(path)).collect();
    if let Some(missing) = folders.iter().find(|folder| !folder.is_dir()) {
        return Err(CommandError::not_found(format!("there is no folder {}", missing.display())));
    }
    if folders.is_empty() {
        let parent = &session.config().prd_workflow.worktree.parent_directory;
        folders = session.git.moved_worktrees(&absolute(&session.main_root(), parent))?;
    }
    session.git.repair_worktrees(&folders)?;
    let mut answer = Repairs { repaired: Vec::new(), broken: Vec::new() };
    for tree in session.git.worktrees()?.into_iter().filter(|tree| !tree.is_main && !tree.is_bare) {
        let old = before.iter().find(|old| old.git_dir == tree.git_dir);
        let branch = tree.branch.as_ref().map(ToString::to_string);
        let path = tree.path.display().to_string();
        if let Some(problem) = tree.broken_link() {
            answer.broken.push(Broken { branch, path, problem });
        } else if let Some(old) = old
            && was_broken.contains(&&tree.git_dir)
        {
            answer.repaired.push(Repaired { branch, from: old.path.display().to_string(), path });
        }
    }
    let is_broken = !answer.broken.is_empty();
    Ok(app.report(args.output, &answer, |answer, _| render::repairs(answer))?.refused_if(is_broken))
}
