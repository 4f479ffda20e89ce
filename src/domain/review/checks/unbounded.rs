//! A promise without a bound: no test can come to its end.

use super::check::{Applies, Check, Family, Hit, Touches, is_demand, sentences, span_of};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::Document;
use crate::domain::review::lexicon::list;
use crate::domain::review::text::Word;
use crate::domain::review::topic::Topic;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "unbounded",
    severity: Severity::Warning,
    family: Family::Verifiability,
    touches: Touches::Section,
    penalty: 10,
    applies: Applies::Always,
    source: "Tjong & Berry 2013, ambiguity (all, any, every); ISO/IEC/IEEE 29148:2018, 5.2.7",
    hint: "name them, or give the number up to which it holds",
    question: "Which ones, and how many at most?",
    bad: "# P\n\n## Acceptance Criteria\n\n- [ ] The page works in all browsers\n",
    good: "# P\n\n## Acceptance Criteria\n\n- [ ] The page works in all browsers that the support page names\n",
    run,
};

/// Sections in which nothing is promised.
const ELSEWHERE: [Topic; 5] =
    [Topic::OutOfScope, Topic::Problem, Topic::Risks, Topic::Alternatives, Topic::Calibration];

fn run(document: &Document<'_>) -> Vec<Hit> {
    let (lexicon, bounds, negations) = (list("unbounded"), list("bound"), list("negation"));
    let mut hits = Vec::new();
    for (statement, words) in sentences(document) {
        let criteria = statement.is_about(Topic::Criteria);
        let promises = criteria || statement.is_about(Topic::Outcome) || is_demand(words);
        if !promises || !criteria && ELSEWHERE.iter().any(|topic| statement.is_about(*topic)) {
            continue;
        }
        for range in lexicon.all_in(words) {
            let before = words.get(range.start.saturating_sub(4)..range.start).unwrap_or_default();
            let after = words.get(range.end..(range.end + 3).min(words.len())).unwrap_or_default();
            let span = span_of(words.get(range).unwrap_or_default());
            let rest = document.text.get(span.end..).unwrap_or_default();
            // What follows in brackets or behind a colon names them.
            let named = rest.trim_start_matches(['*', '_', ' ']).starts_with(['(', ':', '—', '–']);
            let bounded = after.iter().any(|word| bounds.has(word) || word.has_digit() || word.is_opaque());
            if named || bounded || before.iter().any(|word: &Word| negations.has(word)) {
                continue;
            }
            let text = document.text.get(span.clone()).unwrap_or_default();
            hits.push(Hit::new(span, format!("`{text}` has no bound: no test can show it")));
        }
    }
    hits
}
