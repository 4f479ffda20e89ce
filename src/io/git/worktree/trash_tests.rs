use std::os::unix::fs::PermissionsExt as _;

use super::*;
use crate::io::git::testing::Fixture;
use crate::io::git::worktree::gate::{RemovalRules, Removed};
use crate::io::git::worktree::restore::RestoreError;

/// A worktree `x` beside the repository, with a commit of its own and ignored files.
fn with_worktree() -> (Fixture, PathBuf) {
    let fixture = Fixture::new();
    fixture.write(".gitignore", ".env\ndata/\nnode_modules/\n*.link\n");
    fixture.commit_file("a", "1\n");
    let path = fixture.beside("x");
    fixture.git(&["worktree", "add", "-q", "-b", "feat/x", path.to_str().unwrap()]);
    fs_err::write(path.join("b"), "1\n").unwrap();
    fixture.git_in(&path, &["add", "b"]);
    fixture.git_in(&path, &["commit", "-q", "-m", "b"]);
    (fixture, path)
}

fn fill(path: &Path) {
    fs_err::write(path.join(".env"), "SECRET=1\n").unwrap();
    std::fs::set_permissions(path.join(".env"), std::fs::Permissions::from_mode(0o600)).unwrap();
    fs_err::create_dir_all(path.join("data/deep")).unwrap();
    fs_err::write(path.join("data/deep/dump.bin"), b"\0\xff\r\n").unwrap();
    fs_err::create_dir_all(path.join("node_modules/y")).unwrap();
    fs_err::write(path.join("node_modules/y/index.js"), "1").unwrap();
    std::os::unix::fs::symlink("/nowhere/at all", path.join("to.link")).unwrap();
}

fn label() -> Label {
    Label { name: "SVC-7".to_owned(), time: chrono::DateTime::UNIX_EPOCH.fixed_offset() }
}

fn remove(fixture: &Fixture, path: &Path) -> Removed {
    let git = fixture.open();
    let rules = RemovalRules { discard_ignored: true, ..RemovalRules::default() };
    git.remove_worktree(git.removal_check(path, &rules).unwrap(), &label()).unwrap()
}

fn only_entry(fixture: &Fixture) -> Trashed {
    let mut entries = fixture.open().trash().unwrap();
    assert_eq!(entries.len(), 1, "{entries:?}");
    entries.remove(0)
}

#[test]
fn what_is_removed_comes_back_to_the_byte() {
    let (fixture, path) = with_worktree();
    fill(&path);
    let tip = fixture.oid("feat/x");
    let log = fixture.git(&["reflog", "feat/x"]);
    let removed = remove(&fixture, &path);
    assert_eq!(removed.kept, [".env", "data/deep/dump.bin", "to.link"]);
    assert_eq!(removed.trash.as_deref(), Some("SVC-7-19700101T000000Z"));
    assert!(!path.exists());
    fixture.git(&["branch", "-q", "-D", "feat/x"]);
    fixture.git(&["reflog", "expire", "--expire=now", "--all"]);
    fixture.git(&["gc", "-q", "--prune=now"]);

    let git = fixture.open();
    let restored = git.restore_worktree(&only_entry(&fixture), None).unwrap();
    assert_eq!((restored.tip, restored.files.len(), restored.moved_on), (tip.clone(), 3, false));
    assert_eq!(fixture.oid("feat/x"), tip);
    assert_eq!(fixture.git_in(&path, &["status", "--porcelain"]), "");
    assert_eq!(fixture.git_in(&path, &["symbolic-ref", "HEAD"]), "refs/heads/feat/x");
    assert_eq!(fs_err::read_to_string(path.join("b")).unwrap(), "1\n");
    assert_eq!(fs_err::read_to_string(path.join(".env")).unwrap(), "SECRET=1\n");
    assert_eq!(path.join(".env").metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs_err::read(path.join("data/deep/dump.bin")).unwrap(), b"\0\xff\r\n");
    assert_eq!(fs_err::read_link(path.join("to.link")).unwrap(), Path::new("/nowhere/at all"));
    assert!(!path.join("node_modules").exists());
    assert!(
        fixture.git(&["reflog", "feat/x"]).contains(log.lines().last().unwrap().split_once(' ').unwrap().0)
    );
    assert_eq!(git.trash().unwrap(), []);
    assert_eq!(fixture.git(&["for-each-ref", "refs/prd"]), "");
}

