//! What the issue of a PRD says, made of the PRD and the configuration alone.

use std::fmt::Write as _;

use super::labels;
use super::region;
use crate::domain::config::schema::Config;
use crate::domain::lifecycle::event::{ArchiveReason, Event};
use crate::domain::lifecycle::table::Transition;
use crate::domain::markdown::outline::Outline;
use crate::domain::model::checklist::{BoxState, ItemKind};
use crate::domain::model::id::PrdId;
use crate::domain::model::line::one_line;
use crate::domain::model::prd::Prd;
use crate::domain::model::state::State;

/// GitHub takes texts below this number of characters.
const BODY_LIMIT: usize = 65_536;

/// What people may add to a text of ours before it would have to be shortened.
const ROOM_FOR_PEOPLE: usize = 16_384;

/// GitHub takes titles of this number of characters.
const TITLE_LIMIT: usize = 256;

/// A PRD that others depend on, as an issue names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prerequisite {
    /// The PRD.
    pub id: PrdId,
    /// Its title, where it is known.
    pub title: Option<String>,
    /// The number of its issue.
    pub issue: Option<u64>,
}

/// What an issue is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The title.
    pub title: String,
    /// Our part of the text, without markers.
    pub content: String,
    /// The labels that are ours.
    pub labels: Vec<String>,
    /// Whom to assign when the issue is made.
    pub assignees: Vec<String>,
    /// The title of its milestone.
    pub milestone: Option<String>,
    /// What could not be had, for the user.
    pub notes: Vec<String>,
}

/// The issue of a PRD.
#[must_use]
pub fn wanted(
    prd: &Prd,
    text: &str,
    config: &Config,
    has_contract: bool,
    prerequisites: &[Prerequisite],
) -> Wanted {
    let github = &config.prd_workflow.github;
    let mut notes = Vec::new();
    let labels = labels::of(prd, config, has_contract, &mut notes);
    let assignees = if github.auto_assign { assignees(prd, config) } else { Vec::new() };
    if github.auto_assign && assignees.is_empty() {
        notes.push(format!(
            "nobody is assigned: neither the owner of {} nor a lead of its team is a GitHub login",
            prd.id
        ));
    }
    let milestone = prd.milestone.as_deref().map(one_line).filter(|title| !title.is_empty());
    Wanted {
        title: title(prd),
        content: content(prd, text, prerequisites),
        labels,
        assignees,
        milestone: milestone.filter(|_| github.milestone_tracking),
        notes,
    }
}

/// `SVC-128: Checkout Service Extraction`, on one line and not too long.
#[must_use]
pub fn title(prd: &Prd) -> String {
    shortened(&format!("{}: {}", prd.id, one_line(&prd.title)), TITLE_LIMIT)
}

fn shortened(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(limit.saturating_sub(1)).collect();
    short.push('…');
    short
}

/// A text of the PRD in which no comment can pass for a marker.
fn harmless(text: &str) -> String {
    text.replace("<!--", "&lt;!--")
}

/// Our part of the text; never longer than what GitHub takes with room for the people's words.
fn content(prd: &Prd, text: &str, prerequisites: &[Prerequisite]) -> String {
    let limit = BODY_LIMIT - ROOM_FOR_PEOPLE;
    let mut parts = vec![shortened(&harmless(&summary(text)), limit / 2), header(prd)];
    parts.push(criteria(prd, limit / 4));
    if !prerequisites.is_empty() {
        let mut list = "### Depends on\n\n".to_owned();
        for other in prerequisites.iter().take(100) {
            let title = other.title.as_deref().map(|title| format!(": {}", cell(title))).unwrap_or_default();
            let issue = other.issue.map(|number| format!(" (#{number})")).unwrap_or_default();
            let _ = writeln!(list, "- {}{title}{issue}", other.id);
        }
        parts.push(list);
    }
    parts.push(format!("`{}`", prd.path));
    parts.retain(|part| !part.trim().is_empty());
    shortened(&parts.iter().map(|part| part.trim()).collect::<Vec<_>>().join("\n\n"), limit)
}

/// The executive summary, else the first section that has a text.
fn summary(text: &str) -> String {
    let outline = Outline::parse(text);
    let of = |heading: &crate::domain::markdown::outline::Heading| {
        let section = text.get(heading.section.clone()).unwrap_or_default();
        let own = text.get(heading.span.clone()).unwrap_or_default();
        section.strip_prefix(own).unwrap_or(section).trim().to_owned()
    };
    let sections = || outline.headings.iter().filter(|heading| heading.level > 1);
    let is_summary = |name: &str| {
        let name = name.to_lowercase();
        ["summary", "overview", "abstract"].iter().any(|word| name.contains(word))
    };
    sections()
        .filter(|heading| is_summary(&heading.text))
        .chain(sections())
        .map(of)
        .find(|section| !section.is_empty())
        .unwrap_or_default()
}

/// The header fields that tell a reader of the issue something, as a table.
fn header(prd: &Prd) -> String {
    let teams = prd.teams.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let of = |value: Option<String>| value.filter(|value| !value.trim().is_empty());
    let field = |name: &str| {
        let name = crate::domain::model::field::FieldName::fold(name);
        prd.field(&name).map(|field| field.value.clone())
    };
    let rows = [
        ("Priority", of(prd.priority.map(|priority| priority.name().to_owned()))),
        ("Type", of(field("type"))),
        ("Teams", of(Some(teams))),
        ("Services", of(Some(prd.services.join(", ")))),
        ("Owner", of(prd.owner.clone())),
        ("Estimate", of(field("estimate"))),
        ("Target", of(prd.target.map(|day| day.to_string()))),
        ("Milestone", of(prd.milestone.clone())),
    ];
    let mut table = String::new();
    for (name, value) in rows.into_iter().filter_map(|(name, value)| Some((name, value?))) {
        if table.is_empty() {
            table.push_str("| | |\n| --- | --- |\n");
        }
        let _ = writeln!(table, "| {name} | {} |", cell(&value));
    }
    table
}

