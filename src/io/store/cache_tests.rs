use tempfile::TempDir;

use super::*;
use crate::domain::markdown::read::read_prd;

/// More files than are worth a cache.
const FILES: usize = FEW + 6;

/// A folder of PRDs, and a cache beside it.
struct Fixture {
    dir: TempDir,
    place: CachePlace,
    format: IdFormat,
}

impl Fixture {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let program = Stamp::of(&std::env::current_exe().unwrap().metadata().unwrap()).unwrap();
        let place = CachePlace { file: dir.path().join("cache"), program, began: SystemTime::now() };
        let fixture = Self { dir, place, format: IdFormat::default() };
        (0..FILES).for_each(|at| fixture.write(at, &format!("# PRD-{at}: One\n\n**Owner**: Ada\n")));
        fixture
    }

    fn path(at: usize) -> RepoPath {
        RepoPath::new(&format!("ready/PRD-{at}-x.md")).unwrap()
    }

    fn write(&self, at: usize, text: &str) {
        let file = self.dir.path().join(Self::path(at).as_str());
        fs_err::create_dir_all(file.parent().unwrap()).unwrap();
        fs_err::write(file, text).unwrap();
    }

    fn stamp(&self, at: usize) -> Stamp {
        Stamp::of(&self.dir.path().join(Self::path(at).as_str()).metadata().unwrap()).unwrap()
    }

    fn open(&self, later: u64) -> Cache<'_> {
        self.place.open_at(self.dir.path(), &self.format, SystemTime::now() + Duration::from_secs(later))
    }

    fn read(&self, at: usize) -> Reading {
        let path = Self::path(at);
        let bytes = fs_err::read(self.dir.path().join(path.as_str())).unwrap();
        read_prd(&path, State::Ready, &bytes, &self.format)
    }

    /// Reads the first files as if it were so many seconds later.
    fn remember(&self, count: usize, later: u64) {
        let read: Vec<_> = (0..count).map(|at| (self.read(at), Memory::Read(self.stamp(at)))).collect();
        self.open(later).remember(read.iter().map(|(reading, memory)| (reading, memory)));
    }

    fn get(&self, at: usize) -> Option<Reading> {
        self.open(0).get(&Self::path(at), State::Ready, &self.stamp(at))
    }

    fn known(&self) -> usize {
        (0..FILES).filter(|at| self.get(*at).is_some()).count()
    }
}

#[test]
fn what_was_read_comes_back() {
    let fixture = Fixture::new();
    fixture.remember(FILES, 3);
    for at in 0..FILES {
        assert_eq!(format!("{:?}", fixture.get(at).unwrap()), format!("{:?}", fixture.read(at)));
    }
}

#[test]
fn a_file_that_changed_only_just_is_not_remembered() {
    let fixture = Fixture::new();
    fixture.remember(FILES, 1);
    assert!(!fixture.place.file.exists());
    // A clock that was put back makes every file one of the future.
    let past = SystemTime::UNIX_EPOCH + Duration::from_secs(1);
    assert!(!fixture.stamp(0).is_settled(past));
}

#[test]
fn a_few_files_are_not_worth_a_cache() {
    let fixture = Fixture::new();
    fixture.remember(FEW, 3);
    assert!(!fixture.place.file.exists());
}

#[test]
fn any_change_of_a_file_shows() {
    let fixture = Fixture::new();
    fixture.remember(FILES, 3);
    fixture.write(0, "# PRD-0: Two\n\n**Owner**: Ada\n"); // as long as before
    assert!(fixture.get(0).is_none());
    let file = fixture.dir.path().join(Fixture::path(1).as_str());
    let (before, times) = (fixture.stamp(1), file.metadata().unwrap().modified().unwrap());
    fixture.write(1, "# PRD-1: Two\n\n**Owner**: Ada\n");
    fs_err::OpenOptions::new().append(true).open(&file).unwrap().file().set_modified(times).unwrap();
    assert_eq!((fixture.stamp(1).modified, fixture.stamp(1).size), (before.modified, before.size));
    assert!(fixture.get(1).is_none(), "an older time was put on it");
    let copy = fixture.dir.path().join("copy");
    fs_err::copy(&file, &copy).unwrap();
    fs_err::rename(&copy, fixture.dir.path().join(Fixture::path(2).as_str())).unwrap();
    assert!(fixture.get(2).is_none(), "another file took its place");
    assert!(fixture.get(3).is_some());
    assert!(fixture.open(0).get(&Fixture::path(3), State::Draft, &fixture.stamp(3)).is_none());
}

#[test]
fn entries_that_hold_are_kept_when_others_are_read_anew() {
    let fixture = Fixture::new();
    fixture.remember(FILES, 3);
    let kept = FILES / 2;
    let mut read: Vec<_> = (0..kept).map(|at| (fixture.read(at), Memory::Kept)).collect();
    for at in FILES..FILES + FEW + 1 {
        fixture.write(at, "# Two\n");
        read.push((fixture.read(at), Memory::Read(fixture.stamp(at))));
    }
    fixture.open(3).remember(read.iter().map(|(reading, memory)| (reading, memory)));
    assert_eq!(fixture.known(), kept);
    for at in (0..kept).chain(FILES..FILES + FEW + 1) {
        assert_eq!(format!("{:?}", fixture.get(at).unwrap()), format!("{:?}", fixture.read(at)));
    }
}

#[test]
fn the_cache_of_others_is_none() {
    let fixture = Fixture::new();
    fixture.remember(FILES, 3);
    assert_eq!(fixture.known(), FILES);
    let other = IdFormat::from_pattern("SVC-{number}").unwrap();
    assert!(fixture.place.open(fixture.dir.path(), &other).entries.is_empty());
    assert!(fixture.place.open(Path::new("/elsewhere"), &fixture.format).entries.is_empty());
    let mut program = fixture.place.clone();
    program.program.changed.0 += 1;
    assert!(program.open(fixture.dir.path(), &fixture.format).entries.is_empty());
}

#[test]
fn a_damaged_cache_gives_nothing_wrong() {
    let fixture = Fixture::new();
    fixture.remember(FILES, 3);
    let whole = fs_err::read(&fixture.place.file).unwrap();
    let truth = format!("{:?}", fixture.read(7));
    for at in (0..whole.len()).step_by(61) {
        let mut flipped = whole.clone();
        flipped[at] ^= 0x41;
        let mut zeros = whole.clone();
        zeros[at..].fill(0); // what a crash of the system leaves
        for damaged in [&flipped, &zeros, &whole[..at].to_vec()] {
            fs_err::write(&fixture.place.file, damaged).unwrap();
            if let Some(reading) = fixture.get(7) {
                assert_eq!(format!("{reading:?}"), truth, "damaged at {at}");
            }
        }
    }
    fs_err::write(&fixture.place.file, &whole[..whole.len() / 2]).unwrap();
    fixture.remember(FILES, 3);
    assert_eq!(fixture.known(), FILES, "it is written anew");
}

#[test]
fn a_cache_that_cannot_be_written_is_no_failure() {
    let mut fixture = Fixture::new();
    let file = fixture.dir.path().join("in-the-way");
    fs_err::write(&file, "x").unwrap();
    fixture.place.file = file.join("cache");
    fixture.remember(FILES, 3);
    assert_eq!(fixture.known(), 0);
}
