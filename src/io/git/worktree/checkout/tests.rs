use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::PathBuf;

use super::*;
use crate::domain::model::branch::BranchName;
use crate::io::git::mode::LINK;
use crate::io::git::testing::Fixture;
use crate::io::git::worktree::add::Registered;

/// A repository with what a plain checkout has to get right.
fn plain() -> (Fixture, Oid) {
    let fixture = Fixture::new();
    fixture.write(".gitattributes", "* text=auto\n*.svg -text diff=xml linguist-generated\n");
    fixture.write("a/b.txt", "one\n");
    fixture.write("a.txt", "one\r\ntwo\n");
    fixture.write("a/b/c/deep.txt", "deep\n");
    fixture.write("a-b/x", "");
    fixture.write("näme/ü x.md", "# ü\n");
    fixture.write("run.sh", "#!/bin/sh\n");
    fixture.write(&format!("long/{}/{}", "n".repeat(200), "m".repeat(250)), "long\n");
    for number in 0..200 {
        fixture.write(&format!("many/{}/{number}.txt", number % 7), &format!("{number}\n").repeat(number));
    }
    let runs = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(fixture.root().join("run.sh"), runs).unwrap();
    symlink("a/b.txt", fixture.root().join("link")).unwrap();
    symlink("nowhere/at all", fixture.root().join("a/broken")).unwrap();
    let oid = fixture.commit_all("all");
    (fixture, oid)
}

fn registered(fixture: &Fixture, name: &str, at: &Oid) -> (Registered, PathBuf) {
    let branch = BranchName::new(name).unwrap();
    let registered = fixture.open().register_worktree(&branch, &fixture.beside(name), at).unwrap();
    (registered, fixture.root().join(".git/worktrees").join(name))
}

/// All below a folder, with mode and content, and no times.
fn all_below(root: &Path) -> Vec<(PathBuf, u32, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            let (path, about) = (entry.path(), entry.metadata().unwrap());
            if path == root.join(".git") {
                continue;
            }
            let content = if about.is_dir() {
                folders.push(path.clone());
                Vec::new()
            } else if about.is_symlink() {
                std::fs::read_link(&path).unwrap().into_os_string().into_encoded_bytes()
            } else {
                std::fs::read(&path).unwrap()
            };
            found.push((path.strip_prefix(root).unwrap().to_owned(), about.mode(), content));
        }
    }
    found.sort();
    found
}

/// What git knows of the files: all but times and the numbers of files.
fn known(fixture: &Fixture, root: &Path) -> String {
    let text = fixture.git_in(root, &["ls-files", "--stage", "--debug"]);
    let is_told = |line: &&str| !["  ctime:", "  mtime:", "  dev:"].iter().any(|key| line.starts_with(key));
    text.lines().filter(is_told).collect::<Vec<_>>().join("\n")
}

#[test]
fn is_what_gits_own_checkout_is() {
    let (fixture, oid) = plain();
    let git = fixture.open();
    let (ours, git_dir) = registered(&fixture, "ours", &oid);
    assert_eq!(git.check_out(&ours.path, &git_dir, &oid).unwrap(), Some(CheckedOut::Whole));
    let theirs = fixture.beside("theirs");
    fixture.git(&["worktree", "add", "-q", "-b", "theirs", theirs.to_str().unwrap()]);
    assert_eq!(all_below(&ours.path), all_below(&theirs));
    assert_eq!(known(&fixture, &ours.path), known(&fixture, &theirs));
    for root in [&ours.path, &theirs] {
        assert_eq!(fixture.git_in(root, &["diff-files"]), "");
        assert_eq!(fixture.git_in(root, &["status", "--porcelain"]), "");
    }
    let index =
        |name: &str| std::fs::read(fixture.root().join(".git/worktrees").join(name).join("index")).unwrap();
    let trees = |bytes: &[u8]| {
        let begin = memchr::memmem::find(bytes, b"TREE").unwrap();
        let length = u32::from_be_bytes(bytes[begin + 4..begin + 8].try_into().unwrap());
        bytes[begin..begin + 8 + usize::try_from(length).unwrap()].to_vec()
    };
    assert_eq!(trees(&index("ours")), trees(&index("theirs")));
    fixture.git_in(&ours.path, &["fsck", "--strict"]);
    assert!(!git_dir.join("index.lock").exists());
    assert!(git2::Index::open(&git_dir.join("index")).is_ok(), "the hash at its end");
    // A worktree in which everything changes hands is as sound.
    fixture.git_in(&ours.path, &["mv", "many", "more"]);
    fixture.git_in(&ours.path, &["commit", "-q", "-m", "moved"]);
    assert_eq!(fixture.git_in(&ours.path, &["status", "--porcelain"]), "");
}

