//! A demand in running text that no criterion covers.

use std::cell::LazyCell;

use rustc_hash::FxHashSet;

use super::check::{Applies, Check, Family, Hit, Touches, read, span_of};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::{Document, Statement, StatementKind, content_of};
use crate::domain::review::lexicon::list;
use crate::domain::review::topic::Topic;
use crate::domain::review::word::Word;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "scope-creep",
    severity: Severity::Hint,
    family: Family::Consistency,
    touches: Touches::Dimensions(&["criteria"]),
    penalty: 10,
    applies: Applies::Always,
    source: "ISO/IEC/IEEE 29148:2018, 5.2.8 (a requirement stands where it is verified)",
    hint: "add a criterion for it, or say that it is not demanded",
    question: "Which criterion proves this demand?",
    bad: "# P\n\n## Approach\n\nRoutes come from the map server. Couriers must sign their contract on the phone.\n\n## Acceptance Criteria\n\n- [ ] The route opens within 2 seconds\n- [ ] A wrong address is refused\n- [ ] The map shows 3 stops\n",
    good: "# P\n\n## Approach\n\nRoutes come from the map server. Couriers must see the next stops of the route.\n\n## Acceptance Criteria\n\n- [ ] The route opens within 2 seconds\n- [ ] A wrong address is refused\n- [ ] The map shows 3 stops\n",
    run,
};

/// Criteria below which nobody can tell what is covered.
const FEWEST_CRITERIA: usize = 2;
/// Words of meaning that a demand needs to be told from the rest.
const FEWEST_WORDS: usize = 3;

/// Sections in which `must` is said of something else.
const ELSEWHERE: [Topic; 12] = [
    Topic::Criteria,
    Topic::OutOfScope,
    Topic::Risks,
    Topic::Alternatives,
    Topic::Minimal,
    Topic::Terms,
    Topic::Effort,
    Topic::Hard,
    Topic::Dependencies,
    Topic::Deployment,
    Topic::Calibration,
    Topic::Other,
];

fn run(document: &Document<'_>) -> Vec<Hit> {
    if document.criteria().filter(|criterion| criterion.quality > 0).count() < FEWEST_CRITERIA {
        return Vec::new();
    }
    let takes_up = |statement: &&Statement| {
        statement.is_about(Topic::Criteria)
            || statement.is_about(Topic::InScope) && !matches!(statement.kind, StatementKind::Prose)
    };
    let covered: LazyCell<FxHashSet<&str>, _> =
        LazyCell::new(|| document.statements.iter().filter(takes_up).flat_map(Statement::content).collect());
    let mut hits = Vec::new();
    for statement in read(document) {
        if ELSEWHERE.iter().any(|topic| statement.is_about(*topic))
            || !matches!(statement.kind, StatementKind::Prose)
        {
            continue;
        }
        for words in statement.sentences.iter().filter_map(|range| statement.prose().get(range.clone())) {
            if !demands(words) {
                continue;
            }
            let (all, new) = content_of(words)
                .fold((0, 0), |(all, new), stem| (all + 1, new + usize::from(!covered.contains(stem))));
            // What is wrong today "must" be done by somebody; what "must also" be, what somebody "must be able to"
            // do and what the product "must" do is demanded.
            let is_told = [Topic::Problem, Topic::Outcome].iter().any(|topic| statement.is_about(*topic));
            let also = words.iter().any(|word| word.lower == "also")
                || words.windows(3).any(|three| three[1].lower == "be" && three[2].lower == "able");
            let introduces = document
                .text
                .get(span_of(words).end..)
                .is_some_and(|rest| rest.trim_start_matches(['*', ')', '_']).starts_with(':'));
            if is_told && !also || introduces {
                continue;
            }
            if new >= FEWEST_WORDS && new * 2 >= all {
                hits.push(Hit::new(span_of(words), "no acceptance criterion covers this demand".to_owned()));
            }
        }
    }
    hits
}

/// True for a demand on the product: not on "we", and not a condition. What "should" be is one where the product or a
/// part of it should.
fn demands(words: &[Word]) -> bool {
    let also = |at: usize| words.get(at + 1).is_some_and(|next| next.lower == "also");
    let product = |at: usize| {
        at.checked_sub(1).and_then(|before| words.get(before)).is_some_and(|word| list!("system").has(word))
    };
    let modal = words.iter().enumerate().position(|(at, word)| match word.lower.as_str() {
        "must" | "shall" => true,
        "should" => also(at) || product(at),
        _ => false,
    });
    let Some(modal) = modal else { return false };
    let before = words.get(..modal).unwrap_or_default();
    let ours = |word: &Word| {
        matches!(
            word.lower.as_str(),
            "we" | "you" | "i" | "if" | "when" | "because" | "that" | "which" | "what" | "who"
        )
    };
    modal > 0 && !before.iter().any(ours)
}

#[cfg(test)]
mod tests {
    use crate::domain::review::testing::count_of;

    #[test]
    fn what_is_demanded_beside_scope_and_criteria_creeps_in() {
        let hits = |sentence: &str| {
            let text = format!(
                "# P\n\n## Summary\n\nShip papers come by fax. {sentence}\n\n## Acceptance criteria\n\n- [ ] The captain reads the papers on the bridge\n- [ ] A page without a stamp is refused\n"
            );
            count_of(&super::CHECK, &text)
        };
        assert_eq!(hits("Agents must be able to order diesel for the return trip."), 1);
        assert_eq!(hits("Clerks must type each number of the cargo again."), 0, "so it is today");
        assert_eq!(hits("The captain must be able to read the papers on the bridge."), 0);
    }
}
