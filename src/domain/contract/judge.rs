//! Which contract a text is, and whether it reads.

use regex::Regex;
use serde_json::Value;
use std::sync::LazyLock;

use super::published::{self, Complaint, Published};
use super::tree::Tree;
use super::{Contract, Flaw, Kind};

/// Endings of files that are contracts whatever is in them.
const ENDINGS: [(&str, Kind); 6] = [
    (".proto", Kind::Protobuf),
    (".graphqls", Kind::GraphQl),
    (".graphql", Kind::GraphQl),
    (".schema.json", Kind::JsonSchema),
    (".avsc", Kind::Avro),
    (".wsdl", Kind::Wsdl),
];

/// Words in the names of YAML and JSON files that are contracts.
const NAMES: [(&str, Kind); 4] = [
    ("openapi", Kind::OpenApi),
    ("swagger", Kind::OpenApi),
    ("asyncapi", Kind::AsyncApi),
    ("schema", Kind::JsonSchema),
];

/// The language of a contract file, by the name that a link gives it; `None` for any other file.
#[must_use]
pub fn file_kind(target: &str) -> Option<Kind> {
    let target = target.split(['#', '?']).next().unwrap_or_default().to_lowercase();
    let name = target.rsplit('/').next().unwrap_or_default();
    if let Some((_, kind)) = ENDINGS.iter().find(|(ending, _)| name.ends_with(ending)) {
        return Some(*kind);
    }
    if ![".yaml", ".yml", ".json"].iter().any(|ending| name.ends_with(ending)) {
        return None;
    }
    NAMES.iter().find(|(word, _)| name.contains(word)).map(|(_, kind)| *kind)
}

/// The contract in a file; the whole file must read.
#[must_use]
pub fn file(name: &str, text: &str) -> Option<Contract> {
    let kind = file_kind(name)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let name = name.split(['#', '?']).next().unwrap_or_default().to_lowercase();
    let flaw = match kind {
        Kind::Protobuf => proto_flaw(text),
        Kind::GraphQl => graphql_flaw(text),
        Kind::Wsdl => None,
        Kind::OpenApi | Kind::AsyncApi | Kind::JsonSchema | Kind::Avro => {
            let is_json = !name.ends_with(".yaml") && !name.ends_with(".yml");
            match Tree::read(text, is_json) {
                Err(flaw) => Some(flaw),
                Ok(tree) => document_flaw(&tree, kind, Whole::File),
            }
        }
    };
    Some(Contract { kind, flaw })
}

/// The contract in a fenced block; `None` for a block that is none, an excerpt of one, or one with blanks in it.
///
/// A block that begins like a contract and does not read is one with a flaw. What only looks a little like one is
/// none: YAML and JSON are written down for many reasons.
#[must_use]
pub fn block(language: &str, body: &str) -> Option<Contract> {
    if body.contains("____") || body.contains("${") || is_cut(body) {
        return None;
    }
    match language.to_lowercase().as_str() {
        "proto" | "protobuf" | "proto2" | "proto3" => proto_block(body),
        "graphql" | "gql" | "graphqls" => graphql_block(body),
        "avsc" | "avro" => {
            let value: Value = serde_json::from_str(body).ok()?;
            value.get("fields")?;
            Some(Contract { kind: Kind::Avro, flaw: None })
        }
        "yaml" | "yml" | "openapi" | "asyncapi" | "swagger" => {
            document_block(body, body.trim_start().starts_with('{'))
        }
        "json" | "jsonc" | "jsonschema" | "json-schema" => document_block(body, true),
        _ => None,
    }
}

/// True for a text in which a line stands for what was left out.
fn is_cut(body: &str) -> bool {
    body.lines().any(|line| {
        let line = line.trim().trim_start_matches(['#', '/', '-', '*', '"']).trim();
        let line = line.trim_end_matches(['"', ',', '*', '/']).trim();
        matches!(line, "..." | "…" | "…:" | "...:") || line.ends_with(": ...") || line.ends_with(": …")
    })
}

