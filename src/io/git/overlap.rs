//! Which branches change the same files, uncommitted work included, and whether merging them conflicts.
//!
//! Nothing is written into the repository: what is not committed yet becomes objects in a temporary folder,
//! by way of a copy of the worktree's index.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use tempfile::TempDir;

use super::error::GitError;
use super::exec::Call;
use super::oid::Oid;
use super::repository::{Git, answer_error};

/// A branch whose work is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// Its tip.
    pub tip: Oid,
    /// The top of the worktree that has it checked out.
    pub worktree: Option<PathBuf>,
}

/// Two branches that change the same files; they are named by their places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlap {
    /// The one.
    pub a: usize,
    /// The other, which comes later.
    pub b: usize,
    /// The files in conflict where there are any, else those that both change; sorted.
    pub files: Vec<String>,
    /// True where git's merge of the two conflicts.
    pub conflicts: bool,
}

/// Objects that nobody else sees.
struct Scratch {
    folder: TempDir,
    objects: PathBuf,
}

impl Git {
    /// All pairs of branches that change the same files since they parted, `ignored` paths left out. A branch
    /// that is built on another one shares nothing with it.
    ///
    /// # Errors
    /// A commit is missing, or a worktree cannot be read.
    pub fn overlaps(
        &self,
        base: &Oid,
        works: &[Work],
        ignored: impl Fn(&str) -> bool + Sync,
    ) -> Result<Vec<Overlap>, GitError> {
        let scratch = Scratch::new(self)?;
        let tips: Vec<Oid> =
            works.par_iter().map(|work| self.with_uncommitted(&scratch, work)).collect::<Result<_, _>>()?;
        let changed: Vec<BTreeSet<String>> = works
            .par_iter()
            .zip(&tips)
            .map(|(work, tip)| match self.merge_base(base, &work.tip)? {
                Some(fork) => self.changed_files(&scratch, &fork, tip, &ignored),
                None => Ok(BTreeSet::new()),
            })
            .collect::<Result<_, _>>()?;
        let mut found: Vec<Overlap> = pairs(&changed)
            .into_par_iter()
            .map(|(a, b)| self.overlap(&scratch, works, &tips, (a, b), &ignored))
            .filter_map(Result::transpose)
            .collect::<Result<_, _>>()?;
        found.sort_by_key(|overlap| (overlap.a, overlap.b));
        Ok(found)
    }

    fn overlap(
        &self,
        scratch: &Scratch,
        works: &[Work],
        tips: &[Oid],
        (a, b): (usize, usize),
        ignored: &(impl Fn(&str) -> bool + Sync),
    ) -> Result<Option<Overlap>, GitError> {
        let Some(fork) = self.merge_base(&works[a].tip, &works[b].tip)? else { return Ok(None) };
        let ours = self.changed_files(scratch, &fork, &tips[a], ignored)?;
        let theirs = self.changed_files(scratch, &fork, &tips[b], ignored)?;
        let both: Vec<String> = ours.intersection(&theirs).cloned().collect();
        if both.is_empty() {
            return Ok(None);
        }
        let call = scratch.call(self.git()).args(["merge-tree", "--write-tree", "--name-only", "-z"]);
        let call = call.args(["--no-messages", tips[a].as_str(), tips[b].as_str()]);
        let answer = call.run()?;
        match answer.code {
            Some(0) => Ok(Some(Overlap { a, b, files: both, conflicts: false })),
            Some(1) => {
                let mut files: Vec<String> =
                    names(&answer.stdout).skip(1).filter(|name| !ignored(name)).collect();
                files.sort();
                files.dedup();
                Ok((!files.is_empty()).then_some(Overlap { a, b, files, conflicts: true }))
            }
            _ => Err(answer.into_error().into()),
        }
    }

    fn changed_files(
        &self,
        scratch: &Scratch,
        fork: &Oid,
        tip: &Oid,
        ignored: &(impl Fn(&str) -> bool + Sync),
    ) -> Result<BTreeSet<String>, GitError> {
        let call = scratch.call(self.git()).args(["diff-tree", "-r", "-z", "--name-only", "--no-renames"]);
        let answer = call.args([fork.as_str(), tip.as_str()]).require()?;
        Ok(names(&answer.stdout).filter(|name| !ignored(name)).collect())
    }

