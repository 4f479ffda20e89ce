use std::path::PathBuf;

use clap::{Parser, ValueEnum};

use crate::cli::app::App;
use crate::cli::error::CommandError;
use crate::cli::output::Report as Answer;
use crate::cli::render::{csv, difference as rendered, dot, html, mermaid, report_markdown, terminal};
use crate::cli::scope::{Scope, WorkspaceFlag};
use crate::cli::watching::{self, Made, Outlet};
use crate::domain::graph::capacity::Limits;
use crate::domain::graph::dependencies::{Graph, GraphFacts};
use crate::domain::graph::facts::Facts;
use crate::domain::graph::forecast::{self, Ask, Forecast};
use crate::domain::graph::schedule::Schedule;
use crate::domain::model::finding::Finding;
use crate::domain::model::id::PrdId;
use crate::domain::model::portfolio::Portfolio;
use crate::domain::model::state::State;
use crate::domain::orchestrate::build::{self, Extras};
use crate::domain::orchestrate::coordination::Told;
use crate::domain::orchestrate::difference::{self, Difference};
use crate::domain::orchestrate::options::{Filter, Options};
use crate::domain::orchestrate::report::{Conflict, Report};
use crate::domain::orchestrate::what_if::{self, WhatIf};

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
    /// Draw durations many times, and tell the dates that hold in 50, 85 and 95 of a hundred runs
    #[arg(long)]
    forecast: bool,
    /// How many runs a forecast makes
    #[arg(long, value_name = "NUMBER", default_value_t = forecast::RUNS, value_parser = clap::value_parser!(u32).range(1..=1_000_000), requires = "forecast")]
    runs: u32,
    /// What the draws of a forecast begin with; the same seed gives the same dates
    #[arg(long, value_name = "NUMBER", default_value_t = forecast::SEED, requires = "forecast")]
    seed: u64,
    /// Keep the limits on work in progress: orchestration.parallel_features and teams.<name>.parallel
    #[arg(long)]
    capacity: bool,
    /// Compare the branches with each other, uncommitted work included, and tell which change the same files and which conflict
    #[arg(long)]
    conflicts: bool,
    /// Suppose a change, and print what would be different: "SVC-129 done", "SVC-131 +5d", "SVC-132 drop", "start SVC-133", "publish SVC-129"; may be repeated
    #[arg(long, value_name = "CHANGE")]
    what_if: Vec<String>,
    /// Tell what is different from then: a commit of home, or a day; what finished, slipped, is newly blocked
    #[arg(long, value_name = "REV|DATE", conflicts_with = "what_if")]
    since: Option<String>,
    /// How to print the report
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// Write the report to this file instead
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// With --out: write it again whenever PRDs, records, branches or the configuration change, until Ctrl-C
    #[arg(long, requires = "out", conflicts_with_all = ["what_if", "since"])]
    watch: bool,
    /// Serve the report as HTML on this port of 127.0.0.1 (else on a free one), as a page that reloads itself when it changes, until Ctrl-C
    #[arg(long, value_name = "PORT", num_args = 0..=1, default_missing_value = "0", conflicts_with_all = ["what_if", "since"])]
    serve: Option<u16>,
    #[command(flatten)]
    workspace: WorkspaceFlag,
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
    /// One page with pictures, which loads nothing
    Html,
    /// One line for each PRD, for spreadsheets
    Csv,
}

/// Runs `prd orchestrate`.
pub(super) fn run(args: &Args, app: &App) -> Result<Answer, CommandError> {
    let format = match (args.serve, args.format) {
        (None, format) => format,
        (Some(_), Format::Text | Format::Html) => Format::Html,
        (Some(_), _) => {
            return Err(CommandError::usage("--serve shows the report as HTML, in no other format"));
        }
    };
    if args.watch || args.serve.is_some() {
        let outlet = Outlet { file: args.out.as_deref(), port: args.serve };
        return watching::run(app, outlet, |app| {
            let (scope, _, report) = look(args, app)?;
            let answer = render(format, &report, None)?;
            Ok(Made { answer, sources: scope.sources() })
        });
    }
    let (scope, plan, report) = look(args, app)?;
    let answer = if !args.what_if.is_empty() {
        what_if(args, &scope, &plan, &report)?
    } else if let Some(then) = &args.since {
        since(args, &scope, &plan, &report, then)?
    } else {
        let to_terminal = args.out.is_none() && app.env.stdout_is_terminal;
        render(format, &report, to_terminal.then_some(app.env.width))?
    };
    let answer = answer.written_to(app, args.out.as_deref());
    // The program ends now: taking thousands of PRDs apart would only make the user wait.
    std::mem::forget((scope, plan, report));
    answer
}

