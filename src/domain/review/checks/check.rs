//! What a check is, and what checks share.

use std::ops::Range;

use crate::domain::model::finding::{Finding, Severity};
use crate::domain::review::document::{Document, Section, Statement};
use crate::domain::review::lexicon::list;
use crate::domain::review::text::Word;

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
    document.statements.iter().filter(|statement| !statement.is_code() && !statement.has_blank)
}

/// Sentences of these statements, as words.
pub fn sentences<'d>(document: &'d Document<'_>) -> impl Iterator<Item = (&'d Statement, &'d [Word])> {
    read(document).flat_map(|statement| {
        let parts = statement.sentences.iter();
        parts.filter_map(move |range| Some((statement, statement.prose.get(range.clone())?)))
    })
}

/// Bytes from the first to the last of some words.
#[must_use]
pub fn span_of(words: &[Word]) -> Range<usize> {
    match (words.first(), words.last()) {
        (Some(first), Some(last)) => first.start..last.end,
        _ => 0..0,
    }
}

/// A hit for every entry of a word list in the sentences that `wanted` admits.
pub fn scan(
    document: &Document<'_>,
    name: &str,
    wanted: impl Fn(&Statement, &[Word]) -> bool,
    message: impl Fn(&str) -> String,
) -> Vec<Hit> {
    let lexicon = list(name);
    let mut hits = Vec::new();
    for (statement, words) in sentences(document) {
        if !wanted(statement, words) {
            continue;
        }
        for range in lexicon.all_in(words) {
            let span = span_of(words.get(range).unwrap_or_default());
            let text = document.text.get(span.clone()).unwrap_or_default();
            hits.push(Hit::new(span, message(&text.split_whitespace().collect::<Vec<_>>().join(" "))));
        }
    }
    hits
}

/// True for a sentence that demands something.
#[must_use]
pub fn is_demand(words: &[Word]) -> bool {
    words.iter().any(|word| matches!(word.lower.as_str(), "must" | "shall" | "should" | "will" | "needs"))
}

/// The section of a statement.
#[must_use]
pub fn section_of<'d>(document: &'d Document<'_>, statement: &Statement) -> Option<&'d Section> {
    document.sections.get(statement.heading?)
}

/// The words behind a label of at most four words: `Goal: describe …`.
#[must_use]
pub fn without_label<'w>(document: &Document<'_>, sentence: &'w [Word]) -> &'w [Word] {
    let colon = sentence.windows(2).take(4).position(|pair| {
        let gap = document.text.get(pair[0].end..pair[1].start).unwrap_or_default();
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
