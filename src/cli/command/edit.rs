use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::{Output, TransitionFlags};
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::session::Session;
use crate::cli::transition;
use crate::io::files;
use crate::io::tools::editor::Editor;

/// Edit a PRD in your editor, and commit what you changed
///
/// Works on a copy: what you write is kept even where somebody else changed the PRD meanwhile.
#[derive(Debug, Parser)]
pub struct Args {
    /// The PRD: id, number, path or a part of its name
    prd: String,
    /// Do not run git's pre-commit and commit-msg hooks for the commit
    #[arg(long)]
    no_verify: bool,
    #[command(flatten)]
    output: Output,
}

/// Runs `prd edit`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let session = Session::open(app)?;
    let reading = session.read()?;
    let prd = reading.prd(&session, app, &args.prd)?;
    let before = session.text(&prd.path)?;
    let copy = tempfile::Builder::new().prefix(&format!("{}-", prd.id)).suffix(".md").tempfile()?;
    files::replace(copy.path(), before.as_bytes())?;
    let core_editor = session.git.config("core.editor")?;
    Editor::choose(&app.env, core_editor.as_deref()).edit(&app.env, copy.path())?;
    let after = fs_err::read_to_string(copy.path())?;
    let flags = TransitionFlags { no_verify: args.no_verify, ..TransitionFlags::default() };
    let path = prd.path.to_string();
    let change = transition::revise(app, &path, "edit", &flags, |context| {
        if context.subject.text == before {
            Ok(after.clone())
        } else {
            Err(CommandError::refused(format!("{path} was changed while you edited it")))
        }
    });
    match change {
        Ok(Some(change)) => transition::finish(app, args.output, &change),
        Ok(None) => transition::unchanged(app, args.output),
        Err(error) => {
            let (_, kept) = copy.keep().map_err(|failed| failed.error)?;
            Err(error.hint(format!("your text is kept in {}", kept.display())))
        }
    }
}
