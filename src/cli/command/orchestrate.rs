use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::{Parser, ValueEnum};

use crate::cli::app::App;
use crate::cli::error::CommandError;
use crate::cli::output::Report as Answer;
use crate::cli::planning;
use crate::cli::render::{dot, mermaid, report_markdown, terminal};
use crate::cli::session::{Reading, Session};
use crate::domain::graph::schedule::Schedule;
use crate::domain::model::people::TeamName;
use crate::domain::model::state::State;
use crate::domain::orchestrate::build::{self, Extras};
use crate::domain::orchestrate::options::Filter;
use crate::domain::orchestrate::report::Report;
use crate::io::files;

/// Report who is on track, who waits for whom, when each is done, the critical path, and what to do next
#[derive(Debug, Parser)]
pub struct Args {
    /// Show only the PRDs of this team; may be repeated
    #[arg(long, short, value_name = "TEAM")]
    team: Vec<String>,
    /// Show only the PRDs in this state; may be repeated
    #[arg(long, short, value_name = "STATE")]
    state: Vec<State>,
    /// Show only this PRD; may be repeated
    #[arg(long, value_name = "ID")]
    id: Vec<String>,
    /// How to print the report
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// Write the report to this file instead
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Markdown, rendered where a terminal shows it
    #[default]
    Text,
    /// Markdown as it is
    Markdown,
    /// The whole model
    Json,
    /// The graph for Mermaid
    Mermaid,
    /// The graph for Graphviz
    Dot,
}

/// Runs `prd orchestrate`.
pub(super) fn run(args: &Args, app: &App) -> Result<Answer, CommandError> {
    let session = Session::open(app)?;
    planning::require_enabled(&session)?;
    let reading = session.read()?;
    let mut filter = Filter {
        teams: args.team.iter().map(|name| team(&reading, &session, name)).collect::<Result<_, _>>()?,
        states: args.state.clone(),
        ids: Vec::new(),
    };
    for name in &args.id {
        filter.ids.push(reading.prd(&session, app, name)?.id.clone());
    }
    let graph = reading.graph(session.config());
    let facts = planning::facts(app, &session, &reading)?;
    let options = planning::options(session.config(), filter);
    let schedule = Schedule::of(&graph, &facts);
    let drift = reading
        .portfolio
        .prds()
        .iter()
        .flat_map(|prd| prd.problems.iter().filter(|problem| problem.rule == "status-drift").cloned());
    let extras = Extras { problems: drift.collect(), ..Extras::default() };
    let report = build::report(&graph, &schedule, &facts, &options, extras);
    reading.warn(app);
    let to_terminal = args.out.is_none() && app.env.stdout_is_terminal;
    let answer = render(args.format, &report, to_terminal.then_some(app.env.width))?;
    match &args.out {
        None => Ok(answer),
        Some(file) => {
            let path = app.env.absolute(file);
            files::replace(&path, answer.body.as_bytes())?;
            app.console.note(&format!("wrote {}", file.display()));
            Ok(Answer::text(""))
        }
    }
}

fn render(format: Format, report: &Report, terminal_width: Option<usize>) -> Result<Answer, CommandError> {
    let markdown = || report_markdown::report_markdown(report);
    Ok(match (format, terminal_width) {
        (Format::Text, Some(width)) => Answer::text(terminal::terminal(&markdown(), width)),
        (Format::Text, None) | (Format::Markdown, _) => Answer::text(markdown()),
        (Format::Json, _) => Answer::json(report)?,
        (Format::Mermaid, _) => Answer::text(mermaid::mermaid(report)),
        (Format::Dot, _) => Answer::text(dot::dot(report)),
    })
}

/// A team that PRDs or the configuration name.
fn team(reading: &Reading, session: &Session, name: &str) -> Result<TeamName, CommandError> {
    let named = reading.portfolio.prds().iter().flat_map(|prd| prd.teams.iter().cloned());
    let configured = session.config().teams.keys().filter_map(|name| TeamName::new(name));
    let known: BTreeSet<TeamName> = named.chain(configured).collect();
    let names: Vec<&str> = known.iter().map(TeamName::as_str).collect();
    TeamName::new(name).filter(|team| known.contains(team)).ok_or_else(|| {
        let error = CommandError::not_found(format!("no team is named `{name}`"));
        if names.is_empty() {
            error.hint("no PRD names a team: prd set ID Team=NAME")
        } else {
            error.hint(format!("the teams are {}", names.join(", ")))
        }
    })
}
