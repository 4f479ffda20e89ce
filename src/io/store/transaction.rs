//! Applying a plan as one: all of it is done, or none, even where the process is killed half-way.
//!
//! Under the clone's lock: write the plan down, build the commit, make the branch and register the worktree at it,
//! change home (the moment of decision is the move of the home branch), then queue what GitHub is to be told and
//! remove worktrees. Outside of the lock: check the new worktree out. Before the decision a killed plan is undone
//! by whoever comes next, after it it is finished.

use std::path::{Path, PathBuf};

use chrono::{DateTime, FixedOffset};

use super::journal::{Entry, Journal, Made, Unfinished};
use super::kill_switch::KillSwitch;
use crate::domain::lifecycle::plan::{Action, OutboxEntry, Plan, TextHash};
use crate::domain::model::branch::{BadBranchName, BranchName};
use crate::domain::model::path::RepoPath;
use crate::domain::model::people::Person;
use crate::io::files;
use crate::io::git::commit::advance::Resumed;
use crate::io::git::commit::error::CommitError;
use crate::io::git::commit::request::{CommitRequest, TreeChange};
use crate::io::git::error::{FailureKind, GitError};
use crate::io::git::home::Home;
use crate::io::git::lock::CloneLock;
use crate::io::git::oid::Oid;
use crate::io::git::repository::Git;
use crate::io::git::worktree::add::{Populated, Registered, WorktreeError};
use crate::io::git::worktree::gate::{RemovalError, RemovalRules};

/// A plan that was not applied; what had been begun was taken back.
#[derive(Debug, thiserror::Error)]
pub enum TransactionError {
    /// A file is not what it was when the plan was made.
    #[error("{path} was changed in the meantime")]
    Changed {
        /// The file.
        path: RepoPath,
    },
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The journal cannot be written.
    #[error("the journal of this clone cannot be written: {0}")]
    Journal(std::io::Error),
    /// A journal of a killed command cannot be read.
    #[error(transparent)]
    Unfinished(#[from] Unfinished),
    /// Home is at a detached commit or has no commit yet.
    #[error("home may only be read: there is no home branch with a commit")]
    ReadOnlyHome,
    /// With `commit: "off"`, home must be checked out somewhere.
    #[error(
        "nobody has the home branch checked out, and with prd_workflow.commit: \"off\" nothing is committed"
    )]
    NoCheckout,
    /// A branch name that git does not take.
    #[error(transparent)]
    Branch(#[from] BadBranchName),
    /// The commit on the home branch failed.
    #[error(transparent)]
    Commit(#[from] CommitError),
    /// The worktree could not be made.
    #[error(transparent)]
    Worktree(#[from] WorktreeError),
    /// Git failed.
    #[error(transparent)]
    Git(#[from] GitError),
}

impl TransactionError {
    /// Whose doing it is.
    #[must_use]
    pub const fn kind(&self) -> FailureKind {
        match self {
            Self::Changed { .. } | Self::ReadOnlyHome | Self::NoCheckout | Self::Branch(_) => {
                FailureKind::Refused
            }
            Self::File { .. } | Self::Journal(_) | Self::Unfinished(_) => FailureKind::Outside,
            Self::Commit(error) => error.kind(),
            Self::Worktree(error) => error.kind(),
            Self::Git(error) => error.kind(),
        }
    }

    /// True where somebody else was faster, and planning again may help.
    #[must_use]
    pub const fn is_race(&self) -> bool {
        if let Self::Commit(error) = self {
            return error.is_race();
        }
        matches!(self, Self::Changed { .. } | Self::Git(GitError::RefMoved { .. }))
    }
}

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
        match is_decided(target.git, &journal.entry) {
            Ok(true) => {}
            Ok(false) if undo(target.git, &journal.entry).is_ok() => {
                journal.close().map_err(TransactionError::Journal)?;
                return Err(error);
            }
            _ => return Err(error),
        }
    }
    kill.step();
    let mut applied =
        Applied { commit: journal.entry.built.as_ref().map(|built| built.oid.clone()), ..Applied::default() };
    follow_up(target.git, &journal.entry, &mut applied.notes);
    kill.step();
    drop(lock);
    for registered in journal.entry.made.iter().filter_map(Made::registered) {
        let populated = target.git.populate(&registered);
        applied.failed = note_populated(&registered, populated, &mut applied.notes);
        applied.worktree = Some(registered.path);
    }
    kill.step();
    journal.close().map_err(TransactionError::Journal)?;
    Ok(applied)
}

/// What is to be said of a worktree's checkout: the failure, if it failed.
fn note_populated(
    registered: &Registered,
    populated: Result<Populated, WorktreeError>,
    notes: &mut Vec<String>,
) -> Option<String> {
    let path = registered.path.display();
    match populated {
        Ok(populated) => {
            notes.extend(populated.hook_failure.map(|said| format!("the post-checkout hook failed: {said}")));
            None
        }
        Err(error) => Some(format!(
            "the worktree {path} could not be checked out: {error}; try git -C {path} checkout -f"
        )),
    }
}

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

/// Finishes or undoes the plans of killed commands. To be called under the clone's lock.
///
/// # Errors
/// [`TransactionError`]; the journal stays then, and nothing of it is lost.
pub fn recover(git: &Git) -> Result<Vec<Recovered>, TransactionError> {
    let mut recovered = Vec::new();
    for journal in Journal::orphans(git.common_dir())? {
        let entry = &journal.entry;
        let finished = is_decided(git, entry)?;
        let mut notes = Vec::new();
        if finished {
            follow_up(git, entry, &mut notes);
            for registered in entry.made.iter().filter_map(Made::registered) {
                let populated = git.populate_rest(&registered);
                notes.extend(note_populated(&registered, populated, &mut Vec::new()));
            }
        } else {
            undo(git, entry)?;
        }
        let what = format!("{} {}", entry.plan.command, entry.plan.prd);
        journal.close().map_err(TransactionError::Journal)?;
        recovered.push(Recovered { what, finished, notes });
    }
    Ok(recovered)
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
    journal.entry.decided = true;
    journal.save().map_err(TransactionError::Journal)?;
    kill.step();
    write_work_tree(&journal.entry)
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
        if new_branch {
            git.record_base(&journal.entry.plan.prd, &at)?;
        }
        kill.step();
    }
    Ok(())
}

