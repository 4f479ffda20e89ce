//! The configuration and what is to be said about it.

use std::fmt::Write as _;

use owo_colors::OwoColorize as _;

use crate::domain::config::explain::{Checkup, Listing};
use crate::domain::config::problem::printable;

/// One line for each value: key, value as JSON, and where it came from.
#[must_use]
pub fn explained(listing: &Listing) -> String {
    let mut text = String::new();
    for shown in &listing.values {
        let origin = format!("# {}", shown.origin);
        let (key, value) = (printable(&shown.key.to_string()), printable(&shown.value.to_string()));
        let _ = writeln!(text, "{} = {value}  {}", key.bold(), printable(&origin).dimmed());
    }
    text
}

/// What a check found, with the way out of each. Warnings are counted only: they are talk, said before.
#[must_use]
pub fn checkup(found: &Checkup) -> String {
    let mut text = String::new();
    section(
        &mut text,
        "Set, and without effect in this version",
        found
            .without_effect
            .iter()
            .map(|setting| format!("{}  {}", printable(&setting.key.to_string()), setting.origin.dimmed())),
    );
    section(
        &mut text,
        "Old keys, which `prd config migrate --write` rewrites",
        found.old_keys.iter().map(|row| format!("{} → {}  {}", row.old, row.new, row.origin.dimmed())),
    );
    section(
        &mut text,
        "Runs a program or sends data, so it needs your approval once",
        found
            .needs_approval
            .iter()
            .map(|approval| format!("{}: {}", approval.key, printable(&approval.text))),
    );
    if let Some(hash) = &found.approval_hash {
        let _ = writeln!(text, "Without a terminal, --trust-config {hash} approves exactly this.\n");
    }
    let warnings = match found.warnings.len() {
        0 => String::new(),
        1 => ", with 1 warning".to_owned(),
        many => format!(", with {many} warnings"),
    };
    let _ = writeln!(text, "The configuration is valid{warnings}.");
    text
}

fn section(text: &mut String, title: &str, lines: impl Iterator<Item = String>) {
    let mut lines = lines.peekable();
    if lines.peek().is_none() {
        return;
    }
    let _ = writeln!(text, "{}", title.bold());
    for line in lines {
        let _ = writeln!(text, "  {line}");
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::config::key::KeyPath;
    use crate::domain::config::layers::{FileLayer, Loaded, Sources, load};

    fn loaded(text: &str) -> Loaded {
        load(&Sources { repository: Some(FileLayer::new("c.json", text)), ..Sources::default() }).unwrap()
    }

    fn plain(text: &str) -> String {
        anstream::adapter::strip_str(text).to_string()
    }

    #[test]
    fn every_value_has_its_origin_on_its_line() {
        let listing = Listing::of(
            &loaded(r#"{"prd_workflow": {"branch_naming": {"prefix": "work"}}}"#),
            &KeyPath::parse("prd_workflow.branch_naming.prefix"),
        );
        assert_eq!(
            plain(&explained(&listing)),
            "prd_workflow.branch_naming.prefix = \"work\"  # c.json:1:47\n"
        );
    }

    #[test]
    fn a_good_configuration_is_one_line() {
        assert_eq!(checkup(&Checkup::of(&Loaded::default(), &[])), "The configuration is valid.\n");
    }

    #[test]
    fn each_section_names_its_keys() {
        let text = r#"{"prd_workflow": {"min_grade": "B", "worktree": {"post_create": ["a\u001bb"]}}}"#;
        let text = plain(&checkup(&Checkup::of(&loaded(text), &[])));
        assert!(
            text.contains("prd_workflow.min_grade → prd_workflow.review.minimum_grade  c.json:1:19"),
            "{text}"
        );
        assert!(text.contains("prd_workflow.worktree.post_create.0: a\\u{1b}b"), "{text}");
        assert!(text.contains("--trust-config "), "{text}");
    }
}
