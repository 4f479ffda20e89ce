//! What must hold after every command, however it ended and whatever came before it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Mutex;

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
    fn home_among(&self, trees: &[Tree]) -> Option<PathBuf> {
        let tree = trees.iter().find(|tree| {
            tree.branch.as_deref() == Some(&self.home_branch) && !tree.is_bare && !tree.is_prunable
        })?;
        Some(tree.path.clone())
    }

    /// All PRD files of home, `docs/prds/STATE/NAME.md`, with their texts.
    pub(crate) fn prd_files(&self) -> BTreeMap<String, String> {
        let committed = self.committed_files();
        let trees = if is_off(&committed) { self.worktrees() } else { Vec::new() };
        self.prd_files_of(committed, &trees)
    }

    fn prd_files_of(&self, committed: BTreeMap<String, String>, trees: &[Tree]) -> BTreeMap<String, String> {
        if is_off(&committed) {
            return prd_files_in(&self.home_among(trees).expect("home is checked out"));
        }
        let is_prd = |path: &str| path.starts_with("docs/prds/") && !path.contains("/.prd/");
        committed.into_iter().filter(|(path, _)| is_prd(path)).collect()
    }

    /// The configuration and everything below the PRD folders, as the home branch has them. Two calls of git at most, and
    /// mostly one: an object is read once.
    fn committed_files(&self) -> BTreeMap<String, String> {
        static TEXTS: Mutex<BTreeMap<String, String>> = Mutex::new(BTreeMap::new());
        let list = self.git(&["ls-tree", "-r", &self.home_branch, "--", CONFIG_FILE, "docs/prds"]);
        let files: Vec<(&str, &str)> = list
            .lines()
            .filter_map(|line| line.split_once('\t'))
            .filter_map(|(facts, path)| Some((path, facts.split(' ').nth(2)?)))
            .collect();
        let unread: BTreeSet<&str> = {
            let texts = TEXTS.lock().unwrap();
            files.iter().map(|(_, oid)| *oid).filter(|oid| !texts.contains_key(*oid)).collect()
        };
        if !unread.is_empty() {
            let read = self.objects(&unread);
            TEXTS.lock().unwrap().extend(read);
        }
        let texts = TEXTS.lock().unwrap();
        files.into_iter().map(|(path, oid)| (path.to_owned(), texts[oid].clone())).collect()
    }

    /// The texts of some objects.
    fn objects(&self, oids: &BTreeSet<&str>) -> Vec<(String, String)> {
        let asked: String = oids.iter().map(|oid| format!("{oid}\n")).collect();
        let mut git = self.command("git", self.root());
        git.args(["cat-file", "--batch"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = git.spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        let writer = std::thread::spawn(move || input.write_all(asked.as_bytes()));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap().unwrap();
        let mut rest = output.stdout.as_slice();
        let mut read = |oid: &&str| {
            let end = rest.iter().position(|byte| *byte == b'\n').unwrap();
            let header = String::from_utf8_lossy(&rest[..end]).into_owned();
            let size: usize =
                header.rsplit(' ').next().unwrap().parse().unwrap_or_else(|_| panic!("{header}"));
            let text = String::from_utf8_lossy(&rest[end + 1..end + 1 + size]).into_owned();
            rest = &rest[end + 2 + size..];
            ((*oid).to_owned(), text)
        };
        oids.iter().map(&mut read).collect()
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
        let (committed, trees) = (self.committed_files(), self.worktrees());
        let is_off = is_off(&committed);
        let files = self.prd_files_of(committed, &trees);
        one_place_each(&files, &mut wrong);
        self.worktrees_are_real(&trees, &mut wrong);
        self.branches_are_owned(&files, &mut wrong);
        self.nothing_is_left_over(&trees, &mut wrong);
        if !is_off {
            self.home_agrees(&trees, &mut wrong);
        }
        wrong
    }

    fn worktrees_are_real(&self, trees: &[Tree], wrong: &mut Vec<String>) {
        for tree in trees {
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
        let is_known = |path: &Path| trees.iter().any(|tree| tree.path == path);
        for path in entries.flatten().map(|entry| entry.path()).filter(|path| !is_known(path)) {
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

    fn nothing_is_left_over(&self, trees: &[Tree], wrong: &mut Vec<String>) {
        let git = self.root().join(".git");
        let git = if git.is_dir() { git } else { self.root().to_owned() };
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
        for tree in trees {
            temporary_files(&tree.path, &mut left);
        }
        wrong.extend(left.into_iter().map(|path| format!("left over: {}", path.display())));
    }

    /// Work tree and index agree with the home branch for everything that is `prd`'s.
    fn home_agrees(&self, trees: &[Tree], wrong: &mut Vec<String>) {
        let Some(home) = self.home_among(trees) else { return };
        let status = self.git_in(&home, &["status", "--porcelain", "--", "docs/prds"]);
        if !status.is_empty() {
            wrong.push(format!("home does not agree with its branch:\n{status}"));
        }
    }
}

/// The file that configures a repository.
const CONFIG_FILE: &str = ".claude/config.json";

/// True with `prd_workflow.commit: "off"`.
fn is_off(committed: &BTreeMap<String, String>) -> bool {
    committed.get(CONFIG_FILE).is_some_and(|text| text.replace(' ', "").contains("\"commit\":\"off\""))
}

fn prd_files_in(home: &Path) -> BTreeMap<String, String> {
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
