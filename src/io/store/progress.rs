//! Progress of what is in progress: read where it is being ticked off.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use super::home_files::HomeFiles;
use crate::domain::config::schema::Directories;
use crate::domain::lifecycle::check_in::Said;
use crate::domain::lifecycle::snapshot::Records;
use crate::domain::markdown::read::{Reading, read_prd};
use crate::domain::model::branch::BranchName;
use crate::domain::model::id::PrdId;
use crate::domain::model::path::RepoPath;
use crate::domain::model::portfolio::Portfolio;
use crate::domain::model::prd::Prd;
use crate::domain::model::state::State;
use crate::io::git::error::GitError;
use crate::io::git::repository::Git;

/// Where a PRD's progress was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "from", rename_all = "kebab-case")]
pub enum Source {
    /// The file in its worktree.
    Worktree {
        /// The worktree's folder.
        path: String,
    },
    /// The tip of its branch.
    Branch {
        /// The branch.
        branch: String,
    },
    /// Home.
    Home,
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Worktree { path } => write!(f, "worktree {path}"),
            Self::Branch { branch } => write!(f, "branch {branch}"),
            Self::Home => f.write_str("home"),
        }
    }
}

/// The portfolio with the check lists and progress of its branches, and where each was read.
///
/// Only what is ticked off is taken from there: state, dependencies and all else are home's. So is what a check-in
/// has said, for check-ins are written there.
///
/// # Errors
/// The clone's worktrees cannot be listed.
pub fn from_branches(
    git: &Git,
    portfolio: Portfolio,
    directories: &Directories,
    records: &Records,
) -> Result<(Portfolio, BTreeMap<PrdId, Source>), GitError> {
    let mut sources = BTreeMap::new();
    let running = |prd: &Prd| prd.state == State::InProgress;
    if !portfolio.prds().iter().any(|prd| running(prd) && prd.branch.is_some()) {
        sources.extend(
            portfolio.prds().iter().filter(|prd| running(prd)).map(|prd| (prd.id.clone(), Source::Home)),
        );
        return Ok((portfolio, sources));
    }
    let worktrees = git.worktrees()?;
    let format = portfolio.format().clone();
    let portfolio = portfolio.map(|mut prd| {
        if !running(&prd) {
            return prd;
        }
        let source = prd.branch.as_deref().and_then(|name| {
            let branch = BranchName::new(name).ok()?;
            let in_worktree =
                worktrees.iter().find(|worktree| worktree.holds(&branch) && !worktree.is_missing);
            let from_worktree = in_worktree.and_then(|worktree| {
                let bytes = find(&prd, directories, |path| in_folder(&worktree.path, path))?;
                Some((bytes, Source::Worktree { path: worktree.path.display().to_string() }))
            });
            from_worktree.or_else(|| {
                let tip = git.branch_tip(&branch).ok().flatten()?;
                let bytes = find(&prd, directories, |path| git.read_blob(tip.as_str(), path).ok().flatten())?;
                Some((bytes, Source::Branch { branch: branch.to_string() }))
            })
        });
        match source {
            Some((bytes, source)) => {
                if let Reading::Prd(theirs) = read_prd(&prd.path, prd.state, &bytes, &format) {
                    prd.checklist = theirs.checklist;
                    prd.progress_field = theirs.progress_field;
                    let said = |what: fn(&Said) -> bool| records.has_said(&prd.id, what);
                    if !said(|said| said.remaining.is_some()) {
                        prd.remaining = theirs.remaining;
                    }
                    if !said(|said| said.blocker.is_some() || said.clear_blocker) {
                        prd.blocked = theirs.blocked;
                    }
                    sources.insert(prd.id.clone(), source);
                }
            }
            None => {
                sources.insert(prd.id.clone(), Source::Home);
            }
        }
        prd
    });
    Ok((portfolio, sources))
}

/// The PRD's text in the checkout of its branch, where it is there.
#[must_use]
pub fn text_in(root: &Path, prd: &Prd, directories: &Directories) -> Option<Vec<u8>> {
    find(prd, directories, |path| in_folder(root, path))
}

/// Reads a file where a PRD's own work is newest: in the worktree of its branch, at the branch's tip, then in home.
/// Only a PRD in progress has work of its own.
pub fn newest<'a>(
    git: &'a Git,
    home: &'a HomeFiles<'a>,
    prd: &Prd,
) -> Result<impl Fn(&RepoPath) -> Option<Vec<u8>> + use<'a>, GitError> {
    let branch = prd.branch.as_deref().filter(|_| prd.state == State::InProgress);
    let branch = branch.and_then(|name| BranchName::new(name).ok());
    let (worktree, tip) = match &branch {
        Some(branch) => (git.worktree_of(branch)?.filter(|tree| !tree.is_missing), git.branch_tip(branch)?),
        None => (None, None),
    };
    Ok(move |path: &RepoPath| {
        let there = worktree.as_ref().and_then(|worktree| in_folder(&worktree.path, path));
        there
            .or_else(|| git.read_blob(tip.as_ref()?.as_str(), path).ok().flatten())
            .or_else(|| home.read(path).ok().flatten())
    })
}

/// The PRD's file on its branch: at home's path, else under the same name in any state folder.
pub fn find(
    prd: &Prd,
    directories: &Directories,
    read: impl Fn(&RepoPath) -> Option<Vec<u8>>,
) -> Option<Vec<u8>> {
    read(&prd.path).or_else(|| {
        State::ALL
            .iter()
            .filter_map(|state| directories.folder(*state)?.join(prd.path.file_name()).ok())
            .find_map(|path| read(&path))
    })
}

fn in_folder(root: &Path, path: &RepoPath) -> Option<Vec<u8>> {
    HomeFiles::Checkout(root.to_owned()).read(path).ok().flatten()
}
