//! Words that leave open what is meant.

use super::check::{Applies, Check, Family, Hit, Touches, entries, hit_of, is_promised, scan, sentences};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::{Document, Statement};
use crate::domain::review::lexicon::list;
use crate::domain::review::topic::Topic;
use crate::domain::review::word::Word;

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
    let (lexicon, harmless) = (list!("vague-demand"), list!("vague-harmless"));
    for (statement, words) in sentences(document) {
        if !statement.may_hold(lexicon) || !is_promised(document, statement, words) {
            continue;
        }
        for range in entries(document, words, lexicon, harmless) {
            if counts(words, range.start) && !is_spelt_out(document, statement) {
                hits.push(hit_of(document, words, range, message));
            }
        }
    }
    if hits.is_empty() {
        return hits;
    }
    let values = Valued::of(document);
    hits.retain(|hit| !values.stands_beside(document, hit));
    hits.sort_by_key(|hit| hit.span.start);
    hits.dedup_by(|later, first| later.span.start < first.span.end);
    hits
}

/// Where the sentences of a document stand, to ask what a hit's own says besides.
struct Valued<'d> {
    sentences: Vec<&'d [Word]>,
}

impl<'d> Valued<'d> {
    fn of(document: &'d Document<'_>) -> Self {
        Self { sentences: sentences(document).map(|(_, words)| words).collect() }
    }

    /// True where the value stands beside the word, "small sums, below 2 €", or where the word only says how far a way
    /// out reaches, "where reasonably possible": another check finds that.
    fn stands_beside(&self, document: &Document<'_>, hit: &Hit) -> bool {
        const NEAR: usize = 8;
        let at = self
            .sentences
            .partition_point(|words| words.last().is_some_and(|last| last.end() <= hit.span.start));
        let Some(words) = self.sentences.get(at) else { return false };
        let end = words.partition_point(|word| word.start() < hit.span.end);
        let begin = words.partition_point(|word| word.end() <= hit.span.start);
        let after = words.get(end..(end + NEAR).min(words.len())).unwrap_or_default();
        let value = after.iter().position(Word::has_digit);
        let explained = value.is_some_and(|value| {
            let between = after.get(value).and_then(|word| document.text.get(hit.span.end..word.start()));
            value < 2
                || between
                    .is_some_and(|text| text.contains([',', ':', '(', '–', '—']) || text.contains(" has "))
        });
        let before = words.get(begin.saturating_sub(4)..begin).unwrap_or_default();
        let (openers, fillers) = (list!("escape-opener"), list!("escape-filler"));
        let opener = before.iter().rposition(|word| openers.has(word) || word.lower == "unless");
        let escapes = opener.is_some_and(|at| {
            before
                .get(at + 1..)
                .unwrap_or_default()
                .iter()
                .all(|word| fillers.has(word) || word.lower == "there")
        });
        explained || escapes
    }
}

/// True for an item whose own list follows and names in code what is meant.
fn is_spelt_out(document: &Document<'_>, statement: &Statement) -> bool {
    let Some(at) = document.block_of(statement).filter(|_| statement.is_item()) else { return false };
    let (own, rest) = (document.outline.blocks.get(at), document.outline.blocks.get(at + 1..));
    let depth = own.map_or(0, |own| own.depth);
    let nested = rest.unwrap_or_default().iter().take_while(|block| block.depth > depth);
    nested.into_iter().any(|block| !block.code_spans.is_empty())
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
        // "A large stash", and neither "how large" nor "is 4 long".
        "large" | "long" | "short" | "big" | "minor" | "major" | "early" | "high" | "low" | "old"
        | "near" | "heavy" | "rare" | "typical" | "normal" | "usual" | "strong" | "weak" | "cheap"
        | "expensive" | "tight" | "loose" | "fair" | "limited" | "brief" | "ordinary" | "rough" => {
            is_degree(words, at)
        }
        "enough" => {
            let next_is_noun = words.get(at + 1).is_some_and(|next| !next.is_function());
            next_is_noun && !matches!(before, "is" | "are")
                || matches!(before, "early" | "late" | "near" | "close")
        }
        "correctly" | "proper" | "simply" | "important" => !is_concrete(words),
        _ => true,
    }
}

/// True for an adjective of degree before its noun, or alone at the end: "large plans", and neither "the long form" nor
/// "10 cm long".
fn is_degree(words: &[Word], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| words.get(before));
    let told = before.is_some_and(|word| {
        word.has_digit()
            || matches!(
                word.lower.as_str(),
                "the" | "how" | "as" | "its" | "their" | "this" | "that" | "no" | "each"
            )
    });
    let noun = words.get(at + 1).is_some_and(|next| !next.is_function() && !next.is_opaque());
    let early = words.get(at).is_some_and(|word| word.lower == "early");
    !told && (noun || early) && !words.iter().any(Word::has_digit)
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

#[cfg(test)]
mod tests {
    use crate::domain::review::testing::count_of;

    #[test]
    fn a_list_below_that_names_code_says_what_is_meant() {
        let hits = |nested: &str| {
            let text = format!("# P\n\n## Scope\n\n- `kitchen/` has small tools\n{nested}- A table\n");
            count_of(&super::CHECK, &text)
        };
        assert_eq!(hits("  - `knife.rs` cuts\n  - `fork.rs` picks\n"), 0);
        assert_eq!(hits("  - what cuts\n"), 1);
        assert_eq!(hits(""), 1);
    }
}
