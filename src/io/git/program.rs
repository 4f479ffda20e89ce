//! Refs and objects by the program `git`: slower, and for every repository that git itself reads.
//!
//! Objects come from one `git cat-file --batch`, which is started with the first and ends with the last clone.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use crate::domain::model::path::RepoPath;

use super::error::GitError;
use super::exec::{Batch, Call, Surroundings};
use super::library::Reader;
use super::mode::FOLDER;
use super::objects::{ChangedFile, CommitFacts, Objects, PLAIN, TreeEdit, TreeEntry};
use super::oid::Oid;
use super::refs::Distance;
use super::repository::answer_error;

/// A repository that the program reads.
#[derive(Debug)]
pub(super) struct Program {
    around: Surroundings,
    git_dir: PathBuf,
    batch: Mutex<Option<Batch>>,
}

/// An object as `git cat-file --batch` gives it.
struct Found {
    oid: Oid,
    kind: String,
    content: Vec<u8>,
}

impl Program {
    pub(super) const fn new(around: Surroundings, git_dir: PathBuf) -> Self {
        Self { around, git_dir, batch: Mutex::new(None) }
    }

    fn call(&self) -> Call {
        self.around.git(&self.git_dir).arg("--git-dir").arg(&self.git_dir)
    }

    /// The object that a name leads to; `None` where there is none.
    fn object(&self, name: &str) -> Result<Option<Found>, GitError> {
        if name.contains(['\n', '\0']) {
            return Ok(None);
        }
        let mut slot = self.batch.lock().unwrap_or_else(PoisonError::into_inner);
        if slot.is_none() {
            *slot = Some(self.call().args(["cat-file", "--batch"]).batch()?);
        }
        let Some(batch) = slot.as_mut() else { return Ok(None) };
        let asked = batch.ask(name).and_then(|header| {
            let words: Vec<&str> = header.split(' ').collect();
            // What is missing or ambiguous is said with the name, which may hold spaces.
            let [oid, kind, size] = words.as_slice() else { return Ok(None) };
            let (Some(oid), Ok(size)) = (Oid::parse(oid), size.parse::<usize>()) else { return Ok(None) };
            let content = batch.content(size)?;
            Ok(Some(Found { oid, kind: (*kind).to_owned(), content }))
        });
        if asked.is_err() {
            // Whatever is left in the pipe is no answer to the next question.
            *slot = None;
        }
        Ok(asked?)
    }

    /// The tree without any entry.
    fn empty_tree(&self) -> Result<Oid, GitError> {
        let answer = self.call().args(["hash-object", "-t", "tree", "-w", "--stdin"]).input("").require()?;
        Oid::parse(&answer.line()).ok_or_else(|| answer_error("hash-object", &answer.stdout))
    }

    /// The tree of a commit, or the tree itself.
    fn tree(&self, oid: &Oid) -> Result<Found, GitError> {
        let found = self.object(&format!("{oid}^{{tree}}"))?;
        found.ok_or_else(|| GitError::Answer { command: "cat-file", answer: format!("no tree of {oid}") })
    }

    fn walk(
        &self,
        mode: u32,
        oid: &Oid,
        path: &RepoPath,
        found: &mut Vec<(RepoPath, Oid)>,
    ) -> Result<(), GitError> {
        if PLAIN.contains(&mode) {
            found.push((path.clone(), oid.clone()));
        }
        if mode != FOLDER {
            return Ok(());
        }
        let tree = self.need(oid, "tree")?;
        for entry in entries_of(&tree)? {
            let name = std::str::from_utf8(&entry.name).ok();
            if let Some(below) = name.and_then(|name| path.join(name).ok()) {
                self.walk(entry.mode, &Oid::of_bytes(&entry.oid), &below, found)?;
            }
        }
        Ok(())
    }

    fn need(&self, oid: &Oid, kind: &str) -> Result<Found, GitError> {
        match self.object(oid.as_str())? {
            Some(found) if found.kind == kind => Ok(found),
            _ => Err(GitError::Answer { command: "cat-file", answer: format!("no {kind} {oid}") }),
        }
    }
}

/// What a tree object holds.
fn entries_of(found: &Found) -> Result<Vec<TreeEntry>, GitError> {
    let entries = TreeEntry::read(&found.content, found.oid.as_str().len() / 2);
    entries.ok_or_else(|| answer_error("cat-file", &found.content))
}

/// Reads `:100644 100644 <oid> <oid> M`.
fn read_change(facts: &str, path: &[u8]) -> Option<ChangedFile> {
    let words: Vec<&str> = facts.strip_prefix(':')?.split(' ').collect();
    let [old_mode, new_mode, old, new, _] = words.as_slice() else { return None };
    let side = |mode: &str, oid: &str| {
        let (mode, oid) = (u32::from_str_radix(mode, 8).ok()?, Oid::parse(oid)?);
        Some(Some((mode, oid)).filter(|(mode, _)| *mode != 0))
    };
    Some(ChangedFile { path: path.to_vec(), old: side(old_mode, old)?, new: side(new_mode, new)? })
}

