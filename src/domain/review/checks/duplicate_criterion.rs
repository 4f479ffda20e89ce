//! Two criteria that say the same.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use super::check::{Applies, Check, Family, Hit, Touches};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::{Document, Statement};
use crate::domain::review::lexicon::list;
use crate::domain::review::word::Word;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "duplicate-criterion",
    severity: Severity::Warning,
    family: Family::Singularity,
    touches: Touches::Dimensions(&["criteria"]),
    penalty: 20,
    applies: Applies::Always,
    source: "AQUSA (Lucassen et al. 2016): unique",
    hint: "take one of them out",
    question: "",
    bad: "# P\n\n## Acceptance Criteria\n\n- [ ] The export has 50 rows\n- [ ] the export has 50 rows.\n",
    good: "# P\n\n## Acceptance Criteria\n\n- [ ] The export has 50 rows\n- [ ] The export has 3 columns\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    let mut seen: FxHashMap<Vec<&str>, usize> = FxHashMap::default();
    let mut near: Vec<(Vec<&str>, Vec<&str>, usize)> = Vec::new();
    let mut hits = Vec::new();
    for criterion in document.criteria().filter(|criterion| !criterion.has_blank && criterion.words.len() > 1)
    {
        let (key, code) = (key(criterion), code_of(document, criterion));
        let nearly = near
            .iter()
            .find(|(known, other, _)| (is_part(&key, known) || is_part(known, &key)) && *other == code);
        if let Some((_, _, line)) = nearly.filter(|_| !seen.contains_key(&key)) {
            hits.push(Hit::new(criterion.span.clone(), format!("line {line} says the same")));
            continue;
        }
        // A list that nobody reads to its end is compared word for word only.
        if near.len() < FEW {
            near.push((key.clone(), code, criterion.line));
        }
        match seen.entry(key) {
            Entry::Occupied(known) => {
                let message = format!("line {} says the same", known.get());
                hits.push(Hit::new(criterion.span.clone(), message));
            }
            Entry::Vacant(free) => {
                free.insert(criterion.line);
            }
        }
    }
    hits
}

/// Criteria up to which each is compared with each.
const FEW: usize = 200;

/// What stands in code, sorted: `make a` and `make a b` are two commands.
fn code_of<'d>(document: &Document<'d>, criterion: &Statement) -> Vec<&'d str> {
    let block = document.block_of(criterion).and_then(|at| document.outline.blocks.get(at));
    let spans = block.map_or(&[][..], |block| &block.code_spans);
    let mut code: Vec<&str> = spans.iter().filter_map(|span| document.text.get(span.clone())).collect();
    code.sort_unstable();
    code
}

/// True where all of the first are among the second, which says little more and has no other number or denial.
fn is_part(first: &[&str], second: &[&str]) -> bool {
    let (fewer, more) = (first.len(), second.len());
    let tells = |stem: &&str| {
        stem.contains(|c: char| c.is_ascii_digit()) || list!("negation").has(&Word::new(stem, 0))
    };
    fewer >= 4
        && fewer < more
        && fewer * 4 >= more * 3
        && first.iter().all(|stem| second.contains(stem))
        && !second.iter().any(|stem| tells(stem) && !first.contains(stem))
}

/// What two criteria that say the same have in common, whatever the order: the meanings of all words that tell
/// something, numbers and words of denial among them. Fewer than four of these are compared as they stand.
fn key(criterion: &Statement) -> Vec<&str> {
    let (negation, weak) = (list!("negation"), list!("weak-verb"));
    let tells = |word: &&Word| {
        negation.has(word) || word.is_number() || word.has_digit() || !word.is_function() && !weak.has(word)
    };
    let mut told: Vec<&str> =
        criterion.words.iter().filter(tells).map(|word| word.meaning.as_str()).collect();
    told.sort_unstable();
    told.dedup();
    if told.len() < 4 {
        return criterion.words.iter().map(|word| word.lower.as_str()).collect();
    }
    told
}

#[cfg(test)]
mod tests {
    use crate::domain::review::testing::count_of;

    #[test]
    fn the_order_of_words_makes_no_other_criterion() {
        let hits = |first: &str, second: &str| {
            let text = format!("# P\n\n## Acceptance Criteria\n\n- [ ] {first}\n- [ ] {second}\n");
            count_of(&super::CHECK, &text)
        };
        assert_eq!(hits("At 04:00 three new rows are shown", "Three new rows are shown at 04:00"), 1);
        assert_eq!(
            hits(
                "A clerk downloads the file of May as PDF",
                "The file of May can be downloaded by a clerk as PDF"
            ),
            1
        );
        assert_eq!(
            hits(
                "A parcel that is weighed twice and differs is written to `differs.txt`",
                "`differs.txt` gets the name of a parcel that was weighed twice and differs"
            ),
            1
        );
        assert_eq!(
            hits(
                "A visitor who has chosen the garden gets its opening hours at noon",
                "At noon a visitor who chose the garden gets the opening hours"
            ),
            1
        );
        assert_eq!(
            hits(
                "When a clerk of the north opens the list, the total of the week is shown",
                "When a clerk of the south opens the list, the total of the week is shown"
            ),
            0
        );
        assert_eq!(
            hits(
                "The nightly job runs `make lint docs` and prints the result",
                "The nightly job runs `make lint docs spell` and prints the result"
            ),
            0
        );
        assert_eq!(hits("At 04:00 three new rows are shown", "At 05:00 three new rows are shown"), 0);
        assert_eq!(
            hits("Three new rows are shown to a clerk", "Three new rows are never shown to a clerk"),
            0
        );
        assert_eq!(hits("It is on", "It is off"), 0);
    }
}
