//! `set`, `deps`, `edit` and `adopt`: each changes its own bytes, in the dialect that is there, in one commit.

use crate::support::{Repo, prd_text};

/// One and the same header in the dialects that people write, each with the line that `Owner=Jonas` makes of it.
const DIALECTS: [(&str, &str, &str); 7] = [
    ("**Priority**: P1\n**Owner**: Ada\n", "**Owner**: Ada", "**Owner**: Jonas"),
    ("**Priority:** P1  \n**Owner:** Ada  \n", "**Owner:** Ada  ", "**Owner:** Jonas  "),
    ("- **Priority**: P1\n- **Owner**: Ada\n", "- **Owner**: Ada", "- **Owner**: Jonas"),
    ("* Priority: P1\n* Owner: Ada\n", "* Owner: Ada", "* Owner: Jonas"),
    (
        "| Field | Value |\n|---|---|\n| **Priority** | P1 |\n| **Owner**    | Ada   |\n",
        "| **Owner**    | Ada   |",
        "| **Owner**    | Jonas   |",
    ),
    ("Priority: P1\nOwner: Ada\n", "Owner: Ada", "Owner: Jonas"),
    ("## Priority: P1\n\n## Owner: Ada\n\n", "## Owner: Ada", "## Owner: Jonas"),
];

#[test]
fn set_keeps_every_dialect_and_every_other_byte() {
    let repo = Repo::new();
    let mut expected = Vec::new();
    for (at, (header, old, new)) in DIALECTS.iter().enumerate() {
        let id = format!("SVC-{:03}", at + 1);
        let text = format!("# {id}: Thing\n\n{header}\n## Why\n\nOwner: nobody in prose  \n\n\n- [ ] x\n");
        let path = format!("docs/prds/draft/{id}-thing.md");
        repo.write(&path, &text);
        expected.push((id, path, text.replacen(old, new, 1)));
    }
    let front = "---\nid: SVC-008\npriority: P1 # urgent?\nowner: \"Ada\"\n---\n# Thing\n";
    repo.write("docs/prds/draft/SVC-008-thing.md", front);
    expected.push((
        "SVC-008".to_owned(),
        "docs/prds/draft/SVC-008-thing.md".to_owned(),
        front.replacen("\"Ada\"", "\"Jonas\"", 1),
    ));
    repo.commit_all("Plans");
    for (id, path, text) in expected {
        repo.run(&["set", &id, "Owner=Jonas"]).expect(0);
        let now = repo.read(&path);
        assert_eq!(now.replace("owner: Jonas", "owner: \"Jonas\""), text, "{id}");
        assert_eq!(
            repo.git(&["show", "--format=%s", "--name-only", "HEAD"]),
            format!("prd({id}): set\n\n{path}")
        );
        let model = repo.run(&["show", &id, "--format", "json"]).expect(0).json();
        assert_eq!(
            (&model["prd"]["owner"], &model["prd"]["priority"]),
            (&"Jonas".into(), &"P1".into()),
            "{id}"
        );
    }
}

#[test]
fn set_refuses_what_would_not_read_back() {
    let repo = Repo::new();
    repo.prd("draft", "SVC-1", "a", "");
    repo.commit_all("Plans");
    let before = repo.snapshot();
    for (field, why) in [
        ("Priority=P9", "it takes P0, P1, P2, P3"),
        ("Target=whenever", "it takes a date"),
        ("Status=Done", "the state of a PRD is its folder"),
        ("ID=SVC-2", "`PRD ID` cannot be set"),
        ("Owner=a\nb", "one line"),
        ("nonsense", "write KEY=VALUE"),
        ("=x", "has no key"),
    ] {
        let refused = repo.run(&["set", "1", field]).says(why);
        assert!(matches!(refused.code, Some(1 | 2)), "{refused}");
    }
    repo.run(&["set", "1", "Owner=Ada Lindqvist"]).expect(0).says("nothing to change");
    repo.run(&["set", "1", "Owner=Jonas", "--dry-run"]).expect(0).says("would:");
    repo.assert_unchanged(&before);
    repo.run(&["set", "1", "Owner="]).expect(0);
    assert!(!repo.read("docs/prds/draft/SVC-1-a.md").contains("Owner"));
}

