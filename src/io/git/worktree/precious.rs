//! What a worktree holds that is nowhere else, also where a plain `git status` does not show it.
//!
//! Such are files that were marked as unchanged (`assume-unchanged`, `skip-worktree`), changes that a setting or a
//! watcher of files hides, and repositories with work of their own in folders that are made again otherwise
//! (`.venv/src/x`, `vendor/x/y`).

use std::path::{Path, PathBuf};

use crate::io::files;
use crate::io::git::error::GitError;
use crate::io::git::exec::Call;
use crate::io::git::repository::Git;

use super::list::Worktree;
use super::status::Changes;

/// What a worktree holds besides its commit.
#[derive(Debug)]
pub(super) struct Contents {
    /// What is uncommitted; submodules only where they differ.
    pub(super) changes: Changes,
    /// Ignored files and folders that nothing would make again.
    pub(super) precious: Vec<String>,
}

/// Settings that make git look at the files themselves, whatever it was told to trust.
const SURE: [&str; 10] = [
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.untrackedCache=false",
    "-c",
    "core.trustctime=true",
    "-c",
    "core.checkStat=default",
    "-c",
    "core.ignoreStat=false",
];

/// How deep below an ignored folder repositories are looked for: `vendor/github.com/owner/name`.
const DEPTH: usize = 5;

impl Git {
    /// What lies in a folder that a worktree is, or was before it was put aside; `call` makes a call of git there.
    pub(super) fn contents(
        &self,
        call: &dyn Fn() -> Call,
        tree: &Worktree,
        top: &Path,
    ) -> Result<Contents, GitError> {
        let mut changes = Changes::ask(call().args(SURE))?;
        if let Some(git_dir) = &tree.git_dir {
            changes.unstaged.extend(marked_and_changed(call, git_dir, top)?);
            changes.unstaged.sort();
            changes.unstaged.dedup();
        }
        let mut precious: Vec<String> = irreproducible(&changes.ignored).cloned().collect();
        let mut nested = Vec::new();
        for folder in changes.ignored.iter().filter(|path| path.ends_with('/') && !precious.contains(path)) {
            repositories(&top.join(folder), DEPTH, &mut nested);
        }
        let with_work = nested.iter().filter(|repository| self.has_work(repository));
        let from_top = with_work.filter_map(|repository| repository.strip_prefix(top).ok());
        precious.extend(from_top.map(|path| format!("{}/", path.display())));
        precious.sort();
        Ok(Contents { changes, precious })
    }

    /// True unless all that a repository holds is committed and known to a remote, or a tag.
    fn has_work(&self, checkout: &Path) -> bool {
        let status =
            self.git_at(checkout).args(SURE).args(["status", "--porcelain", "--untracked-files=all"]);
        !matches!(status.run(), Ok(answer) if answer.is_success() && answer.stdout.is_empty())
            || has_own_commits(self.git_at(checkout), &[])
    }

    /// Submodules whose repositories lie in the worktree's git folder and have commits of their own: one that was
    /// deinitialised has no files any more, and its commits still.
    pub(super) fn modules_with_work(&self, tree: &Worktree) -> Result<Vec<String>, GitError> {
        let Some(git_dir) = &tree.git_dir else { return Ok(Vec::new()) };
        let modules = git_dir.join("modules");
        let mut found = Vec::new();
        git_folders(&modules, DEPTH, &mut found);
        // The work tree that its settings name may be gone.
        let call = |folder: &Path| self.git_at(folder).var("GIT_DIR", folder).var("GIT_WORK_TREE", folder);
        let mut with_work = Vec::new();
        for folder in &found {
            let Ok(name) = folder.strip_prefix(&modules) else { continue };
            // What the main worktree's copy of the submodule has is not lost either.
            let of_main = self.common_dir().join("modules").join(name);
            let known = if of_main.is_dir() {
                call(&of_main).args(["rev-parse", "HEAD", "--all"]).run()?.stdout
            } else {
                Vec::new()
            };
            if has_own_commits(call(folder), &known) {
                with_work.push(name.display().to_string());
            }
        }
        Ok(with_work)
    }
}

/// True unless every commit of a repository is known to a remote, a tag, or is one of some others or in their history.
fn has_own_commits(call: Call, known: &[u8]) -> bool {
    let known: String = String::from_utf8_lossy(known).lines().map(|oid| format!("^{oid}\n")).collect();
    let own = ["rev-list", "--ignore-missing", "--max-count=1", "HEAD", "--branches", "--glob=refs/stas[h]"];
    let answer = call.args(own).args(["--not", "--remotes", "--tags", "--stdin"]).input(known).run();
    !matches!(answer, Ok(answer) if answer.is_success() && answer.stdout.is_empty())
}

