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
use super::issues::{Desk, Known, Task};
use super::notifying;
use super::relations::{self, Relatives};
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
use crate::io::github::kinds::{Issue, Repository};
use crate::io::github::outbox::{Attempts, Outbox, Waiting};
use crate::io::github::port::{Failure, Port, Why};

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
    let mut told = notifying::send(app, false);
    told.extend(github_after_transition(app, queued));
    told
}

fn github_after_transition(app: &App, queued: bool) -> Vec<String> {
    match send(app, AFTER_TRANSITION, Which::Untried) {
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
    let failed = sending.waiting.iter().filter(|_| queued);
    if let Some((entry, why)) = failed.filter_map(|entry| Some((entry, entry.last_error.as_ref()?))).next() {
        notes.push(if entry.refused {
            format!("GitHub is not told of {}: {why}; prd outbox", entry.id)
        } else {
            format!("GitHub is told later: {why}; prd outbox")
        });
    }
    notes
}

/// What of the outbox is sent.
#[derive(Debug, Clone, Copy)]
pub(super) enum Which<'a> {
    /// All but what GitHub refused before.
    Untried,
    /// All of it.
    All,
    /// All of one PRD.
    Of(&'a PrdId),
}

impl Which<'_> {
    /// True where the entries of one PRD are sent; they go together or not at all.
    fn has(self, app: &App, entries: &[Waiting]) -> bool {
        entries.iter().all(|entry| is_due(app, entry))
            && match self {
                Self::Untried => entries.iter().all(|entry| !entry.attempts.refused),
                Self::All => true,
                Self::Of(id) => entries.iter().all(|entry| entry.entry.prd == *id),
            }
    }
}

/// Sends what waits.
pub(super) fn send(app: &App, limit: Duration, which: Which<'_>) -> Result<Sending, CommandError> {
    let outbox = Outbox::of(&session::open_git(app)?.private_dir());
    let waits = || outbox.all().0.into_iter().filter(|entry| entry.entry.kind.is_for_github());
    if waits().next().is_none() {
        return Ok(Sending::default());
    }
    let session = Session::open(app)?;
    let access = session.github(app)?;
    access.require_token()?;
    let Some(_turn) = outbox.turn(limit)? else {
        return Err(CommandError::outside("another prd of this clone is talking to GitHub"));
    };
    let mut groups: BTreeMap<PrdId, Vec<Waiting>> = BTreeMap::new();
    for entry in waits() {
        groups.entry(entry.entry.prd.clone()).or_default().push(entry);
    }
    groups.retain(|_, entries| which.has(app, entries));
    let mut sending = Sending::default();
    if !groups.is_empty() {
        match open_desk(app, &session, &access, &outbox, Some(limit)) {
            Ok(desk) => {
                let reading = session.read()?;
                Round { app, session: &session, reading: &reading, outbox: &outbox, desk: &desk }
                    .send(groups, &mut sending)?;
            }
            Err(Opening::Failed(failure)) => {
                let mut entries = groups.values().flatten();
                entries.try_for_each(|entry| note_failure(app, &outbox, entry, &failure))?;
            }
            Err(Opening::Broken(error)) => return Err(error),
        }
    }
    sending.waiting = listed(&outbox);
    sending.waiting.retain(|entry| entry.wants != OutboxKind::NotifySlack.name());
    Ok(sending)
}

/// GitHub may have asked to wait.
pub(super) fn is_due(app: &App, waiting: &Waiting) -> bool {
    let time =
        waiting.attempts.not_before.as_deref().and_then(|text| DateTime::parse_from_rfc3339(text).ok());
    time.is_none_or(|time| time <= app.env.now)
}

/// Why nothing could be told.
enum Opening {
    Failed(Failure),
    Broken(CommandError),
}

/// The repository, to be written to at leisure: named first where this clone never wrote to it. It need not have
/// issues.
pub(super) fn writing_desk<'a>(
    app: &App,
    session: &'a Session,
    access: &Access,
) -> Result<Desk<'a>, CommandError> {
    match open_desk(app, session, access, &session.outbox(), None) {
        Ok(desk) => Ok(desk),
        Err(Opening::Failed(failure)) => Err(failure.into()),
        Err(Opening::Broken(error)) => Err(error),
    }
}

