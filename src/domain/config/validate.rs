//! What the types cannot tell: values that are right in themselves and do not fit together.

use std::collections::BTreeMap;

use regex::Regex;

use super::key::KeyPath;
use super::naming;
use super::problem::{Origin, Problem, Wrong};
use super::schema::values::Decimal;
use super::schema::{Config, RubricSlot};
use crate::domain::model::finding::Severity;
use crate::domain::model::people::TeamName;

/// Scanners that `security.tools` may name.
const SCANNERS: [&str; 22] = [
    "bandit",
    "brakeman",
    "cargo-audit",
    "cargo-deny",
    "checkov",
    "codeql",
    "detect-secrets",
    "gitleaks",
    "gosec",
    "govulncheck",
    "grype",
    "npm-audit",
    "osv-scanner",
    "pip-audit",
    "pnpm-audit",
    "semgrep",
    "snyk",
    "trivy",
    "trufflehog",
    "yarn-audit",
    "hadolint",
    "kubescape",
];

/// All that does not fit together, errors and warnings, each at the place of its value.
pub(super) fn check(config: &Config, origin: &dyn Fn(&KeyPath) -> Origin) -> Vec<Problem> {
    let mut found = Found { origin, problems: Vec::new() };
    folders(config, &mut found);
    names(config, &mut found);
    worktree(config, &mut found);
    github(config, &mut found);
    review(config, &mut found);
    gates(config, &mut found);
    organisation(config, &mut found);
    found.problems
}

struct Found<'a> {
    origin: &'a dyn Fn(&KeyPath) -> Origin,
    problems: Vec<Problem>,
}

impl Found<'_> {
    fn add(&mut self, severity: Severity, key: KeyPath, reason: impl Into<String>) {
        let origin = (self.origin)(&key);
        let wrong = Wrong::Inconsistent { reason: reason.into() };
        self.problems.push(Problem { severity, key, origin, wrong });
    }

    fn error(&mut self, key: &str, reason: impl Into<String>) {
        self.add(Severity::Error, KeyPath::parse(key), reason);
    }

    /// An error at the one of several keys that was set in the highest layer: the others were there before it.
    fn error_among(&mut self, keys: &[String], reason: impl Into<String>) {
        let highest = keys
            .iter()
            .map(|key| KeyPath::parse(key))
            .max_by_key(|key| (self.origin)(key).layer)
            .unwrap_or_default();
        self.add(Severity::Error, highest, reason);
    }

    fn warn(&mut self, key: KeyPath, reason: impl Into<String>) {
        self.add(Severity::Warning, key, reason);
    }
}

/// No state folder lies in another, and nothing else of ours lies in one.
fn folders(config: &Config, found: &mut Found<'_>) {
    let folders: Vec<_> = config.directories().folders().collect();
    let key = |name: &str| format!("prd_workflow.directories.{}", name.replace('-', "_"));
    for (index, (state, folder)) in folders.iter().enumerate() {
        for (other_state, other) in &folders[index + 1..] {
            if folder.is_below(other) || other.is_below(folder) {
                let reason = format!(
                    "`{other}` of {other_state} and `{folder}` of {state} overlap; every state has a folder of its own"
                );
                found.error_among(&[key(state.name()), key(other_state.name())], reason);
            }
        }
    }
    let records = config.directories().records();
    for (state, folder) in &folders {
        if records.is_below(folder) || folder.is_below(&records) {
            found
                .error(&key(state.name()), format!("`{folder}` overlaps `{records}`, where the records lie"));
        }
    }
    let plan = &config.work_plan.file_path;
    if let Some(state) = config.directories().state_of(plan) {
        found.error(
            "work_plan.file_path",
            format!("`{plan}` lies in the folder of {state}, where it would be a PRD"),
        );
    }
}

/// Branches and worktrees get names that git and the file system accept, and no two PRDs the same.
fn names(config: &Config, found: &mut Found<'_>) {
    if let Err(error) = naming::try_branch(config) {
        let keys =
            ["prefix", "separator", "pattern"].map(|name| format!("prd_workflow.branch_naming.{name}"));
        found.error_among(&keys, format!("branches would be refused by git: {error}"));
        return;
    }
    if !naming::branch_tells_prds_apart(config) {
        found.error(
            "prd_workflow.branch_naming.pattern",
            "all PRDs would get one branch; the pattern needs `{prd_id}`, `{number}` or `{feature_name}`",
        );
    }
    if let Err(error) = naming::try_worktree(config) {
        found.error("prd_workflow.worktree.naming_pattern", error.to_string());
    } else if !naming::worktree_tells_prds_apart(config) {
        found.error(
            "prd_workflow.worktree.naming_pattern",
            "all PRDs would get one folder; the pattern needs `{prd_id}`, `{feature}` or `{branch}`",
        );
    }
}

