//! What is said of a transition outside of the repository.

use std::fmt::Write as _;

use super::event::Event;
use crate::domain::model::line::one_line;
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
    let line: String = one_line(text).chars().take(300).collect();
    line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::lifecycle::table::Transition;
    use crate::domain::model::people::Person;
    use crate::domain::model::sample::id;

    fn rejected(reason: &str) -> Event {
        Event {
            schema: 1,
            time: chrono::DateTime::UNIX_EPOCH.into(),
            prd: id("SVC-7"),
            event: Transition::Reject,
            from: Some(State::Review),
            to: Some(State::Draft),
            actor: Person { name: "Ada".to_owned(), email: "ada@example.org".to_owned() },
            acting_as: None,
            reason: (!reason.is_empty()).then(|| reason.to_owned()),
            forced: Vec::new(),
            archived: None,
            superseded_by: None,
        }
    }

    #[test]
    fn it_says_who_did_what_to_which_prd_and_why() {
        let told = message(&rejected("no numbers"), Some("Carts"));
        assert_eq!(told, "*SVC-7* Carts: reject, review → draft by Ada (no numbers)");
        let ben = Event { acting_as: Some("Ben".to_owned()), from: None, to: None, ..rejected("") };
        assert_eq!(message(&ben, None), "*SVC-7*: reject by Ben");
    }

    #[test]
    fn no_text_of_a_person_is_a_command_or_a_second_line() {
        let told =
            message(&rejected("see <!channel>\n<https://evil.example|us> & \u{202e}back"), Some("a\r\n> b"));
        let shown = "*SVC-7* a &gt; b: reject, review → draft by Ada \
                     (see &lt;!channel&gt; &lt;https://evil.example|us&gt; &amp; back)";
        assert_eq!(told, shown);
        let long = message(&rejected(&"<".repeat(1000)), None);
        assert_eq!(long.matches("&lt;").count(), 300);
    }
}
