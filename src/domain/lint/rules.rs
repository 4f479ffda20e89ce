//! All findings of correctness, from all who can have any.

use crate::domain::config::schema::Config;
use crate::domain::graph::dependencies::Graph;
use crate::domain::model::finding::{Finding, Place, Severity};
use crate::domain::model::portfolio::Portfolio;
use crate::domain::model::prd::Prd;

/// Every finding of a portfolio, sorted by place, then by rule.
#[must_use]
pub fn findings(portfolio: &Portfolio, graph: &Graph, config: &Config) -> Vec<Finding> {
    let mut findings: Vec<Finding> = portfolio.problems.clone();
    for prd in portfolio.prds() {
        findings.extend(prd.problems.iter().cloned());
        findings.extend(unknown_team(prd, config));
    }
    findings.extend(without_id(portfolio));
    findings.extend(duplicate_ids(portfolio));
    findings.extend(graph.problems().iter().cloned());
    findings.extend(graph.missing_mirrors());
    findings.sort_by(|a, b| (&a.place, a.rule, &a.message).cmp(&(&b.place, b.rule, &b.message)));
    findings.dedup();
    findings
}

fn without_id(portfolio: &Portfolio) -> impl Iterator<Item = Finding> + '_ {
    portfolio.strays.iter().map(|stray| {
        let message = format!("`{}` lies in {} and has no id", stray.title, stray.state);
        Finding::new("no-id", Severity::Warning, Place::line(stray.path.clone(), 1), message)
            .hint(format!("prd adopt {}", stray.path))
    })
}

pub(super) fn duplicate_ids(portfolio: &Portfolio) -> Vec<Finding> {
    let mut findings = Vec::new();
    for files in portfolio.doubles() {
        for prd in &files {
            let others: Vec<String> = files
                .iter()
                .filter(|other| other.path != prd.path)
                .map(|other| other.path.to_string())
                .collect();
            let message = format!("{} is also the id of {}", prd.id, others.join(", "));
            let hint = if files.iter().all(|other| other.path.file_name() == prd.path.file_name()) {
                "one PRD lies in several folders: prd resolve keeps the later state and loses no text"
            } else {
                "prd resolve gives the younger of them a new id"
            };
            let place = Place::line(prd.path.clone(), 1);
            findings.push(Finding::new("duplicate-id", Severity::Error, place, message).hint(hint));
        }
    }
    findings
}

fn unknown_team(prd: &Prd, config: &Config) -> Vec<Finding> {
    if config.teams.is_empty() {
        return Vec::new();
    }
    let known = |name: &str| config.teams.keys().any(|team| team.to_lowercase() == name.to_lowercase());
    let line = prd
        .fields
        .iter()
        .find(|field| {
            matches!(
                field.name,
                crate::domain::model::field::FieldName::Team | crate::domain::model::field::FieldName::Teams
            )
        })
        .map_or(1, |field| field.line);
    prd.teams
        .iter()
        .filter(|team| !known(team.as_str()))
        .map(|team| {
            let names: Vec<&str> = config.teams.keys().map(String::as_str).collect();
            Finding::new(
                "unknown-team",
                Severity::Warning,
                Place::line(prd.path.clone(), line),
                format!("the config knows no team `{team}`"),
            )
            .hint(format!("the teams are {}; add it under `teams`, or correct the name", names.join(", ")))
        })
        .collect()
}
