//! Taking a worktree away in steps, so that a kill leaves something that can be finished and nothing by halves.
//!
//! | killed after | left behind | `finish_removal` |
//! | --- | --- | --- |
//! | the folder is put aside | the folder aside, the registration | goes on |
//! | part of the registration is gone | the folder aside, a registration that git no longer lists | goes on |
//! | part of the folder is gone | the rest of it, the link to the registration last | goes on |
//!
//! The folder is put aside in one step, under a name that tells whose it was. What appeared in it since the gate was
//! asked brings it back. Ignored files that nothing would make again are moved to the trash from there, so that even a
//! program that still has one open writes into what is kept.

use std::path::{Path, PathBuf};

use crate::io::git::error::GitError;
use crate::io::git::repository::Git;

use super::list::{Worktree, real_path};
use super::mounts;
use super::precious::Contents;
use super::status::Changes;

/// How the name of a folder begins that was put aside.
const ASIDE: &str = ".prd-removed-";

/// Whether a worktree is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Removal {
    /// It is.
    Gone,
    /// It is back: these files appeared in it in the meantime.
    Back(Vec<String>),
}

impl Git {
    /// Removes a worktree's folder and registration. To be asked by the gate, and by whoever has just made it.
    pub(super) fn take_away(&self, tree: &Worktree) -> Result<Removal, GitError> {
        self.finish(&tree.path)?;
        if !tree.is_missing {
            let aside = aside(&tree.path);
            std::fs::rename(&tree.path, &aside).map_err(GitError::io("put aside", &tree.path))?;
            self.step();
            return self.finish(&tree.path).inspect_err(|_| {
                // Where the registration is still there, nothing is lost by having it back whole.
                let is_registered = tree.git_dir.as_ref().is_some_and(|dir| dir.exists());
                if is_registered && aside.is_dir() && tree.path.symlink_metadata().is_err() {
                    drop(std::fs::rename(&aside, &tree.path));
                }
            });
        }
        self.unregister_missing(tree)?;
        Ok(Removal::Gone)
    }

    /// Goes on with taking away the worktree of a folder after a kill; nothing to do is no error.
    ///
    /// # Errors
    /// Git or the file system failed.
    pub fn finish_removal(&self, path: &Path) -> Result<(), GitError> {
        self.finish(path).map(drop)
    }

    fn finish(&self, path: &Path) -> Result<Removal, GitError> {
        let aside = aside(path);
        if !aside.is_dir() {
            return Ok(Removal::Gone);
        }
        if let Some(mount) = mounts::below(&real_path(&aside)).into_iter().next() {
            return Err(GitError::Io {
                doing: "remove what is mounted at",
                path: mount,
                source: std::io::ErrorKind::ResourceBusy.into(),
            });
        }
        match self.worktree_at(path)? {
            Some(tree) if tree.is_missing => {
                let (mut files, precious) = self.left_in(&aside, &tree)?;
                let pending = self.pending_trash(path);
                if pending.is_none() {
                    // Whoever takes away what he has just made keeps nothing, so there must be nothing to keep.
                    files.extend(precious.iter().cloned());
                }
                if !files.is_empty() {
                    self.bring_back(&aside, path)?;
                    return Ok(Removal::Back(files));
                }
                if let Some(pending) = &pending {
                    pending.take(self, &aside, &precious)?;
                    self.step();
                }
                if let Err(error) = self.unregister_missing(&tree) {
                    self.bring_back(&aside, path)?;
                    return Err(error);
                }
            }
            // Another one was made there since.
            Some(_) => self.require_kept(path, &aside)?,
            None => {
                self.require_kept(path, &aside)?;
                self.remove_registration(&aside)?;
            }
        }
        self.step();
        remove_folder(&aside, &|| self.step()).map_err(GitError::io("remove", &aside))?;
        self.step();
        if let Some(pending) = self.pending_trash(path) {
            self.complete(&pending)?;
        }
        Ok(Removal::Gone)
    }

