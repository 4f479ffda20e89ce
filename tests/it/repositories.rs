//! The life of a PRD in every kind of repository that git makes, also those that libgit2 refuses.

use std::path::{Path, PathBuf};

use crate::support::{CONFIG, Repo, prd_text};

/// Runs `git` in a folder; it must succeed.
fn git(repo: &Repo, dir: &Path, args: &[&str]) {
    repo.git_in(dir, args);
}

/// A repository in the folder `name`, made by `git init` with these arguments, with two PRDs on `main`.
fn made(init: &[&str], name: &str) -> (Repo, PathBuf) {
    let repo = Repo::empty();
    let at = repo.beside(name);
    let mut words = vec!["init", "-q", "--template=", "-b", "main"];
    words.extend(init);
    words.push(name);
    git(&repo, &repo.top(), &words);
    identify(&repo, &at);
    let write = |path: &str, text: &str| {
        fs_err::create_dir_all(at.join(path).parent().unwrap()).unwrap();
        fs_err::write(at.join(path), text).unwrap();
    };
    write(".claude/config.json", &CONFIG.replace("../worktrees", "../trees of ours"));
    write("docs/prds/ready/SVC-101-checkout-service.md", &prd_text("SVC-101", "checkout-service", ""));
    write("docs/prds/draft/SVC-102-payment-service.md", &prd_text("SVC-102", "payment-service", ""));
    write("src/checkout.txt", "one\n");
    write("other/file.txt", "one\n");
    git(&repo, &at, &["add", "-A"]);
    git(&repo, &at, &["commit", "-q", "-m", "Begin"]);
    (repo, at)
}

fn identify(repo: &Repo, at: &Path) {
    git(repo, at, &["config", "user.name", "Ada Lindqvist"]);
    git(repo, at, &["config", "user.email", "ada@cloudscale.example"]);
}

/// Lists, starts, works, merges, completes, and makes a new one: all that reads and commits.
fn lives(repo: &Repo, at: &Path) {
    let prd = |args: &[&str]| repo.run_in(at, args);
    assert_eq!(prd(&["list", "--format", "json"]).expect(0).json()["prds"].as_array().unwrap().len(), 2);
    let started = prd(&["start", "SVC-101", "--format", "json"]).expect(0).json();
    let tree = PathBuf::from(started["worktree"].as_str().unwrap());
    let branch = started["branch"].as_str().unwrap().to_owned();
    assert!(prd(&["list", "--state", "in-progress"]).expect(0).stdout.contains("SVC-101"));
    fs_err::create_dir_all(tree.join("src")).unwrap();
    fs_err::write(tree.join("src/checkout.txt"), "two\n").unwrap();
    git(repo, &tree, &["add", "--sparse", "src/checkout.txt"]);
    git(repo, &tree, &["commit", "-q", "-m", "Work"]);
    prd(&["complete", "SVC-101"]).expect(1).says("not merged");
    let is_bare = repo.try_git(at, &["rev-parse", "--is-bare-repository"]).stdout.trim() == "true";
    if is_bare {
        git(repo, at, &["fetch", "-q", ".", &format!("{branch}:main")]);
    } else {
        git(repo, at, &["merge", "-q", "--no-edit", &branch]);
    }
    let completed = prd(&["complete", "SVC-101"]).expect(0);
    // One with checked-out submodules stays, and that is said.
    let stays = format!("{completed}").contains("submodule");
    assert_eq!(tree.exists(), stays, "{completed}");
    let made = prd(&["new", "Refund service", "--format", "json"]).expect(0).json();
    assert_eq!(made["id"], "SVC-103");
    prd(&["lint"]).expect(0);
    prd(&["doctor"]).expect(0);
    if !is_bare {
        assert_eq!(repo.git_in(at, &["status", "--porcelain"]), "");
    }
    repo.try_git(at, &["fsck", "--strict", "--no-dangling"]).expect(0);
}

