//! One situation after the other: which are told in process, and which are left to git.

use std::fs::{File, Permissions};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::os::unix::net::UnixListener;
use std::time::{Duration, SystemTime};

use super::*;

type Change = fn(&Fixture);

/// A repository with folders and files that sort around each other, a link, a program, and rules.
fn filled() -> Fixture {
    let fixture = Fixture::new();
    for name in
        ["a", "docs-a", "docs.md", "docs/a", "docs/deep/er/1.md", "docs/deep/y.md", "docs0", "run", "empty"]
    {
        fixture.write(name, if name == "empty" { "" } else { name });
    }
    fixture.write(".gitignore", "# built\ntarget/\n*.log\n/only-here\n");
    symlink("a", fixture.root().join("link")).unwrap();
    mode(&fixture, "run", 0o755);
    fixture.commit_all("one");
    fixture
}

fn mode(fixture: &Fixture, name: &str, mode: u32) {
    std::fs::set_permissions(fixture.root().join(name), Permissions::from_mode(mode)).unwrap();
}

fn remove(fixture: &Fixture, name: &str) {
    let path = fixture.root().join(name);
    if path.is_dir() { fs_err::remove_dir_all(path).unwrap() } else { fs_err::remove_file(path).unwrap() }
}

/// Dates all files before the index, which git writes anew.
fn settle(fixture: &Fixture) {
    for name in fixture.git(&["ls-files", "-z"]).split_terminator('\0') {
        let path = fixture.root().join(name);
        if path.is_file() && !path.is_symlink() {
            let before = SystemTime::now() - Duration::from_secs(20);
            File::options().append(true).open(path).unwrap().set_modified(before).unwrap();
        }
    }
    fixture.git(&["update-index", "-q", "--refresh"]);
}

fn set(fixture: &Fixture, key: &str, value: &str) {
    fixture.git(&["config", key, value]);
}

