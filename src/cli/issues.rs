//! Making the issues of PRDs what they are to be, one step after the other, each of which may be done twice.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use super::relations::{Lacking, Relatives};
use super::reviewing;
use super::session::{Reading, Session};
use crate::domain::config::schema::Config;
use crate::domain::github::issue::{self, Closing, Prerequisite, Wanted};
use crate::domain::github::{labels, region};
use crate::domain::lifecycle::event::Event;
use crate::domain::lifecycle::plan::OutboxKind;
use crate::domain::model::id::PrdId;
use crate::domain::model::prd::Prd;
use crate::io::github::api::Api;
use crate::io::github::kinds::{Issue, IssueChange, IssueState, Milestone, NewIssue, StateReason};
use crate::io::github::outbox::Waiting;
use crate::io::github::port::{Failure, Port};

/// A repository at work, with what was read of it once.
pub(super) struct Desk<'a> {
    port: Api,
    config: &'a Config,
    labels: OnceCell<Vec<String>>,
    milestones: OnceCell<Vec<Milestone>>,
    pub(super) lacking: Lacking,
}

/// What an issue is to be told.
pub(super) struct Task<'a> {
    pub(super) prd: &'a Prd,
    pub(super) wanted: Wanted,
    pub(super) relatives: Relatives,
    pub(super) entries: &'a [Waiting],
    /// The time from which on the issue can be there.
    pub(super) since: Option<String>,
}

impl Task<'_> {
    fn creates(&self) -> bool {
        self.entries.iter().any(|entry| entry.entry.kind == OutboxKind::CreateIssue)
    }
}

/// What came of telling.
pub(super) struct Told {
    pub(super) issue: Issue,
    pub(super) created: bool,
    pub(super) notes: Vec<String>,
}

/// The numbers of issues that PRDs are known to have.
pub(super) struct Known(BTreeMap<PrdId, u64>);

impl Known {
    /// As the PRDs' headers say.
    pub(super) fn of(reading: &Reading) -> Self {
        let numbers = reading.portfolio.prds().iter().filter_map(|prd| Some((prd.id.clone(), number(prd)?)));
        Self(numbers.collect())
    }

    pub(super) fn number(&self, id: &PrdId) -> Option<u64> {
        self.0.get(id).copied()
    }

    pub(super) fn learn(&mut self, id: &PrdId, number: u64) {
        self.0.insert(id.clone(), number);
    }
}

/// The number of a PRD's issue.
pub(super) fn number(prd: &Prd) -> Option<u64> {
    prd.issue.as_deref().and_then(issue::number)
}

/// What the issue of a PRD is to be.
pub(super) fn wanted(session: &Session, reading: &Reading, prd: &Prd, text: &str, known: &Known) -> Wanted {
    use crate::domain::model::dependency::Direction;
    let declared = prd.dependencies.iter().filter(|declared| declared.direction == Direction::DependsOn);
    let prerequisites: Vec<Prerequisite> = declared
        .map(|declared| {
            let other = reading.portfolio.find_meant(&declared.id).map(|(prd, _)| prd);
            let id = other.map_or(&declared.id, |prd| &prd.id).clone();
            let issue = known.number(&id);
            Prerequisite { id, title: other.map(|prd| prd.title.clone()), issue }
        })
        .collect();
    let is_published = reading.records.contract(&prd.id).is_some();
    let has_contract = is_published || reviewing::has_contract(session, prd, text);
    issue::wanted(prd, text, session.config(), has_contract, &prerequisites)
}

impl<'a> Desk<'a> {
    pub(super) fn new(port: Api, config: &'a Config) -> Self {
        let (labels, milestones) = (OnceCell::new(), OnceCell::new());
        Self { port, config, labels, milestones, lacking: Lacking::default() }
    }

    /// `owner/name`.
    pub(super) fn name(&self) -> String {
        self.port.name()
    }

    pub(super) const fn port(&self) -> &Api {
        &self.port
    }

    /// Makes a PRD's issue what it is to be and says what happened; `None` where there is none and none is wanted.
    pub(super) fn tell(&self, task: &Task<'_>) -> Result<Option<Told>, Failure> {
        let Task { prd, wanted, relatives, entries, .. } = task;
        let (creates, since) = (task.creates(), task.since.as_deref());
        let mut notes = Vec::new();
        let found = match number(prd) {
            Some(number) => Some(self.port.issue(number)?),
            None => self.marked(&prd.id, since)?.into_iter().next(),
        };
        let (mut issue, created) = match found {
            Some(issue) => (issue, false),
            None if creates => {
                notes.extend(wanted.notes.iter().cloned());
                (self.create(prd, wanted, since)?, true)
            }
            None => return Ok(None),
        };
        let events: Vec<&Event> = entries.iter().filter_map(|entry| entry.entry.event.as_ref()).collect();
        let closing = events.iter().rev().find_map(|event| issue::closing(event));
        issue = self.mend(prd, wanted, issue, closing)?;
        if creates && issue.assignees.is_empty() && !wanted.assignees.is_empty() {
            let assigned = self.port.assign(issue.number, &wanted.assignees)?;
            let is_in = |login: &&String| assigned.iter().any(|name| name.eq_ignore_ascii_case(login));
            for login in wanted.assignees.iter().filter(|login| !is_in(login)) {
                notes.push(format!("{} does not allow {login} as an assignee", self.port.name()));
            }
        }
        self.link(&issue, relatives, creates, &mut notes)?;
        self.comment(&issue, &events)?;
        Ok(Some(Told { issue, created, notes }))
    }

