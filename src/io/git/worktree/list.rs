//! The worktrees that a clone knows, and what is going on in each.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::domain::model::branch::BranchName;

use crate::io::git::error::GitError;
use crate::io::git::exec::ExecError;
use crate::io::git::oid::Oid;
use crate::io::git::repository::{Git, answer_error};

use super::registered::held_branch;

/// One worktree as git has it registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worktree {
    /// Its top folder.
    pub path: PathBuf,
    /// The commit at its `HEAD`; `None` in a bare repository and on an unborn branch.
    pub head: Option<Oid>,
    /// The branch that is checked out; `None` for a detached `HEAD` or a bare repository.
    pub branch: Option<BranchName>,
    /// The branch that a rebase or bisect in progress will come back to: git keeps it from others, too.
    pub held: Option<BranchName>,
    /// True for the main worktree, or the bare repository in its place.
    pub is_main: bool,
    /// True for the bare repository itself, which has no files.
    pub is_bare: bool,
    /// Why it is locked, possibly empty; `None` where it is not.
    pub locked: Option<String>,
    /// True where its folder or the link in it is gone.
    pub is_missing: bool,
    /// Its own git folder: the common one, or `worktrees/<name>` there. `None` where the registration is odd.
    pub git_dir: Option<PathBuf>,
}

impl Worktree {
    /// A linked one of which nothing but its place is known.
    pub(super) fn at(path: &Path, git_dir: Option<&Path>) -> Self {
        Self {
            path: path.to_owned(),
            head: None,
            branch: None,
            held: None,
            is_main: false,
            is_bare: false,
            locked: None,
            is_missing: false,
            git_dir: git_dir.map(Path::to_owned),
        }
    }

    /// With what its folders tell, all else being known.
    pub(super) fn looked_at(mut self) -> Self {
        self.is_missing = !self.is_bare && !self.path.join(".git").exists();
        self.held = self.git_dir.as_deref().and_then(held_branch).filter(|_| self.branch.is_none());
        self
    }

    /// True where git itself has locked it, because it is adding it, or was killed while it did.
    pub(super) fn is_initializing(&self) -> bool {
        self.locked.as_deref() == Some("initializing")
    }
}

/// Something that was begun in a worktree and waits to be continued or aborted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// `git merge`
    Merge,
    /// `git rebase`
    Rebase,
    /// `git am`
    ApplyMail,
    /// `git cherry-pick`
    CherryPick,
    /// `git revert`
    Revert,
    /// `git bisect`
    Bisect,
}

impl Operation {
    /// The git command whose business it is: `cherry-pick`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Merge => "merge",
            Self::Rebase => "rebase",
            Self::ApplyMail => "am",
            Self::CherryPick => "cherry-pick",
            Self::Revert => "revert",
            Self::Bisect => "bisect",
        }
    }

    /// What is in progress in the worktree of a git folder.
    #[must_use]
    pub(crate) fn in_progress(git_dir: &Path) -> Option<Self> {
        let signs = [
            ("rebase-merge", Self::Rebase),
            ("rebase-apply/applying", Self::ApplyMail),
            ("rebase-apply", Self::Rebase),
            ("MERGE_HEAD", Self::Merge),
            ("CHERRY_PICK_HEAD", Self::CherryPick),
            ("REVERT_HEAD", Self::Revert),
            ("sequencer", Self::CherryPick),
            ("BISECT_LOG", Self::Bisect),
        ];
        signs.into_iter().find(|(name, _)| git_dir.join(name).exists()).map(|(_, operation)| operation)
    }
}

impl Worktree {
    /// True where the branch is checked out here, or will be when the rebase in progress ends.
    #[must_use]
    pub fn holds(&self, branch: &BranchName) -> bool {
        self.branch.as_ref() == Some(branch) || self.held.as_ref() == Some(branch)
    }

    /// What is in progress here.
    #[must_use]
    pub fn operation(&self) -> Option<Operation> {
        Operation::in_progress(self.git_dir.as_deref()?)
    }
}

/// How often a call is tried again that met another git in the middle of adding a worktree.
const TRIES: u32 = 25;

