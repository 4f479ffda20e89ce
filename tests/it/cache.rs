//! The cache of what was read never shows in an answer.
#![cfg(unix)]

use std::time::Duration;

use crate::support::Repo;

/// Enough files to be worth a cache.
const PRDS: usize = 80;

fn file(number: usize) -> String {
    format!("docs/prds/ready/SVC-{number:03}-part.md")
}

fn text(number: usize, title: &str) -> String {
    format!("# SVC-{number:03}: {title}\n\n**Priority**: P1\n\n- [ ] One\n")
}

/// The list, which must be the same with the cache as it is and without any.
fn list(repo: &Repo) -> String {
    let cache = repo.root().join(".git/prd/cache/portfolio");
    let with = repo.run(&["list", "--format", "json"]).expect(0).stdout;
    let kept = fs_err::read(&cache).ok();
    let _ = fs_err::remove_file(&cache);
    let without = repo.run(&["list", "--format", "json"]).expect(0).stdout;
    assert_eq!(with, without);
    if let Some(kept) = kept {
        fs_err::write(&cache, kept).unwrap();
    }
    with
}

/// Takes two seconds and more, because a file that changed only just is not remembered.
#[test]
fn every_change_shows_at_once() {
    let repo = Repo::new();
    (1..=PRDS).for_each(|number| repo.write(&file(number), &text(number, "Old")));
    let cache = repo.root().join(".git/prd/cache/portfolio");
    list(&repo);
    assert!(!cache.exists(), "all files changed only just");
    std::thread::sleep(Duration::from_millis(2100));
    list(&repo);
    assert!(cache.exists());
    let written = cache.metadata().unwrap().modified().unwrap();

    repo.write(&file(1), &text(1, "New"));
    assert!(list(&repo).contains("New"), "a text of the same length");
    fs_err::rename(repo.root().join(file(2)), repo.root().join("docs/prds/ready/SVC-902-other.md")).unwrap();
    assert!(list(&repo).contains("SVC-902-other"));
    fs_err::remove_file(repo.root().join(file(3))).unwrap();
    assert!(!list(&repo).contains("\"SVC-003\""));
    fs_err::create_dir_all(repo.root().join("docs/prds/complete")).unwrap();
    fs_err::rename(repo.root().join(file(4)), repo.root().join("docs/prds/complete/SVC-004-part.md"))
        .unwrap();
    assert!(list(&repo).contains("\"complete\""));
    let touched = fs_err::OpenOptions::new().append(true).open(repo.root().join(file(5))).unwrap();
    touched.file().set_modified(written).unwrap();
    assert!(list(&repo).contains("SVC-005"));

    let whole = fs_err::read(&cache).unwrap();
    for damaged in [&whole[..whole.len() / 2], b"", b"prd cache 9\n"] {
        fs_err::write(&cache, damaged).unwrap();
        list(&repo);
    }
    fs_err::remove_file(&cache).unwrap();
    fs_err::create_dir(&cache).unwrap(); // it can neither be read nor replaced
    repo.run(&["list"]).expect(0).says("SVC-005");
}

#[test]
fn a_small_repository_has_no_cache() {
    let repo = Repo::new();
    repo.write(&file(1), &text(1, "Old"));
    list(&repo);
    assert!(!repo.root().join(".git/prd/cache").exists());
}
