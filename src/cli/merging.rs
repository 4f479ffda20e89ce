//! What a merge would give: read in memory, compared with what is there.

use std::collections::BTreeSet;

use super::error::CommandError;
use super::session::Session;
use crate::domain::lint::merge::{self, Conflicted};
use crate::domain::model::finding::Finding;
use crate::domain::model::path::RepoPath;
use crate::domain::model::portfolio::Portfolio;
use crate::io::git::error::GitError;
use crate::io::git::file_list::FileList;
use crate::io::git::oid::Oid;
use crate::io::git::staged::Index;
use crate::io::store::blobs::{self, FromBlobs, Near};

/// What the merge of a commit into another brings, and how many PRDs its result has.
pub(super) fn brought_by_merge(
    session: &Session,
    into: &Oid,
    from: &Oid,
) -> Result<(Vec<Finding>, usize), CommandError> {
    let merged = session.git.merge_result(into, from)?;
    let before = of_tree(session, into)?;
    let after = of_tree(session, &merged.tree)?;
    let entries: Vec<Conflicted> = merged
        .conflicts
        .iter()
        .map(|conflict| Conflicted { path: conflict.path.clone(), stage: conflict.stage })
        .collect();
    let mut findings = merge::conflicts(session.config().directories(), &entries);
    findings.extend(merge::brought(&before.portfolio, &settled(&after.portfolio, &entries)));
    Ok((findings, after.portfolio.prds().len()))
}

/// A result without the files in conflict: what becomes of them is not known yet.
fn settled(portfolio: &Portfolio, conflicts: &[Conflicted]) -> Portfolio {
    let is_open =
        |path: &RepoPath| conflicts.iter().any(|conflict| conflict.path == *path && conflict.stage > 1);
    let mut kept = Vec::new();
    let mut open = Vec::new();
    for prd in portfolio.prds() {
        // Of a PRD in conflict one file stands for all.
        if is_open(&prd.path) && open.contains(&prd.id) {
            continue;
        }
        if is_open(&prd.path) {
            open.push(prd.id.clone());
        }
        kept.push(prd.clone());
    }
    Portfolio::new(portfolio.format().clone(), kept, Vec::new(), Vec::new())
}

/// The PRDs of a commit or tree.
pub(super) fn of_tree(session: &Session, tree: &Oid) -> Result<FromBlobs, GitError> {
    of_files(session, &session.git.listed(tree, &folders(session))?)
}

/// The PRDs of the index.
pub(super) fn of_index(session: &Session) -> Result<FromBlobs, GitError> {
    of_files(session, &session.git.index().files(&folders(session))?)
}

/// What has to be known of the PRDs of an index, where a commit writes some of them.
pub(super) fn near_in_index(
    session: &Session,
    index: &Index<'_>,
    written: &BTreeSet<RepoPath>,
) -> Result<Near, GitError> {
    let files = index.files(&folders(session))?;
    let config = session.config();
    blobs::load_near(&session.git, &files, written, config.directories(), config.id_format(), session.cache())
}

/// The PRDs among files.
fn of_files(session: &Session, files: &FileList) -> Result<FromBlobs, GitError> {
    let config = session.config();
    blobs::load(&session.git, files, config.directories(), config.id_format(), session.cache())
}

/// The state folders.
pub(super) fn folders(session: &Session) -> Vec<RepoPath> {
    session.config().directories().folders().map(|(_, folder)| folder.clone()).collect()
}
