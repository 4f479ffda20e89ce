//! What was read of PRDs, kept beside the clone's other files so that thousands need not be read again.
//!
//! The cache is never the truth. An entry counts only where the file's size, times and number are those of the moment
//! it was read, and only for the program, the root and the id format it was read with. As in git's index, a file that
//! changed only just before it was read has no entry: another change within the same tick of the clock could not be
//! told from it. A cache that is missing, cut short or of another program is no cache; one that cannot be written is
//! not written.

use std::collections::HashMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::domain::markdown::read::Reading;
use crate::domain::model::id::IdFormat;
use crate::domain::model::packed::{Packed, pack_text, packed_struct, unpack_text};
use crate::domain::model::path::RepoPath;
use crate::domain::model::state::State;
use crate::io::files;

/// The layout of the file; counted up where it changes.
const LAYOUT: &str = "prd cache 1\n";

/// How much older than the reading a file's last change must be to be remembered. Clocks of file systems tick in
/// steps of up to two seconds.
const SETTLED: Duration = Duration::from_secs(2);

/// With so few files read anew, or a smaller share than [`SHARE`], the cache is not written again.
const FEW: usize = 64;

/// One in so many.
const SHARE: usize = 20;

/// Where the cache is, and for which program.
#[derive(Debug, Clone)]
pub struct CachePlace {
    file: PathBuf,
    program: Stamp,
    began: SystemTime,
}

/// A file's identity and content, as far as the file system tells without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stamp {
    device: u64,
    inode: u64,
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

packed_struct!(Stamp { device, inode, size, modified, changed });

/// The cache as it was found, to be asked while files are read.
#[derive(Debug)]
pub(super) struct Cache<'a> {
    place: &'a CachePlace,
    head: Vec<u8>,
    began: SystemTime,
    bytes: Vec<u8>,
    entries: HashMap<String, Entry>,
}

#[derive(Debug)]
struct Entry {
    stamp: Stamp,
    start: usize,
    length: usize,
    check: u64,
}

/// What to remember of one file: an entry as it was found, or what was read anew and when it had last changed.
#[derive(Debug)]
pub(super) enum Memory {
    /// The entry still holds.
    Kept,
    /// The file was read, and stood so before that.
    Read(Stamp),
    /// Nothing is known for certain.
    None,
}

impl CachePlace {
    /// The cache of a clone for a program that began at this time of the real clock; `None` where the system does not tell enough about files.
    #[must_use]
    pub fn new(common_dir: &Path, program: &Path, began: SystemTime) -> Option<Self> {
        let program = Stamp::of(&program.metadata().ok()?)?;
        Some(Self { file: common_dir.join("prd").join("cache").join("portfolio"), program, began })
    }

    /// The file of another cache of this clone.
    pub(super) fn beside(&self, name: &str) -> PathBuf {
        self.file.with_file_name(name)
    }

    /// Appends what tells this program from every other.
    pub(super) fn pack_program(&self, out: &mut Vec<u8>) {
        pack_text(env!("CARGO_PKG_VERSION"), out);
        self.program.pack(out);
    }

    /// Opens the cache for files below `root`; empty where there is none that can be used.
    pub(super) fn open(&self, root: &Path, format: &IdFormat) -> Cache<'_> {
        self.open_at(root, format, self.began)
    }

    fn open_at(&self, root: &Path, format: &IdFormat, began: SystemTime) -> Cache<'_> {
        let mut head = LAYOUT.as_bytes().to_vec();
        self.pack_program(&mut head);
        let root = root.as_os_str().as_encoded_bytes();
        root.len().pack(&mut head);
        head.extend_from_slice(root);
        format.pack(&mut head);
        let bytes = std::fs::read(&self.file).unwrap_or_default();
        let entries = read_index(&bytes, &head).unwrap_or_default();
        Cache { place: self, head, began, bytes, entries }
    }
}

impl Stamp {
    /// The stamp of a plain file.
    #[cfg(unix)]
    pub(super) fn of(about: &Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        about.is_file().then(|| Self {
            device: about.dev(),
            inode: about.ino(),
            size: about.size(),
            modified: (about.mtime(), about.mtime_nsec()),
            changed: (about.ctime(), about.ctime_nsec()),
        })
    }

    /// Elsewhere the system does not tell when a file was last touched.
    #[cfg(not(unix))]
    pub(super) const fn of(_: &Metadata) -> Option<Self> {
        None
    }

    /// True where the last change lies so far back that any later one shows.
    fn is_settled(&self, now: SystemTime) -> bool {
        let Some(limit) = now.checked_sub(SETTLED) else { return false };
        let Ok(limit) = limit.duration_since(SystemTime::UNIX_EPOCH) else { return false };
        let Ok(seconds) = i64::try_from(limit.as_secs()) else { return false };
        self.modified.max(self.changed) < (seconds, i64::from(limit.subsec_nanos()))
    }
}