/// `openapi: 3.1.0` and its like, at the beginning of a line or as the first member of an object.
static CLAIM: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?m)^(?:\s*\{?\s*"(openapi|swagger|asyncapi)"|(openapi|swagger|asyncapi))\s*:\s*["']?\d"#)
        .ok()
});

fn document_block(body: &str, is_json: bool) -> Option<Contract> {
    let claim = CLAIM.as_ref().and_then(|claim| claim.captures(body)).and_then(|found| {
        let word = found.get(1).or_else(|| found.get(2))?.as_str();
        Some(if word == "asyncapi" { Kind::AsyncApi } else { Kind::OpenApi })
    });
    let tree = match (Tree::read(body, is_json), claim) {
        (Ok(tree), _) => tree,
        (Err(flaw), Some(kind)) => return Some(Contract { kind, flaw: Some(flaw) }),
        (Err(_), None) => return None,
    };
    if let Some((_, _, kind)) = version_of(&tree.value) {
        let parts = ["paths", "webhooks", "components", "definitions", "channels", "operations"];
        if !parts.iter().any(|part| tree.value.get(part).is_some()) {
            return None; // its head alone
        }
        return Some(Contract { kind, flaw: document_flaw(&tree, kind, Whole::Excerpt) });
    }
    let is_named = tree
        .value
        .get("$schema")
        .and_then(Value::as_str)
        .is_some_and(|name| name.contains("json-schema.org"));
    let has_members = ["properties", "$defs", "definitions", "oneOf", "anyOf", "allOf", "items"]
        .iter()
        .any(|part| tree.value.get(part).is_some());
    let is_object = tree.value.get("type").and_then(Value::as_str) == Some("object");
    if !has_members || !(is_named || is_object || tree.value.get("$schema").is_some()) {
        return None;
    }
    let wrong = wrong_in(&tree, Kind::JsonSchema, Whole::Excerpt);
    // Other languages have types and properties too.
    let is_schema = is_named || wrong.is_empty();
    is_schema.then(|| Contract { kind: Kind::JsonSchema, flaw: first_flaw(&tree, wrong) })
}

/// Whether a document must be whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whole {
    /// A file: yes.
    File,
    /// A block of a PRD: its `info` may be left out, and what it refers to.
    Excerpt,
}

/// The key that names the language, the version, and the language.
fn version_of(value: &Value) -> Option<(&'static str, String, Kind)> {
    [("openapi", Kind::OpenApi), ("swagger", Kind::OpenApi), ("asyncapi", Kind::AsyncApi)]
        .into_iter()
        .find_map(|(key, kind)| {
            let version = match value.get(key)? {
                Value::String(text) => text.clone(),
                Value::Number(number) => number.to_string(),
                Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
            };
            version.starts_with(|c: char| c.is_ascii_digit()).then_some((key, version, kind))
        })
}

/// Something wrong in a document.
struct Wrong {
    /// True for what is often the consequence of something else.
    is_doubtful: bool,
    /// JSON pointer to the value; `None` for the document's beginning.
    pointer: Option<String>,
    message: String,
}

impl Wrong {
    const fn at(pointer: String, message: String) -> Self {
        Self { is_doubtful: false, pointer: Some(pointer), message }
    }

    const fn of_all(message: String) -> Self {
        Self { is_doubtful: false, pointer: None, message }
    }
}

/// The first of what is wrong in a document.
fn first_flaw(tree: &Tree<'_>, wrong: Vec<Wrong>) -> Option<Flaw> {
    let place = |pointer: Option<String>| pointer.map_or((1, 1), |pointer| tree.place(&pointer));
    let placed = wrong.into_iter().map(|wrong| (wrong.is_doubtful, place(wrong.pointer), wrong.message));
    placed.min().map(|(_, (line, column), message)| Flaw::new(line, column, message))
}

fn document_flaw(tree: &Tree<'_>, kind: Kind, whole: Whole) -> Option<Flaw> {
    first_flaw(tree, wrong_in(tree, kind, whole))
}

