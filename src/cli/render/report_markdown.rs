//! The orchestration report as Markdown.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use super::escape::markdown;
use super::report_teams::{cross_team, milestones};
use super::tree::tree;
use crate::domain::model::dependency::DependencyKind;
use crate::domain::model::finding::Severity;
use crate::domain::model::id::PrdId;
use crate::domain::model::people::TeamName;
use crate::domain::model::state::State;
use crate::domain::orchestrate::health::Health;
use crate::domain::orchestrate::report::{ConflictLevel, EtaUnknown, PrdRow, Report, UnknownReason};
use crate::domain::orchestrate::wording::{date, duration, list};

/// The whole report; it ends with a line end.
#[must_use]
pub fn report_markdown(report: &Report) -> String {
    joined([head(report), active(report), graph(report), Some(after_the_graph(report))])
}

/// The sections that come after the graph; they end with a line end.
#[must_use]
pub fn after_the_graph(report: &Report) -> String {
    joined([
        critical_path(report),
        forecast(report),
        capacity(report),
        milestones(report),
        cross_team(report),
        conflicts(report),
        problems(report),
        recommendations(report),
        next_steps(report),
    ])
}

fn joined(sections: impl IntoIterator<Item = Option<String>>) -> String {
    let sections: Vec<String> = sections.into_iter().flatten().filter(|text| text != "\n").collect();
    let text = sections.iter().map(|section| section.trim_end()).collect::<Vec<_>>().join("\n\n");
    text + "\n"
}

pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// Active rows; drafts and reviews are there as prerequisites alone.
fn active_rows(report: &Report) -> impl Iterator<Item = &PrdRow> {
    report.prds.iter().filter(|row| row.state.is_active())
}

fn head(report: &Report) -> Option<String> {
    let mut parts = vec![date(report.as_of)];
    if let Some(workspace) = &report.workspace {
        parts.extend(workspace.name.as_deref().map(markdown));
        parts.push(count(workspace.repositories.len(), "repository", "repositories"));
    }
    let of = |state: State| report.prds.iter().filter(|row| row.state == state).count();
    parts.push(format!("{} in progress, {} ready", of(State::InProgress), of(State::Ready)));
    parts.push(count(report.teams.len(), "team", "teams"));
    for health in Health::ALL {
        let number = active_rows(report).filter(|row| row.health == Some(health)).count();
        if number > 0 {
            parts.push(format!("{} {number} {}", health.sign(), health.words().to_lowercase()));
        }
    }
    if let Some(path) = &report.critical_path
        && path.days > 0
    {
        parts.push(format!("{} to the end", duration(path.days)));
    }
    Some(format!("# Multi-Service Orchestration Report\n\n{}", parts.join(" · ")))
}

fn active(report: &Report) -> Option<String> {
    let mut teams: BTreeMap<(bool, Option<&TeamName>), Vec<&PrdRow>> = BTreeMap::new();
    for row in active_rows(report) {
        teams.entry((row.team.is_none(), row.team.as_ref())).or_default().push(row);
    }
    let mut blocks = vec![format!("## Active PRDs ({})", active_rows(report).count())];
    let mut number = 0;
    for ((_, team), rows) in teams {
        blocks.push(format!("### Team: {}", team.map_or("none".to_owned(), |team| markdown(team.as_str()))));
        for row in rows {
            number += 1;
            blocks.push(item(report, row, number));
        }
    }
    if number == 0 {
        blocks.push("Nothing is ready or in progress.".to_owned());
    }
    Some(blocks.join("\n\n"))
}

fn item(report: &Report, row: &PrdRow, number: usize) -> String {
    let indent = " ".repeat(number.to_string().len() + 2);
    let mut lines = vec![format!(
        "{number}. **{}**: {} ({}% complete)",
        markdown(&row.id.to_string()),
        markdown(&row.service),
        row.progress
    )];
    let reason = row.health_text.as_ref().map_or(String::new(), |text| format!(": {}", markdown(text)));
    let status = match row.health {
        Some(health) => format!("{health}{reason}"),
        None => row.state.to_string(),
    };
    if let Some(repository) = &row.repository {
        lines.push(format!("{indent}- Repository: {}", markdown(repository.as_str())));
    }
    lines.push(format!("{indent}- Status: {status}"));
    let blockers = match row.blockers.as_slice() {
        [] => "None".to_owned(),
        several => {
            let begun = row.state == State::InProgress && several.iter().any(|blocker| blocker.id.is_some());
            let early = if begun { " (begun early)" } else { "" };
            format!("{}{early}", list(several.iter().map(|blocker| markdown(&blocker.text))))
        }
    };
    lines.push(format!("{indent}- Blockers: {blockers}"));
    if let Some(eta) = eta(report, row) {
        lines.push(format!("{indent}- ETA: {eta}"));
    }
    lines.join("\n")
}

