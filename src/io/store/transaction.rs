//! Applying a plan as one: all of it is done, or none, even where the process is killed half-way.
//!
//! Under the clone's lock: write the plan down, build the commit, make the branch and register the worktree at it,
//! change home (the moment of decision is the move of the home branch), then queue what GitHub is to be told and
//! remove worktrees. Outside of the lock: check the new worktree out. Before the decision a killed plan is undone
//! by whoever comes next, after it it is finished (`recovery`).

use std::path::{Path, PathBuf};

use chrono::{DateTime, FixedOffset};

use super::error::TransactionError;
use super::journal::{Entry, Journal, Made, absolute};
use super::kill_switch::KillSwitch;
use super::{loose_files, recovery};
use crate::domain::lifecycle::plan::{Action, Plan, TextHash};
use crate::domain::model::branch::BranchName;
use crate::domain::model::path::RepoPath;
use crate::domain::model::people::Person;
use crate::io::git::commit::request::{CommitRequest, TreeChange};
use crate::io::git::home::Home;
use crate::io::git::lock::CloneLock;
use crate::io::git::oid::Oid;
use crate::io::git::repository::Git;

/// What a plan is applied to.
#[derive(Debug)]
pub struct Target<'a> {
    /// The clone.
    pub git: &'a Git,
    /// Home, as it was when the plan was made.
    pub home: &'a Home,
    /// The folder that relative worktree paths begin at.
    pub main_root: &'a Path,
    /// True where the plan ends in a commit on the home branch.
    pub commits: bool,
    /// The author.
    pub author: &'a Person,
    /// When.
    pub time: DateTime<FixedOffset>,
    /// Leaves the hooks `pre-commit` and `commit-msg` out.
    pub no_verify: bool,
}

/// What came of a plan.
#[derive(Debug, Default)]
pub struct Applied {
    /// The commit on the home branch.
    pub commit: Option<Oid>,
    /// The worktree that was made, absolute.
    pub worktree: Option<PathBuf>,
    /// What a user should know.
    pub notes: Vec<String>,
    /// What failed after the decision, with what to do about it.
    pub failed: Option<String>,
}

/// Applies a plan that was made under `lock`.
///
/// # Errors
/// [`TransactionError`]; everything is as before then.
pub fn apply(
    target: &Target<'_>,
    lock: CloneLock,
    plan: &Plan,
    kill: &mut KillSwitch,
) -> Result<Applied, TransactionError> {
    let request = request(target, plan)?;
    let entry = Entry {
        schema: 1,
        plan: plan.clone(),
        home: target.home.clone(),
        main_root: target.main_root.to_owned(),
        request,
        commits: target.commits,
        built: None,
        decided: false,
        made: Vec::new(),
    };
    let mut journal = Journal::open(target.git.common_dir(), entry).map_err(TransactionError::Journal)?;
    kill.step();
    if let Err(error) = decide(target, &mut journal, kill) {
        // The first error is the one to show. Where even taking back fails, the journal stays for the next command.
        match recovery::is_decided(target.git, &journal.entry) {
            Ok(true) => {}
            Ok(false) if recovery::undo(target.git, &journal.entry, &mut Vec::new()).is_ok() => {
                journal.close().map_err(TransactionError::Journal)?;
                return Err(error);
            }
            _ => return Err(error),
        }
    }
    kill.step();
    let mut applied =
        Applied { commit: journal.entry.built.as_ref().map(|built| built.oid.clone()), ..Applied::default() };
    recovery::follow_up(target.git, &journal.entry, &mut applied.notes);
    kill.step();
    drop(lock);
    for registered in journal.entry.made.iter().filter_map(Made::registered) {
        let populated = target.git.populate(&registered);
        applied.failed = recovery::note_populated(&registered, populated, &mut applied.notes);
        applied.worktree = Some(registered.path);
    }
    kill.step();
    journal.close().map_err(TransactionError::Journal)?;
    Ok(applied)
}