const PLAIN: [(&str, Change); 38] = [
    ("nothing", |_| {}),
    ("nothing, long after", settle),
    ("edited", |fixture| fixture.write("docs/a", "longer than before")),
    ("edited to the same size", |fixture| fixture.write("docs/a", "docs/b")),
    ("edited to the same size, long after", |fixture| {
        settle(fixture);
        fixture.write("docs/a", "docs/b");
    }),
    ("written again", |fixture| {
        settle(fixture);
        fixture.write("docs/a", "docs/a");
    }),
    ("emptied", |fixture| fixture.write("docs/a", "")),
    ("filled", |fixture| fixture.write("empty", "no more")),
    ("deleted", |fixture| ["a", "docs/deep/y.md", "link"].iter().for_each(|name| remove(fixture, name))),
    ("a folder deleted", |fixture| remove(fixture, "docs")),
    ("staged", |fixture| {
        fixture.write("docs/a", "staged");
        fixture.write("new/file", "staged");
        fixture.git(&["add", "-A"]);
    }),
    ("staged and edited again", |fixture| {
        fixture.write("docs/a", "staged");
        fixture.git(&["add", "-A"]);
        fixture.write("docs/a", "edited");
    }),
    ("staged and deleted", |fixture| {
        fixture.write("new", "staged");
        fixture.git(&["add", "-A"]);
        remove(fixture, "new");
    }),
    ("taken out of the index", |fixture| {
        fixture.git(&["rm", "-q", "-r", "--cached", "docs/deep", "link"]);
    }),
    ("moved", |fixture| drop(fixture.git(&["mv", "docs", "more"]))),
    ("made a program", |fixture| mode(fixture, "a", 0o755)),
    ("no longer a program", |fixture| mode(fixture, "run", 0o600)),
    ("staged as a program", |fixture| drop(fixture.git(&["update-index", "--chmod=+x", "a"]))),
    ("a link in the place of a file", |fixture| {
        remove(fixture, "a");
        symlink("run", fixture.root().join("a")).unwrap();
    }),
    ("a file in the place of a link", |fixture| {
        remove(fixture, "link");
        fixture.write("link", "a");
    }),
    ("another link", |fixture| {
        remove(fixture, "link");
        symlink("b", fixture.root().join("link")).unwrap();
    }),
    ("a link in the place of a folder", |fixture| {
        fs_err::rename(fixture.root().join("docs"), fixture.beside("away")).unwrap();
        symlink(fixture.beside("away"), fixture.root().join("docs")).unwrap();
    }),
    ("a file in the place of a folder", |fixture| {
        remove(fixture, "docs");
        fixture.write("docs", "a file");
    }),
    ("a folder in the place of a file", |fixture| {
        remove(fixture, "a");
        fixture.write("a/b", "1");
    }),
    ("a socket in the place of a file, and another", |fixture| {
        remove(fixture, "a");
        for name in ["a", "docs/socket"] {
            let path = fixture.root().join(name);
            UnixListener::bind(path).unwrap();
        }
    }),
    ("unknown files", |fixture| {
        fixture.write("new/deep/ä\n b", "1");
        fixture.write("docs/deep/z.md", "1");
        symlink("nowhere", fixture.root().join("docs/broken")).unwrap();
        fs_err::create_dir_all(fixture.root().join("none/here")).unwrap();
    }),
    ("ignored files", |fixture| {
        for name in ["target/x", "docs/target/x", "a.log", "docs/b.log", "only-here", "docs/only-here"] {
            fixture.write(name, "1");
        }
        fixture.write("docs/deep/target", "a file is no folder");
    }),
    ("a repository in an ignored folder", |fixture| {
        fixture.git(&["init", "-q", "target/inner"]);
    }),
    ("a file of the index in an ignored folder", |fixture| {
        fixture.write("target/kept/x", "1");
        fixture.git(&["add", "-f", "target/kept/x"]);
        fixture.write("target/kept/y", "1");
        fixture.write("target/.gitignore", "!*\n");
        fixture.write("target/kept/x", "2");
    }),
    ("rules below", |fixture| {
        fixture.write("docs/.gitignore", "*.tmp\n!keep.log\n/deep/er\n");
        for name in
            ["docs/a.tmp", "a.tmp", "docs/deep/keep.log", "keep.log", "docs/deep/er/new", "docs/er/new"]
        {
            fixture.write(name, "1");
        }
    }),
    ("rules of the user and of the clone", |fixture| {
        fs_err::create_dir_all(fixture.beside(".config/git")).unwrap();
        fs_err::write(fixture.beside(".config/git/ignore"), "*.swp\n*.orig\n").unwrap();
        fixture.write(".git/info/exclude", "!b.swp\n/docs/new\n");
        for name in ["a.swp", "b.swp", "docs/new/x", "new/x.orig"] {
            fixture.write(name, "1");
        }
    }),
    ("rules in a place of the user's", |fixture| {
        fs_err::write(fixture.beside("mine"), "*.swp\n").unwrap();
        set(fixture, "core.excludesFile", "~/mine");
        fixture.write("a.swp", "1");
    }),
    ("a rule that is not read, about nothing unknown", |fixture| {
        fixture.write(".gitignore", "*.log\n\\#*\\#\n");
        fixture.write("a.log", "1");
    }),
    ("another version of the index", |fixture| drop(fixture.git(&["update-index", "--index-version", "4"]))),
    ("never seen by git", |fixture| {
        let blob = fixture.git(&["hash-object", "-w", "a"]);
        fixture.git(&["update-index", "--cacheinfo", &format!("100644,{blob},a")]);
        fixture.git(&["update-index", "--cacheinfo", &format!("100644,{blob},docs/a")]);
    }),
    ("a name that is no text", |fixture| {
        let name = std::ffi::OsStr::from_bytes(b"docs/\xff\xfe");
        fs_err::write(fixture.root().join(name), "1").unwrap();
        fixture.git(&["add", "docs"]);
        fs_err::write(fixture.root().join(name), "12").unwrap();
        fs_err::write(fixture.root().join(std::ffi::OsStr::from_bytes(b"\xf0\x28")), "1").unwrap();
    }),
    ("attributes that say nothing", |fixture| {
        fixture.write(".gitattributes", "* text=auto\n*.svg -text diff\n");
        fixture.git(&["add", ".gitattributes"]);
        fixture.write("docs/a", "docs/b");
    }),
    ("other facts that count", |fixture| {
        set(fixture, "core.checkStat", "minimal");
        settle(fixture);
        fixture.write("docs/a", "docs/b");
        mode(fixture, "a", 0o600);
    }),
];

