use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::{Output, TransitionFlags};
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::session::Session;
use crate::cli::transition;
use crate::io::files;
use crate::io::tools::editor::Editor;
use crate::io::tools::run::ToolError;

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
    let editor = Editor::choose(&app.env, core_editor.as_deref());
    if editor.is_fallback() && !app.env.interactive {
        return Err(CommandError::refused("there is no terminal to edit in, and no editor is named")
            .hint("name one that needs none: EDITOR=… prd edit, or change single fields: prd set"));
    }
    editor.edit(&app.env, copy.path()).map_err(|error| {
        let error = match error {
            ToolError::Failed { .. } => CommandError::outside(format!(
                "the editor `{}` failed, so nothing was changed",
                editor.command()
            )),
            error @ (ToolError::NotInstalled { .. } | ToolError::Io { .. }) => CommandError::from(error),
        };
        error.hint("name another one with EDITOR, or with git config core.editor")
    })?;
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