/// `3 weeks, Fri 2025-06-20 (delayed 1 week)`; `None` without a schedule.
fn eta(report: &Report, row: &PrdRow) -> Option<String> {
    if let Some(unknown) = &row.eta_unknown {
        return Some(format!("unknown, {}", why(row, unknown)));
    }
    let finish = row.finish_day?;
    let when = if finish == 0 { "today".to_owned() } else { duration(finish) };
    let day = row.eta_date.map_or(String::new(), |day| format!(", {}", date(day)));
    let delay = match (row.delay_days, &row.driver, row.remaining_days) {
        (Some(delay), None, _) if delay > 0 && row.place_from.is_some() => {
            let from = row.place_from.as_ref().map_or(String::new(), ToString::to_string);
            format!(" (delayed {}, until {from} frees a place)", duration(delay))
        }
        (Some(delay), Some(driver), Some(remaining)) if delay > 0 && waits_whole(report, row, driver) => {
            format!(" ({} after {driver})", duration(remaining))
        }
        (Some(delay), _, _) if delay > 0 => format!(" (delayed {})", duration(delay)),
        _ => String::new(),
    };
    Some(format!("{when}{day}{delay}"))
}

/// True where the driver must be complete before the PRD starts: its own edge says so, or its feature's.
fn waits_whole(report: &Report, row: &PrdRow, driver: &PrdId) -> bool {
    match row.depends_on.iter().find(|edge| edge.id == *driver) {
        Some(edge) => edge.kind == DependencyKind::Complete,
        None => row.children.is_empty() && report.prds.iter().any(|other| other.id == *driver),
    }
}

fn why(row: &PrdRow, unknown: &EtaUnknown) -> String {
    let who = if unknown.id == row.id { "it".to_owned() } else { unknown.id.to_string() };
    match unknown.reason {
        UnknownReason::NoEstimate => format!("{who} has no estimate"),
        UnknownReason::Cycle => format!("{who} is in a cycle"),
        UnknownReason::Cancelled => format!("{who} was archived and never completed"),
    }
}

fn graph(report: &Report) -> Option<String> {
    (!report.prds.is_empty()).then(|| format!("## Dependency Graph\n\n```text\n{}\n```", tree(report)))
}

fn critical_path(report: &Report) -> Option<String> {
    let path = report.critical_path.as_ref()?;
    let mut lines = Vec::new();
    if path.ids.is_empty() {
        lines.push("Nothing that is active has work left whose end is known.".to_owned());
    } else {
        lines.push(path.ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" → "));
        lines.push(String::new());
        lines.push(format!("- Longest path: {}", duration(path.days)));
        lines.push(format!("- Bottleneck: {}", bottleneck(report)));
        if !report.near_critical.is_empty() {
            let near = report
                .near_critical
                .iter()
                .map(|near| format!("{} ({} of slack)", near.id, duration(near.slack_days)));
            lines.push(format!("- Near critical: {}", near.collect::<Vec<_>>().join(", ")));
        }
    }
    Some(format!("## Critical Path\n\n{}", lines.join("\n")))
}

fn bottleneck(report: &Report) -> String {
    let Some(neck) = &report.bottleneck else { return "none, nobody waits for another".to_owned() };
    let services: HashMap<&PrdId, &str> =
        report.prds.iter().map(|row| (&row.id, row.service.as_str())).collect();
    let service = services.get(&neck.id).map_or(String::new(), |name| format!(" ({})", markdown(name)));
    let contract = match neck.contract_days {
        Some(days) if days > 0 => format!(", and publishing its API contract alone wins {}", duration(days)),
        Some(_) | None => String::new(),
    };
    format!("{}{service} costs the others {} in all{contract}", neck.id, duration(neck.days))
}

