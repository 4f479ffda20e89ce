//! Replacing and removing single files so that a kill leaves the old or the new one, never half of either.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::domain::model::path::RepoPath;

/// How the names of temporary files begin and end.
const TEMPORARY: (&str, &str) = (".prd-", ".tmp");

/// The bytes of a plain file; `None` where nothing is there.
pub(crate) fn read(path: &Path) -> std::io::Result<Option<Vec<u8>>> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Replaces a file, or makes it and its folders: temporary file beside it, synced, renamed.
///
/// An existing file's permissions are kept.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let file = written_beside(path, bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    path.parent().into_iter().for_each(sync_folder);
    Ok(())
}

/// As [`replace`], for what may be lost: after a crash of the system it may be old, empty or half there.
pub(crate) fn replace_unsynced(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    written_beside(path, bytes)?.persist(path)?;
    Ok(())
}

/// A temporary file with these bytes and with the permissions of the file that it will replace.
fn written_beside(path: &Path, bytes: &[u8]) -> std::io::Result<tempfile::NamedTempFile> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY.0).suffix(TEMPORARY.1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As for any new file, the umask takes from this what it wants.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder)?;
    if let Ok(old) = path.metadata() {
        file.as_file().set_permissions(old.permissions())?;
    }
    file.write_all(bytes)?;
    Ok(file)
}

/// Removes what a killed `replace` left in a folder. To be called where nobody else can be at one.
pub(crate) fn remove_temporaries(folder: &Path) -> std::io::Result<()> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(()) };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let is_ours =
            name.to_str().is_some_and(|name| name.starts_with(TEMPORARY.0) && name.ends_with(TEMPORARY.1));
        if is_ours && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            remove(&entry.path())?;
        }
    }
    Ok(())
}

/// Removes a file; one that is gone is no error. Folders stay.
pub(crate) fn remove(path: &Path) -> std::io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => {
            path.parent().into_iter().for_each(sync_folder);
            Ok(())
        }
    }
}

/// Makes renames in a folder last; where the system has no such thing there is nothing to do.
pub(crate) fn sync_folder(folder: &Path) {
    if let Ok(open) = std::fs::File::open(folder) {
        drop(open.sync_all());
    }
}

/// The first part of a path below `root` that is a symbolic link: writing there could leave the repository.
pub(crate) fn first_link(root: &Path, path: &RepoPath) -> Option<PathBuf> {
    let mut place = root.to_owned();
    for part in path.as_str().split('/') {
        place.push(part);
        if place.symlink_metadata().is_ok_and(|data| data.file_type().is_symlink()) {
            return Some(place);
        }
    }
    None
}

/// True where two names lead to one file, or to two with the same content.
pub(crate) fn is_same(one: &Path, other: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if let (Ok(a), Ok(b)) = (one.metadata(), other.metadata())
            && (a.dev(), a.ino()) == (b.dev(), b.ino())
        {
            return true;
        }
    }
    matches!((std::fs::read(one), std::fs::read(other)), (Ok(a), Ok(b)) if a == b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_with_its_permissions() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a/b.md");
        replace(&path, b"one").unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
            replace(&path, b"two").unwrap();
            assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o640);
        }
        replace(&path, b"three").unwrap();
        assert_eq!(read(&path).unwrap().as_deref(), Some(b"three".as_slice()));
        assert_eq!(std::fs::read_dir(dir.path().join("a")).unwrap().count(), 1);
        remove(&path).unwrap();
        remove(&path).unwrap();
        assert_eq!(read(&path).unwrap(), None);
        assert_eq!(read(&dir.path().join("no/such/folder")).unwrap(), None);
    }

    #[test]
    fn only_temporary_files_are_cleared_away() {
        let dir = tempfile::tempdir().unwrap();
        for name in [".prd-x1Y2z3.tmp", ".prd-notes.md", "prd.tmp"] {
            replace(&dir.path().join(name), b"x").unwrap();
        }
        std::fs::create_dir(dir.path().join(".prd-folder.tmp")).unwrap();
        remove_temporaries(dir.path()).unwrap();
        remove_temporaries(&dir.path().join("none")).unwrap();
        assert!(!dir.path().join(".prd-x1Y2z3.tmp").exists());
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 3);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_on_the_way_is_found() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("real")).unwrap();
        std::os::unix::fs::symlink("/tmp", dir.path().join("real/away")).unwrap();
        let path = RepoPath::new("real/away/x.md").unwrap();
        assert_eq!(first_link(dir.path(), &path), Some(dir.path().join("real/away")));
        assert_eq!(first_link(dir.path(), &RepoPath::new("real/x.md").unwrap()), None);
    }
}
