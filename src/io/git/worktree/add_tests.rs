use std::time::Duration;

use super::*;
use crate::io::git::testing::Fixture;

fn branch(name: &str) -> BranchName {
    BranchName::new(name).unwrap()
}

fn names_of_admin(fixture: &Fixture) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(fixture.root().join(".git/worktrees")) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn is_registered_filled_and_tracks_nothing() {
    let fixture = Fixture::new();
    fixture.write(".gitattributes", "*.md text eol=crlf\n");
    let oid = fixture.commit_file("a.md", "one\n");
    let git = fixture.open();
    let path = fixture.beside("trees/x y");
    let registered = git.register_worktree(&branch("feature/x"), &path, &oid).unwrap();
    assert!(!path.join("a.md").exists());
    assert_eq!(git.populate(&registered).unwrap(), Populated::default());
    assert_eq!(std::fs::read_to_string(path.join("a.md")).unwrap(), "one\r\n");
    assert_eq!(fixture.git_in(&path, &["status", "--porcelain", "--branch"]), "## feature/x");
    assert!(git.changes(&path).unwrap().is_clean());
}

#[test]
fn an_existing_branch_is_used_again_but_never_twice() {
    let fixture = Fixture::new();
    fixture.commit_file("a", "1");
    fixture.git(&["branch", "x"]);
    let git = fixture.open();
    let registered = git.register_existing(&branch("x"), &fixture.beside("one")).unwrap();
    assert!(!registered.made_branch);
    git.populate(&registered).unwrap();
    let error = git.register_existing(&branch("x"), &fixture.beside("two")).unwrap_err();
    assert!(matches!(error, WorktreeError::BranchInUse { .. }), "{error}");
    let error = git.register_existing(&branch("y"), &fixture.beside("two")).unwrap_err();
    assert!(matches!(error, WorktreeError::NoSuchBranch { .. }), "{error}");
    git.unregister(&registered).unwrap();
    assert!(git.branch_tip(&branch("x")).unwrap().is_some(), "the branch was there before");
}

#[test]
fn what_is_in_the_way_is_named_before_anything_is_made() {
    let fixture = Fixture::new();
    let oid = fixture.commit_file("a", "1");
    fixture.git(&["branch", "x"]);
    fixture.git(&["branch", "folder/y"]);
    let git = fixture.open();
    let taken = fixture.beside("taken");
    std::fs::create_dir(&taken).unwrap();
    git.check_new_worktree(&branch("free"), &taken).unwrap();
    fs_err::write(taken.join("file"), "1").unwrap();
    let asked = |name: &str, path: &Path| git.register_worktree(&branch(name), path, &oid).unwrap_err();
    let free = fixture.beside("free");
    assert!(matches!(asked("free", &taken), WorktreeError::PathTaken { .. }));
    assert!(matches!(asked("x", &free), WorktreeError::BranchExists { .. }));
    assert!(matches!(asked("folder", &free), WorktreeError::BranchClash { .. }));
    let gone = git.register_worktree(&branch("gone"), &free, &oid).unwrap();
    std::fs::remove_dir_all(&free).unwrap();
    assert!(matches!(asked("free", &free), WorktreeError::PathRegistered { .. }));
    git.unregister(&gone).unwrap();
    assert!(names_of_admin(&fixture).is_empty());
    assert!(!fixture.git(&["branch", "--list"]).contains("free"));
}

#[test]
fn is_taken_back_with_its_branch_at_any_stage() {
    let fixture = Fixture::new();
    let oid = fixture.commit_file("a", "1");
    let git = fixture.open();
    let path = fixture.beside("x");
    for populates in [false, true] {
        let registered = git.register_worktree(&branch("x"), &path, &oid).unwrap();
        if populates {
            git.populate(&registered).unwrap();
        }
        for _ in 0..2 {
            git.unregister(&registered).unwrap();
        }
        assert!(!path.exists());
        assert_eq!(git.branch_tip(&branch("x")).unwrap(), None);
        assert!(names_of_admin(&fixture).is_empty());
    }
}

#[test]
fn a_registration_that_git_was_killed_in_is_taken_back() {
    let fixture = Fixture::new();
    let oid = fixture.commit_file("a", "1");
    let git = fixture.open();
    let path = fixture.beside("x");
    // The branch only.
    fixture.git(&["branch", "x"]);
    let registered = Registered { path: path.clone(), branch: branch("x"), oid, made_branch: true };
    git.unregister(&registered).unwrap();
    assert_eq!(git.branch_tip(&branch("x")).unwrap(), None);
    // The worktree while git itself still keeps it locked.
    let again = git.register_worktree(&branch("x"), &path, &registered.oid).unwrap();
    fs_err::write(fixture.root().join(".git/worktrees/x/locked"), "initializing").unwrap();
    git.unregister(&again).unwrap();
    assert!(!path.exists() && git.branch_tip(&branch("x")).unwrap().is_none());
}

#[test]
fn what_somebody_put_there_stops_the_roll_back() {
    let fixture = Fixture::new();
    fixture.write(".gitignore", ".env\nnode_modules/\n");
    let oid = fixture.commit_file("a", "1");
    let git = fixture.open();
    let path = fixture.beside("x");
    let registered = git.register_worktree(&branch("x"), &path, &oid).unwrap();
    git.populate(&registered).unwrap();
    std::fs::create_dir(path.join("node_modules")).unwrap();
    fs_err::write(path.join("node_modules/y"), "1").unwrap();
    for name in ["mine", "a", ".env"] {
        fs_err::write(path.join(name), "mine").unwrap();
        let error = git.unregister(&registered).unwrap_err();
        assert!(
            matches!(&error, WorktreeError::HasFiles { files, .. } if files.len() == 1 && files[0] == name),
            "{error}"
        );
        if name == "a" {
            fixture.git_in(&path, &["checkout", "-q", "a"]);
        } else {
            std::fs::remove_file(path.join(name)).unwrap();
        }
    }
    fixture.git_in(&path, &["commit", "-q", "--allow-empty", "-m", "mine"]);
    let error = git.unregister(&registered).unwrap_err();
    assert!(matches!(error, WorktreeError::Git(GitError::RefMoved { .. })), "{error}");
    assert!(git.branch_tip(&branch("x")).unwrap().is_some());
}

