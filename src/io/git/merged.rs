//! Whether the work of a branch is in another one: the ways in which a forge merges, told apart.

use serde::Serialize;

use crate::domain::model::path::RepoPath;

use super::error::GitError;
use super::oid::Oid;
use super::patches::Possible;
use super::refs::Distance;
use super::repository::Git;

/// How the work of a branch came into its base, or that it did not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Merged {
    /// The branch's tip is in the base's history: a merge or a fast-forward.
    Ancestor,
    /// Merging the branch would change nothing, or one commit of the base is all of the branch's work.
    Squash,
    /// Each commit of the branch has its like in the base: a rebase merge, or cherry-picks.
    PatchIds,
    /// The branch has no commit of its own yet.
    New,
    /// The base lacks work of the branch.
    No,
}

impl Merged {
    /// True where nothing of the branch is lost when it goes, because the base has it.
    #[must_use]
    pub const fn is_merged(self) -> bool {
        matches!(self, Self::Ancestor | Self::Squash | Self::PatchIds)
    }
}

impl Git {
    /// How a branch's tip relates to several bases, one of which is enough: home and its upstream, neither of which
    /// may have all that the other has.
    ///
    /// # Errors
    /// A commit is missing.
    pub fn merged_into_any(
        &self,
        tip: &Oid,
        bases: &[Oid],
        recorded: Option<&Oid>,
    ) -> Result<Merged, GitError> {
        for base in bases {
            let merged = self.merged(tip, base, recorded)?;
            if merged != Merged::No {
                return Ok(merged);
            }
        }
        Ok(Merged::No)
    }

    /// How a branch's tip relates to a base; `recorded` is the commit that the branch was started from, where
    /// that is known: a branch that is still there is new, which ancestry alone would call merged.
    ///
    /// Asked from cheap to dear: ancestry, a merge in memory, git's patch ids of the commits, and the patch id
    /// of all of them together (for a squash whose files were changed again later). Patch ids are git's to compare, and
    /// it is asked only where the base may have them.
    ///
    /// # Errors
    /// A commit is missing.
    pub fn merged(&self, tip: &Oid, base: &Oid, recorded: Option<&Oid>) -> Result<Merged, GitError> {
        if recorded == Some(tip) {
            return Ok(Merged::New);
        }
        if self.is_ancestor(tip, base)? {
            return Ok(Merged::Ancestor);
        }
        self.merged_apart(tip, base)
    }

    /// As [`Git::merged`] of a tip whose distance from the base is known.
    ///
    /// # Errors
    /// A commit is missing.
    pub(super) fn merged_at(
        &self,
        tip: &Oid,
        base: &Oid,
        recorded: Option<&Oid>,
        distance: Distance,
    ) -> Result<Merged, GitError> {
        match distance.ahead {
            _ if recorded == Some(tip) => Ok(Merged::New),
            0 => Ok(Merged::Ancestor),
            _ => self.merged_apart(tip, base),
        }
    }

    /// As [`Git::merged`] of a tip that is not in the base's history.
    fn merged_apart(&self, tip: &Oid, base: &Oid) -> Result<Merged, GitError> {
        let Some(fork) = self.merge_base(tip, base)? else { return Ok(Merged::No) };
        let objects = self.objects();
        if !self.is_work_missing(tip, base, &fork)? && objects.merge_changes_nothing(base, tip)? {
            return Ok(Merged::Squash);
        }
        let possible = if objects.is_in_process() {
            self.patches().possible(objects, tip, base, &fork)?
        } else {
            Possible { each: !self.has_merges(tip, base)?, squashed: true }
        };
        if possible.each && self.has_patches(base, tip)? {
            return Ok(Merged::PatchIds);
        }
        let is_squashed = possible.squashed && self.has_patches(base, &self.squashed(tip, &fork)?)?;
        Ok(if is_squashed { Merged::Squash } else { Merged::No })
    }

