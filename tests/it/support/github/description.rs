//! GitHub's own description of its API: what may be asked, and what may be answered.
//!
//! `tests/fixtures/github/openapi.json` holds the operations that are called; `renew.mjs` beside it makes it anew.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};

use jsonschema::{Draft, Validator};
use serde_json::{Map, Value, json};

/// The description, and the schemas that were compiled so far.
#[derive(Debug)]
pub(crate) struct Description {
    all: Value,
    compiled: Mutex<HashMap<String, Arc<Validator>>>,
}

/// One operation that a request matches.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    /// `GET /repos/{owner}/{repo}`
    pub(crate) name: String,
    /// The parts of the path that have names.
    pub(crate) path: HashMap<String, String>,
    spec: Value,
}

impl Description {
    /// The description, read once for all tests.
    pub(crate) fn get() -> &'static Self {
        static GET: OnceLock<Description> = OnceLock::new();
        GET.get_or_init(|| {
            let text = fs_err::read_to_string("tests/fixtures/github/openapi.json").unwrap();
            Self { all: serde_json::from_str(&text).unwrap(), compiled: Mutex::default() }
        })
    }

    /// The operation of a method and a path; an error says that there is none.
    pub(crate) fn operation(&self, method: &str, path: &str) -> Result<Operation, String> {
        let parts: Vec<&str> = path.split('/').collect();
        for (template, methods) in self.all["paths"].as_object().unwrap() {
            let names: Vec<&str> = template.split('/').collect();
            let mut named = HashMap::new();
            let matches = names.len() == parts.len()
                && names.iter().zip(&parts).all(|(name, part)| {
                    match name.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
                        Some(name) => named.insert(name.to_owned(), decoded(part)).is_none(),
                        None => name == part,
                    }
                });
            if let Some(spec) = methods.get(method.to_lowercase()).filter(|_| matches) {
                let name = format!("{method} {template}");
                return Ok(Operation { name, path: named, spec: spec.clone() });
            }
        }
        Err(format!("GitHub has no {method} {path}"))
    }

    /// Everything in a request that the description does not allow.
    pub(crate) fn check_request(
        &self,
        operation: &Operation,
        query: &[(String, String)],
        body: Option<&Value>,
    ) -> Vec<String> {
        let mut wrong = Vec::new();
        let parameters: Vec<Value> = operation.spec["parameters"]
            .as_array()
            .map(|list| list.iter().map(|parameter| self.resolved(parameter).clone()).collect())
            .unwrap_or_default();
        for (place, name, text) in operation
            .path
            .iter()
            .map(|(name, text)| ("path", name, text))
            .chain(query.iter().map(|(name, text)| ("query", name, text)))
        {
            let known = parameters.iter().find(|known| known["in"] == place && known["name"] == **name);
            let Some(known) = known else {
                wrong.push(format!("{}: no parameter `{name}` in the {place}", operation.name));
                continue;
            };
            let schema = &known["schema"];
            let value = if schema["type"] == "integer" {
                text.parse::<i64>().map_or_else(|_| json!(text), Value::from)
            } else {
                json!(text)
            };
            let key = format!("{} {place} {name}", operation.name);
            wrong.extend(self.errors(&key, schema, &value));
        }
        let content = &operation.spec["requestBody"]["content"]["application/json"]["schema"];
        match body {
            Some(_) if content.is_null() => wrong.push(format!("{} takes no body", operation.name)),
            Some(body) => {
                wrong.extend(self.errors(&format!("{} body", operation.name), content, body));
                wrong.extend(self.unknown_members(&operation.name, content, body));
            }
            None if operation.spec["requestBody"]["required"] == true => {
                wrong.push(format!("{} needs a body", operation.name));
            }
            None => {}
        }
        wrong
    }

    /// The description allows members that it does not know; a request of ours has none.
    fn unknown_members(&self, name: &str, schema: &Value, body: &Value) -> Vec<String> {
        let schema = self.resolved(schema);
        let mut known: Vec<&String> =
            schema["properties"].as_object().into_iter().flat_map(Map::keys).collect();
        for kind in ["oneOf", "anyOf", "allOf"] {
            for part in schema[kind].as_array().into_iter().flatten() {
                let part = self.resolved(part);
                known.extend(part["properties"].as_object().into_iter().flat_map(Map::keys));
            }
        }
        let members = body.as_object().into_iter().flat_map(Map::keys);
        members
            .filter(|member| !known.contains(member))
            .map(|member| format!("{name}: the body has `{member}`, which is not described"))
            .collect()
    }

    /// Everything in an answer that the description does not allow.
    pub(crate) fn check_answer(&self, operation: &Operation, status: u16, body: &Value) -> Vec<String> {
        let Some(schema) = self.answer_schema(operation, status) else {
            let known = operation.spec["responses"].get(status.to_string()).is_some();
            // Limits and failures of the server can come of every operation and are not described for each.
            let general = [401, 403, 404, 410, 429].contains(&status) || status >= 500;
            let wrong = !(known || general);
            return wrong.then(|| format!("{} never answers {status}", operation.name)).into_iter().collect();
        };
        self.errors(&format!("{} {status}", operation.name), &schema, body)
    }

    fn answer_schema(&self, operation: &Operation, status: u16) -> Option<Value> {
        let response = operation.spec["responses"].get(status.to_string())?;
        let schema = &self.resolved(response)["content"]["application/json"]["schema"];
        (!schema.is_null()).then(|| schema.clone())
    }

    /// Adds what an answer must have and the server does not care about.
    pub(crate) fn fill(&self, operation: &Operation, status: u16, body: &mut Value) {
        if let Some(schema) = self.answer_schema(operation, status) {
            self.fill_by(&schema, body);
        }
    }

    fn fill_by(&self, schema: &Value, value: &mut Value) {
        let schema = self.resolved(schema);
        for kind in ["allOf", "anyOf", "oneOf"] {
            let mut parts = schema[kind].as_array().into_iter().flatten();
            if kind == "allOf" {
                parts.for_each(|part| self.fill_by(part, value));
            } else if let Some(part) = parts.find(|part| type_fits(self.resolved(part), value)) {
                self.fill_by(part, value);
            }
        }
        match value {
            Value::Array(list) => list.iter_mut().for_each(|element| self.fill_by(&schema["items"], element)),
            Value::Object(members) => {
                for name in schema["required"].as_array().into_iter().flatten() {
                    let name = name.as_str().unwrap();
                    if !members.contains_key(name) {
                        members.insert(name.to_owned(), self.any(&schema["properties"][name]));
                    }
                }
                for (name, member) in members.iter_mut() {
                    if let Some(inner) = schema["properties"].get(name) {
                        self.fill_by(inner, member);
                    }
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    /// The simplest value that a schema allows.
    fn any(&self, schema: &Value) -> Value {
        let schema = self.resolved(schema);
        if let Some(first) = schema["enum"].as_array().and_then(|values| values.first()) {
            return first.clone();
        }
        for kind in ["anyOf", "oneOf", "allOf"] {
            if let Some(part) = schema[kind].as_array().and_then(|parts| parts.first()) {
                return self.any(part);
            }
        }
        let kind = match &schema["type"] {
            Value::Array(kinds) if kinds.contains(&json!("null")) => "null",
            Value::String(kind) => kind,
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => "object",
        };
        match kind {
            "null" => Value::Null,
            "string" => match schema["format"].as_str() {
                Some("uri") => json!("https://github.com/x"),
                Some("date-time") => json!("2025-06-02T08:00:00Z"),
                _ => json!("x"),
            },
            "integer" | "number" => json!(1),
            "boolean" => json!(false),
            "array" => json!([]),
            _ => {
                let mut value = json!({});
                self.fill_by(schema, &mut value);
                value
            }
        }
    }

    fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        match schema["$ref"].as_str() {
            Some(reference) => self.resolved(self.all.pointer(&reference[1..]).unwrap()),
            None => schema,
        }
    }

    fn errors(&self, key: &str, schema: &Value, value: &Value) -> Vec<String> {
        let validator = self.compile(key, schema);
        validator
            .iter_errors(value)
            .map(|error| format!("{key}: {error} at {}", error.instance_path()))
            .collect()
    }

    /// A schema that does not compile would check nothing: that fails the test.
    fn compile(&self, key: &str, schema: &Value) -> Arc<Validator> {
        let mut compiled = self.compiled.lock().unwrap();
        let made = compiled.entry(key.to_owned()).or_insert_with(|| {
            let whole = json!({ "components": self.all["components"], "allOf": [schema] });
            let options = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true);
            Arc::new(options.build(&whole).unwrap_or_else(|error| panic!("{key} does not compile: {error}")))
        });
        Arc::clone(made)
    }

    /// Compiles every schema there is, and says how many.
    pub(crate) fn compile_all(&self) -> usize {
        let mut count = 0;
        for (path, methods) in self.all["paths"].as_object().unwrap() {
            for (method, spec) in methods.as_object().unwrap() {
                let body = &spec["requestBody"]["content"]["application/json"]["schema"];
                if !body.is_null() {
                    self.compile(&format!("{method} {path}"), body);
                    count += 1;
                }
                for (status, response) in spec["responses"].as_object().unwrap() {
                    let schema = &self.resolved(response)["content"]["application/json"]["schema"];
                    if !schema.is_null() {
                        self.compile(&format!("{method} {path} {status}"), schema);
                        count += 1;
                    }
                }
            }
        }
        count
    }
}

fn type_fits(schema: &Value, value: &Value) -> bool {
    let name = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    match &schema["type"] {
        Value::String(kind) => kind == name,
        Value::Array(kinds) => kinds.contains(&json!(name)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => name != "null",
    }
}

/// A part of a URL without its escapes.
pub(crate) fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first == b'%' {
            let (hex, after) = after.split_at(2);
            bytes.push(u8::from_str_radix(std::str::from_utf8(hex).unwrap(), 16).unwrap());
            rest = after;
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).unwrap()
}
