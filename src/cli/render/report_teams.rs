//! The sections of the report that are about milestones and between teams.

use super::escape::markdown;
use super::report_markdown::count;
use crate::domain::model::dependency::DependencyKind;
use crate::domain::model::people::TeamName;
use crate::domain::orchestrate::coordination::{ContractRow, CrossTeam, NoteRow, StaleRow};
use crate::domain::orchestrate::milestones::{Danger, DangerReason, MilestoneRow};
use crate::domain::orchestrate::report::{Owed, Report};
use crate::domain::orchestrate::wording::{date, duration, short_list};

/// Milestones with their days, and what endangers them.
pub(super) fn milestones(report: &Report) -> Option<String> {
    let lines: Vec<String> = report.milestones.iter().map(milestone).collect();
    (!lines.is_empty()).then(|| format!("## Milestones\n\n{}", lines.join("\n")))
}

fn milestone(row: &MilestoneRow) -> String {
    let due = row.due.map_or(String::new(), |due| format!(", due {}", date(due)));
    let ends = row.eta_date.map_or(", nobody can say when it is reached".to_owned(), |day| {
        let likely = row.p85_date.map_or(String::new(), |p85| format!(" (85 %: {})", date(p85)));
        format!(", reached {}{likely}", date(day))
    });
    let mut text = format!("- **{}**{due}: {} of {} done{ends}", markdown(&row.name), row.done, row.total);
    for danger in &row.endangered_by {
        text.push_str(&format!("\n  - ⚠️ {} {}", danger.id, told(danger)));
    }
    text
}

fn told(danger: &Danger) -> String {
    let late = danger.late_days.map_or(String::new(), duration);
    match (danger.reason, danger.eta_date) {
        (DangerReason::Late, Some(eta)) => format!("ends {}, {late} late", date(eta)),
        (DangerReason::Late, None) => format!("ends {late} late"),
        (DangerReason::Likely, _) => format!("may be {late} late: that is its end in 85 of a hundred runs"),
        (DangerReason::Unknown, _) => "ends nobody knows when".to_owned(),
        (DangerReason::NotPlanned, _) => "is not ready yet, so nobody plans with it".to_owned(),
    }
}

/// What teams owe, promise and tell each other.
pub(super) fn cross_team(report: &Report) -> Option<String> {
    let edges = report.teams.iter();
    let edges = edges.flat_map(|team| team.owes.iter().flatten().map(|owed| edge(&team.name, owed)));
    let mut blocks = vec![edges.collect::<Vec<_>>().join("\n")];
    if let Some(CrossTeam { contracts, notes, stale }) = &report.cross_team {
        blocks.push(titled("Contracts", contracts.iter().map(contract)));
        blocks.push(titled("Nothing heard of", stale.iter().map(silence)));
        blocks.push(titled("Notes", notes.iter().map(note)));
    }
    blocks.retain(|block| !block.is_empty());
    (!blocks.is_empty()).then(|| format!("## Between Teams\n\n{}", blocks.join("\n\n")))
}

fn titled(title: &str, lines: impl Iterator<Item = String>) -> String {
    let lines: Vec<String> = lines.collect();
    if lines.is_empty() { String::new() } else { format!("### {title}\n\n{}", lines.join("\n")) }
}

fn edge(team: &TeamName, owed: &Owed) -> String {
    let what = match owed.kind {
        DependencyKind::Contract => format!("the {} API contract", owed.id),
        DependencyKind::Complete | DependencyKind::Finish | DependencyKind::Soft => owed.id.to_string(),
    };
    let by = owed.need_by.map_or(String::new(), |day| format!(" by {}", date(day)));
    let expected = match (owed.expected, owed.at_risk_days) {
        (Some(day), Some(late)) => format!("; ⚠️ expected {}, {} late", date(day), duration(late)),
        (Some(day), None) => format!("; expected {}", date(day)),
        (None, _) => "; nobody can say when it comes".to_owned(),
    };
    let (from, to) = (markdown(team.as_str()), markdown(owed.to.as_str()));
    format!("- {from} → {to}: {what} for {}{by}{expected}", owed.dependent)
}

fn contract(row: &ContractRow) -> String {
    let stands = match (row.published, row.promised) {
        (true, _) => {
            let version = row.version.map_or(String::new(), |version| format!(" version {version}"));
            let day = row.published_date.map_or(String::new(), |day| format!(" on {}", date(day)));
            let changed = if row.changed { ", ⚠️ changed since" } else { "" };
            format!("published{version}{day}{changed}")
        }
        (false, Some(day)) => format!("promised for {}{}", date(day), lateness(row)),
        (false, None) => format!("neither published nor promised{}", lateness(row)),
    };
    let team = row.team.as_ref().map_or(String::new(), |team| format!(" ({})", markdown(team.as_str())));
    format!("- {}{team}: {stands}; for {}", row.id, short_list(&row.consumers))
}

