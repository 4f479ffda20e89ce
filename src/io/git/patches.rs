//! Which patches of a branch a history may have: a look that mostly rules them out, before git draws and compares any.
//!
//! Two patches that git takes for the same touch the same files, and in each file take the same lines away and add the
//! same, white space aside. So what a file has gained, less what it has lost, is the same, however the patches are drawn.
//! Where it is not, they differ for certain. Where it is, they need not be the same, and git is asked.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, PoisonError};

use super::error::GitError;
use super::mode::SUBMODULE;
use super::objects::{ChangedFile, Objects};
use super::oid::Oid;

/// What two equal patches have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Outline {
    files: u64,
    lines: u64,
}

/// What was found out of commits, for the next branch that is compared with the same history.
#[derive(Debug, Default)]
pub(super) struct Patches {
    files: Mutex<HashMap<Oid, u64>>,
    lines: Mutex<HashMap<Oid, u64>>,
}

/// Which patches of a branch a history may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Possible {
    /// Each commit of the branch.
    pub(super) each: bool,
    /// All of the branch as one.
    pub(super) squashed: bool,
}

impl Patches {
    /// Which patches of the branch `tip` are possibly in the history of `base` since they forked.
    pub(super) fn possible(
        &self,
        objects: &dyn Objects,
        tip: &Oid,
        base: &Oid,
        fork: &Oid,
    ) -> Result<Possible, GitError> {
        let whole = objects.changed_files(Some(fork), tip)?;
        let own = objects.history(tip, base)?;
        // A merge may hold changes of its own, which are no patch.
        let is_linear = own.iter().all(|(_, parents)| parents.len() < 2);
        let mut parts = Vec::new();
        // What one commit changes is the whole.
        if is_linear && own.len() > 1 {
            for (commit, parents) in &own {
                parts.push(objects.changed_files(parents.first(), commit)?);
            }
        }
        let history = objects.history(base, fork)?;
        // No file is read where the base has no commit that changes just the same ones.
        let wanted: HashSet<u64> = parts.iter().chain([&whole]).map(|files| names(files)).collect();
        if !self.has_names(objects, &history, &wanted)? {
            return Ok(Possible { each: false, squashed: false });
        }
        let squashed = outline(objects, &whole)?;
        let mut each =
            parts.iter().map(|files| outline(objects, files)).collect::<Result<HashSet<_>, _>>()?;
        if own.len() == 1 {
            each.insert(squashed);
        }
        let wanted: HashSet<Outline> = each.iter().copied().chain([squashed]).collect();
        let found = self.among(objects, &history, &wanted)?;
        Ok(Possible { each: is_linear && each.is_subset(&found), squashed: found.contains(&squashed) })
    }

