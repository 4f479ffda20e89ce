//! What the commands that talk to GitHub answer.

use std::fmt::Write as _;

use crate::domain::config::problem::printable;
use crate::domain::report::github::{
    AuthStatus, IssuePreview, MergeReport, OutboxReport, PullReport, Sending, SyncReport, WaitingEntry,
};

/// The repository, the account and the token's source.
#[must_use]
pub fn auth_status(status: &AuthStatus) -> String {
    let mut text = format!(
        "{} on {} as {} (token of {})\n",
        printable(&status.repository),
        printable(&status.host),
        printable(&status.login),
        status.token_from
    );
    let _ = writeln!(text, "api: {}", printable(&status.api_url));
    if let Some(name) = &status.moved_to {
        let _ = writeln!(text, "the repository moved: it is {} now", printable(name));
    }
    if !status.has_issues {
        text.push_str("issues are switched off there\n");
    }
    if status.archived {
        text.push_str("the repository is archived: nothing can be written\n");
    }
    text
}

/// What was told, and what waits.
#[must_use]
pub fn sending(sending: &Sending) -> String {
    let mut text = String::new();
    for sent in &sending.issues {
        let what = if sent.created { "new issue" } else { "issue" };
        let _ = writeln!(text, "{} {what} #{}  {}", sent.id, sent.issue, printable(&sent.url));
    }
    for note in &sending.notes {
        let _ = writeln!(text, "note: {}", printable(note));
    }
    for entry in &sending.waiting {
        text.push_str(&waiting(entry));
    }
    if text.is_empty() {
        text.push_str("Nothing waits to be told to GitHub.\n");
    }
    text
}

/// The entries of the outbox.
#[must_use]
pub fn outbox(report: &OutboxReport) -> String {
    let mut text: String = report.entries.iter().map(waiting).collect();
    for file in &report.unreadable {
        let _ = writeln!(text, "no entry: {}", printable(file));
    }
    if text.is_empty() {
        text.push_str("Nothing waits to be told to GitHub.\n");
    }
    text
}

fn waiting(entry: &WaitingEntry) -> String {
    let what = if entry.refused { "refused" } else { "waits" };
    let mut text = format!("{} {what}: {} ({}, tried {})\n", entry.id, entry.wants, entry.name, entry.tries);
    for line in entry.last_error.iter().chain(&entry.way_out) {
        let _ = writeln!(text, "  {}", printable(line));
    }
    text
}

/// What an issue would be.
#[must_use]
pub fn preview(preview: &IssuePreview) -> String {
    let mut text = format!("{}\n", printable(&preview.title));
    let rows = [
        ("issue", preview.issue.map(|number| format!("#{number}")).unwrap_or_default()),
        ("labels", preview.labels.join(", ")),
        ("assign", preview.assignees.join(", ")),
        ("milestone", preview.milestone.clone().unwrap_or_default()),
    ];
    for (name, value) in rows.into_iter().filter(|(_, value)| !value.is_empty()) {
        let _ = writeln!(text, "  {name:<10}{}", printable(&value));
    }
    let _ = writeln!(text);
    for line in preview.body.lines() {
        let _ = writeln!(text, "{}", printable(line));
    }
    for note in &preview.notes {
        let _ = writeln!(text, "note: {}", printable(note));
    }
    text
}

/// What was sent, and where PRDs and issues differ.
#[must_use]
pub fn sync(report: &SyncReport) -> String {
    let sent = &report.sent;
    let is_quiet = sent.issues.is_empty() && sent.notes.is_empty() && sent.waiting.is_empty();
    let mut text = if is_quiet { String::new() } else { sending(sent) };
    for difference in &report.differences {
        let mended = report.applied && difference.hint.is_none();
        let _ = writeln!(
            text,
            "{} #{} {}{}: {} | GitHub: {}",
            difference.id,
            difference.issue,
            difference.what,
            if mended { " (mended)" } else { "" },
            printable(&difference.prd),
            printable(&difference.github)
        );
        if let Some(hint) = &difference.hint {
            let _ = writeln!(text, "  {}", printable(hint));
        }
    }
    let _ = writeln!(
        text,
        "{} issue{} compared, {} difference{}",
        report.compared,
        if report.compared == 1 { "" } else { "s" },
        report.differences.len(),
        if report.differences.len() == 1 { "" } else { "s" }
    );
    text
}

/// The pull request of a PRD.
#[must_use]
pub fn pull(report: &PullReport) -> String {
    let what = if report.created { "new pull request" } else { "pull request" };
    let mut text = format!("{} {what} #{}  {}\n", report.id, report.pull_request, printable(&report.url));
    let _ = writeln!(text, "  branch   {}", printable(&report.branch));
    for note in &report.notes {
        let _ = writeln!(text, "note: {}", printable(note));
    }
    text
}

/// The pull request that was merged, and what comes next.
#[must_use]
pub fn merged(report: &MergeReport) -> String {
    let mut text =
        format!("{} pull request #{}  {}\n", report.id, report.pull_request, printable(&report.url));
    let _ = match &report.commit {
        Some(commit) => writeln!(text, "  merged   by {} as {}", report.strategy, printable(commit)),
        None => writeln!(text, "  merged   before"),
    };
    let _ = writeln!(text, "next: prd complete {}, once the home branch has it: git pull", report.id);
    text
}
