//! `teams` and `services`.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::values::Budget;
use crate::domain::model::path::RepoPath;

/// Teams by name.
pub type Teams = BTreeMap<String, Team>;

/// Services by name; `_` and `-` in names are one.
pub type Services = BTreeMap<String, Service>;

/// A team.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct Team {
    /// The GitHub login of its lead.
    pub lead: Option<String>,
    /// GitHub logins of its members.
    pub members: Vec<String>,
    /// Names of its services.
    pub services: Vec<String>,
    /// Its GitHub team: `org/team`.
    pub github_team: Option<String>,
    /// Its name in labels; made from its name where it is not set.
    pub slug: Option<String>,
    /// How many PRDs it works on at once, in a schedule with capacity.
    pub parallel: Option<NonZeroU32>,
}

/// A service.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct Service {
    /// Where its code lies.
    pub paths: Vec<RepoPath>,
    /// The name of its team.
    pub team: Option<String>,
    /// Its contract.
    pub contract: Option<RepoPath>,
    /// Its budgets by name: `p99_latency_ms`.
    pub budgets: BTreeMap<String, Budget>,
}

/// The form in which names of services are compared.
pub(in crate::domain::config) fn fold_service(name: &str) -> String {
    name.trim().to_lowercase().replace('_', "-")
}
