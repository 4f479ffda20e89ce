//! Reading refs and objects, and building commits: what every kind of repository can do, by whichever means reads it.
//!
//! libgit2 does it in process ([`super::library`]). Where it refuses a repository that git itself reads (reftable, an
//! extension it does not know) or could not fetch what is missing (a partial clone), the program does
//! ([`super::program`]). One suite of tests holds both to the same answers.

use chrono::{DateTime, FixedOffset, Offset as _, Utc};

use crate::domain::model::path::RepoPath;

use super::error::GitError;
use super::library::Reader;
use super::oid::Oid;
use super::refs::Distance;

/// The modes of plain files in a tree: the last is of old repositories.
pub(super) const PLAIN: [u32; 3] = [0o100_644, 0o100_755, 0o100_664];

/// What is asked of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CommitFacts {
    pub(super) tree: Oid,
    /// When it was committed, in the zone of its author's machine.
    pub(super) time: DateTime<FixedOffset>,
    /// The first paragraph of the message, on one line.
    pub(super) subject: String,
}

impl CommitFacts {
    /// Reads a commit as it is stored.
    pub(super) fn read(content: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(content);
        let (head, message) = text.split_once("\n\n").unwrap_or((&text, ""));
        let field = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        let time = field("committer")?.rsplit_once("> ")?.1;
        let paragraph = message.trim_start_matches('\n').split("\n\n").next().unwrap_or_default();
        let subject: Vec<&str> = paragraph.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        Some(Self { tree: Oid::parse(field("tree")?)?, time: read_time(time)?, subject: subject.join(" ") })
    }
}

/// Reads `1700000000 +0100`. Old programs have written zones that are nowhere on earth: they count as none.
fn read_time(text: &str) -> Option<DateTime<FixedOffset>> {
    let (seconds, zone) = text.split_once(' ').unwrap_or((text, ""));
    let zone = read_zone(zone).unwrap_or_else(|| Utc.fix());
    Some(DateTime::from_timestamp(seconds.parse().ok()?, 0)?.with_timezone(&zone))
}

fn read_zone(text: &str) -> Option<FixedOffset> {
    let (sign, digits) = text.split_at_checked(1)?;
    let number: i32 = digits.parse().ok()?;
    let minutes = (number / 100).checked_mul(60)?.checked_add(number % 100)?;
    let seconds = minutes.checked_mul(60)?;
    FixedOffset::east_opt(if sign == "-" { -seconds } else { seconds })
}

/// An entry of a tree that is to be built: its mode and blob, or none.
pub(super) type TreeEdit<'a> = (&'a RepoPath, Option<(u32, &'a Oid)>);

/// A file that differs between two trees. A renamed one is two: one gone, one new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ChangedFile {
    /// From the top; not always UTF-8.
    pub(super) path: Vec<u8>,
    /// Its mode and object before.
    pub(super) old: Option<(u32, Oid)>,
    /// And after.
    pub(super) new: Option<(u32, Oid)>,
}

/// An entry of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TreeEntry {
    /// As the tree has it: `0o100_644`, `0o040_000`.
    pub(super) mode: u32,
    /// One part of a path; not always UTF-8.
    pub(super) name: Vec<u8>,
    /// The bytes of its object's name.
    pub(super) oid: Vec<u8>,
}

impl TreeEntry {
    /// Reads a tree as it is stored: `mode SPACE name NUL`, and the object's name, which has so many bytes.
    pub(super) fn read(mut content: &[u8], width: usize) -> Option<Vec<Self>> {
        let mut entries = Vec::with_capacity(content.len() / 40);
        while !content.is_empty() {
            let (blank, end) = (memchr::memchr(b' ', content)?, memchr::memchr(0, content)?);
            let mode = u32::from_str_radix(std::str::from_utf8(content.get(..blank)?).ok()?, 8).ok()?;
            let name = content.get(blank + 1..end)?.to_vec();
            let (oid, rest) = content.get(end + 1..)?.split_at_checked(width)?;
            entries.push(Self { mode, name, oid: oid.to_vec() });
            content = rest;
        }
        Some(entries)
    }
}

