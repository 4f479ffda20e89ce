//! `prd_workflow.github`: issues and pull requests.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Issues and pull requests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct GitHub {
    /// False: nothing is sent to GitHub; everything else works.
    pub enabled: bool,
    /// `prd approve` queues an issue.
    pub create_issue_on_approval: bool,
    /// The vocabulary of labels: of priorities only the PRD's own is applied, `api-contract` and
    /// `breaking-change` only where they hold, all others always.
    pub issue_labels: Vec<String>,
    /// The owner is assigned, else the lead of the lead team.
    pub auto_assign: bool,
    /// The milestone is taken from Milestone or Target Release and made when missing.
    pub milestone_tracking: bool,
    /// Labels, assignees and reviewers by team.
    pub team_based_routing: bool,
    /// The root of another API (GitHub Enterprise, a test server).
    pub api_url: Option<String>,
    /// `owner/name`; from the remote where it is not set.
    #[schemars(regex(pattern = r"^[^/\s]+/[^/\s]+$"))]
    pub repository: Option<String>,
    /// Approvals that a pull request needs.
    pub required_reviewers: u32,
}

impl Default for GitHub {
    fn default() -> Self {
        Self {
            enabled: true,
            create_issue_on_approval: true,
            issue_labels: ["PRD", "P0", "P1", "P2"].map(str::to_owned).into(),
            auto_assign: true,
            milestone_tracking: true,
            team_based_routing: false,
            api_url: None,
            repository: None,
            required_reviewers: 0,
        }
    }
}