    /// The tip with what its worktree has besides, as a commit that only the scratch folder knows.
    fn with_uncommitted(&self, scratch: &Scratch, work: &Work) -> Result<Oid, GitError> {
        let Some(root) = work.worktree.as_deref().filter(|root| root.is_dir()) else {
            return Ok(work.tip.clone());
        };
        let index = scratch.index_of(self, root)?;
        let call = || scratch.call(self.git_at(root)).var("GIT_INDEX_FILE", &index);
        call().args(["add", "--all", "--ignore-errors", "--", "."]).run()?;
        let tree = one_oid(call().arg("write-tree"))?;
        let before =
            one_oid(scratch.call(self.git()).args(["rev-parse", &format!("{}^{{tree}}", work.tip)]))?;
        if tree == before {
            return Ok(work.tip.clone());
        }
        let who =
            ["NAME", "EMAIL"].map(|what| (format!("GIT_AUTHOR_{what}"), format!("GIT_COMMITTER_{what}")));
        let made = scratch.call(self.git()).args(["commit-tree", "--no-gpg-sign", "-m", "uncommitted"]);
        let made = made.args(["-p", work.tip.as_str(), tree.as_str()]);
        one_oid(
            who.iter().fold(made, |call, (author, committer)| call.var(author, "prd").var(committer, "prd")),
        )
    }
}

impl Scratch {
    fn new(git: &Git) -> Result<Self, GitError> {
        let made = || -> std::io::Result<Self> {
            let folder = tempfile::tempdir()?;
            let objects = folder.path().join("objects");
            fs_err::create_dir_all(objects.join("info"))?;
            let mut theirs = git.common_dir().join("objects").into_os_string();
            theirs.push("\n");
            fs_err::write(objects.join("info/alternates"), theirs.as_encoded_bytes())?;
            Ok(Self { folder, objects })
        };
        made().map_err(GitError::io("make a folder beside", git.common_dir()))
    }

    /// A call that writes objects here, and reads the repository's as well.
    fn call(&self, call: Call) -> Call {
        call.var("GIT_OBJECT_DIRECTORY", &self.objects)
    }

    /// A copy of a worktree's index, so that what is unchanged need not be read again.
    fn index_of(&self, git: &Git, root: &Path) -> Result<PathBuf, GitError> {
        let call = git.git_at(root).args(["rev-parse", "--path-format=absolute", "--git-path", "index"]);
        let index = PathBuf::from(call.require()?.line());
        let (_, copy) = tempfile::NamedTempFile::new_in(self.folder.path())
            .and_then(|file| file.keep().map_err(|error| error.error))
            .map_err(GitError::io("write", self.folder.path()))?;
        match fs_err::copy(&index, &copy) {
            Ok(_) => Ok(copy),
            // Nothing was ever checked out: git makes a new one.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                fs_err::remove_file(&copy).map_err(GitError::io("remove", &copy))?;
                Ok(copy)
            }
            Err(error) => Err(GitError::io("copy", index)(error)),
        }
    }
}

/// Pairs that change a file in common, in order.
fn pairs(changed: &[BTreeSet<String>]) -> BTreeSet<(usize, usize)> {
    let mut by_file: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, files) in changed.iter().enumerate() {
        for file in files {
            by_file.entry(file).or_default().push(at);
        }
    }
    let mut pairs = BTreeSet::new();
    for sharing in by_file.values() {
        for (at, a) in sharing.iter().enumerate() {
            pairs.extend(sharing.iter().skip(at + 1).map(|b| (*a, *b)));
        }
    }
    pairs
}

/// The parts between NUL bytes.
fn names(output: &[u8]) -> impl Iterator<Item = String> {
    let parts = output.split(|byte| *byte == 0).filter(|part| !part.is_empty());
    parts.map(|part| String::from_utf8_lossy(part).into_owned())
}

