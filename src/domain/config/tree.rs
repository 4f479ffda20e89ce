//! The known keys and what each of them takes, generated from the types of the schema.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value;

use super::key::KeyPath;
use super::problem::{Wrong, excerpt};
use super::schema::Config;

/// The JSON Schema of the types: the current keys and no others.
pub(super) fn current_schema() -> Value {
    schemars::schema_for!(Config).to_value()
}

/// The whole tree.
static TREE: LazyLock<Node> = LazyLock::new(|| {
    let schema = current_schema();
    let definitions = schema.get("$defs").cloned().unwrap_or_default();
    Node::from_schema(&schema, &definitions)
});

/// The root of the tree.
pub(super) fn root() -> &'static Node {
    &TREE
}

/// One place of the configuration.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    /// True where `null` is allowed.
    nullable: bool,
    /// What may stand there.
    pub(super) shape: Shape,
}

/// What may stand at one place.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    /// An object with these keys.
    Object(BTreeMap<String, Node>),
    /// An object with any keys, all of one kind.
    Map(Box<Node>),
    /// A list, all elements of one kind.
    List(Box<Node>),
    /// `true` or `false`.
    Flag,
    /// A whole number in a range.
    Whole(Option<u64>, Option<u64>),
    /// A number in a range.
    Number(Option<u64>, Option<u64>),
    /// A text; the type may refuse some.
    Text,
    /// One of some words.
    Words(Vec<String>),
    /// Several of these; the type decides.
    Several(Vec<Node>),
}

/// What is wrong at one place.
pub(super) struct Mismatch {
    pub(super) key: KeyPath,
    pub(super) wrong: Wrong,
}

