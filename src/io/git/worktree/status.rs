//! What is uncommitted in a worktree, and how it stands to its base and its upstream.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, FixedOffset};
use rayon::prelude::*;

use crate::domain::model::branch::BranchName;

use crate::io::git::error::GitError;
use crate::io::git::exec::Call;
use crate::io::git::merged::Merged;
use crate::io::git::oid::Oid;
use crate::io::git::refs::Distance;
use crate::io::git::repository::Git;

use super::list::{Operation, Worktree};

/// The files of a worktree that differ from its commit: paths from its top, `/` between their parts, folders
/// with a `/` at their end; sorted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    /// Different in the index.
    pub staged: Vec<String>,
    /// Different in the work tree from the index, deleted ones included.
    pub unstaged: Vec<String>,
    /// Unknown to git, and not ignored.
    pub untracked: Vec<String>,
    /// In conflict.
    pub conflicted: Vec<String>,
    /// Ignored; a folder that a rule names stands for its files.
    pub ignored: Vec<String>,
    /// Submodules that are checked out here or differ.
    pub submodules: Vec<String>,
}

impl Changes {
    /// True where nothing but ignored files would be lost with the worktree.
    #[must_use]
    pub const fn is_clean(&self) -> bool {
        self.staged.is_empty()
            && self.unstaged.is_empty()
            && self.untracked.is_empty()
            && self.conflicted.is_empty()
    }
}

/// The newest commit of a worktree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastCommit {
    /// The commit.
    pub oid: Oid,
    /// When it was committed.
    pub time: DateTime<FixedOffset>,
    /// The first line of its message.
    pub subject: String,
}

/// All that a list of worktrees shows of one. A part that could not be found out is `None`.
#[derive(Debug)]
pub struct Overview {
    /// The worktree.
    pub worktree: Worktree,
    /// What is uncommitted; `None` where the folder is gone.
    pub changes: Option<Changes>,
    /// Commits that it has and the base lacks, and the other way round.
    pub base: Option<Distance>,
    /// The same with the branch's upstream; `None` where it has none.
    pub upstream: Option<Distance>,
    /// Whether its work is in the base.
    pub merged: Option<Merged>,
    /// Its newest commit.
    pub last_commit: Option<LastCommit>,
    /// What is in progress.
    pub operation: Option<Operation>,
    /// Why a part could not be found out.
    pub problem: Option<GitError>,
}

impl Git {
    /// What is uncommitted in the worktree of a folder. Takes no lock and refreshes no index.
    ///
    /// # Errors
    /// Git could not tell.
    pub fn changes(&self, root: &Path) -> Result<Changes, GitError> {
        let mut changes = Changes::ask(self.git_at(root))?;
        changes.submodules.extend(self.checked_out_submodules(root)?);
        for list in [
            &mut changes.staged,
            &mut changes.unstaged,
            &mut changes.untracked,
            &mut changes.conflicted,
            &mut changes.ignored,
            &mut changes.submodules,
        ] {
            list.sort();
            list.dedup();
        }
        Ok(changes)
    }

    /// Submodules with a repository of their own in this worktree.
    fn checked_out_submodules(&self, root: &Path) -> Result<Vec<String>, GitError> {
        if !root.join(".gitmodules").exists() {
            return Ok(Vec::new());
        }
        let answer = self.git_at(root).args(["ls-files", "--stage", "-z", "--full-name"]).require()?;
        let text = String::from_utf8_lossy(&answer.stdout);
        Ok(text
            .split_terminator('\0')
            .filter_map(|line| line.strip_prefix("160000 ")?.split_once('\t'))
            .map(|(_, path)| path.to_owned())
            .filter(|path| root.join(path).join(".git").exists())
            .collect())
    }

    /// All that a list shows of some worktrees, in their order; computed in parallel.
    ///
    /// `base` is the commit to compare with, `recorded` the commits that branches were started from.
    #[must_use]
    pub fn inspect_worktrees(
        &self,
        trees: &[Worktree],
        base: Option<&Oid>,
        recorded: &BTreeMap<BranchName, Oid>,
    ) -> Vec<Overview> {
        trees
            .par_iter()
            .map_init(
                || self.reopened(),
                |git, tree| {
                    let from = tree.branch.as_ref().and_then(|branch| recorded.get(branch));
                    git.inspect_worktree(tree, base, from)
                },
            )
            .collect()
    }

    /// All that a list shows of one worktree.
    #[must_use]
    pub fn inspect_worktree(&self, tree: &Worktree, base: Option<&Oid>, recorded: Option<&Oid>) -> Overview {
        let mut overview = Overview {
            worktree: tree.clone(),
            changes: None,
            base: None,
            upstream: None,
            merged: None,
            last_commit: None,
            operation: tree.operation(),
            problem: None,
        };
        if let Err(error) = self.fill_overview(&mut overview, base, recorded) {
            overview.problem = Some(error);
        }
        overview
    }

