//! Reading the folders of a worktree once, beside the index.

use std::fs::DirEntry;
use std::io::ErrorKind;
use std::ops::Range;
use std::path::Path;

use crate::io::git::index_file::IndexFile;
use crate::io::git::mode::SUBMODULE;
use crate::io::git::worktree::list::path_of;
use crate::io::git::worktree::plain::Comparing;
use crate::io::git::worktree::status::Changes;

use super::compared::{Compared, compare};
use super::content::Contents;
use super::rules::{RULES, Rules, Verdict};

/// How many folders may lie in each other.
const DEEPEST: usize = 256;

/// A worktree being read. Every step is `None` where the whole is left to git.
pub(super) struct Walk<'a> {
    index: &'a IndexFile,
    comparing: Comparing,
    rules: Rules,
    contents: Contents<'a>,
    /// Which files of the index are there.
    is_there: Vec<bool>,
    /// The name from the top of what is looked at; that of a folder ends with `/`.
    name: Vec<u8>,
    /// How many folders it is in.
    depth: usize,
    unstaged: Vec<String>,
    untracked: Vec<String>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        index: &'a IndexFile,
        comparing: Comparing,
        rules: Rules,
        contents: Contents<'a>,
    ) -> Self {
        Self {
            index,
            comparing,
            rules,
            contents,
            is_there: vec![false; index.len()],
            name: Vec::new(),
            depth: 0,
            unstaged: Vec::new(),
            untracked: Vec::new(),
        }
    }

    /// Adds what differs from the index.
    pub(super) fn read(mut self, changes: &mut Changes) -> Option<()> {
        self.folder(self.contents.root(), &(0..self.index.len()), Verdict::Kept)?;
        for (at, is_there) in self.is_there.iter().enumerate() {
            let tracked = self.index.tracked(at)?;
            if tracked.mode == SUBMODULE {
                return None;
            }
            if !is_there {
                let name = self.index.name_at(at)?;
                if !is_gone(&self.contents.root().join(path_of(name))) {
                    return None;
                }
                self.unstaged.push(text(name));
            }
        }
        for list in [&mut self.unstaged, &mut self.untracked] {
            list.sort();
        }
        (changes.unstaged, changes.untracked) = (self.unstaged, self.untracked);
        Some(())
    }

    /// Looks at a folder, whose files lie in the index at some places. What is unknown there is what the folder is, if
    /// that is not kept.
    fn folder(&mut self, path: &Path, files: &Range<usize>, folder: Verdict) -> Option<()> {
        let base = self.name.len();
        let listed = list(path)?;
        let has_rules = folder == Verdict::Kept && listed.iter().any(|(name, _)| name == RULES);
        if has_rules {
            self.rules.enter(base, &read_rules(path)?)?;
        }
        let mut below = Vec::new();
        for (name, entry) in listed {
            if name == b".git" {
                if base == 0 {
                    continue;
                }
                return None; // a repository of its own, perhaps
            }
            self.name.truncate(base);
            self.name.extend(&name);
            let kind = entry.file_type().ok()?;
            if kind.is_dir() {
                below.push(name);
            } else if let Some(at) = self.index.place_of(&self.name, files) {
                self.file(at, &entry)?;
            } else if kind.is_file() || kind.is_symlink() {
                self.unknown(folder)?;
            }
        }
        for name in below {
            self.name.truncate(base);
            self.name.extend(&name);
            let its = if folder == Verdict::Kept { self.rules.verdict(&self.name, true) } else { folder };
            self.name.push(b'/');
            let inside = self.index.places_below(&self.name, files);
            if its == Verdict::Ignored && inside.is_empty() {
                continue;
            }
            self.depth = Some(self.depth + 1).filter(|depth| *depth <= DEEPEST)?;
            self.folder(&path.join(path_of(&name)), &inside, its)?;
            self.depth -= 1;
        }
        self.name.truncate(base);
        if has_rules {
            self.rules.leave();
        }
        Some(())
    }

    /// A file that the index has at a place.
    fn file(&mut self, at: usize, entry: &DirEntry) -> Option<()> {
        let tracked = self.index.tracked(at)?;
        let about = match entry.metadata() {
            Ok(about) => about,
            Err(error) if error.kind() == ErrorKind::NotFound => return Some(()),
            Err(_) => return None,
        };
        let is_there = self.is_there.get_mut(at)?;
        *is_there = true;
        let compared = compare(&tracked, &about, self.comparing, self.index.written())?;
        let is_same = match compared {
            Compared::Same => true,
            Compared::Changed => false,
            Compared::ByContent | Compared::ByContentOrGit => {
                self.contents.is_same(&self.name, &tracked, &about)?
            }
        };
        if !is_same && compared == Compared::ByContentOrGit {
            return None;
        }
        if !is_same {
            self.unstaged.push(text(&self.name));
        }
        Some(())
    }

    /// A file that the index does not have.
    fn unknown(&mut self, folder: Verdict) -> Option<()> {
        let its = if folder == Verdict::Kept { self.rules.verdict(&self.name, false) } else { folder };
        match its {
            Verdict::Kept => self.untracked.push(text(&self.name)),
            Verdict::Ignored => {}
            Verdict::Unknown => return None,
        }
        Some(())
    }
}

/// True where a file that was not met is none, or is one only behind a link or below a folder in its place. What the system
/// cannot say git does not say either.
fn is_gone(path: &Path) -> bool {
    let error = path.symlink_metadata().err();
    error.is_none_or(|error| matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory))
}

fn text(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}

/// What lies in a folder, by name; nothing where it has gone meanwhile.
fn list(path: &Path) -> Option<Vec<(Vec<u8>, DirEntry)>> {
    let entries = match std::fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Some(Vec::new()),
        Err(_) => return None,
    };
    let named = |entry: std::io::Result<DirEntry>| {
        let entry = entry.ok()?;
        Some((entry.file_name().into_encoded_bytes(), entry))
    };
    entries.map(named).collect()
}

/// The rules of a folder. Behind a link git does not read them.
fn read_rules(path: &Path) -> Option<Vec<u8>> {
    let file = path.join(path_of(RULES));
    if !file.symlink_metadata().ok()?.is_file() {
        return None;
    }
    std::fs::read(file).ok()
}
