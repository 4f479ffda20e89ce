//! One suite for both ways of reading, over every kind of repository that git makes.

use std::path::{Path, PathBuf};

use super::*;
use crate::domain::model::branch::BranchName;
use crate::io::git::repository::Git;
use crate::io::git::testing::Fixture;

/// A repository of a kind, where it is read from, and whether libgit2 can.
struct Kind {
    name: &'static str,
    fixture: Fixture,
    at: PathBuf,
    by_library: bool,
}

/// Commits the same history into a repository: folders, an executable, a link, an empty file, a merge, a tag.
fn fill(fixture: &Fixture, dir: &Path) {
    let git = |args: &[&str]| fixture.git_in(dir, args);
    let write = |path: &str, text: &str| {
        fs_err::create_dir_all(dir.join(path).parent().unwrap()).unwrap();
        fs_err::write(dir.join(path), text).unwrap();
    };
    write("docs/prds/ready/PRD-001-ä b.md", "# PRD-001: Ä\n");
    write("docs/prds/draft/2025/PRD-002-c.md", "# PRD-002: C\n");
    write("src/main.txt", "one\ntwo\nthree\n");
    write("empty", "");
    write("run.sh", "#!/bin/sh\n");
    git(&["add", "-A"]);
    git(&["update-index", "--chmod=+x", "run.sh"]);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("src/main.txt", dir.join("link")).unwrap();
        git(&["add", "link"]);
    }
    git(&["commit", "-q", "-m", "Begin\nhere\n\nbody"]);
    git(&["tag", "-a", "-m", "first", "v1"]);
    git(&["checkout", "-q", "-b", "feat/x"]);
    write("src/main.txt", "one\n2\nthree\n");
    git(&["commit", "-q", "-a", "-m", "Change"]);
    git(&["checkout", "-q", "main"]);
    write("src/other.txt", "other\n");
    git(&["add", "-A"]);
    git(&["commit", "-q", "-m", "Other"]);
    git(&["update-ref", "refs/prd/ids/PRD-1", "HEAD"]);
    git(&["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main"]);
    git(&["update-ref", "refs/remotes/origin/main", "v1^{commit}"]);
    git(&["checkout", "-q", "--orphan", "alone"]);
    git(&["commit", "-q", "-m", "Alone"]);
    git(&["checkout", "-q", "main"]);
}

fn made(name: &'static str, by_library: bool, init: &[&str], then: impl Fn(&Fixture, &Path)) -> Kind {
    let fixture = Fixture::new();
    let at = fixture.beside("it");
    let mut words = vec!["init", "-q", "-b", "main"];
    words.extend(init);
    words.push("it");
    fixture.git_in(at.parent().unwrap(), &words);
    fill(&fixture, &at);
    then(&fixture, &at);
    Kind { name, fixture, at, by_library }
}

/// A repository made of the plain one by a command beside it.
fn cloned(name: &'static str, by_library: bool, args: &[&str]) -> Kind {
    let kind = made(name, by_library, &[], |_, _| {});
    let source = format!("file://{}", kind.at.display());
    kind.fixture.git_in(&kind.at, &["config", "uploadpack.allowFilter", "true"]);
    kind.fixture.git_in(&kind.at, &["config", "uploadpack.allowAnySHA1InWant", "true"]);
    let at = kind.fixture.beside("clone");
    let mut words = vec!["clone", "-q"];
    words.extend(args);
    words.extend([source.as_str(), "clone"]);
    kind.fixture.git_in(at.parent().unwrap(), &words);
    Kind { at, ..kind }
}

