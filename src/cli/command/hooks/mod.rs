//! `prd hooks`: git's hooks of this clone.

use clap::{Parser, Subcommand};

use crate::cli::app::App;
use crate::cli::error::CommandError;
use crate::cli::output::Report;

mod branch;
mod commit;
mod folder;
mod install;
mod merge;
mod message;
mod run;
mod status;
mod uninstall;

/// Install git hooks that check PRDs before they are committed, merged and pushed
///
/// pre-commit: the staged PRDs have an id of their own, make legal moves and close no cycle; files of other services are
/// named; secrets are looked for where `security.auto_scan_on_commit` is on. prepare-commit-msg and commit-msg: the message
/// names the PRD of the branch. pre-merge-commit and pre-push: what comes of the merge has no id twice and no cycle.
/// post-merge and post-checkout: PRDs whose branch is merged are named. A hook never stops git for a failure of its own.
#[derive(Debug, Parser)]
pub struct Args {
    #[command(subcommand)]
    command: Hooks,
}

#[derive(Debug, Subcommand)]
enum Hooks {
    Install(install::Args),
    Status(status::Args),
    Uninstall(uninstall::Args),
    Run(run::Args),
}

/// Runs `prd hooks`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    match &args.command {
        Hooks::Install(args) => install::run(args, app),
        Hooks::Status(args) => status::run(args, app),
        Hooks::Uninstall(args) => uninstall::run(args, app),
        Hooks::Run(args) => run::run(args, app),
    }
}
