//! What the pull request of a PRD says.

use super::issue::{self, Wanted};
use super::{labels, region};
use crate::domain::config::schema::Config;
use crate::domain::model::id::PrdId;
use crate::domain::model::prd::Prd;

/// The text of a pull request with our part in it: that of the issue, and the issue that it closes.
#[must_use]
pub fn text(old: &str, id: &PrdId, wanted: &Wanted, number: Option<u64>) -> String {
    let closes = number.map(|number| format!("\n\nCloses #{number}")).unwrap_or_default();
    issue::merged(old, id, &format!("{}{closes}", wanted.content))
}

/// True where a pull request says all that it is to say.
#[must_use]
pub fn is_current(title: &str, text: &str, wanted: &Wanted, new_text: &str) -> bool {
    title == wanted.title && region::is_same(text, new_text)
}

/// Who is asked for a review: the members of the PRD's teams, and their teams on GitHub.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reviewers {
    /// Logins.
    pub people: Vec<String>,
    /// Teams of the repository's organisation, without its name.
    pub teams: Vec<String>,
}

/// The reviewers that the configuration routes a PRD to; `author` cannot review what is theirs.
#[must_use]
pub fn reviewers(prd: &Prd, config: &Config, author: &str) -> Reviewers {
    let mut reviewers = Reviewers::default();
    if !config.prd_workflow.github.team_based_routing {
        return reviewers;
    }
    for (_, team) in prd.teams.iter().filter_map(|name| labels::team(config, name)) {
        match team.github_team.as_deref().and_then(|name| name.rsplit('/').next()) {
            Some(name) => reviewers.teams.push(name.to_owned()),
            None => reviewers.people.extend(team.members.iter().filter_map(|name| issue::login(name))),
        }
    }
    reviewers.people.retain(|login| !login.eq_ignore_ascii_case(author));
    for list in [&mut reviewers.people, &mut reviewers.teams] {
        list.sort();
        list.dedup();
    }
    reviewers
}