fn kinds() -> Vec<Kind> {
    let run = |args: &'static [&'static str]| {
        move |fixture: &Fixture, at: &Path| {
            fixture.git_in(at, args);
        }
    };
    vec![
        made("plain", true, &[], |_, _| {}),
        made("packed", true, &[], run(&["gc", "-q"])),
        made("sha-256", true, &["--object-format=sha256"], |_, _| {}),
        made("reftable", false, &["--ref-format=reftable"], |_, _| {}),
        made("sparse index", true, &[], |fixture, at| {
            fixture.git_in(at, &["sparse-checkout", "set", "--cone", "--sparse-index", "docs/prds"]);
            let text = String::from_utf8_lossy(&fs_err::read(at.join(".git/index")).unwrap()).into_owned();
            assert!(text.contains("sdir"));
        }),
        made("split index", true, &[], run(&["update-index", "--split-index"])),
        made("worktree config", true, &[], |fixture, at| {
            fixture.git_in(at, &["config", "extensions.worktreeConfig", "true"]);
            fixture.git_in(at, &["config", "--worktree", "user.name", "Here"]);
        }),
        made("an extension of nobody's but git's", false, &[], |fixture, at| {
            fixture.git_in(at, &["config", "core.repositoryFormatVersion", "1"]);
            fixture.git_in(at, &["config", "extensions.noop-v1", "true"]);
        }),
        Kind { at: PathBuf::new(), ..made("bare with a linked worktree", true, &[], |_, _| {}) }.into_bare(),
        made("submodule", true, &[], |fixture, at| {
            let inner = fixture.beside("inner");
            fixture.git_in(at.parent().unwrap(), &["clone", "-q", "it", "inner"]);
            let url = inner.to_str().unwrap();
            fixture.git_in(
                at,
                &["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", url, "docs/sub"],
            );
            fixture.git_in(at, &["commit", "-q", "-m", "Submodule"]);
        }),
        made("case clash", true, &[], |fixture, at| {
            let blob = fixture.git_in(at, &["rev-parse", "main:src/main.txt"]);
            for name in ["docs/prds/ready/prd-001-Ä B.md", "Docs/prds/ready/PRD-009-z.md"] {
                fixture
                    .git_in(at, &["update-index", "--add", "--cacheinfo", &format!("100644,{blob},{name}")]);
            }
            fixture.git_in(at, &["commit", "-q", "-m", "Clash"]);
        }),
        cloned("partial clone", false, &["--filter=blob:none", "--no-checkout"]),
        cloned("shallow clone", true, &["--depth=1", "--no-single-branch"]),
    ]
}

impl Kind {
    fn into_bare(self) -> Self {
        let dir = self.fixture.dir.path().canonicalize().unwrap();
        self.fixture.git_in(&dir, &["clone", "-q", "--mirror", "it", "bare ö.git"]);
        let bare = dir.join("bare ö.git");
        self.fixture.git_in(&bare, &["worktree", "add", "-q", "../linked ß", "feat/x"]);
        Self { at: dir.join("linked ß"), ..self }
    }

    fn open(&self) -> Git {
        Git::open(&self.fixture.env, &self.at).unwrap()
    }
}

fn path(text: &str) -> RepoPath {
    RepoPath::new(text).unwrap()
}

