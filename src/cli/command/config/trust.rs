use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::Output;
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::render::trust as render;
use crate::cli::session::Session;
use crate::cli::trust;
use crate::domain::config::trust::{Approval, Text, TrustReport, content_hash};

/// Approve what the repository's configuration runs, sends or copies
///
/// A repository's configuration can name commands, addresses and files. None of them is used before you have seen
/// and approved its exact text, once for each repository; a text that changes is asked for again. Your own
/// configuration file and the environment need no approval. What you approve is kept in your state folder
/// ($XDG_STATE_HOME/prd), never in the repository.
///
/// Without a terminal nothing can be approved except by the hash of all of it: with --trust-config HASH this command
/// keeps the approval, and any other command takes it for its own run. --yes never approves anything.
#[derive(Debug, Parser)]
pub(super) struct Args {
    /// Only show what needs approval and what has it
    #[arg(long, conflicts_with = "revoke")]
    list: bool,
    /// Take back all approvals of this repository
    #[arg(long)]
    revoke: bool,
    #[command(flatten)]
    output: Output,
}

/// Runs `prd config trust`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let session = Session::open(app)?;
    let store = session.trust_store(app)?.ok_or_else(|| {
        CommandError::refused("there is no folder to keep approvals in").hint("set HOME or XDG_STATE_HOME")
    })?;
    let all = trust::texts(app, &session.loaded);
    if args.revoke {
        let revoked = store.revoke_all()?;
        app.console.note(&format!("took back {revoked} approvals"));
    } else if !args.list {
        let missing: Vec<Approval> = all.iter().filter(|text| !store.is_granted(text)).cloned().collect();
        let approved =
            missing.is_empty() || trust::is_named(app, &all) || (app.can_ask() && trust::ask(app, &missing)?);
        if !approved {
            return Err(trust::refusal(app, &all, &missing));
        }
        missing.iter().try_for_each(|approval| store.grant(approval, app.env.now))?;
    }
    let text = |approval: &Approval| Text {
        key: approval.key.clone(),
        text: approval.text.clone(),
        approved: store.is_granted(approval),
    };
    let report = TrustReport { texts: all.iter().map(text).collect(), hash: content_hash(&all) };
    app.report(args.output, &report, |report, _| render::report(report))
}