/// Reading refs and objects, and building commits.
///
/// Names of refs are full. A `tree` is a commit or a tree. What does not exist is `None`, what cannot be read an error.
pub(super) trait Objects: Send + std::fmt::Debug {
    /// True where no program is started for an answer, and git keeps refs as files.
    fn is_in_process(&self) -> bool;

    /// The ref that a symbolic ref names, whether that exists or not; `None` for one that is not symbolic.
    fn symbolic(&self, name: &str) -> Result<Option<String>, GitError>;

    /// Where a ref points, through symbolic ones.
    fn ref_oid(&self, name: &str) -> Result<Option<Oid>, GitError>;

    /// The refs below a prefix that ends with `/`, by name. Those that lead nowhere are left out.
    fn refs(&self, prefix: &str) -> Result<Vec<(String, Oid)>, GitError>;

    /// The names of the remotes, sorted.
    fn remotes(&self) -> Result<Vec<String>, GitError>;

    /// The full name of the ref that a branch follows, whether that exists or not.
    fn upstream(&self, branch: &str) -> Result<Option<String>, GitError>;

    /// The commit that a revision names in any spelling.
    fn commit_of(&self, rev: &str) -> Result<Option<Oid>, GitError>;

    /// What a commit says.
    fn commit(&self, oid: &Oid) -> Result<CommitFacts, GitError>;

    /// The best common ancestor of two commits.
    fn merge_base(&self, one: &Oid, other: &Oid) -> Result<Option<Oid>, GitError>;

    /// True where the second commit is the first or has it in its history.
    fn is_ancestor(&self, ancestor: &Oid, of: &Oid) -> Result<bool, GitError>;

    /// How many commits each of two histories has that the other lacks.
    fn distance(&self, one: &Oid, other: &Oid) -> Result<Distance, GitError>;

    /// The commits that one history has and another lacks, with their parents, newest first.
    fn history(&self, of: &Oid, without: &Oid) -> Result<Vec<(Oid, Vec<Oid>)>, GitError>;

    /// The files that differ between two commits or trees, by path; without a first one all files of the second.
    fn changed_files(&self, from: Option<&Oid>, to: &Oid) -> Result<Vec<ChangedFile>, GitError>;

    /// Mode and object of a path.
    fn entry(&self, tree: &Oid, path: &RepoPath) -> Result<Option<(u32, Oid)>, GitError>;

    /// All that lies directly in a tree, in git's order.
    fn entries(&self, tree: &Oid) -> Result<Vec<TreeEntry>, GitError>;

    /// The plain files below some folders, sorted, each once. A folder may be a file.
    fn files(&self, tree: &Oid, folders: &[RepoPath]) -> Result<Vec<(RepoPath, Oid)>, GitError>;

    /// The content of a blob.
    fn blob(&self, oid: &Oid) -> Result<Vec<u8>, GitError>;

    /// A handle of its own for one thread of several that read many blobs; `None` where a program reads them.
    fn reader(&self) -> Result<Option<Reader>, GitError>;

    /// One file of a revision in any spelling that names a commit or a tree.
    fn blob_at(&self, rev: &str, path: &RepoPath) -> Result<Option<Vec<u8>>, GitError>;

    /// Writes a blob as it is, without filters.
    fn write_blob(&self, content: &[u8]) -> Result<Oid, GitError>;

    /// Writes the tree of a commit with some entries replaced. To remove what is not there is no error.
    fn write_tree(&self, onto: &Oid, edits: &[TreeEdit<'_>]) -> Result<Oid, GitError>;

    /// Writes a commit that nothing names: a tree on a parent. The same gives the same commit.
    fn write_squash(&self, tree: &Oid, parent: &Oid) -> Result<Oid, GitError>;

    /// True where merging the second commit into the first goes without conflict and gives the first one's tree.
    fn merge_changes_nothing(&self, into: &Oid, from: &Oid) -> Result<bool, GitError>;
}

#[cfg(test)]
#[path = "objects_tests.rs"]
mod tests;
