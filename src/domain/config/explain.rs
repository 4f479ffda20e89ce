//! What `prd config` tells: values with their origins, and what is to be said about them.

use serde::Serialize;
use serde_json::Value;

use super::effects;
use super::key::KeyPath;
use super::layers::Loaded;
use super::problem::{Origin, Problem};
use super::trust::{self, Approval};
use crate::domain::model::finding::Severity;

/// Values of the configuration, sorted by key.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Listing {
    /// One for each key that holds a value; a list is one value.
    pub values: Vec<Shown>,
}

/// One value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shown {
    /// The key.
    pub key: KeyPath,
    /// The value that holds.
    pub value: Value,
    /// Where it came from.
    pub origin: Origin,
}

impl Listing {
    /// The value of a key, or all values below it; empty where nothing has that key.
    #[must_use]
    pub fn of(loaded: &Loaded, below: &KeyPath) -> Self {
        let shown = |key: &KeyPath, origin: &Origin| {
            Some(Shown { key: key.clone(), value: loaded.value(key)?.clone(), origin: origin.clone() })
        };
        let mut values: Vec<Shown> = loaded
            .origins
            .iter()
            .filter(|(key, _)| key.is_below(below))
            .filter_map(|(key, origin)| shown(key, origin))
            .collect();
        if values.is_empty() {
            values.extend(shown(below, &loaded.origin(below)));
        }
        Self { values }
    }
}

/// What a check of the configuration found. It holds no error: those keep a configuration from being loaded.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Checkup {
    /// What is odd.
    pub warnings: Vec<Note>,
    /// Keys that somebody set and that do nothing in this version.
    pub without_effect: Vec<Setting>,
    /// Keys of older dialects.
    pub old_keys: Vec<OldKey>,
    /// What needs the user's approval before it runs or sends anything.
    pub needs_approval: Vec<Approval>,
    /// The hash that approves all of it; `None` where nothing needs approval.
    pub approval_hash: Option<String>,
}

/// A problem in words.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Note {
    /// How bad it is.
    pub severity: Severity,
    /// The key.
    pub key: KeyPath,
    /// Where it was read.
    pub origin: Origin,
    /// What is wrong.
    pub message: String,
}

/// A key that somebody set.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Setting {
    /// The key.
    pub key: KeyPath,
    /// Where it was set.
    pub origin: Origin,
}

/// A key of an older dialect.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OldKey {
    /// As it is written.
    pub old: KeyPath,
    /// What it is now.
    pub new: KeyPath,
    /// Where it stands.
    pub origin: Origin,
}

impl From<&Problem> for Note {
    fn from(problem: &Problem) -> Self {
        Self {
            severity: problem.severity,
            key: problem.key.clone(),
            origin: problem.origin.clone(),
            message: problem.wrong.to_string(),
        }
    }
}

impl Checkup {
    /// Checks a configuration that loads. `own_hosts` as in [`trust::needs_approval`].
    #[must_use]
    pub fn of(loaded: &Loaded, own_hosts: &[&str]) -> Self {
        let needs_approval = trust::needs_approval(loaded, own_hosts);
        let old_keys = loaded.rewritten.iter().map(|row| OldKey {
            old: row.old.clone(),
            new: row.new.clone(),
            origin: row.origin.clone(),
        });
        Self {
            warnings: loaded.warnings.iter().map(Note::from).collect(),
            without_effect: effects::without_effect(loaded)
                .into_iter()
                .map(|(key, origin)| Setting { key, origin })
                .collect(),
            old_keys: old_keys.collect(),
            approval_hash: trust::content_hash(&needs_approval),
            needs_approval,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::layers::{FileLayer, Sources, load};
    use super::*;

    fn loaded(text: &str) -> Loaded {
        load(&Sources { repository: Some(FileLayer::new("c.json", text)), ..Sources::default() }).unwrap()
    }

    fn lines(listing: &Listing) -> Vec<String> {
        listing
            .values
            .iter()
            .map(|shown| format!("{} = {} ({})", shown.key, shown.value, shown.origin))
            .collect()
    }

    #[test]
    fn lists_values_with_their_origins() {
        let loaded = loaded("{\"prd_workflow\": {\n\"prd_id\": {\"prefix\": \"SVC\"}}}");
        assert_eq!(
            lines(&Listing::of(&loaded, &KeyPath::parse("prd_workflow.prd_id"))),
            [
                "prd_workflow.prd_id.number_padding = 3 (built in)",
                "prd_workflow.prd_id.prefix = \"SVC\" (c.json:2:22)",
                "prd_workflow.prd_id.separator = \"-\" (built in)",
            ]
        );
        assert_eq!(Listing::of(&loaded, &KeyPath::root()).values.len(), loaded.origins.len());
        assert!(Listing::of(&loaded, &KeyPath::parse("nonsense")).values.is_empty());
    }

    #[test]
    fn an_element_of_a_list_can_be_named() {
        let loaded = loaded(r#"{"prd_workflow": {"github": {"issue_labels": ["a", "b"]}}}"#);
        assert_eq!(
            lines(&Listing::of(&loaded, &KeyPath::parse("prd_workflow.github.issue_labels.1"))),
            ["prd_workflow.github.issue_labels.1 = \"b\" (c.json:1:52)"]
        );
    }

    #[test]
    fn a_checkup_tells_old_keys_warnings_and_approvals() {
        let checkup = Checkup::of(
            &loaded(
                r#"{"prd_workflow": {"min_grade": "B", "worktree": {"post_create": ["make"]}},
                    "security": {"tools": {"trivvy": true}}}"#,
            ),
            &[],
        );
        assert_eq!(checkup.old_keys.len(), 1);
        assert_eq!(checkup.warnings.len(), 1);
        assert_eq!(checkup.needs_approval.len(), 1);
        assert!(checkup.approval_hash.is_some());
        let quiet = Checkup::of(&Loaded::default(), &[]);
        assert!(
            quiet.warnings.is_empty() && quiet.without_effect.is_empty() && quiet.approval_hash.is_none()
        );
    }
}
