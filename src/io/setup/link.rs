//! Folders that a new worktree shares with the main one: cloned where the file system can, so that each has its own,
//! else one symbolic link to the other's.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::copy::{CarryError, Outcome, copy_one, io_error};
use crate::domain::model::path::RepoPath;
use crate::io::files;
use crate::io::git::repository::Git;

/// What became of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Linked {
    /// It has the same content and is the worktree's own.
    Cloned,
    /// It is a symbolic link to the other checkout's.
    Linked,
    /// It is there already.
    There,
    /// It was left out, for this reason.
    LeftOut(&'static str),
}

/// Gives a new worktree an ignored folder of another checkout.
///
/// What is there already is left as it is, so this may be called again after it failed or was killed.
///
/// # Errors
/// [`CarryError`]
pub fn link_folder(git: &Git, from: &Path, to: &Path, folder: &RepoPath) -> Result<Linked, CarryError> {
    let path = folder.as_str();
    let (source, target) = (from.join(path), to.join(path));
    if target.symlink_metadata().is_ok() {
        return Ok(Linked::There);
    }
    if !source.symlink_metadata().is_ok_and(|about| about.is_dir()) {
        return Ok(Linked::LeftOut("is no folder in the main worktree"));
    }
    if git.ignored_among(from, [path])?.is_empty() {
        return Ok(Linked::LeftOut("is not ignored, and only ignored folders are shared"));
    }
    if folder.parent().is_some_and(|parent| files::first_link(to, &parent).is_some()) {
        return Ok(Linked::LeftOut("lies behind a link"));
    }
    let parent = target.parent().unwrap_or(to);
    std::fs::create_dir_all(parent).map_err(io_error(parent))?;
    if can_clone(&source, parent) {
        return clone_folder(&source, &target);
    }
    make_link(git, to, path, &source, &target)
}

/// True where one file of the folder can be cloned into another folder.
fn can_clone(source: &Path, parent: &Path) -> bool {
    let Some(sample) = first_file(source) else { return false };
    let place = parent.join(".prd-clone-test.tmp");
    drop(std::fs::remove_file(&place));
    let cloned = reflink_copy::reflink(&sample, &place).is_ok();
    drop(std::fs::remove_file(&place));
    cloned
}

fn first_file(folder: &Path) -> Option<PathBuf> {
    let mut entries: Vec<_> = std::fs::read_dir(folder).ok()?.flatten().collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    entries.iter().find_map(|entry| {
        let kind = entry.file_type().ok()?;
        if kind.is_file() { Some(entry.path()) } else { kind.is_dir().then(|| first_file(&entry.path()))? }
    })
}

/// Clones beside the place and renames, so that a kill leaves the whole folder or none.
fn clone_folder(source: &Path, target: &Path) -> Result<Linked, CarryError> {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let beside = target.with_file_name(format!(".prd-{name}.tmp"));
    if beside.exists() {
        std::fs::remove_dir_all(&beside).map_err(io_error(&beside))?;
    }
    std::fs::create_dir(&beside).map_err(io_error(&beside))?;
    let mut paths = Vec::new();
    list(source, "", &mut paths);
    paths.par_iter().try_for_each(|path| match copy_one(source, &beside, path)? {
        // A link that leads out of the folder may well stay inside the worktree, so it is kept as it is.
        Outcome::LeftOut(_) => keep_link(&source.join(path), &beside.join(path)),
        Outcome::Copied | Outcome::There => Ok(()),
    })?;
    std::fs::rename(&beside, target).map_err(io_error(target))?;
    Ok(Linked::Cloned)
}

#[cfg(unix)]
fn keep_link(source: &Path, target: &Path) -> Result<(), CarryError> {
    match std::fs::read_link(source) {
        Ok(leads_to) if leads_to.is_relative() => {
            std::os::unix::fs::symlink(leads_to, target).map_err(io_error(target))
        }
        _ => Ok(()),
    }
}

