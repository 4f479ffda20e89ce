//! Refs: reading them, moving them by compare-and-swap, and how commits lie to each other.

use std::time::{Duration, SystemTime};

use chrono::{DateTime, FixedOffset};

use crate::domain::model::branch::BranchName;

use super::error::GitError;
use super::oid::Oid;
use super::repository::{Git, is_git_failure};

/// How often a ref that somebody else holds locked is tried again, every 20 ms.
const LOCK_TRIES: u32 = 50;

/// The branch of a remote that a local branch follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upstream {
    /// The full name of the remote-tracking ref: `refs/remotes/origin/main`.
    pub ref_name: String,
    /// Where this clone last saw it; `None` where it is gone or was never fetched.
    pub oid: Option<Oid>,
}

/// How far two histories are apart, in commits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Distance {
    /// Commits that only the first has.
    pub ahead: usize,
    /// Commits that only the second has.
    pub behind: usize,
}

/// How long a ref's lock must be there to be no living git's.
const LOCK_AGE: Duration = Duration::from_millis(250);

impl Git {
    /// Where a ref of a full name points; `None` where it does not exist.
    ///
    /// # Errors
    /// The refs cannot be read.
    pub fn ref_oid(&self, name: &str) -> Result<Option<Oid>, GitError> {
        self.objects().ref_oid(name)
    }

    /// The tip of a local branch; `None` where there is no such branch.
    ///
    /// # Errors
    /// The refs cannot be read.
    pub fn branch_tip(&self, branch: &BranchName) -> Result<Option<Oid>, GitError> {
        self.ref_oid(&branch.ref_name())
    }

    /// The commit that a revision names, in any spelling that git knows; `None` where it names none.
    ///
    /// # Errors
    /// The objects cannot be read.
    pub fn commit_of(&self, rev: &str) -> Result<Option<Oid>, GitError> {
        self.objects().commit_of(rev)
    }

    /// The first commit of the history that a commit ends, going by first parents: it tells projects apart. In a
    /// shallow clone it is the oldest commit that is there.
    ///
    /// # Errors
    /// An object is missing.
    pub fn first_commit(&self, tip: &Oid) -> Result<Option<Oid>, GitError> {
        let answer = self
            .git()
            .args(["rev-list", "--first-parent", "--max-parents=0", "--max-count=1", tip.as_str(), "--"])
            .require()?;
        Ok(Oid::parse(&answer.line()))
    }

    /// The newest commit before a moment of the history that a commit ends, going by first parents; `None` where
    /// the history is younger.
    ///
    /// # Errors
    /// An object is missing.
    pub fn commit_before(&self, tip: &Oid, moment: DateTime<FixedOffset>) -> Result<Option<Oid>, GitError> {
        let before = format!("--before={}", moment.to_rfc3339());
        let answer = self
            .git()
            .args(["rev-list", "--first-parent", "--max-count=1", &before, tip.as_str(), "--"])
            .require()?;
        Ok(Oid::parse(&answer.line()))
    }

    /// All local branches with their tips, by name.
    ///
    /// # Errors
    /// The refs cannot be read.
    pub fn branches(&self) -> Result<Vec<(BranchName, Oid)>, GitError> {
        let refs = self.objects().refs("refs/heads/")?;
        let mut found: Vec<(BranchName, Oid)> =
            refs.into_iter().filter_map(|(name, oid)| Some((BranchName::from_ref(&name)?, oid))).collect();
        found.sort();
        Ok(found)
    }

    /// An existing branch that a new one cannot stand beside, since one name would be a folder of the other:
    /// `feature` and `feature/x`. `None` where the name is free of such a clash.
    ///
    /// # Errors
    /// The refs cannot be read.
    pub fn branch_clash(&self, branch: &BranchName) -> Result<Option<BranchName>, GitError> {
        let within =
            |outer: &str, inner: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'));
        Ok(self
            .branches()?
            .into_iter()
            .map(|(name, _)| name)
            .find(|name| within(name.as_str(), branch.as_str()) || within(branch.as_str(), name.as_str())))
    }

    /// The branch of a remote that a branch follows; `None` where it follows none.
    ///
    /// # Errors
    /// The refs or the configuration cannot be read.
    pub fn upstream(&self, branch: &BranchName) -> Result<Option<Upstream>, GitError> {
        let found = self.objects().upstream(&branch.ref_name())?;
        let Some(ref_name) = found else { return Ok(None) };
        let oid = self.ref_oid(&ref_name)?;
        Ok(Some(Upstream { ref_name, oid }))
    }

