//! The index, as it will be committed: what it changes, which files it holds, and the lines it adds.
//!
//! An index of a plain form is read in process, by `index_file`. The program knows every other form.

use std::cell::OnceCell;
use std::path::Path;

use crate::domain::model::path::RepoPath;

use super::error::GitError;
use super::file_list::FileList;
use super::index_file::IndexFile;
use super::oid::Oid;
use super::repository::{Git, Head, answer_error};

/// The names of the empty tree, of SHA-1 and SHA-256.
const EMPTY_TREES: [(&str, &str); 2] = [
    ("sha1", "4b825dc642cb6eb9a060e54bf8d69288fbee4904"),
    ("sha256", "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"),
];

/// A plain file that the index has otherwise than `HEAD`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StagedChange {
    /// The file.
    pub path: RepoPath,
    /// Its blob in `HEAD`; `None` where it is new.
    pub before: Option<Oid>,
    /// Its blob in the index; `None` where it is deleted.
    pub after: Option<Oid>,
}

/// Lines that follow each other in a file of the index, and are not in `HEAD`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddedLines {
    /// The file.
    pub path: RepoPath,
    /// The number of the first line, from 1.
    pub line: usize,
    /// The lines.
    pub text: String,
}

/// A path with a conflict in the index: one entry for each of its stages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmerged {
    /// The path.
    pub path: RepoPath,
    /// 1: the common ancestor; 2: ours; 3: theirs.
    pub stage: u8,
    /// The mode.
    pub mode: u32,
    /// The blob.
    pub blob: Oid,
}

/// The index as it was when it was first asked. Where it is left to the program, it is asked each time.
pub struct Index<'g> {
    git: &'g Git,
    /// With the commit at `HEAD`; `None` where it is left to the program.
    file: OnceCell<Option<(IndexFile, Oid)>>,
}

impl Git {
    /// The same repository, whose calls use another index: a hook gets the one that will be committed.
    #[must_use]
    pub fn with_index(&self, index: &Path) -> Self {
        self.with_var("GIT_INDEX_FILE", index)
    }

    /// The index that a commit would be made of, read when it is first asked.
    #[must_use]
    pub const fn index(&self) -> Index<'_> {
        Index { git: self, file: OnceCell::new() }
    }

    /// [`Index::changes`] as the program tells them.
    pub(super) fn asked_changes(&self) -> Result<Vec<StagedChange>, GitError> {
        let head = self.head_tree()?;
        let answer = self
            .git()
            .args(["diff-index", "--cached", "--raw", "-z", "--no-abbrev", "--no-renames", &head, "--"])
            .require()?;
        let mut parts = answer.stdout.split(|byte| *byte == 0);
        let mut changes = Vec::new();
        while let (Some(facts), Some(path)) = (parts.next(), parts.next()) {
            let facts = String::from_utf8_lossy(facts).into_owned();
            let words: Vec<&str> = facts.trim_start_matches(':').split(' ').collect();
            let [old_mode, new_mode, old, new, _] = words.as_slice() else {
                return Err(answer_error("diff-index", facts.as_bytes()));
            };
            let blob = |mode: &str, oid: &str| if is_plain(mode) { Oid::parse(oid) } else { None };
            // A name that is not UTF-8 is none of ours.
            let Some(path) = std::str::from_utf8(path).ok().and_then(|path| RepoPath::new(path).ok()) else {
                continue;
            };
            let (before, after) = (blob(old_mode, old), blob(new_mode, new));
            if before.is_some() || after.is_some() {
                changes.push(StagedChange { path, before, after });
            }
        }
        Ok(changes)
    }

    /// [`Index::files`] as the program tells them.
    pub(super) fn asked_files(&self, folders: &[RepoPath]) -> Result<Vec<(RepoPath, Oid)>, GitError> {
        let entries = self.index_entries(folders, &[])?;
        Ok(entries
            .into_iter()
            .filter(|entry| entry.stage == 0 && is_plain(&format!("{:o}", entry.mode)))
            .map(|entry| (entry.path, entry.blob))
            .collect())
    }

    /// What is in conflict below some folders.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn unmerged(&self, folders: &[RepoPath]) -> Result<Vec<Unmerged>, GitError> {
        self.index_entries(folders, &["--unmerged"])
    }

    fn index_entries(&self, folders: &[RepoPath], more: &[&str]) -> Result<Vec<Unmerged>, GitError> {
        let answer = self
            .git()
            .args(["--literal-pathspecs", "ls-files", "--stage", "-z", "--full-name"])
            .args(more)
            .arg("--")
            .args(folders.iter().map(RepoPath::as_str))
            .require()?;
        let mut entries = Vec::new();
        for record in answer.stdout.split(|byte| *byte == 0).filter(|record| !record.is_empty()) {
            let Ok(record) = std::str::from_utf8(record) else { continue };
            let odd = || answer_error("ls-files", record.as_bytes());
            let (facts, path) = record.split_once('\t').ok_or_else(odd)?;
            let words: Vec<&str> = facts.split(' ').collect();
            let [mode, oid, stage] = words.as_slice() else { return Err(odd()) };
            let mode = u32::from_str_radix(mode, 8).map_err(|_| odd())?;
            let blob = Oid::parse(oid).ok_or_else(odd)?;
            let stage = stage.parse().map_err(|_| odd())?;
            let Ok(path) = RepoPath::new(path) else { continue };
            entries.push(Unmerged { path, stage, mode, blob });
        }
        Ok(entries)
    }

    /// The lines of text that a commit of the index would add, file by file.
    ///
    /// # Errors
    /// Git cannot compare them.
    pub fn staged_lines(&self) -> Result<Vec<AddedLines>, GitError> {
        let head = self.head_tree()?;
        let answer = self
            .git()
            .args(["-c", "core.quotePath=false", "diff-index", "--cached", "--patch", "--unified=0"])
            .args(["--no-color", "--no-ext-diff", "--no-textconv", "--no-renames", "--diff-filter=AMT"])
            .args(["--ignore-submodules=all", "--src-prefix=a/", "--dst-prefix=b/", &head, "--"])
            .require()?;
        Ok(added_lines(&String::from_utf8_lossy(&answer.stdout)))
    }

    /// What `HEAD` has, or the empty tree before the first commit.
    fn head_tree(&self) -> Result<String, GitError> {
        if !matches!(self.head()?, Head::Unborn { .. }) {
            return Ok("HEAD".to_owned());
        }
        let format = self.git().args(["rev-parse", "--show-object-format"]).require()?.line();
        let found = EMPTY_TREES.iter().find(|(name, _)| *name == format);
        found.map(|(_, tree)| (*tree).to_owned()).ok_or_else(|| answer_error("rev-parse", format.as_bytes()))
    }
}