impl Objects for Program {
    fn is_in_process(&self) -> bool {
        false
    }

    fn symbolic(&self, name: &str) -> Result<Option<String>, GitError> {
        let answer = self.call().args(["symbolic-ref", "--quiet", name]).run()?;
        match answer.code {
            Some(0) => Ok(Some(answer.line())),
            // 128 is said of a ref that does not exist at all.
            Some(1 | 128) => Ok(None),
            _ => Err(answer.into_error().into()),
        }
    }

    fn ref_oid(&self, name: &str) -> Result<Option<Oid>, GitError> {
        let answer =
            self.call().args(["rev-parse", "--verify", "--quiet", "--end-of-options", name]).run()?;
        Ok(if answer.is_success() { Oid::parse(&answer.line()) } else { None })
    }

    fn refs(&self, prefix: &str) -> Result<Vec<(String, Oid)>, GitError> {
        let answer = self
            .call()
            .args(["for-each-ref", "--format=%(objectname) %(refname)", "--", prefix])
            .require()?;
        let text = String::from_utf8_lossy(&answer.stdout).into_owned();
        let mut found: Vec<(String, Oid)> = text
            .lines()
            .filter_map(|line| line.split_once(' '))
            .filter_map(|(oid, name)| Some((name.to_owned(), Oid::parse(oid)?)))
            .collect();
        found.sort();
        Ok(found)
    }

    fn remotes(&self) -> Result<Vec<String>, GitError> {
        let answer = self.call().arg("remote").require()?;
        let mut names: Vec<String> =
            String::from_utf8_lossy(&answer.stdout).lines().map(str::to_owned).collect();
        names.sort();
        Ok(names)
    }

    fn upstream(&self, branch: &str) -> Result<Option<String>, GitError> {
        let answer = self.call().args(["for-each-ref", "--format=%(upstream)", "--", branch]).require()?;
        Ok(Some(answer.line()).filter(|name| !name.is_empty()))
    }

    fn commit_of(&self, rev: &str) -> Result<Option<Oid>, GitError> {
        Ok(self.object(&format!("{rev}^{{commit}}"))?.map(|found| found.oid))
    }

    fn commit(&self, oid: &Oid) -> Result<CommitFacts, GitError> {
        let found = self.need(oid, "commit")?;
        CommitFacts::read(&found.content).ok_or_else(|| answer_error("cat-file", &found.content))
    }

    fn merge_base(&self, one: &Oid, other: &Oid) -> Result<Option<Oid>, GitError> {
        let answer = self.call().args(["merge-base", one.as_str(), other.as_str()]).run()?;
        match answer.code {
            Some(0) => Ok(Oid::parse(&answer.line())),
            Some(1) => Ok(None),
            _ => Err(answer.into_error().into()),
        }
    }

    fn is_ancestor(&self, ancestor: &Oid, of: &Oid) -> Result<bool, GitError> {
        if ancestor == of {
            return Ok(true);
        }
        let answer =
            self.call().args(["merge-base", "--is-ancestor", ancestor.as_str(), of.as_str()]).run()?;
        match answer.code {
            Some(0) => Ok(true),
            Some(1) => Ok(false),
            _ => Err(answer.into_error().into()),
        }
    }

    fn distance(&self, one: &Oid, other: &Oid) -> Result<Distance, GitError> {
        let range = format!("{one}...{other}");
        let answer = self.call().args(["rev-list", "--left-right", "--count", &range]).require()?;
        let line = answer.line();
        let numbers = line.split_once('\t').and_then(|(ahead, behind)| {
            Some(Distance { ahead: ahead.parse().ok()?, behind: behind.parse().ok()? })
        });
        numbers.ok_or_else(|| answer_error("rev-list", line.as_bytes()))
    }

    fn history(&self, of: &Oid, without: &Oid) -> Result<Vec<(Oid, Vec<Oid>)>, GitError> {
        let answer =
            self.call().args(["rev-list", "--parents", of.as_str()]).arg(format!("^{without}")).require()?;
        let text = String::from_utf8_lossy(&answer.stdout).into_owned();
        let read = |line: &str| {
            let oids = line.split(' ').map(Oid::parse).collect::<Option<Vec<_>>>()?;
            let (commit, parents) = oids.split_first()?;
            Some((commit.clone(), parents.to_vec()))
        };
        text.lines().map(|line| read(line).ok_or_else(|| answer_error("rev-list", line.as_bytes()))).collect()
    }

