//! Building a commit's objects: nothing that anybody sees is changed.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::domain::model::path::RepoPath;

use crate::io::files;
use crate::io::git::error::GitError;
use crate::io::git::home::{Home, HomePlace};
use crate::io::git::objects::TreeEdit;
use crate::io::git::oid::Oid;
use crate::io::git::repository::Git;

use super::error::CommitError;
use super::request::{Built, CommitRequest, Entry, TreeChange};

/// How the names of the folders begin that hooks get their index and message in.
const HOOK_FOLDER: &str = "prd-hooks-";

const PLAIN: u32 = 0o100_644;

impl Git {
    /// Builds the commit of a request on home's tip: the tip's tree with the request's paths replaced and
    /// everything else kept, signed where `commit.gpgSign` says so.
    ///
    /// Where home is a checkout, the blobs are what `git add` would make of the contents (line ends, filters).
    /// The user's `pre-commit` runs in that checkout with an index of its own, which holds the commit's tree;
    /// what it stages there is not taken over. `commit-msg` may rewrite the message. Where home is a tip, there
    /// are no files that `pre-commit` could look at, and only `commit-msg` runs.
    ///
    /// Kill-safe: only objects are written, which git collects when nothing names them.
    ///
    /// # Errors
    /// [`CommitError`]; for a tip also where a file is not as expected.
    pub fn build_commit(&self, home: &Home, request: &CommitRequest) -> Result<Built, CommitError> {
        let (Some(onto), false) = (home.onto(), home.is_read_only()) else {
            return Err(CommitError::ReadOnlyHome);
        };
        if self.identity()?.is_none() {
            return Err(CommitError::NoIdentity);
        }
        let root = match &home.place {
            HomePlace::Checkout { root } => Some(root.as_path()),
            HomePlace::Tip { .. } => {
                self.require_expected_at(onto, &request.changes)?;
                None
            }
            HomePlace::ThisCheckout { .. } => return Err(CommitError::ReadOnlyHome),
        };
        let entries = self.entries(root, onto, &request.changes)?;
        let tree = self.new_tree(onto, &entries)?.ok_or(CommitError::NothingToCommit)?;
        let message = if request.no_verify {
            request.message.clone()
        } else {
            self.run_commit_hooks(root, &tree, &request.message)?
        };
        let oid = self.commit_tree(&tree, onto, request, &message)?;
        Ok(Built { oid, onto: onto.clone(), entries })
    }

    fn require_expected_at(&self, onto: &Oid, changes: &[TreeChange]) -> Result<(), CommitError> {
        for change in changes {
            if self.read_blob(onto.as_str(), &change.path)? != change.expected {
                return Err(CommitError::Changed { path: change.path.clone() });
            }
        }
        Ok(())
    }

    /// Writes the blobs, and keeps the modes that the files have.
    fn entries(
        &self,
        root: Option<&Path>,
        onto: &Oid,
        changes: &[TreeChange],
    ) -> Result<Vec<Entry>, CommitError> {
        // Each blob is a call of git, which is mostly waited for.
        let entry = |change: &TreeChange| {
            let old = self.tree_entry(onto, &change.path)?;
            let mode = old.map_or(PLAIN, |(mode, _)| mode);
            if !matches!(mode, 0o100_644 | 0o100_755 | 0o100_664) {
                return Err(CommitError::NotAPlainFile { path: change.path.clone() });
            }
            let mode = if mode == 0o100_755 { mode } else { PLAIN };
            let blob = match &change.content {
                None => None,
                Some(content) => Some((mode, self.write_blob(root, &change.path, content)?)),
            };
            Ok(Entry { path: change.path.clone(), blob })
        };
        changes.par_iter().map(entry).collect()
    }

    /// The blob of a file: with the filters of a checkout, or as it is.
    fn write_blob(&self, root: Option<&Path>, path: &RepoPath, content: &[u8]) -> Result<Oid, CommitError> {
        match root {
            Some(root) => self.clean_blob(root, path, content, true),
            None => Ok(self.objects().write_blob(content)?),
        }
    }

    /// The blob that `git add` would make of a content at a path of a checkout.
    pub(super) fn clean_blob(
        &self,
        root: &Path,
        path: &RepoPath,
        content: &[u8],
        write: bool,
    ) -> Result<Oid, CommitError> {
        let call = self.git_at(root).args(["-c", "core.safecrlf=false", "hash-object", "--stdin"]);
        let call = if write { call.arg("-w") } else { call };
        let answer = call.arg(format!("--path={path}")).input(content).require()?;
        Oid::parse(&answer.line())
            .ok_or_else(|| GitError::Answer { command: "hash-object", answer: answer.line() }.into())
    }

    /// Mode and object of a path in a commit's tree.
    pub(super) fn tree_entry(&self, commit: &Oid, path: &RepoPath) -> Result<Option<(u32, Oid)>, GitError> {
        self.objects().entry(commit, path)
    }

    /// The tree with the entries replaced; `None` where it is the old one.
    fn new_tree(&self, onto: &Oid, entries: &[Entry]) -> Result<Option<Oid>, GitError> {
        let objects = self.objects();
        let edits: Vec<TreeEdit<'_>> = entries
            .iter()
            .map(|entry| (&entry.path, entry.blob.as_ref().map(|(mode, oid)| (*mode, oid))))
            .collect();
        let new = objects.write_tree(onto, &edits)?;
        Ok((new != objects.commit(onto)?.tree).then_some(new))
    }