/// What is wrong in a document.
fn wrong_in(tree: &Tree<'_>, kind: Kind, whole: Whole) -> Vec<Wrong> {
    let only = |message: String| vec![Wrong::of_all(message)];
    let complaints = match kind {
        Kind::Avro | Kind::Protobuf | Kind::GraphQl | Kind::Wsdl => {
            if tree.value.is_object() || tree.value.is_array() {
                return Vec::new();
            }
            return only(format!("is no {kind} document"));
        }
        Kind::JsonSchema => {
            if !tree.value.is_object() && !tree.value.is_boolean() {
                return only("is no JSON Schema: neither an object nor true or false".to_owned());
            }
            published::schema_complaints(&tree.value)
        }
        Kind::OpenApi | Kind::AsyncApi => {
            let Some((key, version, _)) = version_of(&tree.value).filter(|(_, _, found)| *found == kind)
            else {
                return only(format!("is no {kind} document: it names no version"));
            };
            let Some(schema) = published_for(key, &version) else {
                return vec![Wrong::at(format!("/{key}"), format!("{kind} has no version {version}"))];
            };
            let mut all = published::complaints(schema, &tree.value);
            all.extend(component_complaints(&tree.value, &version));
            all
        }
    };
    let excused = |complaint: &Complaint| {
        whole == Whole::Excerpt
            && complaint.pointer.is_empty()
            && complaint
                .missing
                .as_deref()
                .is_some_and(|member| ["info", "paths", "channels"].contains(&member))
    };
    let wrong: Vec<Wrong> = complaints
        .into_iter()
        .filter(|complaint| !excused(complaint))
        .map(|complaint| {
            let message = told(&complaint);
            let pointer = match complaint.unexpected.first() {
                Some(name) => format!("{}/{}", complaint.pointer, escaped(name)),
                None => complaint.pointer,
            };
            // A member that is wrong inside is often reported as unexpected, too.
            Wrong { is_doubtful: !complaint.unexpected.is_empty(), ..Wrong::at(pointer, message) }
        })
        .collect();
    if wrong.is_empty() { dangling(tree, whole) } else { wrong }
}

fn published_for(key: &str, version: &str) -> Option<&'static Published> {
    Some(match (key, version.split('.').take(2).collect::<Vec<_>>().as_slice()) {
        ("swagger", ["2", "0"]) => &published::SWAGGER,
        ("openapi", ["3", "0"]) => &published::OPENAPI_3_0,
        ("openapi", ["3", "1"]) => &published::OPENAPI_3_1,
        ("openapi", ["3", "2"]) => &published::OPENAPI_3_2,
        ("asyncapi", ["2", _]) => &published::ASYNCAPI_2,
        ("asyncapi", ["3", _]) => &published::ASYNCAPI_3,
        _ => return None,
    })
}

/// The schemas among an OpenAPI 3.1 document's components: its own schema leaves them to JSON Schema.
fn component_complaints(value: &Value, version: &str) -> Vec<Complaint> {
    if !version.starts_with("3.1") && !version.starts_with("3.2") {
        return Vec::new();
    }
    let schemas = value.pointer("/components/schemas").and_then(Value::as_object);
    let members = schemas.into_iter().flatten();
    members
        .flat_map(|(name, schema)| {
            let above = format!("/components/schemas/{}", escaped(name));
            published::schema_complaints(schema).into_iter().map(move |complaint| Complaint {
                pointer: format!("{above}{}", complaint.pointer),
                ..complaint
            })
        })
        .collect()
}

