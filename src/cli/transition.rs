//! What all commands share that change a PRD: lock, read, decide, apply, report.

use std::path::Path;

use serde::Serialize;

use super::app::App;
use super::args::{Output, StartFlags, TransitionFlags};
use super::error::{CommandError, ErrorKind};
use super::output::Report;
use super::render::plan as render;
use super::sending;
use super::session::{Reading, Session};
use super::starting;
use super::worktrees;
use crate::domain::config::schema::Config;
use crate::domain::lifecycle::guard::Override;
use crate::domain::lifecycle::plan::{Action, Plan};
use crate::domain::lifecycle::revise as text;
use crate::domain::lifecycle::snapshot::{Request, Snapshot, Subject};
use crate::domain::report::change::Change;
use crate::io::store::transaction::Applied;

/// How often a change is planned anew where somebody else was faster.
const TRIES: u32 = 5;

/// What a transition may look at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) session: &'a Session,
    pub(super) reading: &'a Reading,
    pub(super) snapshot: Snapshot<'a>,
    pub(super) subject: Subject<'a>,
}

/// The request that a transition's flags make.
pub(super) fn request(flags: &TransitionFlags, acting_as: Option<String>) -> Request {
    Request { overriding: Override { force: flags.force, reason: flags.reason.clone() }, acting_as }
}

