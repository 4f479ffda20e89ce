use std::path::Path;

use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::{ChangeFlags, Output, TransitionFlags};
use crate::cli::error::CommandError;
use crate::cli::git_facts::from_main;
use crate::cli::output::Report;
use crate::cli::session::Session;
use crate::cli::transition::{self, Context};
use crate::cli::worktrees::branch_of;
use crate::domain::markdown::edit::field;
use crate::domain::model::branch::BranchName;
use crate::domain::model::field::FieldName;
use crate::domain::model::state::State;
use crate::io::git::worktree::list::Worktree;

/// Record a branch, and the worktree that has it, as those of a PRD
///
/// For branches and worktrees that were made by hand: `prd start` then takes them as they are.
#[derive(Debug, Parser)]
pub(super) struct Args {
    /// The PRD: id, number, path or a part of its name
    prd: String,
    /// The branch, or the folder of a worktree; by default the one that you are in
    #[arg(value_name = "BRANCH|PATH")]
    what: Option<String>,
    #[command(flatten)]
    change: ChangeFlags,
    #[command(flatten)]
    output: Output,
}

/// Runs `prd worktree adopt`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let flags = TransitionFlags::from(args.change);
    let change = transition::revise(app, &args.prd, "adopt", &flags, |context| {
        let (branch, tree) = wanted(context.session, app, args.what.as_deref())?;
        require_free(&context, &branch)?;
        let mut text = field::set_field(context.subject.text, &FieldName::Branch, branch.as_str())?;
        text = match &tree {
            Some(tree) => {
                let path = from_main(&context.session.main_root(), &tree.path);
                field::set_field(&text, &FieldName::Worktree, &path)?
            }
            None => field::remove_field(&text, &FieldName::Worktree),
        };
        if !args.change.dry_run {
            record_base(&context, &branch)?;
        }
        Ok(text)
    })?;
    match change {
        Some(change) => transition::finish(app, args.output, &change),
        None => transition::unchanged(app, args.output),
    }
}

/// The branch, and its worktree where it has one.
fn wanted(
    session: &Session,
    app: &App,
    what: Option<&str>,
) -> Result<(BranchName, Option<Worktree>), CommandError> {
    let detached = |tree: &Worktree| {
        CommandError::refused(format!("the worktree {} has no branch", tree.path.display()))
            .hint(format!("git -C {} switch -c NAME", tree.path.display()))
    };
    let with_branch = |tree: Worktree| match tree.branch.clone() {
        Some(branch) => Ok((branch, Some(tree).filter(|tree| !tree.is_main))),
        None => Err(detached(&tree)),
    };
    let here = || session.git.root().unwrap_or_else(|| session.git.cwd()).to_owned();
    let folder = what.map_or_else(here, |what| app.env.absolute(Path::new(what)));
    if let Some(tree) = session.git.worktree_at(&folder)? {
        if tree.is_missing {
            return Err(CommandError::refused(format!("the worktree {} is gone", tree.path.display()))
                .hint("prd worktree repair finds one that was moved"));
        }
        return with_branch(tree);
    }
    let name = what.unwrap_or_default();
    let branch = BranchName::new(name).map_err(|_| {
        CommandError::not_found(format!("{name} is neither a worktree of this clone nor a branch"))
    })?;
    if session.git.branch_tip(&branch)?.is_none() {
        return Err(CommandError::not_found(format!(
            "{name} is neither a worktree of this clone nor a branch of it"
        ))
        .hint("`prd worktree list` shows the worktrees, `git branch` the branches"));
    }
    let tree = session.git.worktree_of(&branch)?.filter(|tree| !tree.is_main && !tree.is_missing);
    Ok((branch, tree))
}

/// The branch is nobody else's, and the PRD has none that would be forgotten.
fn require_free(context: &Context<'_>, branch: &BranchName) -> Result<(), CommandError> {
    let prd = context.subject.prd;
    if context.session.home.branch.as_ref() == Some(branch) {
        return Err(CommandError::refused(format!("{branch} is the home branch, where all PRDs are")));
    }
    if matches!(prd.state, State::Complete | State::Archived) {
        return Err(CommandError::refused(format!("{} is {}", prd.id, prd.state)).hint(format!(
            "prd {} {}",
            if prd.state == State::Complete { "reopen" } else { "restore" },
            prd.id
        )));
    }
    let others = context.snapshot.portfolio.prds().iter();
    if let Some(other) = others.filter(|other| other.id != prd.id).find(|other| {
        !matches!(other.state, State::Complete | State::Archived) && branch_of(other).as_ref() == Some(branch)
    }) {
        return Err(CommandError::refused(format!("{branch} is recorded as the branch of {}", other.id))
            .hint(format!("prd set {} Branch=", other.id)));
    }
    if let Some(own) = branch_of(prd).filter(|own| own != branch)
        && context.session.git.branch_tip(&own)?.is_some()
    {
        return Err(CommandError::refused(format!("{} has the branch {own} already", prd.id))
            .hint(format!("if its work is not needed: prd set {} Branch=", prd.id)));
    }
    Ok(())
}

/// Where the branch leaves home, so that one without any work is known to be new.
fn record_base(context: &Context<'_>, branch: &BranchName) -> Result<(), CommandError> {
    let (git, id) = (&context.session.git, &context.subject.prd.id);
    let (Some(tip), Some(home)) = (git.branch_tip(branch)?, context.session.home.onto()) else {
        return Ok(());
    };
    if let Some(base) = git.merge_base(&tip, home)? {
        git.record_base(id, &base)?;
    }
    Ok(())
}
