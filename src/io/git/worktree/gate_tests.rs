use super::*;
use crate::io::git::testing::Fixture;
use crate::io::git::worktree::list::Operation;

/// A worktree `x` beside the repository, on a branch `x` with one commit of its own.
fn with_worktree() -> (Fixture, PathBuf) {
    let fixture = Fixture::new();
    fixture.write(".gitignore", ".env\n*.sqlite\nnode_modules/\ntarget\n__pycache__/\ndata/\n");
    fixture.commit_file("a", "1\n");
    let path = fixture.beside("x");
    fixture.git(&["worktree", "add", "-q", "-b", "x", path.to_str().unwrap()]);
    fs_err::write(path.join("b"), "1\n").unwrap();
    fixture.git_in(&path, &["add", "b"]);
    fixture.git_in(&path, &["commit", "-q", "-m", "b"]);
    (fixture, path)
}

fn label() -> Label {
    Label { name: "SVC-1".to_owned(), time: chrono::DateTime::UNIX_EPOCH.fixed_offset() }
}

/// What is in the way where the branch stays.
fn obstacles(fixture: &Fixture, path: &Path) -> Vec<Obstacle> {
    obstacles_by(fixture, path, &RemovalRules::default())
}

fn obstacles_by(fixture: &Fixture, path: &Path, rules: &RemovalRules) -> Vec<Obstacle> {
    match fixture.open().removal_check(path, rules) {
        Ok(_) => Vec::new(),
        Err(RemovalError::Refused { obstacles, .. }) => obstacles,
        Err(error @ RemovalError::Git(_)) => panic!("{error}"),
    }
}