/// A value inside a table or a list: one line without what would end it.
fn cell(text: &str) -> String {
    shortened(&harmless(&one_line(text)).replace('|', "\\|"), 300)
}

fn criteria(prd: &Prd, limit: usize) -> String {
    let mut list = String::new();
    let mut left_out = 0_usize;
    for item in prd.checklist.items.iter().filter(|item| item.kind == ItemKind::Criterion) {
        let mark = if item.state == Some(BoxState::Done) { 'x' } else { ' ' };
        let line = format!("- [{mark}] {}\n", shortened(&harmless(&one_line(&item.text)), 1000));
        if list.chars().count() + line.chars().count() > limit {
            left_out += 1;
        } else {
            list.push_str(&line);
        }
    }
    if list.is_empty() {
        return list;
    }
    if left_out > 0 {
        let _ = writeln!(list, "\n{left_out} more are in the file.");
    }
    format!("### Acceptance criteria\n\n{list}")
}

/// The logins to assign: the owner's, else those of the leads of the PRD's teams.
fn assignees(prd: &Prd, config: &Config) -> Vec<String> {
    if let Some(owner) = prd.owner.as_deref().and_then(login) {
        return vec![owner];
    }
    let routed = config.prd_workflow.github.team_based_routing;
    let teams = prd.teams.iter().take(if routed { prd.teams.len() } else { 1 });
    let mut logins: Vec<String> =
        teams.filter_map(|team| labels::team(config, team)?.1.lead.as_deref().and_then(login)).collect();
    logins.dedup();
    logins
}

/// A text as a login of GitHub: `@ada`, `ada`. A name with a space is none.
pub(super) fn login(text: &str) -> Option<String> {
    let name = text.trim().trim_start_matches('@');
    let is_login = !name.is_empty()
        && name.len() <= 39
        && !name.starts_with('-')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    is_login.then(|| name.to_owned())
}

/// The text of an issue with our part in it: what somebody ticked there stays ticked.
#[must_use]
pub fn merged(old: &str, id: &PrdId, content: &str) -> String {
    let ours = region::content(old, id).map(region::ticked).unwrap_or_default();
    let mut content = content.to_owned();
    for text in ours {
        content = content.replace(&format!("- [ ] {text}\n"), &format!("- [x] {text}\n"));
    }
    let whole = region::put(old, id, &content);
    if whole.chars().count() < BODY_LIMIT {
        return whole;
    }
    // The people's words are kept and ours are shortened: the file has them.
    let excess = whole.chars().count() - BODY_LIMIT + 100;
    let keep = content.chars().count().saturating_sub(excess);
    region::put(old, id, &shortened(&content, keep))
}

/// Whether an issue is open after a transition, and why; `None` where the transition does not say.
#[must_use]
pub const fn closing(event: &Event) -> Option<Closing> {
    match event.event {
        Transition::Complete => Some(Closing::Completed),
        Transition::Archive => Some(match event.archived {
            Some(ArchiveReason::Completed) => Closing::Completed,
            _ => Closing::NotPlanned,
        }),
        Transition::Reopen | Transition::Restore => Some(match event.to {
            Some(State::Complete) => Closing::Completed,
            _ => Closing::Open,
        }),
        Transition::New
        | Transition::Review
        | Transition::Reject
        | Transition::Approve
        | Transition::Start
        | Transition::Pause => None,
    }
}

/// Whether an issue is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closing {
    /// It is open.
    Open,
    /// It is closed: done.
    Completed,
    /// It is closed: it will not be done.
    NotPlanned,
}

/// The marker of the comment on an event: no two events of a PRD have the same.
#[must_use]
pub fn comment_marker(event: &Event) -> String {
    format!("<!-- prd-event:{}:{}:{} -->", event.prd.canonical(), event.event, event.time.to_rfc3339())
}

/// The comment on an event.
#[must_use]
pub fn comment(event: &Event) -> String {
    let (from, to) = (event.from.map(State::name), event.to.map(State::name));
    let mut text = format!("**{}**", event.event);
    if let (Some(from), Some(to)) = (from, to) {
        let _ = write!(text, ": {from} → {to}");
    }
    let _ = write!(text, " by {}", cell(event.acting_as.as_deref().unwrap_or(&event.actor.name)));
    if let Some(by) = &event.superseded_by {
        let _ = write!(text, "; {by} does its work now");
    }
    if let Some(reason) = &event.reason {
        let _ = write!(text, "\n\n> {}", shortened(&harmless(&one_line(reason)), 2000));
    }
    let _ = write!(text, "\n\n{}", comment_marker(event));
    text
}

/// The number of the issue that the field `GitHub Issue` names: `#42 (url)`, `42`, a URL.
#[must_use]
pub fn number(field: &str) -> Option<u64> {
    let text = field.trim();
    let digits = |text: &str| -> Option<u64> {
        let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok().filter(|number| *number > 0)
    };
    let text = text.trim_start_matches('[');
    if let Some((_, rest)) = text.split_once("/issues/") {
        return digits(rest);
    }
    digits(text.trim_start_matches('#'))
}