#[cfg(not(unix))]
fn keep_link(_: &Path, _: &Path) -> Result<(), CarryError> {
    Ok(())
}

fn list(root: &Path, below: &str, paths: &mut Vec<String>) {
    let Ok(entries) = std::fs::read_dir(root.join(below)) else { return };
    for entry in entries.flatten() {
        let (Some(name), Ok(kind)) = (entry.file_name().to_str().map(str::to_owned), entry.file_type())
        else {
            continue;
        };
        let path = if below.is_empty() { name } else { format!("{below}/{name}") };
        if kind.is_dir() {
            list(root, &path, paths);
        } else {
            paths.push(path);
        }
    }
}

#[cfg(unix)]
fn make_link(git: &Git, to: &Path, path: &str, source: &Path, target: &Path) -> Result<Linked, CarryError> {
    std::os::unix::fs::symlink(source, target).map_err(io_error(target))?;
    // `node_modules/` ignores folders only: the link would be a new file to git, and stop every removal.
    if git.ignored_among(to, [path])?.is_empty() {
        std::fs::remove_file(target).map_err(io_error(target))?;
        return Ok(Linked::LeftOut("is ignored as a folder only; ignore it without the `/` at the end"));
    }
    Ok(Linked::Linked)
}

#[cfg(not(unix))]
fn make_link(_: &Git, _: &Path, _: &str, _: &Path, _: &Path) -> Result<Linked, CarryError> {
    Ok(Linked::LeftOut("cannot be cloned on this file system"))
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use crate::io::git::testing::Fixture;

    fn linked(fixture: &Fixture, tree: &Path, folder: &str) -> Linked {
        let folder = RepoPath::new(folder).unwrap();
        link_folder(&fixture.open(), &fixture.root(), tree, &folder).unwrap()
    }

    #[test]
    fn an_ignored_folder_is_shared_once_and_no_other_is() {
        let fixture = Fixture::new();
        fixture.write(".gitignore", "node_modules\n/only-folder/\n");
        fixture.commit_file("src/a", "1");
        fixture.write("node_modules/x/index.js", "x");
        fixture.write("only-folder/a", "1");
        let tree = fixture.beside("tree");
        fixture.git(&["worktree", "add", "-q", "-b", "x", tree.to_str().unwrap()]);
        let first = linked(&fixture, &tree, "node_modules");
        assert!(matches!(first, Linked::Linked | Linked::Cloned), "{first:?}");
        assert_eq!(fs_err::read_to_string(tree.join("node_modules/x/index.js")).unwrap(), "x");
        assert_eq!(linked(&fixture, &tree, "node_modules"), Linked::There);
        assert!(matches!(linked(&fixture, &tree, "gone"), Linked::LeftOut(_)));
        fixture.write("fresh/a", "1");
        assert!(matches!(linked(&fixture, &tree, "fresh"), Linked::LeftOut(_)));
        if first == Linked::Linked {
            assert!(matches!(linked(&fixture, &tree, "only-folder"), Linked::LeftOut(_)));
        }
        assert_eq!(fixture.git_in(&tree, &["status", "--porcelain"]), "");
    }

    #[test]
    fn a_cloned_folder_is_whole_and_its_own() {
        let dir = tempfile::tempdir().unwrap();
        let (source, target) = (dir.path().join("from"), dir.path().join("to"));
        files::replace(&source.join("a/b"), b"1").unwrap();
        files::replace(&source.join("c"), b"2").unwrap();
        std::os::unix::fs::symlink("../c", source.join("a/link")).unwrap();
        files::replace(&dir.path().join(".prd-to.tmp/left"), b"of a kill").unwrap();
        assert_eq!(clone_folder(&source, &target).unwrap(), Linked::Cloned);
        files::replace(&target.join("c"), b"3").unwrap();
        assert_eq!(fs_err::read_to_string(source.join("c")).unwrap(), "2");
        assert_eq!(fs_err::read_to_string(target.join("a/link")).unwrap(), "3");
        assert!(!target.join("left").exists());
    }
}