fn forecast(report: &Report) -> Option<String> {
    let forecast = report.forecast.as_ref()?;
    let day = |day: Option<NaiveDate>| day.map_or("–".to_owned(), date);
    let basis = match forecast.ratio_percent {
        Some(percent) => format!(
            "{} finished PRDs took {percent}% of their estimates at the median; durations are drawn from them",
            forecast.sample
        ),
        None => format!(
            "only {} finished {} estimate and dates to learn from (10 are needed), so durations are drawn from \
             the estimates: over a range, or up to half as much again",
            forecast.sample,
            if forecast.sample == 1 { "PRD has" } else { "PRDs have" }
        ),
    };
    let mut lines = vec![
        format!("## Forecast\n\n{} runs; {basis}.\n", forecast.runs),
        "| PRD | 50 % | 85 % | 95 % | Target | Critical |".to_owned(),
        "| --- | --- | --- | --- | --- | --- |".to_owned(),
    ];
    let end = &forecast.end;
    for (row, outlook) in active_rows(report).filter_map(|row| Some((row, row.forecast.as_ref()?))) {
        let late =
            row.target_date.is_some_and(|target| outlook.finish.p85_date.is_some_and(|day| day > target));
        lines.push(format!(
            "| {} ({}) | {} | {} | {} | {}{} | {}% |",
            row.id,
            markdown(&row.service),
            day(outlook.finish.p50_date),
            day(outlook.finish.p85_date),
            day(outlook.finish.p95_date),
            day(row.target_date),
            if late { " ⚠️" } else { "" },
            outlook.critical_percent
        ));
    }
    lines.push(format!(
        "| **All** | {} | {} | {} | | |",
        day(end.p50_date),
        day(end.p85_date),
        day(end.p95_date)
    ));
    Some(lines.join("\n"))
}

fn capacity(report: &Report) -> Option<String> {
    let capacity = report.capacity.as_ref()?;
    let limit = match capacity.parallel_features {
        Some(limit) => format!("At most {} in progress at once.", count(limit, "PRD", "PRDs")),
        None => "No limit for all PRDs (`orchestration.parallel_features`).".to_owned(),
    };
    let cost = match capacity.cost_days {
        0 => "nothing: the end stays where it would be without it".to_owned(),
        days => format!("{}: without it the end is in {}", duration(days), duration(capacity.unlimited_days)),
    };
    let mut lines = vec![format!("## Capacity\n\n{limit}\n"), format!("- It costs {cost}")];
    for row in &capacity.overloaded {
        let team = row.team.as_ref().map_or("No team".to_owned(), |team| markdown(team.as_str()));
        let own = row.parallel.map_or(String::new(), |limit| format!(" (its own limit is {limit})"));
        let wait = if row.prds.len() == 1 { "waits" } else { "wait" };
        let days = duration(row.days);
        lines.push(format!("- {team}{own}: {} {wait} {days} in all for a place", list(&row.prds)));
    }
    Some(lines.join("\n"))
}

fn conflicts(report: &Report) -> Option<String> {
    let line = |conflict: &crate::domain::orchestrate::report::Conflict| {
        let level = match conflict.level {
            ConflictLevel::Conflict => "conflict in",
            ConflictLevel::Overlap => "both change",
            ConflictLevel::DeclaredOverlap => "both plan to change",
        };
        let files = list(conflict.files.iter().map(|file| markdown(file)));
        format!("- {} and {}: {level} {files}", conflict.a, conflict.b)
    };
    let lines: Vec<String> = report.conflicts.iter().map(line).collect();
    (!lines.is_empty()).then(|| format!("## Conflicts\n\n{}", lines.join("\n")))
}

fn problems(report: &Report) -> Option<String> {
    let lines: Vec<String> = report
        .problems
        .iter()
        .filter(|finding| finding.severity > Severity::Hint)
        .map(|finding| {
            let place = markdown(finding.place.path.as_str());
            format!("- {}: {} ({place}:{})", finding.severity, markdown(&finding.message), finding.place.line)
        })
        .collect();
    (!lines.is_empty()).then(|| format!("## Problems\n\n{}", lines.join("\n")))
}

fn recommendations(report: &Report) -> Option<String> {
    let lines: Vec<String> =
        report.recommendations.iter().map(|advice| format!("- {}", markdown(&advice.text))).collect();
    (!lines.is_empty()).then(|| format!("## Recommendations\n\n{}", lines.join("\n")))
}

fn next_steps(report: &Report) -> Option<String> {
    let lines: Vec<String> = report
        .next_steps
        .iter()
        .map(|step| match &step.team {
            Some(team) => format!("- [ ] {}: {}", markdown(team.as_str()), markdown(&step.text)),
            None => format!("- [ ] {}", markdown(&step.text)),
        })
        .collect();
    (!lines.is_empty()).then(|| format!("## Next Steps\n\n{}", lines.join("\n")))
}

#[cfg(test)]
#[path = "report_markdown_tests.rs"]
pub(super) mod tests;
