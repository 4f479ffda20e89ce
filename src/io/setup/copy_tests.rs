use super::*;
use crate::io::git::testing::Fixture;

/// A main worktree with ignored files, and a linked one `tree`.
fn fixture() -> (Fixture, PathBuf) {
    let fixture = Fixture::new();
    fixture.write(".gitignore", ".env*\n*.db\n/local\nnode_modules\ncache/\n.trees/\n");
    fixture.write("api/.env.example", "tracked");
    fixture.git(&["add", "-f", "api/.env.example"]);
    fixture.commit_all("begin");
    let tree = fixture.beside("tree");
    fixture.git(&["worktree", "add", "-q", "-b", "x", tree.to_str().unwrap()]);
    (fixture, tree)
}

fn copy(fixture: &Fixture, tree: &Path, lines: &[&str]) -> Copied {
    let patterns = Patterns::new(lines.iter().copied()).unwrap();
    copy_ignored(&fixture.open(), &fixture.root(), tree, &patterns).unwrap()
}

fn text(tree: &Path, path: &str) -> String {
    fs_err::read_to_string(tree.join(path)).unwrap()
}

#[test]
fn ignored_files_are_copied_and_nothing_else() {
    let (fixture, tree) = fixture();
    for path in [".env", "api/.env.local", "local/keys/a.pem", "node_modules/x/.env", "seen.txt", "big.db"] {
        fixture.write(path, path);
    }
    fixture.write("api/.env.example", "changed in the main worktree");
    let copied = copy(&fixture, &tree, &[".env*", "local", "seen.txt"]);
    assert_eq!(copied.files, [".env", "api/.env.local", "local/keys/a.pem"]);
    assert!(copied.left_out.is_empty());
    assert_eq!(text(&tree, "local/keys/a.pem"), "local/keys/a.pem");
    assert_eq!(text(&tree, "api/.env.example"), "tracked");
    assert_eq!(fixture.git_in(&tree, &["status", "--porcelain"]), "");
    assert_eq!(copy(&fixture, &tree, &[".env*", "local"]), Copied::default(), "a second time");
}

#[test]
fn what_is_there_is_never_written_over() {
    let (fixture, tree) = fixture();
    fixture.write(".env", "main");
    fs_err::write(tree.join(".env"), "mine").unwrap();
    assert!(copy(&fixture, &tree, &[".env"]).files.is_empty());
    assert_eq!(text(&tree, ".env"), "mine");
}

#[test]
fn what_the_branch_tracks_or_does_not_ignore_is_left_out() {
    let (fixture, tree) = fixture();
    fixture.write("a.db", "1");
    fixture.write(".env", "1");
    fs_err::write(tree.join(".gitignore"), "*.db\n").unwrap();
    fs_err::write(tree.join("a.db"), "tracked").unwrap();
    fixture.git_in(&tree, &["add", "-f", "a.db", ".gitignore"]);
    fs_err::remove_file(tree.join("a.db")).unwrap();
    assert_eq!(copy(&fixture, &tree, &["*.db", ".env"]), Copied::default());
}

#[test]
fn another_worktree_inside_is_not_looked_into() {
    let (fixture, tree) = fixture();
    fixture.git(&["worktree", "add", "-q", "-b", "y", ".trees/y"]);
    fixture.write(".trees/y/.env", "another's");
    fixture.write("cache/.env", "1");
    assert_eq!(copy(&fixture, &tree, &[".env", ".trees/**"]).files, ["cache/.env"]);
}

#[cfg(unix)]
#[test]
fn links_stay_links_and_never_lead_out() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let (fixture, tree) = fixture();
    fixture.write("local/real", "1");
    let at = |name: &str| fixture.root().join("local").join(name);
    fs_err::set_permissions(at("real"), std::fs::Permissions::from_mode(0o750)).unwrap();
    symlink("real", at("good")).unwrap();
    symlink("../../../etc/passwd", at("out")).unwrap();
    symlink("/etc/passwd", at("absolute")).unwrap();
    let copied = copy(&fixture, &tree, &["local"]);
    assert_eq!(copied.files, ["local/good", "local/real"]);
    assert_eq!(copied.left_out.len(), 2);
    assert_eq!(fs_err::read_link(tree.join("local/good")).unwrap(), Path::new("real"));
    let about = tree.join("local/real").metadata().unwrap();
    assert_eq!(about.permissions().mode() & 0o777, 0o750);
    assert_eq!(about.modified().unwrap(), at("real").metadata().unwrap().modified().unwrap());
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link_in_the_new_tree() {
    let (fixture, tree) = fixture();
    let outside = fixture.beside("outside");
    fs_err::create_dir(&outside).unwrap();
    std::os::unix::fs::symlink(&outside, tree.join("local")).unwrap();
    fixture.write("local/a.pem", "1");
    assert_eq!(
        copy_one(&fixture.root(), &tree, "local/a.pem").unwrap(),
        Outcome::LeftOut("lies behind a link")
    );
    assert_eq!(copy(&fixture, &tree, &["local"]).left_out, ["local/a.pem lies behind a link"]);
    assert_eq!(fs_err::read_dir(&outside).unwrap().count(), 0);
}

#[test]
fn links_are_judged_by_where_they_climb() {
    for (path, leads_to, inside) in [
        ("a/b", "c", true),
        ("a/b", "../c", true),
        ("a/b", "../../c", false),
        ("a", "x/../../y", false),
        ("a", "/etc", false),
    ] {
        assert_eq!(stays_inside(Path::new(path), Path::new(leads_to)), inside, "{path} -> {leads_to}");
    }
}
