//! A list of PRDs as a table.

use comfy_table::{Attribute, Cell, Color, ContentArrangement, Table, presets};

use crate::domain::report::listing::Listing;
use crate::domain::model::state::State;

/// The table, as wide as the terminal at most, with a closing line that counts.
#[must_use]
pub fn table(listing: &Listing, width: usize) -> String {
    if listing.prds.is_empty() {
        return "no PRD\n".to_owned();
    }
    let mut table = plain_table(width);
    table.set_header(["ID", "STATE", "PRIO", "DONE", "TEAM", "OWNER", "TITLE"].map(heading));
    for row in &listing.prds {
        let mark = if row.problems.is_empty() { String::new() } else { " (!)".to_owned() };
        table.add_row([
            Cell::new(&row.id),
            Cell::new(row.state.name()).fg(color(row.state)),
            Cell::new(row.priority.map_or("", |priority| priority.name())),
            Cell::new(row.progress.map_or_else(String::new, |percent| format!("{percent}%"))),
            Cell::new(row.team.as_ref().map_or("", |team| team.as_str())),
            Cell::new(row.owner.as_deref().unwrap_or_default()),
            Cell::new(format!("{}{mark}", row.title)),
        ]);
    }
    let troubled = listing.prds.iter().filter(|row| !row.problems.is_empty()).count();
    let mut text = format!("{}\n\n{}", trimmed(&table), count(listing.prds.len(), "PRD", "PRDs"));
    if troubled > 0 {
        text.push_str(&format!(", {troubled} with problems (!): prd lint"));
    }
    text.push('\n');
    text
}

/// A table without lines that fits the width.
#[must_use]
pub fn plain_table(width: usize) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(width).unwrap_or(u16::MAX)).enforce_styling();
    table
}

/// A table's text without spaces at the ends of its lines or at their beginning.
#[must_use]
pub fn trimmed(table: &Table) -> String {
    table.lines().map(|line| line.strip_prefix(' ').unwrap_or(&line).trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

/// A column's title.
#[must_use]
pub fn heading(text: &str) -> Cell {
    Cell::new(text).add_attribute(Attribute::Dim)
}

/// A number with its noun.
#[must_use]
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

const fn color(state: State) -> Color {
    match state {
        State::Draft => Color::Grey,
        State::Review => Color::Yellow,
        State::Ready => Color::Cyan,
        State::InProgress => Color::Blue,
        State::Complete => Color::Green,
        State::Archived => Color::DarkGrey,
    }
}
