//! A list of PRDs as a table.

use std::fmt::Write as _;

use owo_colors::Style;

use super::table::{Cell, table};
use crate::domain::model::state::State;
use crate::domain::report::listing::Listing;

/// The table, with a closing line that counts. Without a width nothing is cut.
#[must_use]
pub fn list(listing: &Listing, width: Option<usize>) -> String {
    if listing.prds.is_empty() {
        return "no PRD\n".to_owned();
    }
    let rows: Vec<[Cell; 7]> = listing
        .prds
        .iter()
        .map(|row| {
            let mark = if row.problems.is_empty() { "" } else { " (!)" };
            [
                Cell::new(&row.id),
                Cell::new(row.state.name()).style(color(row.state)),
                Cell::of(row.priority.map(|priority| priority.name())),
                Cell::of(row.progress.map(|percent| format!("{percent}%"))),
                Cell::of(row.team.as_ref()),
                Cell::of(row.owner.as_ref()),
                Cell::new(format!("{}{mark}", row.title)),
            ]
        })
        .collect();
    let mut text = table(["ID", "STATE", "PRIO", "DONE", "TEAM", "OWNER", "TITLE"], &rows, width);
    let troubled = listing.prds.iter().filter(|row| !row.problems.is_empty()).count();
    let _ = write!(text, "\n{}", count(listing.prds.len(), "PRD", "PRDs"));
    if troubled > 0 {
        let _ = write!(text, ", {troubled} with problems (!): prd lint");
    }
    text.push('\n');
    text
}

/// A number with its noun.
#[must_use]
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

const fn color(state: State) -> Style {
    let style = Style::new();
    match state {
        State::Draft => style.white(),
        State::Review => style.yellow(),
        State::Ready => style.cyan(),
        State::InProgress => style.blue(),
        State::Complete => style.green(),
        State::Archived => style.dimmed(),
    }
}
