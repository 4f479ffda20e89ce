//! The schemas that the authors of OpenAPI, AsyncAPI and JSON Schema publish, and reading their verdicts.

use std::sync::LazyLock;

use jsonschema::Validator;
use jsonschema::error::{TypeKind, ValidationError, ValidationErrorKind};
use serde_json::Value;

/// A complaint about a value: where it stands, and what is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// JSON pointer to the value.
    pub pointer: String,
    /// What is wrong, without a full stop.
    pub message: String,
    /// Members of the value that should not be there; empty for complaints of other kinds.
    pub unexpected: Vec<String>,
    /// The member that is missing.
    pub missing: Option<String>,
}

/// One published schema, compiled when it is first needed.
pub type Published = LazyLock<Option<Validator>>;

macro_rules! published {
    ($($(#[$doc:meta])* $name:ident = $file:literal;)*) => {
        $($(#[$doc])* pub static $name: Published = LazyLock::new(|| compiled(include_str!($file)));)*
    };
}

published! {
    /// Swagger 2.0.
    SWAGGER = "schemas/swagger-2.0.json";
    /// OpenAPI 3.0.
    OPENAPI_3_0 = "schemas/openapi-3.0.json";
    /// OpenAPI 3.1.
    OPENAPI_3_1 = "schemas/openapi-3.1.json";
    /// OpenAPI 3.2.
    OPENAPI_3_2 = "schemas/openapi-3.2.json";
    /// AsyncAPI 2.
    ASYNCAPI_2 = "schemas/asyncapi-2.6.0.json";
    /// AsyncAPI 3.
    ASYNCAPI_3 = "schemas/asyncapi-3.1.0.json";
}

/// A test holds that every schema compiles.
fn compiled(text: &str) -> Option<Validator> {
    jsonschema::validator_for(&serde_json::from_str(text).ok()?).ok()
}

/// What a schema finds wrong with a value, the most telling complaint of each place.
#[must_use]
pub fn complaints(schema: &Published, value: &Value) -> Vec<Complaint> {
    // Most contracts are right, and saying so takes far less than looking for complaints.
    let Some(validator) = schema.as_ref().filter(|validator| !validator.is_valid(value)) else {
        return Vec::new();
    };
    validator.iter_errors(value).flat_map(|error| told(&error)).collect()
}

/// What is wrong with a JSON Schema by the meta-schema that it names, 2020-12 where it names none.
#[must_use]
pub fn schema_complaints(value: &Value) -> Vec<Complaint> {
    let named = value.get("$schema").and_then(Value::as_str);
    let is_known = named.is_none_or(|name| {
        name.contains("json-schema.org/draft-0") || name.contains("json-schema.org/draft/20")
    });
    if !is_known {
        return Vec::new(); // a dialect of somebody's own
    }
    match jsonschema::meta::validate(value) {
        Ok(()) => Vec::new(),
        Err(error) => told(&error),
    }
}

/// The errors at the bottom of an error: of alternatives, those of the one that was meant.
fn told(error: &ValidationError<'_>) -> Vec<Complaint> {
    if let ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } =
        error.kind()
        && let Some(meant) = meant(context)
    {
        return meant.iter().flat_map(told).collect();
    }
    vec![complaint(error)]
}

/// The alternative whose errors lie deepest; of those, the one with the fewest. One that only wants to be a reference
/// is not meant where no reference is there.
fn meant<'e>(context: &'e [Vec<ValidationError<'static>>]) -> Option<&'e Vec<ValidationError<'static>>> {
    let depth = |errors: &[ValidationError<'static>]| {
        errors.iter().map(|error| error.instance_path().as_str().matches('/').count()).max().unwrap_or(0)
    };
    let wants_reference = |errors: &[ValidationError<'static>]| {
        errors.iter().any(
            |error| matches!(error.kind(), ValidationErrorKind::Required { property } if property == "$ref"),
        )
    };
    let all: Vec<&Vec<_>> = context.iter().filter(|errors| !errors.is_empty()).collect();
    let own: Vec<&Vec<_>> = all.iter().copied().filter(|errors| !wants_reference(errors)).collect();
    // Several alternatives that are equally near say only that none fits.
    let best = |list: &[&'e Vec<ValidationError<'static>>]| {
        let top = list.iter().map(|errors| depth(errors)).max()?;
        let near: Vec<_> = list.iter().copied().filter(|errors| depth(errors) == top).collect();
        near.into_iter().min_by_key(|errors| errors.len())
    };
    best(if own.is_empty() { &all } else { &own })
}

#[expect(clippy::wildcard_enum_match_arm, reason = "a library's errors, of which new ones may come")]
fn complaint(error: &ValidationError<'_>) -> Complaint {
    let mut complaint = Complaint {
        pointer: error.instance_path().as_str().to_owned(),
        message: String::new(),
        unexpected: Vec::new(),
        missing: None,
    };
    let shown = |value: &Value| match value {
        Value::String(text) => format!("`{}`", text.chars().take(40).collect::<String>()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            format!("`{}`", value.to_string().chars().take(40).collect::<String>())
        }
    };
    complaint.message = match error.kind() {
        ValidationErrorKind::Required { property } => {
            complaint.missing = property.as_str().map(str::to_owned);
            format!("{} is missing", shown(property))
        }
        ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
            complaint.unexpected.clone_from(unexpected);
            let names: Vec<String> = unexpected.iter().map(|name| format!("`{name}`")).collect();
            format!("{} does not belong here", names.join(", "))
        }
        ValidationErrorKind::Type { kind } => format!("is no {}", type_name(kind)),
        ValidationErrorKind::Enum { options } => match options.as_array() {
            Some(all) if all.len() <= 8 => {
                let all: Vec<String> = all.iter().map(shown).collect();
                format!("{} is none of {}", shown(error.instance()), all.join(", "))
            }
            _ => format!("{} is not allowed", shown(error.instance())),
        },
        ValidationErrorKind::Constant { expected_value } => {
            format!("{} is not {}", shown(error.instance()), shown(expected_value))
        }
        ValidationErrorKind::Pattern { .. } | ValidationErrorKind::Format { .. } => {
            format!("{} has not the form that belongs here", shown(error.instance()))
        }
        ValidationErrorKind::MinItems { limit } | ValidationErrorKind::MinProperties { limit } => {
            format!("needs at least {limit}")
        }
        ValidationErrorKind::UniqueItems => "says something twice".to_owned(),
        _ => format!("does not fit ({})", error.kind().keyword()),
    };
    complaint
}

fn type_name(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Single(one) => one.to_string(),
        TypeKind::Multiple(several) => {
            let names: Vec<String> = several.iter().map(|one| one.to_string()).collect();
            names.join(" or ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_published_schema_compiles() {
        for schema in [&SWAGGER, &OPENAPI_3_0, &OPENAPI_3_1, &OPENAPI_3_2, &ASYNCAPI_2, &ASYNCAPI_3] {
            assert!(schema.is_some());
            assert!(!complaints(schema, &Value::Null).is_empty());
        }
    }
}
