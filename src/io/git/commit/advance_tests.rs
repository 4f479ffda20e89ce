use chrono::DateTime;

use super::*;
use crate::domain::model::path::RepoPath;
use crate::domain::model::people::Person;
use crate::io::git::commit::request::TreeChange;
use crate::io::git::oid::Oid;
use crate::io::git::testing::Fixture;

const OLD: &str = "prds/ready/SVC-1-x.md";
const NEW: &str = "prds/in-progress/SVC-1-x.md";

/// A repository with one PRD, and other files that the user is in the middle of changing.
fn busy_fixture() -> Fixture {
    let fixture = Fixture::new();
    fixture.write(OLD, "# SVC-1: X\n");
    fixture.write("src/a.rs", "one\n");
    fixture.write("src/b.rs", "one\n");
    fixture.commit_all("begin");
    fixture.write("src/a.rs", "staged\n");
    fixture.write("src/new.rs", "staged\n");
    fixture.git(&["add", "src"]);
    fixture.git(&["rm", "-q", "--cached", "src/b.rs"]);
    fixture.write("src/a.rs", "staged and then changed\n");
    fixture.write("notes.txt", "untracked\n");
    fixture
}

/// The move of the PRD from ready to in-progress, with a new field.
fn start(fixture: &Fixture) -> CommitRequest {
    let change = |path: &str, expected: Option<&str>, content: Option<&str>| TreeChange {
        path: RepoPath::new(path).unwrap(),
        expected: expected.map(|text| text.as_bytes().to_vec()),
        content: content.map(|text| text.as_bytes().to_vec()),
    };
    let old = std::fs::read_to_string(fixture.root().join(OLD)).unwrap_or_default();
    request(vec![
        change(OLD, Some(&old), None),
        change(NEW, None, Some(&format!("{old}Branch: x\n"))),
        change("prds/.prd/events/SVC-1/1.json", None, Some("{}\n")),
    ])
}

fn request(changes: Vec<TreeChange>) -> CommitRequest {
    CommitRequest {
        changes,
        message: "prd(SVC-1): ready → in-progress\n\nPRD: SVC-1\n".to_owned(),
        author: Person { name: "Bo Author".to_owned(), email: "bo@example.org".to_owned() },
        time: DateTime::parse_from_rfc3339("2025-06-02T10:00:00+02:00").unwrap(),
        no_verify: false,
    }
}

fn change(path: &str, expected: Option<&[u8]>, content: Option<&[u8]>) -> TreeChange {
    TreeChange {
        path: RepoPath::new(path).unwrap(),
        expected: expected.map(<[u8]>::to_vec),
        content: content.map(<[u8]>::to_vec),
    }
}

/// Everything that the user could notice about the index and the work tree outside the PRD folders.
fn users_view(fixture: &Fixture) -> (String, String, String) {
    (
        fixture.git(&["ls-files", "--stage", "--", "src", "notes.txt"]),
        fixture.git(&["status", "--porcelain=v1", "--untracked-files=all", "--", "src", "notes.txt"]),
        fixture.read("src/a.rs"),
    )
}

fn index_bytes(fixture: &Fixture) -> Vec<u8> {
    std::fs::read(fixture.root().join(".git/index")).unwrap()
}

fn has_debris(fixture: &Fixture) -> bool {
    std::fs::read_dir(fixture.root().join(".git")).unwrap().any(|entry| {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        name == "index.lock" || name.starts_with("prd-")
    })
}

fn assert_done(fixture: &Fixture, built: &Built) {
    assert_eq!(fixture.oid("main"), built.oid);
    assert_eq!(fixture.git(&["status", "--porcelain", "--", "prds"]), "");
    assert!(!fixture.root().join(OLD).exists());
    assert_eq!(fixture.read(NEW), "# SVC-1: X\nBranch: x\n");
    assert!(!has_debris(fixture));
}

