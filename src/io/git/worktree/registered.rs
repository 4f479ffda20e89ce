//! The worktrees as git's own files register them: read at once, where a program takes milliseconds to start.
//!
//! Whatever is out of the ordinary in these files (a registration half written, a relative link, refs that are kept in
//! another way) is left to git, which knows better.

use std::path::{Component, Path, PathBuf};

use crate::domain::model::branch::BranchName;

use crate::io::git::error::GitError;
use crate::io::git::oid::Oid;
use crate::io::git::repository::Git;

use super::list::{Worktree, path_of};

impl Git {
    /// All worktrees in git's order, the main one first; `None` where git is to be asked.
    pub(super) fn registered_worktrees(&self) -> Option<Vec<Worktree>> {
        if !self.objects().is_in_process() {
            return None;
        }
        let mut linked = self
            .registrations()
            .into_iter()
            .map(|(path, git_dir)| self.linked_worktree(&path, &git_dir))
            .collect::<Option<Vec<_>>>()?;
        linked.sort_by(|one, other| one.path.as_os_str().cmp(other.path.as_os_str()));
        linked.insert(0, self.main_worktree()?);
        Some(linked)
    }

    /// The folder of the checkout that has a branch; `None` where git's files do not tell.
    pub(crate) fn checkout_of(&self, branch: &BranchName) -> Option<PathBuf> {
        let wanted = format!("ref: {}", branch.ref_name());
        let has = |git_dir: &Path| {
            fs_err::read_to_string(git_dir.join("HEAD")).is_ok_and(|head| head.trim() == wanted)
                || held_branch(git_dir).as_ref() == Some(branch)
        };
        if let Some(root) = self.main_root()
            && has(self.common_dir())
        {
            return Some(root.to_owned());
        }
        let mut registered = self.registrations();
        registered.sort();
        registered
            .into_iter()
            .find(|(path, git_dir)| has(git_dir) && path.join(".git").exists())
            .map(|(path, _)| path)
    }

    /// The path and the git folder of every linked worktree. One that git has not yet written a path for is none.
    pub(super) fn registrations(&self) -> Vec<(PathBuf, PathBuf)> {
        let Ok(entries) = fs_err::read_dir(self.common_dir().join("worktrees")) else { return Vec::new() };
        entries
            .flatten()
            .filter_map(|entry| {
                let git_dir = entry.path();
                let link = fs_err::read(git_dir.join("gitdir")).ok()?;
                let link = git_dir.join(path_of(link.trim_ascii_end()));
                Some((link.parent()?.to_owned(), git_dir))
            })
            .collect()
    }

    /// The branch that a checkout of this clone is on.
    pub(in crate::io::git) fn branch_at(&self, root: &Path) -> Result<Option<BranchName>, GitError> {
        if self.objects().is_in_process()
            && let Some((_, branch)) = self.head_in(&self.git_dir_of(root)?)
        {
            return Ok(branch);
        }
        let head = self.git_at(root).args(["symbolic-ref", "--quiet", "HEAD"]).run()?;
        Ok(BranchName::from_ref(&head.line()))
    }

    fn main_worktree(&self) -> Option<Worktree> {
        let git_dir = self.common_dir();
        let is_inside = git_dir.file_name().is_some_and(|name| name == ".git");
        let path = if is_inside { git_dir.parent()? } else { git_dir };
        let (head, branch) = if self.is_bare() {
            (None, None)
        } else if self.main_root() == Some(path) {
            self.head_in(git_dir)?
        } else {
            return None; // the files are elsewhere, and git has its own idea of where
        };
        let tree = Worktree::at(path, Some(git_dir));
        Some(Worktree { head, branch, is_main: true, is_bare: self.is_bare(), ..tree }.looked_at())
    }

    fn linked_worktree(&self, path: &Path, git_dir: &Path) -> Option<Worktree> {
        let is_plain = path.is_absolute() && !path.components().any(|part| part == Component::ParentDir);
        if !is_plain {
            return None;
        }
        let (head, branch) = self.head_in(git_dir)?;
        let locked = fs_err::read(git_dir.join("locked")).ok();
        let locked = locked.map(|reason| String::from_utf8_lossy(reason.trim_ascii()).into_owned());
        Some(Worktree { head, branch, locked, ..Worktree::at(path, Some(git_dir)) }.looked_at())
    }

    /// What the `HEAD` of a git folder names: a commit, and the branch that has it.
    pub(super) fn head_in(&self, git_dir: &Path) -> Option<(Option<Oid>, Option<BranchName>)> {
        let file = git_dir.join("HEAD");
        if file.is_symlink() {
            return None;
        }
        let text = fs_err::read_to_string(file).ok()?;
        let Some(name) = text.trim_end().strip_prefix("ref: ") else {
            return Some((Some(Oid::parse(&text)?).filter(|oid| !oid.is_zero()), None));
        };
        let objects = self.objects();
        if objects.symbolic(name).ok()?.is_some() {
            return None;
        }
        Some((objects.ref_oid(name).ok()?, BranchName::from_ref(name)))
    }
}

