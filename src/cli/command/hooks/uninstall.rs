use clap::Parser;

use super::folder::There;
use crate::cli::app::App;
use crate::cli::args::Output;
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::render::hooks as render;
use crate::domain::hooks::install;

/// Take our lines out of all hooks, and put back what was there
///
/// What was there before is restored to the byte; what was written into a hook since stays.
#[derive(Debug, Parser)]
pub(super) struct Args {
    /// Print what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    output: Output,
}

/// Runs `prd hooks uninstall`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let there = There::look(app)?;
    let change = there.apply(install::uninstall(&there.folder), args.dry_run)?;
    app.report(args.output, &change, |change, _| render::change(change))
}