#[test]
fn an_index_without_its_hash_is_what_git_reads_too() {
    let (fixture, oid) = plain();
    fixture.git(&["config", "index.skipHash", "true"]);
    let (ours, git_dir) = registered(&fixture, "ours", &oid);
    fixture.open().check_out(&ours.path, &git_dir, &oid).unwrap();
    let bytes = std::fs::read(git_dir.join("index")).unwrap();
    assert_eq!(bytes[bytes.len() - 20..], [0; 20]);
    assert_eq!(fixture.git_in(&ours.path, &["status", "--porcelain"]), "");
}

/// Git compares whole seconds, and reads what is as new as the index.
#[test]
fn no_file_is_as_new_as_the_index_and_an_edit_in_the_same_second_is_seen() {
    let (fixture, oid) = plain();
    let (ours, git_dir) = registered(&fixture, "ours", &oid);
    fixture.open().check_out(&ours.path, &git_dir, &oid).unwrap();
    let written = git_dir.join("index").metadata().unwrap().mtime();
    let index = git2::Index::open(&git_dir.join("index")).unwrap();
    let is_file = |entry: &git2::IndexEntry| entry.mode != LINK;
    assert!(index.iter().filter(is_file).all(|entry| i64::from(entry.mtime.seconds()) < written));
    // Of the same size, at once, and where changes of what is known of a file do not count.
    fixture.git(&["config", "core.trustCTime", "false"]);
    fs_err::write(ours.path.join("a/b.txt"), "two\n").unwrap();
    assert_eq!(fixture.git_in(&ours.path, &["status", "--porcelain"]), " M a/b.txt");
}

#[test]
fn what_asks_for_more_is_left_to_git() {
    type Change = fn(&Fixture);
    let changes: [(&str, Change); 14] = [
        ("attributes", |fixture| fixture.write("a/.gitattributes", "*.txt eol=crlf\n")),
        ("own attributes", |fixture| fixture.write(".git/info/attributes", "*.txt filter=x\n")),
        ("the user's attributes", |fixture| {
            fs_err::create_dir_all(fixture.beside(".config/git")).unwrap();
            fs_err::write(fixture.beside(".config/git/attributes"), "*.txt ident\n").unwrap();
        }),
        ("configured attributes", |fixture| {
            fs_err::write(fixture.beside("mine"), "*.txt working-tree-encoding=latin1\n").unwrap();
            let place = fixture.beside("mine");
            fixture.git(&["config", "core.attributesFile", place.to_str().unwrap()]);
        }),
        ("line ends", |fixture| drop(fixture.git(&["config", "core.autocrlf", "true"]))),
        ("a sparse checkout", |fixture| drop(fixture.git(&["sparse-checkout", "set", "--cone", "a"]))),
        ("a hook for the index", |fixture| {
            fixture.write(".git/hooks/post-index-change", "#!/bin/sh\n");
            let place = fixture.root().join(".git/hooks/post-index-change");
            std::fs::set_permissions(place, std::fs::Permissions::from_mode(0o755)).unwrap();
        }),
        ("a replaced object", |fixture| {
            fixture.write("b", "2\n");
            let [one, other] = ["a.txt", "b"].map(|name| fixture.git(&["hash-object", "-w", name]));
            fixture.git(&["replace", &one, &other]);
        }),
        ("a submodule", |fixture| {
            let oid = fixture.oid("HEAD");
            let entry = format!("160000,{oid},sub");
            fixture.git(&["update-index", "--add", "--cacheinfo", &entry]);
            fixture.git(&["commit", "-q", "-m", "submodule"]);
        }),
        ("attributes behind a link", |fixture| {
            symlink("a.txt", fixture.root().join("many/.gitattributes")).unwrap();
        }),
        ("another version of the index", |fixture| drop(fixture.git(&["config", "index.version", "4"]))),
        ("an odd name", |fixture| tree_of(fixture, &[".GIT"])),
        ("a name twice", |fixture| tree_of(fixture, &["a", "a"])),
        ("no order", |fixture| tree_of(fixture, &["z", "a"])),
    ];
    for (what, change) in changes {
        let (fixture, _) = plain();
        change(&fixture);
        if what.contains("attributes") {
            fixture.git(&["add", "-A"]);
            fixture.git(&["commit", "-q", "--allow-empty", "-m", what]);
        }
        let (ours, git_dir) = registered(&fixture, "ours", &fixture.oid("HEAD"));
        let done = fixture.open().check_out(&ours.path, &git_dir, &fixture.oid("HEAD")).unwrap();
        assert_eq!(done, None, "{what}");
        assert_eq!(std::fs::read_dir(&ours.path).unwrap().count(), 1, "{what}");
        assert!(!git_dir.join("index.lock").exists(), "{what}");
    }
}