/// Plans a transition of one PRD under the clone's lock, applies it unless `--dry-run`, and reports it.
pub(super) fn run(
    app: &App,
    name: &str,
    flags: &TransitionFlags,
    output: Output,
    plan: impl Fn(Context<'_>) -> Result<Plan, CommandError>,
) -> Result<Report, CommandError> {
    finish(app, output, &change(app, name, flags, plan)?)
}

/// As [`run`], and then sets up the worktree that was made. What that takes is settled, approved and found possible
/// before anything is changed.
pub(super) fn run_and_set_up(
    app: &App,
    name: &str,
    flags: &TransitionFlags,
    setup: &StartFlags,
    output: Output,
    plan: impl Fn(Context<'_>) -> Result<Plan, CommandError>,
) -> Result<Report, CommandError> {
    let prepared = starting::prepare(app, name, setup, flags.dry_run)?;
    let mut change = change(app, name, flags, plan)?;
    let is_good = change.failed.is_none();
    if let (Some(worktree), Some(prepared), true) = (change.worktree.clone(), prepared, is_good) {
        let done = prepared.run(app, Path::new(&worktree), false)?;
        change.notes.extend(done.notes);
        change.failed = done.failed;
    }
    finish(app, output, &change)
}

/// Plans and applies a transition of one PRD; where somebody else was faster, both again.
pub(super) fn change(
    app: &App,
    name: &str,
    flags: &TransitionFlags,
    plan: impl Fn(Context<'_>) -> Result<Plan, CommandError>,
) -> Result<Change, CommandError> {
    let planned = |context: Context<'_>| {
        require_content(&context.subject)?;
        plan(context).map(Some)
    };
    change_if(app, name, flags, planned)?
        .ok_or_else(|| CommandError::new(ErrorKind::Bug, "a transition made no plan"))
}

/// As [`change`]; `None` where there is nothing to do.
pub(super) fn change_if(
    app: &App,
    name: &str,
    flags: &TransitionFlags,
    plan: impl Fn(Context<'_>) -> Result<Option<Plan>, CommandError>,
) -> Result<Option<Change>, CommandError> {
    let Some((mut change, queued)) = attempt(app, name, flags, plan)? else { return Ok(None) };
    if !flags.dry_run {
        change.notes.extend(sending::after_transition(app, queued));
    }
    Ok(Some(change))
}

/// Plans and applies what belongs to no single PRD; where somebody else was faster, both again. The plan comes with
/// what its change is called.
pub(super) fn change_beside(
    app: &App,
    flags: &TransitionFlags,
    plan: impl Fn(&Session, &Reading, &Snapshot<'_>) -> Result<(Plan, String), CommandError>,
) -> Result<Change, CommandError> {
    for left in (0..TRIES).rev() {
        let mut session = Session::open_for_change(app, flags.dry_run)?;
        let reading = session.read()?;
        let (planned, title) = with_snapshot(app, &session, session.config(), &reading, |snapshot| {
            plan(&session, &reading, snapshot)
        })?;
        let mut change = Change::of(&planned, &title, flags.dry_run);
        if flags.dry_run {
            return Ok(change);
        }
        match session.apply(app, &planned, flags.no_verify) {
            Ok(applied) => {
                note(&mut change, &applied);
                return Ok(change);
            }
            Err(error) if left > 0 && error.is_race() => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(CommandError::new(ErrorKind::Bug, "a change was tried no time"))
}

/// Writes a new text of one PRD in its place; `None` where nothing changes.
pub(super) fn revise(
    app: &App,
    name: &str,
    command: &str,
    flags: &TransitionFlags,
    edit: impl Fn(Context<'_>) -> Result<String, CommandError>,
) -> Result<Option<Change>, CommandError> {
    let changed = attempt(app, name, flags, |context| {
        let content = edit(context)?;
        Ok(text::plan(&context.snapshot, context.subject, command, content)?)
    })?;
    Ok(changed.map(|(change, _)| change))
}

/// Plans and applies; also says whether anything was queued for GitHub.
fn attempt(
    app: &App,
    name: &str,
    flags: &TransitionFlags,
    plan: impl Fn(Context<'_>) -> Result<Option<Plan>, CommandError>,
) -> Result<Option<(Change, bool)>, CommandError> {
    for left in (0..TRIES).rev() {
        let mut session = Session::open_for_change(app, flags.dry_run)?;
        let reading = session.read()?;
        let prd = reading.prd(&session, app, name)?;
        let config = session.config_for(prd)?;
        let planned = with_snapshot(app, &session, &config, &reading, |snapshot| {
            let text = session.text(&prd.path)?;
            let subject = Subject { prd, text: &text };
            let context = Context { session: &session, reading: &reading, snapshot: *snapshot, subject };
            Ok(plan(context)?.map(|plan| (Change::of(&plan, &prd.title, flags.dry_run), plan)))
        })?;
        let Some((mut change, plan)) = planned else { return Ok(None) };
        let queued = plan
            .actions
            .iter()
            .any(|action| matches!(action, Action::Queue { entry } if entry.kind.is_for_github()));
        if flags.dry_run {
            return Ok(Some((change, queued)));
        }
        let is_new_claim = session.claim_for(app, &plan)?;
        match session.apply(app, &plan, flags.no_verify) {
            Ok(applied) => {
                note(&mut change, &applied);
                worktrees::leave_if_gone(app, &session.main_root())?;
                session.unclaim_after(app, &plan);
                return Ok(Some((change, queued)));
            }
            Err(error) if left > 0 && error.is_race() => {}
            Err(error) => {
                if let Some(prd) = plan.prd.as_ref().filter(|_| is_new_claim) {
                    session.unclaim(app, prd);
                }
                return Err(error.into());
            }
        }
    }
    Err(CommandError::new(ErrorKind::Bug, "a change was tried no time"))
}

/// An empty file is a PRD by its name only: whatever was to be in it, nobody can have agreed to.
fn require_content(subject: &Subject<'_>) -> Result<(), CommandError> {
    if !subject.text.trim().is_empty() {
        return Ok(());
    }
    let prd = subject.prd;
    Err(CommandError::refused(format!("{} is empty", prd.path))
        .hint(format!("prd edit {}, or git rm {}", prd.id, prd.path)))
}

/// Makes a snapshot of what was read, and plans on it.
pub(super) fn with_snapshot<T>(
    app: &App,
    session: &Session,
    config: &Config,
    reading: &Reading,
    plan: impl FnOnce(&Snapshot<'_>) -> Result<T, CommandError>,
) -> Result<T, CommandError> {
    let actor = session.actor()?;
    let graph = reading.graph(config);
    let work_plan = session.work_plan();
    let github = session.queued_issues(app);
    plan(&Snapshot {
        config,
        portfolio: &reading.portfolio,
        graph: &graph,
        records: &reading.records,
        actor: &actor,
        now: app.now(),
        today: app.today(),
        work_plan: work_plan.as_ref(),
        github: github.as_ref(),
    })
}

/// Applies a plan that was made under the lock of `session`.
pub(super) fn apply_plan(
    app: &App,
    session: &mut Session,
    plan: &Plan,
    title: &str,
    flags: &TransitionFlags,
) -> Result<Change, CommandError> {
    let mut change = Change::of(plan, title, flags.dry_run);
    if !flags.dry_run {
        let applied = session.apply(app, plan, flags.no_verify)?;
        note(&mut change, &applied);
    }
    Ok(change)
}

fn note(change: &mut Change, applied: &Applied) {
    change.commit = applied.commit.as_ref().map(ToString::to_string);
    change.worktree = applied.worktree.as_ref().map(|path| path.display().to_string());
    change.notes.extend(applied.notes.iter().cloned());
    change.failed.clone_from(&applied.failed);
}

/// The answer of a command that changed something.
pub(super) fn finish(app: &App, output: Output, change: &Change) -> Result<Report, CommandError> {
    let mut report = app.report(output, change, |change, _| render::change(change))?;
    if let Some(failure) = &change.failed {
        app.console.warn(failure);
        report.exit = ErrorKind::Outside.exit_code();
    }
    Ok(report)
}

#[derive(Debug, Serialize)]
struct Changes {
    changes: Vec<Change>,
}

/// The answer of a command that changed several PRDs.
pub(super) fn finish_all(app: &App, output: Output, changes: Vec<Change>) -> Result<Report, CommandError> {
    app.report(output, &Changes { changes }, |answer, _| answer.changes.iter().map(render::change).collect())
}

/// The answer where there was nothing to change.
pub(super) fn unchanged(app: &App, output: Output) -> Result<Report, CommandError> {
    app.report(output, &Changes { changes: Vec::new() }, |_, _| "nothing to change\n".to_owned())
}
