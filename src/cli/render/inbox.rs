//! The notes that concern somebody.

use std::fmt::Write as _;

use owo_colors::OwoColorize as _;

use super::escape::one_line;
use crate::domain::report::inbox::Inbox;

/// One paragraph for each note, newest first, and how to mark them as read where they are not.
#[must_use]
pub fn inbox(inbox: &Inbox, marked: bool) -> String {
    let mut text = String::new();
    if inbox.notes.is_empty() {
        text.push_str("no unread notes\n");
    }
    for note in &inbox.notes {
        let to = note.team.as_ref().map_or_else(|| "all teams".to_owned(), ToString::to_string);
        let about = note.prd.as_ref().map_or(String::new(), |prd| format!("  {}", prd.to_string().bold()));
        let time = note.time.format("%Y-%m-%d %H:%M").to_string();
        let new = if note.read { String::new() } else { format!("  {}", "new".yellow()) };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}  {} → {}{about}{new}", time.dimmed(), one_line(&note.from), one_line(&to));
        for line in note.text.lines() {
            let _ = writeln!(text, "  {}", one_line(line));
        }
    }
    if inbox.notes.iter().any(|note| !note.read) && !marked {
        text.push_str("\nprd inbox --mark-read\n");
    }
    text
}
