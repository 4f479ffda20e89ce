//! Environment variables and command-line flags as layers.
//!
//! A variable is read when its name is `PRD_`, then the parts of a key with two underscores between them:
//! `PRD_PRD_WORKFLOW__REVIEW__MINIMUM_GRADE`. Case does not matter. A name without two underscores is never a
//! setting (`PRD_CONFIG`, `PRD_TRANSACTION`), and an empty value is none. A flag is `key=value` with dots in the
//! key: `prd_workflow.review.minimum_grade=B`.
//!
//! A value is read as JSON where that is possible, else as a text. Where the key takes nothing but text it is a
//! text as it stands, unless it is quoted.

use serde_json::Value;

use super::document::{Document, Spot};
use super::key::KeyPath;
use super::problem::{Layer, Origin, Problem, Wrong};
use super::tree::{self, Node, Shape};

/// The settings among environment variables, in the order of their names.
///
/// `below` is what the lower layers say: the names of teams, services and the like are taken from there, since a
/// variable's name cannot tell their case.
pub(super) fn from_environment(variables: &[(String, String)], below: &Value) -> (Document, Vec<Problem>) {
    let mut variables: Vec<&(String, String)> = variables.iter().collect();
    variables.sort();
    let settings = variables.into_iter().filter_map(|(name, value)| {
        let key = key_of_variable(name, below)?;
        (!value.is_empty()).then(|| Setting { source: format!("environment {name}"), key, value })
    });
    collect(Layer::Environment, settings)
}

/// The settings among flags, in their order; a later one wins.
pub(super) fn from_flags(flags: &[String]) -> (Document, Vec<Problem>) {
    let mut problems = Vec::new();
    let settings: Vec<Setting<'_>> = flags
        .iter()
        .filter_map(|flag| {
            let source = format!("flag {flag}");
            match flag.split_once('=').filter(|(key, _)| !key.trim().is_empty()) {
                Some((key, value)) => Some(Setting { source, key: KeyPath::parse(key), value }),
                None => {
                    let origin = origin(Layer::Flag, source);
                    problems.push(Problem::error(KeyPath::root(), origin, Wrong::NoValue));
                    None
                }
            }
        })
        .collect();
    let (document, more) = collect(Layer::Flag, settings.into_iter());
    problems.extend(more);
    (document, problems)
}

struct Setting<'a> {
    source: String,
    key: KeyPath,
    value: &'a str,
}

const fn origin(layer: Layer, source: String) -> Origin {
    Origin { layer, source, position: None, written_as: None }
}

fn collect<'a>(layer: Layer, settings: impl Iterator<Item = Setting<'a>>) -> (Document, Vec<Problem>) {
    let mut document = Document::empty(layer, "");
    let mut problems = Vec::new();
    for setting in settings {
        let origin = origin(layer, setting.source);
        let node = tree::root().at(&setting.key);
        let value = read(setting.value, node);
        let spot = Spot { origin: origin.clone(), key: None };
        if !document.put(&setting.key, value, spot) {
            let reason = "another setting gives a plain value to a key above this one".to_owned();
            problems.push(Problem::error(setting.key, origin, Wrong::Inconsistent { reason }));
        }
    }
    (document, problems)
}

fn read(text: &str, node: Option<&Node>) -> Value {
    let json: Option<Value> = serde_json::from_str(text).ok();
    let takes_text_only = node.is_some_and(Node::is_text);
    match json {
        Some(value) if !takes_text_only || value.is_string() || (value.is_null() && may_be_null(node)) => {
            value
        }
        _ => Value::String(text.to_owned()),
    }
}

fn may_be_null(node: Option<&Node>) -> bool {
    node.is_some_and(|node| node.check(&Value::Null).is_empty())
}

