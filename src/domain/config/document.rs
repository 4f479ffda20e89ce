//! A configuration text as values that know their places.

use std::collections::BTreeMap;
use std::ops::Range;

use jsonc_parser::ast::{ObjectProp, Value as Ast};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use serde_json::{Map, Value};

use super::key::KeyPath;
use super::problem::{Layer, Origin, Position, Problem, Wrong};

/// What is accepted beyond JSON: comments and trailing commas, and nothing else.
pub const JSON_WITH_COMMENTS: ParseOptions = ParseOptions {
    allow_comments: true,
    allow_loose_object_property_names: false,
    allow_trailing_commas: true,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// Where one value stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spot {
    /// The origin of the value.
    pub(super) origin: Origin,
    /// The place of its key; that of the value where it has none.
    pub(super) key: Option<Position>,
}

/// The values of one layer, each with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub(super) layer: Layer,
    /// The file; the preset's name; empty where each value has its own source.
    pub(super) source: String,
    /// Always an object.
    pub(super) value: Value,
    /// For every value, objects and elements of lists included.
    pub(super) spots: BTreeMap<KeyPath, Spot>,
}

impl Document {
    /// A document without values.
    #[must_use]
    pub(super) fn empty(layer: Layer, source: &str) -> Self {
        Self { layer, source: source.to_owned(), value: Value::Object(Map::new()), spots: BTreeMap::new() }
    }

    /// Reads a text: JSON with comments and trailing commas, with an object or nothing in it.
    ///
    /// `source` is the file as it is to be shown.
    ///
    /// # Errors
    /// A [`Problem`] with line and column where the text is no JSON, is no object, or has a key twice.
    pub fn read(layer: Layer, source: &str, text: &str) -> Result<Self, Box<Problem>> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut document = Self::empty(layer, source);
        let lines = Lines::new(text);
        let parsed =
            parse_to_ast(text, &CollectOptions::default(), &JSON_WITH_COMMENTS).map_err(|error| {
                let reason = error.kind().to_string().to_lowercase();
                let origin = document.origin_at(lines.position(error.range().start));
                Box::new(Problem::error(KeyPath::root(), origin, Wrong::Syntax { reason }))
            })?;
        let Some(ast) = parsed.value else { return Ok(document) };
        let mut reader = Reader { document: &mut document, lines };
        let value = reader.value(&ast, &KeyPath::root(), None)?;
        if !value.is_object() {
            let wrong = Wrong::WrongValue {
                read: super::problem::excerpt(&value),
                allowed: "an object in braces".to_owned(),
            };
            return Err(Box::new(Problem::error(
                KeyPath::root(),
                document.origin_of(&KeyPath::root()),
                wrong,
            )));
        }
        document.value = value;
        Ok(document)
    }

    /// The value at a path.
    #[must_use]
    pub fn get(&self, key: &KeyPath) -> Option<&Value> {
        get(&self.value, key.parts())
    }

    /// The origin of a value; where it has none of its own, that of the nearest one above it, else of the first
    /// below it.
    #[must_use]
    pub fn origin_of(&self, key: &KeyPath) -> Origin {
        self.spot(key).map_or_else(
            || Origin { layer: self.layer, source: self.source.clone(), position: None, written_as: None },
            |spot| spot.origin.clone(),
        )
    }

    /// The origin of a value, with the place of its key instead of its own.
    #[must_use]
    pub fn origin_of_key(&self, key: &KeyPath) -> Origin {
        let mut origin = self.origin_of(key);
        if let Some(position) = self.spot(key).and_then(|spot| spot.key) {
            origin.position = Some(position);
        }
        origin
    }

    /// Takes a value out, with the places below it; objects above it that are left empty go too.
    pub(super) fn remove(&mut self, key: &KeyPath) -> Option<(Value, BTreeMap<KeyPath, Spot>)> {
        let (last, parents) = key.parts().split_last()?;
        let value = get_mut(&mut self.value, parents)?.as_object_mut()?.shift_remove(last)?;
        let spots: BTreeMap<KeyPath, Spot> =
            self.spots.extract_if(.., |known, _| known.is_below(key)).collect();
        if let Some(parent) = key.parent()
            && !parent.parts().is_empty()
            && self.get(&parent).and_then(Value::as_object).is_some_and(Map::is_empty)
        {
            self.remove(&parent);
        }
        Some((value, spots))
    }

    /// Puts a value at a path, making the objects above it; what stood there is replaced. False where one of
    /// those above is no object.
    pub(super) fn put(&mut self, key: &KeyPath, value: Value, spot: Spot) -> bool {
        let Some((last, parents)) = key.parts().split_last() else { return false };
        let mut object = &mut self.value;
        for part in parents {
            let Some(map) = object.as_object_mut() else { return false };
            object = map.entry(part.clone()).or_insert_with(|| Value::Object(Map::new()));
        }
        let Some(map) = object.as_object_mut() else { return false };
        map.insert(last.clone(), value);
        self.spots.retain(|known, _| known == key || !known.is_below(key));
        self.spots.insert(key.clone(), spot);
        true
    }

    /// Notes the place of an element of a list.
    pub(super) fn note(&mut self, key: &KeyPath, spot: Spot) {
        self.spots.insert(key.clone(), spot);
    }

    fn spot(&self, key: &KeyPath) -> Option<&Spot> {
        let mut at = Some(key.clone());
        while let Some(path) = at {
            if let Some(spot) = self.spots.get(&path) {
                return Some(spot);
            }
            at = path.parent();
        }
        self.spots.range(key.clone()..).next().filter(|(known, _)| known.is_below(key)).map(|(_, spot)| spot)
    }

    fn origin_at(&self, position: Position) -> Origin {
        Origin { layer: self.layer, source: self.source.clone(), position: Some(position), written_as: None }
    }
}