/// Everything that can be asked, with the answers.
fn answers(git: &Git) -> Vec<String> {
    let objects = git.objects();
    let mut said = Vec::new();
    let mut say = |question: &str, answer: &dyn std::fmt::Debug| said.push(format!("{question}: {answer:?}"));
    for name in ["HEAD", "refs/remotes/origin/HEAD", "refs/heads/main", "refs/heads/none"] {
        say(&format!("symbolic {name}"), &objects.symbolic(name).unwrap());
        say(&format!("ref {name}"), &objects.ref_oid(name).unwrap());
    }
    for prefix in ["refs/heads/", "refs/remotes/", "refs/prd/ids/", "refs/none/"] {
        say(prefix, &objects.refs(prefix).unwrap());
    }
    let mut commits = Vec::new();
    for rev in [
        "main",
        "feat/x",
        "HEAD",
        "v1",
        "HEAD~0",
        "no-such",
        "main:src",
        "v1^{tree}",
        "",
        "a b",
        "-x",
        "alone",
    ] {
        let found = objects
            .commit_of(rev)
            .unwrap_or_else(|error| panic!("{rev:?} in {}: {error}", git.git_dir().display()));
        say(&format!("commit {rev:?}"), &found);
        commits.extend(found.filter(|oid| !commits.contains(oid)));
    }
    let folders =
        [path("docs/prds"), path("src"), path("run.sh"), path("none"), path("link"), path("docs/prds/ready")];
    for one in &commits {
        say("facts", &objects.commit(one).unwrap());
        say("top", &objects.entries(one).unwrap());
        say("all files", &objects.changed_files(None, one).unwrap());
        say("files", &objects.files(one, &folders).unwrap());
        for file in
            ["src/main.txt", "run.sh", "link", "docs", "docs/sub", "none/x", "empty", "src/main.txt/x"]
        {
            say(file, &objects.entry(one, &path(file)).unwrap());
            say(file, &objects.blob_at(one.as_str(), &path(file)).unwrap());
        }
        for other in &commits {
            say("base", &objects.merge_base(one, other).unwrap());
            say("ancestor", &objects.is_ancestor(one, other).unwrap());
            say("distance", &objects.distance(one, other).unwrap());
            let mut history = objects.history(one, other).unwrap();
            history.sort(); // the order within a second is nobody's
            say("history", &history);
            say("changed", &objects.changed_files(Some(one), other).unwrap());
        }
    }
    let main = objects.commit_of("main").unwrap().unwrap();
    let tree = objects.commit(&main).unwrap().tree;
    say("files of a tree", &objects.files(&tree, &folders).unwrap());
    say("by branch", &objects.blob_at("main", &path("docs/prds/ready/PRD-001-ä b.md")).unwrap());
    say("by none", &objects.blob_at("none", &path("x")).unwrap());
    built(objects, &main, &tree, &folders, &mut say);
    said
}

/// What can be built, and what it is then.
fn built(
    objects: &dyn Objects,
    main: &Oid,
    tree: &Oid,
    folders: &[RepoPath],
    say: &mut dyn FnMut(&str, &dyn std::fmt::Debug),
) {
    let blob = objects.write_blob(b"new\r\n\0").unwrap();
    say("written", &blob);
    say("read", &objects.blob(&blob).unwrap());
    assert!(objects.blob(tree).is_err() && objects.commit(&blob).is_err());
    assert!(objects.files(&blob, folders).is_err());
    let (new, gone, run) = (path("docs/prds/new/ö.md"), path("src/main.txt"), path("run.sh"));
    let (none, only) = (path("none"), path("docs/prds/draft/2025/PRD-002-c.md"));
    let made = objects
        .write_tree(
            main,
            &[
                (&new, Some((0o100_644, &blob))),
                (&gone, None),
                (&run, Some((0o100_755, &blob))),
                (&none, None),
                (&only, None),
            ],
        )
        .unwrap();
    say("tree", &made);
    say("its files", &objects.files(&made, folders).unwrap());
    assert_eq!(objects.write_tree(main, &[]).unwrap(), *tree);
    say("squash", &objects.write_squash(&made, main).unwrap());
    let feature =
        objects.commit_of("feat/x").unwrap().or_else(|| objects.commit_of("origin/feat/x").unwrap());
    let feature = feature.unwrap();
    if objects.merge_base(main, &feature).unwrap().is_some() {
        say("merge", &objects.merge_changes_nothing(main, &feature).unwrap());
    }
    say("merge", &objects.merge_changes_nothing(main, main).unwrap());
}

// Slow, some seconds: a dozen repositories, and hundreds of questions to the program in each.
#[test]
fn both_ways_give_the_same_answers_for_every_kind_of_repository() {
    for kind in kinds() {
        let git = kind.open();
        let by_program = answers(&git.by_program());
        let found = answers(&git);
        for (one, other) in found.iter().zip(&by_program) {
            assert_eq!(one, other, "{}", kind.name);
        }
        assert!(found.len() == by_program.len() && found.len() > 60, "{}: {}", kind.name, found.len());
        let main = kind.fixture.git_in(&kind.at, &["rev-parse", "main"]);
        assert!(found.contains(&format!("commit \"main\": Some(Oid(\"{main}\"))")), "{}", kind.name);
        assert_eq!(git.objects().is_in_process(), kind.by_library, "{}", kind.name);
    }
}