    /// True where a commit of a history changes files of some names, and of no others.
    fn has_names(
        &self,
        objects: &dyn Objects,
        history: &[(Oid, Vec<Oid>)],
        wanted: &HashSet<u64>,
    ) -> Result<bool, GitError> {
        for (commit, parents) in history.iter().filter(|(_, parents)| parents.len() < 2) {
            let changed = || objects.changed_files(parents.first(), commit);
            if wanted.contains(&known(&self.files, commit, || Ok(names(&changed()?)))?) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Those outlines that a commit of a history has.
    fn among(
        &self,
        objects: &dyn Objects,
        history: &[(Oid, Vec<Oid>)],
        wanted: &HashSet<Outline>,
    ) -> Result<HashSet<Outline>, GitError> {
        let mut found = HashSet::new();
        for (commit, parents) in history.iter().filter(|(_, parents)| parents.len() < 2) {
            let changed = || objects.changed_files(parents.first(), commit);
            let files = known(&self.files, commit, || Ok(names(&changed()?)))?;
            if wanted.iter().any(|outline| outline.files == files) {
                let lines = known(&self.lines, commit, || gained(objects, &changed()?))?;
                found.extend(wanted.get(&Outline { files, lines }));
            }
        }
        Ok(found)
    }
}

/// What is known of a commit, or is found out now.
fn known(
    all: &Mutex<HashMap<Oid, u64>>,
    commit: &Oid,
    find: impl FnOnce() -> Result<u64, GitError>,
) -> Result<u64, GitError> {
    let lock = || all.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(value) = lock().get(commit) {
        return Ok(*value);
    }
    // Not under the lock: two threads may find out the same, but neither waits.
    let value = find()?;
    lock().insert(commit.clone(), value);
    Ok(value)
}

fn outline(objects: &dyn Objects, changed: &[ChangedFile]) -> Result<Outline, GitError> {
    Ok(Outline { files: names(changed), lines: gained(objects, changed)? })
}

/// The names of all files, in whatever order.
fn names(changed: &[ChangedFile]) -> u64 {
    changed.iter().filter(|file| !is_submodule(file)).map(|file| hash(&file.path)).fold(0, u64::wrapping_add)
}

/// What lines the files gained less what they lost.
fn gained(objects: &dyn Objects, changed: &[ChangedFile]) -> Result<u64, GitError> {
    let mut sum = 0_u64;
    for file in changed.iter().filter(|file| !is_submodule(file)) {
        for (entry, sign) in [(&file.new, 1), (&file.old, -1)] {
            let Some((_, blob)) = entry else { continue };
            let name = hash(&file.path);
            let text = objects.blob(blob)?;
            // Git does not say of an empty line whether it is one, or the line end that a file ends without.
            for line in text.split(|byte| *byte == b'\n').map(bare).filter(|line| !line.is_empty()) {
                let value = hash(&(name, line));
                sum = if sign > 0 { sum.wrapping_add(value) } else { sum.wrapping_sub(value) };
            }
        }
    }
    Ok(sum)
}

fn is_submodule(file: &ChangedFile) -> bool {
    [&file.old, &file.new].into_iter().flatten().any(|(mode, _)| *mode == SUBMODULE)
}

/// A line without its white space, which git leaves out of patch ids.
fn bare(line: &[u8]) -> Vec<u8> {
    line.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect()
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use crate::io::git::merged::Merged;
    use crate::io::git::testing::Fixture;

    /// A file at the fork, on the branch, and on `main` before and after the commit that may be of the same patch.
    const CASES: [([&str; 4], bool); 9] = [
        (["one\n", "two\n", "one\n", "two\n"], true),
        (["one\n", "two\n", "one\n", "three\n"], false),
        // Line ends at the end of a file, and white space in lines, are none of a patch's.
        (["x", "y", "x\n", "y\n"], true),
        (["a b\n", "c\n", "ab\n", "c \r\n"], true),
        (["a\n", "b\n\n", "a\n", "b\n\n\n"], false),
        // Lines may be there in another order, which git tells apart and we do not.
        (["1\n2\n3\n", "3\n2\n1\n", "1\n2\n3\n", "2\n3\n1\n"], false),
        (["1\n2\n", "1\n2\n3\n", "0\n1\n2\n", "0\n1\n2\n3\n"], false),
        (["\0one", "\0two", "\0one", "\0two"], true),
        (["\0one", "\0two", "\0one", "\0three"], false),
    ];

    #[test]
    fn what_git_takes_for_the_same_patch_is_taken_for_it() {
        for ([fork, tip, before, after], is_same) in CASES {
            let fixture = Fixture::new();
            fixture.commit_file("a", fork);
            fixture.git(&["checkout", "-q", "-b", "x"]);
            fixture.commit_file("a", tip);
            fixture.git(&["checkout", "-q", "main"]);
            fixture.commit_file("other", "1\n");
            if before != fork {
                fixture.commit_file("a", before);
            }
            fixture.commit_file("a", after);
            // So that a merge would change something, whatever came before.
            fixture.commit_file("a", "something else\n");
            let said = fixture.git(&["cherry", "main", "x"]);
            assert_eq!(said.starts_with('-'), is_same, "{fork:?} {tip:?} {before:?} {after:?}: {said}");
            let merged = fixture.open().merged(&fixture.oid("x"), &fixture.oid("main"), None).unwrap();
            let wanted = if is_same { Merged::PatchIds } else { Merged::No };
            assert_eq!(merged, wanted, "{fork:?} {tip:?} {before:?} {after:?}");
        }
    }

    #[test]
    fn what_is_not_merged_is_told_without_git() {
        let mut fixture = Fixture::new();
        fixture.commit_file("a", "1\n");
        fixture.commit_file("b", "1\n");
        fixture.git(&["checkout", "-q", "-b", "x"]);
        fixture.commit_file("a", "2\n");
        fixture.commit_file("new", "1\n");
        fixture.git(&["checkout", "-q", "main"]);
        fixture.commit_file("a", "3\n");
        fixture.commit_file("b", "2\n");
        let (tip, base) = (fixture.oid("x"), fixture.oid("main"));
        let fault = |kind: &str| (crate::io::git::fault::VARIABLE.into(), kind.into());
        fixture.env.vars.extend([fault("fail:1")]);
        assert_eq!(fixture.open().merged(&tip, &base, None).unwrap(), Merged::No);
    }
}
