//! The index, read from its file in process: which files it holds, what it has of each, and which of them a commit would
//! change.
//!
//! Only the plain forms are read: versions 2 to 4, without a shared or a sparse part. Of everything else, and wherever a file
//! is in conflict or only meant to be added, the program knows better.
//! <https://git-scm.com/docs/index-format>

mod compared;

use std::fs::File;
use std::io::Read as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::domain::model::path::RepoPath;

use super::error::GitError;
use super::file_list::FileList;
use super::mode::is_file;
use super::objects::Objects;
use super::oid::Oid;
use super::repository::Git;
use super::seen::Seen;
use super::staged::StagedChange;

/// Extensions that say nothing of the work tree: the trees, resolved conflicts, and where parts of the file begin.
const OF_THE_INDEX: [&[u8]; 4] = [b"TREE", b"REUC", b"EOIE", b"IEOT"];

/// An index as it was read.
pub(super) struct IndexFile {
    /// The names of all entries, one behind the other.
    names: Vec<u8>,
    entries: Vec<Entry>,
    /// The tree of the top folder and those below it, as far as git has kept them.
    known: Option<KnownTree>,
    /// Bytes of the name of an object.
    width: usize,
    bytes: Vec<u8>,
    written: u32,
    tells_more: bool,
}

struct Entry {
    mode: u32,
    /// Where its blob is named among the bytes.
    oid: usize,
    name: Range<usize>,
}

/// A folder of which the index knows what tree it is.
struct KnownTree {
    name: Vec<u8>,
    /// Its tree and how many entries it covers; `None` where something changed below it.
    tree: Option<(Vec<u8>, usize)>,
    below: Vec<Self>,
}

impl Git {
    /// The index that a commit would be made of, and the commit at `HEAD`; `None` where that is left to the program.
    pub(super) fn index_file(&self) -> Result<Option<(IndexFile, Oid)>, GitError> {
        if !self.objects().is_in_process() {
            return Ok(None);
        }
        let Some(oid) = self.head()?.into_oid() else { return Ok(None) };
        let file = self.var("GIT_INDEX_FILE").map_or_else(|| self.git_dir().join("index"), PathBuf::from);
        Ok(IndexFile::read(&file, oid.as_str().len() / 2).map(|index| (index, oid)))
    }
}

impl IndexFile {
    /// Reads a file; `None` where that is left to the program.
    pub(super) fn read(file: &Path, width: usize) -> Option<Self> {
        let mut handle = File::open(file).ok()?;
        let about = handle.metadata().ok()?;
        let mut bytes = Vec::with_capacity(usize::try_from(about.len()).ok()?);
        handle.read_to_end(&mut bytes).ok()?;
        Some(Self { written: Seen::of(&about).modified[0], ..Self::parse(bytes, width)? })
    }

    fn parse(bytes: Vec<u8>, width: usize) -> Option<Self> {
        let mut input = Input { bytes: &bytes, at: 0 };
        if input.take(4)? != b"DIRC" {
            return None;
        }
        let version = input.number()?;
        let count = usize::try_from(input.number()?).ok().filter(|_| (2..=4).contains(&version))?;
        let mut entries = Vec::with_capacity(count.min(bytes.len() / 64));
        let mut names = Vec::with_capacity(bytes.len() / 2);
        let mut last = 0..0;
        for _ in 0..count {
            let entry = input.entry(version, width, &last, &mut names)?;
            if !last.is_empty() && names[last] >= names[entry.name.clone()] {
                return None; // git refuses it, and nothing below would find its way in it
            }
            last = entry.name.clone();
            entries.push(entry);
        }
        let end = bytes.len().checked_sub(width)?;
        let (mut known, mut tells_more) = (None, false);
        while input.at < end {
            let kind = input.take(4)?;
            let length = usize::try_from(input.number()?).ok()?;
            let content = input.take(length)?;
            tells_more |= !OF_THE_INDEX.contains(&kind);
            if kind == b"TREE" {
                known = KnownTree::read(&mut Input { bytes: content, at: 0 }, width);
            } else if !kind[0].is_ascii_uppercase() {
                return None; // whoever does not know it must not read the index
            }
        }
        Some(Self { names, entries, known, width, bytes, written: 0, tells_more })
    }

    fn name(&self, entry: &Entry) -> &[u8] {
        &self.names[entry.name.clone()]
    }

    fn raw_oid(&self, entry: &Entry) -> &[u8] {
        &self.bytes[entry.oid..entry.oid + self.width]
    }