/// Files whose changes git was told not to see, and that have some.
fn marked_and_changed(call: &dyn Fn() -> Call, git_dir: &Path, top: &Path) -> Result<Vec<String>, GitError> {
    let listed = call().args(["ls-files", "-v", "-z"]).require()?;
    let mut marked = Vec::new();
    for line in listed.stdout.split(|byte| *byte == 0) {
        let is_marked = line.first().is_some_and(|tag| tag.is_ascii_lowercase() || *tag == b'S');
        if is_marked
            && top.join(super::list::path_of(line.get(2..).unwrap_or_default())).symlink_metadata().is_ok()
        {
            marked.extend_from_slice(line.get(2..).unwrap_or_default());
            marked.push(0);
        }
    }
    let index = git_dir.join("index");
    let Some(bytes) = files::read(&index).map_err(GitError::io("read", &index))? else {
        return Ok(Vec::new());
    };
    if marked.is_empty() {
        return Ok(Vec::new());
    }
    let scratch = tempfile::tempdir().map_err(GitError::io("make a folder to look at", &index))?;
    let copy = scratch.path().join("index");
    files::replace(&copy, &bytes).map_err(GitError::io("write", &copy))?;
    let on_copy = || call().args(SURE).args(["-c", "core.sparseCheckout=false"]).var("GIT_INDEX_FILE", &copy);
    for unmark in ["--no-assume-unchanged", "--no-skip-worktree"] {
        on_copy().args(["update-index", "-z", unmark, "--stdin"]).input(marked.clone()).require()?;
    }
    let changes = Changes::ask(on_copy())?;
    let marked: Vec<String> =
        marked.split(|byte| *byte == 0).map(|name| String::from_utf8_lossy(name).into_owned()).collect();
    Ok(changes.unstaged.into_iter().filter(|file| marked.contains(file)).collect())
}

/// Folders that have a repository of their own, not looking into these.
fn repositories(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    if folder.join(".git").symlink_metadata().is_ok() {
        found.push(folder.to_owned());
    } else if depth > 0 {
        subfolders(folder).iter().for_each(|inner| repositories(inner, depth - 1, found));
    }
}

/// Git folders below a folder, as the repositories of submodules lie.
fn git_folders(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    if folder.join("HEAD").is_file() && folder.join("objects").is_dir() {
        found.push(folder.to_owned());
        // Submodules of the submodule.
        git_folders(&folder.join("modules"), depth, found);
    } else if depth > 0 {
        subfolders(folder).iter().for_each(|inner| git_folders(inner, depth - 1, found));
    }
}

/// The folders in a folder, links left out; sorted.
fn subfolders(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let is_folder = |entry: &std::fs::DirEntry| entry.file_type().is_ok_and(|kind| kind.is_dir());
    let mut found: Vec<PathBuf> = entries.flatten().filter(is_folder).map(|entry| entry.path()).collect();
    found.sort();
    found
}

/// Folders that a build or an installation makes again.
const REPRODUCIBLE: [&str; 27] = [
    ".cache",
    ".dart_tool",
    ".gradle",
    ".mypy_cache",
    ".next",
    ".nuxt",
    ".parcel-cache",
    ".pnpm-store",
    ".pytest_cache",
    ".ruff_cache",
    ".svelte-kit",
    ".tox",
    ".turbo",
    ".venv",
    "__pycache__",
    "_build",
    "bower_components",
    "build",
    "coverage",
    "deps",
    "dist",
    "node_modules",
    "obj",
    "out",
    "target",
    "vendor",
    "venv",
];

/// How the names of files begin or end that no build makes, wherever they lie.
const SECRETS: [&str; 3] = [".env", "id_", "credentials"];
const VALUABLE: [&str; 8] = [".db", ".sqlite", ".sqlite3", ".pem", ".key", ".p12", ".pfx", ".kdbx"];

/// Ignored files and folders that are not known to come back by themselves: `.env`, databases, notes.
///
/// A folder that is ignored as a whole counts by its name. A file that is ignored by itself lies in a folder with tracked
/// files, which is one of builds by its name only: there the names of secrets and databases count more.
pub(super) fn irreproducible(ignored: &[String]) -> impl Iterator<Item = &String> {
    ignored.iter().filter(|path| {
        let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        let is_litter = path.ends_with(".pyc") || [".DS_Store", "Thumbs.db"].contains(&name);
        let is_valuable = !path.ends_with('/')
            && (SECRETS.iter().any(|start| name.starts_with(start))
                || VALUABLE.iter().any(|end| name.ends_with(end)));
        // A folder counts by any of its parts; the last part of a file is no folder.
        let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
        !is_litter && (is_valuable || !folders.split('/').any(|part| REPRODUCIBLE.contains(&part)))
    })
}