/// The key that a variable names; `None` where it is no setting.
fn key_of_variable(name: &str, below: &Value) -> Option<KeyPath> {
    let prefix = name.get(..4).filter(|prefix| prefix.eq_ignore_ascii_case("PRD_"))?;
    let rest = &name[prefix.len()..];
    if !rest.contains("__") || rest.split("__").any(str::is_empty) {
        return None;
    }
    let mut node = Some(tree::root());
    let mut value = Some(below);
    let mut key = KeyPath::root();
    for part in rest.split("__") {
        let known = node.and_then(|node| match &node.shape {
            Shape::Object(children) => children.keys().find(|known| same(known, part)),
            Shape::Map(_)
            | Shape::List(_)
            | Shape::Flag
            | Shape::Whole(..)
            | Shape::Number(..)
            | Shape::Text
            | Shape::Words(_)
            | Shape::Several(_) => None,
        });
        let set = || value?.as_object()?.keys().find(|known| same(known, part));
        let part = known.or_else(set).cloned().unwrap_or_else(|| part.to_lowercase());
        node = node.and_then(|node| node.child(&part));
        value = value.and_then(|value| value.get(&part));
        key = key.child(part);
    }
    Some(key)
}

/// Names are compared as a variable can spell them.
fn same(known: &str, part: &str) -> bool {
    let fold = |text: &str| text.to_lowercase().replace(['-', ' ', '.'], "_");
    fold(known) == fold(part)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn environment(variables: &[(&str, &str)]) -> (Document, Vec<Problem>) {
        let owned: Vec<(String, String)> =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        from_environment(&owned, &json!({"teams": {"Data Ops": {}}}))
    }

    #[test]
    fn variables_name_keys_in_any_case() {
        let (document, problems) = environment(&[
            ("PRD_PRD_WORKFLOW__REVIEW__MINIMUM_GRADE", "B"),
            ("prd_orchestration__parallel_features", "3"),
            ("PRD_ORCHESTRATION__DAYS_PER_SIZE__XL", "8.5"),
            ("PRD_TEAMS__DATA_OPS__LEAD", "ada"),
            ("PRD_PRD_WORKFLOW__BRANCH_NAMING__PREFIX", "123"),
            ("PRD_PRD_WORKFLOW__HOME_BRANCH", "null"),
            ("PRD_PRD_WORKFLOW__PRD_ID__SEPARATOR", "\"\""),
            ("PRD_PRD_WORKFLOW__REVIEW__DIMENSIONS", "[\"A\"]"),
        ]);
        assert!(problems.is_empty());
        assert_eq!(
            document.value,
            json!({
                "orchestration": {"days_per_size": {"XL": 8.5}, "parallel_features": 3},
                "prd_workflow": {
                    "branch_naming": {"prefix": "123"},
                    "home_branch": null,
                    "prd_id": {"separator": ""},
                    "review": {"dimensions": ["A"], "minimum_grade": "B"},
                },
                "teams": {"Data Ops": {"lead": "ada"}},
            })
        );
        let origin = document.origin_of(&KeyPath::parse("prd_workflow.review.minimum_grade"));
        assert_eq!(origin.to_string(), "environment PRD_PRD_WORKFLOW__REVIEW__MINIMUM_GRADE");
    }

    #[test]
    fn other_variables_are_no_settings() {
        let (document, _) = environment(&[
            ("PRD_CONFIG", "x"),
            ("PRD_TRANSACTION", "x"),
            ("PRD___X", "x"),
            ("PRD_A__", "x"),
            ("HOME__X", "x"),
            ("PRÜ__X", "x"),
            ("PRD_QUALITY__ENABLED", ""),
        ]);
        assert_eq!(document.value, json!({}));
    }

    #[test]
    fn flags_are_keys_and_values() {
        let flags =
            ["teams.\"Ops v1.2\".lead=ada", "prd_workflow.enabled=false", "prd_workflow.enabled=true"];
        let (document, problems) = from_flags(&flags.map(str::to_owned));
        assert!(problems.is_empty());
        assert_eq!(
            document.value,
            json!({"teams": {"Ops v1.2": {"lead": "ada"}}, "prd_workflow": {"enabled": true}})
        );
        let (_, problems) = from_flags(&["enabled".to_owned(), "=x".to_owned()]);
        assert_eq!(problems.len(), 2);
    }

    #[test]
    fn a_setting_below_a_plain_value_is_an_error() {
        let (_, problems) = from_flags(&["teams=1".to_owned(), "teams.a.lead=x".to_owned()]);
        assert_eq!(problems.len(), 1);
    }
}