fn assert_untouched(fixture: &Fixture, tip: &Oid, index: &[u8]) {
    assert_eq!(&fixture.oid("main"), tip);
    assert_eq!(index_bytes(fixture), index, "the index is the same to the byte");
    assert_eq!(fixture.read(OLD), "# SVC-1: X\n");
    assert!(!fixture.root().join(NEW).exists());
    assert!(!has_debris(fixture));
}

#[test]
fn commits_the_paths_and_nothing_else_of_what_the_user_is_doing() {
    let fixture = busy_fixture();
    let before = users_view(&fixture);
    let git = fixture.open();
    let home = git.home(None).unwrap();
    let request = start(&fixture);
    let built = git.build_commit(&home, &request).unwrap();
    assert_eq!(fixture.oid("main"), built.onto);
    git.advance_home(&home, &request, &built).unwrap();
    assert_done(&fixture, &built);
    assert_eq!(users_view(&fixture), before);
    let names = fixture.git(&["show", "--no-renames", "--name-status", "--format=%an|%s|%ad|%cn", "HEAD"]);
    assert_eq!(
        names,
        "Bo Author|prd(SVC-1): ready → in-progress|Mon Jun 2 10:00:00 2025 +0200|Ada Lovelace\n\n\
         A\tprds/.prd/events/SVC-1/1.json\nA\tprds/in-progress/SVC-1-x.md\nD\tprds/ready/SVC-1-x.md"
    );
    assert!(fixture.git(&["reflog", "-1", "HEAD"]).contains("commit: prd(SVC-1)"));
    fixture.git(&["diff-files", "--quiet", "--", "prds"]);
    fixture.git(&["fsck", "--strict"]);
}

#[test]
fn works_from_a_linked_worktree_and_with_a_split_index() {
    let fixture = busy_fixture();
    fixture.git(&["update-index", "--split-index"]);
    let before = users_view(&fixture);
    let linked = fixture.beside("linked");
    fixture.git(&["worktree", "add", "-q", "-b", "x", linked.to_str().unwrap()]);
    let git = Git::open(&fixture.env, &linked).unwrap();
    let home = git.home(None).unwrap();
    let request = start(&fixture);
    let built = git.build_commit(&home, &request).unwrap();
    git.advance_home(&home, &request, &built).unwrap();
    assert_done(&fixture, &built);
    assert_eq!(users_view(&fixture), before);
}

/// Runs the first `steps` steps and dies.
fn killed_after(git: &Git, home: &Home, request: &CommitRequest, built: &Built, steps: u8) {
    let mut advance = git.begin_advance(home, request, built).unwrap();
    if steps > 1 {
        advance.write_files().unwrap();
    }
    if steps > 2 {
        advance.move_ref().unwrap();
    }
    std::mem::forget(advance);
}

#[test]
fn a_kill_after_any_step_can_be_finished() {
    for steps in 1..=3 {
        let fixture = busy_fixture();
        let before = users_view(&fixture);
        let git = fixture.open();
        let home = git.home(None).unwrap();
        let request = start(&fixture);
        let built = git.build_commit(&home, &request).unwrap();
        assert!(matches!(git.resume_advance(&home, &request, &built).unwrap(), Resumed::NotBegun));
        killed_after(&git, &home, &request, &built, steps);
        match git.resume_advance(&home, &request, &built).unwrap() {
            Resumed::Pending(mut advance) => {
                assert!(steps < 3);
                advance.write_files().unwrap();
                advance.move_ref().unwrap();
                advance.finish().unwrap();
            }
            Resumed::Moved(advance) => {
                assert_eq!(steps, 3);
                advance.finish().unwrap();
            }
            other @ (Resumed::NotBegun | Resumed::Done) => panic!("{other:?} after {steps} steps"),
        }
        assert!(matches!(git.resume_advance(&home, &request, &built).unwrap(), Resumed::Done));
        assert_done(&fixture, &built);
        assert_eq!(users_view(&fixture), before);
    }
}

