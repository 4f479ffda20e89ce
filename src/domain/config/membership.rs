//! Which teams somebody is in.

use super::schema::Config;
use crate::domain::model::people::{Person, TeamName};

impl Config {
    /// The teams that somebody is in, by name: those whose lead or members are theirs.
    ///
    /// The configuration names people by their logins at GitHub, and git by name and address. They are the same where
    /// the login is the name, the address, what stands before its `@`, or the login in an address that GitHub gives
    /// (`7+ada@users.noreply.github.com`).
    #[must_use]
    pub fn teams_of(&self, person: &Person) -> Vec<TeamName> {
        let is_person = |login: &String| is_login_of(login, person);
        self.teams
            .iter()
            .filter(|(_, team)| team.lead.iter().chain(&team.members).any(is_person))
            .filter_map(|(name, _)| TeamName::new(name))
            .collect()
    }
}

fn is_login_of(login: &str, person: &Person) -> bool {
    let login = login.trim().trim_start_matches('@').to_lowercase();
    let (name, email) = (person.name.trim().to_lowercase(), person.email.trim().to_lowercase());
    let local = email.split('@').next().unwrap_or_default();
    let at_github = email
        .strip_suffix("@users.noreply.github.com")
        .map(|local| local.split_once('+').map_or(local, |(_, login)| login));
    !login.is_empty() && (login == name || login == email || login == local || at_github == Some(&login))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::config::schema::Team;

    fn teams(name: &str, email: &str) -> Vec<String> {
        let team = |lead: &str, members: &[&str]| Team {
            lead: Some(lead.to_owned()),
            members: members.iter().map(|member| (*member).to_owned()).collect(),
            ..Team::default()
        };
        let mut config = Config::default();
        config.teams.insert("Payments".to_owned(), team("ada", &["grace", "@linus"]));
        config.teams.insert("Checkout".to_owned(), team("barbara", &["ada"]));
        let person = Person { name: name.to_owned(), email: email.to_owned() };
        config.teams_of(&person).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn logins_are_found_in_what_git_knows() {
        assert_eq!(teams("Ada Lovelace", "Ada@example.org"), ["Checkout", "Payments"]);
        assert_eq!(teams("Linus", "l@example.org"), ["Payments"]);
        assert_eq!(teams("B", "17+barbara@users.noreply.github.com"), ["Checkout"]);
        assert!(teams("Nobody", "nobody@example.org").is_empty());
        assert!(teams("", "").is_empty());
    }
}
