//! What is looked at before work on a PRD begins: is home up to date, and may its worktree be set up?

use std::time::Duration;

use super::app::App;
use super::args::StartFlags;
use super::error::CommandError;
use super::session::Session;
use super::setup::Setup;

/// How long the remote may take to answer.
const FETCH_LIMIT: Duration = Duration::from_secs(10);

/// Looks, and settles what is to be done in the worktree of the PRD; nothing of that in a dry run.
pub(super) fn prepare(
    app: &App,
    name: &str,
    flags: &StartFlags,
    dry_run: bool,
) -> Result<Option<Setup>, CommandError> {
    let session = Session::open_recovered(app, dry_run)?;
    require_current_home(app, &session, flags.no_fetch || dry_run)?;
    if dry_run {
        return Ok(None);
    }
    let reading = session.read()?;
    let prd = reading.prd(&session, app, name)?;
    Ok(Some(Setup::prepare(app, &session, prd, flags.setup)?))
}

/// Refuses where home lacks commits of its upstream: the branch would begin behind. A remote that cannot be reached
/// is only warned of.
fn require_current_home(app: &App, session: &Session, no_fetch: bool) -> Result<(), CommandError> {
    let (Some(branch), Some(tip)) = (&session.home.branch, &session.home.tip) else { return Ok(()) };
    let upstream = if !no_fetch {
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
