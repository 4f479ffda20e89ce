//! Finishing or undoing the plans of killed commands.
//!
//! A plan is decided once the home branch has its commit, or, with `commit: "off"`, once its files are written. Until
//! then it is undone, from then on finished. What somebody did to the leftovers in the meantime is never taken away:
//! it stays, and is named.

use std::path::Path;
use std::time::{Duration, SystemTime};

use super::error::TransactionError;
use super::journal::{self, Entry, Journal, Made, absolute};
use super::loose_files;
use crate::domain::lifecycle::plan::{Action, Consent};
use crate::domain::model::branch::BranchName;
use crate::domain::model::id::PrdId;
use crate::io::files;
use crate::io::git::bases;
use crate::io::git::commit::advance::Resumed;
use crate::io::git::error::GitError;
use crate::io::git::repository::Git;
use crate::io::git::worktree::add::{Populated, Registered, WorktreeError};
use crate::io::git::worktree::gate::{RemovalError, RemovalRules, Removed};
use crate::io::git::worktree::trash::Label;
use crate::io::github::outbox::Outbox;

/// A git that a killed command had started is not killed with it, and may still be at its end: it gets this long.
const LAST_BREATH: Duration = Duration::from_millis(300);

/// What was done about the plans of killed commands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovered {
    /// The plan: `start SVC-128`.
    pub what: String,
    /// True where it was finished, false where it was undone.
    pub finished: bool,
    /// What could not be done.
    pub notes: Vec<String>,
}

impl std::fmt::Display for Recovered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let done = if self.finished { "finished" } else { "took back" };
        write!(f, "{done} `{}`, which was interrupted", self.what)?;
        self.notes.iter().try_for_each(|note| write!(f, "; {note}"))
    }
}

/// True where a plan is written down: of a command that runs, or of one that was killed.
#[must_use]
pub fn may_be_needed(git: &Git) -> bool {
    git.has_unsettled_trash()
        || std::fs::read_dir(journal::folder(git.common_dir()))
            .is_ok_and(|mut entries| entries.next().is_some())
}

/// Finishes or takes back the removals and restorations of worktrees that a kill interrupted, and throws away what has
/// been in the trash for two weeks; gives what was done, a sentence each. To be called under the clone's lock, before
/// [`recover`].
///
/// # Errors
/// Git or the file system failed; nothing is lost then, and everything else can go on.
pub fn settle_worktrees(git: &Git, now: SystemTime) -> Result<Vec<String>, GitError> {
    let mut done = Vec::new();
    if git.has_unsettled_trash() {
        std::thread::sleep(LAST_BREATH);
        done = git.settle_trash()?;
    }
    git.expire_trash(now)?;
    Ok(done)
}

/// Finishes or undoes the plans of killed commands. To be called under the clone's lock.
///
/// # Errors
/// [`TransactionError`]; the journal stays then, and nothing of it is lost.
pub fn recover(git: &Git) -> Result<Vec<Recovered>, TransactionError> {
    let orphans = Journal::orphans(git.common_dir())?;
    if !orphans.is_empty() {
        std::thread::sleep(LAST_BREATH);
    }
    orphans.into_iter().map(|journal| recover_one(git, journal)).collect()
}

fn recover_one(git: &Git, journal: Journal) -> Result<Recovered, TransactionError> {
    let entry = &journal.entry;
    let mut notes = Vec::new();
    remove_temporaries(git, entry)?;
    remove_ref_locks(git, &journal)?;
    if !entry.made.is_empty() {
        git.remove_begun_registrations()?;
    }
    let finished = is_decided(git, entry)?;
    if finished {
        follow_up(git, entry, &mut notes);
        for registered in entry.made.iter().filter_map(Made::registered) {
            let populated = git.populate_rest(&registered);
            let failed = note_populated(&registered, populated, &mut notes);
            notes.extend(failed);
        }
    } else {
        undo(git, entry, &mut notes)?;
    }
    let what = entry.plan.told();
    journal.close().map_err(TransactionError::Journal)?;
    Ok(Recovered { what, finished, notes })
}

/// Removes the locks that a git that was killed as well left on the refs of the plan.
fn remove_ref_locks(git: &Git, journal: &Journal) -> Result<(), TransactionError> {
    let since = journal.begun().map_err(TransactionError::Journal)?;
    let entry = &journal.entry;
    let branches = entry.home.branch.iter().chain(entry.made.iter().map(|made| &made.branch));
    let mut names: Vec<String> = branches.map(BranchName::ref_name).collect();
    names.extend(entry.plan.prd.as_ref().map(bases::ref_of));
    names.push("HEAD".to_owned());
    for name in names {
        git.remove_stale_ref_lock(&name, since)?;
    }
    Ok(())
}

/// Removes the temporary files of interrupted writes, in the folders that the plan writes to.
fn remove_temporaries(git: &Git, entry: &Entry) -> Result<(), TransactionError> {
    let mut folders = vec![Outbox::of(&git.private_dir()).folder().to_owned()];
    if let Some(root) = entry.home.root() {
        let files = entry.request.changes.iter().map(|change| &change.path);
        // Behind a link nothing was written.
        let files = files.filter(|path| files::first_link(root, path).is_none());
        folders.extend(files.filter_map(|path| Some(root.join(path.as_str()).parent()?.to_owned())));
    }
    for folder in folders {
        files::remove_temporaries(&folder)
            .map_err(|source| TransactionError::File { path: folder, source })?;
    }
    Ok(())
}

