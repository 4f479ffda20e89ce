use clap::Parser;

use super::folder::There;
use crate::cli::app::App;
use crate::cli::args::Output;
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::render::hooks as render;
use crate::domain::hooks::install::{File, Found};
use crate::domain::hooks::script;
use crate::domain::report::hooks::{HookStatus, Status};

/// Show which hooks are installed, and what runs beside them
#[derive(Debug, Parser)]
pub(super) struct Args {
    #[command(flatten)]
    output: Output,
}

/// Runs `prd hooks status`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let there = There::look(app)?;
    let folder = &there.folder;
    let hooks = folder
        .hooks
        .iter()
        .map(|found| HookStatus {
            hook: found.hook,
            standing: folder.standing(found, &there.program),
            chained: is_chained(found),
        })
        .collect();
    let status =
        Status { folder: folder.path.clone(), own: folder.is_own, managers: folder.managers(), hooks };
    app.report(args.output, &status, |status, _| render::status(status))
}

/// True where the hook runs anything that is not ours.
fn is_chained(found: &Found) -> bool {
    match &found.file {
        File::None | File::Other => found.has_aside,
        File::Text(text) => {
            found.has_aside || script::without_ours(text).is_none_or(|removed| !removed.is_empty())
        }
    }
}
