//! Refs and objects by libgit2, in process.

use std::cmp::Ordering;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use git2::build::TreeUpdateBuilder;

use crate::domain::model::path::RepoPath;

use super::error::GitError;
use super::mode::FOLDER;
use super::objects::{ChangedFile, CommitFacts, Objects, PLAIN, TreeEdit, TreeEntry};
use super::oid::Oid;
use super::refs::Distance;
use super::repository::{answer_error, is_missing, open_library};

/// A repository that libgit2 has opened; threads take turns.
pub(super) struct Library(Mutex<git2::Repository>);

impl std::fmt::Debug for Library {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Library")
    }
}

impl Library {
    pub(super) fn new(repository: git2::Repository) -> Self {
        // Git does not hash again what it reads, either: zlib's sum shows what is damaged, `git fsck` the rest. It would take
        // longer than reading does.
        static ONCE: Once = Once::new();
        ONCE.call_once(|| git2::opts::strict_hash_verification(false));
        Self(Mutex::new(repository))
    }

    fn get(&self) -> MutexGuard<'_, git2::Repository> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Blobs by libgit2, for one thread.
pub(super) struct Reader(git2::Repository);

impl Reader {
    /// Does something with the content of a blob.
    pub(super) fn blob<T>(&self, oid: &[u8], work: impl FnOnce(&[u8]) -> T) -> Result<T, GitError> {
        let doing = || GitError::library(format!("read the blob {}", Oid::of_bytes(oid).short()));
        let objects = self.0.odb().map_err(doing())?;
        let object = git2::Oid::from_bytes(oid).and_then(|oid| objects.read(oid)).map_err(doing())?;
        if object.kind() == git2::ObjectType::Blob {
            Ok(work(object.data()))
        } else {
            Err(answer_error("cat-file", object.kind().str().as_bytes()))
        }
    }
}

/// A commit or another object as it is stored. What libgit2 has taken apart once it would read from the disk again whenever
/// it walks a history; what it has only read it keeps.
fn stored(repository: &git2::Repository, oid: git2::Oid) -> Result<(git2::ObjectType, Vec<u8>), git2::Error> {
    let odb = repository.odb()?;
    let object = odb.read(oid)?;
    Ok((object.kind(), object.data().to_vec()))
}

fn tree_of<'r>(repository: &'r git2::Repository, oid: &Oid) -> Result<git2::Tree<'r>, GitError> {
    let doing = || GitError::library(format!("read the tree of {}", oid.short()));
    if let Ok(tree) = repository.find_tree(oid.library()?) {
        return Ok(tree);
    }
    let (kind, content) = stored(repository, oid.library()?).map_err(doing())?;
    let tree = fields(&content, "tree").next().filter(|_| kind == git2::ObjectType::Commit);
    match tree {
        Some(tree) => repository.find_tree(tree.library()?).map_err(doing()),
        None => repository
            .find_object(oid.library()?, None)
            .and_then(|object| object.peel_to_tree())
            .map_err(doing()),
    }
}

/// The objects that the fields of a name in the head of a commit name.
fn fields(commit: &[u8], name: &str) -> impl Iterator<Item = Oid> {
    let head = commit.split(|byte| *byte == b'\n').take_while(|line| !line.is_empty());
    let value =
        move |line: &[u8]| Oid::parse(std::str::from_utf8(line).ok()?.strip_prefix(name)?.strip_prefix(' ')?);
    head.filter_map(value)
}

fn read_commit<'r>(repository: &'r git2::Repository, oid: &Oid) -> Result<git2::Commit<'r>, GitError> {
    repository
        .find_commit(oid.library()?)
        .map_err(GitError::library(format!("read the commit {}", oid.short())))
}

/// True where the parents of some commits are others than those that are stored.
fn has_grafts(repository: &git2::Repository) -> bool {
    repository.is_shallow() || repository.commondir().join("info/grafts").exists()
}

fn walk(
    repository: &git2::Repository,
    entry: &git2::TreeEntry<'_>,
    path: &RepoPath,
    found: &mut Vec<(RepoPath, Oid)>,
) -> Result<(), GitError> {
    let mode = u32::try_from(entry.filemode()).unwrap_or_default();
    if PLAIN.contains(&mode) {
        found.push((path.clone(), Oid::of(entry.id())));
    }
    if mode != FOLDER {
        return Ok(());
    }
    let tree =
        repository.find_tree(entry.id()).map_err(GitError::library(format!("read the folder {path}")))?;
    for child in &tree {
        if let Some(below) = child.name().ok().and_then(|name| path.join(name).ok()) {
            walk(repository, &child, &below, found)?;
        }
    }
    Ok(())
}