/// A clone of a repository, by `git clone` with these arguments.
fn cloned(args: &[&str]) -> (Repo, PathBuf) {
    let (repo, source) = made(&[], "source");
    git(&repo, &source, &["config", "uploadpack.allowFilter", "true"]);
    git(&repo, &source, &["config", "uploadpack.allowAnySHA1InWant", "true"]);
    git(&repo, &source, &["config", "receive.denyCurrentBranch", "ignore"]);
    let url = format!("file://{}", source.display());
    let mut words = vec!["clone", "-q"];
    words.extend(args);
    words.extend([url.as_str(), "clone"]);
    git(&repo, &repo.top(), &words);
    let at = repo.beside("clone");
    identify(&repo, &at);
    (repo, at)
}

#[test]
fn with_the_names_of_sha_256() {
    let (repo, at) = made(&["--object-format=sha256"], "sha256");
    lives(&repo, &at);
}

#[test]
fn with_refs_in_tables() {
    let (repo, at) = made(&["--ref-format=reftable"], "reftable");
    lives(&repo, &at);
}

#[test]
fn with_a_sparse_index() {
    let (repo, at) = made(&[], "sparse");
    git(&repo, &at, &["sparse-checkout", "set", "--cone", "--sparse-index", "docs", ".claude"]);
    assert!(!at.join("other").exists());
    lives(&repo, &at);
}

#[test]
fn with_a_split_index() {
    let (repo, at) = made(&[], "split");
    git(&repo, &at, &["config", "core.splitIndex", "true"]);
    git(&repo, &at, &["update-index", "--split-index"]);
    lives(&repo, &at);
}

#[test]
fn with_a_configuration_for_each_worktree() {
    let (repo, at) = made(&[], "configured");
    git(&repo, &at, &["config", "extensions.worktreeConfig", "true"]);
    git(&repo, &at, &["config", "--worktree", "user.name", "Somebody Else"]);
    lives(&repo, &at);
}

#[test]
fn with_spaces_and_more_in_its_path() {
    let (repo, at) = made(&[], "ein Ordner – ümläut 'x' ✅");
    lives(&repo, &at);
}

#[test]
fn with_submodules() {
    let (repo, at) = made(&[], "outer");
    git(&repo, &repo.top(), &["clone", "-q", "outer", "inner"]);
    let inner = repo.beside("inner");
    git(
        &repo,
        &at,
        &["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner.to_str().unwrap(), "sub"],
    );
    git(&repo, &at, &["commit", "-q", "-m", "Submodule"]);
    lives(&repo, &at);
}

#[test]
fn that_is_bare_with_linked_worktrees() {
    let (repo, at) = made(&[], "source");
    git(&repo, &repo.top(), &["clone", "-q", "--bare", "source", "bare.git"]);
    let bare = repo.beside("bare.git");
    identify(&repo, &bare);
    git(&repo, &bare, &["remote", "remove", "origin"]);
    fs_err::remove_dir_all(at).unwrap();
    git(&repo, &bare, &["worktree", "add", "-q", "-b", "mine", "../mine"]);
    lives(&repo, &bare);
    assert!(repo.run_in(&repo.beside("mine"), &["list"]).expect(0).stdout.contains("SVC-103"));
}

#[test]
fn that_has_paths_which_differ_in_case_only() {
    let (repo, at) = made(&[], "clash");
    for name in ["docs/prds/READY", "src/Checkout.txt"] {
        let path = at.join(name);
        if path.exists() {
            return; // this file system does not tell them apart
        }
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(path, "x\n").unwrap();
    }
    git(&repo, &at, &["add", "-A"]);
    git(&repo, &at, &["commit", "-q", "-m", "Clash"]);
    lives(&repo, &at);
}

#[test]
fn that_is_a_shallow_clone() {
    let (repo, at) = cloned(&["--depth=1"]);
    lives(&repo, &at);
}

#[test]
fn that_is_a_partial_clone() {
    let (repo, at) = cloned(&["--filter=blob:none"]);
    lives(&repo, &at);
}
