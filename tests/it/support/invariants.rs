//! What must hold after every command, however it ended and whatever came before it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{Repo, STATES};

/// One line of `git worktree list`.
#[derive(Debug, Clone)]
pub(crate) struct Tree {
    /// Its folder.
    pub(crate) path: PathBuf,
    /// Its branch, without `refs/heads/`.
    pub(crate) branch: Option<String>,
    /// True for a bare repository's own entry.
    pub(crate) is_bare: bool,
    /// True where git would prune it.
    pub(crate) is_prunable: bool,
}

impl Repo {
    /// The worktrees as git has them registered, the main one first.
    pub(crate) fn worktrees(&self) -> Vec<Tree> {
        let text = self.git(&["worktree", "list", "--porcelain"]);
        text.split("\n\n")
            .filter(|block| !block.trim().is_empty())
            .map(|block| {
                let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name));
                Tree {
                    path: PathBuf::from(field("worktree ").unwrap_or_default()),
                    branch: field("branch refs/heads/").map(str::to_owned),
                    is_bare: block.lines().any(|line| line == "bare"),
                    is_prunable: block.lines().any(|line| line.starts_with("prunable")),
                }
            })
            .collect()
    }

    /// Where the home branch is checked out.
    pub(crate) fn home_checkout(&self) -> Option<PathBuf> {
        let tree = self.worktrees().into_iter().find(|tree| {
            tree.branch.as_deref() == Some(&self.home_branch) && !tree.is_bare && !tree.is_prunable
        })?;
        Some(tree.path)
    }

    /// True with `prd_workflow.commit: "off"`.
    fn is_off(&self) -> bool {
        let text = self
            .try_git(self.root(), &["show", &format!("{}:.claude/config.json", self.home_branch)])
            .stdout
            .replace(' ', "");
        text.contains("\"commit\":\"off\"")
    }

    /// All PRD files of home, `docs/prds/STATE/NAME.md`, with their texts.
    pub(crate) fn prd_files(&self) -> BTreeMap<String, String> {
        if self.is_off() { self.prd_files_in_checkout() } else { self.prd_files_on_branch() }
    }

    fn prd_files_in_checkout(&self) -> BTreeMap<String, String> {
        let home = self.home_checkout().expect("home is checked out");
        let mut files = BTreeMap::new();
        for state in STATES {
            let folder = format!("docs/prds/{state}");
            let Ok(entries) = fs_err::read_dir(home.join(&folder)) else { continue };
            for entry in entries.flatten() {
                let name = entry.file_name().to_string_lossy().into_owned();
                let text = fs_err::read_to_string(entry.path()).unwrap_or_default();
                files.insert(format!("{folder}/{name}"), text);
            }
        }
        files
    }

    fn prd_files_on_branch(&self) -> BTreeMap<String, String> {
        let names = self.git(&["ls-tree", "-r", "--name-only", &self.home_branch, "--", "docs/prds"]);
        names
            .lines()
            .filter(|path| !path.contains("/.prd/"))
            .map(|path| {
                (path.to_owned(), self.git(&["cat-file", "blob", &format!("{}:{path}", self.home_branch)]))
            })
            .collect()
    }

    /// The files that have this id in their names.
    pub(crate) fn places_of(&self, id: &str) -> Vec<String> {
        self.prd_files().into_keys().filter(|path| id_of(path).as_deref() == Some(id)).collect()
    }

    /// Fails the test, naming everything that does not hold.
    #[track_caller]
    pub(crate) fn assert_sound(&self) {
        let wrong = self.unsound();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    /// Everything that does not hold.
    pub(crate) fn unsound(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let files = self.prd_files();
        one_place_each(&files, &mut wrong);
        self.worktrees_are_real(&mut wrong);
        self.branches_are_owned(&files, &mut wrong);
        self.nothing_is_left_over(&mut wrong);
        self.home_agrees(&mut wrong);
        wrong
    }

    fn worktrees_are_real(&self, wrong: &mut Vec<String>) {
        for tree in self.worktrees() {
            let shown = tree.path.display();
            if tree.is_prunable || !tree.path.is_dir() {
                wrong.push(format!("the worktree {shown} is registered and not there"));
            } else if !tree.is_bare && tree.path != self.root() {
                let status = self.try_git(&tree.path, &["status", "--porcelain"]);
                if status.code != Some(0) || !status.stdout.is_empty() {
                    wrong.push(format!("the worktree {shown} is not clean: {status}"));
                }
            }
        }
        let Ok(entries) = fs_err::read_dir(self.beside("worktrees")) else { return };
        let known: Vec<PathBuf> = self.worktrees().into_iter().map(|tree| tree.path).collect();
        for path in entries.flatten().map(|entry| entry.path()).filter(|path| !known.contains(path)) {
            wrong.push(format!("{} is no registered worktree", path.display()));
        }
    }

    fn branches_are_owned(&self, files: &BTreeMap<String, String>, wrong: &mut Vec<String>) {
        let branches = self.git(&["for-each-ref", "--format=%(refname:short)", "refs/heads/feat/"]);
        for branch in branches.lines() {
            let line = format!("**Branch**: {branch}");
            if !files.values().any(|text| text.lines().any(|own| own == line)) {
                wrong.push(format!("no PRD owns the branch {branch}"));
            }
        }
        for (path, text) in files.iter().filter(|(path, _)| path.starts_with("docs/prds/in-progress/")) {
            if let Some(branch) = text.lines().find_map(|line| line.strip_prefix("**Branch**: "))
                && !branches.lines().any(|own| own == branch)
            {
                wrong.push(format!("{path} is in progress on {branch}, which is not there"));
            }
        }
    }

    fn nothing_is_left_over(&self, wrong: &mut Vec<String>) {
        let git = PathBuf::from(self.git(&["rev-parse", "--path-format=absolute", "--git-common-dir"]));
        let mut left: Vec<PathBuf> = entries(&git)
            .into_iter()
            .filter(|path| {
                has_name(path, |name| {
                    name.starts_with("prd-") || name.starts_with(".prd-") || name == "index.lock"
                })
            })
            .collect();
        left.extend(entries(&git.join("prd/journal")));
        for folder in entries(&git.join("worktrees")) {
            if !folder.join("gitdir").is_file() {
                left.push(folder.clone());
            }
            left.extend(
                entries(&folder)
                    .into_iter()
                    .filter(|path| has_name(path, |name| name == "index.lock" || name.starts_with("prd-"))),
            );
        }
        for tree in self.worktrees() {
            temporary_files(&tree.path, &mut left);
        }
        wrong.extend(left.into_iter().map(|path| format!("left over: {}", path.display())));
    }

    /// Work tree and index agree with the home branch for everything that is `prd`'s.
    fn home_agrees(&self, wrong: &mut Vec<String>) {
        let Some(home) = self.home_checkout().filter(|_| !self.is_off()) else { return };
        let status = self.git_in(&home, &["status", "--porcelain", "--", "docs/prds"]);
        if !status.is_empty() {
            wrong.push(format!("home does not agree with its branch:\n{status}"));
        }
    }
}

