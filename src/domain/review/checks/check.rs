//! What a check is, and what checks share.

use std::ops::Range;

use crate::domain::model::finding::{Finding, Severity};
use crate::domain::review::document::{Document, Statement};
use crate::domain::review::lexicon::{Lexicon, list};
use crate::domain::review::sentence::SentenceKind;
use crate::domain::review::topic::Topic;
use crate::domain::review::word::Word;

/// One deterministic test of a document.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// The rule's name, and that of its file.
    pub id: &'static str,
    /// How bad what it finds is.
    pub severity: Severity,
    /// What it looks at: findings of wording are capped together.
    pub family: Family,
    /// Which dimensions it lowers.
    pub touches: Touches,
    /// Points that one finding takes from a dimension, in tenths.
    pub penalty: u32,
    /// When it runs.
    pub applies: Applies,
    /// Where the rule comes from.
    pub source: &'static str,
    /// What to do about a finding.
    pub hint: &'static str,
    /// What its author is asked; empty where the finding says it all.
    pub question: &'static str,
    /// A document that it finds something in.
    pub bad: &'static str,
    /// A document that it finds nothing in, as near to the bad one as can be.
    pub good: &'static str,
    /// Looks.
    pub run: fn(&Document<'_>) -> Vec<Hit>,
}

/// The families of checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// Something is missing.
    Completeness,
    /// Something cannot be decided.
    Verifiability,
    /// Something can be read in two ways.
    Ambiguity,
    /// Something says too much at once, or twice.
    Singularity,
    /// Two things do not fit.
    Consistency,
}

impl Family {
    /// True for the families that look at words more than at facts.
    #[must_use]
    pub const fn is_wording(self) -> bool {
        matches!(self, Self::Ambiguity | Self::Singularity)
    }
}

/// Which dimensions a check lowers.
#[derive(Debug, Clone, Copy)]
pub enum Touches {
    /// These, by their short names.
    Dimensions(&'static [&'static str]),
    /// The ones whose section the finding stands in; scope where that is none's.
    Section,
}

/// When a check runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applies {
    /// Always.
    Always,
    /// Where a contract is required.
    ContractRequired,
    /// Where a decision record is required, and none elsewhere names this PRD.
    DecisionRequired,
}

/// One thing that a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Bytes of the document; empty for what is missing.
    pub span: Range<usize>,
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// The one dimension that it concerns, where that is not told by its place.
    pub dimension: Option<&'static str>,
}

impl Hit {
    /// A hit at a place.
    #[must_use]
    pub const fn new(span: Range<usize>, message: String) -> Self {
        Self { span, message, dimension: None }
    }

    /// A hit about the document, shown at its title.
    #[must_use]
    pub fn of_document(document: &Document<'_>, message: &str) -> Self {
        let at = document.title_offset();
        Self::new(at..at, message.to_owned())
    }
}

/// Statements that are read for wording: no code, no blanks, no answers.
pub fn read<'d>(document: &'d Document<'_>) -> impl Iterator<Item = &'d Statement> {
    document.statements.iter().filter(|statement| !statement.is_code && !statement.has_blank)
}

/// Sentences of these statements, as words.
pub fn sentences<'d>(document: &'d Document<'_>) -> impl Iterator<Item = (&'d Statement, &'d [Word])> {
    read(document).flat_map(|statement| {
        let parts = statement.sentences.iter();
        parts.filter_map(move |range| Some((statement, statement.prose().get(range.clone())?)))
    })
}

/// Bytes from the first to the last of some words.
#[must_use]
pub fn span_of(words: &[Word]) -> Range<usize> {
    match (words.first(), words.last()) {
        (Some(first), Some(last)) => first.start()..last.end(),
        _ => 0..0,
    }
}

/// A hit for every entry of a word list in the sentences that `wanted` admits; see [`entries`].
pub fn scan(
    document: &Document<'_>,
    (name, harmless): (&str, &str),
    wanted: impl Fn(&Statement, &[Word]) -> bool,
    message: impl Fn(&str) -> String,
) -> Vec<Hit> {
    let (lexicon, harmless) = (list(name), list(harmless));
    let mut hits = Vec::new();
    for (statement, words) in sentences(document) {
        if !statement.may_hold(lexicon) || !wanted(statement, words) {
            continue;
        }
        for range in entries(document, words, lexicon, harmless) {
            hits.push(hit_of(document, words, range, &message));
        }
    }
    hits
}

/// Entries of a word list in a sentence, as ranges of its words: those that no entry of the other list overlaps, and
/// that are no names.
pub fn entries(
    document: &Document<'_>,
    words: &[Word],
    lexicon: &Lexicon,
    harmless: &Lexicon,
) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = lexicon.all_in(words).collect();
    if found.is_empty() {
        return found;
    }
    let taken: Vec<Range<usize>> = harmless.all_in(words).collect();
    found.retain(|range| {
        !taken.iter().any(|other| other.start < range.end && range.start < other.end)
            && !is_name(document, words, range)
    });
    found
}

