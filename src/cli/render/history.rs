//! What happened, one line each.

use std::fmt::Write as _;

use owo_colors::OwoColorize as _;

use crate::domain::report::history::Entry;

/// Events, in the order given.
#[must_use]
pub fn lines(events: &[Entry]) -> String {
    let mut text = String::new();
    for event in events {
        let time = event.time.format("%Y-%m-%d %H:%M").to_string();
        let what = match (event.from, event.to) {
            (Some(from), Some(to)) if from != to => format!("{from} → {to}"),
            (None, Some(to)) => format!("new in {to}"),
            _ => event.event.to_string(),
        };
        let _ = write!(text, "{}  {}  {what}  {}", time.dimmed(), event.id.to_string().bold(), event.actor);
        if let Some(name) = &event.acting_as {
            let _ = write!(text, " as {name}");
        }
        if !event.forced.is_empty() {
            let _ = write!(text, "  {}", format!("forced past {}", event.forced.join(", ")).yellow());
        }
        if let Some(reason) = &event.reason {
            let _ = write!(text, "  “{reason}”");
        }
        text.push('\n');
    }
    text
}