/// Paths of a worktree are what they say.
fn worktree(config: &Config, found: &mut Found<'_>) {
    let worktree = &config.prd_workflow.worktree;
    let parent = worktree.parent_directory.trim();
    if parent.is_empty() || parent.contains('\0') {
        found.error("prd_workflow.worktree.parent_directory", "a folder is needed, `..` for instance");
    }
    if parent.starts_with('~') {
        let reason =
            format!("`{parent}` is taken as it stands, and `~` is not expanded; write the whole path");
        found.error("prd_workflow.worktree.parent_directory", reason);
    }
    for (name, list) in [("copy", &worktree.copy), ("link", &worktree.link)] {
        for (index, path) in list.iter().enumerate() {
            if crate::domain::model::path::RepoPath::new(path).is_err() {
                let key = format!("prd_workflow.worktree.{name}.{index}");
                found.error(&key, format!("`{path}` is not a path inside the repository"));
            }
        }
    }
}

/// Addresses have a scheme, repositories an owner.
fn github(config: &Config, found: &mut Found<'_>) {
    let github = &config.prd_workflow.github;
    if let Some(url) = github.api_url.as_deref().filter(|url| host(url).is_none()) {
        let reason = format!("`{url}` is not an address that begins with `https://` or `http://`");
        found.error("prd_workflow.github.api_url", reason);
    }
    if let Some(repository) = github.repository.as_deref() {
        let parts: Vec<&str> = repository.split('/').collect();
        let good = |part: &&str| {
            !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        };
        if parts.len() != 2 || !parts.iter().all(good) {
            let reason = format!("`{repository}` is not a repository's name; it takes `owner/name`");
            found.error("prd_workflow.github.repository", reason);
        }
    }
    let slack = &config.notifications.slack;
    match slack.webhook_url.as_deref() {
        Some(url) if !(url.starts_with("https://") || is_loopback(url)) || host(url).is_none() => {
            found.error("notifications.slack.webhook_url", "a webhook's address begins with `https://`");
        }
        None if slack.enabled => {
            found
                .warn(KeyPath::parse("notifications.slack.enabled"), "nothing is sent without `webhook_url`");
        }
        Some(_) | None => {}
    }
}

/// True where an address is one of this machine.
pub(super) fn is_loopback(url: &str) -> bool {
    host(url).is_some_and(|host| {
        host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    })
}

/// The host of an http(s) address, in lower case and without port or user; `None` where it is none.
pub(super) fn host(url: &str) -> Option<String> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next()?,
        None => host.split(':').next()?,
    };
    let is_host = !host.is_empty() && !host.contains(char::is_whitespace);
    is_host.then(|| host.to_lowercase())
}

/// Rubrics belong to dimensions that are reviewed, and their facts can be found.
fn review(config: &Config, found: &mut Found<'_>) {
    let names = config.dimension_names();
    for (rubric, own) in &config.prd_workflow.review.rubrics {
        rubric_slots(rubric, &own.slots, found);
        if !names.iter().any(|name| name.to_lowercase() == rubric.trim().to_lowercase()) {
            let key = KeyPath::parse("prd_workflow.review.rubrics").child(rubric);
            found.warn(key, format!("`{rubric}` is not among the dimensions, so its rubric is not used"));
        }
    }
}

