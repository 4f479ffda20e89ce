use std::time::Duration;

use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::{Output, TransitionFlags};
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::session::Session;
use crate::cli::transition;
use crate::domain::lifecycle::{start, table::Transition};

/// How long the remote may take to answer.
const FETCH_LIMIT: Duration = Duration::from_secs(15);

/// Begin work on a ready PRD: its branch, its worktree, its dependencies installed
#[derive(Debug, Parser)]
pub struct Args {
    /// The PRD: id, number, path or a part of its name
    prd: String,
    /// Do not fetch before looking whether home is up to date
    #[arg(long)]
    no_fetch: bool,
    /// Do not install dependencies in the new worktree
    #[arg(long)]
    no_install: bool,
    #[command(flatten)]
    flags: TransitionFlags,
    #[command(flatten)]
    output: Output,
}

/// Runs `prd start`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    require_current_home(app, args.no_fetch, args.flags.dry_run)?;
    let request = transition::request(&args.flags, None);
    transition::run_and_install(app, &args.prd, &args.flags, args.output, !args.no_install, |context| {
        let names = start::names(&context.snapshot, context.subject.prd, &context.session.project_name())?;
        let facts = context.name_facts(&names)?;
        Ok(start::plan(&context.snapshot, context.subject, &names, &facts, Transition::Start, &request)?)
    })
}

/// Refuses where home lacks commits of its upstream: the branch would begin behind. A remote that cannot be reached
/// is only warned of.
fn require_current_home(app: &App, no_fetch: bool, dry_run: bool) -> Result<(), CommandError> {
    let session = Session::open_recovered(app, dry_run)?;
    let (Some(branch), Some(tip)) = (&session.home.branch, &session.home.tip) else { return Ok(()) };
    let upstream = if !no_fetch && !dry_run {
        match session.git.fetch_upstream(branch, FETCH_LIMIT) {
            Ok(upstream) => upstream,
            Err(error) => {
                app.console
                    .warn(&format!("the remote was not asked whether {branch} is up to date: {error}"));
                session.git.upstream(branch)?
            }
        }
    } else {
        session.git.upstream(branch)?
    };
    let Some(theirs) = upstream.and_then(|upstream| upstream.oid) else { return Ok(()) };
    let behind = session.git.distance(tip, &theirs)?.behind;
    if behind == 0 {
        return Ok(());
    }
    let folder = session.home.root().map_or_else(String::new, |root| format!(" -C {}", root.display()));
    Err(CommandError::refused(format!("{branch} lacks {behind} commits of its upstream"))
        .hint(format!("git{folder} pull --rebase")))
}
