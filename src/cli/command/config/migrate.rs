use std::path::PathBuf;

use clap::Parser;

use crate::cli::app::App;
use crate::cli::configuration::CONFIG_FILE;
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::session::Session;
use crate::domain::config::migrate;
use crate::domain::model::path::RepoPath;
use crate::io::files;

/// Rewrite a configuration of an older dialect into the current one
///
/// Comments stay with their keys, and what is not rewritten keeps every byte. Prints the new text; with `--write`
/// the file is replaced. The older dialects are read for ever, so nothing has to be migrated.
#[derive(Debug, Parser)]
pub(super) struct Args {
    /// Replace the file
    #[arg(long)]
    write: bool,
}

/// Runs `prd config migrate`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let session = Session::open(app)?;
    let (name, path) = place(app, &session)?;
    let missing = || CommandError::not_found(format!("there is no configuration {name}")).hint("prd init");
    let bytes = match &path {
        Some(path) => files::read(path)?,
        None => session.files().read(&RepoPath::new(CONFIG_FILE)?).map_err(|why| {
            CommandError::outside(format!("the configuration {name} cannot be read: {why:?}"))
        })?,
    };
    let text = String::from_utf8(bytes.ok_or_else(missing)?)
        .map_err(|_| CommandError::usage(format!("the configuration {name} is no UTF-8")))?;
    let migrated =
        migrate::migrate(&name, &text).map_err(|problem| CommandError::usage(problem.to_string()))?;
    for row in &migrated.rewritten {
        app.console.note(&format!("{}: {} → {}", row.origin, row.old, row.new));
    }
    if !args.write {
        return Ok(Report::text(migrated.text));
    }
    let Some(path) = path else {
        return Err(CommandError::refused(
            "the home branch is not checked out, so its configuration cannot be written",
        )
        .hint("run this in a checkout of the home branch"));
    };
    if migrated.rewritten.is_empty() {
        return Ok(Report::text(format!("{name} is written in the current dialect already")));
    }
    files::replace(&path, migrated.text.as_bytes())?;
    Ok(Report::text(format!("rewrote {} keys of {name}", migrated.rewritten.len())))
}

/// The file's name for people, and where it lies; `None` where home is no checkout.
fn place(app: &App, session: &Session) -> Result<(String, Option<PathBuf>), CommandError> {
    if let Some(named) = &app.global.config {
        return Ok((named.display().to_string(), Some(app.env.absolute(named))));
    }
    let path = RepoPath::new(CONFIG_FILE)?;
    let Some(root) = session.home.root() else { return Ok((path.to_string(), None)) };
    if let Some(link) = files::first_link(root, &path) {
        return Err(CommandError::refused(format!(
            "{} is a link and may lead out of the repository",
            link.display()
        )));
    }
    Ok((path.to_string(), Some(root.join(CONFIG_FILE))))
}