/// What is to be said of a worktree's checkout: the failure, if it failed.
pub(super) fn note_populated(
    registered: &Registered,
    populated: Result<Populated, WorktreeError>,
    notes: &mut Vec<String>,
) -> Option<String> {
    let path = registered.path.display();
    match populated {
        Ok(populated) => {
            notes.extend(populated.hook_failure.map(|said| format!("the post-checkout hook failed: {said}")));
            if !populated.kept.is_empty() {
                notes.push(format!("kept as found, unlike the commit has it: {}", populated.kept.join(", ")));
            }
            None
        }
        Err(error) => Some(format!(
            "the worktree {path} could not be checked out: {error}; try git -C {path} checkout -f"
        )),
    }
}

/// Whether a killed plan had come past its decision; what that takes in home is finished or taken back here.
pub(super) fn is_decided(git: &Git, entry: &Entry) -> Result<bool, TransactionError> {
    let Some(built) = &entry.built else {
        let root = entry.home.root().filter(|_| !entry.commits);
        return Ok(
            entry.decided || root.is_some_and(|root| loose_files::is_written(root, &entry.request.changes))
        );
    };
    match git.resume_advance(&entry.home, &entry.request, built)? {
        Resumed::NotBegun => Ok(false),
        Resumed::Done => Ok(true),
        Resumed::Moved(advance) => {
            advance.finish()?;
            Ok(true)
        }
        Resumed::Pending(advance) => {
            advance.abandon()?;
            Ok(false)
        }
    }
}

/// Takes back what a plan made that is not decided. A worktree that somebody has begun to use, and a branch that has
/// moved since, are theirs: they stay, and are named.
pub(super) fn undo(git: &Git, entry: &Entry, notes: &mut Vec<String>) -> Result<(), TransactionError> {
    if let Some(root) = entry.home.root().filter(|_| !entry.commits) {
        loose_files::undo(root, &entry.request.changes)?;
    }
    for made in entry.made.iter().rev() {
        match take_back(git, made) {
            Ok(()) => {}
            Err(
                error @ (WorktreeError::HasFiles { .. }
                | WorktreeError::NotOurs { .. }
                | WorktreeError::Git(GitError::RefMoved { .. } | GitError::BranchCheckedOut { .. })),
            ) => notes.push(format!("{} stays: {error}", made.branch)),
            Err(error) => return Err(error.into()),
        }
        if let Some(prd) = entry.plan.prd.as_ref().filter(|_| made.new_branch) {
            git.forget_base(prd, &made.at)?;
        }
    }
    Ok(())
}

fn take_back(git: &Git, made: &Made) -> Result<(), WorktreeError> {
    if let Some(registered) = made.registered() {
        return git.unregister(&registered);
    }
    if made.new_branch && git.branch_tip(&made.branch)?.as_ref() == Some(&made.at) {
        git.delete_branch(&made.branch, &made.at)?;
    }
    Ok(())
}

/// What comes after the decision, and may be done twice: the outbox, and removing worktrees.
pub(super) fn follow_up(git: &Git, entry: &Entry, notes: &mut Vec<String>) {
    for action in &entry.plan.actions {
        match action {
            Action::Queue { entry: queued } => {
                if let Err(error) = Outbox::of(&git.private_dir()).put(queued) {
                    notes.push(format!("the outbox cannot be written: {error}"));
                }
            }
            Action::RemoveWorktree { branch, worktree, consent } => {
                let path = absolute(&entry.main_root, worktree);
                match remove_worktree(git, &path, *consent, entry) {
                    Ok(removed) => notes.extend(removed.iter().map(note_removed)),
                    Err(error) => {
                        let is_gone = git.worktree_at(&path).is_ok_and(|tree| tree.is_none());
                        let what = if is_gone { "is gone, but not all of it" } else { "stays" };
                        notes.push(format!("the worktree {} of {branch} {what}: {error}", path.display()));
                    }
                }
            }
            Action::WriteFile { .. }
            | Action::MoveFile { .. }
            | Action::RemoveFile { .. }
            | Action::CreateBranch { .. }
            | Action::AttachWorktree { .. } => {}
        }
    }
}

/// Removes a worktree whose branch stays, if the gate allows it now; one that is gone is no error.
fn remove_worktree(
    git: &Git,
    path: &Path,
    consent: Consent,
    entry: &Entry,
) -> Result<Option<Removed>, RemovalError> {
    git.finish_removal(path)?;
    if git.worktree_at(path)?.is_none() {
        return Ok(None);
    }
    let rules = RemovalRules {
        discard_ignored: consent.discard_ignored,
        leaves_shell: consent.leaves_shell,
        ..RemovalRules::default()
    };
    let permit = git.removal_check(path, &rules)?;
    let label = Label {
        name: entry.plan.prd.as_ref().map_or_else(String::new, PrdId::canonical),
        time: entry.request.time,
    };
    git.remove_worktree(permit, &label).map(Some)
}

/// What is to be said of a worktree that went.
fn note_removed(removed: &Removed) -> String {
    let mut text = format!("the worktree {} is gone", removed.path.display());
    if let (Some(branch), Some(tip)) = (&removed.branch, &removed.tip) {
        text.push_str(&format!("; {branch} stays at {}", tip.short()));
    }
    if !removed.kept.is_empty() {
        text.push_str(&format!("; kept for 14 days: {}", removed.kept.join(", ")));
    }
    text
}
