//! Reading all PRDs of home, in parallel.

use std::path::Path;

use rayon::prelude::*;

use super::cache::{Cache, CachePlace, Memory, Stamp};
use super::home_files::{HomeFiles, LARGEST, Unread, Why};
use crate::domain::config::schema::Directories;
use crate::domain::markdown::read::{Reading, is_prd_file, read_prd};
use crate::domain::model::finding::{Finding, Place, Severity};
use crate::domain::model::id::IdFormat;
use crate::domain::model::path::RepoPath;
use crate::domain::model::portfolio::Portfolio;
use crate::domain::model::prd::{Prd, Stray};
use crate::domain::model::state::State;
use crate::io::git::error::GitError;

/// Reads every PRD below the state folders.
///
/// A file that cannot be read never fails the whole: it becomes a problem of the portfolio. What a checkout's file
/// held when it last changed may come from the cache.
///
/// # Errors
/// The tree of home cannot be read.
pub fn load(
    files: &HomeFiles<'_>,
    directories: &Directories,
    format: &IdFormat,
    cache: Option<&CachePlace>,
) -> Result<Portfolio, GitError> {
    let folders: Vec<RepoPath> =
        State::ALL.iter().filter_map(|state| directories.folder(*state)).cloned().collect();
    let (listing, cache) = rayon::join(
        || files.markdown_below(&folders),
        || match files {
            HomeFiles::Checkout(root) => cache.map(|place| place.open(root, format)),
            HomeFiles::Tree(..) => None,
        },
    );
    let listing = listing?;
    let wanted: Vec<(RepoPath, State)> = listing
        .files
        .into_iter()
        .filter(|path| is_prd_file(path.file_name()))
        .filter_map(|path| directories.state_of(&path).map(|state| (path, state)))
        .collect();
    let parse = |(path, state): &(RepoPath, State)| match files.read(path) {
        Ok(Some(bytes)) => Some(Ok(read_prd(path, *state, &bytes, format))),
        Ok(None) => None, // gone since it was listed
        Err(why) => Some(Err(unread(&Unread { path: path.clone(), why }))),
    };
    let readings: Vec<Result<Reading, Finding>> = match (files, &cache) {
        (HomeFiles::Checkout(root), Some(cache)) => with_cache(root, &wanted, cache, parse),
        (HomeFiles::Checkout(_), None) => wanted.par_iter().with_min_len(16).filter_map(parse).collect(),
        (HomeFiles::Tree(..), _) => wanted.iter().filter_map(parse).collect(),
    };
    let mut prds: Vec<Prd> = Vec::with_capacity(readings.len());
    let mut strays: Vec<Stray> = Vec::new();
    let mut problems: Vec<Finding> = listing.unread.iter().map(unread).collect();
    for reading in readings {
        match reading {
            Ok(Reading::Prd(prd)) => prds.push(*prd),
            Ok(Reading::Stray(stray)) => strays.push(stray),
            Err(problem) => problems.push(problem),
        }
    }
    problems.sort_by(|a, b| (&a.place, a.rule).cmp(&(&b.place, b.rule)));
    Ok(Portfolio::new(format.clone(), prds, strays, problems))
}

/// Takes from the cache what it knows for certain, reads the rest, and remembers that.
fn with_cache(
    root: &Path,
    wanted: &[(RepoPath, State)],
    cache: &Cache<'_>,
    parse: impl Fn(&(RepoPath, State)) -> Option<Result<Reading, Finding>> + Sync,
) -> Vec<Result<Reading, Finding>> {
    let read = |file: &(RepoPath, State)| {
        // The stamp comes first: a change while the file is read makes it another's, and never hides.
        let about = std::fs::symlink_metadata(root.join(file.0.as_str()));
        let stamp = about.ok().and_then(|about| Stamp::of(&about));
        if let Some(reading) = stamp.as_ref().and_then(|stamp| cache.get(&file.0, file.1, stamp)) {
            return Some((Ok(reading), Memory::Kept));
        }
        Some((parse(file)?, stamp.map_or(Memory::None, Memory::Read)))
    };
    let read: Vec<_> = wanted.par_iter().with_min_len(16).filter_map(read).collect();
    cache.remember(read.iter().filter_map(|(reading, memory)| Some((reading.as_ref().ok()?, memory))));
    read.into_iter().map(|(reading, _)| reading).collect()
}

fn unread(unread: &Unread) -> Finding {
    let (rule, message, hint) = match &unread.why {
        Why::Symlink => (
            "symbolic-link",
            "a symbolic link is not read as a PRD".to_owned(),
            "put the file itself there".to_owned(),
        ),
        Why::Folder => {
            ("not-a-file", "a folder stands where a file should".to_owned(), "rename the folder".to_owned())
        }
        Why::TooLarge(size) => (
            "file-too-large",
            format!("{} MB are not read as a PRD", size / 1_000_000),
            format!(
                "a PRD has at most {} MB: move data and logs into files of their own",
                LARGEST / 1_048_576
            ),
        ),
        Why::Unreadable(why) => {
            ("unreadable", format!("cannot be read: {why}"), "check its permissions".to_owned())
        }
        Why::Name => (
            "name-not-utf-8",
            "holds a file whose name is not UTF-8".to_owned(),
            "rename the file".to_owned(),
        ),
    };
    Finding::new(rule, Severity::Error, Place::line(unread.path.clone(), 1), message).hint(hint)
}
