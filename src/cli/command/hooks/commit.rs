//! pre-commit: what is about to be committed, read from the index.

use std::collections::BTreeSet;

use super::branch;
use crate::cli::app::App;
use crate::cli::error::CommandError;
use crate::cli::merging;
use crate::cli::session::Session;
use crate::domain::hooks::name::Hook;
use crate::domain::hooks::scope;
use crate::domain::hooks::staged::{self, Staged};
use crate::domain::markdown::identity;
use crate::domain::markdown::read::is_prd_file;
use crate::domain::model::id::PrdId;
use crate::domain::model::path::RepoPath;
use crate::domain::model::state::State;
use crate::domain::report::hooks::HookRun;
use crate::domain::secrets::scan::{self, Added};
use crate::io::git::file_list::FileList;
use crate::io::git::oid::Oid;
use crate::io::git::staged::{Index, StagedChange};
use crate::io::git::worktree::list::Operation;
use crate::io::store::blobs::{self, FromBlobs, Near};

/// Runs pre-commit.
pub(super) fn look(app: &App, session: &Session) -> Result<HookRun, CommandError> {
    let mut run = HookRun::new(Hook::PreCommit);
    let index = session.git.index();
    let changes = index.changes()?;
    let directories = session.config().directories();
    let is_prd = |change: &&StagedChange| {
        is_prd_file(change.path.file_name()) && directories.state_of(&change.path).is_some()
    };
    let touched: Vec<&StagedChange> = changes.iter().filter(is_prd).collect();
    if !touched.is_empty() {
        prds(session, &index, &touched, &mut run)?;
    }
    scope(session, &index, &changes, &mut run)?;
    secrets(app, session, &mut run)?;
    Ok(run)
}

fn prds(
    session: &Session,
    index: &Index<'_>,
    touched: &[&StagedChange],
    run: &mut HookRun,
) -> Result<(), CommandError> {
    let config = session.config();
    let (directories, format) = (config.directories(), config.id_format());
    let written: BTreeSet<RepoPath> =
        touched.iter().filter(|change| change.after.is_some()).map(|change| change.path.clone()).collect();
    let load = |side: fn(&StagedChange) -> &Option<Oid>| {
        let files = touched.iter().filter_map(|change| Some((change.path.clone(), side(change).clone()?)));
        blobs::load_some(&session.git, &files.collect::<FileList>(), directories, format, None)
    };
    let before = load(|change| &change.before)?;
    // Of a large commit all are read at once, and not first those that it writes.
    let is_small = touched.len() <= blobs::FEW && touched.iter().all(|change| change.before.is_some());
    let alone = if is_small { Some(load(|change| &change.after)?) } else { None };
    let alone = alone.filter(|after| staged::keeps_ties(&before.portfolio, &after.portfolio, &written));
    let after = match alone {
        Some(FromBlobs { portfolio, read }) => Near { portfolio, may_go_round: false, read },
        None => merging::near_in_index(session, index, &written)?,
    };
    run.blobs_read += after.read + before.read;
    let mut conflicts = Vec::new();
    for change in touched {
        let Some(blob) = &change.after else { continue };
        let text = session.git.blob(blob)?;
        if let Some(line) = staged::conflict_mark(&String::from_utf8_lossy(&text)) {
            conflicts.push((change.path.clone(), line));
        }
    }
    let is_known = |id: &PrdId| before.portfolio.find(id).is_some();
    let written_prds = after.portfolio.prds().iter().filter(|prd| written.contains(&prd.path));
    let new: Vec<&PrdId> = written_prds.map(|prd| &prd.id).filter(|id| !is_known(id)).collect();
    let elsewhere = if new.is_empty() { Vec::new() } else { ids_elsewhere(session, &new)? };
    run.findings.extend(staged::findings(&Staged {
        after: &after.portfolio,
        before: before.portfolio.prds(),
        written: &written,
        may_go_round: after.may_go_round,
        conflicts: &conflicts,
        elsewhere: &elsewhere,
        has_review: directories.folder(State::Review).is_some(),
        judges_moves: Operation::in_progress(session.git.git_dir()).is_none(),
    }));
    Ok(())
}

/// The ids that the branches of this clone have, by the names of their files; others than the wanted ones may be left out.
fn ids_elsewhere(session: &Session, wanted: &[&PrdId]) -> Result<Vec<(PrdId, RepoPath)>, CommandError> {
    // What the branch itself has is known.
    let head = session.git.head()?.into_oid();
    let paths = session.git.branch_prd_paths(&merging::folders(session), head.as_ref())?;
    let format = session.config().id_format();
    // A name without the digits of a number is not read: of thousands few are left.
    let numbers: Vec<String> = wanted.iter().map(|id| id.number().to_string()).collect();
    Ok(paths
        .into_iter()
        .filter(|path| numbers.iter().any(|number| path.file_name().contains(number.as_str())))
        .filter(|path| is_prd_file(path.file_name()))
        .filter_map(|path| Some((identity::read_file_name(&path, format).id?, path)))
        .collect())
}

/// Names files of services that the branch's PRD is not about.
fn scope(
    session: &Session,
    index: &Index<'_>,
    changes: &[StagedChange],
    run: &mut HookRun,
) -> Result<(), CommandError> {
    if changes.is_empty() || session.config().services.values().all(|service| service.paths.is_empty()) {
        return Ok(());
    }
    let (prd, read) = branch::prd(session, index)?;
    run.blobs_read += read;
    let Some(prd) = prd else { return Ok(()) };
    let files: Vec<RepoPath> = changes.iter().map(|change| change.path.clone()).collect();
    run.findings.extend(scope::findings(session.config(), &prd, &files));
    run.prd = Some(prd.id);
    Ok(())
}

fn secrets(app: &App, session: &Session, run: &mut HookRun) -> Result<(), CommandError> {
    let security = &session.config().security;
    if !(security.enabled && security.auto_scan_on_commit) {
        return Ok(());
    }
    let ignored = match scan::ignored(&security.ignore_patterns) {
        Ok(ignored) => ignored,
        Err(why) => {
            app.console.warn(&format!("security.ignore_patterns: {why}; nothing was looked at for secrets"));
            return Ok(());
        }
    };
    let added: Vec<Added> = session
        .git
        .staged_lines()?
        .into_iter()
        .map(|lines| Added { path: lines.path, line: lines.line, text: lines.text })
        .collect();
    run.findings.extend(scan::findings(&added, &ignored));
    Ok(())
}
