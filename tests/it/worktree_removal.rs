//! One row for each way to lose work with a worktree, and what the gate says of it.

use std::path::{Path, PathBuf};

use crate::support::Repo;

/// A repository with `SVC-101` in progress and a commit on its branch.
struct Case {
    repo: Repo,
    tree: PathBuf,
}

impl Case {
    fn git(&self, args: &[&str]) -> String {
        self.repo.git_in(&self.tree, args)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.tree.join(path);
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(path, text).unwrap();
    }
}

const BRANCH: &str = "feat/SVC-101-checkout-service";

fn started() -> Repo {
    let repo = Repo::new();
    repo.write(".gitignore", ".env\n*.sqlite\nnode_modules/\ntarget/\n");
    repo.prd("ready", "SVC-101", "checkout-service", "");
    repo.commit_all("Plans");
    repo.run(&["start", "SVC-101"]).expect(0);
    let case = of(repo);
    case.write("src/work.txt", "work\n");
    case.git(&["add", "-A"]);
    case.git(&["commit", "-q", "-m", "Work"]);
    case.repo
}

fn of(repo: Repo) -> Case {
    let tree = repo.beside("worktrees/cloudscale-SVC-101");
    Case { repo, tree }
}

/// What is expected of a removal.
enum Expect {
    /// It goes, and with it these words are said.
    Goes(&'static str),
    /// It stays, because of these words.
    Stays(&'static str),
}
use Expect::{Goes, Stays};

type Row = (&'static str, fn(&Case), &'static [&'static str], Expect);

fn merged(case: &Case) {
    case.repo.git(&["merge", "-q", "--no-ff", "-m", "Merge", BRANCH]);
}

fn squashed(case: &Case) {
    case.repo.git(&["merge", "-q", "--squash", BRANCH]);
    case.repo.commit_all("All of it");
}

/// A repository with a commit that no other has.
fn own_repository(repo: &Repo, at: &Path) {
    repo.git(&["init", "-q", at.to_str().unwrap()]);
    fs_err::write(at.join("index.js"), "own work\n").unwrap();
    repo.git_in(at, &["add", "-A"]);
    repo.git_in(at, &["-c", "user.name=A", "-c", "user.email=a@b", "commit", "-q", "-m", "Own"]);
}

/// What is done to a merged worktree, or to the branch, the flags of `prd worktree remove`, and what comes of it.
const MATRIX: &[Row] = &[
    ("merged and clean", merged, &[], Goes("stays at")),
    (
        "modified",
        |case| {
            merged(case);
            case.write("src/work.txt", "more\n");
        },
        &[],
        Stays("uncommitted changes: src/work.txt"),
    ),
    (
        "staged",
        |case| {
            merged(case);
            case.write("src/new.txt", "more\n");
            case.git(&["add", "src/new.txt"]);
        },
        &[],
        Stays("uncommitted changes: src/new.txt"),
    ),
    (
        "untracked",
        |case| {
            merged(case);
            case.write("notes.txt", "more\n");
        },
        &[],
        Stays("untracked files: notes.txt"),
    ),
    (
        "untracked, and hidden by a setting",
        |case| {
            merged(case);
            case.repo.git(&["config", "status.showUntrackedFiles", "no"]);
            case.write("notes.txt", "more\n");
        },
        &["--discard-ignored", "--unmerged"],
        Stays("untracked files: notes.txt"),
    ),
    (
        "deleted",
        |case| {
            merged(case);
            fs_err::remove_file(case.tree.join("src/work.txt")).unwrap();
        },
        &[],
        Stays("uncommitted changes"),
    ),
    (
        "ignored .env",
        |case| {
            merged(case);
            case.write(".env", "SECRET=1\n");
        },
        &[],
        Stays("--discard-ignored"),
    ),
    (
        "ignored database, deep",
        |case| {
            merged(case);
            case.write("var/dev.sqlite", "1");
        },
        &[],
        Stays("var/dev.sqlite"),
    ),
    (
        "ignored .env, discarded",
        |case| {
            merged(case);
            case.write(".env", "SECRET=1\n");
        },
        &["--discard-ignored"],
        Goes("kept for 14 days: .env"),
    ),
    (
        "nothing but what a build makes again",
        |case| {
            merged(case);
            case.write("node_modules/x/index.js", "1");
            case.write("target/debug/prd", "1");
        },
        &[],
        Goes("stays at"),
    ),
    (
        "stash",
        |case| {
            merged(case);
            case.write("src/work.txt", "more\n");
            case.git(&["stash", "-q"]);
        },
        &[],
        Goes("stays at"),
    ),
    (
        "detached commits",
        |case| {
            case.git(&["checkout", "-q", "--detach"]);
            case.git(&["commit", "-q", "--allow-empty", "-m", "Lost"]);
        },
        &["--unmerged"],
        Stays("are on no branch"),
    ),
    (
        "unpushed commits",
        |case| {
            merged(case);
            case.git(&["commit", "-q", "--allow-empty", "-m", "x"]);
            case.write("z", "1");
            case.git(&["add", "z"]);
            case.git(&["commit", "-q", "-m", "z"]);
        },
        &[],
        Stays("has work that is not merged"),
    ),
    ("unmerged", |_| {}, &[], Stays("has work that is not merged")),
    ("unmerged, and the branch stays", |_| {}, &["--unmerged"], Goes("stays at")),
    ("squash-merged", squashed, &[], Goes("stays at")),
    (
        "squash-merged, and changed again since",
        |case| {
            squashed(case);
            case.repo.write("src/work.txt", "changed since\n");
            case.repo.commit_all("Again");
        },
        &[],
        Goes("stays at"),
    ),
    (
        "squash-merged, with one commit more",
        |case| {
            squashed(case);
            case.write("src/more.txt", "1");
            case.git(&["add", "-A"]);
            case.git(&["commit", "-q", "-m", "More"]);
        },
        &[],
        Stays("has work that is not merged"),
    ),
    (
        "rebased",
        |case| {
            case.repo.write("src/other.txt", "1");
            case.repo.commit_all("Other");
            case.repo.git(&["cherry-pick", BRANCH]);
        },
        &[],
        Goes("stays at"),
    ),
    (
        "merged upstream, and home is behind",
        |case| {
            merged(case);
            case.repo.git(&["update-ref", "refs/remotes/origin/main", "main"]);
            case.repo.git(&["reset", "-q", "--keep", "main~1"]);
            case.repo.git(&["remote", "add", "origin", "."]);
            case.repo.git(&["config", "branch.main.remote", "origin"]);
            case.repo.git(&["config", "branch.main.merge", "refs/heads/main"]);
        },
        &[],
        Goes("stays at"),
    ),
    (
        "merge in progress",
        |case| {
            case.repo.write("src/other.txt", "1");
            case.repo.commit_all("Other");
            case.git(&["merge", "-q", "--no-ff", "--no-commit", "main"]);
        },
        &["--unmerged"],
        Stays("a merge is in progress"),
    ),
    (
        "bisect in progress",
        |case| {
            merged(case);
            case.git(&["bisect", "start"]);
        },
        &[],
        Stays("a bisect is in progress"),
    ),
    (
        "submodule changes",
        |case| {
            let url = case.repo.root().to_str().unwrap();
            case.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", url, "sub"]);
            case.git(&["commit", "-q", "-m", "Submodule"]);
            fs_err::write(case.tree.join("sub/new.txt"), "1").unwrap();
        },
        &["--unmerged"],
        Stays("submodules are checked out, or have work: sub"),
    ),
    (
        "a submodule with a commit of its own, deinitialised",
        |case| {
            let url = case.repo.root().to_str().unwrap();
            case.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", url, "sub"]);
            case.git(&["commit", "-q", "-m", "Submodule"]);
            case.repo.git_in(
                &case.tree.join("sub"),
                &["-c", "user.name=A", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-m", "Own"],
            );
            case.git(&["submodule", "--quiet", "deinit", "--force", "sub"]);
        },
        &["--unmerged"],
        Stays("submodules are checked out, or have work: sub"),
    ),
    (
        "a submodule without, deinitialised",
        |case| {
            let url = case.repo.root().to_str().unwrap();
            case.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", url, "sub"]);
            case.git(&["commit", "-q", "-m", "Submodule"]);
            case.git(&["submodule", "--quiet", "deinit", "sub"]);
        },
        &["--unmerged"],
        Goes("stays at"),
    ),
    (
        "changed and marked as unchanged",
        |case| {
            merged(case);
            case.git(&["update-index", "--assume-unchanged", "src/work.txt"]);
            case.write("src/work.txt", "my own settings\n");
        },
        &["--discard-ignored", "--unmerged"],
        Stays("uncommitted changes: src/work.txt"),
    ),
    (
        "changed and not to be looked at",
        |case| {
            merged(case);
            case.git(&["update-index", "--skip-worktree", "src/work.txt"]);
            case.write("src/work.txt", "my own settings\n");
        },
        &["--discard-ignored", "--unmerged"],
        Stays("uncommitted changes: src/work.txt"),
    ),
    (
        "marked as unchanged, and it is",
        |case| {
            merged(case);
            case.git(&["update-index", "--assume-unchanged", "src/work.txt"]);
            case.git(&["update-index", "--skip-worktree", "src/checkout.txt"]);
        },
        &[],
        Goes("stays at"),
    ),
    (
        "a file that is only to be added",
        |case| {
            merged(case);
            case.write("src/new.txt", "work\n");
            case.git(&["add", "--intent-to-add", "src/new.txt"]);
        },
        &["--discard-ignored", "--unmerged"],
        Stays("uncommitted changes: src/new.txt"),
    ),
    (
        "changed to the same size at the same time, where git is to trust that",
        |case| {
            merged(case);
            case.repo.git(&["config", "core.trustctime", "false"]);
            case.repo.git(&["config", "core.checkStat", "minimal"]);
            let file = case.tree.join("src/work.txt");
            let old = std::time::SystemTime::now() - std::time::Duration::from_secs(1000);
            let later = std::time::Duration::from_millis(1100);
            let set = || {
                fs_err::OpenOptions::new().write(true).open(&file).unwrap().into_parts().0.set_modified(old)
            };
            set().unwrap();
            case.git(&["update-index", "--refresh"]);
            // Git compares whole seconds.
            std::thread::sleep(later);
            case.write("src/work.txt", "WORK\n");
            set().unwrap();
        },
        &["--discard-ignored", "--unmerged"],
        Stays("uncommitted changes: src/work.txt"),
    ),
    (
        "changed behind a watcher of files that says nothing has",
        |case| {
            merged(case);
            let watcher = case.repo.beside("watcher");
            fs_err::write(&watcher, "#!/bin/sh\nprintf 'token\\0'\n").unwrap();
            fs_err::set_permissions(&watcher, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
            case.repo.git(&["config", "core.fsmonitor", watcher.to_str().unwrap()]);
            case.git(&["update-index", "--fsmonitor"]);
            case.git(&["status"]);
            case.write("src/work.txt", "more\n");
        },
        &["--discard-ignored", "--unmerged"],
        Stays("uncommitted changes: src/work.txt"),
    ),
    (
        "a repository in an untracked folder",
        |case| {
            merged(case);
            case.repo.git(&["init", "-q", case.tree.join("tools/own").to_str().unwrap()]);
        },
        &["--discard-ignored", "--unmerged"],
        Stays("untracked files: tools/own/"),
    ),
    (
        "a repository with commits of its own where packages are installed",
        |case| {
            merged(case);
            own_repository(&case.repo, &case.tree.join("node_modules/@shop/money"));
        },
        &[],
        Stays("ignored files that nothing would make again: node_modules/@shop/money/"),
    ),
    (
        "the same, discarded",
        |case| {
            merged(case);
            own_repository(&case.repo, &case.tree.join("node_modules/@shop/money"));
            case.write("node_modules/other/index.js", "1");
        },
        &["--discard-ignored"],
        Goes("kept for 14 days: node_modules/@shop/money/.git/"),
    ),
    (
        "a clone as it came where packages are installed",
        |case| {
            merged(case);
            let (from, to) = (case.repo.root().to_str().unwrap(), case.tree.join("node_modules/money"));
            case.repo.git(&["clone", "-q", from, to.to_str().unwrap()]);
        },
        &[],
        Goes("stays at"),
    ),
    (
        "a key in a folder of builds that has tracked files",
        |case| {
            case.write("build/Makefile", "all:\n");
            case.git(&["add", "build/Makefile"]);
            case.git(&["commit", "-q", "-m", "Build"]);
            case.write("build/.env", "SECRET=1\n");
            merged(case);
        },
        &[],
        Stays("build/.env"),
    ),
    (
        "a link that leads out of it",
        |case| {
            merged(case);
            let outside = case.repo.beside("outside");
            fs_err::create_dir(&outside).unwrap();
            fs_err::write(outside.join("precious"), "1").unwrap();
            std::os::unix::fs::symlink(&outside, case.tree.join(".env")).unwrap();
            case.write("node_modules/x/index.js", "1");
            std::os::unix::fs::symlink(&outside, case.tree.join("node_modules/out")).unwrap();
        },
        &["--discard-ignored"],
        Goes("kept for 14 days: .env"),
    ),
    (
        "a ref of the worktree alone",
        |case| {
            merged(case);
            let lost = case.git(&["commit-tree", "-m", "Only here", "HEAD^{tree}"]);
            case.git(&["update-ref", "refs/worktree/mine", &lost]);
        },
        &[],
        Goes("stays at"),
    ),
    (
        "git at work in it",
        |case| {
            merged(case);
            let dir = case.git(&["rev-parse", "--absolute-git-dir"]);
            fs_err::write(Path::new(&dir).join("index.lock"), "").unwrap();
        },
        &["--discard-ignored", "--unmerged"],
        Stays("git is at work in it"),
    ),
    (
        "locked",
        |case| {
            merged(case);
            case.repo.git(&["worktree", "lock", "--reason", "on a stick", case.tree.to_str().unwrap()]);
        },
        &[],
        Stays("it is locked: on a stick"),
    ),
    (
        "locked and missing",
        |case| {
            merged(case);
            case.repo.git(&["worktree", "lock", case.tree.to_str().unwrap()]);
            fs_err::remove_dir_all(&case.tree).unwrap();
        },
        &[],
        Stays("it is locked"),
    ),
    (
        "missing",
        |case| {
            merged(case);
            fs_err::remove_dir_all(&case.tree).unwrap();
        },
        &[],
        Goes("stays at"),
    ),
    (
        "a path that holds something else",
        |case| {
            merged(case);
            fs_err::remove_file(case.tree.join(".git")).unwrap();
        },
        &[],
        Stays("is not the one that git has registered"),
    ),
];

/// Slow, and so in three parts: some fifty rows, each with a run of the program and half a dozen of git.
fn the_gate_says_what_it_should_of_each(third: usize) {
    let prepared = started();
    for (name, make, flags, expect) in MATRIX.iter().skip(third).step_by(3) {
        let case = of(Repo::copy_of(&prepared));
        make(&case);
        let tip = case.repo.git(&["rev-parse", BRANCH]);
        let files = everything(&case.tree);
        let place = if case.tree.exists() { &case.tree } else { case.repo.root() };
        let own_refs = case.repo.try_git(place, &["for-each-ref", "--format=%(objectname)"]).stdout;
        let stash = stashed(&case);
        // By its folder, and where there is a branch by the PRD, too.
        let args = [&["worktree", "remove", case.tree.to_str().unwrap()], *flags].concat();
        let output = case.repo.run(&args);
        let (code, words) = match expect {
            Goes(words) => (0, *words),
            Stays(words) => (1, *words),
        };
        assert_eq!(output.code, Some(code), "{name}: {output}");
        let output = output.says(words);
        match expect {
            Goes(_) => {
                assert!(output.stdout.contains(&tip[..10]), "{name}: {output}");
                assert!(!case.tree.exists(), "{name}");
                let known = case.repo.git(&["rev-list", "--all"]);
                let lost: Vec<&str> = own_refs.lines().filter(|oid| !known.contains(oid)).collect();
                assert!(lost.is_empty(), "{name}: {lost:?}");
                let outside = case.repo.beside("outside/precious");
                assert_eq!(outside.exists(), outside.parent().unwrap().exists(), "{name}");
            }
            Stays(_) => {
                assert_eq!(everything(&case.tree), files, "{name}");
            }
        }
        assert_eq!(case.repo.git(&["rev-parse", BRANCH]), tip, "{name}");
        assert_eq!(stashed(&case), stash, "{name}");
    }
}

#[test]
fn the_gate_says_of_a_third_of_the_ways_to_lose_work_what_it_should() {
    the_gate_says_what_it_should_of_each(0);
}

#[test]
fn the_gate_says_of_another_third_of_the_ways_to_lose_work_what_it_should() {
    the_gate_says_what_it_should_of_each(1);
}

#[test]
fn the_gate_says_of_the_last_third_of_the_ways_to_lose_work_what_it_should() {
    the_gate_says_what_it_should_of_each(2);
}

/// The list of stashes, which is kept as a reflog.
fn stashed(case: &Case) -> Option<String> {
    fs_err::read_to_string(case.repo.root().join(".git/logs/refs/stash")).ok()
}

/// Paths and contents below a folder.
fn everything(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs_err::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                folders.push(entry.path());
            } else {
                found.push((entry.path(), fs_err::read(entry.path()).unwrap_or_default()));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn neither_the_main_worktree_nor_the_one_that_the_shell_is_in_goes() {
    let case = of(started());
    merged(&case);
    let root = case.repo.root().to_str().unwrap().to_owned();
    case.repo.run(&["worktree", "remove", &root]).expect(1).says("it is the main worktree");
    case.repo.run_in(&case.tree, &["worktree", "remove", "101"]).expect(1).says("your shell is in it");
    let inside = case.tree.join("src");
    case.repo.run_in(&inside, &["pause", "101"]).expect(1).says("your shell is in it");
    assert_eq!(case.repo.state_of("SVC-101"), "in-progress");
    // Through a link the shell is in it all the same.
    let link = case.repo.beside("link");
    std::os::unix::fs::symlink(case.tree.parent().unwrap(), &link).unwrap();
    let through = link.join("cloudscale-SVC-101");
    case.repo.run_in(&through, &["worktree", "remove", "."]).expect(1).says("your shell is in it");
    assert!(case.tree.join("src/work.txt").exists());
    // A wrapper of the shell is told where to go.
    let file = case.repo.beside("cd");
    fs_err::write(&file, "").unwrap();
    let vars = [("PRD_CD_FILE", file.to_str().unwrap())];
    case.repo.run_with(&inside, &["worktree", "remove", "101", "--cd"], &vars).expect(0);
    assert_eq!(fs_err::read_to_string(&file).unwrap(), format!("{root}\n"));
    assert!(!case.tree.exists() && link.exists());
}

#[test]
fn a_symbolic_link_above_a_worktree_is_followed_to_the_same_worktree() {
    let case = of(started());
    merged(&case);
    let link = case.repo.beside("link");
    std::os::unix::fs::symlink(case.tree.parent().unwrap(), &link).unwrap();
    let through = link.join("cloudscale-SVC-101");
    case.repo.run(&["worktree", "remove", through.to_str().unwrap()]).expect(0);
    assert!(!case.tree.exists() && link.exists());
}

#[test]
fn transitions_go_through_the_same_gate_and_the_same_trash() {
    let prepared = started();
    for command in [&["pause", "101"][..], &["archive", "101", "--reason", "cancelled"], &["complete", "101"]]
    {
        let case = of(Repo::copy_of(&prepared));
        merged(&case);
        case.write(".env", "SECRET=1\n");
        let plain = case.repo.run(command);
        if command[0] == "complete" {
            // Complete it is; only the worktree stays.
            plain.expect(0).says("ignored files that nothing would make again: .env");
            assert!(case.tree.join(".env").exists());
            continue;
        }
        plain.expect(1).says("--discard-ignored");
        let vars: [(&str, &str); 0] = [];
        let args = [command, &["--discard-ignored", "--cd"]].concat();
        case.repo.run_with(&case.tree, &args, &vars).expect(0).says("kept for 14 days: .env").says("cd ");
        assert!(!case.tree.exists());
        case.repo.assert_sound();
        case.repo.run(&["worktree", "restore", "101"]).expect(0).says("back: .env");
        assert_eq!(fs_err::read_to_string(case.tree.join(".env")).unwrap(), "SECRET=1\n");
        case.repo.assert_sound();
    }
}

#[test]
fn a_hook_that_leaves_work_behind_keeps_the_worktree() {
    let case = of(started());
    let hook = case.repo.root().join(".git/hooks/pre-commit");
    let text = format!("#!/bin/sh\necho work > {}/just-now.txt\n", case.tree.display());
    fs_err::create_dir_all(hook.parent().unwrap()).unwrap();
    fs_err::write(&hook, text).unwrap();
    std::fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    case.repo.run(&["pause", "101"]).expect(0).says("stays").says("just-now.txt");
    assert_eq!(fs_err::read_to_string(case.tree.join("just-now.txt")).unwrap(), "work\n");
}

#[test]
fn what_was_removed_is_listed_and_restored_to_the_byte() {
    let case = of(started());
    case.write(".env", "SECRET=1\r\n");
    case.write("var/dev.sqlite", "\0\u{1}");
    case.write("node_modules/x/index.js", "1");
    let without_build = |case: &Case| -> Vec<(PathBuf, Vec<u8>)> {
        let all = everything(&case.tree).into_iter();
        all.filter(|(path, _)| !path.components().any(|part| part.as_os_str() == "node_modules")).collect()
    };
    let before = without_build(&case);
    let flags = ["--unmerged", "--discard-ignored"];
    let dry = [&["worktree", "remove", "101", "--dry-run"], &flags[..]].concat();
    let whole = case.repo.snapshot();
    case.repo.run(&dry).expect(0).says("would remove").says(".env, var/dev.sqlite");
    case.repo.assert_unchanged(&whole);
    case.repo.run(&[&["worktree", "remove", "SVC-101"], &flags[..]].concat()).expect(0);
    let list = case.repo.run(&["worktree", "restore", "--format", "json"]).expect(0).json();
    assert_eq!(list["trash"][0]["label"], "SVC-101");
    assert_eq!(list["trash"][0]["branch"], BRANCH);
    assert_eq!(list["trash"][0]["files"], serde_json::json!([".env", "var/dev.sqlite"]));
    case.repo.run(&["worktree", "restore", "999"]).expect(3);
    case.repo.run(&["worktree", "restore", "101", "--dry-run"]).expect(0).says("would restore");
    case.repo.git(&["branch", "-q", "-D", BRANCH]);
    case.repo.run(&["worktree", "restore", "101"]).expect(0).says("back: .env, var/dev.sqlite");
    assert_eq!(without_build(&case), before);
    assert_eq!(case.git(&["status", "--porcelain"]), "");
    case.repo.run(&["worktree", "restore"]).expect(0).says("the trash is empty");
    case.repo.assert_sound();
}

#[test]
fn prune_takes_what_is_merged_after_showing_it_and_nothing_else() {
    let case = of(started());
    for (name, number) in [("fresh", "102"), ("busy", "103"), ("dirty", "104")] {
        case.repo.prd("ready", &format!("SVC-{number}"), name, "");
    }
    case.repo.commit_all("More plans");
    for number in ["102", "103", "104"] {
        case.repo.run(&["start", number]).expect(0);
    }
    let by_hand = case.repo.beside("worktrees/by-hand");
    case.repo.git(&["worktree", "add", "-q", "-b", "spike", by_hand.to_str().unwrap()]);
    let work = |number: &str| {
        let tree = case.repo.beside(&format!("worktrees/cloudscale-SVC-{number}"));
        fs_err::write(tree.join("src").join(number), "1").unwrap();
        case.repo.git_in(&tree, &["add", "-A"]);
        case.repo.git_in(&tree, &["commit", "-q", "-m", "Work"]);
        tree
    };
    let (busy, dirty) = (work("103"), work("104"));
    merged(&case);
    case.repo.git(&["merge", "-q", "--no-edit", "feat/SVC-104-dirty"]);
    fs_err::write(dirty.join("notes.txt"), "1").unwrap();
    // Nobody can be asked here, so nothing goes.
    case.repo
        .run(&["worktree", "prune"])
        .expect(0)
        .says("would remove")
        .says("prd worktree prune --yes")
        .says("untracked files: notes.txt");
    assert!(case.tree.exists());
    let done = case.repo.run(&["worktree", "prune", "--yes", "--format", "json"]).expect(0).json();
    let removed: Vec<&str> =
        done["removed"].as_array().unwrap().iter().filter_map(|one| one["id"].as_str()).collect();
    assert_eq!(removed, ["SVC-101"]);
    assert_eq!(done["stay"][0]["id"], "SVC-104");
    let fresh = case.repo.beside("worktrees/cloudscale-SVC-102");
    assert!(!case.tree.exists() && fresh.exists() && busy.exists() && dirty.exists() && by_hand.exists());
}

#[test]
fn a_moved_worktree_is_repaired_and_one_made_by_hand_becomes_a_prds() {
    let case = of(started());
    let moved = case.repo.beside("worktrees/elsewhere");
    fs_err::rename(&case.tree, &moved).unwrap();
    case.repo.run(&["doctor"]).expect(1).says("prd worktree repair");
    case.repo.run(&["worktree", "repair"]).expect(0).says("elsewhere");
    assert_eq!(case.repo.git_in(&moved, &["status", "--porcelain"]), "");
    case.repo.run(&["worktree", "path", "101"]).expect(0).says("elsewhere");

    case.repo.prd("ready", "SVC-102", "payment-service", "");
    case.repo.commit_all("Another plan");
    let by_hand = case.repo.beside("worktrees/by-hand");
    case.repo.git(&["worktree", "add", "-q", "-b", "spike", by_hand.to_str().unwrap()]);
    case.repo.run_in(&by_hand, &["worktree", "adopt", "101"]).expect(1).says("has the branch feat/SVC-101");
    case.repo.run(&["worktree", "adopt", "102", "no-such"]).expect(3);
    case.repo.run(&["worktree", "adopt", "102", "main"]).expect(1).says("home branch");
    case.repo.run_in(&by_hand, &["worktree", "adopt", "102"]).expect(0);
    case.repo.run(&["worktree", "adopt", "101", "spike"]).expect(1);
    case.repo.run(&["start", "102"]).expect(0).says("used again");
    assert_eq!(case.repo.git_in(&by_hand, &["branch", "--show-current"]), "spike");
    let list = case.repo.run(&["worktree", "list", "--format", "json"]).expect(0).json();
    let rows = list["worktrees"].as_array().unwrap();
    assert!(rows.iter().any(|row| row["id"] == "SVC-102" && row["branch"] == "spike"), "{list}");
}
