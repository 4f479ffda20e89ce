//! Adding a worktree in steps: registering it is quick and done under the clone's lock, filling it is not.
//!
//! | killed in | left behind | a later process |
//! | --- | --- | --- |
//! | `register_worktree` | nothing, a branch, or a worktree without files | `unregister` takes it back, `populate_rest` goes on |
//! | `populate` | a worktree with some files | `populate_rest` adds those that are missing |

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::domain::model::branch::BranchName;

use crate::io::git::error::{FailureKind, GitError};
use crate::io::git::exec::{Call, ExecError};
use crate::io::git::oid::Oid;
use crate::io::git::repository::{Git, is_git_failure};

use super::checkout::CheckedOut;
use super::list::{Worktree, real_path};
use super::precious::irreproducible;
use super::remove::Removal;
use super::status::Changes;

/// How often git is asked to add a worktree before its failure counts.
const TRIES: u32 = 5;

/// A worktree that was registered, with what is needed to take exactly that back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// Its top folder, absolute.
    pub path: PathBuf,
    /// Its branch.
    pub branch: BranchName,
    /// The commit that it was begun at.
    pub oid: Oid,
    /// True where the branch was made for it.
    pub made_branch: bool,
}

/// A filled worktree.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Populated {
    /// What the user's `post-checkout` hook said, where it failed. The worktree is good all the same.
    pub hook_failure: Option<String>,
    /// Files that were there already with other content, and were left alone.
    pub kept: Vec<String>,
}

/// Why a worktree was not added, or not taken back.
#[derive(Debug, thiserror::Error)]
pub enum WorktreeError {
    /// Something is in the way.
    #[error("{} exists already", path.display())]
    PathTaken {
        /// The path.
        path: PathBuf,
    },
    /// Git has a worktree registered there, whose folder is gone.
    #[error("git still has a worktree registered at {}, which is gone", path.display())]
    PathRegistered {
        /// The path.
        path: PathBuf,
    },
    /// The branch exists.
    #[error("the branch {branch} exists already")]
    BranchExists {
        /// The branch.
        branch: BranchName,
    },
    /// The branch does not exist.
    #[error("there is no branch {branch}")]
    NoSuchBranch {
        /// The branch.
        branch: BranchName,
    },
    /// One of two branch names would be a folder of the other.
    #[error("the branch {branch} cannot stand beside the branch {existing}")]
    BranchClash {
        /// The new branch.
        branch: BranchName,
        /// The one in the way.
        existing: BranchName,
    },
    /// Another worktree has the branch.
    #[error("the branch {branch} is checked out at {}", path.display())]
    BranchInUse {
        /// The branch.
        branch: BranchName,
        /// The other worktree.
        path: PathBuf,
    },
    /// The worktree holds files that no commit has, so it is not taken back.
    #[error("{} holds files that are in no commit: {}", path.display(), files.join(", "))]
    HasFiles {
        /// The worktree.
        path: PathBuf,
        /// The files.
        files: Vec<String>,
    },
    /// What lies there is not the worktree that was registered.
    #[error("{} is not the worktree of {branch} any more", path.display())]
    NotOurs {
        /// The path.
        path: PathBuf,
        /// The branch that it should have.
        branch: BranchName,
    },
    /// Git failed.
    #[error(transparent)]
    Git(#[from] GitError),
}

impl From<ExecError> for WorktreeError {
    fn from(error: ExecError) -> Self {
        Self::Git(error.into())
    }
}

impl WorktreeError {
    /// Whose doing it is.
    #[must_use]
    pub const fn kind(&self) -> FailureKind {
        match self {
            Self::NoSuchBranch { .. } => FailureKind::NotFound,
            Self::PathTaken { .. }
            | Self::PathRegistered { .. }
            | Self::BranchExists { .. }
            | Self::BranchClash { .. }
            | Self::BranchInUse { .. }
            | Self::HasFiles { .. }
            | Self::NotOurs { .. } => FailureKind::Refused,
            Self::Git(error) => error.kind(),
        }
    }
}

impl Git {
    /// Checks everything that could keep a worktree with a new branch from being added; changes nothing.
    ///
    /// # Errors
    /// [`WorktreeError`]
    pub fn check_new_worktree(&self, branch: &BranchName, path: &Path) -> Result<(), WorktreeError> {
        self.require_free_path(path)?;
        if self.branch_tip(branch)?.is_some() {
            return Err(WorktreeError::BranchExists { branch: branch.clone() });
        }
        if let Some(existing) = self.branch_clash(branch)? {
            return Err(WorktreeError::BranchClash { branch: branch.clone(), existing });
        }
        Ok(())
    }

