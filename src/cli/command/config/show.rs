use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::{Format, Output};
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::render::config as render;
use crate::cli::session::Session;
use crate::domain::config::explain::Listing;
use crate::domain::config::key::KeyPath;

/// Print the configuration that holds here
///
/// All layers are laid over each other: built-in values, the preset, your own file, the repository's file, the
/// environment. The text can be used as a configuration file. With `--explain` each value is followed by the file
/// and line, the preset or the variable that it came from.
#[derive(Debug, Parser)]
pub(super) struct Args {
    /// Only this key and what is below it: prd_workflow.review
    key: Option<String>,
    /// Print where each value came from
    #[arg(long)]
    explain: bool,
    #[command(flatten)]
    output: Output,
}

/// Runs `prd config show`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let session = Session::open(app)?;
    let key = args.key.as_deref().map_or_else(KeyPath::root, KeyPath::parse);
    let listing = Listing::of(&session.loaded, &key);
    let Some(value) = session.loaded.value(&key) else {
        return Err(CommandError::not_found(format!("the configuration has no key `{key}`"))
            .hint("`prd config show --explain` lists all keys"));
    };
    if args.explain || args.output.format == Format::Json {
        return app.report(args.output, &listing, |listing, _| render::explained(listing));
    }
    Ok(Report::text(format!("{value:#}")))
}
