//! What was changed, or would be.

use std::fmt::Write as _;

use owo_colors::OwoColorize as _;

use crate::domain::report::change::Change;

/// A change, as a person reads it.
#[must_use]
pub fn change(change: &Change) -> String {
    let mut text = String::new();
    let id = change.id.as_ref().map_or_else(|| "prd".to_owned(), ToString::to_string);
    let id = id.bold();
    let _ = match (change.from, change.to) {
        (Some(from), Some(to)) if from != to => {
            writeln!(text, "{id} {}: {from} → {}", change.title, to.green())
        }
        (None, Some(to)) => writeln!(text, "{id} {}: new in {}", change.title, to.green()),
        _ => writeln!(text, "{id} {}: {}", change.title, change.command),
    };
    if change.dry_run {
        text.push_str("would:\n");
        for step in &change.steps {
            let _ = writeln!(text, "  {}", step.action);
            let _ = writeln!(text, "    {}", format!("undo: {}", step.undo).dimmed());
        }
    } else {
        let rows = [
            ("file", change.path.as_ref().map(ToString::to_string)),
            ("branch", change.branch.clone()),
            ("worktree", change.worktree.clone()),
            ("commit", change.commit.as_ref().map(|commit| commit.chars().take(10).collect())),
        ];
        for (name, value) in rows.into_iter().filter_map(|(name, value)| Some((name, value?))) {
            let _ = writeln!(text, "  {name:<9}{value}");
        }
    }
    if !change.forced.is_empty() {
        let _ = writeln!(text, "  {}", format!("forced past: {}", change.forced.join(", ")).yellow());
    }
    for note in &change.notes {
        let _ = writeln!(text, "  note: {note}");
    }
    text
}