/// The repository, to look at its issues at leisure.
pub(super) fn reading_desk<'a>(
    app: &App,
    session: &'a Session,
    access: &Access,
) -> Result<Desk<'a>, CommandError> {
    let (desk, repository) = opened(app, session, access, AT_LEISURE)?;
    require_issues(&repository)?;
    Ok(desk)
}

fn refuse(repository: &Repository, status: u16, message: &str) -> Failure {
    Failure {
        doing: format!("write to {}", repository.full_name),
        why: Why::Refused { status, message: message.to_owned() },
    }
}

fn require_issues(repository: &Repository) -> Result<(), Failure> {
    if repository.has_issues { Ok(()) } else { Err(refuse(repository, 410, "issues are switched off")) }
}

/// Looks at the repository.
fn opened<'a>(
    app: &App,
    session: &'a Session,
    access: &Access,
    limit: Duration,
) -> Result<(Desk<'a>, Repository), Failure> {
    let api = access.api(limit);
    let repository = api.repository()?;
    if repository.archived {
        return Err(refuse(&repository, 403, "the repository is archived"));
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

/// With a limit it is for issues, which the repository must have then.
fn open_desk<'a>(
    app: &App,
    session: &'a Session,
    access: &Access,
    outbox: &Outbox,
    for_issues: Option<Duration>,
) -> Result<Desk<'a>, Opening> {
    let limit = for_issues.unwrap_or(AT_LEISURE);
    let (desk, repository) = opened(app, session, access, limit).map_err(Opening::Failed)?;
    if for_issues.is_some() {
        require_issues(&repository).map_err(Opening::Failed)?;
    }
    let name = format!("{}/{}", access.place.host, repository.full_name);
    if !outbox.knows(&name) {
        app.console.warn_lines(&format!(
            "this clone writes to GitHub for the first time: to {} on {}",
            repository.full_name, access.place.host
        ));
        outbox.remember(&name).map_err(|error| Opening::Broken(error.into()))?;
    }
    Ok(desk)
}

/// One pass over what waits.
struct Round<'a> {
    app: &'a App,
    session: &'a Session,
    reading: &'a Reading,
    outbox: &'a Outbox,
    desk: &'a Desk<'a>,
}

impl Round<'_> {
    /// The PRD that waited longest goes first, but after those that it depends on: their issues are named in its own.
    fn send(
        &self,
        mut groups: BTreeMap<PrdId, Vec<Waiting>>,
        sending: &mut Sending,
    ) -> Result<(), CommandError> {
        sending.repository = Some(self.desk.name());
        let graph = self.reading.graph(self.session.config());
        let mut known = Known::of(self.reading);
        let mut ids: Vec<PrdId> = groups.keys().cloned().collect();
        ids.sort_by_key(|id| {
            groups.get(id).and_then(|entries| entries.first()).map(|entry| entry.name.clone())
        });
        for id in relations::prerequisites_first(&graph, &ids) {
            let entries = groups.remove(&id).unwrap_or_default();
            let (Some(prd), Some(first)) = (self.reading.portfolio.find(&id), entries.first()) else {
                entries.iter().try_for_each(|entry| note_gone(self.outbox, entry))?;
                continue;
            };
            let text = self.session.text(&prd.path)?;
            let task = Task {
                prd,
                wanted: super::issues::wanted(self.session, self.reading, prd, &text, &known),
                relatives: Relatives::of(&graph, &id, &known),
                entries: &entries,
                since: looked_back(self.reading, &id, first),
            };
            match self.desk.tell(&task) {
                Ok(told) => {
                    if let Some(told) = &told {
                        record(self.app, &id, &told.issue)?;
                        known.learn(&id, told.issue.number);
                    }
                    entries.iter().try_for_each(|entry| self.outbox.remove(&entry.name))?;
                    if let Some(told) = told {
                        sending.notes.extend(told.notes);
                        let Issue { number, html_url, .. } = told.issue;
                        sending.issues.push(SentIssue {
                            id,
                            issue: number,
                            url: html_url,
                            created: told.created,
                        });
                    }
                }
                Err(failure) => {
                    entries
                        .iter()
                        .try_for_each(|entry| note_failure(self.app, self.outbox, entry, &failure))?;
                    // What hits one request hits the next: no connection, no time, no right.
                    if failure.is_passing() || matches!(failure.status(), Some(401 | 403)) {
                        break;
                    }
                }
            }
        }
        sending.notes.extend(self.lacking()?);
        Ok(())
    }

    /// What the repository's GitHub does not know, said once by each clone.
    fn lacking(&self) -> Result<Vec<String>, CommandError> {
        let mut notes = Vec::new();
        for name in self.desk.lacking.names() {
            let key = format!("without {name}: {}", self.desk.name());
            if !self.outbox.knows(&key) {
                self.outbox.remember(&key)?;
                notes.push(format!("{} offers no {name}: they are left out", self.desk.name()));
            }
        }
        Ok(notes)
    }
}

