//! `prd claim`: who works on what, told by a server that several clones share.

use clap::{Parser, Subcommand};

use crate::cli::app::App;
use crate::cli::error::CommandError;
use crate::cli::output::Report;

mod list;
mod release;
mod sync;

/// Look at claims on the server, break stale ones, and send those that wait
///
/// With prd_workflow.claims.remote, ids are reserved and PRDs are started on that remote too, so that of any number
/// of clones exactly one wins.
#[derive(Debug, Parser)]
pub struct Args {
    #[command(subcommand)]
    command: Claim,
}

#[derive(Debug, Subcommand)]
enum Claim {
    List(list::Args),
    Release(release::Args),
    Sync(sync::Args),
}

/// Runs `prd claim`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    match &args.command {
        Claim::List(args) => list::run(args, app),
        Claim::Release(args) => release::run(args, app),
        Claim::Sync(args) => sync::run(args, app),
    }
}

/// The server, or where to name one.
fn remote(session: &crate::cli::session::Session) -> Result<String, CommandError> {
    session.claims_remote()?.ok_or_else(|| {
        CommandError::refused("no server is asked for claims")
            .hint("name a remote in prd_workflow.claims.remote: \"origin\"")
    })
}
