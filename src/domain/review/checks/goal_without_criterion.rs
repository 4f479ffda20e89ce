//! A goal that no criterion speaks of.

use super::check::{Applies, Check, Family, Hit, Touches};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::Document;
use crate::domain::review::topic::Topic;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "goal-without-criterion",
    severity: Severity::Warning,
    family: Family::Consistency,
    touches: Touches::Dimensions(&["criteria"]),
    penalty: 20,
    applies: Applies::Always,
    source: "ISO/IEC/IEEE 29148:2018, 5.2.8 (traceable)",
    hint: "add a criterion that proves it, or take the goal out",
    question: "Which criterion proves this goal?",
    bad: "# P\n\n## Goals\n\n- Couriers see their route on a map\n\n## Acceptance Criteria\n\n- [ ] The invoice shows 2 decimals\n",
    good: "# P\n\n## Goals\n\n- Couriers see their route on a map\n\n## Acceptance Criteria\n\n- [ ] The route opens within 2 seconds\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    let goals = document.goals().into_iter().flatten();
    // Where nothing is said to be a goal, the problem stands for it: another check asks for the goals then.
    goals
        .filter(|(goal, is_met)| goal.is_about(Topic::Outcome) && !is_met)
        .map(|(goal, _)| {
            Hit::new(goal.span.clone(), "no acceptance criterion speaks of this goal".to_owned())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::domain::review::testing::count_of;

    #[test]
    fn a_goal_is_covered_by_what_tells_it_from_others() {
        let hits = |goal: &str, criterion: &str| {
            let text = format!(
                "# Parcel lockers\n\n## Goals\n\n- {goal}\n\n## Acceptance criteria\n\n- {criterion}\n"
            );
            count_of(&super::CHECK, &text)
        };
        for (goal, criterion) in [
            ("Neighbours pay for a locker with a card", "Paying with a test card opens locker 4"),
            (
                "The fee of a locker is known before it is opened",
                "Before opening, the screen shows the price",
            ),
            (
                "Recipients open a locker without a key",
                "A locker opens within 2 seconds after the code was typed",
            ),
        ] {
            assert_eq!(hits(goal, criterion), 0, "{goal}");
        }
        for (goal, criterion) in [
            ("Thieves are found before the parcel is gone", "A recipient finds the parcel in locker 4"),
            ("Recipients get a message when the parcel is in", "A recipient gets the parcel out of locker 4"),
        ] {
            assert_eq!(hits(goal, criterion), 1, "{goal}");
        }
    }
}
