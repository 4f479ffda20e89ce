//! `agents` and `notifications`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the agents do.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct Agents {
    /// Recommendations and next steps.
    pub orchestrator: Orchestrator,
    /// Files for delivery.
    pub devops_engineer: DevopsEngineer,
    /// Review.
    pub prd_reviewer: PrdReviewer,
}

/// Recommendations and next steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct Orchestrator {
    /// False: no recommendations and no next steps.
    pub enabled: bool,
    /// How much is computed.
    pub coordination_mode: CoordinationMode,
    /// Soft dependencies are found in contracts, diagrams and consumer lists.
    pub cross_service_dependencies: bool,
}

impl Default for Orchestrator {
    fn default() -> Self {
        Self {
            enabled: true,
            coordination_mode: CoordinationMode::default(),
            cross_service_dependencies: false,
        }
    }
}

/// How much the orchestrator computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum CoordinationMode {
    /// States and blockers, no schedule.
    Simple,
    /// The schedule.
    #[default]
    Smart,
    /// The schedule, with forecast and conflicts.
    Advanced,
}

/// Which files `prd scaffold` writes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct DevopsEngineer {
    /// `prd start` prints the command; it never scaffolds by itself.
    pub enabled: bool,
    /// The CI workflow.
    pub auto_setup_ci: bool,
    /// A Terraform module and an Argo CD application.
    pub infrastructure_as_code: bool,
    /// Kubernetes manifests.
    pub kubernetes_manifests: bool,
    /// Routing of the service mesh.
    pub service_mesh_config: bool,
}

/// Review.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct PrdReviewer {
    /// How much the reviewer insists.
    pub strictness: Strictness,
}

/// How much the reviewer insists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum Strictness {
    /// Hints are dropped.
    Lenient,
    /// Hints are hints.
    #[default]
    Balanced,
    /// Hints count as warnings.
    Strict,
}

/// Messages to the outside.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct Notifications {
    /// Slack.
    pub slack: Slack,
}

/// One message for each transition.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct Slack {
    /// True: messages are sent.
    pub enabled: bool,
    /// The address of the incoming webhook.
    pub webhook_url: Option<String>,
}
