//! Which keys have an effect in this version: one row for each, so that `prd config check` can say which of a
//! user's settings do nothing yet.

use serde::Serialize;

use super::key::KeyPath;
use super::layers::Loaded;
use super::problem::{Layer, Origin};
use super::tree;

/// Whether a key does something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// It does what its description says.
    Now,
    /// It is read and checked, and nothing else yet.
    NotYet,
}

use Effect::{NotYet, Now};

/// Every key that holds a value, and whether it has an effect. To give a key its effect, change its row.
pub const ROWS: &[(&str, Effect)] = &[
    ("$schema", Now),
    ("agents.devops_engineer.auto_setup_ci", NotYet),
    ("agents.devops_engineer.enabled", NotYet),
    ("agents.devops_engineer.infrastructure_as_code", NotYet),
    ("agents.devops_engineer.kubernetes_manifests", NotYet),
    ("agents.devops_engineer.service_mesh_config", NotYet),
    ("agents.orchestrator.coordination_mode", Now),
    ("agents.orchestrator.cross_service_dependencies", Now),
    ("agents.orchestrator.enabled", Now),
    ("agents.prd_reviewer.strictness", Now),
    ("notifications.slack.enabled", Now),
    ("notifications.slack.webhook_url", Now),
    ("orchestration.auto_merge_strategy", Now),
    ("orchestration.canary_deployments", NotYet),
    ("orchestration.cross_team_coordination", Now),
    ("orchestration.days_per_point", Now),
    ("orchestration.days_per_size.L", Now),
    ("orchestration.days_per_size.M", Now),
    ("orchestration.days_per_size.S", Now),
    ("orchestration.days_per_size.XL", Now),
    ("orchestration.days_per_size.XS", Now),
    ("orchestration.dependency_resolution", Now),
    ("orchestration.enabled", Now),
    ("orchestration.feature_flags", NotYet),
    ("orchestration.hours_per_day", Now),
    ("orchestration.near_critical_days", Now),
    ("orchestration.parallel_features", Now),
    ("orchestration.service_mesh_integration", NotYet),
    ("orchestration.stale_days", Now),
    ("prd_workflow.branch_naming.pattern", Now),
    ("prd_workflow.branch_naming.prefix", Now),
    ("prd_workflow.branch_naming.separator", Now),
    ("prd_workflow.claims.remote", Now),
    ("prd_workflow.commit", Now),
    ("prd_workflow.directories.archived", Now),
    ("prd_workflow.directories.complete", Now),
    ("prd_workflow.directories.draft", Now),
    ("prd_workflow.directories.in_progress", Now),
    ("prd_workflow.directories.ready", Now),
    ("prd_workflow.directories.review", Now),
    ("prd_workflow.enabled", Now),
    ("prd_workflow.github.api_url", Now),
    ("prd_workflow.github.auto_assign", Now),
    ("prd_workflow.github.create_issue_on_approval", Now),
    ("prd_workflow.github.enabled", Now),
    ("prd_workflow.github.issue_labels", Now),
    ("prd_workflow.github.milestone_tracking", Now),
    ("prd_workflow.github.repository", Now),
    ("prd_workflow.github.required_reviewers", Now),
    ("prd_workflow.github.team_based_routing", Now),
    ("prd_workflow.home_branch", Now),
    ("prd_workflow.hooks.commit_msg", Now),
    ("prd_workflow.prd_id.number_padding", Now),
    ("prd_workflow.prd_id.prefix", Now),
    ("prd_workflow.prd_id.separator", Now),
    ("prd_workflow.publish", Now),
    ("prd_workflow.review.allow_self_approval", Now),
    ("prd_workflow.review.calibration_questions", Now),
    ("prd_workflow.review.dimensions", Now),
    ("prd_workflow.review.grading_enabled", Now),
    ("prd_workflow.review.minimum_grade", Now),
    ("prd_workflow.review.require_api_contract", Now),
    ("prd_workflow.review.require_approval", Now),
    ("prd_workflow.review.require_architecture_decision", Now),
    ("prd_workflow.review.required_reviewers", Now),
    ("prd_workflow.review.reviewer_command", Now),
    ("prd_workflow.review.reviewer_timeout", Now),
    ("prd_workflow.review.rubrics.*.description", Now),
    ("prd_workflow.review.rubrics.*.headings", Now),
    ("prd_workflow.review.rubrics.*.slots", Now),
    ("prd_workflow.review.rubrics.*.weight", Now),
    ("prd_workflow.worktree.auto_install_dependencies", Now),
    ("prd_workflow.worktree.auto_open_editor", Now),
    ("prd_workflow.worktree.copy", Now),
    ("prd_workflow.worktree.enabled", Now),
    ("prd_workflow.worktree.link", Now),
    ("prd_workflow.worktree.naming_pattern", Now),
    ("prd_workflow.worktree.parent_directory", Now),
    ("prd_workflow.worktree.post_create", Now),
    ("preset", Now),
    ("quality.api_validation.breaking_change_detection", NotYet),
    ("quality.api_validation.enabled", Now),
    ("quality.api_validation.grpc_validation", NotYet),
    ("quality.api_validation.openapi_validation", NotYet),
    ("quality.code_complexity.command", NotYet),
    ("quality.code_complexity.enabled", NotYet),
    ("quality.code_complexity.threshold", NotYet),
    ("quality.enabled", Now),
    ("quality.gates", Now),
    ("quality.linting.command", NotYet),
    ("quality.linting.enabled", NotYet),
    ("quality.linting.threshold", NotYet),
    ("quality.performance.command", NotYet),
    ("quality.performance.enabled", NotYet),
    ("quality.performance.threshold", NotYet),
    ("quality.testing.commands.contract", NotYet),
    ("quality.testing.commands.e2e", NotYet),
    ("quality.testing.commands.integration", NotYet),
    ("quality.testing.commands.unit", NotYet),
    ("quality.testing.contract_testing", NotYet),
    ("quality.testing.coverage_report", NotYet),
    ("quality.testing.coverage_threshold", NotYet),
    ("quality.testing.e2e_testing", NotYet),
    ("quality.testing.enabled", Now),
    ("quality.testing.integration_testing", NotYet),
    ("quality.testing.required_for_pr", Now),
    ("security.auto_scan_on_commit", Now),
    ("security.container_scanning", NotYet),
    ("security.enabled", Now),
    ("security.fail_on_high_severity", NotYet),
    ("security.fail_on_medium_severity", NotYet),
    ("security.ignore_patterns", Now),
    ("security.scan_code", NotYet),
    ("security.scan_dependencies", NotYet),
    ("security.tools.*", NotYet),
    ("services.*.budgets.*", NotYet),
    ("services.*.contract", NotYet),
    ("services.*.paths", Now),
    ("services.*.team", Now),
    ("teams.*.github_team", NotYet),
    ("teams.*.lead", Now),
    ("teams.*.members", Now),
    ("teams.*.parallel", Now),
    ("teams.*.services", Now),
    ("teams.*.slug", NotYet),
    ("work_plan.enabled", Now),
    ("work_plan.file_path", Now),
];