impl Node {
    fn from_schema(schema: &Value, definitions: &Value) -> Self {
        let name = schema.get("$ref").and_then(Value::as_str).and_then(|text| text.rsplit('/').next());
        if let Some(target) = name.and_then(|name| definitions.get(name)) {
            return Self::from_schema(target, definitions);
        }
        let is_null = |schema: &Value| schema.get("type") == Some(&Value::from("null"));
        if let Some(several) = schema.get("anyOf").and_then(Value::as_array) {
            let nullable = several.iter().any(is_null);
            let mut nodes: Vec<Self> = several
                .iter()
                .filter(|schema| !is_null(schema))
                .map(|schema| Self::from_schema(schema, definitions))
                .collect();
            if nodes.len() == 1
                && let Some(only) = nodes.pop()
            {
                return Self { nullable, ..only };
            }
            return Self { nullable, shape: Shape::Several(nodes) };
        }
        let types: Vec<&str> = match schema.get("type") {
            Some(Value::Array(types)) => types.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(one)) => vec![one],
            _ => Vec::new(),
        };
        let nullable = types.contains(&"null");
        let mut shapes: Vec<Shape> = types
            .into_iter()
            .filter(|name| *name != "null")
            .map(|name| Shape::of_type(name, schema, definitions))
            .collect();
        if let Some(words) = words(schema) {
            return Self { nullable, shape: Shape::Words(words) };
        }
        match (shapes.pop(), shapes.is_empty()) {
            (Some(shape), true) => Self { nullable, shape },
            (last, _) => {
                shapes.extend(last);
                let nodes = shapes.into_iter().map(|shape| Self { nullable: false, shape }).collect();
                Self { nullable, shape: Shape::Several(nodes) }
            }
        }
    }

    /// What is allowed, as a sentence says it: `a whole number from 1 to 6`.
    pub(super) fn allowed(&self) -> String {
        let range =
            |min: Option<u64>, max: Option<u64>| match (min, max.filter(|max| *max < u64::from(u32::MAX))) {
                (Some(min), Some(max)) => format!(" from {min} to {max}"),
                (Some(0) | None, None) => String::new(),
                (Some(min), None) => format!(" of at least {min}"),
                (None, Some(max)) => format!(" up to {max}"),
            };
        let allowed = match &self.shape {
            Shape::Object(_) | Shape::Map(_) => "an object".to_owned(),
            Shape::List(element) => format!("a list with {} for each element", element.allowed()),
            Shape::Flag => "`true` or `false`".to_owned(),
            Shape::Whole(min, max) => format!("a whole number{}", range(*min, *max)),
            Shape::Number(min, max) => format!("a number{}", range(*min, *max)),
            Shape::Text => "a text in quotes".to_owned(),
            Shape::Words(words) => {
                words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" or ")
            }
            Shape::Several(nodes) => nodes.iter().map(Self::allowed).collect::<Vec<_>>().join(" or "),
        };
        if self.nullable { format!("{allowed} or `null`") } else { allowed }
    }

    /// True where a text is taken and nothing that could be mistaken for one.
    pub(super) const fn is_text(&self) -> bool {
        matches!(self.shape, Shape::Text | Shape::Words(_))
    }

    /// The node below, by the exact key; any key of a map.
    pub(super) fn child(&self, part: &str) -> Option<&Self> {
        match &self.shape {
            Shape::Object(children) => children.get(part),
            Shape::Map(each) | Shape::List(each) => Some(each),
            Shape::Flag
            | Shape::Whole(..)
            | Shape::Number(..)
            | Shape::Text
            | Shape::Words(_)
            | Shape::Several(_) => None,
        }
    }

    /// The node at a path.
    pub(super) fn at(&self, key: &KeyPath) -> Option<&Self> {
        key.parts().iter().try_fold(self, |node, part| node.child(part))
    }

    /// All keys that hold a value, as patterns: `prd_workflow.enabled`, `teams.*.lead`. A list is one value.
    pub(super) fn leaves(&self) -> Vec<String> {
        let mut leaves = Vec::new();
        self.collect_leaves(&KeyPath::root(), &mut leaves);
        leaves
    }

    fn collect_leaves(&self, key: &KeyPath, leaves: &mut Vec<String>) {
        match &self.shape {
            Shape::Object(children) => {
                for (name, child) in children {
                    child.collect_leaves(&key.child(name), leaves);
                }
            }
            Shape::Map(each) => each.collect_leaves(&key.child("*"), leaves),
            Shape::List(_)
            | Shape::Flag
            | Shape::Whole(..)
            | Shape::Number(..)
            | Shape::Text
            | Shape::Words(_)
            | Shape::Several(_) => leaves.push(key.to_string()),
        }
    }

    /// Everything in a value that is no known key or of a wrong type, in document order.
    pub(super) fn check(&self, value: &Value) -> Vec<Mismatch> {
        let mut found = Vec::new();
        self.check_at(value, &KeyPath::root(), &mut found);
        found
    }

    fn check_at(&self, value: &Value, key: &KeyPath, found: &mut Vec<Mismatch>) {
        if value.is_null() && self.nullable {
            return;
        }
        match (&self.shape, value) {
            (Shape::Object(children), Value::Object(map)) => {
                for (name, value) in map {
                    let key = key.child(name);
                    if let Some(child) = children.get(name) {
                        child.check_at(value, &key, found);
                    } else {
                        let hint = nearest(name, children);
                        found.push(Mismatch { key, wrong: Wrong::UnknownKey { hint } });
                    }
                }
            }
            (Shape::Map(each), Value::Object(map)) => {
                for (name, value) in map {
                    each.check_at(value, &key.child(name), found);
                }
            }
            (Shape::List(each), Value::Array(list)) => {
                for (index, value) in list.iter().enumerate() {
                    each.check_at(value, &key.child(index.to_string()), found);
                }
            }
            _ if self.accepts(value) => {}
            _ => found.push(Mismatch {
                key: key.clone(),
                wrong: Wrong::WrongValue { read: excerpt(value), allowed: self.allowed() },
            }),
        }
    }

    /// True where a value is of the right type, looking at nothing below it.
    fn accepts(&self, value: &Value) -> bool {
        let within = |min: Option<u64>, max: Option<u64>, number: u64| {
            min.is_none_or(|min| number >= min) && max.is_none_or(|max| number <= max)
        };
        match &self.shape {
            Shape::Object(_) | Shape::Map(_) => value.is_object(),
            Shape::List(_) => value.is_array(),
            Shape::Flag => value.is_boolean(),
            Shape::Whole(min, max) => value.as_u64().is_some_and(|number| within(*min, *max, number)),
            Shape::Number(..) => value.is_number(),
            Shape::Text => value.is_string(),
            Shape::Words(words) => value.as_str().is_some_and(|text| words.iter().any(|word| word == text)),
            Shape::Several(nodes) => nodes.iter().any(|node| node.accepts_kind(value)),
        }
    }

    /// True where the JSON type is right; ranges and words are left to the type itself.
    fn accepts_kind(&self, value: &Value) -> bool {
        match &self.shape {
            Shape::Whole(..) => value.is_number(),
            Shape::Words(_) => value.is_string(),
            Shape::Object(_)
            | Shape::Map(_)
            | Shape::List(_)
            | Shape::Flag
            | Shape::Number(..)
            | Shape::Text
            | Shape::Several(_) => self.accepts(value),
        }
    }
}

