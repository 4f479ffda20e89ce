//! YAML and JSON as a value that knows its lines.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};
use serde_json::{Map, Number, Value};

use super::Flaw;

/// The deepest nesting that is read.
const DEEPEST: usize = 100;
/// The most values that are read, those that aliases repeat included.
const MOST_VALUES: usize = 200_000;

/// JSON pointer to line and column, both from 1; a member's place is that of its key.
type Places = BTreeMap<String, (usize, usize)>;

/// A document and where its values stand.
#[derive(Debug)]
pub(super) struct Tree<'t> {
    /// The value.
    pub(super) value: Value,
    text: &'t str,
    /// Of a document without flaws nobody asks for them.
    places: OnceCell<Places>,
}

impl<'t> Tree<'t> {
    /// Where a value stands, or the nearest one above it that has a place.
    pub(super) fn place(&self, pointer: &str) -> (usize, usize) {
        // JSON that is no YAML (tabs before a value, say) is JSON all the same: only the places are lost.
        let places = self.places.get_or_init(|| places_of(self.text).unwrap_or_default());
        let mut pointer = pointer;
        loop {
            if let Some(place) = places.get(pointer) {
                return *place;
            }
            match pointer.rfind('/') {
                Some(at) => pointer = pointer.get(..at).unwrap_or_default(),
                None => return (1, 1),
            }
        }
    }

    /// The first document of a YAML text; JSON is read as such, with the messages of a parser of JSON.
    pub(super) fn read(text: &'t str, is_json: bool) -> Result<Self, Flaw> {
        let value =
            if is_json { read_json(text)? } else { read_yaml(text, None)?.root.unwrap_or(Value::Null) };
        Ok(Self { value, text, places: OnceCell::new() })
    }
}

fn read_json(text: &str) -> Result<Value, Flaw> {
    serde_json::from_str(text).map_err(|error| {
        let message = error.to_string();
        let what = message.split(" at line ").next().unwrap_or(&message);
        Flaw::new(error.line().max(1), error.column().max(1), format!("no JSON: {what}"))
    })
}

/// Where the values of a document stand; `None` where it is no YAML.
fn places_of(text: &str) -> Option<Places> {
    read_yaml(text, Some(Places::new())).ok()?.places
}

/// A collection that is being read.
enum Open {
    Sequence { items: Vec<Value>, anchor: usize },
    Mapping { members: Map<String, Value>, key: Option<String>, anchor: usize },
}

struct Reader {
    open: Vec<Open>,
    root: Option<Value>,
    anchors: BTreeMap<usize, (Value, usize)>,
    values: usize,
    /// Where somebody asks for them.
    places: Option<Places>,
    /// The pointer of each open collection, for the places.
    path: Vec<String>,
}

fn read_yaml(text: &str, places: Option<Places>) -> Result<Reader, Flaw> {
    let mut reader = Reader {
        open: Vec::new(),
        root: None,
        anchors: BTreeMap::new(),
        values: 0,
        places,
        path: Vec::new(),
    };
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| {
            let mark = error.marker();
            Flaw::new(mark.line().max(1), mark.col() + 1, format!("no YAML: {}", error.info()))
        })?;
        if matches!(event, Event::DocumentEnd | Event::StreamEnd) {
            break;
        }
        reader.event(event, span)?;
    }
    Ok(reader)
}

