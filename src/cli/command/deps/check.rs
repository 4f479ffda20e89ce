use clap::Parser;
use serde::Serialize;

use crate::cli::app::App;
use crate::cli::args::Output;
use crate::cli::drawing;
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::render::findings as render;
use crate::cli::session::Session;
use crate::domain::model::finding::{Finding, Severity};

/// Check all dependencies: unknown ids, cycles, declarations without their mirror
///
/// Ends with 1 where an error is found.
#[derive(Debug, Parser)]
pub(super) struct Args {
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Serialize)]
struct Findings {
    findings: Vec<Finding>,
}

/// Runs `prd deps check`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let session = Session::open(app)?;
    let reading = session.read()?;
    let graph = drawing::graph(&session, &reading);
    let mut findings: Vec<Finding> = graph.problems().to_vec();
    findings.extend(graph.missing_mirrors());
    findings.sort_by(|a, b| (&a.place, a.rule, &a.message).cmp(&(&b.place, b.rule, &b.message)));
    let refused = findings.iter().any(|finding| finding.severity == Severity::Error);
    let answer = Findings { findings };
    Ok(app
        .report(args.output, &answer, |answer, _| {
            render::lint(&answer.findings, 0, reading.portfolio.prds().len())
        })?
        .refused_if(refused))
}
