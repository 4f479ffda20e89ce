//! The trash: what a removed worktree leaves behind for two weeks, and the way back from it.
//!
//! An entry is a folder `prd/trash/<label>-<time>` in the common directory, with the ignored files that nothing would
//! make again, the reflogs, and the settings of the worktree; refs below `refs/prd/trash/<name>/` keep the tip, and
//! every commit that only a reflog of the worktree knew, from being collected.
//!
//! | name of the folder | meaning |
//! | --- | --- |
//! | `.removing-NAME` | the removal runs, or was killed: [`Git::settle_trash`] finishes it or takes it back |
//! | `NAME` | the worktree is gone, and can be restored |
//! | `.restoring-NAME` | the worktree is coming back, or was killed on its way: [`Git::settle_trash`] goes on |
//!
//! All of it is done under the clone's lock, so that an unfinished entry which is found is a killed command's.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use crate::domain::model::branch::BranchName;
use crate::io::files;
use crate::io::git::error::GitError;
use crate::io::git::oid::Oid;
use crate::io::git::repository::Git;

use super::list::Worktree;
use super::moving::{move_path, put_into};
use super::remove::aside;

/// How long an entry is kept.
const KEPT_FOR: Duration = Duration::from_secs(14 * 24 * 60 * 60);

const REMOVING: &str = ".removing-";
const RESTORING: &str = ".restoring-";

/// What an entry's file says.
const ENTRY: &str = "entry.json";
/// The folder of an entry with the files of the worktree.
const FILES: &str = "files";
/// The folder of an entry with what the worktree's own git folder held.
const OWN: &str = "git";
/// The reflog of the branch, in an entry.
const BRANCH_LOG: &str = "branch-log";
/// Says that everything that is kept has been taken out of the worktree.
const COMPLETE: &str = "complete";

/// What of a worktree's own git folder is kept, and put back.
const OWN_FILES: [&str; 4] = ["logs/HEAD", "config.worktree", "info/sparse-checkout", "COMMIT_EDITMSG"];

/// Whose worktree is removed, and when: what its entry is called by.
#[derive(Debug, Clone)]
pub struct Label {
    /// The PRD's id, or any other name.
    pub name: String,
    /// When.
    pub time: DateTime<FixedOffset>,
}

/// A worktree as it was when it was removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The version of this file: 1.
    pub schema: u32,
    /// The PRD's id, or what else the removal was called by.
    pub label: String,
    /// The branch; `None` for a detached `HEAD`.
    pub branch: Option<BranchName>,
    /// Its commit; `None` for a branch without any.
    pub tip: Option<Oid>,
    /// Its folder.
    pub path: PathBuf,
    /// When it was removed.
    pub removed: DateTime<FixedOffset>,
}

/// An entry of the trash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trashed {
    /// Its name: `SVC-128-20250602T080000Z`.
    pub name: String,
    /// Where it lies.
    pub folder: PathBuf,
    /// The worktree.
    pub kept: Kept,
    /// The ignored files that were kept, from the worktree's top, sorted.
    pub files: Vec<String>,
}

impl Trashed {
    /// The folder of the kept files.
    pub(super) fn files_folder(&self) -> PathBuf {
        self.folder.join(FILES)
    }

    /// What the worktree's own git folder held.
    pub(super) fn own_file(&self, name: &str) -> PathBuf {
        self.folder.join(OWN).join(name)
    }

    /// The reflog of the branch as it was.
    pub(super) fn branch_log(&self) -> PathBuf {
        self.folder.join(BRANCH_LOG)
    }
}

/// The names of what is kept of a worktree's own git folder.
pub(super) const fn own_files() -> [&'static str; 4] {
    OWN_FILES
}

/// An entry in the making: the removal is on its way.
#[derive(Debug)]
pub(super) struct Pending {
    folder: PathBuf,
    name: String,
    path: PathBuf,
}

impl Pending {
    /// The name that the entry will have.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Moves ignored files out of a folder that was put aside.
    pub(super) fn take(&self, git: &Git, aside: &Path, paths: &[String]) -> Result<(), GitError> {
        let target = self.folder.join(FILES);
        for path in paths {
            let path = path.trim_end_matches('/');
            move_path(&aside.join(path), &target.join(path), &|| git.step())
                .map_err(GitError::io("keep", aside.join(path)))?;
            git.step();
        }
        files::replace(&self.folder.join(COMPLETE), b"").map_err(GitError::io("write in", &self.folder))
    }

