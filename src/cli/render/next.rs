//! What can be started now, as a table.

use super::escape::one_line;
use super::table::{Cell, table};
use crate::domain::model::id::PrdId;
use crate::domain::orchestrate::next::Startable;
use crate::domain::orchestrate::wording;

/// The table, best first, with the command that starts one, said of the first. Without a width nothing is cut.
#[must_use]
pub fn next(next: &[Startable], start: impl Fn(&PrdId) -> String, width: Option<usize>) -> String {
    let Some(first) = next.first() else {
        return "nothing can be started now: no PRD in ready whose start waits for nothing\n".to_owned();
    };
    let rows: Vec<[Cell; 5]> = next
        .iter()
        .map(|row| {
            [
                Cell::new(&row.id),
                Cell::of(row.priority.map(|priority| priority.name())),
                Cell::of(row.team.as_ref()),
                Cell::new(row.tail_days.map_or_else(|| "?".to_owned(), |days| format!("{days}d"))),
                Cell::new(&row.title),
            ]
        })
        .collect();
    let mut text = table(["ID", "PRIO", "TEAM", "TAIL", "TITLE"], &rows, width);
    text.push_str("\nTAIL: working days of the longest chain of work that begins here\n");
    for row in next.iter().filter(|row| !row.held.is_empty()) {
        let why = wording::list(row.held.iter().map(|held| &held.text));
        text.push_str(&format!("{}: {}\n", row.id, one_line(&why)));
    }
    if first.held.is_empty() {
        text.push_str(&format!("\n{}\n", start(&first.id)));
    }
    text
}