    /// When a commit was committed.
    ///
    /// # Errors
    /// There is no such commit.
    pub fn commit_time(&self, oid: &Oid) -> Result<DateTime<FixedOffset>, GitError> {
        Ok(self.objects().commit(oid)?.time)
    }

    /// The best common ancestor of two commits; `None` where their histories never met.
    ///
    /// # Errors
    /// A commit is missing.
    pub fn merge_base(&self, one: &Oid, other: &Oid) -> Result<Option<Oid>, GitError> {
        self.objects().merge_base(one, other)
    }

    /// True where the second commit is the first or has it in its history.
    ///
    /// # Errors
    /// A commit is missing.
    pub fn is_ancestor(&self, ancestor: &Oid, of: &Oid) -> Result<bool, GitError> {
        self.objects().is_ancestor(ancestor, of)
    }

    /// How many commits each of two histories has that the other lacks.
    ///
    /// # Errors
    /// A commit is missing.
    pub fn distance(&self, one: &Oid, other: &Oid) -> Result<Distance, GitError> {
        self.objects().distance(one, other)
    }

    /// Makes a branch that must not exist yet.
    ///
    /// # Errors
    /// [`GitError::RefMoved`] where it exists.
    pub fn create_branch(&self, branch: &BranchName, at: &Oid) -> Result<(), GitError> {
        self.git_at_main_moves(&branch.ref_name(), Some(at), None, "branch: created by prd")
    }

    /// Deletes a branch whose tip must still be `expected`, and that no worktree has checked out.
    ///
    /// Deleting one that is gone already is no error, so a recovery may ask again.
    ///
    /// # Errors
    /// [`GitError::RefMoved`] where the tip is another, [`GitError::BranchCheckedOut`].
    pub fn delete_branch(&self, branch: &BranchName, expected: &Oid) -> Result<(), GitError> {
        if self.branch_tip(branch)?.is_none() {
            return Ok(());
        }
        if let Some(holder) = self.worktrees()?.into_iter().find(|tree| tree.holds(branch)) {
            return Err(GitError::BranchCheckedOut { branch: branch.clone(), path: holder.path });
        }
        self.git_at_main_moves(&branch.ref_name(), None, Some(expected), "branch: deleted by prd")
    }

    fn git_at_main_moves(
        &self,
        name: &str,
        new: Option<&Oid>,
        expected: Option<&Oid>,
        message: &str,
    ) -> Result<(), GitError> {
        let dir = self.main_root().unwrap_or_else(|| self.common_dir()).to_owned();
        self.move_ref_at(&dir, name, new, expected, message)
    }

