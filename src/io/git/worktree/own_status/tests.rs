//! A status of our own is what `git status` says, or none.

#[path = "edits_tests.rs"]
mod edits;
#[path = "situations_tests.rs"]
mod situations;

use crate::io::git::testing::Fixture;

/// Holds the status of every worktree equal to git's, and says how many were told in process.
fn told(fixture: &Fixture, what: &str) -> usize {
    let git = fixture.open();
    let own = git.own_status();
    let told = |tree| {
        let Some(changes) = own.changes(tree) else { return 0 };
        assert_eq!(changes, git.asked_changes_of(&tree.path).unwrap(), "{what}");
        1
    };
    git.worktrees().unwrap().iter().map(told).sum()
}
