//! A promise without a bound: no test can come to its end.

use std::cell::LazyCell;
use std::collections::BTreeSet;
use std::ops::Range;

use super::check::{
    Applies, Check, Family, Hit, Touches, entries, is_demand, is_name, is_promised, sentences, span_of,
};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::{Document, Statement, StatementKind};
use crate::domain::review::lexicon::list;
use crate::domain::review::topic::Topic;
use crate::domain::review::word::Word;

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
    let (lexicon, bounds, negations) = (list!("unbounded"), list!("bound"), list!("negation"));
    let harmless = list!("unbounded-harmless");
    let counted = LazyCell::new(|| counted(document));
    let mut hits = Vec::new();
    let is_there = |statement: &Statement, words: &[Word]| {
        [lexicon, list!("everything")].iter().any(|list| statement.holds_among(list, words))
    };
    for (statement, words) in sentences(document).filter(|(statement, words)| is_there(statement, words)) {
        let criteria = statement.is_about(Topic::Criteria);
        let promises = criteria || is_demand(words) || is_promised(document, statement, words);
        if !promises || !criteria && ELSEWHERE.iter().any(|topic| statement.is_about(*topic)) {
            continue;
        }
        let mut found = entries(document, words, lexicon, harmless);
        found.extend(reaching(words).into_iter().filter(|range| !is_name(document, words, range)));
        found.sort_by_key(|range| range.start);
        found.dedup_by(|later, first| later.start < first.end);
        for range in found {
            let at = range.start;
            let before = words.get(range.start.saturating_sub(4)..range.start).unwrap_or_default();
            let after = words.get(range.end..(range.end + 3).min(words.len())).unwrap_or_default();
            let last = range.end.checked_sub(1).and_then(|at| words.get(at));
            let span = span_of(words.get(range).unwrap_or_default());
            let rest = document.text.get(span.end..).unwrap_or_default();
            // What follows in brackets or behind a colon names them.
            let named = rest.trim_start_matches(['*', '_', ' ']).starts_with(['(', ':', '—', '–']);
            let unlimited = words.get(at).is_some_and(|word| !list!("everything").has(word));
            let bounded = !unlimited
                && after.iter().enumerate().any(|(at, word)| {
                    // "Any error from any bank" is no bound.
                    let more = after.get(at + 1).is_some_and(|next| list!("everything").has(next));
                    !more && (bounds.has(word) || word.has_digit() || word.is_opaque())
                });
            // "All platforms", of which the text counts three, or names both.
            let is_row = matches!(statement.kind, StatementKind::Row { .. });
            let both = is_row && statement.words.iter().any(|word| word.lower == "both");
            let thing = last.filter(|_| !unlimited).is_some_and(|word| counted.contains(word.root.as_str()));
            if named || bounded || both || thing || before.iter().any(|word: &Word| negations.has(word)) {
                continue;
            }
            let text = document.text.get(span.clone()).unwrap_or_default();
            hits.push(Hit::new(span, format!("`{text}` has no bound: no test can show it")));
        }
    }
    hits
}

/// The roots of things that the text counts: "three platforms", "12 warehouses".
fn counted<'d>(document: &'d Document<'_>) -> BTreeSet<&'d str> {
    let numbered = |statement: &&Statement| statement.signals.number || statement.signals.spelled;
    let all = document.statements.iter().filter(numbered).flat_map(|statement| statement.prose().windows(2));
    let counts = |word: &Word| {
        let many = || word.lower.parse::<u32>().is_ok_and(|count| count > 1 && count < 1000);
        word.is_number() && word.lower != "one" || word.has_digit() && many()
    };
    all.filter(|pair| counts(&pair[0]) && !pair[1].has_digit()).map(|pair| pair[1].root.as_str()).collect()
}

/// "Supports all languages", "handles any error": a verb whose object says how far the promise reaches.
fn reaching(words: &[Word]) -> Vec<Range<usize>> {
    let verbs = list!("reaching");
    let mut found = Vec::new();
    for everything in list!("everything").all_in(words) {
        let at = everything.start;
        let before = words.get(at.saturating_sub(3)..at).unwrap_or_default();
        let is_object = before.iter().any(|word| verbs.has(word))
            || words.get(everything.end).is_some_and(|word| list!("universe").has(word));
        let thing = words.get(everything.end);
        // "All crops are recognised": the subject of such a verb.
        let passive = words.get(everything.end..(everything.end + 6).min(words.len())).unwrap_or_default();
        let is_subject = at == 0
            && passive.windows(2).any(|pair| {
                matches!(pair[0].lower.as_str(), "is" | "are" | "be") && list!("reached").has(&pair[1])
            });
        // "Handles all of these", "each and every", "all other", "any of the 3", "all three".
        let named = thing.is_none_or(|word| {
            word.is_function() || word.has_digit() || word.is_opaque() || word.is_number()
        });
        let same = thing.is_some_and(|word| {
            matches!(
                word.lower.as_str(),
                "other"
                    | "others"
                    | "remaining"
                    | "existing"
                    | "required"
                    | "selected"
                    | "configured"
                    | "current"
                    | "affected"
                    | "open"
                    | "listed"
                    | "known"
                    | "supported"
            )
        });
        // "All React workspaces": the thing stands behind what tells it from others.
        let head = words.get(everything.end..(everything.end + 3).min(words.len())).unwrap_or_default();
        let head =
            head.iter().take_while(|word| !word.is_function()).filter(|word| !list!("finite").has(word));
        let at_hand = thing.is_some_and(|word| list!("at-hand").has(word))
            || head.clone().any(|word| list!("at-hand").has(word));
        let at_all = at.checked_sub(1).and_then(|at| words.get(at)).is_some_and(|word| word.lower == "at");
        if !at_all && (is_object || is_subject) && !named && !same && !at_hand {
            found.push(at..everything.end + 1);
        }
    }
    found
}
