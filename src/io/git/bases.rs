//! The commits that the branches of PRDs were started from: refs, so that all worktrees of the clone know them and
//! no clean-up of git takes the commits away.

use crate::domain::model::branch::BranchName;
use crate::domain::model::id::PrdId;

use super::error::GitError;
use super::oid::Oid;
use super::repository::Git;

/// The ref that remembers where the branch of a PRD was started.
pub(crate) fn ref_of(id: &PrdId) -> String {
    format!("refs/prd/bases/{}", id.canonical())
}

impl Git {
    /// Remembers where the branch of a PRD was started, in place of what was remembered.
    ///
    /// # Errors
    /// The ref cannot be written.
    pub fn record_base(&self, id: &PrdId, base: &Oid) -> Result<(), GitError> {
        let name = ref_of(id);
        let old = self.ref_oid(&name)?;
        self.move_ref_at(self.common_dir(), &name, Some(base), old.as_ref(), "branch started")
    }

    /// Where the branch of a PRD was started; `None` where that is not known in this clone.
    ///
    /// # Errors
    /// The ref cannot be read.
    pub fn base_of(&self, id: &PrdId) -> Result<Option<Oid>, GitError> {
        self.ref_oid(&ref_of(id))
    }

    /// The commit that a branch was made at, as the oldest line of its reflog says; `None` where nothing is known of it.
    #[must_use]
    pub fn begun_at(&self, branch: &BranchName) -> Option<Oid> {
        let log = std::fs::read(self.common_dir().join("logs").join(branch.ref_name())).ok()?;
        let first = log.split(|byte| *byte == b'\n').next()?;
        let text = String::from_utf8_lossy(first);
        let mut words = text.split(' ');
        // A log that was cut short does not begin with the making of the branch.
        Oid::parse(words.next()?).filter(Oid::is_zero)?;
        Oid::parse(words.next()?)
    }

    /// Forgets the base where it is this one.
    ///
    /// # Errors
    /// The ref cannot be removed.
    pub fn forget_base(&self, id: &PrdId, base: &Oid) -> Result<(), GitError> {
        let name = ref_of(id);
        if self.ref_oid(&name)?.as_ref() == Some(base) {
            self.move_ref_at(self.common_dir(), &name, None, Some(base), "branch taken back")?;
        }
        Ok(())
    }
}
