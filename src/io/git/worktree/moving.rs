//! Moving files, links and folders so that a kill leaves each whole, at one place or the other.

use std::fs::File;
use std::io::{BufReader, ErrorKind, Read as _};
use std::path::{Path, PathBuf};

/// How the name of a copy begins that has not taken its place yet.
const COMING: &str = ".prd-coming-";

/// Moves what lies in a folder into another one. What is there already, there or in a folder of it, is left where it
/// is on either side; gives the names of what could not be moved. `step` is called between two changes.
pub(super) fn put_into(from: &Path, to: &Path, step: &dyn Fn()) -> std::io::Result<Vec<String>> {
    let mut left = Vec::new();
    put(from, to, "", &mut left, step)?;
    left.sort();
    Ok(left)
}

fn put(from: &Path, to: &Path, inside: &str, left: &mut Vec<String>, step: &dyn Fn()) -> std::io::Result<()> {
    let Ok(entries) = std::fs::read_dir(from) else { return Ok(()) };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let target = to.join(&name);
        let shown = format!("{inside}{}", name.to_string_lossy());
        match target.symlink_metadata() {
            Err(error) if error.kind() == ErrorKind::NotFound => move_path(&entry.path(), &target, step)?,
            Err(error) => return Err(error),
            // A link is not followed: what it leads to is not the worktree's.
            Ok(about) if about.is_dir() && entry.file_type()?.is_dir() => {
                put(&entry.path(), &target, &format!("{shown}/"), left, step)?;
                // It stays where something in it had to stay.
                drop(std::fs::remove_dir(entry.path()));
            }
            // As when a kill came between copying it and removing it.
            Ok(_) if is_same(&entry.path(), &target) => remove(&entry.path())?,
            Ok(_) => left.push(shown),
        }
        step();
    }
    Ok(())
}

/// Moves a file, link or folder with everything in it; to another file system by a copy, which takes its place when it
/// is whole. `step` is called between two changes.
pub(super) fn move_path(from: &Path, to: &Path, step: &dyn Fn()) -> std::io::Result<()> {
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder)?;
    }
    match std::fs::rename(from, to) {
        Err(error) if error.kind() == ErrorKind::CrossesDevices => move_across(from, to, step),
        // Killed between moving it and noting that: a second time there is nothing to move.
        Err(error) if error.kind() == ErrorKind::NotFound && to.symlink_metadata().is_ok() => Ok(()),
        done => done,
    }
}

fn move_across(from: &Path, to: &Path, step: &dyn Fn()) -> std::io::Result<()> {
    let coming = coming(to);
    // Of a move that was killed.
    remove(&coming)?;
    copy_path(from, &coming)?;
    step();
    if to.symlink_metadata().is_ok() {
        // It came whole before a kill, and only its source was not gone yet: what is left of that is as old.
        remove(&coming)?;
    } else {
        std::fs::rename(&coming, to)?;
    }
    step();
    remove(from)
}

/// True for two files with the same content, and for two links to the same place.
fn is_same(one: &Path, other: &Path) -> bool {
    let (Ok(about), Ok(of_other)) = (one.symlink_metadata(), other.symlink_metadata()) else { return false };
    if about.is_symlink() && of_other.is_symlink() {
        return matches!((one.read_link(), other.read_link()), (Ok(one), Ok(other)) if one == other);
    }
    let are_files = about.is_file() && of_other.is_file() && about.len() == of_other.len();
    are_files && have_same_bytes(one, other).unwrap_or(false)
}