#[test]
fn a_plain_worktree_is_told_in_process_as_git_tells_it() {
    for (what, change) in PLAIN {
        let fixture = filled();
        change(&fixture);
        assert_eq!(told(&fixture, what), 1, "{what}");
    }
}

#[test]
fn linked_worktrees_are_told_as_well() {
    let fixture = filled();
    let (linked, detached) = (fixture.beside("linked"), fixture.beside("detached"));
    fixture.git(&["worktree", "add", "-q", "-b", "x", linked.to_str().unwrap()]);
    fixture.git(&["worktree", "add", "-q", "--detach", detached.to_str().unwrap()]);
    fs_err::write(linked.join("docs/a"), "docs/b").unwrap();
    fs_err::write(linked.join("new"), "1").unwrap();
    fs_err::write(linked.join("new.swp"), "1").unwrap();
    fixture.write(".git/info/exclude", "*.swp\n");
    fixture.git_in(&linked, &["commit", "-q", "-a", "-m", "Work"]);
    fs_err::write(linked.join("docs/a"), "docs/c").unwrap();
    fs_err::remove_file(detached.join("run")).unwrap();
    assert_eq!(told(&fixture, "linked"), 3);
    // Not even a merge in progress changes what differs from what.
    fixture.commit_file("other", "1");
    fixture.git_in(&linked, &["commit", "-q", "-a", "-m", "More"]);
    fixture.git_in(&linked, &["merge", "-q", "--no-commit", "main"]);
    assert_eq!(told(&fixture, "merging"), 3);
    // A link that leads elsewhere is not the worktree's.
    fs_err::write(linked.join(".git"), format!("gitdir: {}\n", fixture.root().join(".git").display()))
        .unwrap();
    assert_eq!(told(&fixture, "led elsewhere"), 2);
}

