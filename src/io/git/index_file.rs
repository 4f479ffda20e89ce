//! The index, read from its file in process: which files it holds, and which of them a commit would change.
//!
//! Only the plain forms are read: versions 2 to 4, without a shared or a sparse part. Of everything else, and wherever a file
//! is in conflict or only meant to be added, the program knows better.
//! <https://git-scm.com/docs/index-format>

use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::domain::model::path::RepoPath;

use super::error::GitError;
use super::file_list::FileList;
use super::objects::{Objects, TreeEntry};
use super::oid::Oid;
use super::repository::{Git, Head};
use super::staged::StagedChange;

/// A folder's mode in a tree.
const FOLDER: u32 = 0o040_000;

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
        let (Head::Branch { oid, .. } | Head::Detached { oid }) = self.head()? else { return Ok(None) };
        let file = self.var("GIT_INDEX_FILE").map_or_else(|| self.git_dir().join("index"), PathBuf::from);
        Ok(IndexFile::read(&file, oid.as_str().len() / 2).map(|index| (index, oid)))
    }
}

impl IndexFile {
    /// Reads a file; `None` where that is left to the program.
    pub(super) fn read(file: &Path, width: usize) -> Option<Self> {
        Self::parse(std::fs::read(file).ok()?, width)
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
        let mut known = None;
        while input.at < end {
            let kind = input.take(4)?;
            let length = usize::try_from(input.number()?).ok()?;
            let content = input.take(length)?;
            if kind == b"TREE" {
                known = KnownTree::read(&mut Input { bytes: content, at: 0 }, width);
            } else if !kind[0].is_ascii_uppercase() {
                return None; // whoever does not know it must not read the index
            }
        }
        Some(Self { names, entries, known, width, bytes })
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
        for entry in each_once.filter_map(|at| self.entries.get(at)).filter(|entry| is_plain(entry.mode)) {
            let Ok(name) = std::str::from_utf8(self.name(entry)) else { continue };
            // Git takes no name that would have to be tidied, but for this.
            if !name.contains('\\') {
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

    /// The plain files that a commit of the index would change, by path. A folder whose tree the index knows to be that
    /// of the commit is not looked into.
    ///
    /// # Errors
    /// A tree is missing.
    pub(super) fn changes(&self, objects: &dyn Objects, commit: &Oid) -> Result<Vec<StagedChange>, GitError> {
        let tree = objects.commit(commit)?.tree;
        let mut compared = Compared { index: self, objects, changes: Vec::new() };
        compared.folder(Some(&tree.to_bytes()), b"", &self.entries, self.known.as_ref())?;
        Ok(compared.changes)
    }
}

const fn is_plain(mode: u32) -> bool {
    mode & 0o170_000 == 0o100_000
}

/// The mode as git compares it: old trees have `0o100_664`.
const fn canonical(mode: u32) -> u32 {
    if is_plain(mode) { if mode & 0o100 == 0 { 0o100_644 } else { 0o100_755 } } else { mode }
}

/// An index being compared with a tree.
struct Compared<'a> {
    index: &'a IndexFile,
    objects: &'a dyn Objects,
    changes: Vec<StagedChange>,
}

impl<'a> Compared<'a> {
    /// Compares a folder: its tree where the commit has one, and the entries of the index below it.
    fn folder(
        &mut self,
        tree: Option<&[u8]>,
        path: &[u8],
        entries: &'a [Entry],
        known: Option<&KnownTree>,
    ) -> Result<(), GitError> {
        let is_same = |tree: &[u8]| {
            known
                .and_then(|known| known.tree.as_ref())
                .is_some_and(|(its, count)| its == tree && *count == entries.len())
        };
        if tree.is_some_and(is_same) {
            return Ok(());
        }
        let listed =
            tree.map(|tree| self.objects.entries(&Oid::of_bytes(tree))).transpose()?.unwrap_or_default();
        let mut before = listed.iter().peekable();
        let mut rest = entries;
        while let Some(first) = rest.first() {
            let name = &self.index.name(first)[path.len()..];
            let (part, is_folder) = match memchr::memchr(b'/', name) {
                Some(end) => (&name[..end], true),
                None => (name, false),
            };
            while let Some(entry) = before.next_if(|entry| sorts_before(entry, part, is_folder)) {
                self.gone(entry, path)?;
            }
            let old = before.next_if(|entry| entry.name == part && (entry.mode == FOLDER) == is_folder);
            if is_folder {
                let below = [path, part, b"/"].concat();
                let count = rest.partition_point(|entry| self.index.name(entry).starts_with(&below));
                let (inside, after) = rest.split_at(count);
                let known = known.and_then(|known| known.below.iter().find(|child| child.name == part));
                self.folder(old.map(|entry| entry.oid.as_slice()), &below, inside, known)?;
                rest = after;
            } else {
                self.file(old, Some(first), self.index.name(first));
                rest = &rest[1..];
            }
        }
        before.try_for_each(|entry| self.gone(entry, path))
    }

    /// What the commit has and the index lacks.
    fn gone(&mut self, entry: &TreeEntry, path: &[u8]) -> Result<(), GitError> {
        let name = [path, &entry.name].concat();
        if entry.mode == FOLDER {
            return self.folder(Some(&entry.oid), &[&name, &b"/"[..]].concat(), &[], None);
        }
        self.file(Some(entry), None, &name);
        Ok(())
    }

    fn file(&mut self, before: Option<&TreeEntry>, after: Option<&Entry>, name: &[u8]) {
        let before = before.map(|entry| (canonical(entry.mode), entry.oid.as_slice()));
        let after = after.map(|entry| (canonical(entry.mode), self.index.raw_oid(entry)));
        if before == after {
            return;
        }
        let [before, after] = [before, after]
            .map(|side| side.filter(|(mode, _)| is_plain(*mode)).map(|(_, oid)| Oid::of_bytes(oid)));
        let path = std::str::from_utf8(name).ok().and_then(|name| RepoPath::new(name).ok());
        if let Some(path) = path.filter(|_| before.is_some() || after.is_some()) {
            self.changes.push(StagedChange { path, before, after });
        }
    }
}

/// Git sorts the entries of a tree as if the names of folders ended with `/`.
fn sorts_before(entry: &TreeEntry, part: &[u8], is_folder: bool) -> bool {
    let common = entry.name.len().min(part.len());
    let (name, its_rest) = entry.name.split_at(common);
    let (part, rest) = part.split_at(common);
    let ended = |rest, is_folder: bool| <[u8]>::iter(rest).copied().chain(is_folder.then_some(b'/'));
    name.cmp(part).then_with(|| ended(its_rest, entry.mode == FOLDER).cmp(ended(rest, is_folder))).is_lt()
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