fn have_same_bytes(one: &Path, other: &Path) -> std::io::Result<bool> {
    let (one, other) = (BufReader::new(File::open(one)?), BufReader::new(File::open(other)?));
    for (one, other) in one.bytes().zip(other.bytes()) {
        if one? != other? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn coming(to: &Path) -> PathBuf {
    let name = to.file_name().unwrap_or_default().to_string_lossy();
    to.with_file_name(format!("{COMING}{name}"))
}

/// Removes a file, link or folder; one that is not there is no error.
fn remove(path: &Path) -> std::io::Result<()> {
    match path.symlink_metadata() {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
        Ok(about) if about.is_dir() => std::fs::remove_dir_all(path),
        Ok(_) => std::fs::remove_file(path),
    }
}

fn copy_path(from: &Path, to: &Path) -> std::io::Result<()> {
    let about = from.symlink_metadata()?;
    if about.is_dir() {
        std::fs::create_dir_all(to)?;
        for entry in std::fs::read_dir(from)? {
            let entry = entry?;
            copy_path(&entry.path(), &to.join(entry.file_name()))?;
        }
        std::fs::set_permissions(to, about.permissions())
    } else if about.is_symlink() {
        copy_link(from, to)
    } else {
        std::fs::copy(from, to)?;
        let copy = std::fs::File::open(to)?;
        drop(about.modified().and_then(|time| copy.set_modified(time)));
        copy.sync_all()
    }
}

#[cfg(unix)]
fn copy_link(from: &Path, to: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(std::fs::read_link(from)?, to)
}

#[cfg(not(unix))]
fn copy_link(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::copy(from, to).map(drop)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::cell::Cell;
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

    use super::*;

    fn folder(dir: &Path) -> PathBuf {
        let folder = dir.join("data");
        std::fs::create_dir_all(folder.join("deep")).unwrap();
        fs_err::write(folder.join("deep/dump"), "1234").unwrap();
        fs_err::write(folder.join("key"), "secret").unwrap();
        std::fs::set_permissions(folder.join("key"), std::fs::Permissions::from_mode(0o600)).unwrap();
        std::os::unix::fs::symlink("/nowhere", folder.join("link")).unwrap();
        folder
    }

    /// Two folders on two file systems, where the machine has two.
    fn two_devices() -> Option<(tempfile::TempDir, tempfile::TempDir)> {
        let here = tempfile::tempdir().unwrap();
        let there = tempfile::tempdir_in("/dev/shm").ok()?;
        (here.path().metadata().unwrap().dev() != there.path().metadata().unwrap().dev())
            .then_some((here, there))
    }

    #[test]
    fn a_move_to_another_file_system_is_gone_on_with_wherever_it_stopped() {
        let Some((here, there)) = two_devices() else { return };
        // In place of a kill: a panic at the first step, the second, and so on.
        for stop in 1..9 {
            let (here, there) = (tempfile::tempdir_in(&here).unwrap(), tempfile::tempdir_in(&there).unwrap());
            let (from, to) = (here.path().join("from"), there.path().join("to"));
            folder(&from);
            fs_err::write(from.join("single"), "one").unwrap();
            fs_err::create_dir(&to).unwrap();
            let passed = Cell::new(0);
            let step = || {
                passed.set(passed.get() + 1);
                assert!(passed.get() != stop, "killed");
            };
            let run = std::panic::AssertUnwindSafe(|| put_into(&from, &to, &step).unwrap());
            let _ = std::panic::catch_unwind(run);
            assert_eq!(put_into(&from, &to, &|| ()).unwrap(), Vec::<String>::new(), "{stop}");
            let read = |name: &str| fs_err::read_to_string(to.join(name)).unwrap();
            assert_eq!(
                (read("data/deep/dump"), read("data/key"), read("single")),
                ("1234".into(), "secret".into(), "one".into())
            );
            assert_eq!(to.join("data/key").metadata().unwrap().permissions().mode() & 0o777, 0o600);
            assert_eq!(std::fs::read_link(to.join("data/link")).unwrap(), Path::new("/nowhere"));
            assert_eq!(fs_err::read_dir(&to).unwrap().count(), 2, "{stop}");
            assert_eq!(fs_err::read_dir(&from).unwrap().count(), 0, "{stop}");
        }
    }

    #[test]
    fn what_is_there_already_goes_and_what_is_another_stays() {
        let dir = tempfile::tempdir().unwrap();
        let (from, to) = (dir.path().join("from"), dir.path().join("to"));
        folder(&from);
        folder(&to);
        fs_err::write(to.join("data/key"), "newer!").unwrap();
        assert_eq!(put_into(&from, &to, &|| ()).unwrap(), ["data/key"]);
        assert_eq!(fs_err::read_to_string(from.join("data/key")).unwrap(), "secret");
        assert!(!from.join("data/deep").exists() && from.join("data/link").symlink_metadata().is_err());
    }
}