#[test]
fn what_takes_the_place_of_something_else_is_a_change() {
    let fixture = Fixture::new();
    for name in ["a", "a.b", "b/a", "b/c/d", "b.c", "c/x/1", "same/x", "run", "link"] {
        fixture.write(name, name);
    }
    let before = fixture.commit_all("one");
    fixture.git(&["rm", "-q", "-r", "a", "b", "c/x", "a.b", "link"]);
    for name in ["a/1", "a/2/3", "b", "c/x", "c/y", "d"] {
        fixture.write(name, name);
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink("b", fixture.root().join("link")).unwrap();
    fixture.git(&["add", "-A"]);
    fixture.git(&["update-index", "--chmod=+x", "run"]);
    fixture.git(&["commit", "-q", "-m", "two"]);
    let after = fixture.oid("main");
    let git = fixture.open();
    let by_program = git.by_program();
    for (from, to) in [(Some(&before), &after), (Some(&after), &before), (None, &after)] {
        let found = git.objects().changed_files(from, to).unwrap();
        assert_eq!(found, by_program.objects().changed_files(from, to).unwrap());
        assert!(found.len() > 6, "{found:?}");
    }
}

#[test]
fn the_time_of_an_old_commit_is_read_whatever_its_zone() {
    let tree = "a".repeat(40);
    for (zone, wanted) in [
        (" +0530", "2023-11-15T03:43:20+05:30"),
        (" -0100", "2023-11-14T21:13:20-01:00"),
        (" +51800", "2023-11-14T22:13:20+00:00"),
        (" +2147483647", "2023-11-14T22:13:20+00:00"),
        ("", "2023-11-14T22:13:20+00:00"),
    ] {
        let text = format!("tree {tree}\ncommitter A <a@b> 1700000000{zone}\n\nOne\nline\n\nbody\n");
        let facts = CommitFacts::read(text.as_bytes()).unwrap();
        assert_eq!((facts.time.to_rfc3339().as_str(), facts.subject.as_str()), (wanted, "One line"));
    }
}

#[test]
fn the_places_of_a_repository_are_found_without_libgit2() {
    let kind = made("reftable", false, &["--ref-format=reftable"], |_, _| {});
    let git = kind.open();
    assert_eq!(
        (git.root(), git.main_root(), git.is_bare()),
        (Some(kind.at.as_path()), Some(kind.at.as_path()), false)
    );
    let linked = kind.fixture.beside("linked");
    kind.fixture.git_in(&kind.at, &["worktree", "add", "-q", linked.to_str().unwrap(), "feat/x"]);
    let git = Git::open(&kind.fixture.env, &linked).unwrap();
    assert_eq!(
        (git.root(), git.main_root(), git.is_linked()),
        (Some(linked.as_path()), Some(kind.at.as_path()), true)
    );
    assert_eq!(git.branches().unwrap().len(), 3);
    // What was changed by another git meanwhile is seen.
    let branch = BranchName::new("later").unwrap();
    assert_eq!(git.branch_tip(&branch).unwrap(), None);
    kind.fixture.git_in(&kind.at, &["branch", "later", "main"]);
    assert!(git.branch_tip(&branch).unwrap().is_some());
    assert_eq!(git.commit_of("later").unwrap(), git.commit_of("main").unwrap());
}

#[test]
fn a_tree_that_is_cut_short_is_none() {
    let tree = [&b"100644 a b\0"[..], &[7; 20], b"40000 c\0", &[0; 20]].concat();
    let entries = TreeEntry::read(&tree, 20).unwrap();
    let found: Vec<_> =
        entries.iter().map(|entry| (entry.mode, entry.name.as_slice(), entry.oid[0])).collect();
    assert_eq!(found, [(0o100_644, &b"a b"[..], 7), (0o040_000, b"c", 0)]);
    assert_eq!(TreeEntry::read(b"", 20), Some(Vec::new()));
    for end in 1..tree.len() {
        assert_eq!(TreeEntry::read(&tree[..end], 20).is_some(), end == 31, "{end}");
    }
    assert_eq!(TreeEntry::read(&[b"x a\0", &[7; 20][..]].concat(), 20), None);
}
