//! `security` and `quality`: what must pass before a PRD is complete.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::values::Decimal;
use crate::domain::model::path::RepoPath;

/// Security gates. A tool that is switched on but not installed is *not run*, which is never *passed*.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct Security {
    /// False: no scan runs.
    pub enabled: bool,
    /// Scans run in the pre-commit hook too.
    pub auto_scan_on_commit: bool,
    /// Known weaknesses of dependencies.
    pub scan_dependencies: bool,
    /// The code itself.
    pub scan_code: bool,
    /// Container images and their recipes.
    pub container_scanning: bool,
    /// Scanners by name: `trivy`, `snyk`, `gosec`, …
    pub tools: BTreeMap<String, bool>,
    /// A finding of high severity fails the gate.
    pub fail_on_high_severity: bool,
    /// A finding of medium severity fails the gate.
    pub fail_on_medium_severity: bool,
    /// Paths that are not scanned.
    pub ignore_patterns: Vec<String>,
}

impl Default for Security {
    fn default() -> Self {
        Self {
            enabled: false,
            auto_scan_on_commit: false,
            scan_dependencies: true,
            scan_code: true,
            container_scanning: false,
            tools: BTreeMap::new(),
            fail_on_high_severity: true,
            fail_on_medium_severity: false,
            ignore_patterns: Vec::new(),
        }
    }
}

/// Quality gates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct Quality {
    /// False: no quality gate runs.
    pub enabled: bool,
    /// Tests and coverage.
    pub testing: Testing,
    /// Contracts of services.
    pub api_validation: ApiValidation,
    /// Complexity of the code.
    pub code_complexity: CommandGate,
    /// Linters.
    pub linting: CommandGate,
    /// Benchmarks and budgets.
    pub performance: CommandGate,
    /// Further gates.
    pub gates: Vec<Gate>,
}

impl Default for Quality {
    fn default() -> Self {
        Self {
            enabled: true,
            testing: Testing::default(),
            api_validation: ApiValidation::default(),
            code_complexity: CommandGate::default(),
            linting: CommandGate::default(),
            performance: CommandGate::default(),
            gates: Vec::new(),
        }
    }
}

/// Tests and coverage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct Testing {
    /// False: no test gate runs.
    pub enabled: bool,
    /// The least coverage, in percent.
    #[schemars(range(min = 0, max = 100))]
    pub coverage_threshold: Decimal,
    /// Tests must pass before a PRD branch is pushed.
    pub required_for_pr: bool,
    /// Contract tests are a gate.
    pub contract_testing: bool,
    /// Integration tests are a gate.
    pub integration_testing: bool,
    /// End-to-end tests are a gate.
    pub e2e_testing: bool,
    /// The command of each kind of test.
    pub commands: TestCommands,
    /// The coverage report (lcov, Cobertura, Go or JaCoCo).
    pub coverage_report: Option<RepoPath>,
}

impl Default for Testing {
    fn default() -> Self {
        Self {
            enabled: false,
            coverage_threshold: Decimal::whole(80),
            required_for_pr: true,
            contract_testing: false,
            integration_testing: false,
            e2e_testing: false,
            commands: TestCommands::default(),
            coverage_report: None,
        }
    }
}

/// The command of each kind of test.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct TestCommands {
    /// Unit tests.
    pub unit: Option<String>,
    /// Contract tests.
    pub contract: Option<String>,
    /// Integration tests.
    pub integration: Option<String>,
    /// End-to-end tests.
    pub e2e: Option<String>,
}

/// Contracts of services.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct ApiValidation {
    /// False: no contract gate runs.
    pub enabled: bool,
    /// OpenAPI files are checked.
    pub openapi_validation: bool,
    /// Protobuf files are checked.
    pub grpc_validation: bool,
    /// Breaking changes between merge base and branch are found.
    pub breaking_change_detection: bool,
}

/// A gate by a configured command.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct CommandGate {
    /// False: the gate does not run.
    pub enabled: bool,
    /// The command; it passes when it ends with 0.
    pub command: Option<String>,
    /// The limit that the command's number is held against.
    pub threshold: Option<Decimal>,
}

/// A further gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Gate {
    /// Its name in reports.
    #[schemars(length(min = 1))]
    pub name: String,
    /// The command; it passes when it ends with 0.
    #[schemars(length(min = 1))]
    pub command: String,
    /// How the command's report is read: the name of a known tool.
    #[serde(default)]
    pub profile: Option<String>,
    /// Seconds after which it has failed; 600.
    #[serde(default = "ten_minutes")]
    #[schemars(range(min = 1, max = 86_400))]
    pub timeout: u32,
    /// False: a failure is said and stops nothing.
    #[serde(default = "yes")]
    pub blocking: bool,
    /// The file that the command writes its report to.
    #[serde(default)]
    pub report: Option<RepoPath>,
    /// The limit that the report's number is held against.
    #[serde(default)]
    pub threshold: Option<Decimal>,
}

const fn yes() -> bool {
    true
}

const fn ten_minutes() -> u32 {
    600
}
