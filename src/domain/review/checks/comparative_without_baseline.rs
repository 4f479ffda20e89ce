//! A comparison with nothing.

use std::ops::Range;

use super::check::{Applies, Check, Family, Hit, Touches, entries, hit_of, is_aside, kind_of, sentences};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::{Document, Statement};
use crate::domain::review::lexicon::list;
use crate::domain::review::sentence::SentenceKind;
use crate::domain::review::topic::Topic;
use crate::domain::review::word::Word;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "comparative-without-baseline",
    severity: Severity::Warning,
    family: Family::Verifiability,
    touches: Touches::Section,
    penalty: 10,
    applies: Applies::Always,
    source: "Femmer et al. 2017, requirements smells (comparatives)",
    hint: "say than what, and by how much",
    question: "",
    bad: "# P\n\n## Goals\n\n- Checkout becomes faster for shoppers\n",
    good: "# P\n\n## Goals\n\n- Checkout becomes faster for shoppers: from 9 s to 4 s\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    let (always, of_goals, harmless) =
        (list!("comparative"), list!("comparative-goal"), list!("comparative-harmless"));
    let compares = |word: &Word| {
        matches!(word.lower.as_str(), "than" | "from" | "instead" | "when" | "no" | "not" | "compared")
    };
    let mut hits = Vec::new();
    let may_be_there = |statement: &Statement| [always, of_goals].iter().any(|list| statement.may_hold(list));
    for (statement, words) in sentences(document).filter(|(statement, _)| may_be_there(statement)) {
        if is_aside(document, statement) || words.iter().any(compares) || tells_value(words) {
            continue;
        }
        let measured =
            statement.words.iter().any(|word| word.lower.starts_with(|c: char| c.is_ascii_digit()));
        let mut found = if measured { Vec::new() } else { entries(document, words, always, harmless) };
        // "The better of the two" is compared.
        found.retain(|range| words.get(range.end).is_none_or(|next| next.lower != "of"));
        let told = match kind_of(document, statement, words) {
            SentenceKind::Goal => true,
            // A criterion may speak of the lower limit, but not of lower cost alone.
            SentenceKind::Criterion => !statement.prose().iter().any(Word::is_opaque),
            SentenceKind::Requirement | SentenceKind::Risk | SentenceKind::Scope | SentenceKind::Prose => {
                false
            }
        };
        if told && (!measured || is_changed_by(words)) {
            found.extend(
                entries(document, words, of_goals, harmless)
                    .into_iter()
                    .filter(|range| is_of_a_goal(statement, words, range)),
            );
            found.sort_by_key(|range| range.start);
            found.dedup_by(|later, first| later.start < first.end);
        }
        hits.extend(
            found
                .into_iter()
                .map(|range| hit_of(document, words, range, |text| format!("`{text}` than what?"))),
        );
    }
    hits
}

/// True for a change by or to a value where nothing says what the value is today: "Reduce the calls by 30 %".
fn is_changed_by(words: &[Word]) -> bool {
    let numbers = words.iter().filter(|word| word.lower.starts_with(|c: char| c.is_ascii_digit()));
    let numbers = numbers.filter(|word| !(word.lower.len() == 4 && word.lower.starts_with("20"))).count();
    numbers == 1
        && words.first().is_some_and(|word| list!("change-verb").has(word))
        && words.windows(2).any(|pair| matches!(pair[0].lower.as_str(), "by" | "to") && pair[1].has_digit())
}

/// True where the sentence tells the value of today.
fn tells_value(words: &[Word]) -> bool {
    words
        .iter()
        .any(|word| matches!(word.lower.as_str(), "today" | "currently" | "baseline" | "was" | "were"))
}

/// True for a comparison that is what the sentence wants: in a criterion only an adverb or adjective at its end, or
/// before its noun at the beginning; "the lower limit" is a name.
fn is_of_a_goal(statement: &Statement, words: &[Word], range: &Range<usize>) -> bool {
    let before = range.start.checked_sub(1).and_then(|at| words.get(at)).map(|word| word.lower.as_str());
    let names = before.is_some_and(|word| matches!(word, "the" | "a" | "an" | "each" | "its"));
    if statement.is_about(Topic::Criteria) {
        let verb = words
            .get(range.start)
            .is_some_and(|word| matches!(word.lower.as_str(), "optimised" | "optimized" | "enhanced"));
        return !names
            && !verb
            && (range.end == words.len()
                || words
                    .get(range.start)
                    .is_some_and(|word| matches!(word.lower.as_str(), "fewer" | "less")));
    }
    !names
}
