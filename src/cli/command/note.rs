use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::{ChangeFlags, Output, TransitionFlags};
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::planning;
use crate::cli::transition;
use crate::domain::lifecycle::note;

/// Leave a note for a team, or for all of them
///
/// A note is a tracked record: it reaches the others as every change does, and they read it with prd inbox.
#[derive(Debug, Parser)]
#[command(override_usage = "prd note [OPTIONS] <TEAM> <TEXT>\n       prd note [OPTIONS] --all <TEXT>")]
pub struct Args {
    /// The team; with --all, what the note says
    team: String,
    /// What the note says
    text: Option<String>,
    /// Address all teams
    #[arg(long)]
    all: bool,
    /// The PRD that the note is about
    #[arg(long, value_name = "ID")]
    prd: Option<String>,
    #[command(flatten)]
    change: ChangeFlags,
    #[command(flatten)]
    output: Output,
}

/// Runs `prd note`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let (name, text) = match (&args.text, args.all) {
        (Some(text), false) => (Some(args.team.as_str()), text),
        (None, true) => (None, &args.team),
        (Some(_), true) => {
            return Err(CommandError::usage("a note goes to one team or to all, not to both")
                .hint("prd note --all \"TEXT\""));
        }
        (None, false) => {
            return Err(CommandError::usage("a note needs a team and what it says")
                .hint("prd note TEAM \"TEXT\", or prd note --all \"TEXT\""));
        }
    };
    let flags = TransitionFlags::from(args.change);
    let change = transition::change_beside(app, &flags, |session, reading, snapshot| {
        planning::require_cross_team(session)?;
        let team = name.map(|name| planning::team(reading, session, name)).transpose()?;
        let prd = args.prd.as_deref().map(|name| reading.prd(session, app, name)).transpose()?;
        let title = team.as_ref().map_or_else(|| "to all teams".to_owned(), |team| format!("to {team}"));
        Ok((note::plan(snapshot, team, prd.map(|prd| prd.id.clone()), text)?, title))
    })?;
    transition::finish(app, args.output, &change)
}
