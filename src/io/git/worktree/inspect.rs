//! How worktrees stand: their changes, their base, their upstream, looked at in parallel.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use chrono::{DateTime, FixedOffset};

use crate::domain::model::branch::BranchName;

use crate::io::git::error::GitError;
use crate::io::git::merged::Merged;
use crate::io::git::oid::Oid;
use crate::io::git::refs::Distance;
use crate::io::git::repository::Git;

use super::list::{Operation, Worktree};
use super::own_status::OwnStatus;
use super::status::Changes;

/// How many worktrees are looked at at a time: of each, git or a disk is waited for now and then.
const AT_A_TIME: usize = 8;

/// How long the first has for itself, since it is to be seen at once.
const HEAD_START: Duration = Duration::from_millis(25);

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
    /// What is uncommitted, ignored files and submodules left out; `None` where the folder is gone.
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

impl Overview {
    /// Of a worktree that was not looked at.
    #[must_use]
    pub fn unseen(tree: &Worktree) -> Self {
        Self {
            worktree: tree.clone(),
            changes: None,
            base: None,
            upstream: None,
            merged: None,
            last_commit: None,
            operation: None,
            problem: None,
        }
    }
}

impl Git {
    /// All that a list shows of some worktrees, in their order: computed in parallel, and each given to `each` as soon as
    /// it and those before it are known, so that the first can be shown while the last are still looked at. `each` may
    /// end it.
    ///
    /// `base` is the commit to compare with, `recorded` the commits that branches were started from.
    pub fn inspect_worktrees(
        &self,
        trees: &[Worktree],
        base: Option<&Oid>,
        recorded: &BTreeMap<BranchName, Oid>,
        mut each: impl FnMut(Overview) -> ControlFlow<()>,
    ) {
        let (next, own) = (AtomicUsize::new(0), self.own_status());
        let (sender, receiver) = mpsc::channel();
        std::thread::scope(|scope| {
            let (next, own, receiver) = (&next, &own, receiver);
            let look = |sender: mpsc::Sender<(usize, Overview)>| {
                // They take turns at the objects, which are the same for all and so are read once.
                scope.spawn(move || {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        let Some(tree) = trees.get(number) else { break };
                        let from = tree.branch.as_ref().and_then(|branch| recorded.get(branch));
                        if sender.send((number, self.inspect_worktree(own, tree, base, from))).is_err() {
                            break;
                        }
                    }
                });
            };
            look(sender.clone());
            let first = receiver.recv_timeout(HEAD_START).ok();
            for _ in 1..AT_A_TIME.min(trees.len()) {
                look(sender.clone());
            }
            drop(sender);
            let mut early = BTreeMap::new();
            let mut wanted = 0;
            for (number, overview) in first.into_iter().chain(&receiver) {
                early.insert(number, overview);
                while let Some(overview) = early.remove(&wanted) {
                    wanted += 1;
                    if each(overview).is_break() {
                        next.store(trees.len(), Ordering::Relaxed);
                        return;
                    }
                }
            }
        });
    }

    /// All that a list shows of one worktree.
    fn inspect_worktree(
        &self,
        own: &OwnStatus<'_>,
        tree: &Worktree,
        base: Option<&Oid>,
        recorded: Option<&Oid>,
    ) -> Overview {
        let mut overview = Overview { operation: tree.operation(), ..Overview::unseen(tree) };
        if let Err(error) = self.fill_overview(own, &mut overview, base, recorded) {
            overview.problem = Some(error);
        }
        overview
    }

    fn fill_overview(
        &self,
        own: &OwnStatus<'_>,
        overview: &mut Overview,
        base: Option<&Oid>,
        recorded: Option<&Oid>,
    ) -> Result<(), GitError> {
        let tree = overview.worktree.clone();
        if !tree.is_bare && !tree.is_missing {
            overview.changes = Some(self.visible_changes(own, &tree)?);
        }
        let Some(head) = &tree.head else { return Ok(()) };
        overview.last_commit = Some(self.last_commit(head)?);
        if let Some(branch) = &tree.branch
            && let Some(upstream) = self.upstream(branch)?.and_then(|upstream| upstream.oid)
        {
            overview.upstream = Some(self.distance(head, &upstream)?);
        }
        if let Some(base) = base {
            let distance = self.distance(head, base)?;
            overview.base = Some(distance);
            overview.merged = Some(self.merged_at(head, base, recorded, distance)?);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::git::testing::Fixture;

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
        let mut all = Vec::new();
        git.inspect_worktrees(&git.worktrees().unwrap(), Some(&main), &recorded, |one| {
            all.push(one);
            ControlFlow::Continue(())
        });
        let seen = all.iter().find(|one| one.worktree.path == linked).unwrap();
        assert!(seen.problem.is_none(), "{:?}", seen.problem);
        assert_eq!(seen.base, Some(Distance { ahead: 1, behind: 1 }));
        assert_eq!(seen.upstream, Some(Distance { ahead: 1, behind: 0 }));
        assert_eq!(seen.merged, Some(Merged::No));
        assert_eq!(seen.changes.as_ref().unwrap().unstaged, ["b"]);
        assert_eq!(seen.last_commit.as_ref().unwrap().subject, "Add b");
    }
    #[test]
    fn worktrees_come_in_their_order_until_nobody_wants_more() {
        let fixture = Fixture::new();
        fixture.commit_file("a", "1");
        for number in 0..12 {
            let path = fixture.beside(&format!("tree{number}"));
            fixture.git(&["worktree", "add", "-q", "--detach", path.to_str().unwrap()]);
        }
        let git = fixture.open();
        let trees = git.worktrees().unwrap();
        for count in [1, 5, trees.len()] {
            let mut seen = Vec::new();
            git.inspect_worktrees(&trees, None, &BTreeMap::new(), |one| {
                seen.push(one.worktree);
                if seen.len() == count { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            assert_eq!(seen, trees[..count]);
        }
    }
}