    fn changed_files(&self, from: Option<&Oid>, to: &Oid) -> Result<Vec<ChangedFile>, GitError> {
        let to = self.tree(to)?.oid;
        let from = match from {
            Some(from) => self.tree(from)?.oid,
            None => self.empty_tree()?,
        };
        let call = self.call().args(["diff-tree", "-r", "-z", "--no-renames", "--raw", "--no-abbrev"]);
        let answer = call.args([from.as_str(), to.as_str()]).require()?;
        let parts: Vec<&[u8]> = answer.stdout.split(|byte| *byte == 0).collect();
        parts
            .chunks_exact(2)
            .map(|pair| {
                let facts = String::from_utf8_lossy(pair[0]);
                read_change(&facts, pair[1]).ok_or_else(|| answer_error("diff-tree", pair[0]))
            })
            .collect()
    }

    fn entry(&self, tree: &Oid, path: &RepoPath) -> Result<Option<(u32, Oid)>, GitError> {
        let (parent, name) = match path.parent() {
            Some(parent) => (self.object(&format!("{tree}:{parent}"))?, path.file_name()),
            None => (Some(self.tree(tree)?), path.as_str()),
        };
        let Some(parent) = parent.filter(|found| found.kind == "tree") else { return Ok(None) };
        let found = entries_of(&parent)?.into_iter().find(|entry| entry.name == name.as_bytes());
        Ok(found.map(|entry| (entry.mode, Oid::of_bytes(&entry.oid))))
    }

    fn entries(&self, tree: &Oid) -> Result<Vec<TreeEntry>, GitError> {
        entries_of(&self.tree(tree)?)
    }

    fn files(&self, tree: &Oid, folders: &[RepoPath]) -> Result<Vec<(RepoPath, Oid)>, GitError> {
        let mut files = Vec::new();
        for folder in folders {
            if let Some((mode, oid)) = self.entry(tree, folder)? {
                self.walk(mode, &oid, folder, &mut files)?;
            }
        }
        files.sort();
        files.dedup();
        Ok(files)
    }

    fn blob(&self, oid: &Oid) -> Result<Vec<u8>, GitError> {
        Ok(self.need(oid, "blob")?.content)
    }

    fn reader(&self) -> Result<Option<Reader>, GitError> {
        Ok(None)
    }

    fn blob_at(&self, rev: &str, path: &RepoPath) -> Result<Option<Vec<u8>>, GitError> {
        // A name with a colon takes everything behind it as a path: the tree comes first.
        let Some(tree) = self.object(&format!("{rev}^{{tree}}"))? else { return Ok(None) };
        let found = self.object(&format!("{}:{path}", tree.oid))?;
        Ok(found.filter(|found| found.kind == "blob").map(|found| found.content))
    }

    fn write_blob(&self, content: &[u8]) -> Result<Oid, GitError> {
        let answer =
            self.call().args(["hash-object", "-w", "--stdin", "--no-filters"]).input(content).require()?;
        Oid::parse(&answer.line()).ok_or_else(|| answer_error("hash-object", &answer.stdout))
    }

    fn write_tree(&self, onto: &Oid, edits: &[TreeEdit<'_>]) -> Result<Oid, GitError> {
        let scratch = tempfile::Builder::new()
            .prefix("prd-tree-")
            .tempdir()
            .map_err(GitError::io("make", "a temporary folder"))?;
        let index = scratch.path().join("index");
        let call = || self.call().var("GIT_INDEX_FILE", &index);
        call().args(["read-tree", onto.as_str()]).require()?;
        let mut input = String::new();
        for (path, entry) in edits {
            match entry {
                Some((mode, oid)) => input.push_str(&format!("{mode:o} {oid}\t{path}\0")),
                None => input.push_str(&format!("0 {}\t{path}\0", onto.zero_like())),
            }
        }
        call().args(["update-index", "-z", "--index-info"]).input(input).require()?;
        let answer = call().args(["write-tree", "--missing-ok"]).require()?;
        Oid::parse(&answer.line()).ok_or_else(|| answer_error("write-tree", &answer.stdout))
    }

    fn write_squash(&self, tree: &Oid, parent: &Oid) -> Result<Oid, GitError> {
        let mut call = self.call().args(["-c", "commit.gpgSign=false", "-c", "i18n.commitEncoding=UTF-8"]);
        for who in ["AUTHOR", "COMMITTER"] {
            call = call
                .var(&format!("GIT_{who}_NAME"), "prd")
                .var(&format!("GIT_{who}_EMAIL"), "prd@localhost")
                .var(&format!("GIT_{who}_DATE"), "@0 +0000");
        }
        let answer = call
            .args(["commit-tree", "-p", parent.as_str(), "-F", "-", tree.as_str()])
            .input("squash\n")
            .require()?;
        Oid::parse(&answer.line()).ok_or_else(|| answer_error("commit-tree", &answer.stdout))
    }

    fn merge_changes_nothing(&self, into: &Oid, from: &Oid) -> Result<bool, GitError> {
        let answer = self
            .call()
            .args(["merge-tree", "--write-tree", "--no-messages", into.as_str(), from.as_str()])
            .run()?;
        match answer.code {
            Some(0) => Ok(Oid::parse(&answer.line()) == Some(self.commit(into)?.tree)),
            Some(1) => Ok(false),
            _ => Err(answer.into_error().into()),
        }
    }
}