fn one_place_each(files: &BTreeMap<String, String>, wrong: &mut Vec<String>) {
    let mut places: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (path, text) in files {
        // What was put away beside a PRD is none.
        if path.contains("/_") {
            continue;
        }
        let Some(id) = id_of(path) else {
            wrong.push(format!("{path} has no id in its name"));
            continue;
        };
        if !text.starts_with(&format!("# {id}: ")) {
            wrong.push(format!("{path} does not begin with its title"));
        }
        places.entry(id).or_default().push(path);
    }
    for (id, paths) in places.iter().filter(|(_, paths)| paths.len() > 1) {
        wrong.push(format!("{id} lies in {paths:?}"));
    }
}

/// `SVC-128` of `docs/prds/ready/SVC-128-checkout-service.md`.
fn id_of(path: &str) -> Option<String> {
    let name = path.rsplit('/').next()?;
    let mut parts = name.split('-');
    let (prefix, number) = (parts.next()?, parts.next()?);
    number.parse::<u32>().ok()?;
    Some(format!("{prefix}-{number}"))
}

/// What lies directly in a folder, sorted; nothing where it is not there.
pub(crate) fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs_err::read_dir(folder)
        .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default();
    paths.sort();
    paths
}

fn has_name(path: &Path, wanted: impl Fn(&str) -> bool) -> bool {
    path.file_name().and_then(|name| name.to_str()).is_some_and(wanted)
}

/// Temporary files of interrupted writes, `.prd-XXXXXX`; the folder `.prd` is that of the records.
fn temporary_files(folder: &Path, left: &mut Vec<PathBuf>) {
    for path in entries(folder) {
        if has_name(&path, |name| name == ".git") {
            continue;
        }
        if path.is_dir() && !path.is_symlink() {
            temporary_files(&path, left);
        } else if has_name(&path, |name| name.starts_with(".prd-")) {
            left.push(path);
        }
    }
}
