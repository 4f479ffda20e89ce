use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::Output;
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::render::config as render;
use crate::cli::session::Session;
use crate::domain::config::explain::Checkup;

/// Check the configuration: unknown keys, wrong values, values that do not fit together
///
/// Ends with 2 where the configuration cannot be used; every wrong value is shown with file, line and column. Else
/// it says which settings have no effect in this version, which are written in an older dialect, and which need
/// your approval because they run a program or send data.
#[derive(Debug, Parser)]
pub(super) struct Args {
    #[command(flatten)]
    output: Output,
}

/// Runs `prd config check`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let session = Session::open(app)?;
    let own_hosts: Vec<&str> = app.env.var("GH_HOST").into_iter().collect();
    let found = Checkup::of(&session.loaded, &own_hosts);
    app.report(args.output, &found, |found, _| render::checkup(found))
}