    /// True where the branch changed a file that the base has as it was when they forked: a merge would change it.
    /// It may be true all the same where this is false.
    fn is_work_missing(&self, tip: &Oid, base: &Oid, fork: &Oid) -> Result<bool, GitError> {
        for file in self.objects().changed_files(Some(fork), tip)? {
            let path = std::str::from_utf8(&file.path).ok().and_then(|path| RepoPath::new(path).ok());
            if let Some(path) = path
                && self.objects().entry(base, &path)? == file.old
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// True where the branch has merges: these may hold changes of their own, which have no patch id.
    fn has_merges(&self, tip: &Oid, base: &Oid) -> Result<bool, GitError> {
        let history = self.objects().history(tip, base)?;
        Ok(history.iter().any(|(_, parents)| parents.len() > 1))
    }

    /// True where every commit that the base lacks has one of the same patch id there.
    fn has_patches(&self, base: &Oid, tip: &Oid) -> Result<bool, GitError> {
        let answer = self.git().args(["cherry", base.as_str(), tip.as_str()]).require()?;
        let text = String::from_utf8_lossy(&answer.stdout);
        let mut lines = text.lines().peekable();
        Ok(lines.peek().is_some() && lines.all(|line| line.starts_with('-')))
    }

    /// All work since the fork as one commit, which nothing names.
    fn squashed(&self, tip: &Oid, fork: &Oid) -> Result<Oid, GitError> {
        let objects = self.objects();
        objects.write_squash(&objects.commit(tip)?.tree, fork)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::git::testing::Fixture;

    /// `main` with one commit, and `x` with two of its own on it; `main` is checked out.
    fn forked() -> Fixture {
        let fixture = Fixture::new();
        fixture.write("b", "1\n");
        fixture.commit_file("a", "1\n2\n3\n");
        fixture.git(&["checkout", "-q", "-b", "x"]);
        fixture.commit_file("a", "1\ntwo\n3\n");
        fixture.commit_file("c", "new\n");
        fixture.git(&["checkout", "-q", "main"]);
        fixture
    }

    fn asked(fixture: &Fixture) -> Merged {
        fixture.open().merged(&fixture.oid("x"), &fixture.oid("main"), None).unwrap()
    }

    #[test]
    fn tells_the_ways_of_merging_apart() {
        let fixture = forked();
        assert_eq!(asked(&fixture), Merged::No);
        fixture.git(&["merge", "-q", "--no-ff", "-m", "merge", "x"]);
        assert_eq!(asked(&fixture), Merged::Ancestor);

        let fixture = forked();
        fixture.git(&["merge", "-q", "--squash", "x"]);
        fixture.commit_all("all of x");
        assert_eq!(asked(&fixture), Merged::Squash);
        fixture.commit_file("a", "1\ntwo, and changed again\n3\n");
        assert_eq!(asked(&fixture), Merged::Squash);

        let fixture = forked();
        fixture.commit_file("b", "2\n");
        fixture.git(&["cherry-pick", "main..x"]);
        fixture.commit_file("a", "1\ntwo, and changed again\n3\n");
        assert_eq!(asked(&fixture), Merged::PatchIds);
    }

    #[test]
    fn a_branch_without_a_commit_of_its_own_is_new_only_where_its_base_is_known() {
        let fixture = forked();
        let git = fixture.open();
        let main = fixture.oid("main");
        fixture.commit_file("b", "2\n");
        let later = fixture.oid("main");
        assert_eq!(git.merged(&main, &later, Some(&main)).unwrap(), Merged::New);
        assert_eq!(git.merged(&main, &later, None).unwrap(), Merged::Ancestor);
    }

    #[test]
    fn work_on_top_of_a_merged_part_is_not_merged() {
        let fixture = forked();
        fixture.git(&["merge", "-q", "--squash", "x"]);
        fixture.commit_all("all of x");
        fixture.git(&["checkout", "-q", "x"]);
        fixture.commit_file("d", "one more\n");
        fixture.git(&["checkout", "-q", "main"]);
        assert_eq!(asked(&fixture), Merged::No);
    }

    #[test]
    fn another_change_of_the_same_binary_file_is_not_merged() {
        let fixture = Fixture::new();
        fixture.commit_file("pic", "\0 one");
        fixture.git(&["checkout", "-q", "-b", "x"]);
        fixture.commit_file("pic", "\0 mine");
        fixture.git(&["checkout", "-q", "main"]);
        fixture.commit_file("pic", "\0 theirs");
        assert_eq!(asked(&fixture), Merged::No);
    }

    #[test]
    fn a_foreign_history_is_not_merged() {
        let fixture = forked();
        fixture.git(&["checkout", "-q", "--orphan", "y"]);
        fixture.commit_file("z", "1\n");
        let git = fixture.open();
        assert_eq!(git.merged(&fixture.oid("y"), &fixture.oid("main"), None).unwrap(), Merged::No);
    }
}
