//! Words that leave open what is meant.

use super::check::{Applies, Check, Family, Hit, Touches, entries, hit_of, is_promised, scan, sentences};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::{Document, Statement};
use crate::domain::review::lexicon::list;
use crate::domain::review::text::Word;
use crate::domain::review::topic::Topic;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "vague-word",
    severity: Severity::Hint,
    family: Family::Ambiguity,
    touches: Touches::Section,
    penalty: 5,
    applies: Applies::Always,
    source: "Tjong & Berry 2013, ambiguity; NASA ARM weak phrases",
    hint: "say which, how many or under which condition",
    question: "",
    bad: "# P\n\n## Scope\n\n- Various reports are sent at appropriate times\n",
    good: "# P\n\n## Scope\n\n- Two reports are sent at noon, `various` being a name\n",
    run,
};

/// Sections that tell what is and what may be.
const STORIES: [Topic; 7] = [
    Topic::Problem,
    Topic::Risks,
    Topic::Alternatives,
    Topic::OutOfScope,
    Topic::Hard,
    Topic::Calibration,
    Topic::Other,
];

fn run(document: &Document<'_>) -> Vec<Hit> {
    let message = |word: &str| format!("`{word}` leaves open what is meant");
    // Where a story is told, "several" and "often" are what was seen.
    let told = |statement: &Statement| STORIES.iter().any(|topic| statement.is_about(*topic));
    let wanted =
        |statement: &Statement, words: &[Word]| is_promised(document, statement, words) || !told(statement);
    let mut hits = scan(document, ("vague", "vague-harmless"), wanted, message);
    let (lexicon, harmless) = (list("vague-demand"), list("vague-harmless"));
    for (statement, words) in sentences(document) {
        if !is_promised(document, statement, words) {
            continue;
        }
        for range in entries(document, words, lexicon, harmless) {
            if counts(words, range.start) {
                hits.push(hit_of(document, words, range, message));
            }
        }
    }
    hits.sort_by_key(|hit| hit.span.start);
    hits.dedup_by(|later, first| later.span.start < first.span.end);
    hits
}

/// True unless what stands around the word says how much: a number behind "almost", "how" before "many".
fn counts(words: &[Word], at: usize) -> bool {
    let lower = |at: usize| words.get(at).map_or("", |word| word.lower.as_str());
    let before = at.checked_sub(1).map_or("", lower);
    let next_is_number = words.get(at + 1).is_some_and(|word| word.has_digit() || word.is_opaque());
    match lower(at) {
        // "As many", "how often", "so few", "not all and not many" compare.
        "many" | "few" | "often" | "much" | "good" | "well" => !matches!(
            before,
            "how"
                | "as"
                | "so"
                | "too"
                | "very"
                | "first"
                | "last"
                | "next"
                | "work"
                | "works"
                | "at"
                | "no"
                | "not"
                | "the"
        ),
        "most" => before != "at" && lower(at + 1) != "at" && !next_is_number && has_noun(words, at + 1),
        "some" => lower(at + 1) != "of" || lower(at + 2) != "them",
        "approximately" | "nearly" | "almost" | "roughly" | "mostly" => !next_is_number,
        "certain" => before != "is" && before != "are" && before != "make",
        "correctly" | "proper" | "simply" | "important" => !is_concrete(words),
        _ => true,
    }
}

/// True where a plural follows: "most users", and not "most important".
fn has_noun(words: &[Word], at: usize) -> bool {
    words
        .get(at)
        .is_some_and(|word| word.lower.len() > 3 && word.lower.ends_with('s') && !word.lower.ends_with("ss"))
}

/// True where a sentence has a value or a name in code that says what it is about.
fn is_concrete(words: &[Word]) -> bool {
    words.iter().any(|word| word.has_digit() || word.is_opaque())
}