    /// True where nothing is left in the folder that would have to be kept.
    pub(super) fn is_complete(&self) -> bool {
        self.folder.join(COMPLETE).exists()
    }

    /// Moves the files back: the worktree stays.
    pub(super) fn give_back(&self, git: &Git, aside: &Path) -> Result<(), GitError> {
        put_into(&self.folder.join(FILES), aside, &|| git.step())
            .map_err(GitError::io("bring back", aside))?;
        files::remove(&self.folder.join(COMPLETE)).map_err(GitError::io("write in", &self.folder))
    }

    /// True where it holds files of the worktree.
    fn has_files(&self) -> bool {
        std::fs::read_dir(self.folder.join(FILES)).is_ok_and(|mut entries| entries.next().is_some())
    }
}

impl Git {
    fn trash_folder(&self) -> PathBuf {
        self.private_dir().join("trash")
    }

    /// What can be restored, the newest first.
    ///
    /// # Errors
    /// The file system refuses. An entry that does not parse is passed over; it is never thrown away unread.
    pub fn trash(&self) -> Result<Vec<Trashed>, GitError> {
        let mut found: Vec<Trashed> = entry_folders(&self.trash_folder())
            .into_iter()
            .filter(|(name, _)| !name.starts_with('.'))
            .filter_map(|(name, folder)| read_entry(name, folder))
            .collect();
        found.sort_by(|a, b| b.kept.removed.cmp(&a.kept.removed).then_with(|| b.name.cmp(&a.name)));
        Ok(found)
    }

    /// Removes entries that have been kept for two weeks; gives their names. Hold the clone's lock.
    ///
    /// # Errors
    /// The file system refuses.
    pub fn expire_trash(&self, now: SystemTime) -> Result<Vec<String>, GitError> {
        let mut gone = Vec::new();
        for (name, folder) in entry_folders(&self.trash_folder()) {
            let since = folder.join(ENTRY).metadata().and_then(|about| about.modified());
            let age = since.ok().and_then(|since| now.duration_since(since).ok());
            if !name.starts_with('.') && age.is_some_and(|age| age > KEPT_FOR) {
                self.drop_entry(&name, &folder)?;
                gone.push(name);
            }
        }
        Ok(gone)
    }

    /// True where a killed command left an entry unfinished.
    #[must_use]
    pub fn has_unsettled_trash(&self) -> bool {
        entry_folders(&self.trash_folder()).iter().any(|(name, _)| is_unsettled(name))
    }

    /// Finishes or takes back the removals and restorations of killed commands; gives what was done, a sentence each.
    /// Hold the clone's lock.
    ///
    /// # Errors
    /// Git or the file system failed; nothing is lost then.
    pub fn settle_trash(&self) -> Result<Vec<String>, GitError> {
        let mut done = Vec::new();
        for (name, folder) in entry_folders(&self.trash_folder()) {
            if let Some(name) = name.strip_prefix(REMOVING) {
                done.extend(self.settle_removal(name.to_owned(), folder)?);
            } else if let Some(plain) = name.strip_prefix(RESTORING) {
                let Some(entry) = read_entry(plain.to_owned(), folder.clone()) else { continue };
                let path = entry.kept.path.display().to_string();
                done.push(match self.go_on_restoring(&entry) {
                    Ok(_) => format!("finished restoring the worktree {path}, which was interrupted"),
                    Err(error) => {
                        // Where even that fails, the next command goes on.
                        drop(self.take_restoring_back(&entry));
                        format!("the worktree {path} could not be restored: {error}")
                    }
                });
            }
        }
        Ok(done)
    }

    fn settle_removal(&self, name: String, folder: PathBuf) -> Result<Option<String>, GitError> {
        let Some(entry) = read_entry(name.clone(), folder.clone()) else {
            let pending = Pending { folder, name, path: PathBuf::new() };
            // Killed before anything was taken out of the worktree.
            if !pending.has_files() {
                self.discard(&pending)?;
            }
            return Ok(None);
        };
        let path = entry.kept.path;
        let pending = Pending { folder, name, path: path.clone() };
        let finished = format!("finished removing the worktree {}, which was interrupted", path.display());
        if aside(&path).is_dir() {
            self.finish_removal(&path)?;
            return Ok(Some(finished));
        }
        if self.worktree_at(&path)?.is_some() {
            // Nothing of it was touched yet.
            self.discard(&pending)?;
            return Ok(None);
        }
        self.complete(&pending)?;
        Ok(Some(finished))
    }

