//! Everything a user has, at one moment: to show that a command changed nothing.

use std::collections::BTreeMap;
use std::path::Path;

use super::Repo;

/// Files by path, then refs, `HEAD`, index entries and worktrees by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Snapshot {
    /// What each file holds, below the temporary folder; git's own files are not among them.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    /// What git says of refs, index and worktrees.
    pub(crate) git: BTreeMap<&'static str, String>,
}

impl Repo {
    /// Everything there is now. Objects, logs and the lock file of the clone do not count.
    pub(crate) fn snapshot(&self) -> Snapshot {
        let mut files = BTreeMap::new();
        walk(&self.top(), "", &mut files);
        let mut git = BTreeMap::new();
        let questions: [(&str, &[&str]); 5] = [
            ("refs", &["for-each-ref", "--format=%(refname) %(objectname)"]),
            ("HEAD", &["rev-parse", "--symbolic-full-name", "HEAD"]),
            ("index", &["ls-files", "--stage"]),
            ("worktrees", &["worktree", "list", "--porcelain"]),
            ("config", &["config", "--list", "--local"]),
        ];
        for (name, args) in questions {
            if self.root().is_dir() {
                git.insert(name, self.try_git(self.root(), args).stdout);
            }
        }
        Snapshot { files, git }
    }

    /// Fails the test where anything is not as it was.
    #[track_caller]
    pub(crate) fn assert_unchanged(&self, before: &Snapshot) {
        let changes = before.changes_to(&self.snapshot());
        assert!(changes.is_empty(), "changed: {changes:#?}");
    }
}

impl Snapshot {
    /// Names of what differs.
    pub(crate) fn changes_to(&self, after: &Self) -> Vec<String> {
        let mut changes = Vec::new();
        for path in self.files.keys().chain(after.files.keys().filter(|path| !self.files.contains_key(*path)))
        {
            let change = match (self.files.get(path), after.files.get(path)) {
                (Some(old), Some(new)) if old == new => continue,
                (Some(_), Some(_)) => "changed",
                (Some(_), None) => "gone",
                (None, _) => "new",
            };
            changes.push(format!("{path}: {change}"));
        }
        for (name, old) in &self.git {
            let new = after.git.get(name).map_or("", String::as_str);
            if old != new {
                changes.push(format!("{name}:\n{old}\nnow\n{new}"));
            }
        }
        changes
    }
}

/// Files below a folder: the content, a link's target, or `folder` for what is neither.
fn walk(top: &Path, inside: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    let Ok(entries) = fs_err::read_dir(top.join(inside)) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if inside.is_empty() { name.clone() } else { format!("{inside}/{name}") };
        let is_ours = path.contains(".git/prd/") && !name.starts_with("lock");
        if path.contains(".git/") && !is_ours && name != "prd" && name != "index.lock" {
            continue;
        }
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() {
            walk(top, &path, files);
        } else if kind.is_symlink() {
            let target = fs_err::read_link(entry.path()).map(|to| to.into_os_string().into_encoded_bytes());
            files.insert(path, target.unwrap_or_default());
        } else {
            files.insert(path, fs_err::read(entry.path()).unwrap_or_else(|_| b"unreadable".to_vec()));
        }
    }
}