/// Commits a tree as no git makes it, of folders with these names.
fn tree_of(fixture: &Fixture, names: &[&str]) {
    let tree = fixture.oid("HEAD:a").to_bytes();
    let entry = |name: &&str| [format!("40000 {name}\0").as_bytes(), &tree].concat();
    let bytes: Vec<u8> = names.iter().flat_map(entry).collect();
    let repository = git2::Repository::open_ext(
        fixture.root(),
        git2::RepositoryOpenFlags::NO_SEARCH,
        std::iter::empty::<&std::ffi::OsStr>(),
    );
    let repository = repository.unwrap();
    let tree = repository.odb().unwrap().write(git2::ObjectType::Tree, &bytes).unwrap();
    let commit = fixture.git(&["commit-tree", "-m", "odd", "-p", "HEAD", &tree.to_string()]);
    fixture.git(&["update-ref", "refs/heads/main", &commit]);
}

#[test]
fn what_is_in_the_way_is_kept_and_known() {
    let (fixture, oid) = plain();
    let git = fixture.open();
    let (ours, git_dir) = registered(&fixture, "ours", &oid);
    fs_err::create_dir_all(ours.path.join("a/b")).unwrap();
    fs_err::write(ours.path.join("a/b.txt"), "mine").unwrap();
    fs_err::write(ours.path.join("a-b"), "mine").unwrap();
    let error = git.check_out(&ours.path, &git_dir, &oid).unwrap_err();
    assert!(error.to_string().contains("ours/a-b: File exists"), "{error}");
    assert!(!git_dir.join("index.lock").exists());
    fs_err::remove_file(ours.path.join("a-b")).unwrap();
    assert_eq!(git.check_out(&ours.path, &git_dir, &oid).unwrap(), Some(CheckedOut::SomethingInTheWay));
    assert_eq!(fs_err::read_to_string(ours.path.join("a/b.txt")).unwrap(), "mine");
    assert_eq!(fixture.git_in(&ours.path, &["status", "--porcelain"]), " M a/b.txt");
}

#[test]
fn nothing_is_written_through_a_link() {
    let (fixture, oid) = plain();
    let (ours, git_dir) = registered(&fixture, "ours", &oid);
    let away = fixture.beside("away");
    fs_err::create_dir(&away).unwrap();
    symlink(&away, ours.path.join("a")).unwrap();
    fixture.open().check_out(&ours.path, &git_dir, &oid).unwrap_err();
    assert_eq!(std::fs::read_dir(&away).unwrap().count(), 0);
}

#[test]
fn a_failure_names_the_file_and_a_lock_of_somebody_is_left() {
    let (fixture, _) = plain();
    let long = "x".repeat(300);
    let blob = fixture.git(&["hash-object", "-w", "a.txt"]);
    fixture.git(&["update-index", "--add", "--cacheinfo", &format!("100644,{blob},{long}")]);
    fixture.git(&["commit", "-q", "-m", "long"]);
    let oid = fixture.oid("HEAD");
    let git = fixture.open();
    let (ours, git_dir) = registered(&fixture, "ours", &oid);
    let error = git.check_out(&ours.path, &git_dir, &oid).unwrap_err();
    assert!(error.to_string().starts_with("could not write") && error.to_string().contains(&long), "{error}");
    assert!(!git_dir.join("index").exists() && !git_dir.join("index.lock").exists());
    fs_err::write(git_dir.join("index.lock"), "somebody's").unwrap();
    let error = git.check_out(&ours.path, &git_dir, &oid).unwrap_err();
    assert!(error.to_string().starts_with("could not lock"), "{error}");
    assert_eq!(fs_err::read_to_string(git_dir.join("index.lock")).unwrap(), "somebody's");
}

#[test]
fn an_object_that_is_missing_is_named() {
    let (fixture, oid) = plain();
    let blob = fixture.oid("HEAD:run.sh");
    let (folder, file) = blob.as_str().split_at(2);
    fs_err::remove_file(fixture.root().join(".git/objects").join(folder).join(file)).unwrap();
    let (ours, git_dir) = registered(&fixture, "ours", &oid);
    let error = fixture.open().check_out(&ours.path, &git_dir, &oid).unwrap_err();
    assert!(error.to_string().contains(blob.short()), "{error}");
}
