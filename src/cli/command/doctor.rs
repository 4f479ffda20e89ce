use std::time::Duration;

use clap::Parser;
use serde::Serialize;

use crate::cli::app::App;
use crate::cli::args::Output;
use crate::cli::error::CommandError;
use crate::cli::output::Report;
use crate::cli::render::list::count;
use crate::cli::session::{self, Reading, Session};
use crate::domain::lint::rules;
use crate::domain::model::branch::BranchName;
use crate::domain::model::finding::Severity;
use crate::domain::model::state::State;
use crate::io::git::home::HomePlace;
use crate::io::git::repository::Git;
use crate::io::store::recovery;

/// Check this clone, and finish or take back what an interrupted command left
///
/// Ends with 1 where something is wrong that needs a person.
#[derive(Debug, Parser)]
pub struct Args {
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Serialize)]
struct Examination {
    checks: Vec<Check>,
}

#[derive(Debug, Serialize)]
struct Check {
    name: &'static str,
    ok: bool,
    message: String,
    hint: Option<String>,
}

impl Check {
    fn good(name: &'static str, message: impl Into<String>) -> Self {
        Self { name, ok: true, message: message.into(), hint: None }
    }

    fn bad(name: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { name, ok: false, message: message.into(), hint: Some(hint.into()) }
    }
}

/// Runs `prd doctor`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let folder = app.global.repo.as_ref().map_or_else(|| app.env.cwd.clone(), |dir| app.env.absolute(dir));
    let git = Git::open(&app.env, &folder)?;
    let mut checks = vec![interrupted(app, &git)?];
    let session = Session::open(app)?;
    checks.push(identity(&session)?);
    checks.push(home(&session));
    let reading = session.read()?;
    checks.push(branches(&session, &reading)?);
    checks.push(worktrees(&session)?);
    checks.push(lint(&session, &reading));
    let refused = checks.iter().any(|check| !check.ok);
    Ok(app
        .report(args.output, &Examination { checks }, |answer, _| text(&answer.checks))?
        .refused_if(refused))
}

fn interrupted(app: &App, git: &Git) -> Result<Check, CommandError> {
    session::refuse_in_transaction(app)?;
    let lock = git.lock(&app.invocation, Duration::from_secs(60))?;
    let settled = recovery::settle_worktrees(git, app.env.now.into());
    let recovered = recovery::recover(git)?;
    drop(lock);
    let mut lines = match settled {
        Ok(lines) => lines,
        Err(error) => {
            let hint = "look at the folder, take out what you need, and remove it";
            return Ok(Check::bad("interrupted commands", error.to_string(), hint));
        }
    };
    lines.extend(recovered.iter().map(ToString::to_string));
    if lines.is_empty() {
        return Ok(Check::good("interrupted commands", "none"));
    }
    Ok(Check::good("interrupted commands", lines.join("; ")))
}

fn identity(session: &Session) -> Result<Check, CommandError> {
    Ok(match session.git.identity()? {
        Some(person) => Check::good("identity", person.to_string()),
        None => Check::bad(
            "identity",
            "git does not know who you are",
            "git config --global user.email you@example.org",
        ),
    })
}

fn home(session: &Session) -> Check {
    let home = &session.home;
    let branch = home.branch.as_ref().map_or_else(|| "no branch".to_owned(), ToString::to_string);
    match &home.place {
        HomePlace::Checkout { root } => Check::good("home", format!("{branch} in {}", root.display())),
        HomePlace::Tip { oid } => {
            Check::good("home", format!("{branch} at {}, checked out nowhere", oid.short()))
        }
        HomePlace::ThisCheckout { root } => Check::bad(
            "home",
            format!("{} may only be read: {branch} with no commit, or a detached HEAD", root.display()),
            "switch to the branch that holds the PRDs, or make its first commit",
        ),
    }
}

/// Every PRD in progress has its branch, and no other PRD is recorded for it.
fn branches(session: &Session, reading: &Reading) -> Result<Check, CommandError> {
    let mut missing = Vec::new();
    let mut count = 0;
    for prd in reading.portfolio.prds().iter().filter(|prd| prd.state == State::InProgress) {
        let Some(branch) = prd.branch.as_deref().and_then(|name| BranchName::new(name).ok()) else {
            continue;
        };
        count += 1;
        if session.git.branch_tip(&branch)?.is_none() {
            missing.push(format!("{} ({branch})", prd.id));
        }
    }
    Ok(if missing.is_empty() {
        Check::good("branches", format!("{count} recorded by PRDs in progress, all there"))
    } else {
        Check::bad(
            "branches",
            format!("not in this clone: {}", missing.join(", ")),
            "fetch them, or prd pause ID where the work is gone",
        )
    })
}

fn worktrees(session: &Session) -> Result<Check, CommandError> {
    let trees = session.git.worktrees()?;
    let gone: Vec<String> =
        trees.iter().filter(|tree| tree.is_missing).map(|tree| tree.path.display().to_string()).collect();
    Ok(if gone.is_empty() {
        Check::good("worktrees", format!("{} registered, all there", trees.len()))
    } else {
        Check::bad(
            "worktrees",
            format!("registered, but the folder is gone: {}", gone.join(", ")),
            "prd worktree repair PATH where it was moved; prd worktree remove PATH where it was deleted",
        )
    })
}

fn lint(session: &Session, reading: &Reading) -> Check {
    let graph = reading.graph(session.config());
    let mut findings = rules::findings(&reading.portfolio, &graph, session.config());
    findings.extend(reading.record_problems.iter().cloned());
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    if errors == 0 {
        Check::good("PRDs", format!("{} read, no error", reading.portfolio.prds().len()))
    } else {
        Check::bad(
            "PRDs",
            format!("{} read, {}", reading.portfolio.prds().len(), count(errors, "error", "errors")),
            "prd lint",
        )
    }
}

fn text(checks: &[Check]) -> String {
    use owo_colors::OwoColorize as _;
    let mut text = String::new();
    for check in checks {
        let mark = if check.ok { "✓".green().to_string() } else { "✗".red().to_string() };
        text.push_str(&format!("{mark} {}: {}\n", check.name, check.message));
        if let Some(hint) = &check.hint {
            text.push_str(&format!("  {} {hint}\n", "→".dimmed()));
        }
    }
    text
}