    /// The folder goes back to its place, with what was taken out of it.
    fn bring_back(&self, aside: &Path, path: &Path) -> Result<(), GitError> {
        let pending = self.pending_trash(path);
        if let Some(pending) = &pending {
            pending.give_back(self, aside)?;
        }
        std::fs::rename(aside, path).map_err(GitError::io("bring back", path))?;
        pending.map_or(Ok(()), |pending| self.discard(&pending))
    }

    /// The registration is gone, so that git cannot tell any more which files of the folder are in a commit: it may go
    /// only where all that is kept was taken out of it before.
    fn require_kept(&self, path: &Path, aside: &Path) -> Result<(), GitError> {
        match self.pending_trash(path) {
            Some(pending) if !pending.is_complete() => Err(GitError::Io {
                doing: "tell which files are in no commit in",
                path: aside.to_owned(),
                source: std::io::Error::other("git does not know the worktree any more"),
            }),
            _ => Ok(()),
        }
    }

    /// Removes the registration of a worktree whose folder is gone; one that the user locked stops git.
    fn unregister_missing(&self, tree: &Worktree) -> Result<(), GitError> {
        let call = self.git_at_main().args(["worktree", "remove", "--force"]);
        // A lock that git itself left behind.
        let call = if tree.is_initializing() { call.arg("--force") } else { call };
        call.arg("--").arg(&tree.path).require()?;
        Ok(())
    }

    /// Files in a folder put aside that neither a commit nor the index has (whatever is missing was removed by us), and
    /// ignored ones that nothing would make again.
    fn left_in(&self, aside: &Path, tree: &Worktree) -> Result<(Vec<String>, Vec<String>), GitError> {
        let Some(git_dir) = tree.git_dir.as_ref().filter(|dir| dir.join("index").exists()) else {
            return Ok((Vec::new(), Vec::new()));
        };
        // Through the link git would note the new place in the registration.
        let call = || self.git_at(aside).var("GIT_DIR", git_dir).var("GIT_WORK_TREE", aside);
        let Contents { changes, precious } = self.contents(&call, tree, aside)?;
        let Changes { staged, unstaged, untracked, conflicted, .. } = changes;
        let is_there = |file: &String| aside.join(file).symlink_metadata().is_ok();
        let mut files: Vec<String> = staged.into_iter().chain(untracked).chain(conflicted).collect();
        files.extend(unstaged.into_iter().filter(is_there));
        files.sort();
        files.dedup();
        Ok((files, precious))
    }

    /// Removes registrations that git was killed in the middle of writing: it has locked them, so it never collects
    /// them, and with some it can list no worktree at all. Hold the clone's lock.
    ///
    /// # Errors
    /// The file system refuses.
    pub fn remove_begun_registrations(&self) -> Result<(), GitError> {
        let Ok(entries) = std::fs::read_dir(self.common_dir().join("worktrees")) else { return Ok(()) };
        for git_dir in entries.flatten().map(|entry| entry.path()) {
            let says = |name: &str| std::fs::read_to_string(git_dir.join(name)).unwrap_or_default();
            let lacks = |name: &str| says(name).trim().is_empty();
            let is_begun = match says("locked").trim() {
                "initializing" => lacks("gitdir") || lacks("commondir") || lacks("HEAD"),
                "" => lacks("gitdir") && lacks("HEAD"),
                _ => false,
            };
            if is_begun {
                std::fs::remove_dir_all(&git_dir).map_err(GitError::io("remove", &git_dir))?;
            }
        }
        Ok(())
    }