/// The branch that a rebase or bisect will come back to.
pub(super) fn held_branch(git_dir: &Path) -> Option<BranchName> {
    let read = |name: &str| fs_err::read_to_string(git_dir.join(name)).ok();
    if let Some(text) = read("rebase-merge/head-name").or_else(|| read("rebase-apply/head-name")) {
        return BranchName::from_ref(text.trim());
    }
    BranchName::new(read("BISECT_START")?.trim()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::git::testing::Fixture;

    /// What git's files say is what git says.
    fn agrees(git: &Git, count: usize) {
        let read = git.registered_worktrees().unwrap();
        assert_eq!(read, git.asked_worktrees().unwrap());
        assert_eq!(read.len(), count);
    }

    #[test]
    fn git_says_the_same_of_worktrees_in_every_state() {
        let fixture = Fixture::new();
        fixture.commit_file("a", "1");
        let git = fixture.open();
        agrees(&git, 1);
        let add = |name: &str, args: &[&str]| {
            let path = fixture.beside(name);
            fixture.git(&[&["worktree", "add", "-q"], args, &[path.to_str().unwrap()]].concat());
            path
        };
        add("li nked\nö", &["-b", "feature/x"]);
        add("detached", &["--detach"]);
        let locked = add("locked", &["-b", "locked"]);
        fixture.git(&["worktree", "lock", "--reason", " on a stick \n", locked.to_str().unwrap()]);
        let plainly = add("locked-plainly", &["-b", "plainly"]);
        fixture.git(&["worktree", "lock", plainly.to_str().unwrap()]);
        fs_err::remove_dir_all(add("gone", &["-b", "gone"])).unwrap();
        add("unborn", &["--orphan", "-b", "unborn"]);
        let rebased = add("rebased", &["-b", "rebased"]);
        fixture.git_in(&rebased, &["commit", "-q", "--allow-empty", "-m", "x"]);
        fixture.git_in(&rebased, &["-c", "sequence.editor=echo break >", "rebase", "-q", "-i", "HEAD~1"]);
        let bisected = add("bisected", &["-b", "bisected"]);
        fixture.git_in(&bisected, &["bisect", "start"]);
        fixture.git(&["pack-refs", "--all"]);
        agrees(&git, 9);
        // In the middle of being registered.
        fixture.write(".git/worktrees/half/locked", "initializing");
        agrees(&git, 9);
        fixture.write(".git/worktrees/half/gitdir", "/nowhere/.git\n");
        fixture.write(".git/worktrees/half/commondir", "../..\n");
        assert_eq!(git.registered_worktrees(), None, "it has no HEAD yet");
        fixture.write(".git/worktrees/half/HEAD", &format!("{}\n", "0".repeat(40)));
        agrees(&git, 10);
        let from_linked = Git::open(&fixture.env, &locked).unwrap();
        agrees(&from_linked, 10);
    }

    #[test]
    fn a_bare_clone_and_its_worktrees_are_read() {
        let fixture = Fixture::new();
        fixture.commit_file("a", "1");
        fixture.git(&["clone", "-q", "--bare", ".", "../bare.git"]);
        fixture.git(&["clone", "-q", "--bare", ".", "../hidden/.git"]);
        for bare in ["bare.git", "hidden/.git"] {
            let (bare, linked) = (fixture.beside(bare), fixture.beside(bare).join("../linked"));
            fixture.git_in(&bare, &["worktree", "add", "-q", "-b", "x", linked.to_str().unwrap()]);
            agrees(&Git::open(&fixture.env, &bare).unwrap(), 2);
            agrees(&Git::open(&fixture.env, &linked).unwrap(), 2);
            fixture.git_in(&bare, &["worktree", "remove", linked.to_str().unwrap()]);
        }
    }

    #[test]
    fn what_is_odd_is_left_to_git() {
        let fixture = Fixture::new();
        fixture.commit_file("a", "1");
        fixture.git(&["init", "-q", "--separate-git-dir=../apart.git", "../apart"]);
        let apart = Git::open(&fixture.env, &fixture.beside("apart")).unwrap();
        assert_eq!(apart.registered_worktrees(), None);
        let git = fixture.open();
        fixture.git(&["symbolic-ref", "refs/heads/alias", "refs/heads/main"]);
        fixture.git(&["symbolic-ref", "HEAD", "refs/heads/alias"]);
        assert_eq!(git.registered_worktrees(), None);
        fixture.git(&["symbolic-ref", "HEAD", "refs/heads/main"]);
        assert!(git.registered_worktrees().is_some());
        fixture.write(".git/worktrees/x/gitdir", "../../../../x/.git\n");
        assert_eq!(git.registered_worktrees(), None);
    }
}