#[test]
fn a_kill_before_the_branch_moved_can_be_taken_back() {
    for steps in 1..=2 {
        let fixture = busy_fixture();
        let (tip, index) = (fixture.oid("main"), index_bytes(&fixture));
        let git = fixture.open();
        let home = git.home(None).unwrap();
        let request = start(&fixture);
        let built = git.build_commit(&home, &request).unwrap();
        killed_after(&git, &home, &request, &built, steps);
        let Resumed::Pending(advance) = git.resume_advance(&home, &request, &built).unwrap() else {
            panic!("not pending after {steps} steps")
        };
        advance.abandon().unwrap();
        assert_untouched(&fixture, &tip, &index);
    }
}

#[test]
fn a_lock_that_the_user_removed_after_a_kill_does_not_revert_the_commit() {
    let fixture = busy_fixture();
    let git = fixture.open();
    let home = git.home(None).unwrap();
    let request = start(&fixture);
    let built = git.build_commit(&home, &request).unwrap();
    killed_after(&git, &home, &request, &built, 3);
    std::fs::remove_file(fixture.root().join(".git/index.lock")).unwrap();
    let Resumed::Moved(advance) = git.resume_advance(&home, &request, &built).unwrap() else {
        panic!("not moved")
    };
    advance.finish().unwrap();
    assert_done(&fixture, &built);
}

#[test]
fn a_branch_that_moved_meanwhile_takes_everything_back() {
    let fixture = busy_fixture();
    let index = index_bytes(&fixture);
    let git = fixture.open();
    let home = git.home(None).unwrap();
    let request = start(&fixture);
    let built = git.build_commit(&home, &request).unwrap();
    let mut advance = git.begin_advance(&home, &request, &built).unwrap();
    advance.write_files().unwrap();
    let other = fixture.git(&["commit-tree", "-p", "main", "-m", "other", "main^{tree}"]);
    fixture.git(&["update-ref", "refs/heads/main", &other]);
    let error = advance.move_ref().unwrap_err();
    assert!(matches!(error, CommitError::Git(GitError::RefMoved { .. })) && error.is_race(), "{error}");
    drop(advance);
    assert_untouched(&fixture, &Oid::parse(&other).unwrap(), &index);
    let error = git.begin_advance(&home, &request, &built).unwrap_err();
    assert!(error.is_race(), "{error}");
    assert_untouched(&fixture, &Oid::parse(&other).unwrap(), &index);
}

/// What `begin_advance` says, and that nothing was changed by it.
fn refusal(fixture: &Fixture, request: &CommitRequest) -> CommitError {
    let (tip, index) = (fixture.oid("main"), index_bytes(fixture));
    let git = fixture.open();
    let home = git.home(None).unwrap();
    let error = match git.build_commit(&home, request) {
        Ok(built) => git.begin_advance(&home, request, &built).unwrap_err(),
        Err(error) => error,
    };
    assert_eq!((fixture.oid("main"), index_bytes(fixture)), (tip, index));
    error
}

#[test]
fn a_staged_version_that_is_not_the_files_refuses() {
    let fixture = busy_fixture();
    let request = start(&fixture);
    fixture.write(OLD, "# SVC-1: staged\n");
    fixture.git(&["add", OLD]);
    fixture.write(OLD, "# SVC-1: X\n");
    let error = refusal(&fixture, &request);
    assert!(matches!(&error, CommitError::StagedDiffers { path } if path.as_str() == OLD), "{error}");
}

#[test]
fn a_staged_version_that_is_the_files_goes_along() {
    let fixture = busy_fixture();
    fixture.write(OLD, "# SVC-1: X, edited\n");
    fixture.git(&["add", OLD]);
    let request = start(&fixture);
    let git = fixture.open();
    let home = git.home(None).unwrap();
    let built = git.build_commit(&home, &request).unwrap();
    git.advance_home(&home, &request, &built).unwrap();
    assert_eq!(fixture.git(&["show", &format!("HEAD:{NEW}")]), "# SVC-1: X, edited\nBranch: x");
    assert_eq!(fixture.git(&["status", "--porcelain", "--", "prds"]), "");
}