/// Calls git again, every 20 ms, where it fails: while another git, which knows nothing of our lock, is registering a
/// worktree, whoever reads the registrations fails on its half-written files. What does not go away is an error.
pub(super) fn patient<T>(call: impl Fn() -> Result<T, ExecError>) -> Result<T, ExecError> {
    let mut tries = 0;
    loop {
        match call() {
            Err(ExecError::Failed { code: Some(128), .. }) if tries < TRIES => tries += 1,
            other => return other,
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

impl Git {
    /// All worktrees, the main one (or the bare repository) first.
    ///
    /// # Errors
    /// They cannot be listed.
    pub fn worktrees(&self) -> Result<Vec<Worktree>, GitError> {
        match self.registered_worktrees() {
            Some(found) => Ok(found),
            None => self.asked_worktrees(),
        }
    }

    /// All worktrees, as git lists them.
    pub(super) fn asked_worktrees(&self) -> Result<Vec<Worktree>, GitError> {
        // Not from this checkout, which may be the one that was just removed.
        let answer =
            patient(|| self.git_at_main().args(["worktree", "list", "--porcelain", "-z"]).require())?;
        let registered = self.registrations();
        let mut found = Vec::new();
        for record in answer.stdout.split(|byte| *byte == 0).collect::<Vec<_>>().split(|line| line.is_empty())
        {
            if record.is_empty() {
                continue;
            }
            let tree = read_record(record, found.is_empty())
                .ok_or_else(|| answer_error("worktree list", &record.join(&b' ')))?;
            found.push(self.completed(tree, &registered));
        }
        Ok(found)
    }

    /// The worktree of a folder, whatever way the path is written; `None` where no worktree is registered there.
    ///
    /// # Errors
    /// Git could not list the worktrees.
    pub fn worktree_at(&self, path: &Path) -> Result<Option<Worktree>, GitError> {
        let wanted = real_path(path);
        Ok(self.worktrees()?.into_iter().find(|tree| real_path(&tree.path) == wanted))
    }

    /// The worktree that has a branch checked out, or will after its rebase.
    ///
    /// # Errors
    /// Git could not list the worktrees.
    pub fn worktree_of(&self, branch: &BranchName) -> Result<Option<Worktree>, GitError> {
        Ok(self.worktrees()?.into_iter().find(|tree| tree.holds(branch)))
    }

    fn completed(&self, mut tree: Worktree, registered: &[(PathBuf, PathBuf)]) -> Worktree {
        tree.git_dir = if tree.is_main {
            Some(self.common_dir().to_owned())
        } else {
            registered.iter().find(|(path, _)| *path == tree.path).map(|(_, git_dir)| git_dir.clone())
        };
        tree.looked_at()
    }
}

fn read_record(lines: &[&[u8]], is_main: bool) -> Option<Worktree> {
    let (first, rest) = lines.split_first()?;
    let mut tree = Worktree { is_main, ..Worktree::at(&path_of(first.strip_prefix(b"worktree ")?), None) };
    for line in rest {
        let text = String::from_utf8_lossy(line);
        let (key, value) = text.split_once(' ').unwrap_or((&text, ""));
        match key {
            // An unborn branch has zeros here.
            "HEAD" => tree.head = Oid::parse(value).filter(|oid| !oid.is_zero()),
            "branch" => tree.branch = BranchName::from_ref(value),
            "bare" => tree.is_bare = true,
            "locked" => tree.locked = Some(value.to_owned()),
            _ => {}
        }
    }
    Some(tree)
}

/// The path that git wrote in bytes.
#[cfg(unix)]
pub(crate) fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

/// The path that git wrote in bytes.
#[cfg(not(unix))]
pub(crate) fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

/// A path without symbolic links, as far as it exists.
pub(crate) fn real_path(path: &Path) -> PathBuf {
    if let Ok(real) = path.canonicalize() {
        return real;
    }
    match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) if !parent.as_os_str().is_empty() => real_path(parent).join(name),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::git::testing::Fixture;

    /// What another git leaves for a moment while it registers a worktree.
    #[test]
    fn a_registration_that_another_git_is_writing_is_waited_for() {
        let fixture = Fixture::new();
        fixture.commit_file("a", "1");
        let (git, half) = (fixture.open(), fixture.root().join(".git/worktrees/half"));
        fixture.write(".git/worktrees/half/commondir", "");
        fixture.write(".git/worktrees/half/gitdir", "/nowhere/.git\n");
        fixture.write(".git/worktrees/half/HEAD", "ref: refs/heads/main\n");
        assert!(
            fixture.open().git().args(["worktree", "list"]).require().is_err(),
            "git waits by itself now"
        );
        std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(Duration::from_millis(60));
                fs_err::write(half.join("commondir"), "../..\n").unwrap();
            });
            assert_eq!(git.asked_worktrees().unwrap().len(), 2);
        });
    }

    #[test]
    fn lists_what_is_checked_out_where() {
        let fixture = Fixture::new();
        let oid = fixture.commit_file("a", "1");
        let odd = fixture.beside("li nked\nö");
        fixture.git(&["worktree", "add", "-q", "-b", "feature/x", odd.to_str().unwrap()]);
        fixture.git(&["worktree", "lock", "--reason", "on a stick", odd.to_str().unwrap()]);
        let gone = fixture.beside("gone");
        fixture.git(&["worktree", "add", "-q", "--detach", gone.to_str().unwrap()]);
        fs_err::remove_dir_all(&gone).unwrap();
        let trees = fixture.open().worktrees().unwrap();
        let [main, missing, linked] = trees.as_slice() else { panic!("{trees:?}") };
        assert!(main.is_main && main.path == fixture.root() && !main.is_missing);
        assert_eq!(main.head, Some(oid));
        assert_eq!((&linked.path, linked.locked.as_deref()), (&odd, Some("on a stick")));
        assert_eq!(linked.branch.as_ref().map(BranchName::as_str), Some("feature/x"));
        assert!(linked.git_dir.as_ref().is_some_and(|dir| dir.join("HEAD").is_file()), "{linked:?}");
        assert!(missing.is_missing && missing.branch.is_none() && missing.git_dir.is_some());
    }

    #[test]
    fn a_rebase_in_progress_holds_its_branch() {
        let fixture = Fixture::new();
        fixture.commit_file("a", "1");
        fixture.git(&["checkout", "-q", "-b", "x"]);
        fixture.commit_file("a", "2");
        fixture.git(&["checkout", "-q", "main"]);
        fixture.commit_file("a", "3");
        fixture.git(&["checkout", "-q", "x"]);
        let git = fixture.open();
        let rebase = git.git().args(["rebase", "main"]).run().unwrap();
        assert!(!rebase.is_success());
        let branch = BranchName::new("x").unwrap();
        let tree = git.worktree_of(&branch).unwrap().unwrap();
        assert_eq!((tree.branch.clone(), tree.operation()), (None, Some(Operation::Rebase)));
        assert_eq!(git.worktree_of(&BranchName::new("main").unwrap()).unwrap(), None);
    }
}
