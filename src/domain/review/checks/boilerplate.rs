//! Sentences of a template that nobody changed.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::check::{Applies, Check, Family, Hit, Touches, read, span_of};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::{Document, Statement, StatementKind};
use crate::domain::review::lexicon::list;
use crate::domain::review::text::{Word, words};

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

/// The sentences, written in the manner of public templates, as words in lower case.
static SENTENCES: LazyLock<HashSet<String>> = LazyLock::new(|| {
    include_str!("../words/en-boilerplate.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| key(&words(line)))
        .filter(|line| !line.is_empty())
        .collect()
});

fn key(words: &[Word]) -> String {
    words.iter().map(|word| word.lower.as_str()).collect::<Vec<_>>().join(" ")
}

fn run(document: &Document<'_>) -> Vec<Hit> {
    let openings = list("template-opening");
    let read: Vec<&Statement> = read(document).filter(|statement| statement.answers.is_none()).collect();
    let mut hits = Vec::new();
    for (at, statement) in read.iter().enumerate() {
        let is_last = read.get(at + 1).is_none_or(|next| next.heading != statement.heading);
        for sentence in statement.sentences.iter().filter_map(|range| statement.prose.get(range.clone())) {
            let told = without_label(document, sentence);
            let span = span_of(told);
            let is_question = document.text.get(span.end..).is_some_and(|rest| rest.starts_with('?'));
            // A question that an answer follows is a heading of its own.
            let stands = !is_question || is_last;
            let guides = asks_the_author(told, is_question) || tells_the_author(statement, told);
            if stands && (openings.at(told, 0) > 0 || guides || SENTENCES.contains(&key(told))) {
                hits.push(Hit::new(span, "this is the template's text".to_owned()));
            }
        }
    }
    hits
}

/// True for a question to whoever fills the text in: "what assumptions are you making?".
fn asks_the_author(words: &[Word], is_question: bool) -> bool {
    let opens = words.first().is_some_and(|word| {
        matches!(
            word.lower.as_str(),
            "what"
                | "who"
                | "why"
                | "how"
                | "which"
                | "where"
                | "when"
                | "are"
                | "is"
                | "do"
                | "does"
                | "have"
        )
    });
    is_question && opens && (list("author").is_in(words) || list("author-question").is_in(words))
}

/// True for a paragraph that tells whoever fills the text in what to write: "list the risks and how you handle them".
fn tells_the_author(statement: &Statement, words: &[Word]) -> bool {
    let tells = words.first().is_some_and(|word| list("author-verb").has(word));
    let to_whom =
        list("author").is_in(words) || list("author-object").is_in(words.get(1..).unwrap_or_default());
    matches!(statement.kind, StatementKind::Prose) && tells && to_whom
}

/// The words behind a label of at most four words: `Goal: describe …`.
fn without_label<'w>(document: &Document<'_>, sentence: &'w [Word]) -> &'w [Word] {
    let colon = sentence.windows(2).take(4).position(|pair| {
        let gap = document.text.get(pair[0].end..pair[1].start).unwrap_or_default();
        gap.contains(':')
    });
    colon.and_then(|at| sentence.get(at + 1..)).unwrap_or(sentence)
}

#[cfg(test)]
mod tests {
    use crate::domain::review::document::Document;
    use crate::domain::review::testing::prd;

    #[test]
    fn questions_are_boilerplate_until_they_are_answered() {
        let hits = |text: &str| {
            let prd = prd(text);
            (super::CHECK.run)(&Document::new(&prd, text)).len()
        };
        assert_eq!(hits("# P\n\n## Problem\n\nWhat problem are we solving?\n\n## Scope\n"), 1);
        assert_eq!(
            hits("# P\n\n## Problem\n\nWhat problem are we solving? Carts are lost.\n\n## Scope\n"),
            0
        );
        assert_eq!(hits("# P\n\n## Goals\n\n- **Goal 1**: Describe the goal of this feature\n"), 1);
    }
}
