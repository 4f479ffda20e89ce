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
pub(super) fn item_kind(name: &str) -> Option<ItemKind> {
    const KINDS: [(ItemKind, &[&str]); 5] = [
        (ItemKind::Done, &["definition of done", "dod", "done when", "completion checklist"]),
        (ItemKind::Criterion, &["acceptance", "success criteria", "criteria", "criterion"]),
        (
            ItemKind::Rollout,
            &["rollout", "roll out", "launch", "release checklist", "deployment checklist", "go live"],
        ),
        (ItemKind::Milestone, &["milestone", "milestones"]),
        (
            ItemKind::Task,
            &[
                "task",
                "tasks",
                "implementation",
                "todo",
                "to do",
                "work plan",
                "work breakdown",
                "steps",
                "phase",
                "phases",
                "deliverables",
                "action items",
                "checklist",
                "subtasks",
            ],
        ),
    ];
    let begins_with = |tail: &str, words: &str| {
        tail.strip_prefix(words).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    let starts = name.match_indices(' ').map(|(at, _)| at + 1);
    let tails = || std::iter::once(0).chain(starts.clone()).filter_map(|at| name.get(at..));
    let has = |words: &str| tails().any(|tail| begins_with(tail, words));
    KINDS.iter().find(|(_, all)| all.iter().any(|words| has(words))).map(|(kind, _)| *kind)
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
