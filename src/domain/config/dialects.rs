//! Older dialects of the file: one table from old keys to current ones.
//!
//! Three dialects are in use: the current one; one with `branch_naming.prd_id_format`; and one with flat keys
//! (`prd_workflow.min_grade`, `prd_workflow.git`, a top-level `github`). Every old key has one row. A layer is
//! rewritten before it is merged, so nothing else knows that the old keys exist.

use serde_json::{Map, Value, json};

use super::document::{Document, Spot};
use super::key::KeyPath;
use super::problem::{Origin, Problem, Wrong, excerpt};
use crate::domain::model::id::IdFormat;
use crate::domain::model::state::State;

/// One old key.
pub struct Row {
    /// Where it stands.
    pub old: &'static str,
    /// Where its value belongs.
    pub new: &'static str,
    /// How its value is rewritten; the error says what is allowed.
    rewrite: fn(&Value) -> Result<Value, String>,
}

/// All old keys. Where several have one new key, the first that is set counts.
pub const ROWS: [Row; 13] = [
    row("prd_workflow.branch_naming.prd_id_format", "prd_workflow.prd_id", id_format),
    row("prd_workflow.prd_id_format", "prd_workflow.prd_id", id_format),
    row("prd_workflow.review.min_grade", "prd_workflow.review.minimum_grade", same),
    row("prd_workflow.min_grade", "prd_workflow.review.minimum_grade", same),
    row("prd_workflow.review_dimensions", "prd_workflow.review.dimensions", same),
    row("prd_workflow.test_coverage_threshold", "quality.testing.coverage_threshold", same),
    row("prd_workflow.parallel_prds_max", "orchestration.parallel_features", same),
    row("prd_workflow.work_plan_file", "work_plan.file_path", same),
    row("prd_workflow.git.branch_prefix", "prd_workflow.branch_naming.prefix", without_slash),
    row("prd_workflow.git.use_worktrees", "prd_workflow.worktree.enabled", same),
    row("prd_workflow.git.worktree_base", "prd_workflow.worktree.parent_directory", same),
    row("prd_workflow.directories.in-progress", "prd_workflow.directories.in_progress", same),
    row("github", "prd_workflow.github", same),
];

const fn row(old: &'static str, new: &'static str, rewrite: fn(&Value) -> Result<Value, String>) -> Row {
    Row { old, new, rewrite }
}

/// An old key that was rewritten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewritten {
    /// The old key.
    pub old: KeyPath,
    /// The current one.
    pub new: KeyPath,
    /// Where the old one stands.
    pub origin: Origin,
}

/// What a rewrite of one layer did.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) rewritten: Vec<Rewritten>,
    pub(super) problems: Vec<Problem>,
}

impl Row {
    /// The value in its new form.
    pub(super) fn rewritten(&self, value: &Value) -> Result<Value, String> {
        (self.rewrite)(value)
    }
}

/// Moves every old key of a layer to its current place; each value keeps the place where it was written.
///
/// A current key wins over an old one in the same layer, with a warning; so does the older row over the later.
pub(super) fn modernise(document: &mut Document) -> Outcome {
    let mut outcome = Outcome::default();
    for row in &ROWS {
        let (old, new) = (KeyPath::parse(row.old), KeyPath::parse(row.new));
        let origin = document.origin_of(&old);
        let key_origin = document.origin_of_key(&old);
        let Some((value, spots)) = document.remove(&old) else { continue };
        match row.rewritten(&value) {
            Err(allowed) => {
                let wrong = Wrong::WrongValue { read: excerpt(&value), allowed };
                outcome.problems.push(Problem::error(old, origin, wrong));
            }
            Ok(rewritten) => {
                let find = |key: &KeyPath| {
                    let written = key.moved(&new, &old).and_then(|old| Some((spots.get(&old)?.clone(), old)));
                    let (spot, written_as) = written.unwrap_or_else(|| {
                        (Spot { origin: origin.clone(), key: key_origin.position }, old.clone())
                    });
                    Spot { origin: Origin { written_as: Some(written_as), ..spot.origin }, ..spot }
                };
                let ignored = add(document, &new, rewritten, &find);
                outcome.problems.extend(
                    ignored.into_iter().map(|new| {
                        Problem::warning(old.clone(), key_origin.clone(), Wrong::SetTwice { new })
                    }),
                );
                outcome.rewritten.push(Rewritten { old, new, origin: key_origin });
            }
        }
    }
    five_folders(document);
    outcome
}