/// Finds the files that differ between two trees of the same folder. What libgit2 has for it looks into every folder, this one
/// only into those that differ.
fn changed(
    repository: &git2::Repository,
    folder: &[u8],
    trees: [Option<&git2::Tree<'_>>; 2],
    found: &mut Vec<ChangedFile>,
) -> Result<(), git2::Error> {
    let [mut old, mut new] = trees.map(|tree| tree.into_iter().flat_map(git2::Tree::iter).peekable());
    loop {
        let order = match (old.peek(), new.peek()) {
            (None, None) => return Ok(()),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(old), Some(new)) => sorted_name(old).cmp(sorted_name(new)),
        };
        let pair =
            [if order.is_le() { old.next() } else { None }, if order.is_ge() { new.next() } else { None }];
        let sides = pair.each_ref().map(|entry| {
            let entry = entry.as_ref()?;
            Some((u32::try_from(entry.filemode()).unwrap_or_default(), entry.id()))
        });
        if sides[0] == sides[1] {
            continue;
        }
        let Some(entry) = pair.iter().flatten().next() else { continue };
        let path = [folder, entry.name_bytes()].concat();
        if entry.kind() == Some(git2::ObjectType::Tree) {
            let [old, new] = sides.map(|side| side.map(|(_, tree)| repository.find_tree(tree)).transpose());
            changed(repository, &[&path, &b"/"[..]].concat(), [old?.as_ref(), new?.as_ref()], found)?;
        } else {
            let [old, new] = sides.map(|side| side.map(|(mode, oid)| (mode, Oid::of(oid))));
            found.push(ChangedFile { path, old, new });
        }
    }
}

/// The name by which git sorts an entry of a tree: a folder as if `/` followed.
fn sorted_name<'a>(entry: &'a git2::TreeEntry<'_>) -> impl Iterator<Item = &'a u8> {
    let is_folder = entry.kind() == Some(git2::ObjectType::Tree);
    entry.name_bytes().iter().chain(is_folder.then_some(&b'/'))
}

impl Objects for Library {
    fn is_in_process(&self) -> bool {
        true
    }

    fn symbolic(&self, name: &str) -> Result<Option<String>, GitError> {
        let repository = self.get();
        let doing = || GitError::library(format!("read {name}"));
        match repository.find_reference(name) {
            Ok(found) => Ok(found.symbolic_target().map_err(doing())?.map(str::to_owned)),
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(doing()(error)),
        }
    }

    fn ref_oid(&self, name: &str) -> Result<Option<Oid>, GitError> {
        match self.get().refname_to_id(name) {
            Ok(oid) => Ok(Some(Oid::of(oid))),
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(GitError::library(format!("read {name}"))(error)),
        }
    }

    fn refs(&self, prefix: &str) -> Result<Vec<(String, Oid)>, GitError> {
        let repository = self.get();
        let doing = || GitError::library(format!("list {prefix}"));
        let mut found = Vec::new();
        for reference in repository.references_glob(&format!("{prefix}*")).map_err(doing())? {
            let reference = reference.map_err(doing())?;
            let target = reference.resolve().ok().and_then(|direct| direct.target());
            if let (Ok(name), Some(oid)) = (reference.name(), target) {
                found.push((name.to_owned(), Oid::of(oid)));
            }
        }
        found.sort();
        Ok(found)
    }

    fn remotes(&self) -> Result<Vec<String>, GitError> {
        let repository = self.get();
        let remotes = repository.remotes().map_err(GitError::library("list the remotes"))?;
        let mut names: Vec<String> = remotes.iter().flatten().flatten().map(str::to_owned).collect();
        names.sort();
        Ok(names)
    }

    fn upstream(&self, branch: &str) -> Result<Option<String>, GitError> {
        match self.get().branch_upstream_name(branch) {
            Ok(name) => Ok(Some(String::from_utf8_lossy(&name).into_owned())),
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(GitError::library(format!("find the upstream of {branch}"))(error)),
        }
    }