fn rubric_slots(rubric: &str, slots: &[RubricSlot], found: &mut Found<'_>) {
    let slots_key = KeyPath::parse("prd_workflow.review.rubrics").child(rubric).child("slots");
    let mut seen: Vec<String> = Vec::new();
    for (index, slot) in slots.iter().enumerate() {
        let key = slots_key.child(index.to_string());
        let mut error = |leaf: &str, reason: String| {
            let key = leaf.split('.').fold(key.clone(), |key, part| key.child(part));
            found.add(Severity::Error, key, reason);
        };
        let name = slot.name.trim().to_lowercase();
        if !name.contains(char::is_alphanumeric) {
            error("name", "a fact needs a name".to_owned());
        } else if seen.contains(&name) {
            error("name", format!("`{}` is the name of an earlier fact too", slot.name.trim()));
        }
        seen.push(name);
        for (at, pattern) in slot.patterns.iter().enumerate() {
            if let Err(wrong) = Regex::new(pattern) {
                let reason = wrong.to_string();
                let last = reason.lines().last().unwrap_or_default().trim_start_matches("error: ");
                error(&format!("patterns.{at}"), format!("`{pattern}` is no regular expression: {last}"));
            }
        }
        let has_words = slot.words.iter().any(|word| word.contains(char::is_alphanumeric));
        if !has_words && slot.patterns.is_empty() && slot.must_have.is_empty() {
            error(
                "words",
                "nothing tells how the fact is found: give `words`, `patterns` or `must_have`".to_owned(),
            );
        }
    }
}

/// Gates have names of their own, scanners are known, a coverage is a percentage.
fn gates(config: &Config, found: &mut Found<'_>) {
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, gate) in config.quality.gates.iter().enumerate() {
        let key = format!("quality.gates.{index}.name");
        if gate.name.trim().is_empty() {
            found.error(&key, "a gate needs a name");
        } else if let Some(earlier) = first.insert(gate.name.trim(), index) {
            found.error(&key, format!("`{}` is the name of gate {} too", gate.name, earlier + 1));
        }
        if gate.command.trim().is_empty() {
            found.error(&format!("quality.gates.{index}.command"), "a gate needs a command");
        }
    }
    let coverage = config.quality.testing.coverage_threshold;
    if coverage > Decimal::whole(100) {
        let reason = format!("{coverage} is out of range: a coverage is 0 to 100 percent");
        found.error("quality.testing.coverage_threshold", reason);
    }
    for tool in config.security.tools.keys() {
        let folded = tool.to_lowercase().replace(['_', ' '], "-");
        if SCANNERS.contains(&folded.as_str()) {
            continue;
        }
        let nearest = SCANNERS
            .into_iter()
            .map(|known| (strsim::jaro_winkler(known, &folded), known))
            .filter(|(likeness, _)| *likeness > 0.8)
            .max_by(|(a, _), (b, _)| a.total_cmp(b))
            .map_or_else(String::new, |(_, known)| format!("; did you mean `{known}`?"));
        let key = KeyPath::parse("security.tools").child(tool);
        found.warn(key, format!("`{tool}` is not a scanner that prd knows, so it is never run{nearest}"));
    }
}

/// Names of teams and services are different in every spelling, and name each other.
fn organisation(config: &Config, found: &mut Found<'_>) {
    let mut folded: BTreeMap<String, &str> = BTreeMap::new();
    for name in config.teams.keys() {
        let key = KeyPath::parse("teams").child(name);
        if name.trim().is_empty() {
            found.add(Severity::Error, key, "a team needs a name");
        } else if let Some(earlier) = folded.insert(name.trim().to_lowercase(), name) {
            found.add(Severity::Error, key, format!("`{name}` and `{earlier}` are one team"));
        }
    }
    let mut folded: BTreeMap<String, &str> = BTreeMap::new();
    for (name, service) in &config.services {
        let key = KeyPath::parse("services").child(name);
        if let Some(earlier) = folded.insert(super::schema::organisation::fold_service(name), name) {
            found.add(Severity::Error, key.clone(), format!("`{name}` and `{earlier}` are one service"));
        }
        let team = service.team.as_deref().and_then(TeamName::new);
        if let Some(team) = team.filter(|team| !config.teams.is_empty() && config.team(team).is_none()) {
            found.warn(key.child("team"), format!("`{team}` is not among the teams"));
        }
    }
    if config.services.is_empty() {
        return;
    }
    for (name, team) in &config.teams {
        for (index, service) in team.services.iter().enumerate() {
            if config.service(service).is_none() {
                let key = KeyPath::parse("teams").child(name).child("services").child(index.to_string());
                found.warn(key, format!("`{service}` is not among the services"));
            }
        }
    }
}

#[cfg(test)]
#[path = "validate_tests.rs"]
mod tests;