#[test]
fn a_kill_while_filling_is_made_good_without_touching_what_somebody_wrote() {
    let fixture = Fixture::new();
    for name in ["a", "b", "c", "d"] {
        fixture.write(name, &format!("{name} is a file of some length\n"));
    }
    let oid = fixture.commit_all("four");
    let git = fixture.open();
    let path = fixture.beside("x");
    let registered = git.register_worktree(&branch("x"), &path, &oid).unwrap();
    fs_err::write(path.join("a"), "a is a file of some length\n").unwrap();
    fs_err::write(path.join("b"), "b is a fi").unwrap();
    fs_err::write(path.join("c"), "somebody's own").unwrap();
    fs_err::write(fixture.root().join(".git/worktrees/x/index.lock"), "").unwrap();
    let done = git.populate_rest(&registered).unwrap();
    assert_eq!(done, Populated { hook_failure: None, kept: vec!["c".to_owned()] });
    assert_eq!(std::fs::read_to_string(path.join("b")).unwrap(), "b is a file of some length\n");
    assert_eq!(std::fs::read_to_string(path.join("c")).unwrap(), "somebody's own");
    assert_eq!(fixture.git_in(&path, &["status", "--porcelain"]).trim(), "M c");
    fs_err::write(path.join("a"), "edited").unwrap();
    git.populate(&registered).unwrap();
    assert_eq!(std::fs::read_to_string(path.join("a")).unwrap(), "edited");
}

#[test]
fn what_somebody_put_there_before_is_kept_and_named_whoever_checks_out() {
    for attributes in ["* text=auto\n", "* text eol=crlf\n"] {
        let fixture = Fixture::new();
        fixture.write(".gitattributes", attributes);
        fixture.write("a", "theirs\n");
        let oid = fixture.commit_file("b", "b\n");
        let (git, path) = (fixture.open(), fixture.beside("x"));
        let registered = git.register_worktree(&branch("x"), &path, &oid).unwrap();
        fs_err::write(path.join("a"), "mine").unwrap();
        fs_err::write(path.join("other"), "mine").unwrap();
        let done = git.populate(&registered).unwrap();
        assert_eq!(done.kept, ["a"], "{attributes}");
        assert_eq!(fs_err::read_to_string(path.join("a")).unwrap(), "mine");
        assert_eq!(fixture.git_in(&path, &["status", "--porcelain"]), " M a\n?? other");
    }
}

#[test]
fn the_sparse_cone_of_the_main_worktree_is_carried_over() {
    let fixture = Fixture::new();
    fixture.write("docs/x.md", "1");
    fixture.write("src/deep/y.rs", "1");
    let oid = fixture.commit_file("top", "1");
    fixture.git(&["sparse-checkout", "set", "--cone", "docs"]);
    let git = fixture.open();
    let path = fixture.beside("x");
    let registered = git.register_worktree(&branch("x"), &path, &oid).unwrap();
    git.populate(&registered).unwrap();
    assert!(path.join("docs/x.md").exists() && path.join("top").exists());
    assert!(!path.join("src").exists());
    assert!(git.changes(&path).unwrap().is_clean());
}

#[cfg(unix)]
#[test]
fn the_users_hook_runs_once_and_its_failure_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let fixture = Fixture::new();
    let oid = fixture.commit_file("a", "1");
    let hook = fixture.root().join(".git/hooks/post-checkout");
    fs_err::create_dir_all(hook.parent().unwrap()).unwrap();
    let script = format!(
        "#!/bin/sh\necho \"$1 $2 $3\" >> {}\necho bad >&2; exit 4\n",
        fixture.beside("log").display()
    );
    fs_err::write(&hook, script).unwrap();
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).unwrap();
    let git = fixture.open();
    let registered = git.register_worktree(&branch("x"), &fixture.beside("x"), &oid).unwrap();
    let done = git.populate(&registered).unwrap();
    assert_eq!(done.hook_failure.as_deref(), Some("bad"));
    let log = std::fs::read_to_string(fixture.beside("log")).unwrap();
    assert_eq!(log, format!("{} {oid} 1\n", oid.zero_like()));
}

#[test]
fn eight_at_once_lose_no_worktree_under_the_lock() {
    let fixture = Fixture::new();
    let oid = fixture.commit_file("a", "1");
    std::thread::scope(|scope| {
        for racer in 0..8 {
            let (fixture, oid) = (&fixture, &oid);
            scope.spawn(move || {
                let git = Git::open(&fixture.env, &fixture.root()).unwrap();
                for n in 0..2 {
                    let name = format!("w{racer}-{n}");
                    let lock = git.lock("a test", Duration::from_secs(20)).unwrap();
                    let registered =
                        git.register_worktree(&branch(&name), &fixture.beside(&name), oid).unwrap();
                    drop(lock);
                    git.populate(&registered).unwrap();
                }
            });
        }
    });
    let trees = fixture.open().worktrees().unwrap();
    assert_eq!(trees.len(), 17);
    assert!(
        trees.iter().all(|tree| tree.branch.is_some() && !tree.is_missing && tree.path.join("a").exists())
    );
}
