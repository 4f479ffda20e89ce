use super::super::layers::{FileLayer, Sources, load};
use super::super::schema::Config;
use super::*;

fn migrated(text: &str) -> String {
    migrate("config.json", text).unwrap().text
}

fn loaded(text: &str) -> Config {
    let sources = Sources { repository: Some(FileLayer::new("config.json", text)), ..Sources::default() };
    load(&sources).map_err(|errors| format!("{errors}\n{text}")).unwrap().config
}

/// A file of the third dialect with comments wherever they may stand.
const FLAT: &str = r#"// our configuration
{
  "preset": "startup", // small
  "prd_workflow": {
    // three digits
    // since 2023
    "prd_id_format": "SVC-{number}",

    /* not below C */
    "min_grade": "C", // for now
    "test_coverage_threshold": 70,
    "parallel_prds_max": 4,
    "git": {
      "branch_prefix": "work/",
      "use_worktrees": true,
      // beside the clone
      "worktree_base": "../trees" // on the fast disk
    },
    "review": {
      // all of them
      "dimensions": 7 // seven
    }
  },
  // issues
  "github": {
    "auto_assign": false, // they assign themselves
    "issue_labels": [
      "x", // exactly one
    ],
  },
}
"#;

#[test]
fn what_is_loaded_stays_the_same() {
    for text in [
        FLAT,
        include_str!("fixtures/enterprise.json"),
        r#"{"prd_workflow":{"prd_id_format":"A-%04d","review_dimensions":["x"]},"github":{"enabled":false}}"#,
        r#"{"prd_workflow": {"directories": {"in-progress": "p/i"}, "github": {"enabled": true}}, "github": {"enabled": false, "auto_assign": false}}"#,
        r#"{"prd_workflow": {"min_grade": "A", "review": {"min_grade": "B"}}}"#,
        r#"{"prd_workflow": {"prd_id": {"prefix": "A"}, "prd_id_format": "B_{number}"}}"#,
        "\u{feff}{\r\n\t\"github\": {\r\n\t\t\"enabled\": false\r\n\t}\r\n}\r\n",
    ] {
        let new = migrated(text);
        assert_eq!(loaded(&new), loaded(text), "{new}");
        let again = migrate("config.json", &new).unwrap();
        assert!(again.rewritten.is_empty(), "{new}\n{:?}", again.rewritten);
        assert_eq!(again.text, new);
    }
}

#[test]
fn every_comment_is_kept() {
    let new = migrated(FLAT);
    for comment in [
        "// our configuration",
        "// small",
        "// three digits",
        "// since 2023",
        "/* not below C */",
        "// for now",
        "// beside the clone",
        "// on the fast disk",
        "// all of them",
        "// seven",
        "// issues",
        "// they assign themselves",
        "// exactly one",
    ] {
        assert_eq!(new.matches(comment).count(), 1, "{comment}\n{new}");
    }
}

#[test]
fn comments_travel_with_their_key() {
    insta::assert_snapshot!(migrated(FLAT), @r#"
    // our configuration
    {
      "preset": "startup", // small
      "prd_workflow": {
        "review": {
          // all of them
          "dimensions": 7, // seven
          /* not below C */
          // for now
          "minimum_grade": "C"
        },
        // three digits
        // since 2023
        "prd_id": {
          "prefix": "SVC",
          "separator": "-",
          "number_padding": 3
        },
        "branch_naming": {
          "prefix": "work"
        },
        "worktree": {
          "enabled": true,
          // beside the clone
          // on the fast disk
          "parent_directory": "../trees"
        },
        // issues
        "github": {
          "auto_assign": false, // they assign themselves
          "issue_labels": [
            "x", // exactly one
          ],
        }
      },
      "quality": {
        "testing": {
          "coverage_threshold": 70
        }
      },
      "orchestration": {
        "parallel_features": 4
      },
    }
    "#);
}

#[test]
fn a_current_file_keeps_every_byte() {
    let text = "// x\n{ \"prd_workflow\" : {\"enabled\":true,} , }\n\n";
    assert_eq!(migrate("c.json", text).unwrap(), Migrated { text: text.to_owned(), rewritten: Vec::new() });
    assert_eq!(migrated(""), "");
}

#[test]
fn a_renamed_key_stays_where_it_is() {
    let text = "{\n  \"prd_workflow\": {\n    \"review\": {\n      \"min_grade\": \"B\", // b\n      \"dimensions\": 3\n    }\n  }\n}\n";
    assert_eq!(migrated(text), text.replace("min_grade", "minimum_grade"));
}

#[test]
fn an_old_value_without_a_new_form_is_an_error_with_its_line() {
    let problem = migrate("c.json", "{\"prd_workflow\": {\n\"prd_id_format\": \"nonsense\"}}").unwrap_err();
    assert!(problem.to_string().starts_with("c.json:2:18: `prd_workflow.prd_id_format`"), "{problem}");
}

#[test]
fn what_was_rewritten_is_named_with_its_line() {
    let rewritten = migrate("c.json", FLAT).unwrap().rewritten;
    let shown: Vec<String> =
        rewritten.iter().map(|row| format!("{} {} → {}", row.origin, row.old, row.new)).collect();
    assert_eq!(shown[0], "c.json:7:5 prd_workflow.prd_id_format → prd_workflow.prd_id");
    assert_eq!(shown.len(), 8);
}