/// A hit at some words of a sentence; `message` gets them on one line.
pub fn hit_of(
    document: &Document<'_>,
    words: &[Word],
    range: Range<usize>,
    message: impl Fn(&str) -> String,
) -> Hit {
    let span = span_of(words.get(range).unwrap_or_default());
    let text = document.text.get(span.clone()).unwrap_or_default();
    Hit::new(span, message(&text.split_whitespace().collect::<Vec<_>>().join(" ")))
}

/// True for words that are a name, or part of one: with a capital inside of a sentence, or before another capital.
#[must_use]
pub fn is_name(document: &Document<'_>, words: &[Word], range: &Range<usize>) -> bool {
    let text = |at: usize| words.get(at).map(|word| document.written(word)).unwrap_or_default();
    let gap = |from: usize| {
        let ends = words.get(from).zip(words.get(from + 1));
        ends.map(|(a, b)| document.between(a, b)).unwrap_or(".")
    };
    let is_capital = |at: usize| {
        let text = text(at);
        text.starts_with(char::is_uppercase) && text.chars().skip(1).any(char::is_lowercase)
    };
    if !is_capital(range.start) {
        return false;
    }
    // Behind a label, a bar or a mark a sentence begins, and its first word has a capital anyway.
    let begins = range.start.checked_sub(1).is_none_or(|before| !gap(before).trim().is_empty());
    let next = range.end - 1;
    !begins || gap(next).trim().is_empty() && is_capital(next + 1)
}

/// What a sentence is for.
#[must_use]
pub fn kind_of(document: &Document<'_>, statement: &Statement, words: &[Word]) -> SentenceKind {
    document.kind_of(statement, words)
}

/// True for a statement that weighs or asks and demands nothing: a decision with its options and reasons, a row or item
/// of the open questions.
#[must_use]
pub fn is_aside(document: &Document<'_>, statement: &Statement) -> bool {
    statement.is_about(Topic::Alternatives)
        || document.section_of(statement).is_some_and(|section| section.has_questions)
}

/// True for a sentence that promises something of what is built: not a story, a risk or what is left out.
#[must_use]
pub fn is_promised(document: &Document<'_>, statement: &Statement, words: &[Word]) -> bool {
    const TOLD: [Topic; 5] =
        [Topic::OutOfScope, Topic::Risks, Topic::Alternatives, Topic::Calibration, Topic::Other];
    let told = statement.is_about(Topic::Problem) && !statement.is_about(Topic::Outcome);
    statement.is_about(Topic::Criteria)
        || !told
            && !TOLD.iter().any(|topic| statement.is_about(*topic))
            && match kind_of(document, statement, words) {
                SentenceKind::Requirement
                | SentenceKind::Criterion
                | SentenceKind::Goal
                | SentenceKind::Scope => true,
                SentenceKind::Risk | SentenceKind::Prose => false,
            }
}

/// True for a sentence that stands where the behaviour of what is built is laid down: requirements and criteria.
#[must_use]
pub fn is_rule(document: &Document<'_>, statement: &Statement, words: &[Word]) -> bool {
    let heading = document.section_of(statement);
    statement.is_about(Topic::Criteria)
        || kind_of(document, statement, words) == SentenceKind::Requirement
            && heading.is_some_and(|section| section.has_requirements)
}

/// True for a word that begins a clause inside of a sentence.
#[must_use]
pub fn is_subordinate(word: &Word) -> bool {
    list!("subordinate").has(word)
}

/// True for a sentence that demands something.
#[must_use]
pub fn is_demand(words: &[Word]) -> bool {
    list!("demand").is_in(words)
}

/// The words behind a label of at most four words: `Goal: describe …`.
#[must_use]
pub fn without_label<'w>(document: &Document<'_>, sentence: &'w [Word]) -> &'w [Word] {
    let colon = sentence.windows(2).take(4).position(|pair| {
        let gap = document.between(&pair[0], &pair[1]);
        gap.contains(':')
    });
    colon.and_then(|at| sentence.get(at + 1..)).unwrap_or(sentence)
}

/// What reading the file found under a rule: `prd lint` says the same.
#[must_use]
pub fn said_by_reading(document: &Document<'_>, rule: &str) -> Vec<Hit> {
    at_their_places(document, document.prd.problems.iter().filter(|problem| problem.rule == rule))
}

/// What the graph of all PRDs found in this one under some rules: `prd lint` says the same.
#[must_use]
pub fn said_by_graph(document: &Document<'_>, rules: &[&str]) -> Vec<Hit> {
    let found = document.facts.dependencies.iter();
    at_their_places(document, found.filter(|finding| rules.contains(&finding.rule)))
}

fn at_their_places<'f>(document: &Document<'_>, findings: impl Iterator<Item = &'f Finding>) -> Vec<Hit> {
    findings
        .map(|finding| {
            let at = document.offset(finding.place.line, finding.place.column);
            Hit::new(at..at, finding.message.clone())
        })
        .collect()
}
