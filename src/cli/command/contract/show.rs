use clap::Parser;
use serde::Serialize;

use crate::cli::app::App;
use crate::cli::args::Output;
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::render::contracts as render;
use crate::cli::session::Session;
use crate::domain::lifecycle::contract::ContractRecord;

/// Print a contract as it was published
///
/// Of several texts each stands below a line with its name.
#[derive(Debug, Parser)]
pub(super) struct Args {
    /// The PRD: id, number, path or a part of its name
    prd: String,
    /// The how-manieth publication; the last one where it is left out
    #[arg(long, value_name = "NUMBER")]
    version: Option<u32>,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Serialize)]
struct Shown<'a> {
    contract: &'a ContractRecord,
}

/// Runs `prd contract show`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let session = Session::open(app)?;
    let reading = session.read()?;
    let id = &reading.prd(&session, app, &args.prd)?.id;
    let all = reading.records.contracts.get(id).map_or(&[][..], Vec::as_slice);
    let wanted = match args.version {
        Some(version) => all.iter().find(|record| record.version == version),
        None => all.last(),
    };
    let record = wanted.ok_or_else(|| {
        let what =
            args.version.map_or_else(|| "no contract".to_owned(), |version| format!("no version {version}"));
        CommandError::not_found(format!("{id} has published {what}")).hint("prd contract list")
    })?;
    reading.warn(app);
    app.report(args.output, &Shown { contract: record }, |shown, _| render::show(shown.contract))
}