    /// The plain files that are one of these folders or below, by path.
    pub(super) fn files(&self, folders: &[RepoPath]) -> FileList {
        let mut places: Vec<Range<usize>> = folders.iter().flat_map(|folder| self.below(folder)).collect();
        places.sort_unstable_by_key(|places| places.start);
        let count = places.iter().map(Range::len).sum();
        let (mut list, mut taken) = (FileList::with_room(count, self.names.len(), self.width), 0);
        let each_once = places.into_iter().flat_map(|places| {
            let begin = places.start.max(taken);
            taken = taken.max(places.end);
            begin..places.end
        });
        // One look at all names takes less than one at each.
        let all = std::str::from_utf8(&self.names).ok();
        let may_be_untidy = memchr::memchr(b'\\', &self.names).is_some();
        let text = |entry: &Entry| match all {
            Some(all) => all.get(entry.name.clone()),
            None => std::str::from_utf8(self.name(entry)).ok(),
        };
        for entry in each_once.filter_map(|at| self.entries.get(at)).filter(|entry| is_file(entry.mode)) {
            let Some(name) = text(entry) else { continue };
            // Git takes no name that would have to be tidied, but for this.
            if !(may_be_untidy && name.contains('\\')) {
                list.push(name, self.raw_oid(entry));
            } else if let Ok(path) = RepoPath::new(name) {
                list.push(path.as_str(), self.raw_oid(entry));
            }
        }
        list
    }

    /// The object that a path has, whatever it is.
    pub(super) fn object(&self, path: &RepoPath) -> Option<Oid> {
        let name = path.as_str().as_bytes();
        let place = self.entries.binary_search_by(|entry| self.name(entry).cmp(name)).ok()?;
        self.entries.get(place).map(|entry| Oid::of_bytes(self.raw_oid(entry)))
    }

    /// The places of a file and of all files below it: names that begin with a path lie together, those with a `/` behind it
    /// too.
    fn below(&self, path: &RepoPath) -> [Range<usize>; 2] {
        let first = |name: &[u8]| self.entries.partition_point(|entry| self.name(entry) < name);
        let name = path.as_str().as_bytes();
        let itself = first(name);
        let is_file = self.entries.get(itself).is_some_and(|entry| self.name(entry) == name);
        let (begin, end) = ([name, b"/"].concat(), [name, b"0"].concat()); // `0` follows `/`
        [itself..itself + usize::from(is_file), first(&begin)..first(&end)]
    }

    /// The plain files that a commit of the index would change, by path.
    ///
    /// # Errors
    /// A tree is missing.
    pub(super) fn changes(&self, objects: &dyn Objects, commit: &Oid) -> Result<Vec<StagedChange>, GitError> {
        let changes = self.differences(objects, commit)?.into_iter().filter_map(|difference| {
            let [before, after] = [difference.before, difference.after]
                .map(|side| side.filter(|(mode, _)| is_file(*mode)).map(|(_, oid)| oid));
            let path = RepoPath::new(std::str::from_utf8(&difference.name).ok()?).ok()?;
            (before.is_some() || after.is_some()).then_some(StagedChange { path, before, after })
        });
        Ok(changes.collect())
    }

    /// True where the index tells more of the work tree than which files are known in it: what watches the files has to
    /// be asked, or folders were remembered.
    pub(super) const fn tells_more(&self) -> bool {
        self.tells_more
    }

    /// When it was written, in seconds; 0 where that is not known.
    pub(super) const fn written(&self) -> u32 {
        self.written
    }

    /// How many files it holds.
    pub(super) const fn len(&self) -> usize {
        self.entries.len()
    }

    /// The name of one of its files from the top.
    pub(super) fn name_at(&self, at: usize) -> Option<&[u8]> {
        self.entries.get(at).map(|entry| self.name(entry))
    }

    /// Where a file is among some that lie together.
    pub(super) fn place_of(&self, name: &[u8], among: &Range<usize>) -> Option<usize> {
        let entries = self.entries.get(among.clone())?;
        entries.binary_search_by(|entry| self.name(entry).cmp(name)).ok().map(|place| among.start + place)
    }

    /// Those of some files that lie together whose names begin with that of a folder, which ends with `/`.
    pub(super) fn places_below(&self, folder: &[u8], among: &Range<usize>) -> Range<usize> {
        let entries = self.entries.get(among.clone()).unwrap_or_default();
        let begin = entries.partition_point(|entry| self.name(entry) < folder);
        let count = entries.get(begin..).unwrap_or_default();
        let count = count.partition_point(|entry| self.name(entry).starts_with(folder));
        among.start + begin..among.start + begin + count
    }