impl Cache<'_> {
    /// What was read of a file that is still as it was; `None` where it must be read.
    pub(super) fn get(&self, path: &RepoPath, state: State, now: &Stamp) -> Option<Reading> {
        let entry = self.entries.get(path.as_str()).filter(|entry| entry.stamp == *now)?;
        let mut packed = self.packed(entry)?;
        if sum(packed) != entry.check {
            return None;
        }
        let reading = Reading::unpack(&mut packed)?;
        let (its_path, its_state) = match &reading {
            Reading::Prd(prd) => (&prd.path, prd.state),
            Reading::Stray(stray) => (&stray.path, stray.state),
        };
        (packed.is_empty() && its_path == path && its_state == state).then_some(reading)
    }

    fn packed(&self, entry: &Entry) -> Option<&[u8]> {
        self.bytes.get(entry.start..entry.start.checked_add(entry.length)?)
    }

    /// Writes the cache again where enough was read anew to be worth it.
    pub(super) fn remember<'a>(&self, read: impl Iterator<Item = (&'a Reading, &'a Memory)> + Clone) {
        let is_new = |memory: &Memory| matches!(memory, Memory::Read(stamp) if stamp.is_settled(self.began));
        let (all, new) =
            read.clone().fold((0, 0), |(all, new), (_, memory)| (all + 1, new + usize::from(is_new(memory))));
        if new <= FEW.max(all / SHARE) {
            return;
        }
        let (mut index, mut data, mut count) = (Vec::new(), Vec::new(), 0_usize);
        for (reading, memory) in read {
            let path = match reading {
                Reading::Prd(prd) => &prd.path,
                Reading::Stray(stray) => &stray.path,
            };
            let start = data.len();
            let stamp = match memory {
                Memory::Read(stamp) if stamp.is_settled(self.began) => {
                    reading.pack(&mut data);
                    stamp
                }
                Memory::Kept => {
                    let Some(entry) = self.entries.get(path.as_str()) else { continue };
                    let Some(packed) = self.packed(entry) else { continue };
                    data.extend_from_slice(packed);
                    &entry.stamp
                }
                Memory::Read(_) | Memory::None => continue,
            };
            let packed = &data[start..];
            pack_text(path.as_str(), &mut index);
            stamp.pack(&mut index);
            packed.len().pack(&mut index);
            sum(packed).pack(&mut index);
            count += 1;
        }
        let mut file = self.head.clone();
        count.pack(&mut file);
        index.len().pack(&mut file);
        sum(&index).pack(&mut file);
        file.extend_from_slice(&index);
        file.extend_from_slice(&data);
        // What a killed command left half written goes. Where that is another's at work, it does without.
        self.place.file.parent().into_iter().for_each(|folder| drop(files::remove_temporaries(folder)));
        // Without a cache the next command reads again: slower, and nothing else.
        drop(files::replace_unsynced(&self.place.file, &file));
    }
}

/// The entries of a cache file that begins with this head.
fn read_index(bytes: &[u8], head: &[u8]) -> Option<HashMap<String, Entry>> {
    let mut input = bytes.strip_prefix(head)?;
    let count = usize::unpack(&mut input)?;
    let length = usize::unpack(&mut input)?;
    let expected = u64::unpack(&mut input)?;
    let (mut index, data) = input.split_at_checked(length)?;
    if sum(index) != expected {
        return None;
    }
    let mut start = bytes.len() - data.len();
    let mut entries = HashMap::with_capacity(count.min(index.len()));
    for _ in 0..count {
        let path = unpack_text(&mut index)?.to_owned();
        let stamp = Stamp::unpack(&mut index)?;
        let length = usize::unpack(&mut index)?;
        let check = u64::unpack(&mut index)?;
        entries.insert(path, Entry { stamp, start, length, check });
        start = start.checked_add(length)?;
    }
    Some(entries)
}

/// A sum that tells bytes as they were written from a file that a crash left half written.
pub(super) fn sum(bytes: &[u8]) -> u64 {
    const PRIME: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut words = bytes.chunks_exact(8);
    let mix = |sum: u64, word: u64| (sum ^ word).wrapping_mul(PRIME).rotate_left(29);
    let mut sum = words
        .by_ref()
        .fold(PRIME, |sum, word| mix(sum, word.try_into().map(u64::from_le_bytes).unwrap_or_default()));
    sum = words.remainder().iter().fold(sum, |sum, byte| mix(sum, u64::from(*byte)));
    mix(sum, u64::try_from(bytes.len()).unwrap_or(u64::MAX))
}

#[cfg(test)]
#[cfg(unix)]
#[path = "cache_tests.rs"]
mod tests;
