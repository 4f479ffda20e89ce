use chrono::NaiveDate;
use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::{ChangeFlags, Output, TransitionFlags};
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::planning;
use crate::cli::transition::{self, Context};
use crate::domain::graph::schedule::Schedule;
use crate::domain::lifecycle::check_in::{self, Said};
use crate::domain::model::calendar;
use crate::domain::model::dependency::DependencyKind;
use crate::domain::model::effort::Effort;

/// Say how a PRD goes: when it is done, what blocks it, or only that it is still worked on
///
/// A check-in is kept as a record and counts as a sign of life. --eta sets the field Remaining, --contract-eta the field
/// Contract ETA, --blocker the field Blocked; what the schedule says follows from them. After a check-in, home's Remaining
/// and Blocked count and no longer the branch's.
#[derive(Debug, Parser)]
pub struct Args {
    /// The PRD: id, number, path or a part of its name
    prd: String,
    /// Anything else that is worth saying
    text: Option<String>,
    /// When it is done, as a day (2025-06-20), or how much work is left (4d, 1-2 weeks)
    #[arg(long, value_name = "DATE|DURATION")]
    eta: Option<String>,
    /// By which day its contract is published
    #[arg(long, value_name = "DATE")]
    contract_eta: Option<NaiveDate>,
    /// What blocks it
    #[arg(long, value_name = "TEXT", conflicts_with = "clear_blocker")]
    blocker: Option<String>,
    /// Nothing blocks it any more
    #[arg(long)]
    clear_blocker: bool,
    #[command(flatten)]
    change: ChangeFlags,
    #[command(flatten)]
    output: Output,
}

/// Runs `prd checkin`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let flags = TransitionFlags::from(args.change);
    let one_line = |text: &Option<String>| {
        let text = text.as_ref()?.split_whitespace().collect::<Vec<_>>().join(" ");
        (!text.is_empty()).then_some(text)
    };
    if args.blocker.is_some() && one_line(&args.blocker).is_none() {
        return Err(CommandError::usage("--blocker says nothing").hint("nothing blocks it: --clear-blocker"));
    }
    let change = transition::change(app, &args.prd, &flags, |context| {
        let mut said = Said {
            contract_eta: args.contract_eta,
            blocker: one_line(&args.blocker),
            clear_blocker: args.clear_blocker,
            text: one_line(&args.text),
            ..Said::default()
        };
        let mut notes = Vec::new();
        if let Some(text) = &args.eta {
            notes = promise(app, context, text.trim(), &mut said)?;
        }
        let mut plan = check_in::plan(&context.snapshot, context.subject, said)?;
        plan.notes.extend(notes);
        Ok(plan)
    })?;
    transition::finish(app, args.output, &change)
}

/// Takes a promised day, or the work that is left. Gives what stands against it.
fn promise(
    app: &App,
    context: Context<'_>,
    text: &str,
    said: &mut Said,
) -> Result<Vec<String>, CommandError> {
    let Some(day) = calendar::read_date(text) else {
        let units = context.session.config().effort_units();
        if Effort::read(text).and_then(|effort| effort.days(&units)).is_none() {
            return Err(CommandError::usage(format!("`{text}` is neither a day nor a duration"))
                .hint("a day as 2025-06-20, a duration as 4d, 1 week, 2-3 days"));
        }
        said.remaining = Some(text.to_owned());
        return Ok(Vec::new());
    };
    let id = &context.subject.prd.id;
    let graph = context.snapshot.graph;
    let facts = planning::facts(app, context.session, context.reading)?;
    let schedule = Schedule::of(graph, &facts);
    let Some(node) = graph.node(id) else { return Ok(Vec::new()) };
    let days = check_in::days_until(&schedule, &facts, (id, node), day).map_err(|error| {
        CommandError::refused(error.to_string()).hint("say how much work is left instead: --eta 4d")
    })?;
    said.eta = Some(day);
    said.remaining = Some(format!("{days}d"));
    let later = graph
        .prerequisites(node)
        .filter(|edge| edge.kind == DependencyKind::Finish && edge.blocks_completion())
        .filter_map(|edge| Some((schedule.entry(edge.prerequisite)?.finish?, edge.prerequisite)))
        .filter(|(finish, _)| *finish > facts.day(day))
        .max();
    Ok(later
        .into_iter()
        .map(|(_, other)| format!("{} must finish first, and ends later", graph.id(other)))
        .collect())
}