    fn commit_of(&self, rev: &str) -> Result<Option<Oid>, GitError> {
        let repository = self.get();
        let found = repository.revparse_single(rev).and_then(|object| object.peel_to_commit());
        match found {
            Ok(commit) => Ok(Some(Oid::of(commit.id()))),
            Err(error) if is_missing(&error) || error.code() == git2::ErrorCode::Peel => Ok(None),
            Err(error) => Err(GitError::library(format!("find the revision {rev}"))(error)),
        }
    }

    fn commit(&self, oid: &Oid) -> Result<CommitFacts, GitError> {
        let doing = || GitError::library(format!("read the commit {}", oid.short()));
        let (kind, content) = stored(&self.get(), oid.library()?).map_err(doing())?;
        let facts = if kind == git2::ObjectType::Commit { CommitFacts::read(&content) } else { None };
        facts.ok_or_else(|| answer_error("cat-file", &content))
    }

    fn merge_base(&self, one: &Oid, other: &Oid) -> Result<Option<Oid>, GitError> {
        match self.get().merge_base(one.library()?, other.library()?) {
            Ok(base) => Ok(Some(Oid::of(base))),
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => {
                let doing = format!("find the merge base of {} and {}", one.short(), other.short());
                Err(GitError::library(doing)(error))
            }
        }
    }

    fn is_ancestor(&self, ancestor: &Oid, of: &Oid) -> Result<bool, GitError> {
        if ancestor == of {
            return Ok(true);
        }
        let doing = format!("compare the histories of {} and {}", ancestor.short(), of.short());
        self.get().graph_descendant_of(of.library()?, ancestor.library()?).map_err(GitError::library(doing))
    }

    fn distance(&self, one: &Oid, other: &Oid) -> Result<Distance, GitError> {
        let doing = format!("count the commits between {} and {}", one.short(), other.short());
        let (ahead, behind) = self
            .get()
            .graph_ahead_behind(one.library()?, other.library()?)
            .map_err(GitError::library(doing))?;
        Ok(Distance { ahead, behind })
    }

    fn history(&self, of: &Oid, without: &Oid) -> Result<Vec<(Oid, Vec<Oid>)>, GitError> {
        let repository = self.get();
        let doing = || GitError::library(format!("walk from {} to {}", of.short(), without.short()));
        let mut walk = repository.revwalk().map_err(doing())?;
        walk.push(of.library()?).map_err(doing())?;
        walk.hide(without.library()?).map_err(doing())?;
        let has_grafts = has_grafts(&repository);
        walk.map(|commit| {
            let commit = commit.map_err(doing())?;
            let parents = if has_grafts {
                repository.find_commit(commit).map_err(doing())?.parent_ids().map(Oid::of).collect()
            } else {
                fields(&stored(&repository, commit).map_err(doing())?.1, "parent").collect()
            };
            Ok((Oid::of(commit), parents))
        })
        .collect()
    }

    fn changed_files(&self, from: Option<&Oid>, to: &Oid) -> Result<Vec<ChangedFile>, GitError> {
        let repository = self.get();
        let from = from.map(|from| tree_of(&repository, from)).transpose()?;
        let to = tree_of(&repository, to)?;
        let mut found = Vec::new();
        changed(&repository, b"", [from.as_ref(), Some(&to)], &mut found)
            .map_err(GitError::library("compare two trees"))?;
        Ok(found)
    }

    fn entry(&self, tree: &Oid, path: &RepoPath) -> Result<Option<(u32, Oid)>, GitError> {
        let repository = self.get();
        match tree_of(&repository, tree)?.get_path(Path::new(path.as_str())) {
            Ok(entry) => Ok(u32::try_from(entry.filemode()).ok().map(|mode| (mode, Oid::of(entry.id())))),
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(GitError::library(format!("read {path} of {}", tree.short()))(error)),
        }
    }

    fn entries(&self, tree: &Oid) -> Result<Vec<TreeEntry>, GitError> {
        let repository = self.get();
        let doing = || GitError::library(format!("read the tree of {}", tree.short()));
        let read = |oid| stored(&repository, oid).map_err(doing());
        let (kind, mut content) = read(tree.library()?)?;
        if kind != git2::ObjectType::Tree {
            (_, content) = read(tree_of(&repository, tree)?.id())?;
        }
        let entries = TreeEntry::read(&content, tree.as_str().len() / 2);
        entries.ok_or_else(|| answer_error("cat-file", &content))
    }

