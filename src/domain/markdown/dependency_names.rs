//! Which fields and sections declare dependencies, by their names.

use super::front_matter;
use crate::domain::model::dependency::{DependencyKind, Direction};
use crate::domain::model::field::FieldName;

/// What holds for all entries of a place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context {
    pub(super) direction: Direction,
    pub(super) kind: Option<DependencyKind>,
    /// Entries without an id are left out.
    pub(super) ids_only: bool,
    pub(super) ignored: bool,
}

impl Default for Context {
    fn default() -> Self {
        Self { direction: Direction::DependsOn, kind: None, ids_only: false, ignored: false }
    }
}

/// The direction that a field name declares; `None` for a field that declares no dependencies.
pub(super) fn field_direction(name: &FieldName) -> Option<(Direction, Option<DependencyKind>)> {
    if let FieldName::Other(folded) = name {
        return match folded.as_str() {
            "hard dependencies" | "hard depends on" | "prd dependencies" => {
                Some((Direction::DependsOn, None))
            }
            "soft dependencies" | "optional dependencies" | "soft depends on" => {
                Some((Direction::DependsOn, Some(DependencyKind::Soft)))
            }
            _ => None,
        };
    }
    if matches!(name, FieldName::DependsOn | FieldName::BlockedBy | FieldName::Dependencies) {
        Some((Direction::DependsOn, None))
    } else if matches!(name, FieldName::Blocks | FieldName::ProvidesFor) {
        Some((Direction::Blocks, None))
    } else {
        None
    }
}

/// What a section of this folded name declares; `None` for any other section.
pub(super) fn section_context(name: &str) -> Option<Context> {
    let plain = Context::default();
    if let Some((direction, kind)) = field_direction(&FieldName::fold(name)) {
        return Some(Context { direction, kind, ..plain });
    }
    let (first, rest) = name.split_once(' ')?;
    if rest == "dependencies" {
        return match first {
            "upstream" | "internal" | "feature" | "project" | "prd" | "external" | "technical" | "cross" => {
                Some(plain)
            }
            "downstream" => Some(Context { direction: Direction::Blocks, ..plain }),
            _ => None,
        };
    }
    let mixed = matches!(
        name,
        "dependencies and risks"
            | "dependencies risks"
            | "risks and dependencies"
            | "risks dependencies"
            | "dependencies and blockers"
            | "dependencies blockers"
            | "dependencies and assumptions"
            | "dependencies assumptions"
            | "assumptions and dependencies"
            | "assumptions dependencies"
            | "constraints and dependencies"
            | "dependencies and constraints"
    );
    mixed.then_some(Context { ids_only: true, ..plain })
}

/// The columns of a table of dependencies that hold ids and kinds.
pub(super) fn dependency_columns(names: &[FieldName], in_section: bool) -> Option<(usize, Option<usize>)> {
    let is_word = |name: &FieldName, words: &[&str]| matches!(name, FieldName::Other(name) if words.contains(&name.as_str()));
    let of_tasks = names.iter().any(|name| {
        matches!(name, FieldName::Estimate | FieldName::Effort | FieldName::EstimatedEffort)
            || is_word(name, &["task", "tasks", "step", "story", "phase"])
    });
    let named = names.iter().position(|name| *name == FieldName::DependsOn);
    let ids = named.or_else(|| {
        let first = names.first().filter(|_| in_section)?;
        (matches!(first, FieldName::Id | FieldName::Dependencies) || is_word(first, &["feature", "name"]))
            .then_some(0)
    });
    let kinds =
        names.iter().position(|name| *name == FieldName::Type || is_word(name, &["kind", "hard soft"]));
    ids.filter(|_| !of_tasks).map(|ids| (ids, kinds))
}

/// Id, kind and reason of an item that is a mapping.
pub(super) fn mapping(text: &str) -> Option<(String, Option<DependencyKind>, Option<String>)> {
    let (mut id, mut kind, mut reason) = (None, None, None);
    for line in text.lines() {
        let (key, value) = line.split_once(": ")?;
        let value = front_matter::scalar(value);
        match key.trim().to_lowercase().as_str() {
            "id" | "prd" | "on" => id = Some(value),
            "kind" | "type" => kind = value.parse().ok(),
            "reason" | "why" | "note" => reason = Some(value),
            _ => {}
        }
    }
    Some((id?, kind, reason))
}
