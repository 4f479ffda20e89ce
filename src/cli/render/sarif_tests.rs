use super::*;
use crate::domain::model::path::RepoPath;

fn noted(rule: &str, line: usize, about: &str) -> Noted {
    Noted {
        rule: rule.to_owned(),
        severity: Severity::Warning,
        path: RepoPath::new("docs/prds/draft/SVC-001-größe 100%.md").unwrap(),
        line,
        column: 3,
        message: "`fast` says nothing".to_owned(),
        hint: "say how fast".to_owned(),
        about: about.to_owned(),
        silenced: None,
    }
}

fn schema() -> jsonschema::Validator {
    let text = include_str!("../../../tests/fixtures/sarif-2.1.0.schema.json");
    // One pattern of the standard's has a bracket too many, which its own dialect of patterns forgives.
    let text = text.replace("{2}]?$", "{2}\\\\]?$");
    jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap()
}

#[test]
fn the_document_is_valid_and_its_uris_are() {
    let silenced = Noted { silenced: Some("a name".to_owned()), ..noted("vague-word", 9, "some") };
    let document = lint(&[noted("vague-word", 7, "fast"), noted("no-such-rule", 8, "x"), silenced]);
    let errors: Vec<String> = schema().iter_errors(&document).map(|error| error.to_string()).collect();
    assert_eq!(errors, [""; 0]);
    let run = &document["runs"][0];
    let place = &run["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "docs/prds/draft/SVC-001-gr%C3%B6%C3%9Fe%20100%25.md");
    assert_eq!(run["results"][2]["suppressions"][0]["justification"], "a name");
    for result in run["results"].as_array().unwrap() {
        let at = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(run["tool"]["driver"]["rules"][at]["id"], result["ruleId"]);
    }
    // The validator can find something: it is not one that takes everything.
    let broken = json!({"version": "2.1.0", "runs": [{"results": [{"message": {}}]}]});
    assert!(!schema().is_valid(&broken));
}

#[test]
fn a_fingerprint_outlives_a_move_and_tells_twins_apart() {
    let of = |findings: &[Noted]| -> Vec<Value> {
        let document = lint(findings);
        let results = document["runs"][0]["results"].as_array().unwrap();
        results.iter().map(|result| result["partialFingerprints"]["prdFinding/v1"].clone()).collect()
    };
    let before = of(&[noted("vague-word", 7, "fast"), noted("vague-word", 9, "fast")]);
    let moved = |line| Noted {
        path: RepoPath::new("docs/prds/review/SVC-001-größe 100%.md").unwrap(),
        ..noted("vague-word", line, "fast")
    };
    assert_eq!(before, of(&[moved(17), moved(19)]));
    assert_ne!(before[0], before[1]);
    assert_ne!(before[0], of(&[noted("vague-word", 7, "slow")])[0]);
}