impl Index<'_> {
    fn file(&self) -> Result<Option<&(IndexFile, Oid)>, GitError> {
        if self.file.get().is_none() {
            let read = self.git.index_file()?;
            return Ok(self.file.get_or_init(|| read).as_ref());
        }
        Ok(self.file.get().and_then(Option::as_ref))
    }

    /// The plain files that a commit of the index would change, by path.
    ///
    /// # Errors
    /// Git cannot compare them.
    pub fn changes(&self) -> Result<Vec<StagedChange>, GitError> {
        match self.file()? {
            Some((index, head)) => index.changes(self.git.objects(), head),
            None => self.git.asked_changes(),
        }
    }

    /// The plain files of the index below some folders, by path, those in conflict left out.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn files(&self, folders: &[RepoPath]) -> Result<FileList, GitError> {
        match self.file()? {
            Some((index, _)) => Ok(index.files(folders)),
            None => Ok(self.git.asked_files(folders)?.into_iter().collect()),
        }
    }
}

fn is_plain(mode: &str) -> bool {
    ["100644", "100755", "100664"].contains(&mode)
}

/// Reads a patch without context lines.
fn added_lines(patch: &str) -> Vec<AddedLines> {
    let mut found: Vec<AddedLines> = Vec::new();
    let mut path: Option<RepoPath> = None;
    let (mut old_left, mut new_left) = (0_usize, 0_usize);
    for line in patch.split_inclusive('\n') {
        if old_left > 0 && line.starts_with('-') {
            old_left -= 1;
        } else if new_left > 0 && line.starts_with('+') {
            new_left -= 1;
            if let Some(last) = found.last_mut().filter(|_| path.is_some()) {
                last.text.push_str(&line[1..]);
            }
        } else if let Some(name) = line.strip_prefix("+++ ") {
            path = name_of(name.trim_end_matches('\n'));
        } else if line.starts_with("@@ ")
            && let Some((old, new)) = hunk(line)
        {
            (old_left, new_left) = (old.1, new.1);
            if let Some(path) = &path {
                found.push(AddedLines { path: path.clone(), line: new.0, text: String::new() });
            }
        }
    }
    found.retain(|lines| !lines.text.is_empty());
    found
}

