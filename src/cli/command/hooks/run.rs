use std::panic::{AssertUnwindSafe, catch_unwind};

use clap::Parser;

use super::{commit, merge, message};
use crate::cli::app::App;
use crate::cli::args::Output;
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::render::hooks as render;
use crate::cli::session::Session;
use crate::domain::hooks::name::Hook;
use crate::domain::report::hooks::HookRun;

/// Run one hook, as git would
///
/// Ends with 1 where git is to be stopped. Where the hook itself fails, it says so and ends with 0.
#[derive(Debug, Parser)]
pub(super) struct Args {
    /// The hook
    #[arg(value_name = "HOOK", value_parser = clap::value_parser!(Hook))]
    hook: Hook,
    /// What git passes to the hook
    #[arg(last = true, value_name = "ARG")]
    args: Vec<String>,
    #[command(flatten)]
    output: Output,
}

/// Runs `prd hooks run`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    // A bug of ours has said what it is by then, and is no reason not to commit.
    let outcome = catch_unwind(AssertUnwindSafe(|| look(args, app)));
    let run = match outcome {
        Ok(Ok(run)) => run,
        Ok(Err(error)) => {
            app.console.warn(&format!(
                "the {} hook of prd could not run, and lets pass: {}",
                args.hook, error.message
            ));
            for hint in &error.hints {
                app.console.note(&format!(" hint: {hint}"));
            }
            HookRun::new(args.hook)
        }
        Err(_) => HookRun::new(args.hook),
    };
    let is_refused = run.is_refused();
    Ok(app.report(args.output, &run, |run, _| render::run(run))?.refused_if(is_refused))
}

fn look(args: &Args, app: &App) -> Result<HookRun, CommandError> {
    let mut session = Session::open(app)?;
    if let Some(index) = app.env.var("GIT_INDEX_FILE") {
        session.git = session.git.with_index(&app.env.absolute(index.as_ref()));
    }
    match args.hook {
        Hook::PreCommit => commit::look(app, &session),
        Hook::PrepareCommitMsg => message::prepare(app, &session, &args.args),
        Hook::CommitMsg => message::check(app, &session, &args.args),
        Hook::PreMergeCommit => merge::before_commit(&session),
        Hook::PrePush => merge::before_push(&session, &args.args),
        Hook::PostMerge => merge::after_merge(app, &session),
        Hook::PostCheckout => merge::after_checkout(app, &session, &args.args),
    }
}
