//! Worktrees as a table.

use std::fmt::Write as _;

use owo_colors::OwoColorize as _;

use super::table::{Cell, table};
use crate::domain::report::worktrees::{Commits, Row, SetUp, Worktrees};

/// The table, the main worktree first. Nothing is cut: a path is there to be pasted.
#[must_use]
pub fn list(worktrees: &Worktrees) -> String {
    let rows: Vec<[Cell; 8]> = worktrees
        .worktrees
        .iter()
        .map(|row| {
            let merged = row.merged.map(|merged| if merged { "yes" } else { "no" });
            [
                Cell::of(row.id.as_ref()),
                Cell::of(row.state),
                Cell::new(row.branch.as_deref().unwrap_or("(detached)")),
                Cell::new(changes(row)),
                Cell::of(row.home.map(distance)),
                Cell::of(merged),
                Cell::of(row.last_commit.map(|time| time.format("%Y-%m-%d"))),
                Cell::new(&row.path),
            ]
        })
        .collect();
    table(["ID", "STATE", "BRANCH", "CHANGES", "HOME", "MERGED", "LAST", "PATH"], &rows, None)
}

fn changes(row: &Row) -> String {
    if row.missing {
        return "folder is gone".to_owned();
    }
    let counts = [(row.staged, "staged"), (row.unstaged, "changed"), (row.untracked, "untracked")];
    let mut words: Vec<String> = counts
        .iter()
        .filter_map(|(count, word)| count.filter(|count| *count > 0).map(|count| format!("{count} {word}")))
        .collect();
    words.extend(row.operation.as_ref().map(|operation| format!("{operation} in progress")));
    words.extend(row.locked.as_ref().map(|_| "locked".to_owned()));
    if words.is_empty() { "clean".to_owned() } else { words.join(", ") }
}

fn distance(commits: Commits) -> String {
    match (commits.ahead, commits.behind) {
        (0, 0) => "=".to_owned(),
        (ahead, 0) => format!("+{ahead}"),
        (0, behind) => format!("-{behind}"),
        (ahead, behind) => format!("+{ahead} -{behind}"),
    }
}

/// What was done in a worktree.
#[must_use]
pub fn set_up(answer: &SetUp) -> String {
    let state = if answer.failed.is_some() { "not set up to its end" } else { "set up" };
    let mut text = format!("{} {}: {state}\n", answer.id.to_string().bold(), answer.path);
    for note in &answer.notes {
        let _ = writeln!(text, "  {note}");
    }
    text
}
