//! Contracts: as a table, and as they were published.

use chrono::NaiveDate;
use owo_colors::Style;

use super::table::{Cell, table};
use crate::domain::lifecycle::contract::ContractRecord;
use crate::domain::model::id::PrdId;
use crate::domain::report::contracts::{ContractRow, Contracts};

/// The table; below it what has changed since it was published. Without a width nothing is cut.
#[must_use]
pub fn list(answer: &Contracts, today: NaiveDate, width: Option<usize>) -> String {
    if answer.contracts.is_empty() {
        return "no contract is published, promised or owed\n".to_owned();
    }
    let rows: Vec<[Cell; 5]> = answer
        .contracts
        .iter()
        .map(|row| {
            let (state, style) = standing(row, today);
            [
                Cell::new(&row.id),
                Cell::of(row.team.as_ref()),
                Cell::new(state).style(style),
                Cell::new(joined(if row.published.is_some() { &row.consumers } else { &row.waiting })),
                Cell::new(&row.service),
            ]
        })
        .collect();
    let mut text = table(["ID", "TEAM", "CONTRACT", "FOR", "SERVICE"], &rows, width);
    for row in &answer.contracts {
        for change in &row.changed {
            text.push_str(&format!("{}: {change} since it was published\n", row.id));
        }
        if !row.changed.is_empty() {
            let files = row.published.iter().filter(|published| published.chosen);
            let files = files.flat_map(|published| &published.parts);
            let files: String = files.map(|part| format!(" --file {}", part.source)).collect();
            text.push_str(&format!("prd contract publish {}{files}\n", row.id));
        }
    }
    text
}

/// How a contract stands, in words.
fn standing(row: &ContractRow, today: NaiveDate) -> (String, Style) {
    if let Some(published) = &row.published {
        let day = published.time.map_or(String::new(), |time| format!(" on {}", time.date_naive()));
        let text = format!("published{day}, version {}", published.version);
        return if row.changed.is_empty() {
            (text, Style::new().green())
        } else {
            (format!("{text}, changed since"), Style::new().yellow())
        };
    }
    match row.promised {
        Some(day) if day < today => (format!("was promised for {day}"), Style::new().red()),
        Some(day) => (format!("promised for {day}"), Style::new()),
        None => ("owed".to_owned(), Style::new().yellow()),
    }
}

fn joined(ids: &[PrdId]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// The texts of a contract as they are; each below a line with its name where there are several.
#[must_use]
pub fn show(record: &ContractRecord) -> String {
    if let [only] = record.parts.as_slice() {
        return ended(&only.text);
    }
    if record.parts.is_empty() {
        return format!("{} is recorded as published, without its text\n", record.prd);
    }
    let part = |(source, text): (String, &str)| format!("==> {source} <==\n{}", ended(text));
    let parts: Vec<String> =
        record.parts.iter().map(|one| part((one.source.to_string(), one.text.as_str()))).collect();
    parts.join("\n")
}

fn ended(text: &str) -> String {
    if text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") }
}