/// The numbers of `@@ -1,2 +3,4 @@`: first lines and counts.
fn hunk(line: &str) -> Option<((usize, usize), (usize, usize))> {
    let mut words = line.split(' ').skip(1);
    let mut numbers = |sign: char| -> Option<(usize, usize)> {
        let word = words.next()?.strip_prefix(sign)?;
        let (start, count) = word.split_once(',').unwrap_or((word, "1"));
        Some((start.parse().ok()?, count.parse().ok()?))
    };
    Some((numbers('-')?, numbers('+')?))
}

/// The path of a line `+++ b/x`, which git quotes where it holds odd characters and ends with a tab where it holds spaces.
fn name_of(text: &str) -> Option<RepoPath> {
    let text = text.trim_end_matches('\t');
    let Some(quoted) = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) else {
        return RepoPath::new(text.strip_prefix("b/")?).ok();
    };
    let mut bytes = Vec::new();
    let mut rest = quoted.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        match rest.next()? {
            b't' => bytes.push(b'\t'),
            b'n' => bytes.push(b'\n'),
            b'r' => bytes.push(b'\r'),
            first @ b'0'..=b'3' => {
                let digits = [first, rest.next()?, rest.next()?];
                bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 8).ok()?);
            }
            other => bytes.push(other),
        }
    }
    RepoPath::new(std::str::from_utf8(&bytes).ok()?.strip_prefix("b/")?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::git::testing::Fixture;

    fn paths(changes: &[StagedChange]) -> Vec<(&str, bool, bool)> {
        changes
            .iter()
            .map(|change| (change.path.as_str(), change.before.is_some(), change.after.is_some()))
            .collect()
    }

    #[test]
    fn the_index_is_compared_and_not_the_work_tree() {
        let fixture = Fixture::new();
        fixture.write("a b/ä\".md", "1\n");
        fixture.git(&["add", "-A"]);
        let git = fixture.open();
        assert_eq!(paths(&git.index().changes().unwrap()), [("a b/ä\".md", false, true)]);
        fixture.write("gone.md", "1\n");
        fixture.commit_all("one");
        fixture.write("a b/ä\".md", "1\ntwo\nthree\n");
        fixture.git(&["add", "-A"]);
        fixture.git(&["rm", "-q", "--cached", "gone.md"]);
        fixture.write("a b/ä\".md", "not staged\n");
        let git = fixture.open();
        let changes = git.index().changes().unwrap();
        assert_eq!(paths(&changes), [("a b/ä\".md", true, true), ("gone.md", true, false)]);
        let lines = git.staged_lines().unwrap();
        assert_eq!(lines.len(), 1);
        assert_eq!(
            (lines[0].path.as_str(), lines[0].line, lines[0].text.as_str()),
            ("a b/ä\".md", 2, "two\nthree\n")
        );
        let folder = RepoPath::new("a b").unwrap();
        let files = git.index().files(std::slice::from_ref(&folder)).unwrap().pairs();
        assert_eq!(files.len(), 1);
        assert_eq!(Some(&files[0].1), changes[0].after.as_ref());
    }

    #[test]
    fn another_index_is_read_where_a_hook_names_one() {
        let fixture = Fixture::new();
        fixture.commit_file("a", "1");
        fixture.write("b", "2");
        let other = fixture.beside("other-index");
        std::fs::copy(fixture.root().join(".git/index"), &other).unwrap();
        let git = fixture.open().with_index(&other);
        assert_eq!(git.index().changes().unwrap(), []);
        git.git().args(["add", "b"]).require().unwrap();
        assert_eq!(paths(&git.index().changes().unwrap()), [("b", false, true)]);
        assert_eq!(fixture.open().index().changes().unwrap(), []);
    }

    #[test]
    fn lines_that_look_like_a_patch_are_text() {
        let patch = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1,2 @@\n-@@ -9 +9 @@\n+++ b/y\n+@@ -1 +7 @@\n@@ -5,0 +7 @@\n+end\n";
        let lines = added_lines(patch);
        let found: Vec<(&str, usize, &str)> =
            lines.iter().map(|lines| (lines.path.as_str(), lines.line, lines.text.as_str())).collect();
        assert_eq!(found, [("x", 1, "++ b/y\n@@ -1 +7 @@\n"), ("x", 7, "end\n")]);
    }
}
