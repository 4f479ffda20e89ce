//! What counts for a slot besides the statements that its word lists find: told by where it stands and how it is built.

use crate::domain::review::document::{Document, Statement};
use crate::domain::review::lexicon::list;
use crate::domain::review::text::mask;
use crate::domain::review::topic::Topic;
use crate::domain::review::word::Word;

/// A statement of a section of terms or assumptions: there, each is one.
#[must_use]
pub fn is_shared(document: &Document<'_>, statement: &Statement) -> bool {
    let section = document.section_of(statement);
    section.is_some_and(|section| section.topics.contains(&Topic::Terms)) && !statement.is_code
}

/// A criterion of success with a number: it says what will be different, and by how much.
#[must_use]
pub fn is_success(document: &Document<'_>, statement: &Statement) -> bool {
    let section = document.section_of(statement);
    statement.is_about(Topic::Criteria)
        && section.is_some_and(|section| list!("success-heading").is_in(&section.words))
        && statement.signals.number
}

/// The whole plan said to be small, in the story or the scope: "it is deliberately minimal".
#[must_use]
pub fn is_smallest(_: &Document<'_>, statement: &Statement) -> bool {
    is_about_any(statement, &[Topic::Problem, Topic::InScope])
        && statement.mentions(list!("smallest-version"))
}

/// A thing left out with its reason behind a dash or in brackets: "Fax — nobody has one".
#[must_use]
pub fn is_left_out_with_reason(document: &Document<'_>, statement: &Statement) -> bool {
    if !(statement.is_item() && statement.is_about(Topic::OutOfScope)) {
        return false;
    }
    let masked = mask(document.source(statement));
    let behind_dash = [" — ", " – ", " - "].iter().filter_map(|dash| masked.split_once(dash));
    let in_brackets = masked.split_once(" (").filter(|(_, reason)| {
        let has_function = |word: &str| Word::new(word, 0).is_function();
        reason.split_whitespace().count() > 2 && reason.split_whitespace().any(has_function)
    });
    let mut reasons = behind_dash.chain(in_brackets);
    reasons.any(|(_, reason)| reason.split_whitespace().count() > 1)
}

/// What happens where another system fails, told as a flow, a criterion or a target.
#[must_use]
pub fn is_failure_of_others(_: &Document<'_>, statement: &Statement) -> bool {
    is_about_any(statement, &[Topic::Flows, Topic::Criteria, Topic::Performance])
        && statement.mentions(list!("others-fail"))
}

/// What may happen, told where a decision is weighed, before its way back, or as the failure of another system.
#[must_use]
pub fn is_risk(document: &Document<'_>, statement: &Statement) -> bool {
    is_weighed_risk(statement) || is_undone(statement) || is_failure_of_others(document, statement)
}

/// What is done against such a risk, in the same sentence or the next.
#[must_use]
pub fn is_mitigation(document: &Document<'_>, statement: &Statement) -> bool {
    is_undone(statement)
        || (is_risk(document, statement) || follows_risk(document, statement))
            && statement.mentions(list!("mitigation"))
}

/// True for a sentence behind one that weighs a risk, in the same paragraph.
fn follows_risk(document: &Document<'_>, statement: &Statement) -> bool {
    if !statement.is_about(Topic::Alternatives) {
        return false;
    }
    let at = document.statements.partition_point(|other| other.span.start < statement.span.start);
    let before = at.checked_sub(1).and_then(|at| document.statements.get(at));
    before.is_some_and(|before| {
        is_weighed_risk(before) && document.block_of(before) == document.block_of(statement)
    })
}

fn is_weighed_risk(statement: &Statement) -> bool {
    statement.is_about(Topic::Alternatives) && !statement.is_code && statement.mentions(list!("possibility"))
}

/// True for a way back that says from what: "If the lamp breaks, light the old one."
fn is_undone(statement: &Statement) -> bool {
    let is_condition =
        || statement.prose().first().is_some_and(|word| matches!(word.lower.as_str(), "if" | "when"));
    is_about_any(statement, &[Topic::Rollback]) && is_condition() && statement.mentions(list!("impact"))
}

