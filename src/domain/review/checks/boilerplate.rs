//! Sentences of a template that nobody changed.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::check::{Applies, Check, Family, Hit, Touches, read, span_of, without_label};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::{Document, Statement, StatementKind};
use crate::domain::review::lexicon::list;
use crate::domain::review::word::{Word, words};

/// The check.
pub(super) const CHECK: Check = Check {
    id: "boilerplate",
    severity: Severity::Warning,
    family: Family::Completeness,
    touches: Touches::Section,
    penalty: 30,
    applies: Applies::Always,
    source: "written for this project: what a template says of every product says nothing of this one",
    hint: "write what is so here, or take the line out",
    question: "",
    bad: "# P\n\n## Problem\n\nBriefly describe the problem that this feature solves.\n",
    good: "# P\n\n## Problem\n\nThe form asks shoppers to describe the problem, and 40 of 100 give up there.\n",
    run,
};

/// The words of sentences in the manner of public templates, by the hash of their first word.
static SENTENCES: LazyLock<FxHashMap<u64, Vec<Vec<Word>>>> = LazyLock::new(|| {
    let mut by_first: FxHashMap<u64, Vec<Vec<Word>>> = FxHashMap::default();
    let lines = include_str!("../words/en-boilerplate.txt").lines().filter(|line| !line.starts_with('#'));
    for sentence in lines.map(words) {
        if let Some(first) = sentence.first() {
            by_first.entry(first.hash).or_default().push(sentence);
        }
    }
    by_first
});

fn is_known(sentence: &[Word]) -> bool {
    let known = sentence.first().and_then(|first| SENTENCES.get(&first.hash)).into_iter().flatten();
    let same = |known: &Vec<Word>| {
        known.len() == sentence.len() && known.iter().zip(sentence).all(|(a, b)| a.term == b.term)
    };
    known.into_iter().any(same)
}

fn run(document: &Document<'_>) -> Vec<Hit> {
    let openings = list!("template-opening");
    let read: Vec<&Statement> = read(document).filter(|statement| statement.answers.is_none()).collect();
    let mut hits = Vec::new();
    // A question that an answer follows is a heading of its own: what follows up to the section's end is looked at.
    let mut unanswered = vec![true; read.len()];
    for at in (0..read.len().saturating_sub(1)).rev() {
        let (Some(own), Some(next)) = (read.get(at), read.get(at + 1)) else { continue };
        let asks = document.source(next).trim_end().ends_with('?');
        let after = unanswered.get(at + 1).copied().unwrap_or(true);
        if let Some(slot) = unanswered.get_mut(at) {
            *slot = own.heading != next.heading || asks && after;
        }
    }
    for (statement, is_last) in read.iter().zip(unanswered) {
        for sentence in statement.sentences.iter().filter_map(|range| statement.prose().get(range.clone())) {
            let told = without_label(document, sentence);
            let span = span_of(told);
            let is_question = document.text.get(span.end..).is_some_and(|rest| rest.starts_with('?'));
            let stands = !is_question || is_last;
            let tells = openings.at(told, 0) > 0 || is_known(told);
            let is_prose = matches!(statement.kind, StatementKind::Prose);
            if stands && tells || is_prose && (is_told(told) || is_question && is_last && asks_author(told)) {
                hits.push(Hit::new(span, "this is the template's text".to_owned()));
            }
        }
    }
    hits
}

/// True for a sentence that tells its author what to write: "Explicitly list what is not part of this project".
fn is_told(sentence: &[Word]) -> bool {
    let at = usize::from(sentence.first().is_some_and(|word| list!("template-adverb").has(word)));
    sentence.get(at).is_some_and(|word| list!("template-verb").has(word))
        && list!("template-noun").is_in(sentence)
}

/// True for a question to the author: "What assumptions are you making".
fn asks_author(sentence: &[Word]) -> bool {
    sentence.iter().any(|word| matches!(word.lower.as_str(), "you" | "your"))
}

#[cfg(test)]
mod tests {
    use crate::domain::review::testing::count_of;

    #[test]
    fn questions_are_boilerplate_until_they_are_answered() {
        let hits = |text: &str| count_of(&super::CHECK, text);
        assert_eq!(hits("# P\n\n## Problem\n\nWhat problem are we solving?\n\n## Scope\n"), 1);
        assert_eq!(
            hits("# P\n\n## Problem\n\nWhat problem are we solving? Carts are lost.\n\n## Scope\n"),
            0
        );
        assert_eq!(hits("# P\n\n## Goals\n\nWhat do you assume? What needs to be true for this?\n"), 1);
        assert_eq!(hits("# P\n\n## Goals\n\nExplicitly list what is not part of this project."), 1);
        assert_eq!(hits("# P\n\n## Goals\n\nList the orders of a customer by date."), 0);
        assert_eq!(hits("# P\n\n## Goals\n\n- **Goal 1**: Describe the goal of this feature\n"), 1);
    }
}
