//! What was settled after, or in the middle of, a merge.

use std::fmt::Write as _;

use super::plan;
use crate::domain::report::resolve::Resolution;

/// What was settled, and what was not.
#[must_use]
pub fn resolution(resolution: &Resolution) -> String {
    let mut text = String::new();
    let would = if resolution.dry_run { "would keep" } else { "kept" };
    for settled in &resolution.settled {
        let _ = writeln!(text, "{would} {}, and not {}", settled.kept, settled.dropped);
        if !settled.clean {
            let _ = writeln!(text, "  its text has conflict marks: settle them, and git add it");
        }
    }
    text.extend(resolution.changes.iter().map(plan::change));
    for open in &resolution.open {
        let paths: Vec<&str> = open.paths.iter().map(|path| path.as_str()).collect();
        let _ = writeln!(text, "open: {}: {}\n  → {}", paths.join(", "), open.message, open.hint);
    }
    if text.is_empty() {
        text.push_str("nothing to resolve\n");
    } else if !resolution.settled.is_empty() && resolution.open.is_empty() && !resolution.dry_run {
        text.push_str("git commit ends the merge\n");
    }
    text
}
