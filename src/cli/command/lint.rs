use clap::{Parser, ValueEnum};
use serde::Serialize;

use crate::cli::app::App;
use crate::cli::args::TransitionFlags;
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::render::{annotations, findings as render, noted, sarif};
use crate::cli::session::Session;
use crate::cli::transition;
use crate::domain::lint::{fix, rules, status_page};
use crate::domain::model::finding::{Finding, Severity};
use crate::domain::model::state::State;

/// Find what is wrong with the PRDs: ids, states, dependencies, text that does not read
///
/// Ends with 1 where an error is found. `--fix` mends what cannot be wrong to mend: a Status field that says
/// another state than the folder, and text that was decoded wrongly where the repair is exact.
#[derive(Debug, Parser)]
pub struct Args {
    /// Only these PRDs: ids, numbers, paths or parts of names
    prds: Vec<String>,
    /// Mend what is marked as fixable
    #[arg(long)]
    fix: bool,
    /// With --fix: print what would be changed, and change nothing
    #[arg(long, requires = "fix")]
    dry_run: bool,
    /// How to print the findings
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// For scripts: a document with `schema: 1`
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands, which GitHub Actions shows at their lines
    Github,
}

#[derive(Debug, Serialize)]
struct Findings {
    findings: Vec<Finding>,
}

/// Runs `prd lint`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let session = Session::open(app)?;
    if args.fix {
        mend(args, app, &session)?;
    }
    let reading = session.read()?;
    let graph = reading.graph(session.config());
    let mut findings = rules::findings(&reading.portfolio, &graph, session.config());
    findings.extend(reading.record_problems.iter().cloned());
    let has_review = session.config().directories().folder(State::Review).is_some();
    for (path, text) in session.pages() {
        findings.extend(status_page::drift(&reading.portfolio, has_review, &path, &text));
    }
    if !args.prds.is_empty() {
        let mut paths = Vec::new();
        for name in &args.prds {
            match reading.prd(&session, app, name) {
                Ok(prd) => paths.push(prd.path.clone()),
                Err(error) => paths.push(session.repo_path(app, name).ok_or(error)?),
            }
        }
        findings.retain(|finding| paths.contains(&finding.place.path));
    }
    let refused = findings.iter().any(|finding| finding.severity == Severity::Error);
    let checked = if args.prds.is_empty() { reading.portfolio.prds().len() } else { args.prds.len() };
    let answer = Findings { findings };
    let report = match args.format {
        Format::Text => Report::text(render::lint(&answer.findings, checked)),
        Format::Json => Report::json(&answer)?,
        Format::Sarif => Report::document(&sarif::lint(&noted::of_findings(&answer.findings)))?,
        Format::Github => Report::text(annotations::findings(&noted::of_findings(&answer.findings))),
    };
    Ok(report.refused_if(refused))
}

fn mend(args: &Args, app: &App, session: &Session) -> Result<(), CommandError> {
    let reading = session.read()?;
    let flags = TransitionFlags { dry_run: args.dry_run, ..TransitionFlags::default() };
    let mut wanted = Vec::new();
    for name in &args.prds {
        wanted.push(reading.prd(session, app, name)?.path.clone());
    }
    for prd in reading.portfolio.prds() {
        if !prd.problems.iter().any(|problem| problem.fixable)
            || !(wanted.is_empty() || wanted.contains(&prd.path))
        {
            continue;
        }
        let changed = transition::revise(app, prd.path.as_str(), "lint --fix", &flags, |context| {
            Ok(fix::fixed(context.subject.prd, context.subject.text)?)
        })?;
        if changed.is_some() {
            app.console.note(&format!("{} {}", if args.dry_run { "would mend" } else { "mended" }, prd.path));
        }
    }
    Ok(())
}
