use std::time::Duration;

use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::Output;
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::render::github as render;
use crate::cli::session::Session;
use crate::domain::report::github::AuthStatus;
use crate::io::github::port::Port as _;

/// How long GitHub may take to answer.
const LIMIT: Duration = Duration::from_secs(15);

/// Show which repository prd writes to, where its token comes from, and whether GitHub takes it
#[derive(Debug, Parser)]
pub(super) struct Args {
    #[command(flatten)]
    output: Output,
}

/// Runs `prd auth status`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let session = Session::open(app)?;
    let access = session.github(app)?;
    access.require_token()?;
    let api = access.api(LIMIT);
    let login = api.login()?;
    let repository = api.repository()?;
    let status = AuthStatus {
        host: access.place.host.clone(),
        repository: access.place.repository.to_string(),
        moved_to: Some(repository.full_name)
            .filter(|name| !name.eq_ignore_ascii_case(&access.place.repository.to_string())),
        api_url: access.api_url.clone(),
        login,
        token_from: access.token.map(|(_, source)| source.to_string()).unwrap_or_default(),
        has_issues: repository.has_issues,
        archived: repository.archived,
    };
    app.report(args.output, &status, |status, _| render::auth_status(status))
}
