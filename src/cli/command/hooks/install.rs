use clap::Parser;

use super::folder::There;
use crate::cli::app::App;
use crate::cli::args::Output;
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::render::hooks as render;
use crate::domain::hooks::install;
use crate::domain::hooks::name::Hook;

/// Install the hooks, beside those that are there
///
/// A shell script keeps its lines and gets ours before them. Any other hook is set aside and called by ours. Folders that
/// others share (`core.hooksPath`, husky) are left alone, and the lines to add are printed. Running it again brings the
/// hooks up to date.
#[derive(Debug, Parser)]
pub(super) struct Args {
    /// Only these hooks
    #[arg(value_name = "HOOK", value_parser = clap::value_parser!(Hook))]
    hooks: Vec<Hook>,
    /// Print what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    output: Output,
}

/// Runs `prd hooks install`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let there = There::look(app)?;
    let wanted = if args.hooks.is_empty() { Hook::ALL.to_vec() } else { args.hooks.clone() };
    let outline = install::install(&there.folder, &wanted, &there.program);
    let change = there.apply(outline, args.dry_run)?;
    app.report(args.output, &change, |change, _| render::change(change))
}
