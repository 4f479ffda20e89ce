//! Telling GitHub what waits in the outbox: at once after a transition, and by `prd sync`.
//!
//! Everything here may be done twice. An issue is looked for by its marker before it is made, a comment before it is
//! written, and an entry leaves the outbox only when all of it is done and the PRD's file names the issue.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, FixedOffset, TimeDelta};

use super::app::App;
use super::args::TransitionFlags;
use super::error::CommandError;
use super::github::Access;
use super::issues::{Desk, Known};
use super::session::{self, Reading, Session};
use super::transition;
use crate::domain::github::repository::RepositoryName;
use crate::domain::lifecycle::plan::OutboxKind;
use crate::domain::lifecycle::snapshot::QueuedIssues;
use crate::domain::lifecycle::table::Transition;
use crate::domain::markdown::edit::field;
use crate::domain::model::field::FieldName;
use crate::domain::model::id::PrdId;
use crate::domain::report::github::{Sending, SentIssue, WaitingEntry};
use crate::io::github::outbox::{Outbox, Waiting};
use crate::io::github::port::{Failure, Issue, Port, Repository, Why};

/// How long a transition may be held up by GitHub.
const AFTER_TRANSITION: Duration = Duration::from_secs(5);

/// How long a command may take whose work is to talk to GitHub.
pub(super) const AT_LEISURE: Duration = Duration::from_secs(600);

/// The clocks of this machine and of GitHub may differ by this much.
const SKEW: TimeDelta = TimeDelta::hours(1);

impl Session {
    /// What waits to be told to GitHub.
    #[must_use]
    pub fn outbox(&self) -> Outbox {
        Outbox::of(&self.git.private_dir())
    }

    /// The PRDs whose issue waits to be made; `None` where GitHub is off or no remote leads there.
    #[must_use]
    pub fn queued_issues(&self, app: &App) -> Option<QueuedIssues> {
        if !self.config().prd_workflow.github.enabled || self.github_place(app).is_err() {
            return None;
        }
        let (waiting, _) = self.outbox().all();
        let creates = waiting.into_iter().filter(|waiting| waiting.entry.kind == OutboxKind::CreateIssue);
        Some(creates.map(|waiting| waiting.entry.prd).collect())
    }
}

/// Sends what waits after a transition, for a few seconds at most. What cannot be sent waits, and nothing fails.
/// Gives what the user should know.
pub(super) fn after_transition(app: &App, queued: bool) -> Vec<String> {
    match send(app, AFTER_TRANSITION, None) {
        Ok(sending) => notes(&sending, queued),
        Err(error) if queued => {
            vec![format!("GitHub is told later: {}; prd sync", error.message)]
        }
        Err(_) => Vec::new(),
    }
}

fn notes(sending: &Sending, queued: bool) -> Vec<String> {
    let mut notes: Vec<String> = sending
        .issues
        .iter()
        .map(|sent| {
            format!("{} #{}: {}", if sent.created { "new issue" } else { "issue" }, sent.issue, sent.url)
        })
        .collect();
    notes.extend(sending.notes.iter().cloned());
    if let Some(entry) = sending.waiting.iter().find(|entry| entry.last_error.is_some()).filter(|_| queued) {
        let why = entry.last_error.clone().unwrap_or_default();
        notes.push(format!("GitHub is told later: {why}; prd outbox"));
    }
    notes
}

