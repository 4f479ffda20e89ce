//! A demand in running text that no criterion covers.

use std::collections::HashSet;

use super::check::{Applies, Check, Family, Hit, Touches, read, span_of};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::{Document, Statement, StatementKind, content_of};
use crate::domain::review::lexicon::list;
use crate::domain::review::text::Word;
use crate::domain::review::topic::Topic;

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

/// Sections in which the product is demanded something.
const DEMANDING: [Topic; 7] = [
    Topic::InScope,
    Topic::Approach,
    Topic::Flows,
    Topic::Api,
    Topic::Security,
    Topic::Performance,
    Topic::Accessibility,
];

/// Sections in which `must` is said of something else.
const ELSEWHERE: [Topic; 14] = [
    Topic::Criteria,
    Topic::OutOfScope,
    Topic::Problem,
    Topic::Outcome,
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
    let covered: HashSet<String> = document.about(Topic::Criteria).flat_map(Statement::content).collect();
    let mut hits = Vec::new();
    for statement in read(document) {
        let demanding =
            DEMANDING.iter().any(|topic| statement.is_about(*topic)) || statement.topics.is_empty();
        let told = statement.topics.iter().all(|topic| *topic == Topic::Problem);
        let elsewhere = ELSEWHERE.iter().any(|topic| statement.is_about(*topic));
        if !(demanding && !elsewhere || told && is_of_the_product(statement))
            || !matches!(statement.kind, StatementKind::Prose)
        {
            continue;
        }
        for words in statement.sentences.iter().filter_map(|range| statement.prose.get(range.clone())) {
            let stems: Vec<String> = content_of(words).collect();
            if demands(words)
                && stems.len() >= FEWEST_WORDS
                && !stems.iter().any(|stem| covered.contains(stem))
            {
                hits.push(Hit::new(span_of(words), "no acceptance criterion covers this demand".to_owned()));
            }
        }
    }
    hits
}

/// True where the subject is what is built: "the portal must also offer". In a story people must do things.
fn is_of_the_product(statement: &Statement) -> bool {
    let subject =
        statement.prose.iter().take_while(|word| !matches!(word.lower.as_str(), "must" | "shall" | "should"));
    subject.last().is_some_and(|word| list("system").has(word))
}

/// True for a demand on the product: not on "we", and not a condition.
fn demands(words: &[Word]) -> bool {
    let modal = words.iter().position(|word| matches!(word.lower.as_str(), "must" | "shall" | "should"));
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
