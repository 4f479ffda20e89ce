//! PRDs as the index or a commit has them, read by the names of their blobs.
//!
//! A blob's name says its content, so what was read of one never gets old: a cache of it is right for ever, for one
//! program and one id format. Only what decides about ids, states and dependencies is kept: check lists, fields and
//! file lists are left out, so that thousands are read in a moment. What a PRD says of others stands before all that, so
//! that a hook reads no more than this of those that are not committed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read as _;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock, PoisonError};

use rayon::prelude::*;

use super::cache::{CachePlace, sum};
use crate::domain::config::schema::Directories;
use crate::domain::graph::ties::{Name, Ties, may_go_round};
use crate::domain::markdown::read::{Reading, is_prd_file, read_prd};
use crate::domain::model::checklist::Checklist;
use crate::domain::model::id::IdFormat;
use crate::domain::model::packed::{Packed, pack_text, unpack_bytes};
use crate::domain::model::path::RepoPath;
use crate::domain::model::portfolio::Portfolio;
use crate::domain::model::state::State;
use crate::io::files;
use crate::io::git::error::GitError;
use crate::io::git::file_list::FileList;
use crate::io::git::oid::Oid;
use crate::io::git::repository::Git;

/// The layout of the file; counted up where it changes.
const LAYOUT: &str = "prd blobs 3\n";

/// With so few blobs read anew, or a small share of them, the cache is not written again.
pub const FEW: usize = 64;

/// One in so many read anew is worth writing the cache again.
const SHARE: usize = 20;

/// PRDs of blobs.
#[derive(Debug)]
pub struct FromBlobs {
    /// The PRDs, without check lists, fields and file lists.
    pub portfolio: Portfolio,
    /// How many blobs had to be read.
    pub read: usize,
}

/// The PRDs that a commit writes, and what could be wrong with others for their sake.
#[derive(Debug)]
pub struct Near {
    /// The written PRDs and all that have the id of one, without check lists, fields and file lists. All PRDs where
    /// dependencies may go round.
    pub portfolio: Portfolio,
    /// False where no way round leads through a written PRD.
    pub may_go_round: bool,
    /// How many blobs had to be read.
    pub read: usize,
}

/// A file that may be a PRD.
#[derive(Debug, Clone, Copy)]
struct Wanted<'a> {
    path: &'a str,
    /// The bytes that name its blob.
    blob: &'a [u8],
    /// That of its folder.
    state: State,
}

/// Reads the PRDs among all files of an index or a tree.
///
/// # Errors
/// A blob is missing.
pub fn load(
    git: &Git,
    listed: &FileList,
    directories: &Directories,
    format: &IdFormat,
    cache: Option<&CachePlace>,
) -> Result<FromBlobs, GitError> {
    let wanted = wanted(listed, directories);
    let cache = cache.map(|place| Cache::open(place, format));
    Look::new(git, &wanted, format, cache.as_ref()).whole(true)
}

/// Reads the PRDs among some files of an index or a tree, which are no reason to write the cache.
///
/// # Errors
/// A blob is missing.
pub fn load_some(
    git: &Git,
    listed: &FileList,
    directories: &Directories,
    format: &IdFormat,
    cache: Option<&CachePlace>,
) -> Result<FromBlobs, GitError> {
    let wanted = wanted(listed, directories);
    let cache = cache.filter(|_| listed.len() > FEW).map(|place| Cache::open(place, format));
    Look::new(git, &wanted, format, cache.as_ref()).whole(false)
}

/// Reads what has to be known of all files of an index, of which a commit writes some.
///
/// # Errors
/// A blob is missing.
pub fn load_near(
    git: &Git,
    listed: &FileList,
    written: &BTreeSet<RepoPath>,
    directories: &Directories,
    format: &IdFormat,
    cache: Option<&CachePlace>,
) -> Result<Near, GitError> {
    let wanted = wanted(listed, directories);
    let cache = cache.map(|place| Cache::open(place, format));
    let look = Look::new(git, &wanted, format, cache.as_ref());
    if let Some(near) = look.near(written)? {
        return Ok(near);
    }
    let FromBlobs { portfolio, read } = look.whole(true)?;
    Ok(Near { portfolio, may_go_round: true, read })
}