/// Sends what waits, of all PRDs or of one.
pub(super) fn send(app: &App, limit: Duration, only: Option<&PrdId>) -> Result<Sending, CommandError> {
    let outbox = Outbox::of(&session::open_git(app)?.private_dir());
    if outbox.is_empty() {
        return Ok(Sending::default());
    }
    let session = Session::open(app)?;
    let access = session.github(app)?;
    access.require_token()?;
    let Some(_turn) = outbox.turn(limit)? else {
        return Err(CommandError::outside("another prd of this clone is talking to GitHub"));
    };
    let reading = session.read()?;
    let (waiting, _) = outbox.all();
    let mut groups: BTreeMap<PrdId, Vec<Waiting>> = BTreeMap::new();
    for entry in waiting.into_iter().filter(|entry| only.is_none_or(|id| entry.entry.prd == *id)) {
        groups.entry(entry.entry.prd.clone()).or_default().push(entry);
    }
    let mut order: Vec<Vec<Waiting>> = groups.into_values().collect();
    order.sort_by(|one, other| {
        one.first().map(|entry| &entry.name).cmp(&other.first().map(|entry| &entry.name))
    });
    order.retain(|entries| entries.iter().all(|entry| is_due(app, entry)));
    let mut sending = Sending::default();
    if !order.is_empty() {
        match open_desk(app, &session, &access, &outbox, limit) {
            Ok(desk) => send_all(app, &session, &reading, &outbox, &desk, order, &mut sending)?,
            Err(Opening::Failed(failure)) => {
                order.iter().try_for_each(|entries| note_failure(app, &outbox, entries, &failure))?;
            }
            Err(Opening::Broken(error)) => return Err(error),
        }
    }
    sending.waiting = listed(&outbox);
    Ok(sending)
}

/// GitHub may have asked to wait.
fn is_due(app: &App, waiting: &Waiting) -> bool {
    let time =
        waiting.attempts.not_before.as_deref().and_then(|text| DateTime::parse_from_rfc3339(text).ok());
    time.is_none_or(|time| time <= app.env.now)
}

/// Why nothing could be told.
enum Opening {
    Failed(Failure),
    Broken(CommandError),
}

/// The repository, to be written to: named first where this clone never wrote to it.
pub(super) fn writing_desk<'a>(
    app: &App,
    session: &'a Session,
    access: &Access,
    limit: Duration,
) -> Result<Desk<'a>, CommandError> {
    match open_desk(app, session, access, &session.outbox(), limit) {
        Ok(desk) => Ok(desk),
        Err(Opening::Failed(failure)) => Err(failure.into()),
        Err(Opening::Broken(error)) => Err(error),
    }
}

/// Looks at the repository, says so where this clone never wrote to it, and remembers it.
pub(super) fn desk<'a>(
    app: &App,
    session: &'a Session,
    access: &Access,
    limit: Duration,
) -> Result<(Desk<'a>, Repository), CommandError> {
    match opened(app, session, access, limit) {
        Ok(both) => Ok(both),
        Err(failure) => Err(failure.into()),
    }
}

fn opened<'a>(
    app: &App,
    session: &'a Session,
    access: &Access,
    limit: Duration,
) -> Result<(Desk<'a>, Repository), Failure> {
    let api = access.api(limit);
    let repository = api.repository()?;
    let refuse = |status, message: &str| Failure {
        doing: format!("write to {}", repository.full_name),
        why: Why::Refused { status, message: message.to_owned() },
    };
    if repository.archived {
        return Err(refuse(403, "the repository is archived"));
    }
    if !repository.has_issues {
        return Err(refuse(410, "issues are switched off"));
    }
    let asked = access.place.repository.to_string();
    let api = match RepositoryName::parse(&repository.full_name) {
        Some(name) if name.to_string() != asked => {
            if !repository.full_name.eq_ignore_ascii_case(&asked) {
                app.console.warn(&format!("{asked} moved: it is {} now", repository.full_name));
            }
            api.renamed(name)
        }
        _ => api,
    };
    Ok((Desk::new(api, session.config()), repository))
}

fn open_desk<'a>(
    app: &App,
    session: &'a Session,
    access: &Access,
    outbox: &Outbox,
    limit: Duration,
) -> Result<Desk<'a>, Opening> {
    let (desk, repository) = opened(app, session, access, limit).map_err(Opening::Failed)?;
    let name = format!("{}/{}", access.place.host, repository.full_name);
    if !outbox.has_written_to(&name) {
        app.console.warn_lines(&format!(
            "this clone writes to GitHub for the first time: to {} on {}",
            repository.full_name, access.place.host
        ));
        outbox.remember(&name).map_err(|error| Opening::Broken(error.into()))?;
    }
    Ok(desk)
}