    /// The issues that carry a PRD's marker and were not closed as doubles, the oldest first.
    fn marked(&self, id: &PrdId, since: Option<&str>) -> Result<Vec<Issue>, Failure> {
        let mut issues = self.port.issues_since(since)?;
        issues.retain(|issue| {
            region::is_marked(issue.text(), id) && issue.state_reason.as_deref() != Some("duplicate")
        });
        Ok(issues)
    }

    /// Makes the issue. Where another clone made one at the same time, the older one stays and ours is closed.
    fn create(&self, prd: &Prd, wanted: &Wanted, since: Option<&str>) -> Result<Issue, Failure> {
        let milestone = self.milestone(wanted)?;
        self.require_labels(&wanted.labels)?;
        let made = self.port.create_issue(&NewIssue {
            title: wanted.title.clone(),
            body: region::wrapped(&prd.id, &wanted.content),
            labels: wanted.labels.clone(),
            milestone,
        })?;
        let first = self.marked(&prd.id, since)?.into_iter().next();
        let Some(first) = first.filter(|first| first.number < made.number) else { return Ok(made) };
        self.port.change_issue(
            made.number,
            &IssueChange {
                state: Some(IssueState::Closed),
                state_reason: Some(StateReason::Duplicate),
                duplicate_issue_id: Some(first.id),
                ..IssueChange::default()
            },
        )?;
        Ok(first)
    }

    /// Changes what differs and nothing else: an issue that is as it is to be gets no request.
    pub(super) fn mend(
        &self,
        prd: &Prd,
        wanted: &Wanted,
        issue: Issue,
        closing: Option<Closing>,
    ) -> Result<Issue, Failure> {
        let mut change = IssueChange::default();
        if issue.title != wanted.title {
            change.title = Some(wanted.title.clone());
        }
        let text = issue::merged(issue.text(), &prd.id, &wanted.content);
        if !region::is_same(issue.text(), &text) {
            change.body = Some(text);
        }
        if issue.milestone.is_none() {
            change.milestone = self.milestone(wanted)?;
        }
        let (state, reason) = match closing {
            Some(Closing::Open) => (IssueState::Open, StateReason::Reopened),
            Some(Closing::Completed) => (IssueState::Closed, StateReason::Completed),
            Some(Closing::NotPlanned) => (IssueState::Closed, StateReason::NotPlanned),
            None => (issue.state, StateReason::Reopened),
        };
        if issue.state != state {
            (change.state, change.state_reason) = (Some(state), Some(reason));
        }
        let (missing, surplus) = self.label_changes(wanted, &issue);
        let number = issue.number;
        let issue = if change.is_empty() { issue } else { self.port.change_issue(number, &change)? };
        if !missing.is_empty() {
            self.require_labels(&missing)?;
            self.port.add_labels(number, &missing)?;
        }
        surplus.iter().try_for_each(|label| self.port.remove_label(number, label))?;
        Ok(issue)
    }

    /// The labels that are missing, and those of ours that are too many.
    pub(super) fn label_changes(&self, wanted: &Wanted, issue: &Issue) -> (Vec<String>, Vec<String>) {
        let missing = wanted.labels.iter().filter(|label| !issue.has_label(label)).cloned().collect();
        let is_wanted =
            |name: &str| wanted.labels.iter().any(|label| label.to_lowercase() == name.to_lowercase());
        let names = issue.labels.iter().map(|label| &label.name);
        let surplus =
            names.filter(|name| labels::is_ours(name, self.config) && !is_wanted(name)).cloned().collect();
        (missing, surplus)
    }

    fn require_labels(&self, wanted: &[String]) -> Result<(), Failure> {
        let known = once(&self.labels, || self.port.labels())?;
        for name in wanted.iter().filter(|name| !known.iter().any(|label| label.eq_ignore_ascii_case(name))) {
            let (color, description) = labels::look(name);
            self.port.create_label(name, color, description)?;
        }
        Ok(())
    }

    /// The number of the milestone, which is made where it is missing; a closed one is taken as it is.
    fn milestone(&self, wanted: &Wanted) -> Result<Option<u64>, Failure> {
        let Some(title) = &wanted.milestone else { return Ok(None) };
        let known = once(&self.milestones, || self.port.milestones())?;
        if let Some(found) = known.iter().find(|milestone| milestone.title == *title) {
            return Ok(Some(found.number));
        }
        Ok(Some(self.port.create_milestone(title)?.number))
    }

    fn comment(&self, issue: &Issue, events: &[&Event]) -> Result<(), Failure> {
        let Some(first) = events.first() else { return Ok(()) };
        let since = (first.time.to_utc() - chrono::TimeDelta::hours(1))
            .to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        let there = self.port.comments_since(issue.number, &since)?;
        for event in events {
            let marker = issue::comment_marker(event);
            let is_there = |text: &String| text.contains(&marker);
            if !there.iter().any(|comment| comment.body.as_ref().is_some_and(is_there)) {
                self.port.comment(issue.number, &issue::comment(event))?;
            }
        }
        Ok(())
    }
}

fn once<T>(cell: &OnceCell<T>, read: impl FnOnce() -> Result<T, Failure>) -> Result<&T, Failure> {
    if let Some(value) = cell.get() {
        return Ok(value);
    }
    let value = read()?;
    Ok(cell.get_or_init(|| value))
}