/// Whether a key has an effect; `None` for one that is not known. Elements of a list are the list's.
#[must_use]
pub fn effect_of(key: &KeyPath) -> Option<Effect> {
    let mut at = Some(key.clone());
    while let Some(path) = at {
        if let Some((_, effect)) = ROWS.iter().find(|(pattern, _)| path.matches(pattern)) {
            return Some(*effect);
        }
        at = path.parent();
    }
    None
}

/// The keys that somebody set, or a preset for them, and that do nothing yet, sorted by key.
#[must_use]
pub fn without_effect(loaded: &Loaded) -> Vec<(KeyPath, Origin)> {
    loaded
        .origins
        .iter()
        .filter(|(_, origin)| origin.layer != Layer::Default)
        .filter(|(key, _)| effect_of(key) == Some(Effect::NotYet))
        .map(|(key, origin)| (key.clone(), origin.clone()))
        .collect()
}

/// All keys that hold a value, as patterns, sorted: `prd_workflow.enabled`, `teams.*.lead`.
#[must_use]
pub fn keys() -> Vec<String> {
    tree::root().leaves()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::layers::{FileLayer, Sources, load};
    use super::*;

    #[test]
    fn every_key_has_one_row_and_every_row_a_key() {
        let known: BTreeSet<String> = keys().into_iter().collect();
        let rows: BTreeSet<String> = ROWS.iter().map(|(key, _)| (*key).to_owned()).collect();
        assert_eq!(rows.len(), ROWS.len(), "a key has two rows");
        let missing: Vec<&String> = known.difference(&rows).collect();
        let unknown: Vec<&String> = rows.difference(&known).collect();
        assert!(missing.is_empty() && unknown.is_empty(), "no row: {missing:?}; no key: {unknown:?}");
    }

    #[test]
    fn what_is_set_and_does_nothing_yet_is_named_with_its_line() {
        let text = "{\"prd_workflow\": {\"enabled\": true, \"claims\": {\n\"remote\": \"origin\"}}}";
        let sources = Sources { repository: Some(FileLayer::new("c.json", text)), ..Sources::default() };
        let loaded = load(&sources).unwrap();
        let expected: Vec<String> = ROWS
            .iter()
            .filter(|(key, effect)| *key == "prd_workflow.claims.remote" && *effect == Effect::NotYet)
            .map(|(key, _)| format!("{key} c.json:2:11"))
            .collect();
        let found: Vec<String> =
            without_effect(&loaded).into_iter().map(|(key, origin)| format!("{key} {origin}")).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn elements_and_maps_have_the_effect_of_their_row() {
        for key in ["quality.gates.0.command", "teams.Ops.lead", "security.tools.trivy"] {
            assert!(effect_of(&KeyPath::parse(key)).is_some(), "{key}");
        }
        assert_eq!(effect_of(&KeyPath::parse("nonsense")), None);
    }
}
