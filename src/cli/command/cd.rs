use clap::Parser;

use crate::cli::app::App;
use crate::cli::error::CommandError;
use crate::cli::output::Report;

/// Change the shell's folder to a PRD's worktree, or without one to the main worktree; needs `prd shell init`
#[derive(Debug, Parser)]
pub struct Args {
    /// The PRD: id, number, path or a part of its name
    prd: Option<String>,
}

/// Runs `prd cd`, which only a shell's own function can do: it never gets here where that was set up.
pub(super) fn run(args: &Args, _: &App) -> Result<Report, CommandError> {
    let place = args.prd.as_deref().map_or_else(String::new, |prd| format!(" {prd}"));
    Err(CommandError::usage("a program cannot change the folder of your shell; a function of the shell can")
        .hint("in ~/.bashrc: eval \"$(prd shell init bash)\"; `prd shell init --help` has the other shells")
        .hint(format!("or now: cd \"$(prd worktree path{place})\"")))
}
