//! A status of our own, in process, where comparing the files with the index is all that there is to do.
//!
//! For a list of many worktrees a `git status` in each takes more time to start than to answer. [`super::plain`] and
//! [`super::attributes`] say when something is asked for that git alone can do; then nothing is told here. [`walk`] reads
//! the folders once, [`compared`] tells as git does whether a file is as the index has it, [`content`] where only its bytes
//! tell, and [`rules`] what is ignored.
//!
//! Whatever is not known to be what git would say is left to git, one worktree at a time: an index of another form, a file
//! that git is told not to look at, a submodule, a repository in a folder, a rule that is not read, a folder that cannot
//! be. Nothing that is removed depends on it: the gate asks git.

mod compared;
mod content;
mod pattern;
mod rules;
mod walk;

use std::path::Path;
use std::sync::OnceLock;

use crate::io::git::index_file::IndexFile;
use crate::io::git::mode::SUBMODULE;
use crate::io::git::repository::Git;

use super::list::{Worktree, real_path};
use super::plain::plain_comparing;
use super::status::Changes;

use content::Contents;
use rules::Rules;
use walk::Walk;

/// What is found out once for many worktrees of a clone.
pub(super) struct OwnStatus<'g> {
    git: &'g Git,
    has_plain_objects: OnceLock<bool>,
    has_plain_attributes: OnceLock<bool>,
}

impl Git {
    /// The changes of its worktrees, in process.
    pub(super) const fn own_status(&self) -> OwnStatus<'_> {
        OwnStatus { git: self, has_plain_objects: OnceLock::new(), has_plain_attributes: OnceLock::new() }
    }
}

impl OwnStatus<'_> {
    /// What is uncommitted in a worktree, without ignored files; `None` where that is left to git.
    pub(super) fn changes(&self, tree: &Worktree) -> Option<Changes> {
        let (git, root, git_dir) = (self.git, tree.path.as_path(), tree.git_dir.as_deref()?);
        let has_plain_objects =
            *self.has_plain_objects.get_or_init(|| git.has_plain_objects().unwrap_or_default());
        if !has_plain_objects || git.var("GIT_INDEX_FILE").is_some() || !is_its_own(root, git_dir) {
            return None;
        }
        let settings = git.settings_at(root).ok()?;
        let comparing = plain_comparing(&settings)?;
        let (head, _) = git.head_in(git_dir)?;
        let head = head?;
        let index = IndexFile::read(&git_dir.join("index"), head.as_str().len() / 2)?;
        if index.tells_more() {
            return None;
        }
        let mut changes = Changes::default();
        for difference in index.differences(git.objects(), &head).ok()? {
            if [difference.before, difference.after].iter().flatten().any(|(mode, _)| *mode == SUBMODULE) {
                return None;
            }
            changes.staged.push(String::from_utf8_lossy(&difference.name).into_owned());
        }
        let rules = Rules::of_clone(git, &settings)?;
        Walk::new(&index, comparing, rules, Contents::new(self, root, &index)).read(&mut changes)?;
        Some(changes)
    }

    /// True where no file of attributes outside of a worktree says anything of how files are read.
    fn has_plain_attributes(&self, root: &Path) -> bool {
        let ask = || self.git.are_attributes_plain(root).unwrap_or_default();
        if self.git.is_config_shared().unwrap_or_default() {
            *self.has_plain_attributes.get_or_init(ask)
        } else {
            ask()
        }
    }
}

/// True where git, called in a folder, would take it for the worktree of a git folder, and for the user's own.
fn is_its_own(root: &Path, git_dir: &Path) -> bool {
    let link = root.join(".git");
    let Ok(about) = link.symlink_metadata() else { return false };
    let is_linked = || {
        let text = std::fs::read_to_string(&link).ok()?;
        let named = root.join(text.trim_end_matches(['\n', '\r']).strip_prefix("gitdir: ")?);
        Some(named == git_dir || real_path(&named) == real_path(git_dir))
    };
    let is_here = if about.is_dir() { link == git_dir } else { about.is_file() && is_linked() == Some(true) };
    is_here && [root, &link, git_dir].into_iter().all(is_users)
}

#[cfg(unix)]
fn is_users(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let user = rustix::process::geteuid().as_raw();
    path.symlink_metadata().is_ok_and(|about| about.uid() == user)
}

#[cfg(not(unix))]
fn is_users(_: &Path) -> bool {
    false
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
