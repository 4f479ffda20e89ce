//! Findings as compilers print them: place, severity, message, way out.

use std::fmt::Write as _;

use owo_colors::OwoColorize as _;

use super::list::count;
use crate::domain::model::finding::{Finding, Severity};

/// One finding with its hint.
#[must_use]
pub fn finding(finding: &Finding) -> String {
    let place = &finding.place;
    let severity = match finding.severity {
        Severity::Error => "error".red().bold().to_string(),
        Severity::Warning => "warning".yellow().bold().to_string(),
        Severity::Hint => "hint".cyan().to_string(),
    };
    let mut text = format!(
        "{}:{}:{}: {severity}: {} [{}]\n",
        place.path, place.line, place.column, finding.message, finding.rule
    );
    let hint = match (&finding.hint, finding.fixable) {
        (Some(hint), true) if !hint.contains("prd lint --fix") => Some(format!("{hint}: prd lint --fix")),
        (None, true) => Some("prd lint --fix".to_owned()),
        (hint, _) => hint.clone(),
    };
    if let Some(hint) = hint {
        let _ = writeln!(text, "  {} {hint}", "→".dimmed());
    }
    text
}

/// All findings of a lint, with a closing line that counts.
#[must_use]
pub fn lint(findings: &[Finding], silenced: usize, checked: usize) -> String {
    let mut text: String = findings.iter().map(finding).collect();
    let number = |severity: Severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let silenced = if silenced == 0 { String::new() } else { format!(", {silenced} silenced") };
    let _ = writeln!(
        text,
        "{} checked: {}, {}, {}{silenced}",
        count(checked, "PRD", "PRDs"),
        count(number(Severity::Error), "error", "errors"),
        count(number(Severity::Warning), "warning", "warnings"),
        count(number(Severity::Hint), "hint", "hints"),
    );
    text
}
