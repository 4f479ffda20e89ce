use std::path::PathBuf;

use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::Output;
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::render::worktrees as render;
use crate::cli::session::Session;
use crate::domain::report::worktrees::{Restoration, TrashEntry, TrashList};
use crate::io::git::worktree::add::WorktreeError;
use crate::io::git::worktree::restore::RestoreError;
use crate::io::git::worktree::trash::Trashed;

/// Bring a removed worktree back: its branch, its files, and the ignored ones that were kept
///
/// Without a name it lists what can be restored. A file that is there is never overwritten: what was kept of it stays
/// in the trash.
#[derive(Debug, Parser)]
pub(super) struct Args {
    /// What was removed: PRD, branch, folder or the name of the entry; the newest counts
    #[arg(value_name = "PRD|BRANCH|PATH|ENTRY")]
    name: Option<String>,
    /// Restore it in this folder instead of its own
    #[arg(long, value_name = "DIR", requires = "name")]
    path: Option<PathBuf>,
    /// Print what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    output: Output,
}

/// Runs `prd worktree restore`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let Some(name) = &args.name else {
        let session = Session::open(app)?;
        let trash = session.git.trash()?.iter().map(entry).collect();
        return app.report(args.output, &TrashList { trash }, |list, _| render::trash(list));
    };
    let session = Session::open_for_worktrees(app, args.dry_run)?;
    let trash = session.git.trash()?;
    let found = find(&session, app, &trash, name)?;
    let path = args.path.as_ref().map(|path| app.env.absolute(path));
    let target = path.clone().unwrap_or_else(|| found.kept.path.clone());
    if args.dry_run {
        session.git.check_restore(found, &target).map_err(|error| explain(error, found))?;
    }
    let answer = if args.dry_run {
        Restoration {
            dry_run: true,
            name: found.name.clone(),
            path: target.display().to_string(),
            branch: found.kept.branch.as_ref().map(ToString::to_string),
            tip: found.kept.tip.as_ref().map(ToString::to_string),
            moved_on: false,
            files: found.files.clone(),
            left: Vec::new(),
        }
    } else {
        let done =
            session.git.restore_worktree(found, path.as_deref()).map_err(|error| explain(error, found))?;
        Restoration {
            dry_run: false,
            name: found.name.clone(),
            path: done.path.display().to_string(),
            branch: done.branch.map(|branch| branch.to_string()),
            tip: Some(done.tip.to_string()),
            moved_on: done.moved_on,
            files: done.files,
            left: done.left,
        }
    };
    app.report(args.output, &answer, |answer, _| render::restoration(answer))
}

/// The newest entry that a name means.
fn find<'a>(
    session: &Session,
    app: &App,
    trash: &'a [Trashed],
    name: &str,
) -> Result<&'a Trashed, CommandError> {
    let path = app.env.absolute(std::path::Path::new(name));
    let by_name = trash.iter().find(|entry| {
        let branch = entry.kept.branch.as_ref().is_some_and(|branch| branch.as_str() == name);
        branch || entry.name == name || entry.kept.path == path
    });
    if let Some(found) = by_name {
        return Ok(found);
    }
    let none = |what: &str| {
        CommandError::not_found(format!("the trash holds no worktree of {what}"))
            .hint("`prd worktree restore` lists what it holds")
    };
    // The trash may hold the worktree of a PRD that is gone.
    let same = |entry: &&Trashed| entry.kept.label.eq_ignore_ascii_case(name);
    if let Some(found) = trash.iter().find(same) {
        return Ok(found);
    }
    let reading = session.read()?;
    let prd = reading.prd(session, app, name)?;
    let label = prd.id.canonical();
    let branch = prd.branch.as_deref();
    let its_own = |entry: &&Trashed| {
        entry.kept.label == label
            || branch.is_some() && entry.kept.branch.as_ref().map(|own| own.as_str()) == branch
    };
    trash.iter().find(its_own).ok_or_else(|| none(&prd.id.to_string()))
}

fn explain(error: RestoreError, entry: &Trashed) -> CommandError {
    let hint = match &error {
        RestoreError::BranchElsewhere { tip, .. } => {
            Some(format!("take its commit under another name: git branch NAME {tip}"))
        }
        RestoreError::Worktree(WorktreeError::PathTaken { .. } | WorktreeError::PathRegistered { .. }) => {
            Some(format!("another folder: prd worktree restore {} --path DIR", entry.name))
        }
        RestoreError::NoCommit { .. } | RestoreError::Worktree(_) => None,
    };
    let error = CommandError::from(error);
    match hint {
        Some(hint) => error.hint(hint),
        None => error,
    }
}

fn entry(trashed: &Trashed) -> TrashEntry {
    let kept = &trashed.kept;
    TrashEntry {
        name: trashed.name.clone(),
        label: kept.label.clone(),
        branch: kept.branch.as_ref().map(ToString::to_string),
        tip: kept.tip.as_ref().map(ToString::to_string),
        path: kept.path.display().to_string(),
        removed: kept.removed,
        files: trashed.files.clone(),
    }
}