impl Shape {
    fn of_type(name: &str, schema: &Value, definitions: &Value) -> Self {
        let below = |key: &str| {
            let schema = schema.get(key).filter(|schema| schema.is_object())?;
            Some(Box::new(Node::from_schema(schema, definitions)))
        };
        let bound = |key: &str| schema.get(key).and_then(Value::as_u64);
        match name {
            "object" => match schema.get("properties").and_then(Value::as_object) {
                Some(properties) => Self::Object(
                    properties
                        .iter()
                        .map(|(name, schema)| (name.clone(), Node::from_schema(schema, definitions)))
                        .collect(),
                ),
                None => {
                    below("additionalProperties").map_or_else(|| Self::Object(BTreeMap::new()), Self::Map)
                }
            },
            "array" => below("items").map_or(Self::Several(Vec::new()), Self::List),
            "boolean" => Self::Flag,
            "integer" => Self::Whole(bound("minimum"), bound("maximum")),
            "number" => Self::Number(bound("minimum"), bound("maximum")),
            _ => Self::Text,
        }
    }
}

/// The words of an enumeration, in whichever form the schema gives them.
fn words(schema: &Value) -> Option<Vec<String>> {
    if let Some(several) = schema.get("oneOf").and_then(Value::as_array) {
        let word = |schema: &Value| schema.get("const").and_then(Value::as_str).map(str::to_owned);
        return several.iter().map(word).collect();
    }
    let words = schema.get("enum").and_then(Value::as_array)?;
    Some(words.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}

/// The hint for an unknown key: the same key elsewhere, the nearest one here, the nearest one anywhere, or all
/// that are known here.
fn nearest(name: &str, siblings: &BTreeMap<String, Node>) -> String {
    /// A likeness (Jaro-Winkler, 0 to 1) below which two keys are different words.
    const ALIKE: f64 = 0.84;
    let closest = |keys: &mut dyn Iterator<Item = String>| {
        keys.map(|key| (likeness(name, KeyPath::parse(&key).last()), key))
            .filter(|(likeness, _)| *likeness >= ALIKE)
            .max_by(|(a, first), (b, second)| a.total_cmp(b).then(second.cmp(first)))
    };
    let here = closest(&mut siblings.keys().cloned());
    let anywhere = closest(&mut root().leaves().into_iter());
    let is_same = |hit: &Option<(f64, String)>| hit.as_ref().is_some_and(|(likeness, _)| *likeness >= 1.0);
    let best = if is_same(&anywhere) && !is_same(&here) { anywhere } else { here.or(anywhere) };
    if let Some((_, key)) = best {
        return format!("did you mean `{key}`?");
    }
    let known: Vec<String> = siblings.keys().map(|key| format!("`{key}`")).collect();
    format!("known here are {}", known.join(", "))
}

fn likeness(a: &str, b: &str) -> f64 {
    let fold = |text: &str| text.to_lowercase().replace(['-', ' '], "_");
    strsim::jaro_winkler(&fold(a), &fold(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str) -> Vec<String> {
        let value: Value = serde_json::from_str(json).unwrap();
        root().check(&value).into_iter().map(|found| format!("{}: {}", found.key, found.wrong)).collect()
    }

    fn check_one(json: &str) -> String {
        let found = check(json);
        assert_eq!(found.len(), 1, "{found:?}");
        found.into_iter().next().unwrap()
    }

    #[test]
    fn every_default_is_accepted() {
        let defaults = serde_json::to_value(Config::default()).unwrap();
        let found: Vec<KeyPath> = root().check(&defaults).into_iter().map(|found| found.key).collect();
        assert_eq!(found, Vec::new());
    }

    #[test]
    fn no_place_is_left_without_a_shape() {
        fn walk(node: &Node, key: &KeyPath) {
            match &node.shape {
                Shape::Object(children) => {
                    assert!(!children.is_empty(), "{key}");
                    children.iter().for_each(|(name, child)| walk(child, &key.child(name)));
                }
                Shape::Map(each) | Shape::List(each) => walk(each, &key.child("*")),
                Shape::Several(nodes) => assert!(nodes.len() > 1, "{key}"),
                Shape::Words(words) => assert!(words.len() > 1, "{key}"),
                Shape::Flag | Shape::Whole(..) | Shape::Number(..) | Shape::Text => {}
            }
        }
        walk(root(), &KeyPath::root());
    }

    #[test]
    fn a_wrong_type_says_what_is_allowed() {
        for (json, part) in [
            (
                r#"{"prd_workflow": {"enabled": "yes"}}"#,
                "`\"yes\"` was read, and `true` or `false` is allowed",
            ),
            (r#"{"prd_workflow": {"commit": "on"}}"#, "\"auto\" or \"off\" is allowed"),
            (r#"{"prd_workflow": {"prd_id": {"number_padding": 9}}}"#, "a whole number from 1 to 6"),
            (r#"{"orchestration": {"parallel_features": 0}}"#, "a whole number of at least 1 or `null`"),
            (r#"{"orchestration": {"parallel_features": -1}}"#, "`-1` was read"),
            (r#"{"teams": {"Ops": {"members": [1]}}}"#, "teams.Ops.members.0: `1` was read, and a text"),
            (r#"{"teams": []}"#, "an object is allowed"),
            (r#"{"prd_workflow": {"review": {"dimensions": true}}}"#, "a list with a text in quotes"),
            (r#"{"preset": "huge"}"#, "\"startup\" or"),
        ] {
            let found = check_one(json);
            assert!(found.contains(part), "{json}: {found}");
        }
    }

    #[test]
    fn an_unknown_key_gets_the_nearest_one() {
        for (json, part) in [
            (r#"{"prd_workflow": {"review": {"minimum_grad": "B"}}}"#, "did you mean `minimum_grade`?"),
            (r#"{"minimum_grade": "B"}"#, "did you mean `prd_workflow.review.minimum_grade`?"),
            (r#"{"orchestration": {"parallelFeatures": 3}}"#, "did you mean `parallel_features`?"),
            (r#"{"prd_workflow": {"hooks": {"zzz": 3}}}"#, "known here are `commit_msg`"),
        ] {
            let found = check_one(json);
            assert!(found.contains(part), "{json}: {found}");
        }
    }

    #[test]
    fn every_problem_is_found_at_once() {
        assert_eq!(check(r#"{"x": 1, "prd_workflow": {"enabled": 1, "commit": 2}}"#).len(), 3);
    }
}
