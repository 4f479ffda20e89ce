//! A criterion for something that the rest of the text never speaks of.

use std::borrow::Cow;
use std::collections::BTreeSet;

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::check::{Applies, Check, Family, Hit, Touches};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::{Document, Statement, StatementKind, content_of};
use crate::domain::review::meaning::{meanings, telling};
use crate::domain::review::signal::meets_any;
use crate::domain::review::topic::Topic;
use crate::domain::review::word::words;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "criterion-without-goal",
    severity: Severity::Hint,
    family: Family::Consistency,
    touches: Touches::Dimensions(&["criteria"]),
    penalty: 10,
    applies: Applies::Always,
    source: "ISO/IEC/IEEE 29148:2018, 5.2.8 (traceable to its source)",
    hint: "name what it serves under goals or scope, or take it out",
    question: "Which goal does this criterion serve?",
    bad: "# P\n\n## Goals\n\n- Couriers see their route on a map\n- Couriers reach the office by phone\n\n## Acceptance Criteria\n\n- [ ] The route opens within 2 seconds\n- [ ] An invoice holds the customer's tax number\n",
    good: "# P\n\n## Goals\n\n- Couriers see their route on a map\n- Couriers reach the office by phone\n\n## Acceptance Criteria\n\n- [ ] The route opens within 2 seconds\n- [ ] A call reaches the office within 10 seconds\n",
    run,
};

/// Words of meaning that a criterion needs to be told from the rest.
const FEWEST: usize = 2;
/// Words that every plan uses and that a criterion must share with goals and scope to serve them.
const SHARED: usize = 2;

fn run(document: &Document<'_>) -> Vec<Hit> {
    let goals = [Topic::Outcome, Topic::InScope];
    if !goals.iter().any(|topic| document.has_section(*topic)) {
        return Vec::new();
    }
    let title = words(&document.prd.title);
    let rest = || document.statements.iter().filter(|statement| !statement.is_about(Topic::Criteria));
    let mut unsaid: Vec<&Statement> = document
        .criteria()
        .filter(|criterion| criterion.quality > 0 && criterion.content().count() >= FEWEST)
        .filter(|criterion| !matches!(criterion.kind, StatementKind::Row { .. }))
        // What is demanded of every change, and how what is wanted fails, needs no goal of its own.
        .filter(|criterion| !meets_any(criterion, &["everywhere-demanded", "negative"]))
        .collect();
    let headings = document.sections.iter().flat_map(|section| content_of(&section.words));
    let told = content_of(&title).chain(headings).map(Cow::Borrowed).chain(rest().flat_map(parts));
    unsaid = without_those_of(told, unsaid);
    if unsaid.is_empty() {
        return Vec::new();
    }
    let mut meant: BTreeSet<&str> = rest().flat_map(|statement| telling(&statement.words)).collect();
    meant.extend(telling(&title));
    let wanted = |statement: &&Statement| goals.iter().any(|topic| statement.is_about(*topic));
    let mut general: BTreeSet<&str> =
        rest().filter(wanted).flat_map(|statement| meanings(&statement.words)).collect();
    general.extend(meanings(&title));
    let is_meant = |criterion: &Statement| {
        telling(&criterion.words).iter().any(|meaning| meant.contains(meaning))
            || meanings(&criterion.words).intersection(&general).count() >= SHARED
    };
    let unmeant = unsaid.into_iter().filter(|criterion| !is_meant(criterion));
    let message = "nothing else in the text speaks of this";
    unmeant.map(|criterion| Hit::new(criterion.span.clone(), message.to_owned())).collect()
}

/// The criteria that share no stem with what is told; what is told is read no further than it takes to find one for each.
fn without_those_of<'d>(
    told: impl Iterator<Item = Cow<'d, str>>,
    criteria: Vec<&'d Statement>,
) -> Vec<&'d Statement> {
    let words = criteria.iter().map(|criterion| criterion.words.len()).sum();
    let mut wanted: FxHashMap<Cow<'d, str>, Vec<usize>> =
        FxHashMap::with_capacity_and_hasher(words, FxBuildHasher);
    for (at, criterion) in criteria.iter().enumerate() {
        parts(criterion).for_each(|stem| wanted.entry(stem).or_default().push(at));
    }
    let mut is_said = vec![false; criteria.len()];
    let mut left = criteria.len();
    let mut told = told;
    while left > 0
        && let Some(stem) = told.next()
    {
        for at in wanted.remove(&stem).unwrap_or_default() {
            if let Some(is_said) = is_said.get_mut(at).filter(|is_said| !**is_said) {
                *is_said = true;
                left -= 1;
            }
        }
    }
    criteria
        .into_iter()
        .zip(is_said)
        .filter(|(_, is_said)| !is_said)
        .map(|(criterion, _)| criterion)
        .collect()
}

/// Stems of a statement's words, and of the parts of those with dashes.
fn parts(statement: &Statement) -> impl Iterator<Item = Cow<'_, str>> {
    let split = statement.words.iter().filter(|word| word.is_compound()).flat_map(|word| {
        let spaced = words(&word.lower.replace(['-', '_', '/'], " "));
        content_of(&spaced).map(|stem| Cow::Owned(stem.to_owned())).collect::<Vec<_>>()
    });
    statement.content().map(Cow::Borrowed).chain(split)
}

#[cfg(test)]
mod tests {
    use crate::domain::review::testing::count_of;

    #[test]
    fn a_criterion_serves_a_goal_by_words_of_the_same_meaning() {
        let hits = |criterion: &str| {
            let text = format!(
                "# Ferry tickets\n\n## Goals\n\n- Passengers know the day and the hour of their crossing\n\n## Acceptance criteria\n\n- {criterion}\n"
            );
            count_of(&super::CHECK, &text)
        };
        assert_eq!(hits("The phone shows the day and hour 3 days before"), 0, "words of the goal");
        assert_eq!(hits("A wrong pin is refused with \"Try again\""), 0, "how it fails");
        assert_eq!(hits("The menu of the canteen is shown for the current week"), 1);
    }
}
