//! Any sequence of commands, with a user who edits, commits and writes secrets in between, loses nothing and leaves
//! nothing half done.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};

use crate::support::Repo;

/// One step; the number says which of the PRDs.
#[derive(Debug, Clone)]
enum Step {
    New,
    Start(usize),
    Pause(usize, bool),
    Complete(usize),
    Archive(usize, bool),
    Unarchive(usize),
    Remove(usize, bool, bool),
    Prune(bool),
    Restore(usize),
    Doctor,
    /// The user writes an ignored file.
    Secret(usize),
    /// The user writes a file that git does not know.
    Note(usize),
    /// The user commits everything.
    Commit(usize),
    /// The user merges the branch.
    Merge(usize, bool),
}

const IDS: [&str; 3] = ["SVC-101", "SVC-102", "SVC-103"];

fn steps() -> impl Strategy<Value = Step> {
    let prd = 0..IDS.len();
    prop_oneof![
        1 => Just(Step::New),
        4 => prd.clone().prop_map(Step::Start),
        2 => (prd.clone(), any::<bool>()).prop_map(|(prd, discard)| Step::Pause(prd, discard)),
        2 => prd.clone().prop_map(Step::Complete),
        1 => (prd.clone(), any::<bool>()).prop_map(|(prd, discard)| Step::Archive(prd, discard)),
        1 => prd.clone().prop_map(Step::Unarchive),
        3 => (prd.clone(), any::<bool>(), any::<bool>())
            .prop_map(|(prd, unmerged, discard)| Step::Remove(prd, unmerged, discard)),
        1 => any::<bool>().prop_map(Step::Prune),
        3 => prd.clone().prop_map(Step::Restore),
        1 => Just(Step::Doctor),
        3 => prd.clone().prop_map(Step::Secret),
        2 => prd.clone().prop_map(Step::Note),
        3 => prd.clone().prop_map(Step::Commit),
        2 => (prd, any::<bool>()).prop_map(|(prd, squash)| Step::Merge(prd, squash)),
    ]
}

/// A repository, and what its user has made so far.
struct Model {
    repo: Repo,
    count: usize,
    /// Contents of files that no commit has.
    precious: BTreeSet<String>,
    commits: BTreeSet<String>,
}

impl Model {
    fn new() -> Self {
        let repo = Repo::new();
        repo.write(".gitignore", ".env\n");
        for (id, slug) in IDS.iter().zip(["checkout-service", "payment-service", "refund-service"]) {
            repo.prd("ready", id, slug, "");
        }
        repo.commit_all("Plans");
        Self { repo, count: 0, precious: BTreeSet::new(), commits: BTreeSet::new() }
    }

    fn tree(&self, prd: usize) -> Option<PathBuf> {
        let path = self.repo.beside(&format!("worktrees/cloudscale-{}", IDS[prd]));
        path.join(".git").exists().then_some(path)
    }

    /// A new content in a file of a worktree, in place of the one that was there.
    fn write(&mut self, file: &Path, prefix: &str) {
        if let Ok(old) = fs_err::read_to_string(file) {
            self.precious.remove(&old);
        }
        self.count += 1;
        let text = format!("{prefix} {}\n", self.count);
        fs_err::write(file, &text).unwrap();
        self.precious.insert(text);
    }

    fn command(&self, args: &[&str]) {
        let output = self.repo.run(args);
        assert!(matches!(output.code, Some(0 | 1 | 3)), "{output}");
    }

