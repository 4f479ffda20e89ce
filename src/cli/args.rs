//! The command line: what is common to all commands. Each command's own arguments lie with it.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Parser, ValueEnum};

use super::command::Command;
use crate::domain::lifecycle::plan::Consent;

/// Plan in Markdown, work in git
///
/// PRDs are Markdown files; the folder a PRD lies in is its state. `prd` reads them whatever their
/// dialect, moves them through their states, gives each its branch and worktree, and reports who is on
/// track, who waits for whom, and what to do next.
#[derive(Debug, Parser)]
#[command(name = "prd", version, propagate_version = false, max_term_width = 100)]
#[command(after_help = "Exit codes: 0 done, 1 a rule said no, 2 wrong usage or configuration, \
    3 not found or ambiguous, 4 something outside failed, 70 a bug of ours, 130 interrupted.")]
pub struct Cli {
    /// What every command takes.
    #[command(flatten)]
    pub global: Global,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// What every command takes.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Read this configuration instead of .claude/config.json
    #[arg(long, global = true, value_name = "FILE", env = "PRD_CONFIG", hide_env = true)]
    pub config: Option<PathBuf>,
    /// Work on the repository of this folder
    #[arg(long, global = true, value_name = "DIR")]
    pub repo: Option<PathBuf>,
    /// Take this day as today: 2025-06-02
    #[arg(long, global = true, value_name = "DATE", env = "PRD_AS_OF", hide_env = true)]
    pub as_of: Option<NaiveDate>,
    /// Print without colours (also: NO_COLOR)
    #[arg(long, global = true)]
    pub no_color: bool,
    /// Say nothing but answers, warnings and errors
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Take the default wherever a question would be asked
    #[arg(long, short, global = true)]
    pub yes: bool,
    /// Let the configuration with this hash run its commands, for this run (see prd config trust)
    #[arg(long, global = true, value_name = "HASH", env = "PRD_TRUST_CONFIG", hide_env = true)]
    pub trust_config: Option<String>,
    /// Take unknown configuration keys as warnings
    #[arg(long, global = true)]
    pub lenient: bool,
}

/// How the answer is printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For scripts: a document with `schema: 1`.
    Json,
}

/// The flag of commands that print for people and for scripts.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct Output {
    /// How to print the answer
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: Format,
}

/// The flags of a transition.
#[derive(Debug, Clone, Default, Args)]
pub struct TransitionFlags {
    /// Print what would be done, and do nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Override the guards that may be overridden; needs --reason
    #[arg(long)]
    pub force: bool,
    /// Why; it is kept in the event and shown in reports
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Do not run git's pre-commit and commit-msg hooks for the transition's commit
    #[arg(long)]
    pub no_verify: bool,
}

/// The flags of commands that change files and commit them.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct ChangeFlags {
    /// Print what would be done, and do nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Do not run git's pre-commit and commit-msg hooks for what is committed
    #[arg(long)]
    pub no_verify: bool,
}

impl From<ChangeFlags> for TransitionFlags {
    fn from(change: ChangeFlags) -> Self {
        Self { dry_run: change.dry_run, no_verify: change.no_verify, ..Self::default() }
    }
}

/// The flags of commands that remove worktrees.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct ConsentFlags {
    /// Let ignored files go with the worktree that nothing makes again; the trash keeps them for 14 days
    #[arg(long)]
    pub discard_ignored: bool,
    /// Remove the worktree also where the shell is in it, and take the shell to the main worktree (see prd shell init)
    #[arg(long)]
    pub cd: bool,
}

impl ConsentFlags {
    /// What the user agreed to.
    #[must_use]
    pub const fn of(self) -> Consent {
        Consent { discard_ignored: self.discard_ignored, leaves_shell: self.cd }
    }
}

/// The flags of commands that make a worktree.
#[derive(Debug, Clone, Copy, Default, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct SetupFlags {
    /// Do not install dependencies in the new worktree
    #[arg(long)]
    pub no_install: bool,
    /// Do not copy, link or run in the new worktree what the configuration's worktree keys name
    #[arg(long)]
    pub no_setup: bool,
    /// Open the new worktree in the editor
    #[arg(long)]
    pub editor: bool,
    /// Begin a tmux session in the new worktree; prd attach goes there
    #[arg(long)]
    pub tmux: bool,
}

/// The flags of commands that begin work: they look whether home is up to date, and make a worktree.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct StartFlags {
    /// Do not fetch before looking whether home is up to date
    #[arg(long)]
    pub no_fetch: bool,
    /// What is done in the worktree
    #[command(flatten)]
    pub setup: SetupFlags,
}