    /// Begins an entry for a worktree that is about to go: its commits are safe from here on.
    pub(super) fn begin_trash(&self, tree: &Worktree, label: &Label) -> Result<Pending, GitError> {
        let trash = self.trash_folder();
        let name = free_name(&trash, label);
        let folder = trash.join(format!("{REMOVING}{name}"));
        let files_folder = folder.join(FILES);
        std::fs::create_dir_all(&files_folder).map_err(GitError::io("make", &files_folder))?;
        self.step();
        if let Some(git_dir) = &tree.git_dir {
            for file in OWN_FILES {
                copy_if_there(&git_dir.join(file), &folder.join(OWN).join(file))?;
                self.step();
            }
        }
        if let Some(branch) = &tree.branch {
            copy_if_there(&self.common_dir().join("logs").join(branch.ref_name()), &folder.join(BRANCH_LOG))?;
        }
        if let Some(tip) = &tree.head {
            self.keep_commits(tip, tree, &name)?;
        }
        let kept = Kept {
            schema: 1,
            label: label.name.clone(),
            branch: tree.branch.clone(),
            tip: tree.head.clone(),
            path: tree.path.clone(),
            removed: label.time,
        };
        write_entry(&folder, &kept)?;
        self.step();
        Ok(Pending { folder, name, path: tree.path.clone() })
    }

    /// The entry in the making for a folder.
    pub(super) fn pending_trash(&self, path: &Path) -> Option<Pending> {
        entry_folders(&self.trash_folder()).into_iter().find_map(|(name, folder)| {
            let name = name.strip_prefix(REMOVING)?.to_owned();
            let entry = read_entry(name.clone(), folder.clone())?;
            (entry.kept.path == path).then_some(Pending { folder, name, path: entry.kept.path })
        })
    }

    /// The worktree is gone: its entry can be restored from now on.
    pub(super) fn complete(&self, pending: &Pending) -> Result<Trashed, GitError> {
        let folder = self.trash_folder().join(&pending.name);
        std::fs::rename(&pending.folder, &folder).map_err(GitError::io("rename", &pending.folder))?;
        self.step();
        files::sync_folder(&self.trash_folder());
        read_entry(pending.name.clone(), folder.clone()).ok_or_else(|| GitError::Io {
            doing: "read",
            path: folder.join(ENTRY),
            source: ErrorKind::InvalidData.into(),
        })
    }

    /// The worktree stays: its entry goes. One that holds files is kept all the same.
    pub(super) fn discard(&self, pending: &Pending) -> Result<(), GitError> {
        if pending.has_files() {
            put_into(&pending.folder.join(FILES), &pending.path, &|| self.step())
                .map_err(GitError::io("bring back", &pending.path))?;
        }
        if pending.has_files() {
            return self.complete(pending).map(drop);
        }
        self.drop_entry(&pending.name, &pending.folder)
    }

    /// Marks an entry as on its way back, to a folder that may be another than before.
    pub(super) fn begin_restoring(&self, entry: &Trashed, path: &Path) -> Result<Trashed, GitError> {
        let kept = Kept { path: path.to_owned(), ..entry.kept.clone() };
        write_entry(&entry.folder, &kept)?;
        self.step();
        let folder = self.trash_folder().join(format!("{RESTORING}{}", entry.name));
        std::fs::rename(&entry.folder, &folder).map_err(GitError::io("rename", &entry.folder))?;
        self.step();
        Ok(Trashed { folder, kept, ..entry.clone() })
    }

    /// Leaves an entry in the trash for another time.
    pub(super) fn put_off_restoring(&self, entry: &Trashed) -> Result<(), GitError> {
        let folder = self.trash_folder().join(&entry.name);
        std::fs::rename(&entry.folder, &folder).map_err(GitError::io("rename", &entry.folder))
    }

    /// Removes an entry and the refs that keep its commits; these first, since nobody would find them without it.
    pub(super) fn drop_entry(&self, name: &str, folder: &Path) -> Result<(), GitError> {
        for (name, at) in self.objects().refs(&refs_of(name))? {
            self.move_ref_at(self.common_dir(), &name, None, Some(&at), "worktree no longer kept")?;
            self.step();
        }
        std::fs::remove_dir_all(folder).map_err(GitError::io("remove", folder))?;
        self.step();
        Ok(())
    }

