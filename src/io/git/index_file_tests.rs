//! The index in process and the program tell the same, of every form of it.

use super::*;
use crate::io::git::testing::Fixture;

fn folders() -> Vec<RepoPath> {
    ["docs", "docs/prds", "src", "run", "none", "link"]
        .iter()
        .map(|name| RepoPath::new(name).unwrap())
        .collect()
}

/// Both ways, and whether the index was read in process.
fn agrees(fixture: &Fixture, what: &str) -> bool {
    let git = fixture.open();
    let sorted = |mut changes: Vec<StagedChange>| {
        changes.sort_by(|a, b| a.path.cmp(&b.path));
        changes
    };
    assert_eq!(sorted(git.index().changes().unwrap()), sorted(git.asked_changes().unwrap()), "{what}");
    assert_eq!(
        git.index().files(&folders()).unwrap().pairs(),
        git.asked_files(&folders()).unwrap(),
        "{what}"
    );
    git.index_file().unwrap().is_some()
}

/// Folders and files whose names sort around each other, and a link.
fn filled() -> Fixture {
    let fixture = Fixture::new();
    for name in
        ["docs-a", "docs.md", "docs/a", "docs/prds/x/1.md", "docs/prds/y.md", "docs0", "src/ä\" b", "run"]
    {
        fixture.write(name, name);
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink("run", fixture.root().join("link")).unwrap();
    fixture.commit_all("one");
    fixture
}

/// Every way in which an index can differ from the commit.
fn change(fixture: &Fixture) {
    for args in [
        &["update-index", "--chmod=+x", "run"][..],
        &["rm", "-q", "-r", "--cached", "docs/prds/x"],
        &["mv", "docs-a", "docs-b"],
        &["rm", "-q", "--cached", "docs.md"],
    ] {
        fixture.git(args);
    }
    fs_err::remove_file(fixture.root().join("docs.md")).unwrap();
    for name in ["docs/prds/new/2.md", "docs.md/inside", "src/other", "a"] {
        fixture.write(name, name);
    }
    fixture.write("docs/a", "changed");
    fixture.git(&["add", "docs", "docs.md", "src", "a"]);
}

#[test]
fn every_plain_form_is_read_as_git_reads_it() {
    for (version, tree) in [("2", true), ("3", true), ("4", true), ("4", false), ("2", false)] {
        let fixture = filled();
        fixture.git(&["update-index", "--index-version", version]);
        let what = format!("version {version}, trees kept: {tree}");
        assert!(agrees(&fixture, &what));
        change(&fixture);
        if version == "3" {
            fixture.git(&["update-index", "--skip-worktree", "src/other"]);
        }
        if tree {
            fixture.git(&["write-tree"]);
        }
        assert!(agrees(&fixture, &what));
        fixture.write("docs/prds/y.md", "again");
        fixture.git(&["add", "docs"]);
        assert!(agrees(&fixture, &what));
        assert!(fixture.open().index().changes().unwrap().len() > 8);
        fixture.git(&["rm", "-q", "-r", "-f", "--cached", "."]);
        assert!(agrees(&fixture, &what));
    }
}

#[test]
fn a_folder_in_the_place_of_a_file_is_seen() {
    let fixture = filled();
    fixture.git(&["rm", "-q", "--cached", "run"]);
    fs_err::remove_file(fixture.root().join("run")).unwrap();
    fixture.write("run/1", "1");
    fixture.git(&["add", "run"]);
    assert!(agrees(&fixture, "a folder for a file"));
    fixture.commit_all("two");
    fs_err::remove_dir_all(fixture.root().join("run")).unwrap();
    fixture.write("run", "1");
    fixture.git(&["add", "-A"]);
    assert!(agrees(&fixture, "a file for a folder"));
}

#[test]
fn an_index_of_another_form_is_left_to_git() {
    let with = |args: &[&[&str]]| {
        let fixture = filled();
        fixture.write("later", "1");
        args.iter().for_each(|args| drop(fixture.git(args)));
        fixture
    };
    for (what, args) in [
        ("split", &[&["update-index", "--split-index"][..]][..]),
        ("sparse", &[&["sparse-checkout", "set", "--cone", "--sparse-index", "src"][..]]),
        ("to be added", &[&["add", "-N", "later"][..]]),
    ] {
        assert!(!agrees(&with(args), what), "{what}");
    }
    let fixture = filled();
    fixture.git(&["checkout", "-q", "-b", "x"]);
    fixture.commit_file("run", "x");
    fixture.git(&["checkout", "-q", "main"]);
    fixture.commit_file("run", "main");
    let merge = fixture.open().git().args(["merge", "-q", "x"]).run().unwrap();
    assert!(!merge.is_success() && !agrees(&fixture, "conflict"));
    let unborn = Fixture::new();
    unborn.write("run", "1");
    unborn.git(&["add", "-A"]);
    assert!(!agrees(&unborn, "no commit yet"));
}

#[test]
fn names_of_objects_may_be_long() {
    let fixture = Fixture::new();
    let at = fixture.beside("long");
    fixture.git_in(at.parent().unwrap(), &["init", "-q", "-b", "main", "--object-format=sha256", "long"]);
    let git = |args: &[&str]| fixture.git_in(&at, args);
    for text in ["one", "two"] {
        fs_err::create_dir_all(at.join("docs")).unwrap();
        fs_err::write(at.join("docs/a"), text).unwrap();
        git(&["add", "-A"]);
        if text == "one" {
            git(&["commit", "-q", "-m", "One"]);
        }
    }
    let git = Git::open(&fixture.env, &at).unwrap();
    assert!(git.index_file().unwrap().is_some());
    assert_eq!(git.index().changes().unwrap(), git.asked_changes().unwrap());
    assert_eq!(git.index().files(&folders()).unwrap().pairs(), git.asked_files(&folders()).unwrap());
}

#[test]
fn an_index_that_is_cut_short_is_none() {
    let fixture = filled();
    let bytes = fs_err::read(fixture.root().join(".git/index")).unwrap();
    assert!(IndexFile::parse(bytes.clone(), 20).is_some());
    for end in 0..bytes.len() - 20 {
        // Cut between two extensions it looks like a whole one, and lacks only what git has kept of the trees.
        if let Some(index) = IndexFile::parse(bytes[..end].to_vec(), 20) {
            assert!(index.known.is_none(), "{end}");
        }
    }
    let mut unsorted = bytes.clone();
    let at = memchr::memmem::find(&bytes, b"docs.md").unwrap();
    unsorted[at] = b'z';
    assert!(IndexFile::parse(unsorted, 20).is_none());
    let mut odd = bytes;
    odd[7] = 5;
    assert!(IndexFile::parse(odd, 20).is_none());
}
