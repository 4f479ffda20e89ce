//! Opening repositories of every shape.

use super::*;
use crate::io::git::testing::{Fixture, test_env};

#[test]
fn opens_from_anywhere_inside() {
    let fixture = Fixture::new();
    fixture.commit_file("a/b/c.txt", "x");
    let root = fixture.root();
    let git = Git::open(&fixture.env, &root.join("a/b")).unwrap();
    assert_eq!(git.root(), Some(root.as_path()));
    assert_eq!(git.main_root(), Some(root.as_path()));
    assert_eq!(git.common_dir(), root.join(".git"));
    assert!(!git.is_bare() && !git.is_linked());
    let inside = Git::open(&fixture.env, &root.join(".git/refs")).unwrap();
    assert_eq!((inside.root(), inside.main_root()), (None, Some(root.as_path())));
}

#[test]
fn asking_finds_the_same() {
    let fixture = Fixture::new();
    fixture.commit_file("a/b/c.txt", "x");
    let linked = fixture.beside("li nked");
    fixture.git(&["worktree", "add", "-q", "-b", "x", linked.to_str().unwrap()]);
    fixture.git(&["remote", "add", "zoo", "."]);
    fixture.git(&["remote", "add", "ape", "."]);
    fixture.git(&["clone", "-q", "--bare", ".", "../bare.git"]);
    let bare = fixture.beside("bare.git");
    let root = fixture.root();
    fixture.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "./", "sub"]);
    fixture.git(&["init", "-q", "--separate-git-dir=../apart.git", "../apart"]);
    let apart = fixture.beside("apart");
    let sub = root.join("sub/a");
    for (folder, in_process) in [
        (root.clone(), true),
        (root.join("a/b"), true),
        (linked, true),
        (sub, true),
        (apart, true),
        (root.join(".git/refs"), false),
        (bare, false),
    ] {
        let asked = Git::open_by_asking(&fixture.env, &folder).unwrap();
        let quick = Git::open_in_process(&fixture.env, &folder).unwrap();
        assert_eq!(quick.is_some(), in_process, "{}", folder.display());
        assert!(quick.is_none_or(|quick| quick.layout == asked.layout), "{}", folder.display());
        assert_eq!(Git::open(&fixture.env, &folder).unwrap().layout, asked.layout);
    }
    assert_eq!(fixture.open().default_remote().unwrap().as_deref(), Some("ape"));
    let outside = Git::open(&fixture.env, &fixture.beside(""));
    assert!(matches!(outside, Err(GitError::NotARepository { .. })), "{outside:?}");
}

#[test]
fn opens_a_linked_worktree_of_a_bare_clone() {
    let fixture = Fixture::new();
    fixture.commit_file("a.txt", "x");
    let top = fixture.dir.path().canonicalize().unwrap();
    let bare = top.join("bare.git");
    fixture.git(&["clone", "-q", "--bare", ".", bare.to_str().unwrap()]);
    let linked = top.join("linked");
    fixture.git_in(&bare, &["worktree", "add", "-q", "-b", "x", linked.to_str().unwrap()]);
    let git = Git::open(&fixture.env, &linked).unwrap();
    assert!(git.is_bare() && git.is_linked());
    assert_eq!(git.root(), Some(linked.as_path()));
    assert_eq!(git.main_root(), None);
    assert_eq!(git.common_dir(), bare);
    let git = Git::open(&fixture.env, &bare).unwrap();
    assert!(git.is_bare() && !git.is_linked());
    assert_eq!(git.root(), None);
}

#[test]
fn says_what_is_wrong_with_a_folder() {
    let dir = tempfile::tempdir().unwrap();
    let env = test_env(dir.path());
    let error = Git::open(&env, dir.path()).unwrap_err();
    assert!(matches!(error, GitError::NotARepository { .. }), "{error}");
    fs_err::create_dir(dir.path().join(".git")).unwrap();
    let error = Git::open(&env, dir.path()).unwrap_err();
    assert!(matches!(error, GitError::Unreadable { .. }), "{error}");
}

#[test]
fn head_is_a_branch_unborn_or_detached() {
    let fixture = Fixture::new();
    let main = BranchName::new("main").unwrap();
    assert_eq!(fixture.open().head().unwrap(), Head::Unborn { name: main.clone() });
    let oid = fixture.commit_file("a.txt", "x");
    assert_eq!(fixture.open().head().unwrap(), Head::Branch { name: main, oid: oid.clone() });
    fixture.git(&["checkout", "-q", "--detach"]);
    assert_eq!(fixture.open().head().unwrap(), Head::Detached { oid });
}

#[test]
fn identity_is_what_was_configured_and_never_a_guess() {
    let mut fixture = Fixture::new();
    let person = fixture.open().identity().unwrap().unwrap();
    assert_eq!(person.to_string(), "Ada Lovelace <ada@example.org>");
    fixture.env.vars.retain(|name, _| !name.to_string_lossy().starts_with("GIT_AUTHOR"));
    assert_eq!(fixture.open().identity().unwrap(), None);
    fixture.git(&["config", "user.name", "Bo <x"]);
    fixture.git(&["config", "user.email", "bo@example.org"]);
    let person = fixture.open().identity().unwrap().unwrap();
    assert_eq!(person.email, "bo@example.org");
}
