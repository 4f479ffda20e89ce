use std::time::Duration;

use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::Output;
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::render::claims as render;
use crate::cli::session::Session;
use crate::domain::report::claims::{Claims, Row, Waiting};
use crate::io::git::claims::ClaimKind;
use crate::io::store::claim_queue;

/// How long the server may take.
const LIMIT: Duration = Duration::from_secs(30);

/// List who works on what, as the server has it, and what waits to be sent
#[derive(Debug, Parser)]
pub(super) struct Args {
    #[command(flatten)]
    output: Output,
}

/// Runs `prd claim list`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let session = Session::open(app)?;
    let remote = super::remote(&session)?;
    let mut claims = Vec::new();
    for claim in session.git.remote_claims(&remote, ClaimKind::Work, None, LIMIT)? {
        let own = session.git.own_claim(&claim.id)?.as_ref() == Some(&claim.oid);
        let (who, host, when) =
            claim.claimant.map_or((None, None, None), |by| (Some(by.who), Some(by.host), Some(by.when)));
        claims.push(Row { id: claim.id, own, who, host, when });
    }
    let waiting = claim_queue::all(session.git.common_dir())
        .into_iter()
        .map(|(_, entry)| Waiting { id: entry.id, takes: entry.takes, since: entry.queued })
        .collect();
    let answer = Claims { remote, claims, waiting };
    app.report(args.output, &answer, |answer, _| render::list(answer))
}