const ODD: [(&str, Change); 28] = [
    ("to be added", |fixture| {
        fixture.write("new", "1");
        fixture.git(&["add", "-N", "new"]);
    }),
    ("assumed to be unchanged", |fixture| {
        fixture.git(&["update-index", "--assume-unchanged", "a"]);
        remove(fixture, "a");
    }),
    ("not checked out", |fixture| drop(fixture.git(&["update-index", "--skip-worktree", "a"]))),
    ("in conflict", |fixture| {
        fixture.git(&["checkout", "-q", "-b", "x"]);
        fixture.commit_file("a", "x");
        fixture.git(&["checkout", "-q", "main"]);
        fixture.commit_file("a", "main");
        assert!(!fixture.open().git().args(["merge", "-q", "x"]).run().unwrap().is_success());
    }),
    ("a submodule", |fixture| {
        let entry = format!("160000,{},sub", fixture.oid("HEAD"));
        fixture.git(&["update-index", "--add", "--cacheinfo", &entry]);
        fixture.git(&["commit", "-q", "-m", "submodule"]);
    }),
    ("a submodule taken away", |fixture| {
        let entry = format!("160000,{},sub", fixture.oid("HEAD"));
        fixture.git(&["update-index", "--add", "--cacheinfo", &entry]);
        fixture.git(&["commit", "-q", "-m", "submodule"]);
        fixture.git(&["rm", "-q", "--cached", "sub"]);
    }),
    ("a repository inside", |fixture| drop(fixture.git(&["init", "-q", "inner"]))),
    ("a repository in a folder of the index", |fixture| drop(fixture.git(&["init", "-q", "docs"]))),
    ("a rule that is not read", |fixture| {
        fixture.write(".gitignore", "\\#*\\#\n");
        fixture.write("#a#", "1");
    }),
    ("rules behind a link", |fixture| {
        remove(fixture, ".gitignore");
        symlink("a", fixture.root().join(".gitignore")).unwrap();
    }),
    ("rules in a place of git's", |fixture| set(fixture, "core.excludesFile", "relative")),
    ("a split index", |fixture| drop(fixture.git(&["update-index", "--split-index"]))),
    ("a sparse index", |fixture| {
        fixture.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "docs/deep"]);
    }),
    ("folders that the index remembers", |fixture| {
        fixture.git(&["update-index", "--force-untracked-cache"]);
        fixture.git(&["status"]);
    }),
    ("no commit", |fixture| drop(fixture.git(&["checkout", "-q", "--orphan", "new"]))),
    ("no index", |fixture| remove(fixture, ".git/index")),
    ("an object in the place of another", |fixture| {
        let [one, other] = ["HEAD", "HEAD:docs"].map(|name| fixture.oid(name));
        let other = fixture.git(&["commit-tree", "-m", "other", other.as_str()]);
        fixture.git(&["replace", one.as_str(), &other]);
    }),
    ("line ends", |fixture| set(fixture, "core.autocrlf", "input")),
    ("modes that do not count", |fixture| set(fixture, "core.fileMode", "false")),
    ("a setting that is not known", |fixture| set(fixture, "core.aNewOne", "true")),
    ("files in another place", |fixture| {
        let place = fixture.root();
        set(fixture, "core.worktree", place.to_str().unwrap());
    }),
    ("a filter", |fixture| {
        fixture.write(".gitattributes", "*.md filter=none\ndocs/a filter=upper\n");
        set(fixture, "filter.upper.clean", "tr a-z A-Z");
        fixture.write("docs/a", "dOcs/a");
    }),
    ("a filter of the clone's", |fixture| {
        fixture.write(".git/info/attributes", "docs/a filter=upper\n");
        fixture.write("docs/a", "docs/b");
    }),
    ("a filter that only the index knows", |fixture| {
        fixture.write(".gitattributes", "docs/a filter=upper\n");
        fixture.git(&["add", ".gitattributes"]);
        remove(fixture, ".gitattributes");
        fixture.write("docs/a", "docs/b");
    }),
    ("attributes behind a link", |fixture| {
        symlink("docs.md", fixture.root().join("docs/.gitattributes")).unwrap();
        fixture.write("docs/a", "docs/b");
    }),
    ("returns that do not count", |fixture| {
        fixture.write("returns", "one\ntwo\n!");
        fixture.git(&["add", "returns"]);
        fixture.write(".gitattributes", "* text=auto\n");
        fixture.write("returns", "one\r\ntwo\n");
    }),
    ("folders in folders without an end", |fixture| {
        let mut place = fixture.root();
        for _ in 0..300 {
            place.push("d");
        }
        fs_err::create_dir_all(place).unwrap();
    }),
    ("a sparse index to come", |fixture| {
        let config = fixture.read(".git/config");
        fixture.write(".git/config", &format!("{config}[index]\n\tsparse = true\n"));
    }),
];

#[test]
fn what_only_git_can_tell_is_left_to_it() {
    for (what, change) in ODD {
        let fixture = filled();
        settle(&fixture);
        change(&fixture);
        assert_eq!(told(&fixture, what), 0, "{what}");
    }
}

#[test]
fn a_change_within_the_second_of_the_index_that_keeps_all_times_is_left_to_git() {
    let fixture = filled();
    settle(&fixture);
    let path = fixture.root().join("docs/a");
    let before = path.metadata().unwrap().modified().unwrap();
    set(&fixture, "core.trustCTime", "false");
    fixture.write("docs/a", "docs/b");
    File::options().append(true).open(&path).unwrap().set_modified(before + Duration::from_nanos(1)).unwrap();
    assert_eq!(told(&fixture, "a fraction of a second"), 0);
    fixture.write("docs/a", "docs/a");
    File::options().append(true).open(&path).unwrap().set_modified(before + Duration::from_nanos(1)).unwrap();
    assert_eq!(told(&fixture, "a fraction of a second"), 1);
}

#[test]
fn the_index_may_be_another_one() {
    let fixture = filled();
    let git = fixture.open().with_index(&fixture.beside("index"));
    let tree = git.worktrees().unwrap().remove(0);
    assert_eq!(git.own_status().changes(&tree), None);
}