fn files(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn a_clean_worktree_goes_and_its_branch_stays() {
    let (fixture, path) = with_worktree();
    for folder in ["node_modules/y", "packages/z/node_modules/y", "target/debug", "src/__pycache__"] {
        fs_err::create_dir_all(path.join(folder)).unwrap();
        fs_err::write(path.join(folder).join("file"), "1").unwrap();
    }
    let git = fixture.open();
    let permit = git.removal_check(&path, &RemovalRules::default()).unwrap();
    assert_eq!(permit.branch().map(BranchName::as_str), Some("x"));
    assert_eq!(permit.tip(), Some(&fixture.oid("x")));
    assert!(permit.discarded().is_empty());
    git.remove_worktree(permit, &label()).unwrap();
    assert!(!path.exists());
    assert_eq!(git.worktree_at(&path).unwrap(), None);
    fixture.oid("x");
}

#[test]
fn uncommitted_work_stops_it() {
    let (fixture, path) = with_worktree();
    fs_err::write(path.join("a"), "2\n").unwrap();
    fs_err::write(path.join("new"), "1").unwrap();
    fs_err::write(path.join("staged"), "1").unwrap();
    fixture.git_in(&path, &["add", "staged"]);
    std::fs::remove_file(path.join("b")).unwrap();
    assert_eq!(
        obstacles(&fixture, &path),
        [
            Obstacle::Changed { files: files(&["a", "b", "staged"]) },
            Obstacle::Untracked { files: files(&["new"]) }
        ]
    );
    assert!(path.join("new").exists());
}

#[test]
fn settings_that_hide_files_from_a_status_do_not_hide_them_from_the_gate() {
    let (fixture, path) = with_worktree();
    fixture.git(&["config", "status.showUntrackedFiles", "no"]);
    fs_err::write(path.join("new"), "1").unwrap();
    assert_eq!(obstacles(&fixture, &path), [Obstacle::Untracked { files: files(&["new"]) }]);
}

#[test]
fn ignored_files_that_nothing_makes_again_stop_it_unless_discarded() {
    let (fixture, path) = with_worktree();
    fs_err::write(path.join(".env"), "SECRET=1").unwrap();
    fs_err::write(path.join("dev.sqlite"), "1").unwrap();
    fs_err::create_dir_all(path.join("data")).unwrap();
    fs_err::write(path.join("data/dump"), "1").unwrap();
    let precious = files(&[".env", "data/", "dev.sqlite"]);
    assert_eq!(obstacles(&fixture, &path), [Obstacle::Ignored { files: precious.clone() }]);
    let git = fixture.open();
    let rules = RemovalRules { discard_ignored: true, ..RemovalRules::default() };
    let permit = git.removal_check(&path, &rules).unwrap();
    assert_eq!(permit.discarded(), precious);
    git.remove_worktree(permit, &label()).unwrap();
    assert!(!path.exists());
}

#[test]
fn a_file_that_is_named_like_a_build_folder_is_precious() {
    let (fixture, path) = with_worktree();
    fs_err::write(path.join("target"), "not a folder").unwrap();
    assert_eq!(obstacles(&fixture, &path), [Obstacle::Ignored { files: files(&["target"]) }]);
}

#[test]
fn work_that_the_base_lacks_stops_it() {
    let (fixture, path) = with_worktree();
    let rules = |fixture: &Fixture| RemovalRules {
        merged_into: vec![fixture.oid("main")],
        ..RemovalRules::default()
    };
    let branch = BranchName::new("x").ok();
    let by = |rules: &RemovalRules| obstacles_by(&fixture, &path, rules);
    assert_eq!(by(&rules(&fixture)), [Obstacle::Unmerged { branch: branch.clone() }]);
    let unborn = RemovalRules { recorded_base: Some(fixture.oid("x")), ..rules(&fixture) };
    assert_eq!(by(&unborn), [Obstacle::New { branch }]);
    fixture.git(&["merge", "-q", "--squash", "x"]);
    fixture.commit_all("squashed");
    assert_eq!(by(&rules(&fixture)), []);
}

#[test]
fn an_operation_in_progress_stops_it() {
    let (fixture, path) = with_worktree();
    fixture.commit_file("c", "1");
    fixture.git_in(&path, &["merge", "-q", "--no-commit", "--no-ff", "main"]);
    let found = obstacles(&fixture, &path);
    assert!(found.contains(&Obstacle::Operation(Operation::Merge)), "{found:?}");
}

#[test]
fn a_locked_worktree_stays_also_when_its_folder_is_gone() {
    let (fixture, path) = with_worktree();
    fixture.git(&["worktree", "lock", "--reason", "on a stick", path.to_str().unwrap()]);
    let locked = [Obstacle::Locked { reason: "on a stick".to_owned() }];
    assert_eq!(obstacles(&fixture, &path), locked);
    std::fs::remove_dir_all(&path).unwrap();
    assert_eq!(obstacles(&fixture, &path), locked);
}

#[test]
fn a_worktree_whose_folder_is_gone_is_only_forgotten() {
    let (fixture, path) = with_worktree();
    std::fs::remove_dir_all(&path).unwrap();
    let git = fixture.open();
    let permit = git.removal_check(&path, &RemovalRules::default()).unwrap();
    git.remove_worktree(permit, &label()).unwrap();
    assert_eq!(git.worktree_at(&path).unwrap(), None);
    fixture.oid("x");
}

#[test]
fn another_folder_in_its_place_is_left_alone() {
    let (fixture, path) = with_worktree();
    let registered = vec![Obstacle::Disagrees { registered: path.clone() }];
    std::fs::remove_file(path.join(".git")).unwrap();
    assert_eq!(obstacles(&fixture, &path), registered);
    std::fs::remove_dir_all(&path).unwrap();
    fixture.git(&["clone", "-q", ".", path.to_str().unwrap()]);
    assert_eq!(obstacles(&fixture, &path), registered);
}

#[test]
fn the_main_worktree_and_strange_folders_stay() {
    let (fixture, _) = with_worktree();
    assert_eq!(obstacles(&fixture, &fixture.root()), [Obstacle::MainWorktree]);
    assert_eq!(obstacles(&fixture, &fixture.beside("nothing")), [Obstacle::NotRegistered]);
    let inside = fixture.beside("x").join("sub");
    assert_eq!(obstacles(&fixture, &inside), [Obstacle::NotRegistered]);
}

#[test]
fn the_folder_that_the_users_shell_is_in_stays_unless_the_shell_leaves() {
    let (mut fixture, path) = with_worktree();
    fs_err::create_dir(path.join("sub")).unwrap();
    fixture.env.cwd = path.join("sub");
    assert_eq!(obstacles(&fixture, &path), [Obstacle::ShellInside]);
    let rules = RemovalRules { leaves_shell: true, ..RemovalRules::default() };
    assert_eq!(obstacles_by(&fixture, &path, &rules), []);
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_on_the_way_leads_to_the_same_worktree() {
    let (fixture, path) = with_worktree();
    let link = fixture.beside("link");
    std::os::unix::fs::symlink(path.parent().unwrap(), &link).unwrap();
    let git = fixture.open();
    let permit = git.removal_check(&link.join("x"), &RemovalRules::default()).unwrap();
    assert_eq!(permit.path(), path);
    git.remove_worktree(permit, &label()).unwrap();
    assert!(!path.exists() && link.exists());
}

#[test]
fn commits_on_a_detached_head_that_no_branch_has_stop_it() {
    let (fixture, path) = with_worktree();
    fixture.git_in(&path, &["checkout", "-q", "--detach"]);
    assert_eq!(obstacles(&fixture, &path), []);
    fixture.git_in(&path, &["commit", "-q", "--allow-empty", "-m", "lost"]);
    let found = obstacles(&fixture, &path);
    assert!(matches!(found.as_slice(), [Obstacle::DetachedWork { .. }]), "{found:?}");
}

#[test]
fn a_permit_is_asked_again_before_it_is_used() {
    let (fixture, path) = with_worktree();
    let git = fixture.open();
    let permit = git.removal_check(&path, &RemovalRules::default()).unwrap();
    fs_err::write(path.join("just-now"), "1").unwrap();
    let error = git.remove_worktree(permit, &label()).unwrap_err();
    assert!(matches!(error, RemovalError::Refused { .. }), "{error}");
    assert!(path.join("just-now").exists());
}

#[test]
fn a_submodule_with_a_repository_stops_it() {
    let (fixture, path) = with_worktree();
    fixture.git_in(
        &path,
        &[
            "-c",
            "protocol.file.allow=always",
            "submodule",
            "add",
            "-q",
            fixture.root().to_str().unwrap(),
            "sub",
        ],
    );
    fixture.git_in(&path, &["commit", "-q", "-m", "sub"]);
    assert_eq!(obstacles(&fixture, &path), [Obstacle::Submodules { paths: files(&["sub"]) }]);
}
