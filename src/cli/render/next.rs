//! What can be started now, as a table.

use comfy_table::Cell;

use super::list::{heading, plain_table, trimmed};
use crate::domain::orchestrate::next::Startable;

/// The table, best first, with the command that starts the first.
#[must_use]
pub fn table(next: &[Startable], width: usize) -> String {
    let Some(first) = next.first() else {
        return "nothing can be started now: no PRD in ready whose start waits for nothing\n".to_owned();
    };
    let mut table = plain_table(width);
    table.set_header(["ID", "PRIO", "TEAM", "TAIL", "TITLE"].map(heading));
    for row in next {
        table.add_row([
            Cell::new(&row.id),
            Cell::new(row.priority.map_or("", |priority| priority.name())),
            Cell::new(row.team.as_ref().map_or("", |team| team.as_str())),
            Cell::new(row.tail_days.map_or_else(|| "?".to_owned(), |days| format!("{days}d"))),
            Cell::new(&row.title),
        ]);
    }
    format!("{}\n\nprd start {}\n", trimmed(&table), first.id)
}
