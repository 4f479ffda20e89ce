//! Where the user is, in some lines or in one.

use std::fmt::Write as _;

use owo_colors::OwoColorize as _;

use super::escape;
use crate::domain::report::status::Status;
use crate::domain::report::worktrees::Commits;

/// Some lines, for reading.
#[must_use]
pub fn text(status: &Status) -> String {
    let mut text = String::new();
    match &status.prd {
        Some(prd) => {
            let _ = writeln!(text, "{} {}: {}", prd.id.bold(), escape::one_line(&prd.title), prd.state);
        }
        None => text.push_str("no PRD has this branch\n"),
    }
    let branch = status.branch.as_deref().unwrap_or("(detached)");
    let place = if status.linked { "worktree" } else { "checkout" };
    let _ = writeln!(text, "  branch    {branch}{}", apart(status));
    let _ = writeln!(text, "  {place:<10}{}", status.root);
    if let Some(prd) = &status.prd {
        let _ = writeln!(text, "  file      {}", prd.path);
        if prd.criteria.total > 0 {
            let criteria = &prd.criteria;
            let left = criteria.left();
            let _ = writeln!(text, "  criteria  {} of {}, {left} left", criteria.done, criteria.total);
        }
    }
    let _ = writeln!(text, "  next      {}", escape::one_line(&status.next));
    text
}

fn apart(status: &Status) -> String {
    let one = |commits: Option<Commits>, name: &str| {
        let Commits { ahead, behind } = commits?;
        Some(match (ahead, behind) {
            (0, 0) => format!("level with {name}"),
            (ahead, 0) => format!("{ahead} ahead of {name}"),
            (0, behind) => format!("{behind} behind {name}"),
            (ahead, behind) => format!("{ahead} ahead of {name} and {behind} behind"),
        })
    };
    let known: Vec<String> =
        [one(status.home, "home"), one(status.upstream, "its upstream")].into_iter().flatten().collect();
    if known.is_empty() { String::new() } else { format!(" ({})", known.join(", ")) }
}

/// One line for a prompt: `SVC-128 in-progress 3/7 ↑2 ↓1`; nothing where no PRD has the branch.
#[must_use]
pub fn prompt(status: &Status) -> String {
    let Some(prd) = &status.prd else { return String::new() };
    let mut words = vec![prd.id.to_string(), prd.state.to_string()];
    if prd.criteria.total > 0 {
        words.push(format!("{}/{}", prd.criteria.done, prd.criteria.total));
    }
    if let Some(home) = status.home {
        words.extend((home.ahead > 0).then(|| format!("↑{}", home.ahead)));
        words.extend((home.behind > 0).then(|| format!("↓{}", home.behind)));
    }
    words.join(" ")
}
