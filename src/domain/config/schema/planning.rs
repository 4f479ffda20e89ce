//! `orchestration` and `work_plan`: dependencies, schedule, rollout.

use std::num::NonZeroU32;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::values::{Decimal, HoursPerDay};
use crate::domain::model::path::RepoPath;

/// Dependencies, schedule and rollout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct Orchestration {
    /// False: `orchestrate`, `graph` and `next` refuse; dependencies still guard transitions.
    pub enabled: bool,
    /// How many PRDs may be in progress at once; no limit where it is not set.
    pub parallel_features: Option<NonZeroU32>,
    /// False: dependencies are drawn but do not block.
    pub dependency_resolution: bool,
    /// The cross-team section, notes and inbox.
    pub cross_team_coordination: bool,
    /// A rollout item for the service mesh.
    pub service_mesh_integration: bool,
    /// A rollout item for feature flags.
    pub feature_flags: bool,
    /// A rollout item for canary deployments.
    pub canary_deployments: bool,
    /// How `prd pr --merge` merges.
    pub auto_merge_strategy: MergeStrategy,
    /// Hours in a working day.
    pub hours_per_day: HoursPerDay,
    /// Days without commit, check-in or event after which a PRD in progress is stale.
    #[schemars(range(max = 3650))]
    pub stale_days: u32,
    /// Days for a story point; without it points are no estimate.
    pub days_per_point: Option<Decimal>,
    /// Days for each T-shirt size; a size that is missing is no estimate.
    pub days_per_size: DaysPerSize,
    /// The slack up to which a PRD is near critical, in days.
    #[schemars(range(max = 3650))]
    pub near_critical_days: u32,
}

impl Default for Orchestration {
    fn default() -> Self {
        Self {
            enabled: true,
            parallel_features: None,
            dependency_resolution: true,
            cross_team_coordination: false,
            service_mesh_integration: false,
            feature_flags: false,
            canary_deployments: false,
            auto_merge_strategy: MergeStrategy::default(),
            hours_per_day: HoursPerDay::default(),
            stale_days: 7,
            days_per_point: None,
            days_per_size: DaysPerSize::default(),
            near_critical_days: 5,
        }
    }
}

/// How a pull request is merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum MergeStrategy {
    /// One commit.
    #[default]
    Squash,
    /// A merge commit.
    Merge,
    /// The commits on top of the base.
    Rebase,
}

/// Days for each T-shirt size.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "UPPERCASE")]
#[schemars(deny_unknown_fields)]
pub struct DaysPerSize {
    /// Extra small.
    pub xs: Option<Decimal>,
    /// Small.
    pub s: Option<Decimal>,
    /// Medium.
    pub m: Option<Decimal>,
    /// Large.
    pub l: Option<Decimal>,
    /// Extra large.
    pub xl: Option<Decimal>,
}

/// The work plan file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct WorkPlan {
    /// False: the file is left alone.
    pub enabled: bool,
    /// The file whose marked region is kept up to date, where it exists.
    pub file_path: RepoPath,
}

impl Default for WorkPlan {
    #[expect(clippy::expect_used, reason = "a constant path; a test holds that it is good")]
    fn default() -> Self {
        Self {
            enabled: true,
            file_path: RepoPath::new("docs/WORK_PLAN.md").expect("a constant path inside the repository"),
        }
    }
}
