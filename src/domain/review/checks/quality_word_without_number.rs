//! A quality that is demanded and not measured.

use std::ops::Range;

use super::check::{
    Applies, Check, Family, Hit, Touches, entries, hit_of, is_aside, is_demand, is_promised, sentences,
};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::{Document, Statement, StatementKind};
use crate::domain::review::lexicon::list;
use crate::domain::review::topic::Topic;
use crate::domain::review::word::Word;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "quality-word-without-number",
    severity: Severity::Warning,
    family: Family::Verifiability,
    touches: Touches::Section,
    penalty: 10,
    applies: Applies::Always,
    source: "QuARS (Gnesi et al. 2005); Femmer et al. 2017, requirements smells (subjective language)",
    hint: "say how fast, how many, measured how",
    question: "How much is enough, in which unit?",
    bad: "# P\n\n## Acceptance Criteria\n\n- [ ] The page must be fast when it opens\n",
    good: "# P\n\n## Acceptance Criteria\n\n- [ ] The page must be fast: it opens within 800 ms\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    let (anywhere, said, harmless) =
        (list!("quality"), list!("quality-predicate"), list!("quality-harmless"));
    let message = |word: &str| format!("`{word}` without a number means something else to everybody");
    let mut hits = Vec::new();
    let may_be_there = |statement: &Statement| [anywhere, said].iter().any(|list| statement.may_hold(list));
    for (statement, words) in sentences(document).filter(|(statement, _)| may_be_there(statement)) {
        let demands = is_promised(document, statement, words)
            || is_demand(words) && !statement.is_about(Topic::Problem) && !statement.is_about(Topic::Risks)
            || statement.is_about(Topic::Performance) && statement.is_item();
        if !demands || is_aside(document, statement) || statement.signals.measure {
            continue;
        }
        let mut found = entries(document, words, anywhere, harmless);
        found.extend(
            entries(document, words, said, harmless)
                .into_iter()
                .filter(|range| is_said(document, words, range)),
        );
        found
            .retain(|range| !is_explained_in_row(statement, words) && !names_a_thing(document, words, range));
        found.sort_by_key(|range| range.start);
        found.dedup_by(|later, first| later.start < first.end);
        hits.extend(found.into_iter().map(|range| hit_of(document, words, range, message)));
    }
    hits
}

/// True for a cell without a verb in a row of three cells and more, another of which says what is meant: "Secure storage |
/// Token in the keychain | Code review".
fn is_explained_in_row(statement: &Statement, words: &[Word]) -> bool {
    let StatementKind::Row { cells, .. } = &statement.kind else { return false };
    let says_more = |cell: &&String| {
        let count = cell.split_whitespace().count();
        count > 2 || count > 0 && cell.contains(['`', '(']) || cell.chars().any(|c| c.is_ascii_digit())
    };
    let is_label = words.len() < 8 && !["finite", "obligation"].iter().any(|name| list(name).is_in(words));
    is_label && cells.len() > 2 && cells.iter().filter(says_more).count() > 1
}

/// True for a quality in the name of a thing that is known already, "the secure email gateway", or before a name of
/// several words: "a lightweight Operations Review Board".
fn names_a_thing(document: &Document<'_>, words: &[Word], range: &Range<usize>) -> bool {
    let verbs = list!("finite");
    let article = range.start.checked_sub(1).and_then(|at| words.get(at));
    let joined = |at: usize| {
        let ends = words.get(at).zip(words.get(at + 1));
        ends.map(|(a, b)| document.between(a, b)).is_some_and(|gap| gap.trim().is_empty())
    };
    let noun = |at: usize| {
        words.get(at).is_some_and(|word| !word.is_function() && !verbs.has(word) && !word.is_opaque())
    };
    let capital = |at: usize| words.get(at).is_some_and(Word::has_capital);
    let before_name = (range.end..range.end + 2).all(|at| capital(at) && joined(at - 1));
    let known = article.is_some_and(|word| word.lower == "the");
    before_name && !capital(range.start)
        || known
            && noun(range.end)
            && noun(range.end + 1)
            && joined(range.end)
            && words.get(range.end + 2).is_some_and(|word| verbs.has(word) || word.is_function())
}

/// True where a quality is said of something and nothing says in which way: "the page is simple", and neither "a simple
/// page" nor "available to admins".
fn is_said(document: &Document<'_>, words: &[Word], range: &Range<usize>) -> bool {
    let (verbs, complements) = (list!("predicate-verb"), list!("predicate-complement"));
    let before = words.get(range.start.saturating_sub(5)..range.start).unwrap_or_default();
    let verb = before.iter().rposition(|word| verbs.has(word));
    let next = words.get(range.end);
    let gap = words.get(range.end - 1).zip(next).map(|(a, b)| document.between(a, b)).unwrap_or(".");
    let ends = !gap.trim().is_empty()
        || next.is_some_and(|word| matches!(word.lower.as_str(), "and" | "or" | "but"));
    let list_of = |word: &Word| {
        list!("quality-predicate").has(word)
            || list!("quality").has(word)
            || word.lower.ends_with("ly")
            || matches!(
                word.lower.as_str(),
                "and" | "or" | "very" | "so" | "as" | "more" | "always" | "both" | "be"
            )
    };
    let between = |verb: usize| before.get(verb + 1..).unwrap_or_default();
    // "Short and friendly": what is joined with a quality is one too.
    let joined = |words: &[Word]| words.len() == 2 && words[1].lower == "and";
    let chained = verb.is_some_and(|verb| between(verb).iter().all(list_of) || joined(between(verb)));
    chained && (ends || next.is_none()) && !next.is_some_and(|word| complements.has(word))
}

#[cfg(test)]
mod tests {
    use crate::domain::review::testing::count_of;

    #[test]
    fn a_quality_before_a_name_is_told_by_the_name() {
        let hits = |text: &str| {
            let text = format!("# P\n\n## Scope\n\n- {text}\n");
            count_of(&super::CHECK, &text)
        };
        assert_eq!(hits("Board: a lightweight Operations Review Board for each town"), 0);
        assert_eq!(hits("Board: a lightweight review of operations for each town"), 1);
    }
}
