//! What is said of a transition outside of the repository.

use std::fmt::Write as _;

use super::event::Event;
use crate::domain::model::state::State;

/// A message of one line, as Slack takes it: who did what to which PRD, and why. Never an address.
#[must_use]
pub fn message(event: &Event, title: Option<&str>) -> String {
    // Writing to a String cannot fail.
    let mut text = format!("*{}*", event.prd);
    if let Some(title) = title {
        let _ = write!(text, " {}", plain(title));
    }
    let _ = write!(text, ": {}", event.event);
    if let (Some(from), Some(to)) = (event.from.map(State::name), event.to.map(State::name)) {
        let _ = write!(text, ", {from} → {to}");
    }
    let _ = write!(text, " by {}", plain(event.acting_as.as_deref().unwrap_or(&event.actor.name)));
    if let Some(reason) = &event.reason {
        let _ = write!(text, " ({})", plain(reason));
    }
    text
}

/// One short line in which nothing is a link, a mention or a command of Slack's.
fn plain(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line: String = line.chars().filter(|c| !c.is_control()).take(300).collect();
    line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
