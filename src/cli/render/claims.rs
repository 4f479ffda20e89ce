//! Claims on a shared server.

use std::fmt::Write as _;

use owo_colors::OwoColorize as _;

use crate::domain::config::problem::printable;
use crate::domain::report::claims::{Claims, Released, Synced};

/// Who works on what, and what waits.
#[must_use]
pub fn list(answer: &Claims) -> String {
    let mut text = String::new();
    if answer.claims.is_empty() {
        let _ = writeln!(text, "nobody has claimed a PRD on {}", answer.remote);
    }
    for row in &answer.claims {
        let unknown = || "unknown".to_owned();
        let part = |part: &Option<String>| part.as_deref().map_or_else(unknown, printable);
        let own = if row.own { ", this clone" } else { "" };
        let id = row.id.to_string();
        let (who, host, when) = (part(&row.who), part(&row.host), part(&row.when));
        let _ = writeln!(text, "{}  {who}  {host}{own}  {when}", id.bold());
    }
    for waiting in &answer.waiting {
        let what = verb(waiting.takes);
        let _ = writeln!(text, "{} waits to be {what} since {}: prd claim sync", waiting.id, waiting.since);
    }
    text
}

/// A claim that was broken.
#[must_use]
pub fn released(answer: &Released) -> String {
    format!("{} is free; it was claimed by {}\n", answer.id, printable(&answer.was))
}

/// What was sent.
#[must_use]
pub fn synced(answer: &Synced) -> String {
    if answer.sent.is_empty() {
        return "nothing waits to be sent\n".to_owned();
    }
    let mut text = String::new();
    for sent in &answer.sent {
        let what = verb(sent.takes);
        let _ = match (&sent.why, sent.done) {
            (_, true) => writeln!(text, "{} {what} on {}", sent.id, answer.remote),
            (Some(why), false) => writeln!(text, "{} not {what}: {}", sent.id, printable(why)),
            (None, false) => writeln!(text, "{} not {what}", sent.id),
        };
    }
    text
}

const fn verb(takes: bool) -> &'static str {
    if takes { "claimed" } else { "given back" }
}