/// The value at a path; parts of a list are indices.
pub(super) fn get<'v>(value: &'v Value, parts: &[String]) -> Option<&'v Value> {
    parts.iter().try_fold(value, |value, part| match value {
        Value::Object(map) => map.get(part),
        Value::Array(list) => list.get(part.parse::<usize>().ok()?),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    })
}

fn get_mut<'v>(value: &'v mut Value, parts: &[String]) -> Option<&'v mut Value> {
    parts.iter().try_fold(value, |value, part| value.as_object_mut()?.get_mut(part))
}

/// Turns byte offsets into lines and columns.
struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    fn new(text: &'t str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { text, starts }
    }

    fn position(&self, offset: usize) -> Position {
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let before = self.text.get(start..offset).unwrap_or_default();
        Position { line, column: before.chars().count() + 1 }
    }
}

/// Turns the parser's tree into values, noting each place.
struct Reader<'d, 't> {
    document: &'d mut Document,
    lines: Lines<'t>,
}

impl Reader<'_, '_> {
    fn value(&mut self, ast: &Ast<'_>, key: &KeyPath, name: Option<usize>) -> Result<Value, Box<Problem>> {
        let Range { start, .. } = ast.start()..ast.end();
        let position = self.lines.position(start);
        let spot = Spot {
            origin: self.document.origin_at(position),
            key: name.map(|offset| self.lines.position(offset)),
        };
        self.document.spots.insert(key.clone(), spot);
        Ok(match ast {
            Ast::NullKeyword(_) => Value::Null,
            Ast::BooleanLit(literal) => Value::Bool(literal.value),
            Ast::StringLit(literal) => Value::String(literal.value.clone().into_owned()),
            Ast::NumberLit(literal) => Value::Number(literal.value.parse().map_err(|_| {
                let reason = format!("`{}` is not a number", literal.value);
                Box::new(Problem::error(
                    key.clone(),
                    self.document.origin_at(position),
                    Wrong::Syntax { reason },
                ))
            })?),
            Ast::Array(list) => Value::Array(
                list.elements
                    .iter()
                    .enumerate()
                    .map(|(index, element)| self.value(element, &key.child(index.to_string()), None))
                    .collect::<Result<_, _>>()?,
            ),
            Ast::Object(object) => {
                let mut map = Map::new();
                for property in &object.properties {
                    self.property(property, key, &mut map)?;
                }
                Value::Object(map)
            }
        })
    }