/// Adds a value without replacing what is there; gives the keys that were there already.
fn add(
    document: &mut Document,
    key: &KeyPath,
    value: Value,
    find: &dyn Fn(&KeyPath) -> Spot,
) -> Vec<KeyPath> {
    match (document.get(key), value) {
        (Some(Value::Object(_)), Value::Object(map)) => {
            map.into_iter().flat_map(|(name, value)| add(document, &key.child(name), value, find)).collect()
        }
        (Some(_), _) => vec![key.clone()],
        (None, Value::Object(map)) if !map.is_empty() => {
            document.put(key, Value::Object(Map::new()), find(key));
            map.into_iter().flat_map(|(name, value)| add(document, &key.child(name), value, find)).collect()
        }
        (None, Value::Array(list)) => {
            document.put(key, Value::Array(list.clone()), find(key));
            for index in 0..list.len() {
                let element = key.child(index.to_string());
                document.note(&element, find(&element));
            }
            Vec::new()
        }
        (None, value) => {
            document.put(key, value, find(key));
            Vec::new()
        }
    }
}

/// A file that names the five other folders and no `review` is of the layout without a review folder.
fn five_folders(document: &mut Document) {
    let folders = KeyPath::parse("prd_workflow.directories");
    let Some(named) = document.get(&folders).and_then(Value::as_object) else { return };
    let names_all_others = State::ALL
        .into_iter()
        .filter(|state| *state != State::Review)
        .all(|state| named.contains_key(&state.name().replace('-', "_")));
    if names_all_others && !named.contains_key("review") {
        let spot = Spot { origin: document.origin_of(&folders), key: None };
        document.put(&folders.child("review"), Value::Null, spot);
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the signature of a table's column")]
fn same(value: &Value) -> Result<Value, String> {
    Ok(value.clone())
}

/// `feat/` is `feat`: the pattern brings its own slash.
fn without_slash(value: &Value) -> Result<Value, String> {
    let text = value.as_str().ok_or("a text in quotes")?;
    Ok(text.trim_end_matches('/').into())
}

/// `SVC-{number}`, `PRD-{number:04}`, `PRD-%03d`, `PRD-XXX`, `PRD-NNN`, `PRD-###`, `PRD-001` as the parts of an
/// id; as many digits as the letters or the number in the format say, else three.
fn id_format(value: &Value) -> Result<Value, String> {
    let allowed = "a format such as \"SVC-{number}\"";
    let text = value.as_str().ok_or(allowed)?.trim();
    let (head, padding) = split_format(text).ok_or(allowed)?;
    let format = IdFormat::from_pattern(&format!("{head}{{number}}"))
        .and_then(|format| IdFormat::new(format.prefix(), format.separator(), padding))
        .map_err(|error| format!("{allowed} ({error})"))?;
    Ok(json!({
        "prefix": format.prefix(),
        "separator": format.separator(),
        "number_padding": format.padding(),
    }))
}

/// What stands before the number, and how many digits the number takes.
fn split_format(text: &str) -> Option<(&str, u8)> {
    let digits = |text: &str| if text.is_empty() { Some(3) } else { text.parse::<u8>().ok() };
    if let Some((head, braces)) = text.strip_suffix('}').and_then(|text| text.rsplit_once('{')) {
        let (name, width) = braces.split_once(':').unwrap_or((braces, ""));
        return ["number", "n", "id", "num"]
            .contains(&name)
            .then_some(())
            .and_then(|()| Some((head, digits(width.trim_end_matches('d'))?)));
    }
    if let Some((head, width)) = text.strip_suffix('d').and_then(|text| text.rsplit_once('%')) {
        return Some((head, digits(width)?));
    }
    let head = ['X', 'N', '#']
        .into_iter()
        .map(|letter| text.trim_end_matches(letter))
        .chain([text.trim_end_matches(|c: char| c.is_ascii_digit())])
        .min_by_key(|head| head.len())?;
    let width = text.len() - head.len();
    (width > 0).then_some((head, u8::try_from(width).ok()?))
}

#[cfg(test)]
mod tests {
    use super::super::problem::Layer;
    use super::super::tree;
    use super::*;

    fn modern(text: &str) -> (Document, Outcome) {
        let mut document = Document::read(Layer::Repository, "config.json", text).unwrap();
        let outcome = modernise(&mut document);
        (document, outcome)
    }

    #[test]
    fn every_old_key_has_one_row_and_leads_to_a_known_key() {
        for (index, row) in ROWS.iter().enumerate() {
            assert!(ROWS[..index].iter().all(|other| other.old != row.old), "{}", row.old);
            assert!(tree::root().at(&KeyPath::parse(row.new)).is_some(), "{}", row.new);
            assert!(tree::root().at(&KeyPath::parse(row.old)).is_none(), "{} is a current key", row.old);
        }
    }

    #[test]
    fn values_keep_the_place_where_they_were_written() {
        let (document, outcome) = modern(
            "{\n \"github\": {\n  \"issue_labels\": [\n   \"a\"]},\n \"prd_workflow\": {\n  \"prd_id_format\": \"SVC-{number}\"}}",
        );
        let place = |key: &str| document.origin_of(&KeyPath::parse(key)).to_string();
        assert_eq!(
            place("prd_workflow.github.issue_labels"),
            "config.json:3:19 (written as github.issue_labels)"
        );
        assert_eq!(
            place("prd_workflow.github.issue_labels.0"),
            "config.json:4:4 (written as github.issue_labels.0)"
        );
        assert_eq!(
            place("prd_workflow.prd_id.prefix"),
            "config.json:6:20 (written as prd_workflow.prd_id_format)"
        );
        assert_eq!(outcome.rewritten.len(), 2);
        assert!(outcome.problems.is_empty());
    }

    #[test]
    fn formats_of_ids_are_taken_apart() {
        for (format, prefix, separator, padding) in [
            ("SVC-{number}", "SVC", "-", 3),
            ("PRD-{number:04}", "PRD", "-", 4),
            ("PRD-%03d", "PRD", "-", 3),
            ("PRD-%d", "PRD", "-", 3),
            ("PRD-XXXX", "PRD", "-", 4),
            ("F##", "F", "", 2),
            ("WTC-PRD-NNN", "WTC-PRD", "-", 3),
            ("PRD-001", "PRD", "-", 3),
        ] {
            let parts = json!({"prefix": prefix, "separator": separator, "number_padding": padding});
            assert_eq!(id_format(&json!(format)), Ok(parts), "{format}");
        }
        for format in ["SVC", "{number}", "SVC-{nummer}", "SVC-%xd", "", "S V-{number}", "SVC-{number:9}"] {
            assert!(id_format(&json!(format)).is_err(), "{format}");
        }
    }

    #[test]
    fn a_wrong_old_value_is_shown_where_it_stands() {
        let (_, outcome) = modern("{\"prd_workflow\": {\n \"prd_id_format\": 5}}");
        let problem = outcome.problems[0].to_string();
        assert!(
            problem.starts_with("config.json:2:19: `prd_workflow.prd_id_format`: `5` was read"),
            "{problem}"
        );
    }

    #[test]
    fn the_current_key_wins_over_the_old_one() {
        let (document, outcome) =
            modern(r#"{"prd_workflow": {"min_grade": "A", "review": {"minimum_grade": "B"}}}"#);
        assert_eq!(document.get(&KeyPath::parse("prd_workflow.review.minimum_grade")), Some(&json!("B")));
        assert_eq!(outcome.problems.len(), 1);
        assert!(outcome.problems[0].to_string().contains("prd_workflow.review.minimum_grade is set too"));
    }

    #[test]
    fn a_file_with_five_folders_has_no_review() {
        let (document, _) = modern(
            r#"{"prd_workflow": {"directories": {"draft": "p/d", "ready": "p/r", "in-progress": "p/i",
                "complete": "p/c", "archived": "p/a"}}}"#,
        );
        assert_eq!(document.get(&KeyPath::parse("prd_workflow.directories.review")), Some(&Value::Null));
        let (document, _) = modern(r#"{"prd_workflow": {"directories": {"draft": "p/d"}}}"#);
        assert_eq!(document.get(&KeyPath::parse("prd_workflow.directories.review")), None);
    }
}