#[test]
fn commits_that_only_the_reflog_knew_are_kept() {
    let (fixture, path) = with_worktree();
    fixture.git_in(&path, &["commit", "-q", "--allow-empty", "-m", "taken back"]);
    let lost = fixture.git_in(&path, &["rev-parse", "HEAD"]);
    fixture.git_in(&path, &["reset", "-q", "--hard", "HEAD~1"]);
    remove(&fixture, &path);
    fixture.git(&["reflog", "expire", "--expire=now", "--all"]);
    fixture.git(&["gc", "-q", "--prune=now"]);
    assert_eq!(fixture.git(&["cat-file", "-t", &lost]), "commit");
    fixture.open().restore_worktree(&only_entry(&fixture), None).unwrap();
    assert!(fixture.git_in(&path, &["reflog", "HEAD"]).contains("taken back"));
}

#[test]
fn nothing_that_is_there_is_overwritten() {
    let (fixture, path) = with_worktree();
    fill(&path);
    remove(&fixture, &path);
    let git = fixture.open();
    fs_err::create_dir(&path).unwrap();
    fs_err::write(path.join("mine"), "1").unwrap();
    let error = git.restore_worktree(&only_entry(&fixture), None).unwrap_err();
    assert!(matches!(error, RestoreError::Worktree(_)), "{error}");
    assert_eq!(fs_err::read_to_string(path.join("mine")).unwrap(), "1");
    // A hook that makes the file anew comes before what is kept of it.
    fs_err::write(
        fixture.root().join(".git/hooks/post-checkout"),
        "#!/bin/sh\necho new > .env\nmkdir data\n",
    )
    .unwrap();
    let hook = fixture.root().join(".git/hooks/post-checkout");
    std::fs::set_permissions(hook, std::fs::Permissions::from_mode(0o755)).unwrap();
    let other = fixture.beside("other");
    let restored = git.restore_worktree(&only_entry(&fixture), Some(&other)).unwrap();
    assert_eq!(restored.left, [".env"]);
    assert_eq!(restored.files, ["data/deep/dump.bin", "to.link"]);
    assert_eq!(fs_err::read_to_string(other.join(".env")).unwrap(), "new\n");
    let entry = only_entry(&fixture);
    assert_eq!(entry.files, [".env"]);
    assert_eq!(fs_err::read_to_string(entry.folder.join("files/.env")).unwrap(), "SECRET=1\n");
}

#[test]
fn a_branch_that_went_on_is_taken_as_it_is_and_another_one_is_refused() {
    let (fixture, path) = with_worktree();
    remove(&fixture, &path);
    let git = fixture.open();
    let tip = fixture.oid("feat/x");
    fixture.git(&["update-ref", "refs/heads/feat/x", "main"]);
    let error = git.restore_worktree(&only_entry(&fixture), None).unwrap_err();
    assert!(matches!(error, RestoreError::BranchElsewhere { .. }), "{error}");
    fixture.git(&["update-ref", "refs/heads/feat/x", tip.as_str()]);
    fixture.git(&["checkout", "-q", "feat/x"]);
    let later = fixture.commit_file("c", "1");
    assert!(git.restore_worktree(&only_entry(&fixture), None).is_err(), "it is checked out");
    fixture.git(&["checkout", "-q", "main"]);
    let restored = git.restore_worktree(&only_entry(&fixture), None).unwrap();
    assert_eq!((restored.tip, restored.moved_on), (later, true));
}

#[test]
fn a_detached_worktree_and_one_whose_folder_was_gone_come_back() {
    let (fixture, path) = with_worktree();
    let tip = fixture.oid("feat/x");
    fixture.git_in(&path, &["checkout", "-q", "--detach"]);
    remove(&fixture, &path);
    let git = fixture.open();
    let restored = git.restore_worktree(&only_entry(&fixture), None).unwrap();
    assert_eq!((restored.branch, restored.tip), (None, tip.clone()));
    assert_eq!(fixture.git_in(&path, &["rev-parse", "HEAD"]), tip.as_str());
    fixture.git_in(&path, &["checkout", "-q", "feat/x"]);
    std::fs::remove_dir_all(&path).unwrap();
    remove(&fixture, &path);
    let restored = git.restore_worktree(&only_entry(&fixture), None).unwrap();
    assert_eq!(restored.branch.as_ref().map(BranchName::as_str), Some("feat/x"));
    assert!(path.join("b").exists());
}

