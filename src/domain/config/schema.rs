//! The types of the configuration: one tree whose fields are the keys of the file.
//!
//! A default value of every type is the built-in default. Values that could be wrong in themselves (grades,
//! ids, paths, patterns) are types that cannot hold a wrong one, so what was read needs no second look.

pub mod agents;
pub mod gates;
pub mod github;
pub mod organisation;
pub mod planning;
pub mod review;
pub mod values;
pub mod workflow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::agents::{Agents, CoordinationMode, Notifications, Slack, Strictness};
pub use self::gates::{Gate, Quality, Security};
pub use self::github::GitHub;
pub use self::organisation::{Service, Services, Team, Teams};
pub use self::planning::{MergeStrategy, Orchestration, WorkPlan};
pub use self::review::{Review, Rubric, RubricMust, RubricSlot};
pub use self::workflow::{CommitMessage, CommitMode, Directories, PrdWorkflow, Publish, Worktree};
use crate::domain::model::effort::{EffortUnits, Size};
use crate::domain::model::grade::Grade;
use crate::domain::model::id::IdFormat;
use crate::domain::model::path::RepoPath;
use crate::domain::model::people::TeamName;

/// A set of values that a file starts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum Preset {
    /// A few people, few rules.
    Startup,
    /// Approvals, gates and scans.
    Enterprise,
    /// Contributors from outside, maintainers who approve.
    OpenSource,
    /// Many services with contracts between them.
    Microservices,
    /// PRDs as files and states, and nothing else.
    Lightweight,
}

/// The whole configuration.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct Config {
    /// The address of the JSON Schema, for editors.
    #[serde(rename = "$schema", skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The preset that everything unset is taken from.
    pub preset: Option<Preset>,
    /// The life cycle of PRDs.
    pub prd_workflow: PrdWorkflow,
    /// Security gates.
    pub security: Security,
    /// Quality gates.
    pub quality: Quality,
    /// Dependencies, schedule and rollout.
    pub orchestration: Orchestration,
    /// What the agents do.
    pub agents: Agents,
    /// Teams by name.
    pub teams: Teams,
    /// Services by name.
    pub services: Services,
    /// The work plan file.
    pub work_plan: WorkPlan,
    /// Messages to the outside.
    pub notifications: Notifications,
}

impl Config {
    /// How ids are written in this repository.
    #[must_use]
    pub const fn id_format(&self) -> &IdFormat {
        self.prd_workflow.prd_id.format()
    }

    /// The state folders.
    #[must_use]
    pub const fn directories(&self) -> &Directories {
        &self.prd_workflow.directories
    }

    /// The grade below which `prd approve` refuses; `None` where grading is off.
    #[must_use]
    pub fn minimum_grade(&self) -> Option<Grade> {
        self.prd_workflow.review.grading_enabled.then_some(self.prd_workflow.review.minimum_grade)
    }

    /// The names of the configured dimensions, in order, each once.
    #[must_use]
    pub fn dimension_names(&self) -> Vec<String> {
        self.prd_workflow.review.dimensions.names()
    }

    /// What an hour, a story point and a size are worth in days.
    #[must_use]
    pub fn effort_units(&self) -> EffortUnits {
        let planning = &self.orchestration;
        let sizes = &planning.days_per_size;
        let days_per_size = [
            (Size::XS, sizes.xs),
            (Size::S, sizes.s),
            (Size::M, sizes.m),
            (Size::L, sizes.l),
            (Size::XL, sizes.xl),
        ];
        EffortUnits {
            hours_per_day: planning.hours_per_day.hours().exact(),
            days_per_point: planning.days_per_point.map(values::Decimal::exact),
            days_per_size: days_per_size
                .into_iter()
                .filter_map(|(size, days)| Some((size, days?.exact())))
                .collect(),
        }
    }

    /// What is configured for a team; case and space around the name do not matter.
    #[must_use]
    pub fn team(&self, name: &TeamName) -> Option<&Team> {
        self.teams.iter().find(|(known, _)| TeamName::new(known).as_ref() == Some(name)).map(|(_, team)| team)
    }

    /// What is configured for a service; case does not matter, and `_` and `-` are one.
    #[must_use]
    pub fn service(&self, name: &str) -> Option<&Service> {
        let folded = organisation::fold_service(name);
        self.services
            .iter()
            .find(|(known, _)| organisation::fold_service(known) == folded)
            .map(|(_, service)| service)
    }

    /// Where the code of some services lies: as configured, else `services/<name>`. Each folder once, in order.
    #[must_use]
    pub fn service_paths<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Vec<RepoPath> {
        let mut paths: Vec<RepoPath> = Vec::new();
        for name in names {
            let configured = self.service(name).map(|service| service.paths.clone()).unwrap_or_default();
            let usual = RepoPath::new(&format!("services/{name}")).ok();
            let found = if configured.is_empty() { usual.into_iter().collect() } else { configured };
            for path in found {
                if !paths.contains(&path) {
                    paths.push(path);
                }
            }
        }
        paths
    }
}

#[cfg(test)]
#[path = "schema/tests.rs"]
mod tests;
