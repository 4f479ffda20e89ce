//! Links between the repository and its worktrees that were broken because one of them was moved.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::io::git::error::GitError;
use crate::io::git::repository::Git;

use super::gate::agrees;
use super::list::{Worktree, real_path};

impl Worktree {
    /// What is wrong between this worktree and its registration; `None` where each names the other.
    #[must_use]
    pub fn broken_link(&self) -> Option<String> {
        if self.is_main || self.is_bare {
            None
        } else if self.path.symlink_metadata().is_err() {
            Some("the folder is gone".to_owned())
        } else if self.is_missing {
            Some("the folder is no worktree".to_owned())
        } else if agrees(self) {
            None
        } else {
            Some("the folder does not lead back to this repository".to_owned())
        }
    }
}

impl Git {
    /// Folders that lead to the registration of a worktree whose own folder is gone: it was moved there. Looks beside
    /// all worktrees and in one further folder. Where two lead to one registration neither counts: one is a copy.
    ///
    /// # Errors
    /// The worktrees cannot be listed.
    pub fn moved_worktrees(&self, parent: &Path) -> Result<Vec<PathBuf>, GitError> {
        let trees = self.worktrees()?;
        let lost: Vec<&Worktree> = trees.iter().filter(|tree| tree.is_missing).collect();
        if lost.is_empty() {
            return Ok(Vec::new());
        }
        let mut places: BTreeSet<PathBuf> =
            trees.iter().filter_map(|tree| tree.path.parent().map(real_path)).collect();
        places.insert(real_path(parent));
        let folders: Vec<(PathBuf, PathBuf)> = places
            .iter()
            .filter_map(|place| std::fs::read_dir(place).ok())
            .flat_map(|entries| entries.flatten().map(|entry| entry.path()))
            .filter_map(|folder| Some((link_of(&folder)?, folder)))
            .collect();
        let mut found = Vec::new();
        for git_dir in lost.iter().filter_map(|tree| tree.git_dir.as_ref()) {
            let leads_here = |target: &Path| {
                // Where the repository was moved as well, only the name of the registration is left.
                real_path(target) == real_path(git_dir)
                    || !target.exists() && target.file_name() == git_dir.file_name()
            };
            let mut leading = folders.iter().filter(|(target, _)| leads_here(target));
            if let (Some((_, folder)), None) = (leading.next(), leading.next()) {
                found.push(folder.clone());
            }
        }
        Ok(found)
    }

    /// Lets git mend its links with worktrees, and with those that were moved to these folders. What could not be
    /// mended shows in the list of worktrees afterwards.
    ///
    /// # Errors
    /// The program cannot be run.
    pub fn repair_worktrees(&self, moved: &[PathBuf]) -> Result<(), GitError> {
        // Relative links are read by no older git.
        let call = self.git_at_main().args(["-c", "worktree.useRelativePaths=false", "worktree", "repair"]);
        call.arg("--").args(moved).run()?;
        Ok(())
    }
}

/// The registration that the link in a folder names.
fn link_of(folder: &Path) -> Option<PathBuf> {
    let link = folder.join(".git");
    if !link.symlink_metadata().ok()?.is_file() {
        return None;
    }
    let text = std::fs::read_to_string(link).ok()?;
    let target = folder.join(text.trim_end_matches(['\n', '\r']).strip_prefix("gitdir: ")?);
    (target.parent()?.file_name()? == "worktrees").then_some(target)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::git::testing::Fixture;

    fn with_worktree() -> (Fixture, PathBuf) {
        let fixture = Fixture::new();
        fixture.commit_file("a", "1");
        let path = fixture.beside("x");
        fixture.git(&["worktree", "add", "-q", "-b", "x", path.to_str().unwrap()]);
        (fixture, path)
    }

    #[test]
    fn a_moved_worktree_is_found_and_its_registration_follows() {
        let (fixture, path) = with_worktree();
        let (there, git) = (fixture.beside("moved"), fixture.open());
        std::fs::rename(&path, &there).unwrap();
        let tree = git.worktree_at(&path).unwrap().unwrap();
        assert_eq!(tree.broken_link().as_deref(), Some("the folder is gone"));
        let moved = git.moved_worktrees(&fixture.root()).unwrap();
        assert_eq!(moved.as_slice(), std::slice::from_ref(&there));
        git.repair_worktrees(&moved).unwrap();
        assert_eq!(git.worktree_at(&there).unwrap().unwrap().broken_link(), None);
        assert_eq!(fixture.git_in(&there, &["status", "--porcelain"]), "");
    }

    #[test]
    fn a_copy_makes_it_unclear_which_one_is_meant() {
        let (fixture, path) = with_worktree();
        std::fs::rename(&path, fixture.beside("one")).unwrap();
        fs_err::create_dir(fixture.beside("two")).unwrap();
        fs_err::copy(fixture.beside("one/.git"), fixture.beside("two/.git")).unwrap();
        assert!(fixture.open().moved_worktrees(&fixture.root()).unwrap().is_empty());
    }

    #[test]
    fn a_moved_repository_mends_the_links_of_its_worktrees() {
        let (fixture, path) = with_worktree();
        std::fs::rename(fixture.root(), fixture.beside("elsewhere")).unwrap();
        let git = Git::open(&fixture.env, &fixture.beside("elsewhere")).unwrap();
        let broken = git.worktree_at(&path).unwrap().unwrap().broken_link();
        assert_eq!(broken.as_deref(), Some("the folder does not lead back to this repository"));
        git.repair_worktrees(&[]).unwrap();
        assert_eq!(git.worktree_at(&path).unwrap().unwrap().broken_link(), None);
        assert_eq!(fixture.git_in(&path, &["status", "--porcelain"]), "");
    }
}
