//! How much is told, and of whom.

use std::collections::BTreeMap;

use crate::domain::model::id::PrdId;
use crate::domain::model::people::TeamName;
use crate::domain::model::prd::Prd;
use crate::domain::model::state::State;

/// `agents.orchestrator.coordination_mode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// States and blockers, no schedule.
    Simple,
    /// The schedule.
    #[default]
    Smart,
    /// The schedule, and all that can be added to it.
    Advanced,
}

/// What is shown. A list that is empty asks for nothing; what is scheduled is never narrowed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// PRDs that one of these teams works on.
    pub teams: Vec<TeamName>,
    /// PRDs in one of these states.
    pub states: Vec<State>,
    /// These PRDs.
    pub ids: Vec<PrdId>,
}

impl Filter {
    /// True where a PRD is shown.
    #[must_use]
    pub fn shows(&self, prd: &Prd) -> bool {
        let team = |wanted: &TeamName| prd.teams.contains(wanted) || prd.team.as_ref() == Some(wanted);
        (self.teams.is_empty() || self.teams.iter().any(team))
            && (self.states.is_empty() || self.states.contains(&prd.state))
            && (self.ids.is_empty() || self.ids.contains(&prd.id))
    }
}

/// What the configuration and the command line ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// `orchestration.stale_days`: calendar days without a sign of life that put a PRD at risk.
    pub stale_days: i64,
    /// `orchestration.near_critical_days`: the most slack, in working days, that is near critical.
    pub near_critical_days: i64,
    /// `agents.orchestrator.coordination_mode`.
    pub mode: Mode,
    /// `agents.orchestrator.enabled`: recommendations and next steps.
    pub recommendations: bool,
    /// `orchestration.parallel_features`: how many PRDs may be in progress at once.
    pub parallel_features: Option<usize>,
    /// `teams.<name>.parallel`: how many PRDs a team may lead at once.
    pub team_limits: BTreeMap<TeamName, usize>,
    /// `orchestration.cross_team_coordination`: what teams owe each other.
    pub cross_team: bool,
    /// What is shown.
    pub filter: Filter,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            stale_days: 7,
            near_critical_days: 5,
            mode: Mode::default(),
            recommendations: true,
            parallel_features: None,
            team_limits: BTreeMap::new(),
            cross_team: false,
            filter: Filter::default(),
        }
    }
}