    /// Makes a branch at a commit and registers a worktree for it, without any files yet.
    ///
    /// The main worktree's sparse cone and worktree configuration are carried over. Hold the clone's lock: git
    /// itself loses worktrees when several are registered at once.
    ///
    /// # Errors
    /// [`WorktreeError`]; what was begun is taken back.
    pub fn register_worktree(
        &self,
        branch: &BranchName,
        path: &Path,
        at: &Oid,
    ) -> Result<Registered, WorktreeError> {
        self.check_new_worktree(branch, path)?;
        let path = real_path(path);
        let registered = Registered { path, branch: branch.clone(), oid: at.clone(), made_branch: true };
        self.registered_or_undone(registered, |registered| {
            self.worktree_add()
                .args(["-b", registered.branch.as_str(), "--no-track", "--"])
                .arg(&registered.path)
                .arg(at.as_str())
        })
    }

    /// Registers a worktree for a branch that exists and that no other worktree has, without any files yet.
    ///
    /// # Errors
    /// [`WorktreeError`]; what was begun is taken back.
    pub fn register_existing(&self, branch: &BranchName, path: &Path) -> Result<Registered, WorktreeError> {
        self.require_free_path(path)?;
        let Some(oid) = self.branch_tip(branch)? else {
            return Err(WorktreeError::NoSuchBranch { branch: branch.clone() });
        };
        if let Some(holder) = self.worktree_of(branch)? {
            return Err(WorktreeError::BranchInUse { branch: branch.clone(), path: holder.path });
        }
        let path = real_path(path);
        let registered = Registered { path, branch: branch.clone(), oid, made_branch: false };
        self.registered_or_undone(registered, |registered| {
            self.worktree_add().arg("--").arg(&registered.path).arg(registered.branch.as_str())
        })
    }

    /// Relative links, which git 2.48 can make, are read by no older git.
    fn worktree_add(&self) -> Call {
        self.git_at_main().args(["-c", "worktree.useRelativePaths=false"]).args([
            "worktree",
            "add",
            "--quiet",
            "--no-checkout",
        ])
    }

