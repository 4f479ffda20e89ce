//! PRDs as the index or a commit has them, read by the names of their blobs.
//!
//! A blob's name says its content, so what was read of one never gets old: a cache of it is right for ever, for one
//! program and one id format. Only what decides about ids, states and dependencies is kept: check lists, fields and
//! file lists are left out, so that thousands are read in a moment.

use std::collections::HashMap;
use std::path::PathBuf;

use rayon::prelude::*;

use super::cache::{CachePlace, sum};
use crate::domain::config::schema::Directories;
use crate::domain::markdown::read::{Reading, is_prd_file, read_prd};
use crate::domain::model::checklist::Checklist;
use crate::domain::model::id::IdFormat;
use crate::domain::model::packed::{Packed, pack_text, unpack_text};
use crate::domain::model::path::RepoPath;
use crate::domain::model::portfolio::Portfolio;
use crate::domain::model::state::State;
use crate::io::files;
use crate::io::git::error::GitError;
use crate::io::git::oid::Oid;
use crate::io::git::repository::Git;

/// The layout of the file; counted up where it changes.
const LAYOUT: &str = "prd blobs 1\n";

/// With so few blobs read anew, or a smaller share than [`SHARE`], the cache is not written again.
const FEW: usize = 64;

/// One in so many.
const SHARE: usize = 20;

/// PRDs of blobs.
#[derive(Debug)]
pub struct FromBlobs {
    /// The PRDs, without check lists, fields and file lists.
    pub portfolio: Portfolio,
    /// How many blobs had to be read.
    pub read: usize,
}

/// Reads the PRDs among all files of an index or a tree.
///
/// # Errors
/// A blob is missing.
pub fn load(
    git: &Git,
    listed: &[(RepoPath, Oid)],
    directories: &Directories,
    format: &IdFormat,
    cache: Option<&CachePlace>,
) -> Result<FromBlobs, GitError> {
    read(git, listed, directories, format, cache, true)
}

/// Reads the PRDs among some files of an index or a tree, which are no reason to write the cache.
///
/// # Errors
/// A blob is missing.
pub fn load_some(
    git: &Git,
    listed: &[(RepoPath, Oid)],
    directories: &Directories,
    format: &IdFormat,
    cache: Option<&CachePlace>,
) -> Result<FromBlobs, GitError> {
    let is_worth_it = listed.len() > FEW;
    read(git, listed, directories, format, cache.filter(|_| is_worth_it), false)
}

fn read(
    git: &Git,
    listed: &[(RepoPath, Oid)],
    directories: &Directories,
    format: &IdFormat,
    cache: Option<&CachePlace>,
    is_whole: bool,
) -> Result<FromBlobs, GitError> {
    let wanted: Vec<(&RepoPath, &Oid, State)> = listed
        .iter()
        .filter(|(path, _)| is_prd_file(path.file_name()))
        .filter_map(|(path, oid)| directories.state_of(path).map(|state| (path, oid, state)))
        .collect();
    let cache = cache.map(|place| Cache::open(place, format));
    let known = |(path, oid, state): &(&RepoPath, &Oid, State)| {
        cache.as_ref().and_then(|cache| cache.get(path, oid, *state))
    };
    let mut readings: Vec<Option<Reading>> = wanted.par_iter().with_min_len(64).map(known).collect();
    let missing: Vec<usize> =
        readings.iter().enumerate().filter(|(_, reading)| reading.is_none()).map(|(at, _)| at).collect();
    let blobs: Vec<Vec<u8>> =
        missing.iter().map(|at| git.blob(wanted[*at].1)).collect::<Result<_, GitError>>()?;
    let read: Vec<Reading> = missing
        .par_iter()
        .zip(&blobs)
        .with_min_len(16)
        .map(|(at, bytes)| {
            let (path, _, state) = wanted[*at];
            thinned(read_prd(path, state, bytes, format))
        })
        .collect();
    for (at, reading) in missing.iter().zip(read) {
        readings[*at] = Some(reading);
    }
    if let Some(cache) = cache.as_ref().filter(|_| is_whole)
        && missing.len() > FEW.max(wanted.len() / SHARE)
    {
        cache.remember(&wanted, &readings);
    }
    let (mut prds, mut strays) = (Vec::with_capacity(readings.len()), Vec::new());
    for reading in readings.into_iter().flatten() {
        match reading {
            Reading::Prd(prd) => prds.push(*prd),
            Reading::Stray(stray) => strays.push(stray),
        }
    }
    let portfolio = Portfolio::new(format.clone(), prds, strays, Vec::new());
    Ok(FromBlobs { portfolio, read: missing.len() })
}

fn thinned(reading: Reading) -> Reading {
    match reading {
        Reading::Prd(mut prd) => {
            prd.checklist = Checklist::default();
            prd.fields = Vec::new();
            prd.files = Vec::new();
            prd.external = Vec::new();
            Reading::Prd(prd)
        }
        stray @ Reading::Stray(_) => stray,
    }
}

/// The cache as it was found.
#[derive(Debug)]
struct Cache {
    file: PathBuf,
    head: Vec<u8>,
    bytes: Vec<u8>,
    entries: HashMap<String, Entry>,
}

/// What is known of a path.
#[derive(Debug)]
struct Entry {
    blob: String,
    start: usize,
    length: usize,
}

impl Cache {
    fn open(place: &CachePlace, format: &IdFormat) -> Self {
        let file = place.beside("blobs");
        let mut head = LAYOUT.as_bytes().to_vec();
        place.pack_program(&mut head);
        format.pack(&mut head);
        let bytes = std::fs::read(&file).unwrap_or_default();
        let entries = read_index(&bytes, &head).unwrap_or_default();
        Self { file, head, bytes, entries }
    }

