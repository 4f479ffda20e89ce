//! Worktrees as a table.

use std::fmt::Write as _;

use owo_colors::OwoColorize as _;

use super::list::count;
use super::table::{Cell, Columns, table};
use crate::domain::model::id::PrdId;
use crate::domain::report::worktrees::{Commits, Removals, Repairs, Restoration, Row, SetUp, TrashList};

/// The table of worktrees, whose rows are written while those after them are still looked at. Nothing is cut: a path is
/// there to be pasted.
#[derive(Debug)]
pub struct Listing(Columns<8>);

/// Room for what is only known when a worktree has been looked at: most changes, and most distances.
const ROOM: (&str, &str) = ("2 changed, 1 untracked", "+10 -10");

impl Listing {
    /// Of worktrees of which no more is known than what they are.
    #[must_use]
    pub fn new(known: &[Row]) -> Self {
        let titles = ["ID", "STATE", "BRANCH", "CHANGES", "HOME", "MERGED", "LAST", "PATH"];
        let mut columns = Columns::new(titles);
        for row in known {
            let mut cells = cells(row);
            cells[3] = Cell::new(ROOM.0);
            cells[4] = Cell::new(ROOM.1);
            cells[6] = Cell::new("2025-06-02");
            columns.fit(&cells);
        }
        Self(columns)
    }

    /// The line above the rows.
    #[must_use]
    pub fn header(&self) -> String {
        self.0.header()
    }

    /// The line of a worktree.
    #[must_use]
    pub fn row(&self, row: &Row) -> String {
        self.0.row(&cells(row))
    }
}

fn cells(row: &Row) -> [Cell; 8] {
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

/// What went, or would go, and what stays and why.
#[must_use]
pub fn removals(answer: &Removals) -> String {
    let mut text = String::new();
    if answer.removed.is_empty() && answer.stay.is_empty() {
        return "there is no worktree to remove\n".to_owned();
    }
    for one in &answer.removed {
        let did = if answer.dry_run { "would remove" } else { "removed" };
        let _ = writeln!(text, "{did} {}{}", one.path, owner(one.id.as_ref()));
        let tip = one.tip.as_deref().map_or_else(String::new, |tip| format!(" at {}", short(tip)));
        match &one.branch {
            Some(branch) => drop(writeln!(text, "  {branch} stays{tip}")),
            None => drop(writeln!(text, "  it was{tip}, without a branch")),
        }
        if !one.kept.is_empty() {
            let _ = writeln!(text, "  kept for 14 days: {}", one.kept.join(", "));
        }
        if let Some(entry) = &one.trash {
            let _ = writeln!(text, "  {}", format!("prd worktree restore {entry}").dimmed());
        }
    }
    for one in &answer.stay {
        let _ = writeln!(text, "{} {}{}", "stays:".yellow(), one.path, owner(one.id.as_ref()));
        for obstacle in &one.obstacles {
            let _ = writeln!(text, "  {obstacle}");
        }
        for hint in &one.hints {
            let _ = writeln!(text, "  {} {hint}", "→".dimmed());
        }
    }
    text
}

/// What the trash holds.
#[must_use]
pub fn trash(list: &TrashList) -> String {
    if list.trash.is_empty() {
        return "the trash is empty: what prd removes is kept there for 14 days\n".to_owned();
    }
    let rows: Vec<[Cell; 6]> = list
        .trash
        .iter()
        .map(|entry| {
            [
                Cell::new(&entry.name),
                Cell::new(entry.branch.as_deref().unwrap_or("(detached)")),
                Cell::of(entry.tip.as_deref().map(short)),
                Cell::new(entry.removed.format("%Y-%m-%d %H:%M")),
                Cell::new(count(entry.files.len(), "file", "files")),
                Cell::new(&entry.path),
            ]
        })
        .collect();
    table(["NAME", "BRANCH", "TIP", "REMOVED", "KEPT", "PATH"], &rows, None)
}

/// A worktree that is back.
#[must_use]
pub fn restoration(answer: &Restoration) -> String {
    let did = if answer.dry_run { "would restore" } else { "restored" };
    let mut text = format!("{did} {}\n", answer.path);
    let tip = answer.tip.as_deref().map_or_else(String::new, |tip| format!(" at {}", short(tip)));
    let branch = answer.branch.as_deref().unwrap_or("(detached)");
    let went_on = if answer.moved_on { ", which went on since" } else { "" };
    let _ = writeln!(text, "  {branch}{tip}{went_on}");
    if !answer.files.is_empty() {
        let verb = if answer.dry_run { "would be back" } else { "back" };
        let _ = writeln!(text, "  {verb}: {}", answer.files.join(", "));
    }
    if !answer.left.is_empty() {
        let left = answer.left.join(", ");
        let _ = writeln!(text, "  there already, so what was kept stays in the trash: {left}");
    }
    text
}

/// What was mended, and what was not.
#[must_use]
pub fn repairs(answer: &Repairs) -> String {
    let mut text = String::new();
    for one in &answer.repaired {
        if one.from == one.path {
            let _ = writeln!(text, "repaired {}", one.path);
        } else {
            let _ = writeln!(text, "repaired {} (was {})", one.path, one.from);
        }
    }
    for one in &answer.broken {
        let _ = writeln!(text, "{} {}: {}", "broken:".yellow(), one.path, one.problem);
        let hint = "name its new folder: prd worktree repair DIR; or forget it: prd worktree remove";
        let _ = writeln!(text, "  {} {hint} {}", "→".dimmed(), one.path);
    }
    if text.is_empty() { "every worktree and the repository find each other\n".to_owned() } else { text }
}

fn owner(id: Option<&PrdId>) -> String {
    id.map_or_else(String::new, |id| format!(" ({id})"))
}

/// The first ten digits of a commit's name.
fn short(oid: &str) -> &str {
    oid.get(..10).unwrap_or(oid)
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
