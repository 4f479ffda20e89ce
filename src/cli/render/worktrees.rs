//! Worktrees as a table.

use comfy_table::Cell;

use super::list::{heading, plain_table, trimmed};
use crate::domain::report::worktrees::{Commits, Row, Worktrees};

/// The table, the main worktree first.
#[must_use]
pub fn table(worktrees: &Worktrees, width: usize) -> String {
    let mut table = plain_table(width);
    table.set_header(["ID", "STATE", "BRANCH", "CHANGES", "HOME", "MERGED", "LAST", "PATH"].map(heading));
    for row in &worktrees.worktrees {
        let merged = match row.merged {
            Some(true) => "yes",
            Some(false) => "no",
            None => "",
        };
        table.add_row([
            Cell::new(row.id.as_ref().map_or_else(String::new, ToString::to_string)),
            Cell::new(row.state.map_or("", |state| state.name())),
            Cell::new(row.branch.as_deref().unwrap_or("(detached)")),
            Cell::new(changes(row)),
            Cell::new(row.home.map_or_else(String::new, distance)),
            Cell::new(merged),
            Cell::new(row.last_commit.map_or_else(String::new, |time| time.format("%Y-%m-%d").to_string())),
            Cell::new(&row.path),
        ]);
    }
    format!("{}\n", trimmed(&table))
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
