//! What needs the user's approval, word for word.

use std::fmt::Write as _;

use owo_colors::OwoColorize as _;

use crate::domain::config::problem::printable;
use crate::domain::config::trust::{Approval, TrustReport};

/// One line for each text: its key and exactly what it says, harmless for a terminal.
#[must_use]
pub fn approvals(approvals: &[Approval]) -> String {
    let line = |approval: &Approval| {
        format!("  {}: {}", printable(&approval.key.to_string()), printable(&approval.text))
    };
    approvals.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// All texts with what is approved, and the hash of the whole.
#[must_use]
pub fn report(report: &TrustReport) -> String {
    let mut text = String::new();
    for entry in &report.texts {
        let mark = if entry.approved { "approved".to_owned() } else { "open".yellow().to_string() };
        let (key, shown) = (printable(&entry.key.to_string()), printable(&entry.text));
        let _ = writeln!(text, "{mark:<9} {key}: {shown}");
    }
    match &report.hash {
        Some(hash) => {
            let _ = writeln!(text, "\nFor one run without a terminal: --trust-config {hash}");
        }
        None => text.push_str("Nothing in this repository's configuration needs your approval.\n"),
    }
    text
}