#[test]
fn a_removal_is_finished_wherever_it_was_killed() {
    for stop in 0..5 {
        let (fixture, path) = with_worktree();
        fill(&path);
        let git = fixture.open();
        let tree = git.worktree_at(&path).unwrap().unwrap();
        let pending = git.begin_trash(&tree, &label()).unwrap();
        if stop > 0 {
            std::fs::rename(&path, aside(&path)).unwrap();
        }
        if stop > 1 {
            move_path(&aside(&path).join(".env"), &pending.folder.join("files/.env"), &|| ()).unwrap();
        }
        if stop > 2 {
            pending.take(&git, &aside(&path), &["data/".to_owned(), "to.link".to_owned()]).unwrap();
        }
        if stop > 3 {
            std::fs::remove_dir_all(tree.git_dir.unwrap()).unwrap();
        }
        assert!(git.has_unsettled_trash());
        let done = git.settle_trash().unwrap();
        assert!(!git.has_unsettled_trash() && !aside(&path).exists());
        if stop == 0 {
            assert!(done.is_empty() && path.join(".env").exists() && git.trash().unwrap().is_empty());
            continue;
        }
        assert!(!path.exists(), "{stop}");
        assert_eq!(done.len(), 1, "{stop}");
        let entry = only_entry(&fixture);
        assert_eq!(entry.files, [".env", "data/deep/dump.bin", "to.link"], "{stop}");
        git.restore_worktree(&entry, None).unwrap();
        assert_eq!(fs_err::read_to_string(path.join(".env")).unwrap(), "SECRET=1\n");
    }
}

#[test]
fn work_that_appears_brings_back_what_was_taken_out_too() {
    let (fixture, path) = with_worktree();
    fill(&path);
    let git = fixture.open();
    let tree = git.worktree_at(&path).unwrap().unwrap();
    let pending = git.begin_trash(&tree, &label()).unwrap();
    std::fs::rename(&path, aside(&path)).unwrap();
    pending.take(&git, &aside(&path), &[".env".to_owned()]).unwrap();
    fs_err::write(aside(&path).join("just now"), "work").unwrap();
    git.settle_trash().unwrap();
    assert_eq!(fs_err::read_to_string(path.join("just now")).unwrap(), "work");
    assert_eq!(fs_err::read_to_string(path.join(".env")).unwrap(), "SECRET=1\n");
    assert!(git.trash().unwrap().is_empty() && !git.has_unsettled_trash());
}

#[test]
fn a_folder_that_git_has_forgotten_meanwhile_is_not_thrown_away() {
    let (fixture, path) = with_worktree();
    fill(&path);
    let git = fixture.open();
    let tree = git.worktree_at(&path).unwrap().unwrap();
    git.begin_trash(&tree, &label()).unwrap();
    std::fs::rename(&path, aside(&path)).unwrap();
    fixture.git(&["worktree", "prune"]);
    assert!(git.settle_trash().is_err());
    assert!(aside(&path).join(".env").exists());
}

#[test]
fn a_restoration_is_finished_wherever_it_was_killed() {
    for stop in 0..4 {
        let (fixture, path) = with_worktree();
        fill(&path);
        remove(&fixture, &path);
        fixture.git(&["branch", "-q", "-D", "feat/x"]);
        let git = fixture.open();
        let begun = git.begin_restoring(&only_entry(&fixture), &path).unwrap();
        let tip = begun.kept.tip.clone().unwrap();
        let branch = BranchName::new("feat/x").unwrap();
        if stop > 0 {
            git.create_branch(&branch, &tip).unwrap();
        }
        if stop > 1 {
            git.register_existing(&branch, &path).unwrap();
        }
        if stop > 2 {
            move_path(&begun.files_folder().join(".env"), &path.join(".env"), &|| ()).unwrap();
        }
        git.settle_trash().unwrap();
        assert_eq!(fixture.git_in(&path, &["status", "--porcelain"]), "", "{stop}");
        assert_eq!(fs_err::read_to_string(path.join(".env")).unwrap(), "SECRET=1\n");
        assert!(path.join("data/deep/dump.bin").exists());
        assert!(git.trash().unwrap().is_empty() && !git.has_unsettled_trash());
    }
}

#[test]
fn an_entry_goes_after_two_weeks_and_two_of_one_moment_have_two_names() {
    let (fixture, path) = with_worktree();
    remove(&fixture, &path);
    let git = fixture.open();
    fixture.git(&["worktree", "add", "-q", path.to_str().unwrap(), "feat/x"]);
    let second = remove(&fixture, &path);
    assert_eq!(second.trash.as_deref(), Some("SVC-7-19700101T000000Z-2"));
    let now = SystemTime::now();
    assert!(git.expire_trash(now + KEPT_FOR - Duration::from_secs(60)).unwrap().is_empty());
    assert_eq!(git.expire_trash(now + KEPT_FOR + Duration::from_secs(60)).unwrap().len(), 2);
    assert!(git.trash().unwrap().is_empty());
    assert_eq!(fixture.git(&["for-each-ref", "refs/prd"]), "");
}