/// Reads everything and makes the report.
fn look(args: &Args, app: &App) -> Result<(Scope, Plan, Report), CommandError> {
    let scope = Scope::open_planned(app, &args.workspace)?;
    let mut filter = Filter {
        teams: args.team.iter().map(|name| scope.team(name)).collect::<Result<_, _>>()?,
        states: args.state.clone(),
        ids: Vec::new(),
    };
    for name in &args.id {
        filter.ids.push(scope.prd(app, name)?.id.clone());
    }
    let advanced = scope.is_advanced();
    // A difference shows neither a forecast nor conflicts, so nobody computes them for it.
    let compares = !args.what_if.is_empty() || args.since.is_some();
    let plan = Plan {
        facts: scope.facts(app)?.into_owned(),
        options: scope.options(filter),
        limits: args.capacity.then(|| scope.limits()).transpose()?,
        ask: (!compares && (args.forecast || advanced)).then_some(Ask { runs: args.runs, seed: args.seed }),
        told: if compares { Told::default() } else { scope.told(app)? },
        conflicts: if !compares && (args.conflicts || advanced) { scope.conflicts()? } else { Vec::new() },
        problems: scope.problems().to_vec(),
    };
    let mut report = plan.report(scope.portfolio(), scope.graph_facts());
    scope.tell_repositories(&mut report);
    scope.warn(app);
    Ok((scope, plan, report))
}

/// What the report is made with, besides the portfolio.
struct Plan {
    facts: Facts,
    options: Options,
    limits: Option<Limits>,
    ask: Option<Ask>,
    told: Told,
    conflicts: Vec<Conflict>,
    problems: Vec<Finding>,
}

impl Plan {
    fn report(&self, portfolio: &Portfolio, graph_facts: &GraphFacts) -> Report {
        let graph = Graph::build(portfolio, graph_facts);
        let free = Schedule::of(&graph, &self.facts);
        let (schedule, capacity) = match &self.limits {
            Some(limits) => (Schedule::under(limits, &graph, &self.facts), Some((limits.clone(), free))),
            None => (free, None),
        };
        let drift = portfolio
            .prds()
            .iter()
            .flat_map(|prd| prd.problems.iter().filter(|problem| problem.rule == "status-drift").cloned());
        let extras = Extras {
            problems: drift.chain(self.problems.iter().cloned()).collect(),
            forecast: self.ask.map(|ask| Forecast::of(&schedule, &graph, &self.facts, ask)),
            capacity,
            told: self.told.clone(),
            conflicts: self.conflicts.clone(),
        };
        build::report(&graph, &schedule, &self.facts, &self.options, &extras)
    }
}

/// The report under a supposed change, as a difference.
fn what_if(args: &Args, scope: &Scope, plan: &Plan, before: &Report) -> Result<Answer, CommandError> {
    let mut graph_facts = scope.graph_facts().clone();
    let mut asked: Vec<WhatIf> = Vec::new();
    for text in &args.what_if {
        asked.extend(what_if::read(text, &plan.facts.units, scope.portfolio())?);
    }
    let supposed = what_if::suppose(&asked, scope.portfolio().clone(), &mut graph_facts, &plan.facts)?;
    let after = plan.report(&supposed, &graph_facts);
    let state = |id: &PrdId| supposed.find(id).map(|prd| prd.state);
    let words = asked.iter().map(ToString::to_string).collect();
    render_difference(args.format, &difference::difference(before, &after, words, state))
}

/// What is different from what home was then.
fn since(
    args: &Args,
    scope: &Scope,
    plan: &Plan,
    after: &Report,
    then: &str,
) -> Result<Answer, CommandError> {
    let old = scope.then(then)?;
    let plan = Plan {
        facts: old.facts,
        options: plan.options.clone(),
        limits: plan.limits.clone(),
        ask: None,
        told: Told::default(),
        conflicts: Vec::new(),
        problems: Vec::new(),
    };
    let before = plan.report(&old.portfolio, &old.graph_facts);
    let state = |id: &PrdId| scope.portfolio().find(id).map(|prd| prd.state);
    render_difference(args.format, &difference::difference(&before, after, Vec::new(), state))
}

fn render_difference(format: Format, difference: &Difference) -> Result<Answer, CommandError> {
    match format {
        Format::Json => Answer::json(difference),
        Format::Text | Format::Markdown => Ok(Answer::text(rendered::difference(difference))),
        Format::Mermaid | Format::Dot | Format::Html | Format::Csv => {
            Err(CommandError::usage("a difference is printed as text, markdown or json"))
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
        (Format::Html, _) => Answer::text(html::html(report)?),
        (Format::Csv, _) => Answer::text(csv::csv(report)),
    })
}