/// The files that may be PRDs, by path.
fn wanted<'a>(listed: &'a FileList, directories: &Directories) -> Vec<Wanted<'a>> {
    // Files of one folder come one after the other.
    let mut last: Option<(&str, Option<State>)> = None;
    let mut state_of = |path: &'a str| {
        let folder = memchr::memrchr(b'/', path.as_bytes()).map_or("", |at| &path[..at]);
        if let Some((_, state)) = last.filter(|(known, _)| *known == folder) {
            return state;
        }
        let state = RepoPath::new(path).ok().and_then(|path| directories.state_of(&path));
        last = Some((folder, state));
        state
    };
    let files = (0..listed.len()).map(|at| (listed.path(at), listed.blob(at)));
    let mut wanted = Vec::with_capacity(listed.len());
    wanted.extend(
        files
            .filter(|(path, _)| is_prd_file(path))
            .filter_map(|(path, blob)| Some(Wanted { path, blob, state: state_of(path)? })),
    );
    wanted.sort_by_key(|file| file.path);
    wanted
}

/// Files that are looked at, each with its entry in the cache where that holds.
struct Look<'a> {
    git: &'a Git,
    format: &'a IdFormat,
    wanted: &'a [Wanted<'a>],
    cache: Option<&'a Cache>,
    known: Vec<Option<Entry<'a>>>,
}

