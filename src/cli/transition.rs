//! What all commands share that change a PRD: lock, read, decide, apply, report.

use std::path::PathBuf;

use serde::Serialize;

use super::app::App;
use super::args::{Output, TransitionFlags};
use super::error::CommandError;
use super::output::Report;
use super::render::plan as render;
use super::session::{Reading, Session};
use crate::domain::lifecycle::complete::{CompleteFacts, MergeFacts};
use crate::domain::lifecycle::guard::Override;
use crate::domain::lifecycle::pause::WorktreeFacts;
use crate::domain::lifecycle::plan::Plan;
use crate::domain::lifecycle::snapshot::{Request, Snapshot, Subject};
use crate::domain::lifecycle::start::{NameFacts, Names};
use crate::domain::lifecycle::revise;
use crate::domain::model::branch::BranchName;
use crate::domain::model::path::RepoPath;
use crate::domain::model::prd::Prd;
use crate::domain::report::change::{Change, Step};
use crate::io::git::merged::Merged;
use crate::io::store::progress::Source;
use crate::io::store::transaction::{Applied, ApplyOptions};
use crate::io::tools::install;

/// What a transition may look at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) app: &'a App,
    pub(super) session: &'a Session,
    pub(super) reading: &'a Reading,
    pub(super) snapshot: Snapshot<'a>,
    pub(super) subject: Subject<'a>,
}

/// The request that a transition's flags make.
pub(super) fn request(flags: &TransitionFlags, acting_as: Option<String>) -> Request {
    Request { overriding: Override { force: flags.force, reason: flags.reason.clone() }, acting_as }
}

/// Plans a transition of one PRD under the clone's lock, and applies it unless `--dry-run`.
pub(super) fn run(
    app: &App,
    name: &str,
    flags: &TransitionFlags,
    output: Output,
    plan: impl FnOnce(Context<'_>) -> Result<Plan, CommandError>,
) -> Result<Report, CommandError> {
    let change = change(app, name, flags, plan)?;
    finish(app, output, &change)
}

/// As [`run`], and then installs the dependencies of the worktree that was made.
pub(super) fn run_and_install(
    app: &App,
    name: &str,
    flags: &TransitionFlags,
    output: Output,
    install: bool,
    plan: impl FnOnce(Context<'_>) -> Result<Plan, CommandError>,
) -> Result<Report, CommandError> {
    let mut change = change(app, name, flags, plan)?;
    if let Some(worktree) = change.worktree.clone().filter(|_| install && !change.dry_run) {
        change.failed = install_dependencies(app, &worktree);
    }
    finish(app, output, &change)
}

fn change(
    app: &App,
    name: &str,
    flags: &TransitionFlags,
    plan: impl FnOnce(Context<'_>) -> Result<Plan, CommandError>,
) -> Result<Change, CommandError> {
    let mut session = Session::open_for_change(app, flags.dry_run)?;
    let actor = session.actor()?;
    let reading = session.read()?;
    let graph = reading.graph(session.config());
    let work_plan = session.work_plan();
    let snapshot = Snapshot {
        config: session.config(),
        portfolio: &reading.portfolio,
        graph: &graph,
        records: &reading.records,
        actor: &actor,
        now: app.now(),
        today: app.today(),
        work_plan: work_plan.as_ref(),
    };
    let prd = reading.prd(&session, app, name)?;
    let text = session.text(&prd.path)?;
    let subject = Subject { prd, text: &text };
    let plan = plan(Context { app, session: &session, reading: &reading, snapshot, subject })?;
    let mut change = describe(&plan, prd, flags.dry_run);
    if !flags.dry_run {
        let applied = session.apply(app, &plan, &actor, ApplyOptions { no_verify: flags.no_verify })?;
        note_applied(&mut change, &applied);
    }
    Ok(change)
}

/// Applies a plan that was made under the lock of `session`, for commands that are no transition of one PRD.
pub(super) fn apply_plan(
    app: &App,
    session: &mut Session,
    plan: &Plan,
    title: &str,
    flags: &TransitionFlags,
) -> Result<Change, CommandError> {
    let mut change = Change::of(plan, title, flags.dry_run);
    if !flags.dry_run {
        let actor = session.actor()?;
        let applied = session.apply(app, plan, &actor, ApplyOptions { no_verify: flags.no_verify })?;
        note_applied(&mut change, &applied);
    }
    Ok(change)
}

/// Writes a new text of one PRD in its place. False where nothing changes.
pub(super) fn revise(
    app: &App,
    name: &str,
    command: &str,
    flags: &TransitionFlags,
    edit: impl FnOnce(&Context<'_>) -> Result<String, CommandError>,
) -> Result<Option<Change>, CommandError> {
    let mut session = Session::open_for_change(app, flags.dry_run)?;
    let actor = session.actor()?;
    let reading = session.read()?;
    let graph = reading.graph(session.config());
    let snapshot = Snapshot {
        config: session.config(),
        portfolio: &reading.portfolio,
        graph: &graph,
        records: &reading.records,
        actor: &actor,
        now: app.now(),
        today: app.today(),
        work_plan: None,
    };
    let prd = reading.prd(&session, app, name)?;
    let text = session.text(&prd.path)?;
    let subject = Subject { prd, text: &text };
    let content = edit(&Context { app, session: &session, reading: &reading, snapshot, subject })?;
    let Some(plan) = revise::plan(&snapshot, subject, command, content)? else { return Ok(None) };
    let mut change = describe(&plan, prd, flags.dry_run);
    if !flags.dry_run {
        let applied = session.apply(app, &plan, &actor, ApplyOptions { no_verify: flags.no_verify })?;
        note_applied(&mut change, &applied);
    }
    Ok(Some(change))
}

fn describe(plan: &Plan, prd: &Prd, dry_run: bool) -> Change {
    Change::of(plan, &prd.title, dry_run)
}

fn note_applied(change: &mut Change, applied: &Applied) {
    change.commit = applied.commit.as_ref().map(ToString::to_string);
    change.worktree = applied.worktree.as_ref().map(|path| path.display().to_string());
    change.notes.extend(applied.notes.iter().cloned());
}

/// The answer of a command that changed something.
pub(super) fn finish(app: &App, output: Output, change: &Change) -> Result<Report, CommandError> {
    let mut report = app.report(output, change, |change, _| render::change(change))?;
    if let Some(failure) = &change.failed {
        app.console.warn(failure);
        report.exit = super::error::ErrorKind::Outside.exit_code();
    }
    Ok(report)
}
