//! One criterion that tells to do several things.

use super::check::{Applies, Check, Family, Hit, Touches, is_rule, is_subordinate, read};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::{Document, Statement};
use crate::domain::review::lexicon::list;
use crate::domain::review::topic::Topic;
use crate::domain::review::word::Word;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "several-imperatives",
    severity: Severity::Hint,
    family: Family::Singularity,
    touches: Touches::Section,
    penalty: 10,
    applies: Applies::Always,
    source: "AQUSA (Lucassen et al. 2016): atomic; QuARS (Gnesi et al. 2005), multiplicity",
    hint: "one check box for each: half of it cannot be ticked",
    question: "",
    bad: "# P\n\n## Acceptance Criteria\n\n- [ ] Add the table, write the endpoint and update the guide\n",
    good: "# P\n\n## Acceptance Criteria\n\n- [ ] Add the table, the endpoint and the guide\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    read(document)
        .filter(|statement| statement.is_item())
        .filter(|statement| {
            statement.is_about(Topic::Criteria)
                || (statement.is_about(Topic::InScope) && !statement.is_about(Topic::OutOfScope))
                || is_rule(document, statement, statement.prose())
        })
        .filter_map(|statement| {
            let count = demands(document, statement) + imperatives(document, statement);
            let message = || format!("{count} things to do stand in one item");
            (count > 1).then(|| Hit::new(statement.span.clone(), message()))
        })
        .collect()
}

/// How many demands an item makes, where there is more than one: sentences with `must` or `shall`, and clauses with one
/// of their own.
fn demands(document: &Document<'_>, statement: &Statement) -> usize {
    if !statement.may_hold(list!("obligation")) {
        return 0;
    }
    let sentences = statement.sentences.iter().filter_map(|range| statement.prose().get(range.clone()));
    let count: usize = sentences.map(|words| clauses(document, words)).sum();
    if count > 1 { count } else { 0 }
}

/// How many `must` or `shall` of a sentence begin a demand: those in a clause that tells more of another do not.
fn clauses(document: &Document<'_>, words: &[Word]) -> usize {
    let is_modal = |word: &Word| matches!(word.lower.as_str(), "must" | "shall" | "should");
    let mut count = 0;
    let mut last = 0;
    for at in (0..words.len()).filter(|at| words.get(*at).is_some_and(is_modal)) {
        let between = words.get(last..at).unwrap_or_default();
        let subordinate = between.iter().rposition(is_subordinate);
        // A comma closes the clause: "when it is called, the app must".
        let open = subordinate.is_some_and(|begin| {
            !has_comma(document, between.get(begin..).unwrap_or_default(), words.get(at))
        });
        // "Must and should" is one demand of two strengths.
        if !open && (count == 0 || at - last > 2) {
            count += 1;
        }
        last = at + 1;
    }
    count
}

/// True where a comma or semicolon stands among the words, or before the next.
fn has_comma(document: &Document<'_>, words: &[Word], next: Option<&Word>) -> bool {
    let ends = words.first().zip(next);
    ends.map(|(a, b)| document.between(a, b)).is_some_and(|gap| gap.contains([',', ';']))
}

/// How many verbs tell to do something, each with its own object: `add the …, write the …`.
fn imperatives(document: &Document<'_>, statement: &Statement) -> usize {
    let (verbs, determiners) = (list!("imperative"), list!("determiner"));
    let Some(sentence) = statement.sentences.first().and_then(|range| statement.prose().get(range.clone()))
    else {
        return 0;
    };
    let is_verb = |at: usize| {
        let object = sentence.get(at + 1);
        sentence.get(at).is_some_and(|word| verbs.has(word))
            && object.is_some_and(|word| determiners.has(word) || word.is_opaque())
    };
    if !is_verb(0) {
        return 0;
    }
    let joined = |at: usize| {
        let before = sentence.get(at - 1).zip(sentence.get(at));
        before.is_some_and(|(before, word)| {
            let gap = document.between(before, word);
            matches!(before.lower.as_str(), "and" | "then") || gap.trim_start().starts_with([',', ';'])
        })
    };
    let more = (1..sentence.len()).filter(|at| is_verb(*at) && joined(*at)).count();
    if more > 0 { more + 1 } else { 0 }
}
