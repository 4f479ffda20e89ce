use chrono::NaiveDate;
use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::Output;
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::planning;
use crate::cli::render::inbox as render;
use crate::cli::session::Session;
use crate::domain::report::inbox::{Ask, Inbox};
use crate::io::store::{inbox as marks, records};

/// Show the notes to your teams that you have not read, newest first
///
/// Your teams are those whose lead or members you are, by git's name or address; where you are in none, the notes to all
/// teams are shown. What you have read is kept in this clone alone.
#[derive(Debug, Parser)]
pub struct Args {
    /// Show the notes to this team instead; may be repeated
    #[arg(long, short, value_name = "TEAM")]
    team: Vec<String>,
    /// Show those too that you have read or written
    #[arg(long)]
    all: bool,
    /// Show only those of this day and later
    #[arg(long, value_name = "DATE")]
    since: Option<NaiveDate>,
    /// Mark what is shown as read
    #[arg(long)]
    mark_read: bool,
    #[command(flatten)]
    output: Output,
}

/// Runs `prd inbox`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let session = Session::open(app)?;
    planning::require_cross_team(&session)?;
    let reading = session.read()?;
    let who = session.actor()?;
    let teams = if args.team.is_empty() {
        session.config().teams_of(&who)
    } else {
        args.team.iter().map(|name| planning::team(&reading, &session, name)).collect::<Result<_, _>>()?
    };
    let (notes, problems) = records::notes(&session.files(), &session.config().directories().records());
    if !problems.is_empty() {
        app.console.warn("some notes could not be read: prd lint");
    }
    let private = session.git.private_dir();
    let read = marks::read_by(&private, &who);
    let inbox = Inbox::of(notes, Ask { who: &who, teams, read: &read, all: args.all, since: args.since });
    if args.mark_read {
        marks::mark(&private, &who, inbox.notes.iter().map(|note| note.name.clone()))?;
    }
    app.report(args.output, &inbox, |inbox, _| render::inbox(inbox, args.mark_read))
}