#[test]
fn a_new_file_that_is_only_untracked_is_moved_too() {
    let fixture = busy_fixture();
    fixture.write("prds/draft/SVC-2-y.md", "# SVC-2\n");
    let request = request(vec![
        change("prds/draft/SVC-2-y.md", Some(b"# SVC-2\n"), None),
        change("prds/review/SVC-2-y.md", None, Some(b"# SVC-2\n")),
    ]);
    let git = fixture.open();
    let home = git.home(None).unwrap();
    let built = git.build_commit(&home, &request).unwrap();
    git.advance_home(&home, &request, &built).unwrap();
    assert_eq!(fixture.git(&["status", "--porcelain", "--", "prds"]), "");
    assert_eq!(fixture.git(&["ls-files", "prds"]), format!("{OLD}\nprds/review/SVC-2-y.md"));
}

#[test]
fn a_file_that_changed_since_the_plan_refuses() {
    let fixture = busy_fixture();
    let request = start(&fixture);
    fixture.write(OLD, "# SVC-1: written by an editor just now\n");
    let error = refusal(&fixture, &request);
    assert!(matches!(&error, CommitError::Changed { path } if path.as_str() == OLD), "{error}");
    assert!(!has_debris(&fixture));
    fixture.write(OLD, "# SVC-1: X\n");
    fixture.write(NEW, "already here\n");
    let error = refusal(&fixture, &request);
    assert!(matches!(&error, CommitError::Changed { path } if path.as_str() == NEW), "{error}");
    assert!(!has_debris(&fixture));
}

#[test]
fn a_merge_in_progress_refuses() {
    let fixture = Fixture::new();
    fixture.commit_file(OLD, "# SVC-1: X\n");
    fixture.git(&["checkout", "-q", "-b", "other"]);
    fixture.commit_file("a", "1");
    fixture.git(&["checkout", "-q", "main"]);
    fixture.commit_file("b", "1");
    fixture.git(&["merge", "-q", "--no-commit", "other"]);
    let error = refusal(&fixture, &start(&fixture));
    let merge = CommitError::OperationInProgress { operation: Operation::Merge, root: fixture.root() };
    assert_eq!(error.to_string(), merge.to_string());
}

