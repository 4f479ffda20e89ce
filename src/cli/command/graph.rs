use std::path::PathBuf;

use clap::{Parser, ValueEnum};

use crate::cli::app::App;
use crate::cli::error::CommandError;
use crate::cli::output::Report as Answer;
use crate::cli::render::{dot, html, mermaid, picture, tree};
use crate::cli::scope::{Scope, WorkspaceFlag};
use crate::domain::graph::dependencies::Graph;
use crate::domain::graph::schedule::Schedule;
use crate::domain::orchestrate::build::{self, Extras};
use crate::domain::orchestrate::options::Filter;

/// Draw the dependency graph of what is active and what it waits for
#[derive(Debug, Parser)]
pub struct Args {
    /// How to draw it
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// Draw only what this PRD waits for and what waits for it; may be repeated
    #[arg(long, value_name = "ID")]
    id: Vec<String>,
    /// With --id: how many dependencies away a PRD may be
    #[arg(long, value_name = "NUMBER", requires = "id")]
    depth: Option<usize>,
    /// Write the picture to this file instead
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    workspace: WorkspaceFlag,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A tree of lines
    #[default]
    Ascii,
    /// For Mermaid
    Mermaid,
    /// For Graphviz
    Dot,
    /// A picture that every browser shows
    Svg,
    /// A page with the picture, the schedule and the rest of the report
    Html,
    /// The model: as `prd orchestrate --format json`
    Json,
}

/// Runs `prd graph`.
pub(super) fn run(args: &Args, app: &App) -> Result<Answer, CommandError> {
    let scope = Scope::open_planned(app, &args.workspace)?;
    let graph = Graph::build(scope.portfolio(), scope.graph_facts());
    let facts = scope.facts(app)?;
    let mut filter = Filter::default();
    let mut nodes = Vec::new();
    for name in &args.id {
        nodes.extend(graph.node(&scope.prd(app, name)?.id));
    }
    if !nodes.is_empty() {
        filter.ids =
            graph.around(&nodes, args.depth).into_iter().map(|node| graph.id(node).clone()).collect();
    }
    let options = scope.options(filter);
    let schedule = Schedule::of(&graph, &facts);
    let (problems, told) = (scope.problems().to_vec(), scope.told(app)?);
    let extras = Extras { problems, told, ..Extras::default() };
    let mut report = build::report(&graph, &schedule, &facts, &options, &extras);
    scope.tell_repositories(&mut report);
    scope.warn(app);
    let answer = match args.format {
        Format::Ascii => Answer::text(tree::tree(&report)),
        Format::Mermaid => Answer::text(mermaid::mermaid(&report)),
        Format::Dot => Answer::text(dot::dot(&report)),
        Format::Svg => Answer::text(picture::alone(&report)),
        Format::Html => Answer::text(html::html(&report)?),
        Format::Json => Answer::json(&report)?,
    };
    answer.written_to(app, args.out.as_deref())
}
