//! A promise without a bound: no test can come to its end.

use std::ops::Range;

use super::check::{Applies, Check, Family, Hit, Touches, is_demand, sentences, span_of};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::{Document, Statement, StatementKind};
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
        let wanted = [Topic::InScope, Topic::Outcome, Topic::Criteria];
        // A row says in one cell what it means in another.
        let is_row = matches!(statement.kind, StatementKind::Row { .. });
        let promises = is_demand(words)
            || !is_row
                && wanted.iter().any(|topic| statement.is_about(*topic))
                && list("promise-verb").is_in(words);
        if !promises || !criteria && ELSEWHERE.iter().any(|topic| statement.is_about(*topic)) {
            continue;
        }
        for range in lexicon.all_in(words).chain(wide(words)) {
            let before = words.get(range.start.saturating_sub(4)..range.start).unwrap_or_default();
            let after = words.get(range.end..(range.end + 3).min(words.len())).unwrap_or_default();
            let entry = words.get(range.clone()).unwrap_or_default();
            let is_any = entry.len() == 1 && entry.first().is_some_and(|word| word.lower == "any");
            if is_any && !means_any(document, statement, words, range.start) {
                continue;
            }
            let mut span = span_of(entry);
            // What `any` is said of is part of it.
            let after = if is_any {
                span.end = after.first().map_or(span.end, |word| word.end);
                after.get(1..).unwrap_or_default()
            } else {
                after
            };
            let rest = document.text.get(span.end..).unwrap_or_default();
            // What follows in brackets or behind a colon names them.
            let named = rest.trim_start_matches(['*', '_', ' ']).starts_with(['(', ':', '—', '–']);
            let limitless = entry_is_limitless(entry);
            let bounded = !limitless
                && after.iter().any(|word| bounds.has(word) || word.has_digit() || word.is_opaque());
            if named || bounded || before.iter().any(|word: &Word| negations.has(word)) {
                continue;
            }
            let text = document.text.get(span.clone()).unwrap_or_default();
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            hits.push(Hit::new(span, format!("`{text}` has no bound: no test can show it")));
        }
    }
    hits
}

/// "All" or "every" of a kind behind "supports", "works with" and the like, where nothing counts or names them.
fn wide(words: &[Word]) -> Vec<Range<usize>> {
    let (verbs, counted, lexicon) = (list("wide-verb"), list("all-bounded"), list("unbounded"));
    (0..words.len())
        .filter_map(|verb| {
            let at = verb + verbs.at(words, verb);
            let is_all = at > verb
                && words.get(at).is_some_and(|word| matches!(word.lower.as_str(), "all" | "every"))
                && lexicon.at(words, at) == 0;
            let next = words.get(at + 1)?;
            let known = counted.has(next) || next.has_digit() || next.is_opaque();
            (is_all && !known).then_some(at..at + 2)
        })
        .collect()
}

/// True for words that say themselves that there is no bound: "an unlimited number of pupils" is not bounded by "of".
fn entry_is_limitless(entry: &[Word]) -> bool {
    entry
        .first()
        .is_some_and(|word| matches!(word.lower.as_str(), "unlimited" | "infinite" | "limitless" | "endless"))
}

/// True where `any` is said of all things of a kind: no name, no condition, and not "any of these".
fn means_any(document: &Document<'_>, statement: &Statement, words: &[Word], at: usize) -> bool {
    let Some(next) = words.get(at + 1) else { return false };
    let text = |word: &Word| document.text.get(word.start..word.end).unwrap_or_default();
    let is_name = text(next).starts_with(char::is_uppercase);
    let conditional = words.get(..at).unwrap_or_default().iter().any(|word| {
        matches!(
            word.lower.as_str(),
            "if" | "when" | "whether" | "whenever" | "once" | "before" | "after" | "unless"
        )
    });
    let denies = words.get(..at).unwrap_or_default().iter().any(|word| list("negation").has(word));
    let adjoins = document.text.get(words.get(at).map_or(0, |word| word.end)..next.start) == Some(" ");
    adjoins
        && !is_name
        && !conditional
        && !denies
        && !next.is_opaque()
        && !list("any-bounded").has(next)
        && !statement.is_about(Topic::OutOfScope)
}

#[cfg(test)]
mod tests {
    use crate::domain::review::testing::prd;

    use super::*;

    fn hits(text: &str) -> usize {
        let text = format!("# P\n\n## Requirements\n\n- {text}\n");
        let prd = prd(&text);
        (CHECK.run)(&Document::new(&prd, &text)).len()
    }

    #[test]
    fn finds_what_has_no_bound() {
        for text in [
            "The service accepts files from any bank",
            "The formatter supports all programming languages",
            "The forecast is always right",
            "Saved games never get lost",
            "The app is available at all times",
            "The planner works with every harvester",
            "The player runs on all televisions",
        ] {
            assert_eq!(hits(text), 1, "{text}");
        }
    }

    #[test]
    fn leaves_what_is_bounded_named_or_denied() {
        for text in [
            "The run covers all 12 warehouses",
            "The list shows all changes since the last tag",
            "The menu reacts to the any-key handler",
            "Any Key College is the pilot school",
            "The page is not shown to any guest",
            "When any row is wrong, the import is refused",
            "The import accepts any of these formats",
            "The player supports all three themes",
            "The planner supports all machines that the list names",
            "The menu shows all orders",
            "A card number is never written to a log",
            "The app supports all browsers that the support page names",
            "The app supports all devices (three phones, two tablets)",
        ] {
            assert_eq!(hits(text), 0, "{text}");
        }
    }
}
