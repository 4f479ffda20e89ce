//! Questions on a terminal. Callers have made sure that there is one.

use dialoguer::theme::ColorfulTheme;
use dialoguer::{Confirm, Input, Select};

/// A line that may not be empty.
///
/// # Errors
/// The terminal is gone, or the user interrupted.
pub fn line(question: &str) -> dialoguer::Result<String> {
    let text: String = Input::with_theme(&ColorfulTheme::default())
        .with_prompt(question)
        .validate_with(|text: &String| if text.trim().is_empty() { Err("say something") } else { Ok(()) })
        .interact_text()?;
    Ok(text.trim().to_owned())
}

/// A line; `None` where it is left empty.
///
/// # Errors
/// As [`line()`].
pub fn optional_line(question: &str) -> dialoguer::Result<Option<String>> {
    let text: String = Input::with_theme(&ColorfulTheme::default())
        .with_prompt(format!("{question}, empty to leave it open"))
        .allow_empty(true)
        .interact_text()?;
    let text = text.trim();
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// A line that may be left empty, or that must pass a check; `None` where it is left empty. `filled_in` stands there to begin
/// with.
///
/// # Errors
/// As [`line()`].
pub fn checked_line(
    question: &str,
    filled_in: &str,
    check: impl Fn(&str) -> Result<(), String>,
) -> dialoguer::Result<Option<String>> {
    let text: String = Input::with_theme(&ColorfulTheme::default())
        .with_prompt(question)
        .with_initial_text(filled_in)
        .allow_empty(true)
        .validate_with(|text: &String| if text.trim().is_empty() { Ok(()) } else { check(text.trim()) })
        .interact_text()?;
    let text = text.trim();
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// A line with a default.
///
/// # Errors
/// As [`line()`].
pub fn line_or(question: &str, default: &str) -> dialoguer::Result<String> {
    Input::with_theme(&ColorfulTheme::default())
        .with_prompt(question)
        .default(default.to_owned())
        .interact_text()
}

/// Yes or no.
///
/// # Errors
/// As [`line()`].
pub fn confirm(question: &str, default: bool) -> dialoguer::Result<bool> {
    Confirm::with_theme(&ColorfulTheme::default()).with_prompt(question).default(default).interact()
}

/// One of several; its place in the list.
///
/// # Errors
/// As [`line()`].
pub fn choose(question: &str, choices: &[&str], default: usize) -> dialoguer::Result<usize> {
    Select::with_theme(&ColorfulTheme::default())
        .with_prompt(question)
        .items(choices)
        .default(default)
        .interact()
}