    /// Removes a folder that has nothing in it but a link to a registration that is gone, or nothing at all.
    pub(super) fn remove_dangling(&self, path: &Path) -> Result<(), GitError> {
        let Ok(entries) = std::fs::read_dir(path) else { return Ok(()) };
        let link = path.join(".git");
        let text = std::fs::read_to_string(&link).unwrap_or_default();
        let target = text.trim().strip_prefix("gitdir: ").map(|target| path.join(target));
        let is_gone = target.is_none_or(|target| {
            target.parent() == Some(&self.common_dir().join("worktrees")) && !target.exists()
        });
        if is_gone && link.is_file() && entries.flatten().all(|entry| entry.file_name() == ".git") {
            std::fs::remove_file(&link).map_err(GitError::io("remove", &link))?;
        }
        // A folder with content is somebody's.
        drop(std::fs::remove_dir(path));
        Ok(())
    }

    /// Removes what is left of a registration that git no longer lists, because part of it is gone.
    fn remove_registration(&self, aside: &Path) -> Result<(), GitError> {
        let Ok(link) = std::fs::read_to_string(aside.join(".git")) else { return Ok(()) };
        let Some(target) = link.trim_end_matches(['\n', '\r']).strip_prefix("gitdir: ") else {
            return Ok(());
        };
        let git_dir = aside.join(target);
        let is_below = git_dir.parent() == Some(&self.common_dir().join("worktrees"));
        if is_below && git_dir.is_dir() && !git_dir.join("gitdir").exists() {
            std::fs::remove_dir_all(&git_dir).map_err(GitError::io("remove", &git_dir))?;
        }
        Ok(())
    }
}

pub(super) fn aside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{ASIDE}{name}"))
}

/// Removes a folder, the link to its registration last; `step` is called between two changes.
fn remove_folder(folder: &Path, step: &dyn Fn()) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name() == ".git" {
            continue;
        }
        if entry.file_type()?.is_dir() {
            remove_whole(&entry.path())?;
        } else {
            std::fs::remove_file(entry.path())?;
        }
        step();
    }
    remove_whole(folder)
}

/// Removes a folder with everything in it, also where folders in it may not be written, as those of some package
/// managers.
fn remove_whole(folder: &Path) -> std::io::Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
            make_writable(folder)?;
            std::fs::remove_dir_all(folder)
        }
        done => done,
    }
}

#[cfg(unix)]
fn make_writable(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = folder.symlink_metadata()?.permissions().mode();
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(mode | 0o700))?;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            make_writable(&entry.path())?;
        }
    }
    Ok(())
}

