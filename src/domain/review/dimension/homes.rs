//! Which sections belong to which dimension.

use super::resolve::BUILTINS;
use crate::domain::review::document::{Document, Statement};
use crate::domain::review::evidence::By;
use crate::domain::review::lexicon::list;
use crate::domain::review::topic::Topic as T;

/// For each built-in dimension, the topics of its own sections; the first is the one that a reader looks for.
pub const HOMES: [(&str, &[T]); 19] = [
    ("scope", &[T::InScope, T::Problem, T::OutOfScope, T::Outcome, T::Terms]),
    ("feasibility", &[T::Approach, T::Components, T::Hard, T::Effort]),
    ("experience", &[T::Flows, T::Actors, T::Accessibility]),
    ("dependencies", &[T::Dependencies, T::Integration]),
    ("criteria", &[T::Criteria]),
    ("risk", &[T::Risks]),
    ("simplification", &[T::Alternatives, T::Minimal]),
    ("api", &[T::Api, T::Versioning, T::Errors]),
    ("mesh", &[T::Mesh, T::Integration]),
    ("observability", &[T::Observability]),
    ("performance", &[T::Performance]),
    ("deployment", &[T::Deployment, T::Rollback]),
    ("security", &[T::Security]),
    ("compliance", &[T::Compliance, T::Privacy]),
    ("data", &[T::Data]),
    ("documentation", &[T::Documentation]),
    ("community", &[T::Community]),
    ("business", &[T::Business, T::Outcome]),
    ("maintainability", &[T::Maintainability]),
];

/// The sections of a dimension; empty for a custom one.
#[must_use]
pub fn sections_of(dimension: &str) -> &'static [T] {
    HOMES.iter().find(|(id, _)| *id == dimension).map_or(&[], |(_, topics)| topics)
}

/// Slots that are asked about only where a word of a list stands outside of code.
const ONLY_WITH: [(&str, &str); 1] = [("experience/accessibility", "interface")];

/// Topics of what others build, or nobody.
const ELSEWHERE: [T; 5] = [T::OutOfScope, T::Dependencies, T::Alternatives, T::Terms, T::Other];

/// False for a slot that the document has nothing to do with: what nobody looks at needs no screen reader.
#[must_use]
pub fn concerns(document: &Document<'_>, id: &str) -> bool {
    let Some((_, words)) = ONLY_WITH.iter().find(|(slot, _)| *slot == id) else { return true };
    let words = list(words);
    let is_elsewhere = |statement: &Statement| ELSEWHERE.iter().any(|topic| statement.is_about(*topic));
    document.statements.iter().any(|statement| !is_elsewhere(statement) && words.is_in(statement.prose()))
}

/// The section that a slot of a built-in dimension is looked for in first; `None` for an id that is no such slot's.
#[must_use]
pub fn topic_of_slot(id: &str) -> Option<T> {
    let (dimension, slot) = id.split_once('/')?;
    let builtin = BUILTINS.iter().find(|builtin| builtin.id == dimension)?;
    let slot = builtin.slots.iter().find(|known| known.id == slot)?;
    let said = slot.demands.iter().find_map(|demand| match demand.by {
        By::Says(says) => says.topics.first().copied(),
        By::Measured(_) => None,
    });
    said.or_else(|| sections_of(dimension).first().copied())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::review::testing::prd;

    #[test]
    fn every_slot_has_a_section() {
        for builtin in BUILTINS {
            for slot in builtin.slots {
                assert!(topic_of_slot(&format!("{}/{}", builtin.id, slot.id)).is_some(), "{}", slot.id);
            }
        }
        assert_eq!(topic_of_slot("criteria/exist"), Some(T::Criteria));
        assert_eq!(topic_of_slot("scope/out-of-scope"), Some(T::OutOfScope));
        assert_eq!(topic_of_slot("vague-word"), None);
    }

    #[test]
    fn what_nobody_looks_at_needs_no_accessibility() {
        let concerned = |text: &str, id: &str| {
            let prd = prd(text);
            concerns(&Document::new(&prd, text), id)
        };
        let pump = "# P\n\n## Scope\n\n- The pump sends its pressure to the queue\n";
        assert!(!concerned(pump, "experience/accessibility") && concerned(pump, "experience/flows"));
        let valve = "# P\n\n## Scope\n\n- The page shows the pressure of the pump\n";
        assert!(concerned(valve, "experience/accessibility"));
        let other = "# P\n\n## Out of scope\n\n- A page that shows the pressure of the pump\n";
        assert!(!concerned(other, "experience/accessibility"));
    }
}
