//! Telling Slack of transitions, at most once each.
//!
//! A webhook cannot be asked what it has, so a message whose answer was lost is not sent again by itself: before it
//! goes, its entry says that it may have gone, and only an answer, or the certainty that nothing went out, takes that back.

use std::time::Duration;

use chrono::TimeDelta;

use super::app::App;
use super::error::CommandError;
use super::session::{self, Session};
use crate::domain::config::schema::Slack;
use crate::domain::lifecycle::notification;
use crate::domain::lifecycle::plan::OutboxKind;
use crate::io::github::outbox::{Attempts, Outbox, Waiting};
use crate::io::github::webhook::{self, Undelivered};

/// The key of the address.
const KEY: &str = "notifications.slack.webhook_url";

/// How long one message may take.
const ONE: Duration = Duration::from_secs(5);

/// Sends the messages that wait, those that may have gone already only where a user asks for it (`again`). Nothing fails
/// because of them. Gives what the user should know.
pub(super) fn send(app: &App, again: bool) -> Vec<String> {
    try_to_send(app, again)
        .unwrap_or_else(|error| vec![format!("Slack is told later: {}; prd outbox", error.message)])
}

fn try_to_send(app: &App, again: bool) -> Result<Vec<String>, CommandError> {
    let outbox = Outbox::of(&session::open_git(app)?.private_dir());
    let is_due = |entry: &Waiting| {
        entry.entry.kind == OutboxKind::NotifySlack
            && (again || !entry.attempts.refused)
            && super::sending::is_due(app, entry)
    };
    if !outbox.all().0.iter().any(is_due) {
        return Ok(Vec::new());
    }
    let session = Session::open(app)?;
    let slack = &session.config().notifications.slack;
    let Some(url) = address(slack) else {
        return Err(CommandError::refused("the config has no webhook of Slack that is switched on"));
    };
    session.require_trust(app, &session.loaded, &[KEY])?;
    let Some(_turn) = outbox.turn(ONE)? else {
        return Err(CommandError::outside("another prd of this clone is sending"));
    };
    let reading = session.read()?;
    let mut notes = Vec::new();
    for entry in outbox.all().0.into_iter().filter(is_due) {
        let Some(event) = &entry.entry.event else { continue };
        let title = reading.portfolio.find(&entry.entry.prd).map(|prd| prd.title.as_str());
        outbox.save(&unknown(&entry, "it was being sent when prd ended".to_owned()))?;
        let Err(error) = webhook::post(&url, &notification::message(event, title), ONE) else {
            outbox.remove(&entry.name)?;
            continue;
        };
        notes.push(format!("Slack is not told of {}: {error}; prd outbox", entry.entry.prd));
        let left = failed(app, &entry, &error);
        outbox.save(&left)?;
        if matches!(error, Undelivered::Unsent(_) | Undelivered::Limited { .. }) {
            break;
        }
    }
    Ok(notes)
}

fn address(slack: &Slack) -> Option<url::Url> {
    slack.webhook_url.as_deref().filter(|_| slack.enabled).and_then(|url| url::Url::parse(url).ok())
}

/// An entry that Slack may have.
fn unknown(entry: &Waiting, why: String) -> Waiting {
    let way =
        format!("look into Slack: prd outbox drop {} where it is there, else prd outbox retry", entry.name);
    Waiting {
        attempts: Attempts {
            tries: entry.attempts.tries.saturating_add(1),
            last_error: Some(why),
            refused: true,
            way_out: Some(way),
            not_before: None,
        },
        ..entry.clone()
    }
}

fn failed(app: &App, entry: &Waiting, error: &Undelivered) -> Waiting {
    let mut left = unknown(entry, error.to_string());
    match error {
        Undelivered::Unknown(_) => {}
        Undelivered::Unsent(_) => (left.attempts.refused, left.attempts.way_out) = (false, None),
        Undelivered::Limited { wait } => {
            let wait = TimeDelta::try_seconds(i64::try_from(*wait).unwrap_or(3600)).unwrap_or_default();
            (left.attempts.refused, left.attempts.way_out) = (false, None);
            left.attempts.not_before = Some((app.env.now + wait).to_rfc3339());
        }
        Undelivered::Refused { .. } => {
            left.attempts.way_out = Some(format!(
                "mend notifications.slack.webhook_url, then prd outbox retry; or prd outbox drop {}",
                entry.name
            ));
        }
    }
    left
}