    /// Tries again where git failed: it does so beside another git that is adding a worktree.
    fn registered_or_undone(
        &self,
        registered: Registered,
        add: impl Fn(&Registered) -> Call,
    ) -> Result<Registered, WorktreeError> {
        let mut tries = 0;
        loop {
            let Err(error) = add(&registered).require() else { return Ok(registered) };
            // Git's own words about the failure matter more than those about cleaning up after it.
            let is_undone = self.unregister(&registered).is_ok();
            tries += 1;
            if tries == TRIES || !is_undone || !is_git_failure(&error) {
                return Err(error.into());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub(super) fn require_free_path(&self, path: &Path) -> Result<(), WorktreeError> {
        if let Some(tree) = self.worktree_at(path)?
            && tree.is_missing
        {
            return Err(WorktreeError::PathRegistered { path: path.to_owned() });
        }
        let is_empty_folder =
            path.is_dir() && std::fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none());
        if path.symlink_metadata().is_ok() && !is_empty_folder {
            return Err(WorktreeError::PathTaken { path: path.to_owned() });
        }
        Ok(())
    }

    /// Fills a worktree that this process has just registered: our own checkout where it is plain, else git's and a first
    /// look at the status (so that later ones are quick), then the user's `post-checkout` hook. Needs no lock.
    ///
    /// # Errors
    /// The checkout failed; the worktree stays, and `populate_rest` may go on.
    pub fn populate(&self, registered: &Registered) -> Result<Populated, WorktreeError> {
        let tree = self.require_registered(registered)?;
        let git_dir = tree.git_dir.clone().unwrap_or_default();
        if git_dir.join("index").exists() || !is_new(&tree.path) {
            // Somebody was here before: nothing of theirs may be overwritten.
            return self.populate_rest(registered);
        }
        let commit = tree.head.as_ref().unwrap_or(&registered.oid);
        if let Some(done) = self.check_out(&registered.path, &git_dir, commit)? {
            let kept = match done {
                CheckedOut::Whole => Vec::new(),
                CheckedOut::SomethingInTheWay => self.changes(&registered.path)?.unstaged,
            };
            return Ok(Populated { hook_failure: self.run_post_checkout(registered)?, kept });
        }
        self.git_at(&registered.path)
            .args(self.checkout_settings()?)
            .args(["reset", "--quiet", "--hard"])
            .require()?;
        self.settled(registered, Vec::new())
    }

    /// Goes on with filling a worktree after a kill: files that are missing are written, a file that is the
    /// beginning of what it should be is completed, and any other content is kept and named.
    ///
    /// # Errors
    /// The checkout failed.
    pub fn populate_rest(&self, registered: &Registered) -> Result<Populated, WorktreeError> {
        let tree = self.require_registered(registered)?;
        let git_dir = tree.git_dir.clone().unwrap_or_default();
        let path = &registered.path;
        self.unsettle_index(&git_dir)?;
        if git_dir.join("index").exists() {
            // The index is written last, so the checkout was complete.
            return self.settled(registered, Vec::new());
        }
        let stale = git_dir.join("index.lock");
        std::fs::remove_file(&stale)
            .or_else(|error| if error.kind() == std::io::ErrorKind::NotFound { Ok(()) } else { Err(error) })
            .map_err(GitError::io("remove", &stale))?;
        // A reset without `--hard` fills the index and honours a sparse cone, and writes no file.
        self.git_at(path).args(["reset", "--quiet", "--mixed", "--no-refresh"]).require()?;
        let settings = self.checkout_settings()?;
        // Without `--force` no file that exists is touched; git says so with an exit code of 1.
        self.git_at(path).args(&settings).args(["checkout-index", "--all", "--quiet"]).run()?;
        let mut kept = Vec::new();
        for file in self.changes(path)?.unstaged {
            if self.is_beginning(path, &file)? {
                self.git_at(path)
                    .args(&settings)
                    .args(["checkout-index", "--force", "--quiet", "--", &file])
                    .require()?;
            } else {
                kept.push(file);
            }
        }
        self.settled(registered, kept)
    }

    /// True where a file holds only a part, from its start, of what the index says: a write was interrupted.
    fn is_beginning(&self, root: &Path, file: &str) -> Result<bool, WorktreeError> {
        let Ok(have) = std::fs::read(root.join(file)) else { return Ok(false) };
        let want = self.git_at(root).args(["cat-file", "--filters"]).arg(format!(":{file}")).require()?;
        Ok(have.len() < want.stdout.len() && want.stdout.starts_with(&have))
    }

    fn checkout_settings(&self) -> Result<Vec<&'static str>, GitError> {
        let mut settings = vec!["-c", "submodule.recurse=false"];
        if self.config("checkout.workers")?.is_none() {
            settings.extend(["-c", "checkout.workers=0"]);
        }
        Ok(settings)
    }

    fn settled(&self, registered: &Registered, kept: Vec<String>) -> Result<Populated, WorktreeError> {
        let path = &registered.path;
        self.settle_index(path, &self.git_dir_of(path)?)?;
        Ok(Populated { hook_failure: self.run_post_checkout(registered)?, kept })
    }

    /// Runs the user's hook as `git worktree add` would; what it said where it failed.
    fn run_post_checkout(&self, registered: &Registered) -> Result<Option<String>, GitError> {
        const HOOK: &str = "post-checkout";
        if !self.may_have_hook(&registered.path, HOOK)? {
            return Ok(None);
        }
        let zero = registered.oid.zero_like();
        let hook = self
            .git_at(&registered.path)
            .args(["hook", "run", "--ignore-missing", HOOK, "--"])
            .args([zero.as_str(), registered.oid.as_str(), "1"])
            .run()?;
        Ok((!hook.is_success()).then_some(hook.stderr))
    }

    fn require_registered(&self, registered: &Registered) -> Result<Worktree, WorktreeError> {
        let not_ours =
            || WorktreeError::NotOurs { path: registered.path.clone(), branch: registered.branch.clone() };
        let tree = self.worktree_at(&registered.path)?.ok_or_else(not_ours)?;
        let is_ours = !tree.is_main && !tree.is_missing && tree.branch.as_ref() == Some(&registered.branch);
        if is_ours { Ok(tree) } else { Err(not_ours()) }
    }

    /// Takes a registration back: the worktree, and the branch where it was made for it and has not moved.
    ///
    /// Only for rolling back what the same transaction made. Idempotent, and copes with a registration that
    /// was interrupted anywhere. Files that are in no commit stop it.
    ///
    /// # Errors
    /// [`WorktreeError::HasFiles`], [`WorktreeError::NotOurs`], or [`GitError::RefMoved`] where the branch has
    /// commits by now.
    pub fn unregister(&self, registered: &Registered) -> Result<(), WorktreeError> {
        let path = &registered.path;
        self.finish_removal(path)?;
        match self.worktree_at(path)? {
            Some(tree) if tree.holds(&registered.branch) && !tree.is_main => {
                self.take_back(&tree, registered)?;
            }
            // Killed while git was at it: there is no branch in it yet.
            Some(tree) if tree.is_initializing() => {
                self.take_back(&tree, registered)?;
            }
            Some(_) => {
                return Err(WorktreeError::NotOurs { path: path.clone(), branch: registered.branch.clone() });
            }
            None => self.remove_dangling(path)?,
        }
        if registered.made_branch {
            self.delete_branch(&registered.branch, &registered.oid)?;
        }
        Ok(())
    }

    fn take_back(&self, tree: &Worktree, registered: &Registered) -> Result<(), WorktreeError> {
        if !tree.is_missing {
            let files = self.own_files(tree)?;
            if !files.is_empty() {
                return Err(WorktreeError::HasFiles { path: registered.path.clone(), files });
            }
        } else {
            // Killed between making the folder and linking it: git would not touch it.
            drop(std::fs::remove_dir(&tree.path));
        }
        match self.take_away(tree)? {
            Removal::Gone => Ok(()),
            Removal::Back(files) => Err(WorktreeError::HasFiles { path: registered.path.clone(), files }),
        }
    }

    /// Files of a fresh worktree that no commit has.
    fn own_files(&self, tree: &Worktree) -> Result<Vec<String>, WorktreeError> {
        let has_index = tree.git_dir.as_deref().is_some_and(|dir| dir.join("index").exists());
        if !has_index {
            if is_new(&tree.path) {
                return Ok(Vec::new());
            }
            // A checkout was interrupted: the index tells its files from others.
            self.git_at(&tree.path).args(["reset", "--quiet", "--mixed", "--no-refresh"]).require()?;
        }
        let Changes { staged, unstaged, untracked, conflicted, ignored, .. } = self.changes(&tree.path)?;
        let mut files = Vec::new();
        for file in unstaged {
            // What is missing is lost to nobody, nor is a file whose writing was interrupted.
            if tree.path.join(&file).exists() && !self.is_beginning(&tree.path, &file)? {
                files.push(file);
            }
        }
        files.extend(staged.into_iter().chain(untracked).chain(conflicted));
        files.extend(irreproducible(&ignored).cloned());
        files.sort();
        Ok(files)
    }
}

/// True where a worktree holds nothing but its link to git's folder.
fn is_new(root: &Path) -> bool {
    std::fs::read_dir(root)
        .is_ok_and(|mut entries| entries.all(|entry| entry.is_ok_and(|entry| entry.file_name() == ".git")))
}

#[cfg(test)]
#[path = "add_tests.rs"]
mod tests;
