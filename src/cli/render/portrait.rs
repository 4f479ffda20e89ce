//! The whole of one PRD for a person.

use std::fmt::Write as _;

use owo_colors::OwoColorize as _;

use super::{findings, history};
use crate::domain::model::checklist::BoxState;
use crate::domain::report::portrait::{Link, Portrait};

/// The portrait.
#[must_use]
pub fn text(portrait: &Portrait<'_>) -> String {
    let prd = portrait.prd;
    let mut text = format!("{} {}\n", prd.id.to_string().bold(), prd.title.bold());
    let progress =
        portrait.progress.map(|percent| format!("{percent}% (read from {})", portrait.progress_source));
    let day = |date: Option<chrono::NaiveDate>| date.map(|date| date.to_string());
    let rows: [(&str, Option<String>); 18] = [
        ("state", Some(prd.state.to_string())),
        ("file", Some(prd.path.to_string())),
        ("priority", prd.priority.map(|priority| priority.to_string())),
        ("team", (!prd.teams.is_empty()).then(|| joined(&prd.teams))),
        ("service", (!prd.services.is_empty()).then(|| prd.services.join(", "))),
        ("owner", prd.owner.clone()),
        ("created", day(prd.created)),
        ("started", day(prd.started)),
        ("completed", day(prd.completed)),
        ("target", day(prd.target)),
        ("milestone", prd.milestone.clone()),
        ("estimate", prd.estimate.as_ref().map(ToString::to_string)),
        ("remaining", prd.remaining.as_ref().map(ToString::to_string)),
        ("progress", progress),
        ("branch", prd.branch.clone()),
        ("worktree", prd.worktree.clone()),
        ("issue", prd.issue.clone()),
        ("blocked", prd.blocked.clone()),
    ];
    for (name, value) in rows.into_iter().filter_map(|(name, value)| Some((name, value?))) {
        let _ = writeln!(text, "  {name:<12}{value}");
    }
    links(&mut text, "depends on", &portrait.prerequisites);
    for external in &prd.external {
        let _ = writeln!(text, "  external    {}", external.text);
    }
    links(&mut text, "needed by", &portrait.dependents);
    checklist(&mut text, portrait);
    section(&mut text, "Findings", &portrait.findings.iter().map(findings::finding).collect::<String>());
    section(&mut text, "History", &history::lines(&portrait.history));
    text
}

fn joined(teams: &[crate::domain::model::people::TeamName]) -> String {
    let names: Vec<&str> = teams.iter().map(|team| team.as_str()).collect();
    if let [lead, others @ ..] = names.as_slice()
        && !others.is_empty()
    {
        return format!("{lead} (lead), {}", others.join(", "));
    }
    names.join(", ")
}

fn links(text: &mut String, name: &str, links: &[Link]) {
    for (at, link) in links.iter().enumerate() {
        let mark = if link.met { "✓".green().to_string() } else { "·".yellow().to_string() };
        let label = if at == 0 { name } else { "" };
        let _ =
            write!(text, "  {label:<12}{mark} {} {} ({}, {})", link.id, link.title, link.kind, link.state);
        if let Some(reason) = &link.reason {
            let _ = write!(text, " — {reason}");
        }
        text.push('\n');
    }
}

fn checklist(text: &mut String, portrait: &Portrait<'_>) {
    let mut lines = String::new();
    for item in portrait.prd.checklist.counted() {
        let mark = match item.state {
            Some(BoxState::Done) => "[x]",
            Some(BoxState::Begun) => "[~]",
            Some(BoxState::Open) | None => "[ ]",
        };
        let _ = writeln!(lines, "  {mark} {}", item.text);
    }
    section(text, "Check list", &lines);
}

fn section(text: &mut String, title: &str, body: &str) {
    if !body.is_empty() {
        let _ = write!(text, "\n{}\n{body}", title.bold());
    }
}