#[test]
fn deps_are_added_and_withdrawn_where_they_stand() {
    let repo = Repo::new();
    let text = prd_text("SVC-1", "a", "**Depends On**: None");
    repo.write("docs/prds/draft/SVC-1-a.md", &text);
    repo.prd("draft", "SVC-2", "b", "");
    repo.prd("draft", "SVC-3", "c", "**Depends On**: SVC-1");
    repo.commit_all("Plans");
    repo.run(&["deps", "add", "1", "2", "--kind", "contract", "--reason", "the charge API"]).expect(0);
    assert_eq!(
        repo.read("docs/prds/draft/SVC-1-a.md"),
        text.replace("**Depends On**: None", "**Depends On**: SVC-002 (contract) — the charge API")
    );
    repo.run(&["deps", "add", "1", "2", "--kind", "contract"]).expect(0).says("nothing to change");
    repo.run(&["deps", "add", "1", "2", "--kind", "soft"]).expect(1).says("prd deps rm SVC-001 SVC-002");
    repo.run(&["deps", "add", "1", "1"]).expect(1).says("cannot depend on itself");
    repo.run(&["deps", "add", "1", "77"]).expect(3);
    let refused = repo.run(&["deps", "add", "2", "3"]).expect(1);
    for part in ["SVC-001 → SVC-002 → SVC-003 → SVC-001", "docs/prds/draft/SVC-3-c.md:11", "make it soft"]
    {
        assert!(refused.stderr.contains(part), "no {part} in {refused}");
    }
    repo.run(&["deps", "add", "2", "3", "--kind", "soft"]).expect(0);
    repo.run(&["deps", "check"]).expect(0);
    repo.run(&["deps", "rm", "1", "2"]).expect(0);
    assert_eq!(repo.read("docs/prds/draft/SVC-1-a.md"), text);
    repo.run(&["deps", "rm", "1", "2"]).expect(3).says("declares no dependency on 2");
}

#[cfg(unix)]
#[test]
fn edit_commits_what_the_editor_wrote_and_keeps_it_where_it_cannot() {
    let repo = Repo::new();
    let path = repo.prd("draft", "SVC-1", "a", "");
    repo.commit_all("Plans");
    let edit = |editor: &str| repo.run_with(repo.root(), &["edit", "1"], &[("EDITOR", editor)]);
    edit("true").expect(0).says("nothing to change");
    edit("sed -i.bak 's/P1/P0/'").expect(0);
    assert!(repo.read(&path).contains("**Priority**: P0"));
    assert_eq!(repo.git(&["log", "-1", "--format=%s"]), "prd(SVC-001): edit");
    let before = repo.snapshot();
    edit("false").expect(4).says("the editor `false` failed, so nothing was changed");
    edit("no-such-editor-at-all 2>/dev/null").expect(4).says("is not installed");
    repo.run(&["edit", "1"]).expect(1).says("no terminal to edit in");
    repo.assert_unchanged(&before);
    // Somebody changes the file while it is being edited: nothing is written over.
    let script = format!("echo late >> {}; echo mine >>", repo.root().join(&path).display());
    let refused = edit(&script).expect(1).says("was changed while you edited it");
    let kept = refused.stderr.split("your text is kept in ").nth(1).unwrap().trim().to_owned();
    assert!(fs_err::read_to_string(kept).unwrap().ends_with("mine\n"));
    assert!(repo.read(&path).ends_with("late\n"));
}

#[test]
fn adopt_gives_files_an_id_and_leaves_their_text() {
    let repo = Repo::new();
    let idea = "# Idea: Dark mode\n\nIt is bright.\n";
    repo.write("docs/prds/draft/idea-dark-mode.md", idea);
    repo.write("notes/search.md", "# Search\n");
    repo.prd("complete", "SVC-7", "login", "");
    repo.commit_all("Plans");
    repo.run(&["lint"]).expect(0).says("prd adopt docs/prds/draft/idea-dark-mode.md");
    let answer = repo
        .run(&["adopt", "docs/prds/draft/idea-dark-mode.md", "notes/search.md", "--format", "json"])
        .expect(0)
        .json();
    let paths: Vec<&str> =
        answer["changes"].as_array().unwrap().iter().map(|change| change["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["docs/prds/draft/SVC-008-idea-dark-mode.md", "docs/prds/draft/SVC-009-search.md"]);
    assert_eq!(repo.read(paths[0]), idea);
    assert!(!repo.has("notes/search.md"));
    repo.run(&["show", "8"]).expect(0).says("Idea: Dark mode");
    repo.run(&["adopt", paths[0]]).expect(1).says("is SVC-008");
    repo.write("docs/prds/README.md", "# Plans\n");
    repo.commit_all("Readme");
    repo.run(&["adopt", "docs/prds/README.md"]).expect(1).says("never a PRD's");
    repo.run(&["adopt", "docs/prds/nope.md"]).expect(3).says("there is no file docs/prds/nope.md");
    repo.run(&["adopt", "/etc/hostname"]).expect(3).says("no file of this repository");
}
