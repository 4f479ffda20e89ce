//! Where a PRD and its issue differ, and which of the two is changed.

use super::issue::{self, Closing, Wanted};
use super::region;
use crate::domain::model::checklist::{BoxState, ItemKind};
use crate::domain::model::prd::Prd;
use crate::domain::model::state::State;
use crate::domain::report::github::Difference;

/// An issue as it was read.
#[derive(Debug, Clone, Copy)]
pub struct Theirs<'a> {
    /// Its number.
    pub number: u64,
    /// Its title.
    pub title: &'a str,
    /// Its text.
    pub text: &'a str,
    /// True where it is open.
    pub is_open: bool,
    /// True where it has a milestone.
    pub has_milestone: bool,
    /// Labels of ours that it lacks.
    pub missing_labels: &'a [String],
    /// Labels of ours that it should not have.
    pub surplus_labels: &'a [String],
    /// Links to other issues that it lacks, as GitHub counts: which kind, how many are wanted, how many are there.
    pub missing_links: &'a [(&'static str, usize, u64)],
}

/// An issue that is not there.
#[must_use]
pub fn missing(prd: &Prd, number: u64) -> Difference {
    let hint = format!("take the field `GitHub Issue` out of {}, then prd issue {}", prd.path, prd.id);
    difference(prd, number, "missing", format!("#{number}"), "no such issue".to_owned(), Some(hint))
}

/// Whether the issue of a PRD is to be opened or closed. One that somebody closed before the PRD is complete stays
/// closed: its pull request may have done that.
#[must_use]
pub fn closing(prd: &Prd, is_open: bool) -> Option<Closing> {
    match prd.state {
        State::Complete if is_open => Some(Closing::Completed),
        State::Archived if is_open => Some(Closing::NotPlanned),
        State::Complete
        | State::Archived
        | State::Draft
        | State::Review
        | State::Ready
        | State::InProgress => None,
    }
}

/// Everything that differs.
#[must_use]
pub fn between(prd: &Prd, wanted: &Wanted, theirs: &Theirs<'_>) -> Vec<Difference> {
    let number = theirs.number;
    let mut found = Vec::new();
    let mut add = |what: &str, ours: String, github: String, hint: Option<String>| {
        found.push(difference(prd, number, what, ours, github, hint));
    };
    if theirs.title != wanted.title {
        add("title", wanted.title.clone(), theirs.title.to_owned(), None);
    }
    let merged = issue::merged(theirs.text, &prd.id, &wanted.content);
    if !region::is_same(theirs.text, &merged) {
        add("text", "the PRD's text".to_owned(), "another text between our markers".to_owned(), None);
    }
    if !(theirs.missing_labels.is_empty() && theirs.surplus_labels.is_empty()) {
        let without = |list: &[String]| if list.is_empty() { "–".to_owned() } else { list.join(", ") };
        add("labels", without(theirs.missing_labels), without(theirs.surplus_labels), None);
    }
    if let Some(title) = wanted.milestone.as_ref().filter(|_| !theirs.has_milestone) {
        add("milestone", title.clone(), "none".to_owned(), None);
    }
    for (kind, wanted, there) in theirs.missing_links {
        add(kind, wanted.to_string(), there.to_string(), None);
    }
    let is_over = matches!(prd.state, State::Complete | State::Archived);
    if is_over && theirs.is_open {
        add("state", prd.state.to_string(), "open".to_owned(), None);
    } else if !is_over && !theirs.is_open {
        let hint = if prd.state == State::InProgress {
            format!("prd complete {}, or open the issue again", prd.id)
        } else {
            "open the issue again, or archive the PRD".to_owned()
        };
        add("state", prd.state.to_string(), "closed".to_owned(), Some(hint));
    }
    let ticked = region::content(theirs.text, &prd.id).map(region::ticked).unwrap_or_default();
    for item in prd.checklist.items.iter().filter(|item| item.kind == ItemKind::Criterion) {
        let is_open = item.state != Some(BoxState::Done);
        if is_open && ticked.contains(&item.text.as_str()) {
            let hint = format!("tick it where it is done: prd edit {}", prd.id);
            add("ticks", format!("open: {}", item.text), "ticked".to_owned(), Some(hint));
        }
    }
    found
}

fn difference(
    prd: &Prd,
    issue: u64,
    what: &str,
    ours: String,
    github: String,
    hint: Option<String>,
) -> Difference {
    Difference { id: prd.id.clone(), issue, what: what.to_owned(), prd: ours, github, hint }
}