    fn fill_overview(
        &self,
        overview: &mut Overview,
        base: Option<&Oid>,
        recorded: Option<&Oid>,
    ) -> Result<(), GitError> {
        let tree = overview.worktree.clone();
        if !tree.is_bare && !tree.is_missing {
            overview.changes = Some(self.changes(&tree.path)?);
        }
        let Some(head) = &tree.head else { return Ok(()) };
        overview.last_commit = Some(self.last_commit(head)?);
        if let Some(branch) = &tree.branch
            && let Some(upstream) = self.upstream(branch)?.and_then(|upstream| upstream.oid)
        {
            overview.upstream = Some(self.distance(head, &upstream)?);
        }
        if let Some(base) = base {
            overview.base = Some(self.distance(head, base)?);
            overview.merged = Some(self.merged(head, base, recorded)?);
        }
        Ok(())
    }

    /// Time and subject of a commit.
    ///
    /// # Errors
    /// There is no such commit.
    pub fn last_commit(&self, oid: &Oid) -> Result<LastCommit, GitError> {
        let commit = self.objects().commit(oid)?;
        Ok(LastCommit { oid: oid.clone(), time: commit.time, subject: commit.subject })
    }
}

impl Changes {
    /// What `git status` says where a call would be made. Takes no lock and refreshes no index.
    pub(super) fn ask(call: Call) -> Result<Self, GitError> {
        let answer = call
            .var("GIT_OPTIONAL_LOCKS", "0")
            .args(["status", "--porcelain=v2", "-z", "--untracked-files=all", "--ignored=matching"])
            .args(["--no-renames", "--ignore-submodules=none"])
            .require()?;
        let mut changes = Self::default();
        for line in String::from_utf8_lossy(&answer.stdout).split_terminator('\0') {
            changes.read(line);
        }
        Ok(changes)
    }

    /// Reads one record of `git status --porcelain=v2`, whose fields git's manual lists.
    fn read(&mut self, line: &str) {
        let after = |fields: usize| line.splitn(fields + 1, ' ').nth(fields).unwrap_or_default().to_owned();
        match line.split_once(' ') {
            Some(("1", rest)) => {
                let path = after(8);
                let mut marks = rest.chars();
                let (index, tree) = (marks.next(), marks.next());
                if rest.split(' ').nth(1).is_some_and(|sub| sub.starts_with('S')) {
                    self.submodules.push(path.clone());
                }
                if tree.is_some_and(|mark| mark != '.') {
                    self.unstaged.push(path.clone());
                }
                if index.is_some_and(|mark| mark != '.') {
                    self.staged.push(path);
                }
            }
            Some(("u", _)) => self.conflicted.push(after(10)),
            Some(("?", path)) => self.untracked.push(path.to_owned()),
            Some(("!", path)) => self.ignored.push(path.to_owned()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::git::testing::Fixture;

    #[test]
    fn changes_are_told_apart() {
        let fixture = Fixture::new();
        fixture.write(".gitignore", "target/\n.env\n");
        fixture.write("a b", "1");
        fixture.write("gone", "1");
        fixture.commit_file("c", "1");
        fixture.write("a b", "2");
        fixture.git(&["add", "a b"]);
        fixture.write("a b", "3");
        std::fs::remove_file(fixture.root().join("gone")).unwrap();
        fixture.write("new/ö\n.txt", "1");
        fixture.write(".env", "SECRET");
        fixture.write("target/x/y.o", "1");
        let changes = fixture.open().changes(&fixture.root()).unwrap();
        assert_eq!(changes.staged, ["a b"]);
        assert_eq!(changes.unstaged, ["a b", "gone"]);
        assert_eq!(changes.untracked, ["new/ö\n.txt"]);
        assert_eq!(changes.ignored, [".env", "target/"]);
        assert!(!changes.is_clean() && changes.conflicted.is_empty());
    }

    #[test]
    fn an_overview_says_how_a_worktree_stands() {
        let fixture = Fixture::new();
        let base = fixture.commit_file("a", "1");
        fixture.git(&["remote", "add", "origin", "."]);
        let linked = fixture.beside("linked");
        fixture.git(&["worktree", "add", "-q", "-b", "x", linked.to_str().unwrap()]);
        fixture.git(&["update-ref", "refs/remotes/origin/x", "x"]);
        fixture.git(&["config", "branch.x.remote", "origin"]);
        fixture.git(&["config", "branch.x.merge", "refs/heads/x"]);
        fs_err::write(linked.join("b"), "1").unwrap();
        fixture.git_in(&linked, &["add", "b"]);
        fixture.git_in(&linked, &["commit", "-q", "-m", "Add b\n\nbody"]);
        fs_err::write(linked.join("b"), "2").unwrap();
        let main = fixture.commit_file("c", "1");
        let git = fixture.open();
        let recorded = BTreeMap::from([(BranchName::new("x").unwrap(), base)]);
        let all = git.inspect_worktrees(&git.worktrees().unwrap(), Some(&main), &recorded);
        let seen = all.iter().find(|one| one.worktree.path == linked).unwrap();
        assert!(seen.problem.is_none(), "{:?}", seen.problem);
        assert_eq!(seen.base, Some(Distance { ahead: 1, behind: 1 }));
        assert_eq!(seen.upstream, Some(Distance { ahead: 1, behind: 0 }));
        assert_eq!(seen.merged, Some(Merged::No));
        assert_eq!(seen.changes.as_ref().unwrap().unstaged, ["b"]);
        assert_eq!(seen.last_commit.as_ref().unwrap().subject, "Add b");
    }
}
