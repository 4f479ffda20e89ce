//! Comparing an index with a tree.

use crate::io::git::error::GitError;
use crate::io::git::mode::{FOLDER, canonical};
use crate::io::git::objects::{Objects, TreeEntry};
use crate::io::git::oid::Oid;

use super::{Entry, IndexFile, KnownTree};

/// A path that an index has otherwise than a tree, whatever it is.
pub(in crate::io::git) struct Difference {
    /// From the top; not always UTF-8.
    pub(in crate::io::git) name: Vec<u8>,
    /// Its mode and object in the tree.
    pub(in crate::io::git) before: Option<(u32, Oid)>,
    /// And in the index.
    pub(in crate::io::git) after: Option<(u32, Oid)>,
}

impl IndexFile {
    /// All that a commit of the index would change, in the index's order. A folder whose tree the index knows to be that
    /// of the commit is not looked into.
    ///
    /// # Errors
    /// A tree is missing.
    pub(in crate::io::git) fn differences(
        &self,
        objects: &dyn Objects,
        commit: &Oid,
    ) -> Result<Vec<Difference>, GitError> {
        let tree = objects.commit(commit)?.tree;
        let mut compared = Compared { index: self, objects, found: Vec::new() };
        compared.folder(Some(&tree.to_bytes()), b"", &self.entries, self.known.as_ref())?;
        Ok(compared.found)
    }
}

/// An index being compared with a tree.
struct Compared<'a> {
    index: &'a IndexFile,
    objects: &'a dyn Objects,
    found: Vec<Difference>,
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
        let [before, after] = [before, after].map(|side| side.map(|(mode, oid)| (mode, Oid::of_bytes(oid))));
        self.found.push(Difference { name: name.to_vec(), before, after });
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
