//! What the name of a section makes of it.

use crate::domain::model::checklist::ItemKind;
use crate::domain::model::field::fold_key;

/// A heading's text without numbering, decoration and a colon, in lower case with single spaces.
pub(super) fn fold_name(heading: &str) -> String {
    let text = heading.trim_start_matches(|c: char| !c.is_alphanumeric());
    let digits = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let text =
        if digits.len() < text.len() && digits.starts_with([' ', ')', ':', '\t']) { digits } else { text };
    fold_key(text)
}

/// What check boxes below a heading of this folded name are; `None` where the name says nothing of it.
///
/// A name that says several things is the first of: definition of done, criterion, rollout, milestone, task.
pub(super) fn item_kind(name: &str) -> Option<ItemKind> {
    let rank = |kind: &ItemKind| match kind {
        ItemKind::Done => 0,
        ItemKind::Criterion => 1,
        ItemKind::Rollout => 2,
        ItemKind::Milestone => 3,
        ItemKind::Task => 4,
        ItemKind::Other => 5,
    };
    let mut before = ("", "");
    let mut found: Option<ItemKind> = None;
    for word in name.split(' ') {
        let kind = kind_of_words(before, word);
        found = found.into_iter().chain(kind).min_by_key(rank);
        before = (before.1, word);
    }
    found
}

/// The kind that a word makes behind the two words before it.
fn kind_of_words(before: (&str, &str), word: &str) -> Option<ItemKind> {
    match (before.0, before.1, word) {
        ("definition", "of", "done")
        | (_, "done", "when")
        | (_, "completion", "checklist")
        | (_, _, "dod") => Some(ItemKind::Done),
        (_, _, "acceptance" | "criteria" | "criterion") => Some(ItemKind::Criterion),
        (_, "roll", "out")
        | (_, "go", "live")
        | (_, "release" | "deployment", "checklist")
        | (_, _, "rollout" | "launch") => Some(ItemKind::Rollout),
        (_, _, "milestone" | "milestones") => Some(ItemKind::Milestone),
        (_, "to", "do")
        | (_, "work", "plan" | "breakdown")
        | (_, "action", "items")
        | (
            _,
            _,
            "task" | "tasks" | "subtasks" | "implementation" | "todo" | "steps" | "phase" | "phases"
            | "deliverables" | "checklist",
        ) => Some(ItemKind::Task),
        _ => None,
    }
}

/// True for the sections that hold nothing but metadata.
pub(super) fn is_metadata(name: &str) -> bool {
    matches!(
        name,
        "metadata"
            | "document metadata"
            | "prd metadata"
            | "meta"
            | "document information"
            | "document info"
            | "document details"
            | "document control"
            | "document properties"
            | "prd information"
            | "prd info"
            | "project information"
            | "project info"
            | "feature information"
            | "general information"
            | "basic information"
            | "properties"
            | "header"
            | "info"
            | "at a glance"
            | "quick facts"
    )
}

/// True for the sections that often begin with metadata and go on with prose: only known keys count there.
pub(super) fn may_hold_metadata(name: &str) -> bool {
    matches!(
        name,
        "overview"
            | "details"
            | "summary"
            | "feature overview"
            | "project overview"
            | "status and ownership"
            | "status"
            | "ownership"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_folded_without_their_numbers() {
        for (heading, name) in [
            ("5.1 Acceptance Criteria:", "acceptance criteria"),
            ("2) Tasks", "tasks"),
            ("✅ Definition of Done", "definition of done"),
            ("3D viewer", "3d viewer"),
            ("Go-Live", "go live"),
        ] {
            assert_eq!(fold_name(heading), name);
        }
    }

    #[test]
    fn names_tell_the_kind_of_boxes() {
        for (name, kind) in [
            ("acceptance criteria", Some(ItemKind::Criterion)),
            ("launch criteria", Some(ItemKind::Criterion)),
            ("definition of done", Some(ItemKind::Done)),
            ("rollout plan", Some(ItemKind::Rollout)),
            ("implementation plan", Some(ItemKind::Task)),
            ("milestones", Some(ItemKind::Milestone)),
            ("multitasking", None),
            ("risks", None),
        ] {
            assert_eq!(item_kind(name), kind, "{name}");
        }
    }
}