impl Reader {
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), Flaw> {
        let place = (span.start.line().max(1), span.start.col() + 1);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                if self.wants_key() {
                    return self.key(text.into_owned(), place);
                }
                let is_text = tag.is_some_and(|tag| tag.suffix == "str");
                let value = if style == ScalarStyle::Plain && !is_text {
                    plain(&text)
                } else {
                    Value::String(text.into_owned())
                };
                self.note(place);
                self.put(value, anchor, 1, place)
            }
            Event::Alias(anchor) => {
                let (value, size) = self.anchors.get(&anchor).cloned().unwrap_or((Value::Null, 1));
                if self.wants_key() {
                    return self.key(value.as_str().unwrap_or_default().to_owned(), place);
                }
                self.note(place);
                self.put(value, 0, size, place)
            }
            Event::SequenceStart(anchor, _) => {
                self.begin(Open::Sequence { items: Vec::new(), anchor }, place)
            }
            Event::MappingStart(anchor, _) => {
                self.begin(Open::Mapping { members: Map::new(), key: None, anchor }, place)
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(place),
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => Ok(()),
        }
    }

    fn wants_key(&self) -> bool {
        matches!(self.open.last(), Some(Open::Mapping { key: None, .. }))
    }

    fn key(&mut self, name: String, place: (usize, usize)) -> Result<(), Flaw> {
        if let Some(Open::Mapping { members, key, .. }) = self.open.last_mut() {
            if members.contains_key(&name) {
                return Err(Flaw::new(place.0, place.1, format!("`{name}` is there twice")));
            }
            *key = Some(name);
        }
        self.note(place);
        Ok(())
    }

    /// The pointer of the value that comes next.
    fn pointer(&self) -> String {
        let above = self.path.last().map_or("", String::as_str);
        match self.open.last() {
            None => String::new(),
            Some(Open::Sequence { items, .. }) => format!("{above}/{}", items.len()),
            Some(Open::Mapping { key, .. }) => {
                let name = key.as_deref().unwrap_or_default().replace('~', "~0").replace('/', "~1");
                format!("{above}/{name}")
            }
        }
    }

    /// Keeps the first place of a value: a key comes before what it names.
    fn note(&mut self, place: (usize, usize)) {
        if self.places.is_some() {
            let pointer = self.pointer();
            self.places.get_or_insert_default().entry(pointer).or_insert(place);
        }
    }

    fn begin(&mut self, collection: Open, place: (usize, usize)) -> Result<(), Flaw> {
        if self.wants_key() {
            return Err(Flaw::new(place.0, place.1, "a key that is a list or a mapping"));
        }
        if self.open.len() >= DEEPEST {
            return Err(Flaw::new(place.0, place.1, format!("nested deeper than {DEEPEST} levels")));
        }
        self.note(place);
        if self.places.is_some() {
            self.path.push(self.pointer());
        }
        self.open.push(collection);
        Ok(())
    }

    fn end(&mut self, place: (usize, usize)) -> Result<(), Flaw> {
        self.path.pop();
        match self.open.pop() {
            Some(Open::Sequence { items, anchor }) => self.put(Value::Array(items), anchor, 1, place),
            Some(Open::Mapping { members, anchor, .. }) => self.put(Value::Object(members), anchor, 1, place),
            None => Ok(()),
        }
    }

    fn put(&mut self, value: Value, anchor: usize, size: usize, place: (usize, usize)) -> Result<(), Flaw> {
        self.values += size;
        if self.values > MOST_VALUES {
            return Err(Flaw::new(place.0, place.1, format!("more than {MOST_VALUES} values")));
        }
        if anchor > 0 {
            let size = count(&value);
            self.anchors.insert(anchor, (value.clone(), size));
        }
        match self.open.last_mut() {
            None => self.root = Some(value),
            Some(Open::Sequence { items, .. }) => items.push(value),
            Some(Open::Mapping { members, key, .. }) => match (key.take(), value) {
                // YAML 1.1's merge key is in wide use in OpenAPI documents.
                (Some(name), Value::Object(others)) if name == "<<" => {
                    for (name, value) in others {
                        members.entry(name).or_insert(value);
                    }
                }
                (Some(name), value) => {
                    members.insert(name, value);
                }
                (None, _) => {}
            },
        }
        Ok(())
    }
}

fn count(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(count).sum::<usize>(),
        Value::Object(members) => 1 + members.values().map(count).sum::<usize>(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 1,
    }
}

/// A plain scalar by YAML's core schema (YAML 1.2.2, 10.3.2).
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_number = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-'));
    if is_number {
        if let Ok(whole) = text.parse::<i64>() {
            return Value::from(whole);
        }
        if let Some(number) = text.parse::<f64>().ok().and_then(Number::from_f64) {
            return Value::Number(number);
        }
    }
    Value::String(text.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn values_know_their_lines() {
        let text = "a: 1\nb:\n  - x\n  - c/d: &n {e: yes}\n    f: *n\n    <<: *n\n'200': \"3\"\n";
        let tree = Tree::read(text, false).unwrap();
        assert_eq!(
            tree.value,
            json!({"a": 1, "b": ["x", {"c/d": {"e": "yes"}, "f": {"e": "yes"}, "e": "yes"}], "200": "3"})
        );
        assert_eq!(tree.place("/b/1/c~1d"), (4, 5));
        assert_eq!(tree.place("/b/1/c~1d/e/none"), (4, 14));
        assert_eq!(tree.place("/nowhere"), (1, 1));
        assert_eq!(tree.place("/200"), (7, 1));
    }

    #[test]
    fn json_has_places_too() {
        let tree = Tree::read("{\n  \"a\": {\n    \"b\": []\n  }\n}\n", true).unwrap();
        assert_eq!(tree.place("/a/b"), (3, 5));
        let flaw = Tree::read("{\n  \"a\": ,\n}\n", true).unwrap_err();
        assert_eq!((flaw.line, flaw.message.as_str()), (2, "no JSON: expected value"));
    }

    #[test]
    fn what_is_wrong_has_its_line() {
        assert_eq!(Tree::read("a: 1\nb: [1\nc: 2\n", false).unwrap_err().line, 3);
        assert_eq!(Tree::read("a: 1\na: 2\n", false).unwrap_err(), Flaw::new(2, 1, "`a` is there twice"));
        assert!(Tree::read(&"[".repeat(5000), false).is_err());
        let deep: String = (0..200).map(|level| format!("{}a:\n", " ".repeat(level))).collect();
        assert!(Tree::read(&deep, false).unwrap_err().message.contains("deeper"));
    }

    #[test]
    fn aliases_of_aliases_are_no_bomb() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..9 {
            let before = format!("*a{}, ", level - 1).repeat(10);
            text.push_str(&format!("a{level}: &a{level} [{before}]\n"));
        }
        assert!(Tree::read(&text, false).unwrap_err().message.starts_with("more than"));
    }

    proptest! {
        #[test]
        fn never_panics(text in "[a-c:\\-\\[\\]{}&*!<> \"'\n#,0-9.~|]{0,80}") {
            let _ = Tree::read(&text, false);
        }
    }
}