fn one_oid(call: Call) -> Result<Oid, GitError> {
    let answer = call.require()?;
    Oid::parse(&answer.line()).ok_or_else(|| answer_error("write-tree", &answer.stdout))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::git::testing::Fixture;

    const TEN: &str = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n";

    /// `main` with one file of ten lines; each branch replaces one line of it and adds a file of its own.
    fn forked(branches: &[(&str, &str, &str)]) -> Fixture {
        let fixture = Fixture::new();
        fixture.commit_file("shared", TEN);
        for (name, from, to) in branches {
            fixture.git(&["checkout", "-q", "-b", name, "main"]);
            fixture.write(name, name);
            fixture.commit_file("shared", &TEN.replace(from, to));
        }
        fixture.git(&["checkout", "-q", "main"]);
        fixture
    }

    fn work(fixture: &Fixture, branch: &str) -> Work {
        Work { tip: Oid::parse(&fixture.git(&["rev-parse", branch])).unwrap(), worktree: None }
    }

    fn overlaps(fixture: &Fixture, works: &[Work]) -> Vec<Overlap> {
        let base = Oid::parse(&fixture.git(&["rev-parse", "main"])).unwrap();
        fixture.open().overlaps(&base, works, |path| path.starts_with("docs/")).unwrap()
    }

    #[test]
    fn the_same_line_conflicts_and_distant_ones_overlap() {
        let fixture = forked(&[("a", "2\n", "two\n"), ("b", "2\n", "zwei\n"), ("c", "9\n", "nine\n")]);
        let works: Vec<Work> = ["a", "b", "c"].iter().map(|name| work(&fixture, name)).collect();
        let shared = vec!["shared".to_owned()];
        let expected = [(0, 1, true), (0, 2, false), (1, 2, false)].map(|(a, b, conflicts)| Overlap {
            a,
            b,
            files: shared.clone(),
            conflicts,
        });
        assert_eq!(overlaps(&fixture, &works), expected);
    }

    #[test]
    fn what_is_not_committed_counts_and_leaves_nothing_behind() {
        let fixture = forked(&[("a", "2\n", "two\n")]);
        let root = fixture.beside("wt b");
        fixture.git(&["worktree", "add", "-q", "-b", "b", root.to_str().unwrap(), "main"]);
        let in_worktree = Work { worktree: Some(root.clone()), ..work(&fixture, "b") };
        let works = [work(&fixture, "a"), in_worktree];
        assert_eq!(overlaps(&fixture, &works), []);
        fs_err::write(root.join("shared"), TEN.replace("2\n", "zwei\n")).unwrap();
        fs_err::write(root.join("a"), "untracked").unwrap();
        let before = (fixture.git(&["count-objects"]), fixture.git_in(&root, &["status", "--porcelain"]));
        let found = overlaps(&fixture, &works);
        assert_eq!(found.len(), 1);
        assert!(found[0].conflicts);
        assert_eq!(found[0].files, ["a", "shared"]);
        let after = (fixture.git(&["count-objects"]), fixture.git_in(&root, &["status", "--porcelain"]));
        assert_eq!(before, after);
    }

    #[test]
    fn a_branch_on_top_of_another_shares_nothing_with_it() {
        let fixture = forked(&[("a", "2\n", "two\n")]);
        fixture.git(&["checkout", "-q", "-b", "b", "a"]);
        fixture.commit_file("shared", &TEN.replace("2\n", "deux\n"));
        let works = [work(&fixture, "a"), work(&fixture, "b")];
        assert_eq!(overlaps(&fixture, &works), []);
    }

    #[test]
    fn ignored_paths_and_worktrees_that_are_gone_are_left_out() {
        let fixture = Fixture::new();
        fixture.commit_file("docs/prd.md", "1");
        for name in ["a", "b"] {
            fixture.git(&["checkout", "-q", "-b", name, "main"]);
            fixture.commit_file("docs/prd.md", name);
        }
        let gone = Work { worktree: Some(fixture.beside("gone")), ..work(&fixture, "b") };
        assert_eq!(overlaps(&fixture, &[work(&fixture, "a"), gone]), []);
    }

    #[test]
    fn histories_that_never_met_do_not_overlap() {
        let fixture = forked(&[("a", "2\n", "two\n")]);
        fixture.git(&["checkout", "-q", "--orphan", "b"]);
        fixture.commit_file("shared", "other");
        let works = [work(&fixture, "a"), work(&fixture, "b")];
        assert_eq!(overlaps(&fixture, &works), []);
    }
}