impl<'a> Look<'a> {
    fn new(git: &'a Git, wanted: &'a [Wanted<'a>], format: &'a IdFormat, cache: Option<&'a Cache>) -> Self {
        let known = cache.and_then(|cache| cache.known(wanted)).unwrap_or_default();
        let known = if known.is_empty() { wanted.iter().map(|_| None).collect() } else { known };
        Self { git, format, wanted, cache, known }
    }

    /// What the cache has of a file.
    fn kept(&self, at: usize) -> Option<Reading> {
        self.cache?.get(self.known[at].as_ref()?, &self.wanted[at])
    }

    /// Reads the blobs of files.
    fn read(&self, places: &[usize]) -> Result<Vec<Reading>, GitError> {
        let blob = |at: &usize| Ok((*at, self.git.blob(&Oid::of_bytes(self.wanted[*at].blob))?));
        let blobs: Vec<(usize, Vec<u8>)> = places.iter().map(blob).collect::<Result<_, GitError>>()?;
        let read = |(at, bytes): &(usize, Vec<u8>)| {
            let file = self.wanted[*at];
            let path = RepoPath::new(file.path).ok()?;
            Some(thinned(read_prd(&path, file.state, bytes, self.format)))
        };
        // Threads cost more than few take.
        let read: Option<Vec<Reading>> = if blobs.len() < FEW {
            blobs.iter().map(read).collect()
        } else {
            blobs.par_iter().with_min_len(16).map(read).collect()
        };
        Ok(read.unwrap_or_default())
    }

    /// True where so many files had to be read that the cache is worth writing.
    fn is_new(&self, read: usize) -> bool {
        read > FEW.max(self.wanted.len() / SHARE)
    }

    /// All PRDs.
    fn whole(&self, is_all: bool) -> Result<FromBlobs, GitError> {
        let places = 0..self.wanted.len();
        let kept = |at| self.kept(at);
        // Threads cost more than few take.
        let mut readings: Vec<Option<Reading>> = if places.len() < FEW {
            places.map(kept).collect()
        } else {
            places.into_par_iter().with_min_len(FEW).map(kept).collect()
        };
        let missing: Vec<usize> = (0..readings.len()).filter(|at| readings[*at].is_none()).collect();
        for (at, reading) in missing.iter().zip(self.read(&missing)?) {
            readings[*at] = Some(reading);
        }
        if let Some(cache) = self.cache.filter(|_| is_all && self.is_new(missing.len())) {
            cache.remember(self.wanted, &readings);
        }
        let portfolio = portfolio(self.format, readings.into_iter().flatten());
        Ok(FromBlobs { portfolio, read: missing.len() })
    }

    /// The written PRDs and those of the same ids; `None` where all have to be read whole.
    fn near(&self, written: &BTreeSet<RepoPath>) -> Result<Option<Near>, GitError> {
        let written: BTreeSet<&str> = written.iter().map(RepoPath::as_str).collect();
        let is_written: Vec<bool> = self.wanted.iter().map(|file| written.contains(file.path)).collect();
        let all = 0..self.wanted.len();
        let unknown: Vec<usize> = all.clone().filter(|at| self.known[*at].is_none()).collect();
        if self.is_new(unknown.len()) {
            return Ok(None);
        }
        let mut readings = self.read(&unknown)?;
        let read = readings.len();
        for at in all.clone().filter(|at| is_written[*at] && self.known[*at].is_some()) {
            let Some(reading) = self.kept(at) else { return Ok(None) };
            readings.push(reading);
        }
        let fresh: BTreeMap<&str, Ties<'_>> = readings.iter().filter_map(ties).collect();
        let tied = |at: usize| match &self.known[at] {
            Some(entry) => entry.ties.as_ref(),
            None => fresh.get(self.wanted[at].path),
        };
        let names: Vec<Name<'_>> =
            all.clone().filter(|at| is_written[*at]).filter_map(tied).map(Ties::name).collect();
        if may_go_round(all.clone().filter_map(tied), &names, self.format) {
            return Ok(None);
        }
        let mut same = Vec::new();
        for at in all.filter(|at| self.known[*at].is_some() && !is_written[*at]) {
            if tied(at).is_some_and(|ties| names.contains(&ties.name())) {
                let Some(reading) = self.kept(at) else { return Ok(None) };
                same.push(reading);
            }
        }
        let portfolio = portfolio(self.format, readings.into_iter().chain(same));
        Ok(Some(Near { portfolio, may_go_round: false, read }))
    }
}

/// What a file says of others, with its path; `None` of one without an id.
fn ties(reading: &Reading) -> Option<(&str, Ties<'_>)> {
    match reading {
        Reading::Prd(prd) => Some((prd.path.as_str(), Ties::of(prd))),
        Reading::Stray(_) => None,
    }
}

fn portfolio(format: &IdFormat, readings: impl Iterator<Item = Reading>) -> Portfolio {
    let (mut prds, mut strays) = (Vec::new(), Vec::new());
    for reading in readings {
        match reading {
            Reading::Prd(prd) => prds.push(*prd),
            Reading::Stray(stray) => strays.push(stray),
        }
    }
    Portfolio::new(format.clone(), prds, strays, Vec::new())
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
    index: Vec<u8>,
    /// What follows the index; read when the first of it is asked for.
    rest: Mutex<Option<File>>,
    data: OnceLock<Vec<u8>>,
}

/// What is known of a path.
#[derive(Debug)]
struct Entry<'a> {
    path: &'a [u8],
    blob: &'a [u8],
    /// Its reading, in the data.
    packed: Range<usize>,
    check: u64,
    ties: Option<Ties<'a>>,
}

impl Cache {
    fn open(place: &CachePlace, format: &IdFormat) -> Self {
        let file = place.beside("blobs");
        let mut head = LAYOUT.as_bytes().to_vec();
        place.pack_program(&mut head);
        format.pack(&mut head);
        let mut rest = File::open(&file).ok();
        let index = rest.as_mut().and_then(|file| read_index(file, &head)).unwrap_or_default();
        Self { file, head, index, rest: Mutex::new(rest), data: OnceLock::new() }
    }