fn lateness(row: &ContractRow) -> String {
    let need = row.need_by.map_or(String::new(), |day| format!(", needed by {}", date(day)));
    let late = row.at_risk_days.map_or(String::new(), |days| format!(", ⚠️ {} late", duration(days)));
    need + &late
}

fn silence(row: &StaleRow) -> String {
    let team = row.team.as_ref().map_or(String::new(), |team| format!(" ({})", markdown(team.as_str())));
    let waiting = match row.dependents.len() {
        0 => String::new(),
        1 => format!("; {} waits for it", short_list(&row.dependents)),
        _ => format!("; {} wait for it", short_list(&row.dependents)),
    };
    let days = count(usize::try_from(row.days).unwrap_or(0), "day", "days");
    format!("- {}{team}: since {}, {days}{waiting}", row.id, date(row.since))
}

fn note(row: &NoteRow) -> String {
    let to = row.team.as_ref().map_or("all".to_owned(), |team| markdown(team.as_str()));
    let about = row.prd.as_ref().map_or(String::new(), |prd| format!(", {prd}"));
    let text = row.text.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("- {}, {} → {to}{about}: {}", date(row.date), markdown(&row.from), markdown(&text))
}

#[cfg(test)]
mod tests {
    use super::super::report_markdown::tests::{made, worked};
    use super::*;
    use crate::domain::model::sample::{id, prd};
    use crate::domain::orchestrate::options::Options;

    fn day(text: &str) -> chrono::NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_worked_example_has_neither() {
        assert_eq!((milestones(&worked()), cross_team(&worked())), (None, None));
    }

    #[test]
    fn what_teams_tell_each_other_has_its_place() {
        let samples = vec![
            prd("SVC-1").team("Payments").estimate("10d"),
            prd("SVC-2").team("Checkout").estimate("2d").depends("SVC-1 (contract)").target("2025-06-06"),
        ];
        let options = Options { cross_team: true, ..Options::default() };
        let mut report = made(samples, &options);
        let section = report.cross_team.as_mut().unwrap();
        section.notes.push(NoteRow {
            date: day("2025-06-01"),
            from: "Ada *A*".to_owned(),
            team: None,
            prd: Some(id("SVC-2")),
            text: "line\nand [link](x)".to_owned(),
        });
        section.stale.push(StaleRow {
            id: id("SVC-1"),
            team: TeamName::new("Payments"),
            since: day("2025-05-19"),
            days: 14,
            dependents: vec![id("SVC-2")],
        });
        let mut published = section.contracts[0].clone();
        (published.published, published.version, published.changed) = (true, Some(2), true);
        section.contracts.push(published);
        assert_eq!(
            cross_team(&report).unwrap(),
            "## Between Teams\n\n\
             - Payments → Checkout: the SVC-1 API contract for SVC-2 by Wed 2025-06-04; ⚠️ expected Fri 2025-06-13, \
             1 week 2 days late\n\n\
             ### Contracts\n\n\
             - SVC-1 (Payments): neither published nor promised, needed by Wed 2025-06-04, ⚠️ 1 week 2 days late; for \
             SVC-2\n\
             - SVC-1 (Payments): published version 2, ⚠️ changed since; for SVC-2\n\n\
             ### Nothing heard of\n\n\
             - SVC-1 (Payments): since Mon 2025-05-19, 14 days; SVC-2 waits for it\n\n\
             ### Notes\n\n\
             - Sun 2025-06-01, Ada \\*A\\* → all, SVC-2: line and \\[link\\](x)"
        );
    }

    #[test]
    fn a_milestone_is_told_with_its_dangers() {
        let row = MilestoneRow {
            name: "Beta".to_owned(),
            due: Some(day("2025-06-13")),
            total: 5,
            done: 1,
            eta_date: None,
            p85_date: None,
            endangered_by: vec![
                Danger {
                    id: id("SVC-2"),
                    reason: DangerReason::Late,
                    eta_date: Some(day("2025-06-17")),
                    late_days: Some(2),
                },
                Danger { id: id("SVC-3"), reason: DangerReason::NotPlanned, eta_date: None, late_days: None },
            ],
        };
        assert_eq!(
            milestone(&row),
            "- **Beta**, due Fri 2025-06-13: 1 of 5 done, nobody can say when it is reached\n  \
             - ⚠️ SVC-2 ends Tue 2025-06-17, 2 days late\n  \
             - ⚠️ SVC-3 is not ready yet, so nobody plans with it"
        );
    }
}