#[cfg(not(unix))]
fn make_writable(_: &Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::git::testing::Fixture;

    /// A worktree `x` beside the repository.
    fn with_worktree() -> (Fixture, PathBuf) {
        let fixture = Fixture::new();
        fixture.commit_file("a/b", "1\n");
        let path = fixture.beside("x");
        fixture.git(&["worktree", "add", "-q", "-b", "x", path.to_str().unwrap()]);
        (fixture, path)
    }

    fn assert_gone(fixture: &Fixture, path: &Path) {
        assert!(!path.exists() && !aside(path).exists());
        assert!(!fixture.root().join(".git/worktrees/x").exists());
        assert_eq!(fixture.open().worktree_at(path).unwrap(), None);
    }

    #[test]
    fn nothing_is_left() {
        let (fixture, path) = with_worktree();
        let tree = fixture.open().worktree_at(&path).unwrap().unwrap();
        assert_eq!(fixture.open().take_away(&tree).unwrap(), Removal::Gone);
        assert_gone(&fixture, &path);
        fixture.open().finish_removal(&path).unwrap();
    }

    #[test]
    fn a_removal_is_finished_wherever_it_stopped() {
        for stop in 0..4 {
            let (fixture, path) = with_worktree();
            let aside = aside(&path);
            std::fs::rename(&path, &aside).unwrap();
            if stop > 0 {
                std::fs::remove_file(fixture.root().join(".git/worktrees/x/gitdir")).unwrap();
            }
            if stop > 1 {
                std::fs::remove_dir_all(fixture.root().join(".git/worktrees/x")).unwrap();
                std::fs::remove_dir_all(aside.join("a")).unwrap();
            }
            if stop > 2 {
                std::fs::remove_file(aside.join(".git")).unwrap();
            }
            fixture.open().finish_removal(&path).unwrap();
            assert_gone(&fixture, &path);
        }
    }

    #[test]
    fn a_call_of_git_that_fails_leaves_it_whole() {
        let mut failures = 0;
        for call in 1..12 {
            let (mut fixture, path) = with_worktree();
            let tree = fixture.open().worktree_at(&path).unwrap().unwrap();
            fixture.env.vars.insert("PRD_TEST_GIT_FAULT".into(), format!("fail:{call}").into());
            let Ok(git) = Git::open(&fixture.env, &fixture.root()) else { continue };
            let outcome = git.take_away(&tree);
            fixture.env.vars.remove(std::ffi::OsStr::new("PRD_TEST_GIT_FAULT"));
            if outcome.is_err() {
                failures += 1;
                assert_eq!(fixture.git_in(&path, &["status", "--porcelain"]), "", "call {call}");
            } else {
                assert_gone(&fixture, &path);
            }
        }
        assert!(failures > 1, "only {failures}");
    }

    #[test]
    fn only_a_registration_that_was_just_begun_is_cleared_away() {
        let (fixture, _) = with_worktree();
        let registrations = fixture.root().join(".git/worktrees");
        let begun = ["locked", "gitdir", "HEAD"];
        for (name, count) in [("y", 0), ("z", 1), ("w", 3)] {
            let files = &begun[..count];
            fs_err::create_dir(registrations.join(name)).unwrap();
            for file in files {
                fs_err::write(registrations.join(name).join(file), "initializing\n").unwrap();
            }
        }
        fs_err::write(registrations.join("w/commondir"), "").unwrap();
        fixture.open().remove_begun_registrations().unwrap();
        assert!(registrations.join("x/gitdir").exists());
        assert_eq!(std::fs::read_dir(&registrations).unwrap().count(), 1);
    }

    #[test]
    fn a_folder_goes_only_where_nothing_but_a_dead_link_is_in_it() {
        let (fixture, path) = with_worktree();
        let git = fixture.open();
        git.remove_dangling(&path).unwrap();
        assert!(path.join(".git").exists());
        let other = fixture.beside("other");
        fs_err::create_dir(&other).unwrap();
        let target = fixture.root().join(".git/worktrees/other");
        fs_err::write(other.join(".git"), format!("gitdir: {}\n", target.display())).unwrap();
        fs_err::write(other.join("work"), "mine").unwrap();
        git.remove_dangling(&other).unwrap();
        assert!(other.join(".git").exists());
        fs_err::remove_file(other.join("work")).unwrap();
        git.remove_dangling(&other).unwrap();
        assert!(!other.exists());
    }

    #[test]
    fn work_that_appeared_meanwhile_brings_it_back() {
        let (fixture, path) = with_worktree();
        let tree = fixture.open().worktree_at(&path).unwrap().unwrap();
        fs_err::write(path.join("new"), "work").unwrap();
        assert_eq!(fixture.open().take_away(&tree).unwrap(), Removal::Back(vec!["new".to_owned()]));
        assert_eq!(fs_err::read_to_string(path.join("new")).unwrap(), "work");
        assert_eq!(fixture.git_in(&path, &["status", "--porcelain"]), "?? new");
    }

    #[test]
    fn one_that_the_user_locked_comes_back() {
        let (fixture, path) = with_worktree();
        let tree = fixture.open().worktree_at(&path).unwrap().unwrap();
        fixture.git(&["worktree", "lock", path.to_str().unwrap()]);
        assert!(fixture.open().take_away(&tree).is_err());
        assert_eq!(fixture.git_in(&path, &["status", "--porcelain"]), "");
    }
}