/// The files of a plan, with what they hold now: what the plan was made from, or somebody was faster.
fn request(target: &Target<'_>, plan: &Plan) -> Result<CommitRequest, TransactionError> {
    if target.home.is_read_only() && target.commits {
        return Err(TransactionError::ReadOnlyHome);
    }
    if target.home.root().is_none() && !target.commits {
        return Err(TransactionError::NoCheckout);
    }
    let mut changes = Vec::new();
    for change in plan.file_changes() {
        let expected = read(target, change.path)?;
        if expected.as_deref().map(TextHash::of).as_ref() != change.replaces {
            return Err(TransactionError::Changed { path: change.path.clone() });
        }
        let content = change.content.map(|text| text.as_bytes().to_vec());
        changes.push(TreeChange { path: change.path.clone(), expected, content });
    }
    Ok(CommitRequest {
        changes,
        message: plan.commit_message(),
        author: target.author.clone(),
        time: target.time,
        no_verify: target.no_verify,
    })
}

fn read(target: &Target<'_>, path: &RepoPath) -> Result<Option<Vec<u8>>, TransactionError> {
    match target.home.root() {
        Some(root) => {
            let file = root.join(path.as_str());
            match fs_err::read(&file) {
                Ok(bytes) => Ok(Some(bytes)),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
                Err(source) => Err(TransactionError::File { path: file, source }),
            }
        }
        None => match target.home.onto() {
            Some(tip) => Ok(target.git.read_blob(tip.as_str(), path)?),
            None => Err(TransactionError::ReadOnlyHome),
        },
    }
}

/// Everything up to and including the decision.
fn decide(target: &Target<'_>, journal: &mut Journal, kill: &mut KillSwitch) -> Result<(), TransactionError> {
    let (git, home) = (target.git, target.home);
    if journal.entry.commits {
        journal.entry.built = Some(git.build_commit(home, &journal.entry.request)?);
        journal.save().map_err(TransactionError::Journal)?;
        kill.step();
    }
    make_branches(target, journal, kill)?;
    let entry = &journal.entry;
    if let Some(built) = &entry.built {
        let mut advance = git.begin_advance(home, &entry.request, built)?;
        kill.step();
        advance.write_files()?;
        kill.step();
        advance.move_ref()?;
        kill.step();
        // The decision is made; an index that cannot be replaced is finished by the next command.
        return Ok(advance.finish()?);
    }
    let root = home.root().ok_or(TransactionError::NoCheckout)?;
    loose_files::check(root, &entry.request.changes)?;
    loose_files::write(root, &entry.request.changes, kill)?;
    journal.decide().map_err(TransactionError::Journal)?;
    kill.step();
    Ok(())
}

fn make_branches(
    target: &Target<'_>,
    journal: &mut Journal,
    kill: &mut KillSwitch,
) -> Result<(), TransactionError> {
    let git = target.git;
    for action in journal.entry.plan.actions.clone() {
        let (branch, worktree, new_branch) = match action {
            Action::CreateBranch { branch, worktree } => (branch, worktree, true),
            Action::AttachWorktree { branch, worktree } => (branch, Some(worktree), false),
            Action::WriteFile { .. }
            | Action::MoveFile { .. }
            | Action::RemoveFile { .. }
            | Action::RemoveWorktree { .. }
            | Action::Queue { .. } => continue,
        };
        let branch = BranchName::new(&branch)?;
        let at = if new_branch {
            let built = journal.entry.built.as_ref().map(|built| built.oid.clone());
            built.or_else(|| target.home.onto().cloned()).ok_or(TransactionError::ReadOnlyHome)?
        } else {
            git.branch_tip(&branch)?.ok_or(TransactionError::ReadOnlyHome)?
        };
        let worktree = worktree.map(|path| absolute(target.main_root, &path));
        let made = Made { branch: branch.clone(), at: at.clone(), new_branch, worktree: worktree.clone() };
        journal.entry.made.push(made);
        journal.save().map_err(TransactionError::Journal)?;
        kill.step();
        match &worktree {
            Some(path) if new_branch => drop(git.register_worktree(&branch, path, &at)?),
            Some(path) => drop(git.register_existing(&branch, path)?),
            None => git.create_branch(&branch, &at)?,
        }
        if let Some(path) = &worktree {
            git.begin_setup(path)?;
        }
        if let Some(prd) = journal.entry.plan.prd.as_ref().filter(|_| new_branch) {
            git.record_base(prd, &at)?;
        }
        kill.step();
    }
    Ok(())
}
