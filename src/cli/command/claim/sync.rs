use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::Output;
use crate::cli::claiming::{Sent, told};
use crate::cli::error::{CommandError, ErrorKind};
use crate::cli::output::Report;
use crate::cli::render::claims as render;
use crate::cli::session::Session;
use crate::domain::report::claims::{Outcome, Synced};

/// Send the claims that were made while the server could not be reached
///
/// Ends with 1 where somebody else had told the server first, and with 4 where it does not answer yet. Every command
/// that claims something sends them too.
#[derive(Debug, Parser)]
pub(super) struct Args {
    #[command(flatten)]
    output: Output,
}

/// Runs `prd claim sync`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let session = Session::open_for_change(app, false)?;
    let remote = super::remote(&session)?;
    let mut sent = Vec::new();
    let mut exit = 0;
    for (entry, result) in session.send_waiting(app, &remote)? {
        let (done, why) = match result {
            Sent::Done => (true, None),
            Sent::Lost(holder) => {
                exit = ErrorKind::Refused.exit_code();
                (false, Some(told(&holder)))
            }
            Sent::Waits(why) => {
                exit = ErrorKind::Outside.exit_code();
                (false, Some(why))
            }
        };
        sent.push(Outcome { id: entry.id, takes: entry.takes, done, why });
    }
    let answer = Synced { remote, sent };
    let report = app.report(args.output, &answer, |answer, _| render::synced(answer))?;
    Ok(Report { exit, ..report })
}
