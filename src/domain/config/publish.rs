//! The JSON Schema of the file, for editors and other programs.

use serde_json::{Map, Value, json};

use super::dialects::ROWS;
use super::key::KeyPath;
use super::tree;

/// The JSON Schema of the file (draft 2020-12), generated from the types: every key with its description, its
/// default and what it takes. Keys of older dialects are in it too, marked as deprecated, since they are read.
#[must_use]
pub fn json_schema() -> Value {
    let mut schema = tree::current_schema();
    for row in &ROWS {
        let old = KeyPath::parse(row.old);
        if let Some((last, parents)) = old.parts().split_last()
            && let Some(properties) = properties_at(&mut schema, parents)
        {
            let description = format!("An old key: write `{}`.", row.new);
            properties.insert(last.clone(), json!({ "deprecated": true, "description": description }));
        }
    }
    if let Some(members) = schema.as_object_mut() {
        members.insert("title".to_owned(), "Configuration of prd".into());
    }
    schema
}

/// The properties of the object at a path, which is made where the current schema has none.
fn properties_at<'s>(schema: &'s mut Value, parts: &[String]) -> Option<&'s mut Map<String, Value>> {
    let mut pointer = String::new();
    for part in parts {
        let properties = schema.pointer_mut(&format!("{pointer}/properties"))?.as_object_mut()?;
        let below = properties.entry(part.clone()).or_insert_with(|| {
            json!({
                "type": "object",
                "deprecated": true,
                "description": "An old section.",
                "properties": {},
                "additionalProperties": false,
            })
        });
        let target = below.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#'));
        pointer = target.map_or_else(|| format!("{pointer}/properties/{part}"), str::to_owned);
    }
    schema.pointer_mut(&format!("{pointer}/properties"))?.as_object_mut()
}

#[cfg(test)]
mod tests {
    use super::super::document::Document;
    use super::super::problem::Layer;
    use super::super::schema::{Config, Preset};
    use super::*;

    fn validator() -> jsonschema::Validator {
        jsonschema::validator_for(&json_schema()).unwrap()
    }

    fn errors(text: &str) -> Vec<String> {
        let document = Document::read(Layer::Repository, "c.json", text).unwrap();
        validator().iter_errors(&document.value).map(|error| error.to_string()).collect()
    }

    #[test]
    fn accepts_every_dialect_and_preset() {
        assert_eq!(errors(include_str!("fixtures/enterprise.json")), Vec::<String>::new());
        for row in &ROWS {
            let document = KeyPath::parse(row.old)
                .parts()
                .iter()
                .rev()
                .fold(json!({}), |value, part| json!({ part.as_str(): value }));
            assert_eq!(errors(&document.to_string()), Vec::<String>::new(), "{}", row.old);
        }
        for preset in Preset::ALL {
            assert_eq!(errors(preset.text()), Vec::<String>::new(), "{}", preset.name());
        }
    }

    #[test]
    fn accepts_the_defaults() {
        let defaults = serde_json::to_string(&Config::default()).unwrap();
        assert_eq!(errors(&defaults), Vec::<String>::new());
    }

    #[test]
    fn refuses_what_loading_refuses() {
        for text in [
            r#"{"prd_workflow": {"enabled": "yes"}}"#,
            r#"{"prd_workflow": {"enabledd": true}}"#,
            r#"{"prd_workflow": {"review": {"minimum_grade": "Z"}}}"#,
            r#"{"prd_workflow": {"review": {"dimensions": 0}}}"#,
            r#"{"prd_workflow": {"review": {"dimensions": {"cor": ["x"]}}}}"#,
            r#"{"prd_workflow": {"prd_id": {"number_padding": 7}}}"#,
            r#"{"prd_workflow": {"branch_naming": {"pattern": "{prdid}"}}}"#,
            r#"{"prd_workflow": {"git": {"x": 1}}}"#,
            r#"{"orchestration": {"hours_per_day": 25}}"#,
            r#"{"orchestration": {"parallel_features": 0}}"#,
            r#"{"quality": {"gates": [{"name": "x"}]}}"#,
            r#"{"teams": {"Ops": {"member": []}}}"#,
            r#"{"preset": "huge"}"#,
        ] {
            assert_ne!(errors(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn every_key_is_described() {
        fn walk(schema: &Value, at: &str, missing: &mut Vec<String>) {
            for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten()
            {
                let at = format!("{at}.{name}");
                if property.get("description").is_none() {
                    missing.push(at.clone());
                }
                walk(property, &at, missing);
            }
            for (name, definition) in schema.get("$defs").and_then(Value::as_object).into_iter().flatten() {
                walk(definition, name, missing);
            }
        }
        let mut missing = Vec::new();
        walk(&json_schema(), "", &mut missing);
        assert_eq!(missing, Vec::<String>::new());
    }
}
