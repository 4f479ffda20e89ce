use clap::{Parser, ValueEnum};

use crate::cli::app::App;
use crate::cli::args::{ChangeFlags, ConsentFlags, Output, TransitionFlags};
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::transition;
use crate::domain::lifecycle::archive;
use crate::domain::lifecycle::event::ArchiveReason;
use crate::domain::lifecycle::guard::Override;
use crate::domain::lifecycle::snapshot::Request;

/// Put a PRD away, for a reason
#[derive(Debug, Parser)]
pub struct Args {
    /// The PRD: id, number, path or a part of its name
    prd: String,
    /// Why it is put away
    #[arg(long, value_enum, value_name = "REASON")]
    reason: Reason,
    /// The PRD that does its work now; goes with `--reason superseded`
    #[arg(long, value_name = "ID")]
    by: Option<String>,
    /// What else there is to say; it is kept in the event
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    #[command(flatten)]
    change: ChangeFlags,
    #[command(flatten)]
    consent: ConsentFlags,
    #[command(flatten)]
    output: Output,
}

/// The reasons, as the command line spells them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Reason {
    /// It is complete, and old
    Completed,
    /// It will not be done
    Cancelled,
    /// Another PRD does it
    Superseded,
    /// It cannot be done now
    Blocked,
    /// Any other reason
    Other,
}

/// Runs `prd archive`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let reason = match args.reason {
        Reason::Completed => ArchiveReason::Completed,
        Reason::Cancelled => ArchiveReason::Cancelled,
        Reason::Superseded => ArchiveReason::Superseded,
        Reason::Blocked => ArchiveReason::Blocked,
        Reason::Other => ArchiveReason::Other,
    };
    let request =
        Request { overriding: Override { force: false, reason: args.note.clone() }, acting_as: None };
    let flags = TransitionFlags::from(args.change);
    transition::run(app, &args.prd, &flags, args.output, |context| {
        let successor =
            args.by.as_deref().map(|name| context.snapshot.portfolio.resolve(name)).transpose()?;
        let worktree = context.worktree_facts(args.consent.of())?;
        Ok(archive::plan(&context.snapshot, context.subject, reason, successor, worktree.as_ref(), &request)?)
    })
}
