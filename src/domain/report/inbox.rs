//! The notes that concern somebody.

use std::collections::BTreeSet;

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::Serialize;

use crate::domain::lifecycle::note::Note;
use crate::domain::model::id::PrdId;
use crate::domain::model::people::{Person, TeamName};

/// Notes, newest first.
#[derive(Debug, Clone, Serialize)]
pub struct Inbox {
    /// Whose inbox it is.
    pub who: String,
    /// The teams whose notes are shown; empty for those of all.
    pub teams: Vec<TeamName>,
    /// The notes.
    pub notes: Vec<InboxNote>,
    /// How many of the notes to these teams are unread in this clone.
    pub unread: usize,
}

/// One note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InboxNote {
    /// The name of its record.
    pub name: String,
    /// When.
    pub time: DateTime<FixedOffset>,
    /// Who wrote it.
    pub from: String,
    /// The team; null for all of them.
    pub team: Option<TeamName>,
    /// The PRD that it is about.
    pub prd: Option<PrdId>,
    /// What it says.
    pub text: String,
    /// True where it was read in this clone, or written by whose inbox it is.
    pub read: bool,
}

/// What is asked for.
#[derive(Debug)]
pub struct Ask<'a> {
    /// Who asks.
    pub who: &'a Person,
    /// Of which teams; empty for all.
    pub teams: Vec<TeamName>,
    /// Names of the notes that were read.
    pub read: &'a BTreeSet<String>,
    /// Also those.
    pub all: bool,
    /// Only those of this day and later.
    pub since: Option<NaiveDate>,
}

impl Inbox {
    /// The notes to some teams, each with its record's name, oldest first.
    #[must_use]
    pub fn of(notes: Vec<(String, Note)>, ask: Ask<'_>) -> Self {
        let concerns = |note: &Note| {
            let team = note.team.as_ref().is_none_or(|team| ask.teams.is_empty() || ask.teams.contains(team));
            team && ask.since.is_none_or(|since| note.time.date_naive() >= since)
        };
        let mut notes: Vec<InboxNote> = notes
            .into_iter()
            .filter(|(_, note)| concerns(note))
            .map(|(name, note)| InboxNote {
                read: ask.read.contains(&name) || note.from == *ask.who,
                name,
                time: note.time,
                from: note.from.to_string(),
                team: note.team,
                prd: note.prd,
                text: note.text,
            })
            .collect();
        notes.sort_by(|a, b| (b.time, &b.name).cmp(&(a.time, &a.name)));
        let unread = notes.iter().filter(|note| !note.read).count();
        notes.retain(|note| ask.all || !note.read);
        Self { who: ask.who.to_string(), teams: ask.teams, notes, unread }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str) -> Person {
        Person { name: name.to_owned(), email: format!("{name}@example.org") }
    }

    fn texts(teams: &[&str], read: &[&str], all: bool, since: Option<&str>) -> (Vec<String>, usize) {
        let note = |day: &str, from: &str, team: Option<&str>| {
            let note = Note {
                schema: 1,
                time: DateTime::parse_from_rfc3339(&format!("{day}T09:00:00+02:00")).unwrap(),
                from: person(from),
                team: team.and_then(TeamName::new),
                prd: None,
                text: format!("{from} {day}"),
            };
            (day.to_owned(), note)
        };
        let notes = vec![
            note("2025-06-02", "grace", Some("Payments")),
            note("2025-06-03", "grace", Some("Checkout")),
            note("2025-06-04", "linus", None),
            note("2025-06-05", "ada", Some("payments")),
        ];
        let read = read.iter().map(|name| (*name).to_owned()).collect();
        let ada = person("ada");
        let inbox = Inbox::of(
            notes,
            Ask {
                who: &ada,
                teams: teams.iter().filter_map(|team| TeamName::new(team)).collect(),
                read: &read,
                all,
                since: since.map(|day| day.parse().unwrap()),
            },
        );
        (inbox.notes.into_iter().map(|note| note.text).collect(), inbox.unread)
    }

    #[test]
    fn a_team_sees_its_own_and_those_to_all_newest_first() {
        assert_eq!(
            texts(&["Payments"], &[], false, None),
            (vec!["linus 2025-06-04".to_owned(), "grace 2025-06-02".to_owned()], 2)
        );
        assert_eq!(texts(&["Payments"], &["2025-06-02"], false, None).0, ["linus 2025-06-04"]);
        assert_eq!(
            texts(&["Payments"], &["2025-06-02"], true, None).0.len(),
            3,
            "with what is read, and own"
        );
        assert_eq!(texts(&[], &[], false, None).1, 3);
        assert_eq!(texts(&["Checkout"], &[], false, Some("2025-06-04")).0, ["linus 2025-06-04"]);
    }
}
