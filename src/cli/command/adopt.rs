use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::{ChangeFlags, Output, TransitionFlags};
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::session::Session;
use crate::cli::transition;
use crate::domain::lifecycle::{adopt, snapshot::Request};
use crate::domain::markdown::outline::Outline;
use crate::domain::markdown::read::is_prd_file;
use crate::domain::model::slug::Slug;

/// Give Markdown files an id, so that they become PRDs
///
/// A file in a state folder stays in it, any other goes to draft; its text stays as it is.
#[derive(Debug, Parser)]
pub struct Args {
    /// The files
    #[arg(required = true)]
    files: Vec<String>,
    #[command(flatten)]
    change: ChangeFlags,
    #[command(flatten)]
    output: Output,
}

/// Runs `prd adopt`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let flags = TransitionFlags::from(args.change);
    let mut changes = Vec::new();
    let mut taken = 0;
    for file in &args.files {
        let mut session = Session::open_for_change(app, args.change.dry_run)?;
        let path = session
            .repo_path(app, file)
            .ok_or_else(|| CommandError::not_found(format!("{file} is no file of this repository")))?;
        if !is_prd_file(path.file_name()) {
            return Err(CommandError::refused(format!("{path} has a name that is never a PRD's")).hint(
                "names that begin with `_` or `.`, README.md and INDEX.md are left alone: rename it first",
            ));
        }
        if !session.files().read(&path).is_ok_and(|bytes| bytes.is_some()) {
            return Err(CommandError::not_found(format!("there is no file {path}")));
        }
        let text = session.text(&path)?;
        let reading = session.read()?;
        let slug = Slug::from_text(path.file_stem());
        let title = Outline::parse(&text)
            .headings
            .first()
            .map_or_else(|| slug.to_string(), |heading| heading.text.clone());
        let change = session.with_next_id(app, &reading, taken, args.change.dry_run, |session, id| {
            let plan = transition::with_snapshot(app, session, session.config(), &reading, |snapshot| {
                Ok(adopt::plan(snapshot, &path, &text, id, &slug, &Request::default())?)
            })?;
            transition::apply_plan(app, session, &plan, &title, &flags)
        })?;
        taken += u32::from(args.change.dry_run);
        changes.push(change);
    }
    transition::finish_all(app, args.output, changes)
}
