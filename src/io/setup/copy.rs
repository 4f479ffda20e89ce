//! Copying ignored files into a new worktree: never tracked ones, never over a file, never out of the tree.
//!
//! A file is copied beside its place and then put there under its name only if the name is still free, so that a kill
//! leaves either the whole file or none. Where the file system can, nothing is copied: both share their blocks until
//! one is written to.

use std::path::{Component, Path, PathBuf};

use rayon::prelude::*;

use super::patterns::Patterns;
use crate::domain::model::path::RepoPath;
use crate::io::files;
use crate::io::git::error::GitError;
use crate::io::git::repository::Git;

/// What was copied.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Copied {
    /// The files, by path.
    pub files: Vec<String>,
    /// Files that were not copied, each with the reason.
    pub left_out: Vec<String>,
}

/// Why ignored files were not carried over.
#[derive(Debug, thiserror::Error)]
pub enum CarryError {
    /// Git failed.
    #[error(transparent)]
    Git(#[from] GitError),
    /// A file cannot be read or written.
    #[error("{} cannot be copied: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

pub(super) fn io_error(path: &Path) -> impl FnOnce(std::io::Error) -> CarryError {
    let path = path.to_owned();
    move |source| CarryError::Io { path, source }
}

/// Copies the ignored files of one checkout that the patterns name into another one that ignores them too.
///
/// What is there already is left as it is, so this may be called again after it failed or was killed.
///
/// # Errors
/// [`CarryError`]; what was copied before stays.
pub fn copy_ignored(git: &Git, from: &Path, to: &Path, patterns: &Patterns) -> Result<Copied, CarryError> {
    if patterns.is_empty() {
        return Ok(Copied::default());
    }
    let mut found = Vec::new();
    for entry in git.ignored_below(from)? {
        if entry.ends_with('/') {
            if patterns.may_be_below(&entry) {
                walk(from, entry.trim_end_matches('/'), patterns, &mut found);
            }
        } else if patterns.names(&entry, false) {
            found.push(entry);
        }
    }
    found.sort();
    found.dedup();
    let (found, behind_links): (Vec<String>, Vec<String>) =
        found.into_iter().partition(|path| !is_behind_link(to, path));
    // What the new worktree tracks, or would show as a new file, is not copied.
    let welcome = git.ignored_among(to, found.iter().map(String::as_str))?;
    let results: Vec<Result<(String, Outcome), CarryError>> = found
        .into_par_iter()
        .filter(|path| welcome.contains(path))
        .map(|path| {
            let outcome = copy_one(from, to, &path)?;
            Ok((path, outcome))
        })
        .collect();
    let left_out = behind_links.into_iter().map(|path| format!("{path} lies behind a link")).collect();
    let mut copied = Copied { left_out, ..Copied::default() };
    for result in results {
        match result? {
            (path, Outcome::Copied) => copied.files.push(path),
            (_, Outcome::There) => {}
            (path, Outcome::LeftOut(why)) => copied.left_out.push(format!("{path} {why}")),
        }
    }
    Ok(copied)
}

/// The plain files and links below an ignored folder that patterns name. Another repository or worktree inside of it
/// is none of this one's business.
fn walk(root: &Path, folder: &str, patterns: &Patterns, found: &mut Vec<String>) {
    let dir = root.join(folder);
    if dir.join(".git").symlink_metadata().is_ok() {
        return;
    }
    let Ok(entries) = std::fs::read_dir(&dir) else { return };
    for entry in entries.flatten() {
        let (Some(name), Ok(kind)) = (entry.file_name().to_str().map(str::to_owned), entry.file_type())
        else {
            continue;
        };
        let path = format!("{folder}/{name}");
        if kind.is_dir() {
            if patterns.may_be_below(&path) {
                walk(root, &path, patterns, found);
            }
        } else if patterns.names(&path, false) {
            found.push(path);
        }
    }
}

/// True for a path in a checkout that a symbolic link above it may lead out of there.
fn is_behind_link(root: &Path, path: &str) -> bool {
    RepoPath::new(path)
        .ok()
        .and_then(|inside| inside.parent())
        .is_some_and(|parent| files::first_link(root, &parent).is_some())
}

/// What became of one file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Copied,
    There,
    LeftOut(&'static str),
}

/// Copies one file or link to the same path below another top.
pub(super) fn copy_one(from: &Path, to: &Path, path: &str) -> Result<Outcome, CarryError> {
    if is_behind_link(to, path) {
        return Ok(Outcome::LeftOut("lies behind a link"));
    }
    let (source, target) = (from.join(path), to.join(path));
    if target.symlink_metadata().is_ok() {
        return Ok(Outcome::There);
    }
    let about = source.symlink_metadata().map_err(io_error(&source))?;
    let folder = target.parent().unwrap_or(to);
    std::fs::create_dir_all(folder).map_err(io_error(folder))?;
    if about.is_symlink() {
        return copy_link(path, &source, &target);
    }
    if !about.is_file() {
        return Ok(Outcome::LeftOut("is no plain file"));
    }
    let made = tempfile::Builder::new()
        .prefix(".prd-")
        .suffix(".tmp")
        .make_in(folder, |place| {
            reflink_copy::reflink_or_copy(&source, place)?;
            let file = std::fs::File::options().write(true).open(place)?;
            file.set_modified(about.modified()?)?;
            file.set_permissions(about.permissions())
        })
        .map_err(io_error(&source))?;
    match made.persist_noclobber(&target) {
        Ok(()) => Ok(Outcome::Copied),
        Err(failed) if failed.error.kind() == std::io::ErrorKind::AlreadyExists => Ok(Outcome::There),
        Err(failed) => Err(io_error(&target)(failed.error)),
    }
}

/// A link is made again where it stays inside; one that leads out, or is absolute, would lead back to the old tree.
fn copy_link(path: &str, source: &Path, target: &Path) -> Result<Outcome, CarryError> {
    let leads_to = std::fs::read_link(source).map_err(io_error(source))?;
    if !stays_inside(Path::new(path), &leads_to) {
        return Ok(Outcome::LeftOut("is a link that leads out of the repository"));
    }
    make_link(&leads_to, target).map_err(io_error(target))
}

#[cfg(unix)]
fn make_link(leads_to: &Path, target: &Path) -> std::io::Result<Outcome> {
    match std::os::unix::fs::symlink(leads_to, target) {
        Ok(()) => Ok(Outcome::Copied),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(Outcome::There),
        Err(error) => Err(error),
    }
}

#[cfg(not(unix))]
fn make_link(_: &Path, _: &Path) -> std::io::Result<Outcome> {
    Ok(Outcome::LeftOut("is a link"))
}

/// True where a relative link at a path, read part by part, never climbs above the top.
fn stays_inside(path: &Path, leads_to: &Path) -> bool {
    let mut depth = path.components().count().saturating_sub(1);
    for part in leads_to.components() {
        match part {
            Component::Normal(_) => depth += 1,
            Component::CurDir => {}
            Component::ParentDir if depth > 0 => depth -= 1,
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return false,
        }
    }
    true
}

#[cfg(test)]
#[path = "copy_tests.rs"]
mod tests;