    fn commit_tree(
        &self,
        tree: &Oid,
        onto: &Oid,
        request: &CommitRequest,
        message: &str,
    ) -> Result<Oid, CommitError> {
        let date = format!("{} {}", request.time.timestamp(), request.time.format("%z"));
        let mut call = self
            .git()
            .args(["-c", "user.useConfigOnly=true", "-c", "i18n.commitEncoding=UTF-8", "commit-tree"])
            .var("GIT_AUTHOR_NAME", &request.author.name)
            .var("GIT_AUTHOR_EMAIL", &request.author.email)
            .var("GIT_AUTHOR_DATE", &date);
        if self.var("GIT_COMMITTER_DATE").is_none() {
            call = call.var("GIT_COMMITTER_DATE", &date);
        }
        if self.config_bool("commit.gpgSign")? == Some(true) {
            call = call.arg("-S");
        }
        let mut text = message.trim_end().to_owned();
        text.push('\n');
        let answer = call.args(["-p", onto.as_str(), "-F", "-", tree.as_str()]).input(text).require()?;
        Oid::parse(&answer.line())
            .ok_or_else(|| GitError::Answer { command: "commit-tree", answer: answer.line() }.into())
    }

    /// Runs `pre-commit` and `commit-msg`, and gives the message as the latter left it.
    fn run_commit_hooks(
        &self,
        root: Option<&Path>,
        tree: &Oid,
        message: &str,
    ) -> Result<String, CommitError> {
        let dir = self.hook_dir(root);
        let runs_pre_commit = root.is_some() && self.may_have_hook(&dir, "pre-commit")?;
        let runs_commit_msg = self.may_have_hook(&dir, "commit-msg")?;
        if !runs_pre_commit && !runs_commit_msg {
            return Ok(message.to_owned());
        }
        let git_dir = self.git_dir_of(&dir)?;
        let scratch = tempfile::Builder::new()
            .prefix(HOOK_FOLDER)
            .tempdir_in(&git_dir)
            .map_err(GitError::io("make a folder in", &git_dir))?;
        let index = scratch.path().join("index");
        // The real index lends the file times it knows, so that hooks need not read every file again.
        if git_dir.join("index").is_file() {
            std::fs::copy(git_dir.join("index"), &index)
                .map_err(GitError::io("copy", git_dir.join("index")))?;
        }
        self.git_at(&dir)
            .args(["read-tree", "--reset", tree.as_str()])
            .var("GIT_INDEX_FILE", &index)
            .require()?;
        if runs_pre_commit {
            self.run_commit_hook(&dir, "pre-commit", &index, None)?;
        }
        let file = scratch.path().join("COMMIT_EDITMSG");
        files::replace(&file, message.as_bytes()).map_err(GitError::io("write", &file))?;
        if runs_commit_msg {
            self.run_commit_hook(&dir, "commit-msg", &index, Some(&file))?;
        }
        let bytes = std::fs::read(&file).map_err(GitError::io("read", &file))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Where hooks run: in home's checkout, else in the main worktree.
    fn hook_dir(&self, root: Option<&Path>) -> PathBuf {
        root.or_else(|| self.main_root()).unwrap_or_else(|| self.common_dir()).to_owned()
    }

    /// Removes the folders that killed processes left while hooks ran. Hold the clone's lock.
    pub(super) fn clear_hook_folders(&self, home: &Home) -> Result<(), CommitError> {
        let dir = self.hook_dir(home.root());
        if !dir.is_dir() {
            return Ok(());
        }
        let git_dir = self.git_dir_of(&dir)?;
        let Ok(entries) = std::fs::read_dir(&git_dir) else { return Ok(()) };
        for entry in entries.flatten() {
            if entry.file_name().to_str().is_some_and(|name| name.starts_with(HOOK_FOLDER)) {
                let path = entry.path();
                std::fs::remove_dir_all(&path).map_err(GitError::io("remove", &path))?;
            }
        }
        Ok(())
    }

    fn run_commit_hook(
        &self,
        dir: &Path,
        hook: &'static str,
        index: &Path,
        file: Option<&Path>,
    ) -> Result<(), CommitError> {
        let call = self.git_at(dir).var("GIT_INDEX_FILE", index).var("GIT_EDITOR", ":");
        let mut call = call.args(["hook", "run", "--ignore-missing", hook]);
        if let Some(file) = file {
            call = call.arg("--").arg(file);
        }
        let answer = call.run()?;
        if answer.is_success() {
            return Ok(());
        }
        Err(CommitError::HookRefused { hook, output: answer.stderr })
    }

    /// The git folder of a checkout of this clone.
    pub(in crate::io::git) fn git_dir_of(&self, checkout: &Path) -> Result<PathBuf, GitError> {
        if self.root() == Some(checkout) {
            return Ok(self.git_dir().to_owned());
        }
        if let Some(linked) = self.linked_git_dir(checkout) {
            return Ok(linked);
        }
        let answer = self.git_at(checkout).args(["rev-parse", "--absolute-git-dir"]).require()?;
        Ok(PathBuf::from(answer.line()))
    }

    /// The git folder of a linked worktree, as the link in it says; `None` where that does not lead to a registration.
    fn linked_git_dir(&self, checkout: &Path) -> Option<PathBuf> {
        let text = std::fs::read_to_string(checkout.join(".git")).ok()?;
        let git_dir = checkout.join(text.trim_end_matches(['\n', '\r']).strip_prefix("gitdir: ")?);
        let is_registered =
            git_dir.parent() == Some(&self.common_dir().join("worktrees")) && git_dir.join("HEAD").is_file();
        is_registered.then_some(git_dir)
    }
}