fn is_about_any(statement: &Statement, topics: &[Topic]) -> bool {
    !statement.is_code && topics.iter().any(|topic| statement.is_about(*topic))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::review::dimension::resolve::BUILTINS;
    use crate::domain::review::testing::prd;

    /// How far a text fills a slot.
    fn degree(id: &str, text: &str) -> u32 {
        let text = format!("# P\n\n{text}\n");
        let prd = prd(&text);
        let document = Document::new(&prd, &text);
        let (dimension, slot) = id.split_once('/').unwrap();
        let builtin = BUILTINS.iter().find(|builtin| builtin.id == dimension).unwrap();
        let at = builtin.slots.iter().position(|known| known.id == slot).unwrap();
        builtin.fill(&document, &[])[at].degree
    }

    #[test]
    fn each_slot_takes_what_counts_besides_its_words() {
        for (id, text) in [
            (
                "scope/terms",
                "## Assumptions\n\n- The harbour has 2 piers at night\n- Boats carry a radio of 5 W",
            ),
            ("simplification/smallest", "## Problem\n\nThe harbour of 2026 is deliberately minimal."),
            ("simplification/left-out", "## Out of scope\n\n- Fax for `harbour` — 3 offices have one"),
            (
                "dependencies/failure-behaviour",
                "## Acceptance criteria\n\n- [ ] With the API `tides` where no answer from it comes, 0 is shown",
            ),
            ("risk/risks", "## Decisions\n\nThe lamp of pier 2 may go out."),
            (
                "risk/mitigation",
                "## Decisions\n\nThe lamp of pier 2 may go out. Fall back to the horn of pier 1.",
            ),
        ] {
            assert!(degree(id, text) > 0, "{id}");
        }
    }

    #[test]
    fn who_waits_is_told_by_a_header_or_a_list_of_consumers() {
        let waiting = |text: &str| degree("dependencies/waiting", text);
        assert_eq!(waiting("**Blocks**: None, boats come when they like"), 1000);
        let table = "## Dependencies\n\n| Consumer | How |\n| --- | --- |\n| Ferry office | Reads `tides.csv` each hour |";
        assert!(waiting(table) >= 900);
        assert!(waiting("## Required by\n\n- The ferry office reads `tides.csv` each hour") >= 900);
        assert_eq!(waiting("## Dependencies\n\n- All dependencies are in `tides/vendor`"), 0);
    }

    #[test]
    fn the_label_of_a_constraint_is_no_hardest_part() {
        let hardest = |text: &str| degree("feasibility/hardest", text);
        assert_eq!(hardest("## Tasks\n\n- **Constraints**: Use `tides.csv` for all ports"), 0);
        assert!(hardest("## Tasks\n\n- **Constraints**: `tides.csv` was tried with 40 ports") > 0);
    }

    #[test]
    fn accessibility_is_no_name_in_code_and_no_brand() {
        let accessibility = |text: &str| degree("experience/accessibility", text);
        assert_eq!(accessibility("## Approach\n\n```ts\nconst keyboard = aria(locale, caption);\n```"), 0);
        assert_eq!(accessibility("## Approach\n\nThe 4 brand colors are constants in `colors.ts`."), 0);
        assert_eq!(accessibility("## Approach\n\nThe translation of 12 types to schemas is mechanical."), 0);
        assert!(accessibility("## Approach\n\nAll 12 texts are translated into Danish and Dutch.") > 0);
    }

    #[test]
    fn criteria_of_success_say_what_will_be_better() {
        let table = "| What | Target |\n| --- | --- |\n| Late ferries | under 5 % of 200 trips |\n| Calls to the office | 10 in a week |";
        assert!(degree("scope/outcome", &format!("## Success criteria\n\n{table}")) >= 900);
        let unmeasured = "| What | Target |\n| --- | --- |\n| Late ferries | fewer than `before` |";
        assert_eq!(degree("scope/outcome", &format!("## Success criteria\n\n{unmeasured}")), 0);
        assert_eq!(degree("scope/outcome", &format!("## Acceptance criteria\n\n{table}")), 0);
    }

    #[test]
    fn cases_that_are_tested_show_the_limits() {
        let tests = "## Testing\n\n### Test scenarios\n\n1. A ferry without a name is rejected with `unnamed`\n2. An unknown port gives `404` and no ferry";
        assert!(degree("criteria/edge-cases", tests) >= 900);
    }

    /// How many statements of a section count.
    fn count(counts: fn(&Document<'_>, &Statement) -> bool, heading: &str, body: &str) -> usize {
        let text = format!("# P\n\n## {heading}\n\n{body}\n");
        let prd = prd(&text);
        let document = Document::new(&prd, &text);
        document.statements.iter().filter(|statement| counts(&document, statement)).count()
    }

    #[test]
    fn assumptions_count_without_a_word_and_labels_of_tasks_do_not() {
        let body = "- The harbour is open at night\n- Boats have a radio";
        assert_eq!(count(is_shared, "Assumptions", body), 2);
        assert_eq!(count(is_shared, "Tasks", "- **Constraints**: the harbour is open at night"), 0);
    }

    #[test]
    fn a_reason_stands_behind_a_dash_or_in_brackets() {
        for (body, found) in [
            ("- Fax — nobody has one", 1),
            ("- Fax (every office has thrown its own away)", 1),
            ("- Fax, telegrams and letters", 0),
            ("- Fax (telegram, letter)", 0),
            ("- `a - b` in the names", 0),
        ] {
            assert_eq!(count(is_left_out_with_reason, "Out of scope", body), found, "{body}");
        }
        assert_eq!(count(is_left_out_with_reason, "Scope", "- Fax — nobody has one"), 0);
    }

    #[test]
    fn a_small_plan_is_said_of_the_whole() {
        assert_eq!(
            count(is_smallest, "Problem", "The harbour is deliberately minimal: a pier and a lamp."),
            1
        );
        assert_eq!(count(is_smallest, "Problem", "Even the smallest boat waits for an hour."), 0);
    }

    #[test]
    fn the_failure_of_others_counts_where_it_is_proved() {
        let body = "- If the radio is down, boats get a light signal\n- Boats get a number";
        assert_eq!(count(is_failure_of_others, "Acceptance criteria", body), 1);
        assert_eq!(count(is_failure_of_others, "Background", body), 0);
    }

    #[test]
    fn a_decision_tells_risks_and_what_is_done_against_them() {
        let body = "**Tradeoffs**: The lamp may go out in a storm. Fall back to the horn. Oil is cheap.";
        assert_eq!(count(is_risk, "Decisions", body), 1);
        assert_eq!(count(is_mitigation, "Decisions", body), 1);
        let back = "If the lamp fails, light the old one. Oil is cheap.";
        assert_eq!((count(is_risk, "Rollback", back), count(is_mitigation, "Rollback", back)), (1, 1));
        assert_eq!(count(is_risk, "Background", "The lamp may go out in a storm."), 0);
    }
}
