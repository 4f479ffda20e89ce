//! What a session can do under the clone's lock: reserve ids and apply plans.

use super::app::App;
use super::error::CommandError;
use super::session::{Reading, Session};
use crate::domain::config::schema::CommitMode;
use crate::domain::lifecycle::plan::Plan;
use crate::domain::markdown::identity;
use crate::domain::model::id::PrdId;
use crate::domain::model::path::RepoPath;
use crate::domain::model::people::Person;
use crate::io::git::error::GitError;
use crate::io::git::repository::Head;
use crate::io::store::error::TransactionError;
use crate::io::store::kill_switch::{self, KillSwitch};
use crate::io::store::transaction::{self, Applied, Target};

impl Session {
    /// Refuses where there is no home branch with a commit to build on.
    pub(super) fn require_writable(&self) -> Result<(), CommandError> {
        if !self.home.is_read_only() {
            return Ok(());
        }
        Err(match (self.git.head()?, &self.home.branch) {
            (Head::Unborn { .. }, _) => CommandError::refused("this repository has no commit yet")
                .hint("make one: git commit --allow-empty -m \"Begin\""),
            (_, None) => {
                CommandError::refused("HEAD is detached and there is no home branch: PRDs can only be read")
                    .hint("switch to a branch: git switch main")
            }
            (_, Some(branch)) => CommandError::refused(format!("the home branch {branch} has no commit"))
                .hint("commit something on it first"),
        })
    }

    /// Who asks, as git knows them.
    ///
    /// # Errors
    /// Git does not know.
    pub fn actor(&self) -> Result<Person, CommandError> {
        self.git.identity()?.ok_or_else(|| {
            CommandError::refused("git does not know who you are, and every change names somebody")
                .hint("git config --global user.name \"Your Name\"")
                .hint("git config --global user.email you@example.org")
        })
    }

    /// The work plan's path and text, where there is one.
    #[must_use]
    pub fn work_plan(&self) -> Option<(RepoPath, String)> {
        let plan = &self.config().work_plan;
        let bytes = self.files().read(&plan.file_path).ok().flatten().filter(|_| plan.enabled)?;
        Some((plan.file_path.clone(), String::from_utf8(bytes).ok()?))
    }

    /// The next free id, reserved unless `dry_run`: the highest number of home, of any branch's state folders and
    /// of all reservations, plus one; `beyond` are numbers that a dry run has given away already.
    ///
    /// # Errors
    /// The refs cannot be read or written.
    fn next_id(
        &self,
        app: &App,
        reading: &Reading,
        beyond: u32,
        dry_run: bool,
    ) -> Result<PrdId, CommandError> {
        let format = self.config().id_format();
        let folders: Vec<RepoPath> =
            self.config().directories().folders().map(|(_, folder)| folder.clone()).collect();
        let on_branches = self.git.branch_prd_paths(&folders, None)?;
        let on_branches = on_branches
            .iter()
            .filter_map(|path| identity::read_file_name(path, format).id)
            .filter(|id| format.owns(id))
            .map(|id| id.number())
            .max();
        let reserved = self.git.reserved_ids(format.prefix())?.into_iter().max();
        let claimed = if dry_run { 0 } else { self.highest_claimed()? };
        let highest = reading
            .portfolio
            .highest_number()
            .max(on_branches.unwrap_or(0))
            .max(reserved.unwrap_or(0))
            .max(claimed);
        let mut number = highest.saturating_add(beyond);
        loop {
            number = number.checked_add(1).ok_or_else(|| CommandError::refused("there is no number left"))?;
            let id = format.id(number);
            // A number that another clone has stays reserved here too: it is taken.
            if dry_run || (self.git.reserve_id(&id)? && self.claim_id(app, &id)?) {
                return Ok(id);
            }
        }
    }

    /// Makes something with the next free id. Where that fails the id is free again.
    ///
    /// # Errors
    /// There is no free id, or what `make` says.
    pub fn with_next_id<T>(
        &mut self,
        app: &App,
        reading: &Reading,
        beyond: u32,
        dry_run: bool,
        make: impl FnOnce(&mut Self, &PrdId) -> Result<T, CommandError>,
    ) -> Result<T, CommandError> {
        let id = self.next_id(app, reading, beyond, dry_run)?;
        make(self, &id).inspect_err(|_| {
            if !dry_run {
                // The first error is the one to show, and an id too many is only a gap.
                drop(self.git.release_id(&id));
            }
        })
    }

    /// Applies a plan that was made under this session's lock.
    ///
    /// # Errors
    /// The plan was not applied, and what had been begun was taken back.
    pub fn apply(&mut self, app: &App, plan: &Plan, no_verify: bool) -> Result<Applied, ApplyError> {
        let author = self.git.identity()?.ok_or(ApplyError::NoIdentity)?;
        let lock = self.lock.take().ok_or(ApplyError::NoLock)?;
        let main_root = self.main_root();
        let target = Target {
            git: &self.git,
            home: &self.home,
            main_root: &main_root,
            commits: self.config().prd_workflow.commit == CommitMode::Auto,
            author: &author,
            time: app.now(),
            no_verify,
        };
        let kill_at = app.env.var(kill_switch::VARIABLE).and_then(|text| text.parse().ok());
        let mut applied = transaction::apply(&target, lock, plan, &mut KillSwitch::new(kill_at))?;
        applied.notes.extend(self.publish(no_verify));
        Ok(applied)
    }
}

/// Why a session could not apply a plan.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// Git does not know the user.
    #[error("git does not know who you are, and every change names somebody")]
    NoIdentity,
    /// The session was opened to read only, or has applied a plan already.
    #[error("a plan was applied without the clone's lock")]
    NoLock,
    /// Git failed.
    #[error(transparent)]
    Git(#[from] GitError),
    /// The transaction failed.
    #[error(transparent)]
    Transaction(#[from] TransactionError),
}

impl ApplyError {
    /// True where somebody else was faster, and planning again may help.
    #[must_use]
    pub const fn is_race(&self) -> bool {
        matches!(self, Self::Transaction(error) if error.is_race())
    }
}
