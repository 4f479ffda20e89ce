//! Making the text of a new PRD from a template.

use std::collections::BTreeMap;

use minijinja::{Environment, UndefinedBehavior, Value};

/// What stands where nothing was given: a reader sees it, and a review finds it.
pub const BLANK: &str = "____";

/// A template that cannot be filled in.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// It is no template; line from 1.
    #[error("line {line} of the template {name}: {message}")]
    Broken {
        /// The template.
        name: String,
        /// The line.
        line: usize,
        /// What is wrong with it.
        message: String,
    },
}

/// Fills in a template. A variable that is not given is [`BLANK`] where it is one of `prd`'s own, and an error
/// otherwise: a slip in a template must not become an empty place.
///
/// # Errors
/// [`TemplateError`] with the template's line.
pub fn render(
    name: &str,
    template: &str,
    variables: &BTreeMap<String, String>,
) -> Result<String, TemplateError> {
    let broken = |error: &minijinja::Error| TemplateError::Broken {
        name: name.to_owned(),
        line: error.line().unwrap_or(1),
        message: error.detail().map_or_else(|| error.kind().to_string(), str::to_owned),
    };
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    let parsed = environment.template_from_named_str(name, template).map_err(|error| broken(&error))?;
    let values: BTreeMap<&str, Value> =
        variables.iter().map(|(key, value)| (key.as_str(), Value::from(value.as_str()))).collect();
    let mut text = parsed.render(values).map_err(|error| broken(&error))?;
    if template.ends_with('\n') && !text.ends_with('\n') {
        text.push('\n'); // the engine takes one line end from the end of a template
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_an_error_with_its_line() {
        let variables = BTreeMap::from([("title".to_owned(), "A {{ b }} <c>".to_owned())]);
        assert_eq!(render("t", "# {{ title }}\n", &variables).unwrap(), "# A {{ b }} <c>\n");
        let error = render("t", "# {{ title }}\n\n{{ titel }}\n", &variables).unwrap_err();
        assert!(error.to_string().starts_with("line 3 of the template t"), "{error}");
        assert!(render("t", "{% if %}", &variables).is_err());
    }
}
