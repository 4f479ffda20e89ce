//! The graph by lead team, for more PRDs than one picture can show.

use std::collections::{BTreeMap, HashMap};

use crate::domain::model::id::PrdId;
use crate::domain::model::people::TeamName;
use crate::domain::orchestrate::health::Health;
use crate::domain::orchestrate::report::{PrdRow, Report};

/// Up to so many PRDs stand in a picture one by one; beyond that it shows teams.
pub(super) const MOST_SHOWN: usize = 500;

/// The graph of teams.
pub(super) struct Groups<'a> {
    /// The teams in the order of their first PRDs.
    pub(super) teams: Vec<Group<'a>>,
    /// How many dependencies lead from one team to another, by their places.
    pub(super) between: BTreeMap<(usize, usize), usize>,
}

/// One team.
pub(super) struct Group<'a> {
    pub(super) team: Option<&'a TeamName>,
    pub(super) prds: usize,
    pub(super) blocked: usize,
    pub(super) at_risk: usize,
}

impl Group<'_> {
    pub(super) fn name(&self) -> String {
        self.team.map_or_else(|| "no team".to_owned(), ToString::to_string)
    }

    /// `3 blocked, 1 at risk`
    pub(super) fn counts(&self) -> String {
        format!("{} blocked, {} at risk", self.blocked, self.at_risk)
    }

    /// The gravest health of its PRDs, as far as a picture of teams tells it.
    pub(super) const fn worst(&self) -> Health {
        match (self.blocked, self.at_risk) {
            (0, 0) => Health::OnTrack,
            (0, _) => Health::AtRisk,
            (_, _) => Health::Blocked,
        }
    }
}

impl<'a> Groups<'a> {
    /// The teams, where there are too many PRDs for one picture.
    pub(super) fn needed(report: &'a Report) -> Option<Self> {
        (report.prds.len() > MOST_SHOWN).then(|| Self::of(report))
    }

    /// The teams and what leads from one to another.
    pub(super) fn of(report: &'a Report) -> Self {
        let mut at: BTreeMap<Option<&TeamName>, usize> = BTreeMap::new();
        let mut teams: Vec<Group> = Vec::new();
        let mut team_of: HashMap<&PrdId, usize> = HashMap::with_capacity(report.prds.len());
        for row in &report.prds {
            let team = *at.entry(row.team.as_ref()).or_insert_with(|| {
                teams.push(Group { team: row.team.as_ref(), prds: 0, blocked: 0, at_risk: 0 });
                teams.len() - 1
            });
            teams[team].count(row);
            team_of.insert(&row.id, team);
        }
        let mut between: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for row in &report.prds {
            for edge in &row.depends_on {
                if let (Some(from), Some(to)) = (team_of.get(&edge.id), team_of.get(&row.id))
                    && from != to
                {
                    *between.entry((*from, *to)).or_default() += 1;
                }
            }
        }
        Self { teams, between }
    }

    /// Why the picture shows teams.
    pub(super) fn note(&self) -> String {
        let prds: usize = self.teams.iter().map(|team| team.prds).sum();
        format!("{prds} PRDs are too many for one picture, so it shows {} teams", self.teams.len())
    }
}

impl Group<'_> {
    fn count(&mut self, row: &PrdRow) {
        self.prds += 1;
        self.blocked += usize::from(row.health == Some(Health::Blocked));
        self.at_risk += usize::from(row.health == Some(Health::AtRisk));
    }
}

/// `1 dependency`, `7 dependencies`
pub(super) fn dependencies(count: usize) -> String {
    format!("{count} {}", if count == 1 { "dependency" } else { "dependencies" })
}