    /// Makes refs for the tip, and for each commit that the worktree's own reflog or refs know and the tip's history
    /// lacks.
    fn keep_commits(&self, tip: &Oid, tree: &Worktree, name: &str) -> Result<(), GitError> {
        let mut known = BTreeSet::new();
        if let Some(git_dir) = &tree.git_dir {
            let log = std::fs::read_to_string(git_dir.join("logs/HEAD")).unwrap_or_default();
            known.extend(log.lines().flat_map(|line| line.split(' ').take(2)).filter_map(Oid::parse));
            let heads = ["ORIG_HEAD", "MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD"];
            let mut refs: Vec<PathBuf> = heads.iter().map(|name| git_dir.join(name)).collect();
            plain_files(&git_dir.join("refs"), &mut refs);
            known.extend(refs.iter().filter_map(|file| Oid::parse(&std::fs::read_to_string(file).ok()?)));
        }
        let mut kept = vec![tip.clone()];
        for oid in known.into_iter().filter(|oid| !oid.is_zero()) {
            // What was collected already cannot be kept.
            if self.commit_of(oid.as_str())?.is_none() {
                continue;
            }
            let mut is_known = false;
            for other in &kept {
                is_known = is_known || self.is_ancestor(&oid, other)?;
            }
            if !is_known {
                kept.push(oid);
            }
        }
        for (number, oid) in kept.iter().enumerate() {
            let name = format!("{}{number}", refs_of(name));
            self.move_ref_at(self.common_dir(), &name, Some(oid), None, "worktree removed")?;
            self.step();
        }
        Ok(())
    }
}

/// The folder of the refs of an entry.
fn refs_of(name: &str) -> String {
    format!("refs/prd/trash/{name}/")
}

fn is_unsettled(name: &str) -> bool {
    name.starts_with(REMOVING) || name.starts_with(RESTORING)
}

/// The folders in the trash with their names, sorted.
fn entry_folders(trash: &Path) -> Vec<(String, PathBuf)> {
    let Ok(entries) = std::fs::read_dir(trash) else { return Vec::new() };
    let mut found: Vec<(String, PathBuf)> = entries
        .flatten()
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .filter_map(|entry| Some((entry.file_name().into_string().ok()?, entry.path())))
        .collect();
    found.sort();
    found
}

fn read_entry(name: String, folder: PathBuf) -> Option<Trashed> {
    let kept = serde_json::from_slice(&std::fs::read(folder.join(ENTRY)).ok()?).ok()?;
    let top = folder.join(FILES);
    let mut paths = Vec::new();
    plain_files(&top, &mut paths);
    let mut files: Vec<String> = paths
        .iter()
        .filter_map(|path| Some(path.strip_prefix(&top).ok()?.to_string_lossy().into_owned()))
        .collect();
    files.sort();
    Some(Trashed { name, folder, kept, files })
}

fn write_entry(folder: &Path, kept: &Kept) -> Result<(), GitError> {
    let path = folder.join(ENTRY);
    let text = serde_json::to_vec_pretty(kept).map_err(|error| GitError::Io {
        doing: "write",
        path: path.clone(),
        source: error.into(),
    })?;
    files::replace(&path, &text).map_err(GitError::io("write", &path))
}

/// A name that no entry has, and that a ref can have as well.
fn free_name(trash: &Path, label: &Label) -> String {
    let plain: String = label
        .name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '-' })
        .collect();
    let plain = plain.trim_matches('-');
    let plain = if plain.is_empty() { "worktree" } else { plain };
    let stamp = label.time.to_utc().format("%Y%m%dT%H%M%SZ");
    let is_taken = |name: &str| {
        [String::new(), REMOVING.to_owned(), RESTORING.to_owned()]
            .iter()
            .any(|prefix| trash.join(format!("{prefix}{name}")).exists())
    };
    let first = format!("{plain}-{stamp}");
    if !is_taken(&first) {
        return first;
    }
    (2_u32..).map(|number| format!("{first}-{number}")).find(|name| !is_taken(name)).unwrap_or(first)
}

/// All files below a folder, links included, folders not.
fn plain_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            plain_files(&entry.path(), found);
        } else {
            found.push(entry.path());
        }
    }
}

fn copy_if_there(from: &Path, to: &Path) -> Result<(), GitError> {
    match files::read(from).map_err(GitError::io("read", from))? {
        Some(bytes) => files::replace(to, &bytes).map_err(GitError::io("write", to)),
        None => Ok(()),
    }
}

#[cfg(test)]
#[cfg(unix)]
#[path = "trash_tests.rs"]
mod tests;