/// The time from which on an issue of a PRD can be: no clone queues one before the approval. Without one, always.
fn looked_back(reading: &Reading, id: &PrdId, first: &Waiting) -> Option<String> {
    let approved: DateTime<FixedOffset> = reading.records.last(id, Transition::Approve)?.time;
    let queued = DateTime::parse_from_rfc3339(&first.entry.queued).ok()?;
    let since = approved.min(queued).to_utc() - SKEW;
    Some(since.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
}

fn note_failure(app: &App, outbox: &Outbox, entry: &Waiting, failure: &Failure) -> Result<(), CommandError> {
    let not_before = match failure.why {
        Why::Limited { wait } => {
            let wait = TimeDelta::try_seconds(i64::try_from(wait).unwrap_or(3600)).unwrap_or_default();
            Some((app.env.now + wait).to_rfc3339())
        }
        Why::Connection(_)
        | Why::Time
        | Why::Refused { .. }
        | Why::Gone
        | Why::Server { .. }
        | Why::Answer(_) => None,
    };
    let mut entry = entry.clone();
    entry.attempts = Attempts {
        tries: entry.attempts.tries.saturating_add(1),
        last_error: Some(failure.to_string()),
        // A token is the user's, not the entry's: with another one it goes.
        refused: !failure.is_passing() && failure.status() != Some(401),
        way_out: way_out(failure, &entry),
        not_before,
    };
    Ok(outbox.save(&entry)?)
}

/// What a user can do about a refusal.
fn way_out(failure: &Failure, entry: &Waiting) -> Option<String> {
    let way = match &failure.why {
        Why::Gone => {
            let id = &entry.entry.prd;
            return Some(format!("take the field `GitHub Issue` out of {id}, then prd issue {id}"));
        }
        Why::Refused { status: 401, .. } => return Some("gh auth login, or set GH_TOKEN".to_owned()),
        Why::Refused { status: 403 | 404, .. } => {
            "let the token read and write issues of that repository, where it is not archived"
        }
        Why::Refused { status: 410, .. } => "switch issues on in the repository's settings",
        Why::Refused { .. } => "mend what GitHub names",
        Why::Connection(_) | Why::Time | Why::Limited { .. } | Why::Server { .. } | Why::Answer(_) => {
            return None;
        }
    };
    Some(format!("{way}, then prd outbox retry; or prd outbox drop {}", entry.name))
}

/// An entry of a PRD that is not here.
fn note_gone(outbox: &Outbox, entry: &Waiting) -> Result<(), CommandError> {
    let mut entry = entry.clone();
    let id = &entry.entry.prd;
    entry.attempts.last_error = Some(format!("there is no {id} here"));
    entry.attempts.way_out =
        Some(format!("bring {id} back, then prd outbox retry; or prd outbox drop {}", entry.name));
    entry.attempts.refused = true;
    Ok(outbox.save(&entry)?)
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

/// What GitHub is to be told, and what Slack, for a report.
pub(super) fn listed(outbox: &Outbox) -> Vec<WaitingEntry> {
    let (waiting, _) = outbox.all();
    waiting
        .into_iter()
        .map(|waiting| WaitingEntry {
            wants: waiting.entry.kind.name().to_owned(),
            refused: waiting.attempts.refused,
            way_out: waiting.attempts.way_out,
            name: waiting.name,
            id: waiting.entry.prd,
            queued: waiting.entry.queued,
            tries: waiting.attempts.tries,
            last_error: waiting.attempts.last_error,
        })
        .collect()
}