    /// Moves, makes (`expected` is `None`) or deletes (`new` is `None`) a ref by compare-and-swap, as git
    /// itself would do it in the folder `dir`: the reflog of `HEAD` there is written as well where it follows
    /// the ref. One atomic step: a kill leaves the ref old or new.
    pub(crate) fn move_ref_at(
        &self,
        dir: &std::path::Path,
        name: &str,
        new: Option<&Oid>,
        expected: Option<&Oid>,
        message: &str,
    ) -> Result<(), GitError> {
        let zero = new.or(expected).map(Oid::zero_like);
        let old = expected.or(zero.as_ref()).map_or("", Oid::as_str);
        let mut tries = 0;
        loop {
            let call = self.git_at(dir).args(["update-ref", "--no-deref", "-m", message]);
            let call = match new {
                Some(new) => call.args([name, new.as_str(), old]),
                None => call.args(["-d", name, old]),
            };
            let Err(error) = call.require() else { return Ok(()) };
            let actual = self.ref_oid(name)?;
            if actual.as_ref() != expected {
                return Err(GitError::RefMoved {
                    name: name.to_owned(),
                    expected: expected.cloned(),
                    actual,
                });
            }
            // The ref is where it should be, so somebody held its lock for a moment, or git cannot write.
            tries += 1;
            if tries > LOCK_TRIES || !is_git_failure(&error) || !self.is_ref_locked(name) {
                return Err(error.into());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Removes the lock of a ref that a killed git left there: one that was made after `since` and has been there
    /// for [`LOCK_AGE`], where a git that lives holds one for some milliseconds. Hold the clone's lock.
    ///
    /// # Errors
    /// The file cannot be removed.
    pub(crate) fn remove_stale_ref_lock(&self, name: &str, since: SystemTime) -> Result<(), GitError> {
        let lock = self.common_dir().join(format!("{name}.lock"));
        let Ok(made) = lock.metadata().and_then(|about| about.modified()) else { return Ok(()) };
        let is_old = made.elapsed().is_ok_and(|age| age >= LOCK_AGE);
        if made >= since && is_old {
            std::fs::remove_file(&lock).map_err(GitError::io("remove", &lock))?;
        }
        Ok(())
    }

    fn is_ref_locked(&self, name: &str) -> bool {
        let common = self.common_dir();
        common.join(format!("{name}.lock")).exists() || common.join("packed-refs.lock").exists()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_old_lock_of_the_right_time_is_stale() {
        let fixture = Fixture::new();
        fixture.commit_file("a", "1");
        let git = fixture.open();
        let lock = fixture.root().join(".git/refs/heads/main.lock");
        fs_err::write(&lock, "").unwrap();
        let made = lock.metadata().unwrap().modified().unwrap();
        git.remove_stale_ref_lock("refs/heads/main", made).unwrap();
        assert!(lock.exists(), "a new one may be a living git's");
        std::thread::sleep(LOCK_AGE);
        git.remove_stale_ref_lock("refs/heads/main", made + LOCK_AGE).unwrap();
        assert!(lock.exists(), "one from before is none of ours");
        git.remove_stale_ref_lock("refs/heads/main", made).unwrap();
        git.remove_stale_ref_lock("refs/heads/main", made).unwrap();
        assert!(!lock.exists());
    }
    use crate::io::git::testing::Fixture;

    fn branch(name: &str) -> BranchName {
        BranchName::new(name).unwrap()
    }

    #[test]
    fn a_branch_is_made_once_and_deleted_only_at_its_known_tip() {
        let fixture = Fixture::new();
        let first = fixture.commit_file("a", "1");
        let second = fixture.commit_file("a", "2");
        let git = fixture.open();
        git.create_branch(&branch("x"), &first).unwrap();
        let again = git.create_branch(&branch("x"), &second).unwrap_err();
        assert!(matches!(again, GitError::RefMoved { expected: None, .. }), "{again}");
        let wrong = git.delete_branch(&branch("x"), &second).unwrap_err();
        assert!(matches!(wrong, GitError::RefMoved { .. }), "{wrong}");
        assert_eq!(git.branch_tip(&branch("x")).unwrap(), Some(first.clone()));
        git.delete_branch(&branch("x"), &first).unwrap();
        assert_eq!(git.branch_tip(&branch("x")).unwrap(), None);
        git.delete_branch(&branch("x"), &first).unwrap();
    }

    #[test]
    fn a_checked_out_branch_is_not_deleted() {
        let fixture = Fixture::new();
        let oid = fixture.commit_file("a", "1");
        let error = fixture.open().delete_branch(&branch("main"), &oid).unwrap_err();
        assert!(matches!(error, GitError::BranchCheckedOut { .. }), "{error}");
    }

    #[test]
    fn a_name_that_is_a_folder_of_another_is_named() {
        let fixture = Fixture::new();
        fixture.commit_file("a", "1");
        fixture.git(&["branch", "feature/x"]);
        let git = fixture.open();
        assert_eq!(git.branch_clash(&branch("feature")).unwrap(), Some(branch("feature/x")));
        assert_eq!(git.branch_clash(&branch("feature/x/y")).unwrap(), Some(branch("feature/x")));
        assert_eq!(git.branch_clash(&branch("feature/xy")).unwrap(), None);
        assert_eq!(git.branch_tip(&branch("feature/x/y")).unwrap(), None);
        assert_eq!(git.branch_tip(&branch("feature")).unwrap(), None);
    }

    #[test]
    fn histories_are_compared() {
        let fixture = Fixture::new();
        let base = fixture.commit_file("a", "1");
        fixture.git(&["checkout", "-q", "-b", "x"]);
        let tip = fixture.commit_file("b", "1");
        fixture.git(&["checkout", "-q", "main"]);
        let main = fixture.commit_file("c", "1");
        let git = fixture.open();
        assert_eq!(git.merge_base(&tip, &main).unwrap(), Some(base.clone()));
        assert_eq!(git.distance(&tip, &main).unwrap(), Distance { ahead: 1, behind: 1 });
        assert!(git.is_ancestor(&base, &tip).unwrap() && git.is_ancestor(&tip, &tip).unwrap());
        assert!(!git.is_ancestor(&main, &tip).unwrap());
        assert_eq!(git.commit_of("x~1").unwrap(), Some(base));
        assert_eq!(git.commit_of("no-such").unwrap(), None);
        assert_eq!(git.commit_of("HEAD:a").unwrap(), None);
    }
}