    fn property(
        &mut self,
        property: &ObjectProp<'_>,
        key: &KeyPath,
        map: &mut Map<String, Value>,
    ) -> Result<(), Box<Problem>> {
        let name = property.name.as_str();
        let child = key.child(name);
        let offset = property.name.start();
        if map.contains_key(name) {
            let first = self.document.origin_of_key(&child);
            let origin = self.document.origin_at(self.lines.position(offset));
            let first_line = first.line().unwrap_or(1);
            return Err(Box::new(Problem::error(child, origin, Wrong::Twice { first_line })));
        }
        let value = self.value(&property.value, &child, Some(offset))?;
        map.insert(name.to_owned(), value);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Document, Box<Problem>> {
        Document::read(Layer::Repository, "config.json", text)
    }

    fn place(document: &Document, key: &str) -> String {
        document.origin_of(&KeyPath::parse(key)).to_string()
    }

    #[test]
    fn values_know_their_places() {
        let document = read("\u{feff}// top\n{\n  /* é */ \"a\": {\"b\": [1,\r\n  2.5,],},\n}\n").unwrap();
        assert_eq!(document.value, serde_json::json!({"a": {"b": [1, 2.5]}}));
        assert_eq!(place(&document, "a"), "config.json:3:16");
        assert_eq!(place(&document, "a.b.1"), "config.json:4:3");
        assert_eq!(document.origin_of_key(&KeyPath::parse("a")).to_string(), "config.json:3:11");
        assert_eq!(place(&document, "a.b.7.x"), "config.json:3:22", "the nearest value above");
    }

    #[test]
    fn an_empty_text_sets_nothing() {
        for text in ["", "  // nothing\n", "{}"] {
            assert_eq!(read(text).unwrap().value, serde_json::json!({}));
        }
    }

    #[test]
    fn what_is_not_json_is_shown_with_its_line() {
        for (text, place) in [
            ("{\n  \"a\": 1\n  \"b\": 2\n}", "config.json:2:9"),
            ("{\n  \"a\": ,\n}", "config.json:2:"),
            ("{\n  a: 1\n}", "config.json:2:"),
            ("{'a': 1}", "config.json:1:"),
            ("{\"a\": 0x1}", "config.json:1:"),
            ("[1]", "config.json:1:1"),
            ("{\"a\": 1,\n \"a\": 2}", "config.json:2:2"),
            ("{\"a\": 1e999}", "config.json:1:7"),
            ("{", "config.json:1:"),
            ("{} {}", "config.json:1:"),
        ] {
            let problem = read(text).unwrap_err().to_string();
            assert!(problem.starts_with(place), "{text}: {problem}");
        }
    }

    #[test]
    fn values_are_taken_out_and_put_in() {
        let mut document = read("{\"a\": {\"b\": {\"c\": 1}}, \"d\": 2}").unwrap();
        let (value, spots) = document.remove(&KeyPath::parse("a.b")).unwrap();
        assert_eq!(document.value, serde_json::json!({"d": 2}));
        assert_eq!(spots.len(), 2);
        let spot = spots.into_values().next().unwrap();
        assert!(document.put(&KeyPath::parse("x.y"), value, spot.clone()));
        assert!(!document.put(&KeyPath::parse("d.e"), Value::Null, spot));
        assert_eq!(document.value, serde_json::json!({"d": 2, "x": {"y": {"c": 1}}}));
    }
}