    fn take(&mut self, step: &Step) {
        let flag = |wanted: bool, flag: &'static str| wanted.then_some(flag);
        let with = |args: &[&'static str], flags: &[Option<&'static str>]| -> Vec<&'static str> {
            args.iter().copied().chain(flags.iter().copied().flatten()).collect()
        };
        match *step {
            Step::New => self.command(&["new", "Another service"]),
            Step::Start(prd) => self.command(&["start", IDS[prd]]),
            Step::Pause(prd, discard) => {
                self.command(&with(&["pause", IDS[prd]], &[flag(discard, "--discard-ignored")]));
            }
            Step::Complete(prd) => self.command(&["complete", IDS[prd]]),
            Step::Archive(prd, discard) => {
                let args = ["archive", IDS[prd], "--reason", "other"];
                self.command(&with(&args, &[flag(discard, "--discard-ignored")]));
            }
            Step::Unarchive(prd) => self.command(&["restore", IDS[prd]]),
            Step::Remove(prd, unmerged, discard) => {
                let flags = [flag(unmerged, "--unmerged"), flag(discard, "--discard-ignored")];
                self.command(&with(&["worktree", "remove", IDS[prd]], &flags));
            }
            Step::Prune(discard) => {
                let args = ["worktree", "prune", "--yes"];
                self.command(&with(&args, &[flag(discard, "--discard-ignored")]));
            }
            Step::Restore(prd) => self.command(&["worktree", "restore", IDS[prd]]),
            Step::Doctor => self.command(&["doctor"]),
            Step::Secret(prd) => {
                if let Some(tree) = self.tree(prd) {
                    self.write(&tree.join(".env"), "SECRET");
                }
            }
            Step::Note(prd) => {
                if let Some(tree) = self.tree(prd) {
                    self.write(&tree.join(format!("note-{prd}.txt")), "note");
                }
            }
            Step::Commit(prd) => self.commit(prd),
            Step::Merge(prd, squash) => self.merge(prd, squash),
        }
    }

    fn commit(&mut self, prd: usize) {
        let Some(tree) = self.tree(prd) else { return };
        let note = tree.join(format!("note-{prd}.txt"));
        if let Ok(text) = fs_err::read_to_string(&note) {
            self.precious.remove(&text);
        }
        self.repo.git_in(&tree, &["add", "-A"]);
        self.repo.git_in(&tree, &["commit", "-q", "--allow-empty", "-m", "Work"]);
        self.commits.insert(self.repo.git_in(&tree, &["rev-parse", "HEAD"]));
    }

    fn merge(&mut self, prd: usize, squash: bool) {
        let found = self.repo.git(&["for-each-ref", "--format=%(refname:short)", "refs/heads/feat/"]);
        let Some(branch) = found.lines().find(|branch| branch.contains(IDS[prd])) else { return };
        let how = if squash { "--squash" } else { "--no-edit" };
        if self.repo.try_git(self.repo.root(), &["merge", "-q", how, branch]).code != Some(0) {
            self.repo.git(&["reset", "-q", "--merge"]);
            return;
        }
        if squash && !self.repo.git(&["diff", "--cached", "--name-only"]).is_empty() {
            self.repo.git(&["commit", "-q", "-m", "Squashed"]);
        }
    }

    /// Nothing of the user's is gone, and nothing of ours is half done.
    fn check(&self, step: &Step) {
        let wrong: Vec<String> =
            self.repo.unsound().into_iter().filter(|wrong| !wrong.contains("is not clean")).collect();
        assert!(wrong.is_empty(), "after {step:?}: {wrong:#?}");
        let mut contents = BTreeMap::new();
        for folder in [self.repo.beside("worktrees"), self.repo.root().join(".git/prd/trash")] {
            texts(&folder, &mut contents);
        }
        for text in &self.precious {
            assert!(contents.contains_key(text), "after {step:?} `{text}` is gone");
        }
        let reachable = self.repo.git(&["rev-list", "--all"]);
        let reachable: BTreeSet<&str> = reachable.lines().collect();
        for commit in &self.commits {
            assert!(reachable.contains(commit.as_str()), "after {step:?} the commit {commit} is on nothing");
        }
        for name in crate::support::invariants::entries(&self.repo.root().join(".git/prd/trash")) {
            let name = name.file_name().unwrap().to_string_lossy().into_owned();
            assert!(!name.starts_with('.'), "after {step:?} {name} is unfinished");
        }
    }
}

/// What the small files below a folder hold.
fn texts(folder: &Path, found: &mut BTreeMap<String, PathBuf>) {
    for path in crate::support::invariants::entries(folder) {
        if path.is_dir() && !path.is_symlink() {
            texts(&path, found);
        } else if let Ok(text) = fs_err::read_to_string(&path) {
            found.insert(text, path);
        }
    }
}

fn run(cases: u32, length: usize, seed: RngSeed) {
    let config = Config { cases, rng_seed: seed, failure_persistence: None, ..Config::default() };
    let sequence = proptest::collection::vec(steps(), length..=length);
    let outcome = TestRunner::new(config).run(&sequence, |steps| {
        let mut model = Model::new();
        for step in &steps {
            model.take(step);
            model.check(step);
        }
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

/// Slow: some dozens of runs of the program and of git.
#[test]
fn no_sequence_of_commands_loses_work() {
    run(2, 14, RngSeed::Fixed(7));
}

#[test]
#[ignore = "for soaking: minutes"]
fn no_long_sequence_of_commands_loses_work() {
    run(24, 30, RngSeed::Random);
}
