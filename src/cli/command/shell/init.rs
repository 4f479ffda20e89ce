use clap::{Parser, ValueEnum};

use crate::cli::app::App;
use crate::cli::error::CommandError;
use crate::cli::output::Report;

/// Print what a shell's start-up file is to run: eval "$(prd shell init bash)"
#[derive(Debug, Parser)]
pub(super) struct Args {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Shell {
    /// In ~/.bashrc: eval "$(prd shell init bash)"
    Bash,
    /// In ~/.zshrc, after compinit: eval "$(prd shell init zsh)"
    Zsh,
    /// In config.fish: prd shell init fish | source
    Fish,
    /// Save it, and source that file in config.nu
    Nushell,
    /// In $PROFILE: prd shell init powershell | Out-String | Invoke-Expression
    Powershell,
}

/// Runs `prd shell init`.
pub(super) fn run(args: &Args, _: &App) -> Result<Report, CommandError> {
    Ok(Report::text(match args.shell {
        Shell::Bash => include_str!("../../../../templates/shell/init.bash"),
        Shell::Zsh => include_str!("../../../../templates/shell/init.zsh"),
        Shell::Fish => include_str!("../../../../templates/shell/init.fish"),
        Shell::Nushell => include_str!("../../../../templates/shell/init.nu"),
        Shell::Powershell => include_str!("../../../../templates/shell/init.ps1"),
    }))
}