fn send_all(
    app: &App,
    session: &Session,
    reading: &Reading,
    outbox: &Outbox,
    desk: &Desk<'_>,
    order: Vec<Vec<Waiting>>,
    sending: &mut Sending,
) -> Result<(), CommandError> {
    sending.repository = Some(desk.name());
    let mut numbers = Known::of(reading);
    for entries in order {
        let Some(first) = entries.first() else { continue };
        let id = first.entry.prd.clone();
        let Some(prd) = reading.portfolio.find(&id) else {
            sending.notes.push(format!("{id} is not here any more: its entries stay in the outbox"));
            continue;
        };
        let text = session.text(&prd.path)?;
        let wanted = super::issues::wanted(session, reading, prd, &text, &numbers);
        let creates = entries.iter().any(|entry| entry.entry.kind == OutboxKind::CreateIssue);
        let since = looked_back(reading, &id, first);
        match desk.tell(prd, &wanted, &entries, creates, since.as_deref()) {
            Ok(Some(told)) => {
                record(app, &id, &told.issue)?;
                numbers.learn(&id, told.issue.number);
                entries.iter().try_for_each(|entry| outbox.remove(&entry.name))?;
                sending.notes.extend(told.notes);
                let Issue { number, html_url, .. } = told.issue;
                sending.issues.push(SentIssue { id, issue: number, url: html_url, created: told.created });
            }
            Ok(None) => entries.iter().try_for_each(|entry| outbox.remove(&entry.name))?,
            Err(failure) => {
                note_failure(app, outbox, &entries, &failure)?;
                // What hits one request hits the next: no connection, no time, no right.
                if failure.is_passing() || matches!(failure.status(), Some(401 | 403)) {
                    break;
                }
            }
        }
    }
    Ok(())
}

/// The time from which on an issue of a PRD can be: no clone queues one before the approval. Without one, always.
fn looked_back(reading: &Reading, id: &PrdId, first: &Waiting) -> Option<String> {
    let approved: DateTime<FixedOffset> = reading.records.last(id, Transition::Approve)?.time;
    let queued = DateTime::parse_from_rfc3339(&first.entry.queued).ok()?;
    let since = approved.min(queued).to_utc() - SKEW;
    Some(since.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
}

fn note_failure(
    app: &App,
    outbox: &Outbox,
    entries: &[Waiting],
    failure: &Failure,
) -> Result<(), CommandError> {
    let not_before = match failure.why {
        Why::Limited { wait } => {
            let wait = TimeDelta::try_seconds(i64::try_from(wait).unwrap_or(3600)).unwrap_or_default();
            Some((app.env.now + wait).to_rfc3339())
        }
        Why::Connection(_) | Why::Time | Why::Refused { .. } | Why::Server { .. } | Why::Answer(_) => None,
    };
    for entry in entries {
        let mut entry = entry.clone();
        entry.attempts.tries = entry.attempts.tries.saturating_add(1);
        entry.attempts.last_error = Some(failure.to_string());
        entry.attempts.not_before.clone_from(&not_before);
        outbox.save(&entry)?;
    }
    Ok(())
}

/// Writes the issue into the PRD's header, where it is not there yet.
fn record(app: &App, id: &PrdId, issue: &Issue) -> Result<(), CommandError> {
    let flags = TransitionFlags::default();
    let value = format!("#{} ({})", issue.number, issue.html_url);
    transition::revise(app, &id.to_string(), "issue", &flags, |context| {
        let named = context.subject.prd.issue.as_deref().and_then(crate::domain::github::issue::number);
        if named == Some(issue.number) {
            return Ok(context.subject.text.to_owned());
        }
        Ok(field::set_field(context.subject.text, &FieldName::Issue, &value)?)
    })
    .map(drop)
}

/// What waits, for a report.
pub(super) fn listed(outbox: &Outbox) -> Vec<WaitingEntry> {
    let (waiting, _) = outbox.all();
    waiting
        .into_iter()
        .map(|waiting| WaitingEntry {
            wants: match waiting.entry.kind {
                OutboxKind::CreateIssue => "create-issue".to_owned(),
                OutboxKind::UpdateIssue => "update-issue".to_owned(),
            },
            name: waiting.name,
            id: waiting.entry.prd,
            queued: waiting.entry.queued,
            tries: waiting.attempts.tries,
            last_error: waiting.attempts.last_error,
        })
        .collect()
}
