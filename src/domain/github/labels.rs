//! Labels: which a PRD's issue gets, and which of those on an issue are ours to take off.

use crate::domain::config::schema::{Config, Team};
use crate::domain::model::people::TeamName;
use crate::domain::model::prd::Prd;
use crate::domain::model::priority::Priority;
use crate::domain::model::slug::Slug;

/// GitHub takes names of this number of characters.
const LIMIT: usize = 50;

/// The label that only a PRD with a contract gets.
const CONTRACT: &str = "api-contract";

/// The label that only a PRD gets in which a breaking change was found.
const BREAKING: &str = "breaking-change";

/// The labels of a PRD's issue; what cannot be a label is noted.
pub(super) fn of(prd: &Prd, config: &Config, has_contract: bool, notes: &mut Vec<String>) -> Vec<String> {
    let github = &config.prd_workflow.github;
    let mut labels: Vec<String> = Vec::new();
    for name in &github.issue_labels {
        let applies = match priority(name) {
            Some(priority) => prd.priority == Some(priority),
            None if name == CONTRACT => has_contract,
            None => name != BREAKING,
        };
        if applies {
            labels.push(name.trim().to_owned());
        }
    }
    labels.push(format!("state:{}", prd.state));
    if github.team_based_routing {
        labels.extend(prd.teams.iter().map(|name| format!("team:{}", slug(config, name))));
    }
    labels.retain(|label| {
        let fits = !label.is_empty() && label.chars().count() <= LIMIT && !label.contains(',');
        if !fits {
            notes.push(format!(
                "`{label}` cannot be a label: GitHub takes 1 to {LIMIT} characters, and no comma"
            ));
        }
        fits
    });
    let mut seen: Vec<String> = Vec::new();
    labels.retain(|label| {
        let folded = label.to_lowercase();
        let is_new = !seen.contains(&folded);
        seen.push(folded);
        is_new
    });
    labels
}

/// True for a label that is ours: where it is not wanted it is taken off. All others are the people's.
#[must_use]
pub fn is_ours(name: &str, config: &Config) -> bool {
    let github = &config.prd_workflow.github;
    let folded = name.to_lowercase();
    folded.starts_with("state:")
        || (github.team_based_routing && folded.starts_with("team:"))
        || github.issue_labels.iter().any(|label| label.to_lowercase() == folded)
}

/// The colour of a new label, as GitHub takes it, and what it means.
#[must_use]
pub fn look(name: &str) -> (&'static str, &'static str) {
    let folded = name.to_lowercase();
    if folded.starts_with("state:") {
        return ("0e8a16", "The state of the PRD");
    }
    if folded.starts_with("team:") {
        return ("1d76db", "A team that works on the PRD");
    }
    match priority(name) {
        Some(Priority::P0) => ("b60205", "Priority of the PRD"),
        Some(Priority::P1) => ("d93f0b", "Priority of the PRD"),
        Some(Priority::P2 | Priority::P3) => ("fbca04", "Priority of the PRD"),
        None => ("5319e7", "A PRD is planned in this repository"),
    }
}

fn priority(label: &str) -> Option<Priority> {
    [Priority::P0, Priority::P1, Priority::P2, Priority::P3]
        .into_iter()
        .find(|priority| priority.name().eq_ignore_ascii_case(label.trim()))
}

/// The team of a name, as it is configured.
pub(super) fn team<'a>(config: &'a Config, name: &TeamName) -> Option<(&'a String, &'a Team)> {
    config.teams.iter().find(|(known, _)| TeamName::new(known).as_ref() == Some(name))
}

fn slug(config: &Config, name: &TeamName) -> String {
    team(config, name)
        .and_then(|(_, team)| team.slug.clone())
        .unwrap_or_else(|| Slug::from_text(name.as_str()).to_string())
}
