//! pre-merge-commit, pre-push, post-merge, post-checkout: what comes of merging.

use std::io::Read as _;

use crate::cli::app::App;
use crate::cli::error::CommandError;
use crate::cli::merging;
use crate::cli::session::{IN_TRANSACTION, Session};
use crate::domain::hooks::name::Hook;
use crate::domain::lint::merge;
use crate::domain::model::branch::BranchName;
use crate::domain::model::finding::{Finding, Severity};
use crate::domain::model::prd::Prd;
use crate::domain::model::state::State;
use crate::domain::report::hooks::HookRun;
use crate::io::git::oid::Oid;
use crate::io::git::repository::Head;
use crate::io::store::blobs;

/// Runs pre-merge-commit: the index is the merge's result.
pub(super) fn before_commit(session: &Session) -> Result<HookRun, CommandError> {
    let mut run = HookRun::new(Hook::PreMergeCommit);
    let Some(oid) = session.git.head()?.into_oid() else { return Ok(run) };
    let before = merging::of_tree(session, &oid)?;
    let after = merging::of_index(session)?;
    run.blobs_read = before.read + after.read;
    run.findings = errors(merge::brought(&before.portfolio, &after.portfolio));
    Ok(run)
}

fn errors(findings: Vec<Finding>) -> Vec<Finding> {
    findings.into_iter().filter(|finding| finding.severity == Severity::Error).collect()
}

/// Runs pre-push: every branch that is pushed is merged in memory into the home branch as the remote had it last.
pub(super) fn before_push(session: &Session, args: &[String]) -> Result<HookRun, CommandError> {
    let mut run = HookRun::new(Hook::PrePush);
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input)?;
    let (Some(remote), Some(home)) = (args.first(), &session.home.branch) else { return Ok(run) };
    let Some(there) = session.git.ref_oid(&format!("refs/remotes/{remote}/{home}"))? else { return Ok(run) };
    for line in input.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [_, local, target, _] = words.as_slice() else { continue };
        let Some(pushed) = Oid::parse(local).filter(|oid| !oid.is_zero()) else { continue };
        if !target.starts_with("refs/heads/") || session.git.is_ancestor(&pushed, &there)? {
            continue;
        }
        let findings = if session.git.is_ancestor(&there, &pushed)? {
            let before = merging::of_tree(session, &there)?;
            let after = merging::of_tree(session, &pushed)?;
            merge::brought(&before.portfolio, &after.portfolio)
        } else if session.git.merge_base(&there, &pushed)?.is_some() {
            // What is in conflict will be seen by whoever merges: only what nobody would see stops a push.
            let (findings, _) = merging::brought_by_merge(session, &there, &pushed)?;
            findings.into_iter().filter(|finding| finding.rule != "moved-twice").collect()
        } else {
            Vec::new()
        };
        run.findings.extend(errors(findings));
    }
    if !run.findings.is_empty() {
        run.say(
            Severity::Warning,
            format!("this is what comes of merging into {home} as {remote} had it when it was fetched last"),
            Some(format!("git fetch {remote}, and prd lint --merge {remote}/{home}")),
        );
    }
    Ok(run)
}

/// Runs post-merge: names the PRDs whose branch was merged just now.
pub(super) fn after_merge(app: &App, session: &Session) -> Result<HookRun, CommandError> {
    let mut run = HookRun::new(Hook::PostMerge);
    let Some(before) = session.git.commit_of("ORIG_HEAD")? else { return Ok(run) };
    let Some(now) = home_head(app, session)? else { return Ok(run) };
    for (prd, tip) in running(session, &mut run)? {
        let recorded = session.git.base_of(&prd.id)?;
        let is_merged = |into: &Oid| -> Result<bool, CommandError> {
            Ok(session.git.merged(&tip, into, recorded.as_ref())?.is_merged())
        };
        if is_merged(&now)? && !is_merged(&before)? {
            say_merged(&mut run, &prd);
        }
    }
    Ok(run)
}

/// Runs post-checkout: where the home branch is checked out, names the PRDs whose branch is merged there.
pub(super) fn after_checkout(app: &App, session: &Session, args: &[String]) -> Result<HookRun, CommandError> {
    let mut run = HookRun::new(Hook::PostCheckout);
    let [from, to, flag] = args else { return Ok(run) };
    let is_fresh = Oid::parse(from).is_none_or(|oid| oid.is_zero());
    // A single file was checked out, a worktree was made, or nothing has changed.
    if flag != "1" || is_fresh || from == to {
        return Ok(run);
    }
    let Some(now) = home_head(app, session)? else { return Ok(run) };
    for (prd, tip) in running(session, &mut run)? {
        let is_new = session.git.base_of(&prd.id)?.as_ref() == Some(&tip);
        if !is_new && session.git.is_ancestor(&tip, &now)? {
            say_merged(&mut run, &prd);
        }
    }
    Ok(run)
}

/// The commit of `HEAD` where that is the home branch; `None` anywhere else, and in the middle of our own changes.
fn home_head(app: &App, session: &Session) -> Result<Option<Oid>, CommandError> {
    if app.env.var(IN_TRANSACTION).is_some() {
        return Ok(None);
    }
    Ok(match session.git.head()? {
        Head::Branch { name, oid } if session.home.branch.as_ref() == Some(&name) => Some(oid),
        Head::Branch { .. } | Head::Unborn { .. } | Head::Detached { .. } => None,
    })
}

/// The PRDs in progress whose branch is in this clone, with its tip.
fn running(session: &Session, run: &mut HookRun) -> Result<Vec<(Prd, Oid)>, CommandError> {
    let config = session.config();
    let Some(folder) = config.directories().folder(State::InProgress) else { return Ok(Vec::new()) };
    let files = session.git.index().files(std::slice::from_ref(folder))?;
    let found =
        blobs::load_some(&session.git, &files, config.directories(), config.id_format(), session.cache())?;
    run.blobs_read += found.read;
    let mut running = Vec::new();
    for prd in found.portfolio.prds() {
        let branch = prd.branch.as_deref().and_then(|name| BranchName::new(name).ok());
        let Some(branch) = branch else { continue };
        if let Some(tip) = session.git.branch_tip(&branch)? {
            running.push((prd.clone(), tip));
        }
    }
    Ok(running)
}

fn say_merged(run: &mut HookRun, prd: &Prd) {
    let branch = prd.branch.clone().unwrap_or_default();
    let message = format!("{} is merged: its branch {branch} is in this one", prd.id);
    run.say(Severity::Hint, message, Some(format!("prd complete {}", prd.id)));
}