/// A path as the plan has it: relative ones begin at the main worktree. `..` is taken away without looking at links.
#[must_use]
pub fn absolute(main_root: &Path, path: &str) -> PathBuf {
    let mut absolute = PathBuf::new();
    for part in main_root.join(path).components() {
        if part == std::path::Component::ParentDir {
            absolute.pop();
        } else if part != std::path::Component::CurDir {
            absolute.push(part);
        }
    }
    absolute
}

/// With `commit: "off"`: the files of home get their new texts; what has it already is left alone.
fn write_work_tree(entry: &Entry) -> Result<(), TransactionError> {
    let Some(root) = entry.home.root() else { return Err(TransactionError::NoCheckout) };
    for deletes in [false, true] {
        for change in entry.request.changes.iter().filter(|change| change.content.is_none() == deletes) {
            let path = root.join(change.path.as_str());
            let failed = |source| TransactionError::File { path: path.clone(), source };
            match &change.content {
                Some(content) => files::replace(&path, content).map_err(failed)?,
                None => match fs_err::remove_file(&path) {
                    Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(error)),
                    _ => {}
                },
            }
        }
    }
    Ok(())
}

/// Whether a killed plan had come past its decision; what that takes in home is finished or taken back here.
fn is_decided(git: &Git, entry: &Entry) -> Result<bool, TransactionError> {
    let Some(built) = &entry.built else {
        if entry.decided {
            write_work_tree(entry)?;
        }
        return Ok(entry.decided);
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

/// Takes back the branches and worktrees that a plan made. A branch that has moved since is somebody's: it stays.
fn undo(git: &Git, entry: &Entry) -> Result<(), TransactionError> {
    for made in entry.made.iter().rev() {
        if let Some(registered) = made.registered() {
            git.unregister(&registered)?;
        } else if made.new_branch && git.branch_tip(&made.branch)?.as_ref() == Some(&made.at) {
            git.delete_branch(&made.branch, &made.at)?;
        }
        if made.new_branch {
            git.forget_base(&entry.plan.prd, &made.at)?;
        }
    }
    Ok(())
}

/// What comes after the decision, and may be done twice: the outbox, and removing worktrees.
fn follow_up(git: &Git, entry: &Entry, notes: &mut Vec<String>) {
    for action in &entry.plan.actions {
        match action {
            Action::Queue { entry: queued } => {
                if let Err(error) = queue(git, queued) {
                    notes.push(format!("the outbox cannot be written: {error}"));
                }
            }
            Action::RemoveWorktree { branch, worktree } => {
                let path = absolute(&entry.main_root, worktree);
                if let Err(error) = remove_worktree(git, &path) {
                    notes.push(format!("the worktree {} of {branch} stays: {error}", path.display()));
                }
            }
            Action::WriteFile { .. }
            | Action::MoveFile { .. }
            | Action::CreateBranch { .. }
            | Action::AttachWorktree { .. } => {}
        }
    }
}

/// Removes a worktree whose branch stays, if the gate allows it now; one that is gone is no error.
fn remove_worktree(git: &Git, path: &Path) -> Result<(), RemovalError> {
    if git.worktree_at(path)?.is_none() {
        return Ok(());
    }
    let permit = git.removal_check(path, &RemovalRules::default())?;
    git.remove_worktree(permit)
}

/// Writes an entry of the outbox under a name that is its own, so that writing it twice leaves one.
fn queue(git: &Git, entry: &OutboxEntry) -> std::io::Result<()> {
    let text = serde_json::to_string_pretty(entry)?;
    let folder = git.private_dir().join("outbox");
    let stamp: String = entry.queued.chars().filter(char::is_ascii_alphanumeric).collect();
    files::replace(
        &folder.join(format!("{stamp}-{}.json", entry.prd.canonical())),
        format!("{text}\n").as_bytes(),
    )
}