    /// For each file the entry that still holds; `None` where the cache is broken. Both are in the order of paths.
    fn known(&self, wanted: &[Wanted<'_>]) -> Option<Vec<Option<Entry<'_>>>> {
        let mut entries = Entries { rest: &self.index, start: 0 };
        let mut next = entries.next()?;
        let mut known = Vec::with_capacity(wanted.len());
        for file in wanted {
            let path = file.path.as_bytes();
            while next.as_ref().is_some_and(|entry| entry.path < path) {
                next = entries.next()?;
            }
            let is_its = next.as_ref().is_some_and(|entry| entry.path == path && entry.blob == file.blob);
            known.push(if is_its { std::mem::replace(&mut next, entries.next()?) } else { None });
        }
        Some(known)
    }

    /// What was read of a file; `None` where the cache was cut short.
    fn get(&self, entry: &Entry<'_>, file: &Wanted<'_>) -> Option<Reading> {
        let mut packed = self.data().get(entry.packed.clone())?;
        if sum(packed) != entry.check {
            return None;
        }
        let reading = Reading::unpack(&mut packed)?;
        let (path, state) = match &reading {
            Reading::Prd(prd) => (&prd.path, prd.state),
            Reading::Stray(stray) => (&stray.path, stray.state),
        };
        (packed.is_empty() && path.as_str() == file.path && state == file.state).then_some(reading)
    }

    fn data(&self) -> &[u8] {
        self.data.get_or_init(|| {
            let mut data = Vec::new();
            if let Some(mut file) = self.rest.lock().unwrap_or_else(PoisonError::into_inner).take() {
                drop(file.read_to_end(&mut data)); // what is missing of it fails its check
            }
            data
        })
    }

    /// Writes the cache anew, of what was asked for now.
    fn remember(&self, wanted: &[Wanted<'_>], readings: &[Option<Reading>]) {
        let (mut index, mut data) = (Vec::new(), Vec::new());
        for (file, reading) in wanted.iter().zip(readings) {
            let Some(reading) = reading else { continue };
            let start = data.len();
            reading.pack(&mut data);
            pack_text(file.path, &mut index);
            file.blob.len().pack(&mut index);
            index.extend_from_slice(file.blob);
            (data.len() - start).pack(&mut index);
            index.extend_from_slice(&sum(&data[start..]).to_le_bytes());
            let ties = ties(reading);
            ties.is_some().pack(&mut index);
            ties.into_iter().for_each(|(_, ties)| ties.pack(&mut index));
        }
        let mut file = self.head.clone();
        file.extend([length(&index), sum(&index)].iter().flat_map(|number| number.to_le_bytes()));
        file.extend_from_slice(&index);
        file.extend_from_slice(&data);
        // Without a cache the next hook reads again: slower, and nothing else.
        drop(files::replace_unsynced(&self.file, &file));
    }
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

/// The index of a cache file that begins with this head; the file is left where the data begin.
fn read_index(file: &mut File, head: &[u8]) -> Option<Vec<u8>> {
    let mut found = vec![0; head.len() + 16];
    file.read_exact(&mut found).ok()?;
    let (length, check) = found.strip_prefix(head)?.split_at_checked(8)?;
    let number = |bytes: &[u8]| bytes.try_into().map(u64::from_le_bytes).ok();
    let (length, check) = (number(length)?, number(check)?);
    // As much as is there: a length that is wrong must not ask for more.
    let there = file.metadata().ok()?.len().min(length);
    let mut index = Vec::with_capacity(usize::try_from(there).ok()?);
    file.take(length).read_to_end(&mut index).ok()?;
    (self::length(&index) == length && sum(&index) == check).then_some(index)
}

/// The entries of an index that were not taken yet.
struct Entries<'a> {
    rest: &'a [u8],
    /// Where the next one's reading begins in the data.
    start: usize,
}

impl<'a> Entries<'a> {
    /// The next one, or that there is none; `None` where the bytes are none of ours.
    fn next(&mut self) -> Option<Option<Entry<'a>>> {
        let input = &mut self.rest;
        if input.is_empty() {
            return Some(None);
        }
        let (path, blob) = (unpack_bytes(input)?, unpack_bytes(input)?);
        let packed = self.start..self.start.checked_add(usize::unpack(input)?)?;
        let (check, rest) = input.split_first_chunk()?;
        *input = rest;
        let ties = if bool::unpack(input)? { Some(Ties::unpack(input)?) } else { None };
        self.start = packed.end;
        Some(Some(Entry { path, blob, packed, check: u64::from_le_bytes(*check), ties }))
    }
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

    fn place(fixture: &Fixture) -> CachePlace {
        let program = fixture.root().join(".git/config");
        CachePlace::new(&fixture.root().join(".git"), &program, SystemTime::UNIX_EPOCH).unwrap()
    }

    fn read(fixture: &Fixture, place: &CachePlace) -> FromBlobs {
        let git = fixture.open();
        let directories = Directories::default();
        let folders: Vec<RepoPath> = directories.folders().map(|(_, folder)| folder.clone()).collect();
        let files = git.index().files(&folders).unwrap();
        load(&git, &files, &directories, &IdFormat::default(), Some(place)).unwrap()
    }

    #[test]
    fn only_blobs_that_are_new_are_read() {
        let fixture = fixture(100);
        let place = place(&fixture);
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
        let place = place(&fixture);
        read(&fixture, &place);
        let file = fixture.root().join(".git/prd/cache/blobs");
        let whole = std::fs::read(&file).unwrap();
        let data = Cache::open(&place, &IdFormat::default()).data().len();
        for (at, lost) in
            [(0, 100), (LAYOUT.len() + 3, 100), (whole.len() - data - 1, 100), (whole.len() - 1, 1)]
        {
            let mut broken = whole.clone();
            broken[at] ^= 0x55;
            fs_err::write(&file, &broken).unwrap();
            assert_eq!(read(&fixture, &place).read, lost, "byte {at}");
            fs_err::write(&file, &whole[..at]).unwrap();
            assert_eq!(read(&fixture, &place).read, lost, "cut at {at}");
        }
    }

    /// Of many only the written PRD is read, and what is known of the others is enough to see a double and a way round.
    #[test]
    fn what_is_near_a_written_file_is_found_without_reading_all() {
        let fixture = fixture(100);
        let place = place(&fixture);
        read(&fixture, &place);
        let near = |names: &[&str]| {
            let written = names
                .iter()
                .map(|name| RepoPath::new(&format!("docs/prds/ready/{name}.md")).unwrap())
                .collect();
            let directories = Directories::default();
            let folders: Vec<RepoPath> = directories.folders().map(|(_, folder)| folder.clone()).collect();
            let git = fixture.open();
            let files = git.index().files(&folders).unwrap();
            load_near(&git, &files, &written, &directories, &IdFormat::default(), Some(&place)).unwrap()
        };
        let outline = |near: &Near| (near.portfolio.prds().len(), near.may_go_round, near.read);
        assert_eq!(outline(&near(&["PRD-050-x"])), (1, false, 0));
        fixture.write("docs/prds/ready/PRD-050-x.md", "# Other\n\n**Depends On**: PRD-051\n");
        fixture.write("docs/prds/ready/PRD-007-y.md", "# The same number\n");
        fixture.git(&["add", "-A"]);
        assert_eq!(outline(&near(&["PRD-050-x", "PRD-007-y"])), (3, false, 2));
        fixture.write("docs/prds/ready/PRD-001-x.md", "# X 1\n\n**Depends On**: PRD-050\n");
        fixture.git(&["add", "-A"]);
        assert_eq!(outline(&near(&["PRD-001-x"])), (101, true, 3), "PRD-051 depends on PRD-001");
    }
}
