use std::time::Duration;

use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::Output;
use crate::cli::claiming;
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::render::claims as render;
use crate::cli::session::Session;
use crate::domain::report::claims::Released;
use crate::io::git::claims::ClaimKind;

/// How long the server may take.
const LIMIT: Duration = Duration::from_secs(30);

/// Break the claim of a PRD, whoever has it
///
/// For a claim whose owner does not work on it any more. The PRD itself stays where it is.
#[derive(Debug, Parser)]
pub(super) struct Args {
    /// The PRD: id, number, path or a part of its name
    prd: String,
    #[command(flatten)]
    output: Output,
}

/// Runs `prd claim release`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let session = Session::open_recovered(app, false)?;
    let remote = super::remote(&session)?;
    let reading = session.read()?;
    let id = reading.prd(&session, app, &args.prd)?.id.clone();
    let Some(claim) = session.git.remote_claims(&remote, ClaimKind::Work, Some(&id), LIMIT)?.pop() else {
        session.git.record_own_claim(&id, None)?;
        return Err(CommandError::not_found(format!("{remote} has no claim of {id}"))
            .hint("prd claim list shows those that it has"));
    };
    if !session.git.push_release(&remote, ClaimKind::Work, &id, &claim.oid, LIMIT)? {
        return Err(CommandError::refused(format!("the claim of {id} changed hands in the meantime"))
            .hint("prd claim list shows who has it now"));
    }
    if session.git.own_claim(&id)?.as_ref() == Some(&claim.oid) {
        session.git.record_own_claim(&id, None)?;
    }
    let answer = Released { id, was: claiming::told(&claim) };
    app.report(args.output, &answer, |answer, _| render::released(answer))
}