#[test]
fn the_lock_of_another_git_is_waited_for_and_left_alone() {
    let fixture = busy_fixture();
    let lock = fixture.root().join(".git/index.lock");
    fs_err::write(&lock, "somebody else's").unwrap();
    let error = refusal(&fixture, &start(&fixture));
    assert!(matches!(error, CommitError::IndexLocked { .. }), "{error}");
    assert_eq!(std::fs::read_to_string(lock).unwrap(), "somebody else's");
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_symbolic_link() {
    let fixture = busy_fixture();
    std::fs::create_dir(fixture.beside("outside")).unwrap();
    std::os::unix::fs::symlink(fixture.beside("outside"), fixture.root().join("prds/in-progress")).unwrap();
    let error = refusal(&fixture, &start(&fixture));
    assert!(matches!(error, CommitError::BehindLink { .. }), "{error}");
    assert_eq!(std::fs::read_dir(fixture.beside("outside")).unwrap().count(), 0);
    assert!(!has_debris(&fixture));
}

#[test]
fn line_ends_are_stored_as_git_add_would() {
    let fixture = busy_fixture();
    fixture.git(&["config", "core.autocrlf", "true"]);
    let request = request(vec![change("prds/draft/SVC-3-z.md", None, Some(b"# SVC-3\r\n\r\ntext\r\n"))]);
    let git = fixture.open();
    let home = git.home(None).unwrap();
    let built = git.build_commit(&home, &request).unwrap();
    git.advance_home(&home, &request, &built).unwrap();
    assert_eq!(fixture.git(&["status", "--porcelain", "--", "prds"]), "");
    let path = RepoPath::new("prds/draft/SVC-3-z.md").unwrap();
    let stored = git.read_blob("main", &path).unwrap();
    assert_eq!(stored.as_deref(), Some(b"# SVC-3\n\ntext\n".as_slice()));
    assert_eq!(fixture.read("prds/draft/SVC-3-z.md"), "# SVC-3\r\n\r\ntext\r\n");
}

#[test]
fn a_tip_is_committed_to_without_any_work_tree() {
    let fixture = busy_fixture();
    fixture.git(&["checkout", "-q", "-b", "feature"]);
    let (before, index) = (users_view(&fixture), index_bytes(&fixture));
    let git = fixture.open();
    let home = git.home(None).unwrap();
    assert!(matches!(home.place, HomePlace::Tip { .. }));
    let request = start(&fixture);
    let built = git.build_commit(&home, &request).unwrap();
    assert!(matches!(git.resume_advance(&home, &request, &built).unwrap(), Resumed::NotBegun));
    git.advance_home(&home, &request, &built).unwrap();
    assert!(matches!(git.resume_advance(&home, &request, &built).unwrap(), Resumed::Done));
    assert_eq!(fixture.oid("main"), built.oid);
    assert_eq!((users_view(&fixture), index_bytes(&fixture)), (before, index));
    assert_eq!(fixture.read(OLD), "# SVC-1: X\n");
    let error = git.build_commit(&git.home(None).unwrap(), &request).unwrap_err();
    assert!(matches!(error, CommitError::Changed { .. }), "{error}");
}

#[test]
fn of_two_who_commit_to_a_tip_at_once_the_slower_one_is_told() {
    let fixture = busy_fixture();
    fixture.git(&["checkout", "-q", "-b", "feature"]);
    let git = fixture.open();
    let home = git.home(None).unwrap();
    let requests: Vec<CommitRequest> =
        (0..8).map(|n| request(vec![change(&format!("prds/draft/SVC-{n}.md"), None, Some(b"x"))])).collect();
    let mut winners = 0;
    std::thread::scope(|scope| {
        let racers: Vec<_> = requests
            .iter()
            .map(|request| {
                let (git, home) = (&git, &home);
                scope.spawn(move || {
                    let built = git.build_commit(home, request).unwrap();
                    git.advance_home(home, request, &built)
                })
            })
            .collect();
        for racer in racers {
            match racer.join().unwrap() {
                Ok(()) => winners += 1,
                Err(error) => assert!(error.is_race(), "{error}"),
            }
        }
    });
    assert_eq!(winners, 1);
}

fn install_hook(fixture: &Fixture, name: &str, script: &str) {
    let path = fixture.root().join(".git/hooks").join(name);
    fs_err::create_dir_all(path.parent().unwrap()).unwrap();
    fs_err::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
}

#[cfg(unix)]
#[test]
fn the_users_hooks_see_the_commit_and_may_refuse_it() {
    let fixture = busy_fixture();
    let seen = fixture.beside("seen");
    let script = format!("git diff --cached --name-status --no-renames > {}", seen.display());
    install_hook(&fixture, "pre-commit", &script);
    install_hook(&fixture, "commit-msg", "echo 'Reviewed-by: hook' >> \"$1\"");
    let index = index_bytes(&fixture);
    let git = fixture.open();
    let home = git.home(None).unwrap();
    let request = start(&fixture);
    let built = git.build_commit(&home, &request).unwrap();
    let seen = std::fs::read_to_string(seen).unwrap();
    assert_eq!(
        seen,
        "A\tprds/.prd/events/SVC-1/1.json\nA\tprds/in-progress/SVC-1-x.md\nD\tprds/ready/SVC-1-x.md\n"
    );
    let body = fixture.git(&["show", "-s", "--format=%B", built.oid.as_str()]);
    assert!(body.contains("PRD: SVC-1\nReviewed-by: hook"), "{body}");
    install_hook(&fixture, "pre-commit", "echo no >&2; exit 3");
    let error = git.build_commit(&home, &request).unwrap_err();
    assert!(
        matches!(&error, CommitError::HookRefused { hook: "pre-commit", output } if output == "no"),
        "{error}"
    );
    git.build_commit(&home, &CommitRequest { no_verify: true, ..request }).unwrap();
    assert_eq!(index_bytes(&fixture), index);
    assert!(!has_debris(&fixture));
}

#[cfg(unix)]
#[test]
fn a_commit_is_signed_where_the_user_wants_it() {
    let fixture = busy_fixture();
    install_hook(
        &fixture,
        "fake-gpg",
        "cat > /dev/null\necho '[GNUPG:] SIG_CREATED ' >&2\nprintf -- '-----BEGIN PGP SIGNATURE-----\\n\\nfake\\n-----END PGP SIGNATURE-----\\n'",
    );
    let program = fixture.root().join(".git/hooks/fake-gpg");
    fixture.git(&["config", "commit.gpgSign", "true"]);
    fixture.git(&["config", "gpg.program", program.to_str().unwrap()]);
    let git = fixture.open();
    let built = git.build_commit(&git.home(None).unwrap(), &start(&fixture)).unwrap();
    let raw = fixture.git(&["cat-file", "commit", built.oid.as_str()]);
    assert!(raw.contains("gpgsig -----BEGIN PGP SIGNATURE-----"), "{raw}");
}

#[test]
fn without_an_identity_or_a_change_nothing_is_built() {
    let mut fixture = busy_fixture();
    let git = fixture.open();
    let home = git.home(None).unwrap();
    let same = request(vec![change(OLD, Some(b"# SVC-1: X\n"), Some(b"# SVC-1: X\n"))]);
    assert!(matches!(git.build_commit(&home, &same), Err(CommitError::NothingToCommit)));
    let request = start(&fixture);
    fixture.env.vars.retain(|name, _| !name.to_string_lossy().contains("_EMAIL"));
    assert!(matches!(fixture.open().build_commit(&home, &request), Err(CommitError::NoIdentity)));
}

#[test]
fn a_home_branch_known_only_from_the_remote_is_made_by_the_first_commit() {
    let fixture = Fixture::new();
    let tip = fixture.commit_file("a", "1");
    let clone = fixture.beside("clone");
    fixture.git(&["clone", "-q", ".", clone.to_str().unwrap()]);
    fixture.git_in(&clone, &["checkout", "-q", "-b", "x"]);
    fixture.git_in(&clone, &["branch", "-q", "-D", "main"]);
    let git = Git::open(&fixture.env, &clone).unwrap();
    let home = git.home(None).unwrap();
    let request = request(vec![change("prds/draft/SVC-1-x.md", None, Some(b"x"))]);
    let built = git.build_commit(&home, &request).unwrap();
    git.advance_home(&home, &request, &built).unwrap();
    assert_eq!(fixture.git_in(&clone, &["rev-parse", "main"]), built.oid.to_string());
    assert_eq!(fixture.git_in(&clone, &["rev-parse", "main~1"]), tip.to_string());
}

#[test]
fn a_user_who_stages_files_at_the_same_time_loses_nothing() {
    let fixture = busy_fixture();
    let git = fixture.open();
    let staged: Vec<String> = (0..12).map(|n| format!("src/s{n}.rs")).collect();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for name in &staged {
                fixture.write(name, "staged\n");
                // While the lock is ours git refuses, as it does for any other git at work.
                while !git.git().args(["add", name]).run().unwrap().is_success() {}
            }
        });
        for n in 0..6 {
            let path = format!("prds/draft/SVC-{n}.md");
            loop {
                let home = git.home(None).unwrap();
                let request = request(vec![change(&path, None, Some(b"x\n"))]);
                let built = git.build_commit(&home, &request).unwrap();
                match git.advance_home(&home, &request, &built) {
                    Ok(()) => break,
                    Err(CommitError::IndexLocked { .. }) => {}
                    Err(error) => panic!("{error}"),
                }
            }
        }
    });
    let listed = fixture.git(&["diff", "--cached", "--name-only", "--", "src/s*.rs"]);
    assert_eq!(listed.lines().count(), staged.len(), "{listed}");
    assert_eq!(fixture.git(&["status", "--porcelain", "--", "prds"]), "");
    assert!(!has_debris(&fixture));
}