    fn files(&self, tree: &Oid, folders: &[RepoPath]) -> Result<Vec<(RepoPath, Oid)>, GitError> {
        let repository = self.get();
        let top = tree_of(&repository, tree)?;
        let mut found = Vec::new();
        for folder in folders {
            match top.get_path(Path::new(folder.as_str())) {
                Ok(entry) => walk(&repository, &entry, folder, &mut found)?,
                Err(error) if is_missing(&error) => {}
                Err(error) => return Err(GitError::library(format!("read {folder}"))(error)),
            }
        }
        found.sort();
        found.dedup();
        Ok(found)
    }

    fn blob(&self, oid: &Oid) -> Result<Vec<u8>, GitError> {
        let repository = self.get();
        let blob = repository
            .find_blob(oid.library()?)
            .map_err(GitError::library(format!("read the blob {}", oid.short())))?;
        Ok(blob.content().to_vec())
    }

    fn reader(&self) -> Result<Option<Reader>, GitError> {
        open_library(self.get().path()).map(Reader).map(Some)
    }

    fn blob_at(&self, rev: &str, path: &RepoPath) -> Result<Option<Vec<u8>>, GitError> {
        let repository = self.get();
        let found = repository
            .revparse_single(rev)
            .and_then(|object| object.peel_to_tree())
            .and_then(|tree| tree.get_path(Path::new(path.as_str())))
            .and_then(|entry| entry.to_object(&repository))
            .map(|object| object.into_blob().ok().map(|blob| blob.content().to_vec()));
        match found {
            Ok(content) => Ok(content),
            Err(error) if is_missing(&error) || error.code() == git2::ErrorCode::Peel => Ok(None),
            Err(error) => Err(GitError::library(format!("read {path} of {rev}"))(error)),
        }
    }

    fn write_blob(&self, content: &[u8]) -> Result<Oid, GitError> {
        self.get().blob(content).map(Oid::of).map_err(GitError::library("write a blob"))
    }

    fn write_tree(&self, onto: &Oid, edits: &[TreeEdit<'_>]) -> Result<Oid, GitError> {
        let repository = self.get();
        let old = tree_of(&repository, onto)?;
        let mut update = TreeUpdateBuilder::new();
        for (path, entry) in edits {
            match entry {
                Some((mode, oid)) => {
                    let executable = *mode == 0o100_755;
                    let mode = if executable { git2::FileMode::BlobExecutable } else { git2::FileMode::Blob };
                    update.upsert(path.as_str(), oid.library()?, mode);
                }
                None if old.get_path(Path::new(path.as_str())).is_ok() => {
                    update.remove(path.as_str());
                }
                None => {}
            }
        }
        let doing = format!("build a tree on {}", onto.short());
        update.create_updated(&repository, &old).map(Oid::of).map_err(GitError::library(doing))
    }

    fn write_squash(&self, tree: &Oid, parent: &Oid) -> Result<Oid, GitError> {
        let repository = self.get();
        let doing = || GitError::library(format!("squash on {} in memory", parent.short()));
        let tree = repository.find_tree(tree.library()?).map_err(doing())?;
        let parent = repository.find_commit(parent.library()?).map_err(doing())?;
        let who = git2::Signature::new("prd", "prd@localhost", &git2::Time::new(0, 0)).map_err(doing())?;
        repository.commit(None, &who, &who, "squash\n", &tree, &[&parent]).map(Oid::of).map_err(doing())
    }

    fn merge_changes_nothing(&self, into: &Oid, from: &Oid) -> Result<bool, GitError> {
        let repository = self.get();
        let doing = || GitError::library(format!("merge {} into {}", from.short(), into.short()));
        let ours = read_commit(&repository, into)?;
        let theirs = read_commit(&repository, from)?;
        let merged = repository.merge_commits(&ours, &theirs, None).map_err(doing())?;
        if merged.has_conflicts() {
            return Ok(false);
        }
        let tree = ours.tree().map_err(doing())?;
        let difference = repository.diff_tree_to_index(Some(&tree), Some(&merged), None).map_err(doing())?;
        Ok(difference.deltas().len() == 0)
    }
}