    fn get(&self, path: &RepoPath, oid: &Oid, state: State) -> Option<Reading> {
        let entry = self.entries.get(path.as_str()).filter(|entry| entry.blob == oid.as_str())?;
        let mut packed = self.bytes.get(entry.start..entry.start.checked_add(entry.length)?)?;
        let reading = Reading::unpack(&mut packed)?;
        let (its_path, its_state) = match &reading {
            Reading::Prd(prd) => (&prd.path, prd.state),
            Reading::Stray(stray) => (&stray.path, stray.state),
        };
        (packed.is_empty() && its_path == path && its_state == state).then_some(reading)
    }

    /// Writes the cache anew, of what was asked for now.
    fn remember(&self, wanted: &[(&RepoPath, &Oid, State)], readings: &[Option<Reading>]) {
        let (mut index, mut data, mut count) = (Vec::new(), Vec::new(), 0_usize);
        for ((path, oid, _), reading) in wanted.iter().zip(readings) {
            let Some(reading) = reading else { continue };
            let start = data.len();
            reading.pack(&mut data);
            pack_text(path.as_str(), &mut index);
            pack_text(oid.as_str(), &mut index);
            (data.len() - start).pack(&mut index);
            count += 1;
        }
        let mut file = self.head.clone();
        count.pack(&mut file);
        index.len().pack(&mut file);
        sum(&index).pack(&mut file);
        sum(&data).pack(&mut file);
        file.extend_from_slice(&index);
        file.extend_from_slice(&data);
        // Without a cache the next hook reads again: slower, and nothing else.
        drop(files::replace_unsynced(&self.file, &file));
    }
}

/// The entries of a cache file that begins with this head, and is whole.
fn read_index(bytes: &[u8], head: &[u8]) -> Option<HashMap<String, Entry>> {
    let mut input = bytes.strip_prefix(head)?;
    let count = usize::unpack(&mut input)?;
    let length = usize::unpack(&mut input)?;
    let (index_sum, data_sum) = (u64::unpack(&mut input)?, u64::unpack(&mut input)?);
    let (mut index, data) = input.split_at_checked(length)?;
    if sum(index) != index_sum || sum(data) != data_sum {
        return None;
    }
    let mut start = bytes.len() - data.len();
    let mut entries = HashMap::with_capacity(count.min(index.len()));
    for _ in 0..count {
        let path = unpack_text(&mut index)?.to_owned();
        let blob = unpack_text(&mut index)?.to_owned();
        let length = usize::unpack(&mut index)?;
        entries.insert(path, Entry { blob, start, length });
        start = start.checked_add(length)?;
    }
    Some(entries)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::time::SystemTime;

    use super::*;
    use crate::io::git::testing::Fixture;

    fn fixture(count: usize) -> Fixture {
        let fixture = Fixture::new();
        for at in 1..=count {
            fixture.write(
                &format!("docs/prds/ready/PRD-{at:03}-x.md"),
                &format!("# X {at}\n\n**Depends On**: PRD-001\n"),
            );
        }
        fixture.git(&["add", "-A"]);
        fixture
    }

    fn read(fixture: &Fixture, place: &CachePlace) -> FromBlobs {
        let git = fixture.open();
        let directories = Directories::default();
        let folders: Vec<RepoPath> = directories.folders().map(|(_, folder)| folder.clone()).collect();
        let files = git.index_files(&folders).unwrap();
        load(&git, &files, &directories, &IdFormat::default(), Some(place)).unwrap()
    }

    #[test]
    fn only_blobs_that_are_new_are_read() {
        let fixture = fixture(100);
        let program = fixture.root().join(".git/config");
        let place = CachePlace::new(&fixture.root().join(".git"), &program, SystemTime::UNIX_EPOCH).unwrap();
        assert_eq!(read(&fixture, &place).read, 100);
        let again = read(&fixture, &place);
        assert_eq!((again.read, again.portfolio.prds().len()), (0, 100));
        assert_eq!(again.portfolio.prds()[5].dependencies.len(), 1);
        fixture.git(&["mv", "docs/prds/ready/PRD-007-x.md", "docs/prds/ready/PRD-107-x.md"]);
        fixture.write("docs/prds/ready/PRD-008-x.md", "# Other\n");
        fixture.git(&["add", "-A"]);
        let changed = read(&fixture, &place);
        assert_eq!(changed.read, 2);
        let titles: Vec<&str> = changed.portfolio.prds().iter().map(|prd| prd.title.as_str()).collect();
        assert!(titles.contains(&"Other") && titles.contains(&"X 7"));
    }

    #[test]
    fn a_broken_cache_is_no_cache() {
        let fixture = fixture(100);
        let program = fixture.root().join(".git/config");
        let place = CachePlace::new(&fixture.root().join(".git"), &program, SystemTime::UNIX_EPOCH).unwrap();
        read(&fixture, &place);
        let file = fixture.root().join(".git/prd/cache/blobs");
        let whole = std::fs::read(&file).unwrap();
        for at in [0, LAYOUT.len() + 3, whole.len() / 2, whole.len() - 1] {
            let mut broken = whole.clone();
            broken[at] ^= 0x55;
            fs_err::write(&file, &broken).unwrap();
            assert_eq!(read(&fixture, &place).read, 100, "byte {at}");
            fs_err::write(&file, &whole[..at]).unwrap();
            assert_eq!(read(&fixture, &place).read, 100, "cut at {at}");
        }
    }
}