/// References into the document that lead nowhere. An excerpt without any components leaves them all out.
fn dangling(tree: &Tree<'_>, whole: Whole) -> Vec<Wrong> {
    let parts = ["components", "definitions", "$defs", "parameters", "responses"];
    if whole == Whole::Excerpt && !parts.iter().any(|part| tree.value.get(part).is_some()) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut open: Vec<(String, &Value)> = vec![(String::new(), &tree.value)];
    while let Some((pointer, value)) = open.pop() {
        match value {
            Value::Object(members) => {
                if let Some(Value::String(target)) = members.get("$ref")
                    && let Some(inner) = target.strip_prefix('#').filter(|inner| inner.starts_with('/'))
                    && tree.value.pointer(&percent_decoded(inner)).is_none()
                {
                    found.push(Wrong::at(format!("{pointer}/$ref"), format!("`{target}` leads nowhere")));
                }
                // What an example says is not the document's.
                let members = members.iter().filter(|(name, _)| {
                    !["example", "examples", "enum", "const", "default"].contains(&name.as_str())
                });
                open.extend(members.map(|(name, value)| (format!("{pointer}/{}", escaped(name)), value)));
            }
            Value::Array(items) => {
                open.extend(items.iter().enumerate().map(|(at, value)| (format!("{pointer}/{at}"), value)));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    found
}

fn percent_decoded(pointer: &str) -> String {
    pointer
        .replace("%7B", "{")
        .replace("%7D", "}")
        .replace("%7b", "{")
        .replace("%7d", "}")
        .replace("%20", " ")
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// A complaint with the names of where it stands: `paths > /orders > get: "responses" is missing`.
fn told(complaint: &Complaint) -> String {
    let names: Vec<String> =
        complaint.pointer.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~")).collect();
    let last = names.get(names.len().saturating_sub(3)..).unwrap_or_default();
    if last.is_empty() {
        complaint.message.clone()
    } else {
        format!("{}: {}", last.join(" > "), complaint.message)
    }
}

/// The first complaint of the parser of protobuf; the kind ones of a text without a `syntax` line, which is read as
/// proto3.
fn proto_flaw(text: &str) -> Option<Flaw> {
    let error = protox_parse::parse("contract.proto", text).err()?;
    let at = error.span().map_or(text.trim_end().len(), |span| span.start);
    Some(Flaw::at(text, at.min(text.len()), error.to_string()))
}

fn proto_block(body: &str) -> Option<Contract> {
    let begins = |words: &[&str]| {
        body.lines().any(|line| {
            words.iter().any(|word| line.starts_with(word) || line.trim_start().starts_with(word))
        })
    };
    if !begins(&["message ", "service ", "enum "]) || !body.contains('{') {
        return None;
    }
    let has_syntax = begins(&["syntax", "edition"]);
    let flaw = if has_syntax {
        proto_flaw(body)
    } else {
        // On the first line, so that lines stay what they are.
        const HEAD: &str = "syntax = \"proto3\"; ";
        let whole = format!("{HEAD}{body}");
        proto_flaw(&whole).filter(|_| proto_flaw(body).is_some()).map(|flaw| match flaw.line {
            1 => Flaw { column: flaw.column.saturating_sub(HEAD.len()).max(1), ..flaw },
            _ => flaw,
        })
    };
    // Fields or calls outside of a message or service are an excerpt.
    let first = body
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with("//") && !line.starts_with("/*"));
    let words = ["syntax", "edition", "package", "import", "option", "message", "service", "enum", "extend"];
    let begins_whole = first.is_some_and(|line| words.iter().any(|word| line.starts_with(word)));
    if flaw.is_some() && !begins_whole {
        return None;
    }
    Some(Contract { kind: Kind::Protobuf, flaw })
}

/// Words that definitions of a GraphQL schema begin with (GraphQL, October 2021, 3).
const DEFINITIONS: [&str; 8] =
    ["type ", "schema", "extend ", "interface ", "input ", "enum ", "union ", "scalar "];

fn graphql_flaw(text: &str) -> Option<Flaw> {
    let tree = apollo_parser::Parser::new(text).recursion_limit(200).parse();
    let first = tree.errors().min_by_key(|error| error.index())?;
    let what = first.message().split(", got").next().unwrap_or_default().trim().to_owned();
    let data = first.data().trim();
    let message = if data.is_empty() { what } else { format!("{what}, found `{data}`") };
    Some(Flaw::at(text, first.index().min(text.len()), message))
}

fn graphql_block(body: &str) -> Option<Contract> {
    let defines = body.lines().any(|line| DEFINITIONS.iter().any(|word| line.starts_with(word)));
    if !defines {
        return None; // a query, or a few fields
    }
    Some(Contract { kind: Kind::GraphQl, flaw: graphql_flaw(body) })
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