    /// What it has of a file; `None` where git is told not to look at that, or more than one may be meant.
    pub(super) fn tracked(&self, at: usize) -> Option<Tracked<'_>> {
        let entry = self.entries.get(at)?;
        let oid = self.raw_oid(entry);
        let facts: &[u8; FACTS] =
            self.bytes.get(entry.oid.checked_sub(FACTS)?..entry.oid)?.try_into().ok()?;
        let flags = self.bytes.get(entry.oid + self.width)?;
        // Assumed to be unchanged, or with more flags behind: not checked out, to be added.
        (flags & 0b1100_0000 == 0).then(|| Tracked { mode: entry.mode, oid, seen: seen(facts) })
    }
}

/// What an index has of a file.
pub(super) struct Tracked<'a> {
    pub(super) mode: u32,
    pub(super) oid: &'a [u8],
    /// What the system said of it when git last saw it unchanged.
    pub(super) seen: Seen,
}

/// Bytes of an entry before its object.
const FACTS: usize = 40;

fn seen(facts: &[u8; FACTS]) -> Seen {
    let (numbers, _) = facts.as_chunks::<4>();
    let number = |at: usize| numbers.get(at).map_or(0, |bytes| u32::from_be_bytes(*bytes));
    Seen {
        changed: [number(0), number(1)],
        modified: [number(2), number(3)],
        device: number(4),
        inode: number(5),
        user: number(7),
        group: number(8),
        size: number(9),
    }
}

/// Bytes that are taken from the front.
struct Input<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Input<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let taken = self.bytes.get(self.at..self.at.checked_add(count)?)?;
        self.at += count;
        Some(taken)
    }

    fn number(&mut self) -> Option<u32> {
        Some(u32::from_be_bytes(self.take(4)?.try_into().ok()?))
    }

    /// What stands before a byte, which is passed over.
    fn until(&mut self, byte: u8) -> Option<&'a [u8]> {
        let length = memchr::memchr(byte, self.bytes.get(self.at..)?)?;
        let taken = self.take(length)?;
        self.at += 1;
        Some(taken)
    }

    /// One entry; its name is appended. `None` too where a file is in conflict or only meant to be added.
    fn entry(
        &mut self,
        version: u32,
        width: usize,
        last: &Range<usize>,
        names: &mut Vec<u8>,
    ) -> Option<Entry> {
        const TIMES_AND_DEVICE: usize = 24;
        const OWNER_AND_SIZE: usize = 12;
        const EXTENDED: u16 = 0x4000;
        const STAGES: u16 = 0x3000;
        const TO_BE_ADDED: u16 = 0x2000;
        let begin = self.at;
        self.take(TIMES_AND_DEVICE)?;
        let mode = self.number()?;
        self.take(OWNER_AND_SIZE)?;
        let oid = self.at;
        self.take(width)?;
        let mut short = || Some(u16::from_be_bytes(self.take(2)?.try_into().ok()?));
        let flags = short()?;
        let more = if flags & EXTENDED == 0 { 0 } else { short()? };
        if flags & STAGES != 0 || more & TO_BE_ADDED != 0 {
            return None;
        }
        let start = names.len();
        if version == 4 {
            let kept = last.len().checked_sub(self.offset()?)?;
            names.extend_from_within(last.start..last.start + kept);
        }
        names.extend_from_slice(self.until(0)?);
        if version < 4 {
            // One to eight bytes of zero, to a multiple of eight.
            let length = self.at - begin;
            self.take(length.next_multiple_of(8) - length)?;
        }
        Some(Entry { mode, oid, name: start..names.len() })
    }

    /// A number of seven bits a byte, the highest first, where each byte but the last adds one.
    fn offset(&mut self) -> Option<usize> {
        let mut value = 0_usize;
        loop {
            let byte = *self.take(1)?.first()?;
            value = value.checked_mul(128)?.checked_add(usize::from(byte & 127))?;
            if byte & 128 == 0 {
                return Some(value);
            }
            value = value.checked_add(1)?;
        }
    }
}

impl KnownTree {
    /// Reads a folder and those below it: `name NUL entries SPACE folders LF`, and its tree where it is known.
    fn read(input: &mut Input<'_>, width: usize) -> Option<Self> {
        let name = input.until(0)?.to_vec();
        let count: i64 = std::str::from_utf8(input.until(b' ')?).ok()?.parse().ok()?;
        let folders: usize = std::str::from_utf8(input.until(b'\n')?).ok()?.parse().ok()?;
        let tree = match usize::try_from(count) {
            Ok(count) => Some((input.take(width)?.to_vec(), count)),
            Err(_) => None,
        };
        let below = (0..folders).map(|_| Self::read(input, width)).collect::<Option<_>>()?;
        Some(Self { name, tree, below })
    }
}

#[cfg(test)]
#[path = "index_file_tests.rs"]
mod tests;
