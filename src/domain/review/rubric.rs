//! Dimensions that are the user's own, and what a user wants of a built-in one besides.

use std::ops::Range;

use regex::Regex;

use super::dimension::homes::sections_of;
use super::dimension::resolve::{Builtin, name_words};
use super::document::{Document, Statement, StatementKind};
use super::evidence::{Fill, deep};
use super::grade::GradedSlot;
use super::lexicon::Lexicon;
use super::meaning::stem;
use super::signal::{meets, meets_any};
use super::word::{Word, words};
use crate::domain::config::schema::{Rubric, RubricMust, RubricSlot};

/// What a rubric's slots weigh together beside the 100 of a built-in dimension's own.
const ADDED: u32 = 50;
/// What they weigh together in a dimension of the user's own; the rest is its section.
const OWN: u32 = 70;

/// Bytes of the sections under headings that hold one of these phrases, case folded.
#[must_use]
pub fn sections(document: &Document<'_>, headings: &[String]) -> Vec<Range<usize>> {
    let wanted: Vec<Vec<Word>> =
        headings.iter().map(|heading| words(heading)).filter(|heading| !heading.is_empty()).collect();
    under(document, |own| wanted.iter().any(|phrase| holds(own, phrase)))
}

fn holds(words: &[Word], phrase: &[Word]) -> bool {
    words.windows(phrase.len()).any(|part| part.iter().zip(phrase).all(|(a, b)| a.term == b.term))
}

/// Bytes of the sections whose heading is wanted; the title has none.
fn under(document: &Document<'_>, wanted: impl Fn(&[Word]) -> bool) -> Vec<Range<usize>> {
    let headings = document.outline.headings.iter().zip(&document.sections);
    headings
        .filter(|(_, section)| !section.is_title && wanted(&section.words))
        .map(|(heading, _)| heading.section.clone())
        .collect()
}

/// The slots that a rubric adds to a built-in dimension, filled from the dimension's sections and the rubric's.
#[must_use]
pub fn added(document: &Document<'_>, builtin: &Builtin, rubric: &Rubric) -> Vec<GradedSlot> {
    let topics = sections_of(builtin.id);
    let own = sections(document, &rubric.headings);
    let statements = statements(document, |statement| {
        topics.iter().any(|topic| statement.is_about(*topic)) || is_within(statement, &own)
    });
    let mut slots = graded(document, builtin.id, rubric, ADDED, &statements);
    // An answer names its slot: one of the user's own has another name than the built-in ones.
    for slot in slots.iter_mut().filter(|slot| builtin.slot_ids().any(|id| id == slot.id)) {
        slot.id.to_mut().push_str("-2");
    }
    slots
}

fn is_within(statement: &Statement, sections: &[Range<usize>]) -> bool {
    sections.iter().any(|section| section.contains(&statement.span.start))
}

fn statements<'d>(document: &'d Document<'_>, wanted: impl Fn(&Statement) -> bool) -> Vec<&'d Statement> {
    document.statements.iter().filter(|statement| statement.quality > 0 && wanted(statement)).collect()
}

/// The short name of a dimension of the user's own, and of a rubric's slot: its words joined by dashes.
#[must_use]
pub fn slug(name: &str) -> String {
    words(name).into_iter().map(|word| word.lower.to_string()).collect::<Vec<_>>().join("-")
}

/// The slots of a dimension that is the user's own: graded under headings that share a word with its name or that the
/// rubric gives, by the rubric's slots, else by how much is said, how concretely, and by whom.
#[must_use]
pub fn custom(document: &Document<'_>, name: &str, rubric: Option<&Rubric>) -> Vec<GradedSlot> {
    let short = slug(name);
    let stems: Vec<String> = name_words(name).iter().map(|word| stem(word)).collect();
    let mut own = under(document, |words| words.iter().any(|word| stems.contains(&stem(&word.lower))));
    own.extend(sections(document, rubric.map_or(&[], |rubric| &rubric.headings)));
    let own = statements(document, |statement| {
        let answered = statement.answers.as_deref().and_then(|id| id.split('/').next());
        answered == Some(&short) || is_within(statement, &own)
    });
    let filled = |wanted: &dyn Fn(&Statement) -> bool, enough: u32| {
        let found: Vec<&Statement> = own.iter().copied().filter(|statement| wanted(statement)).collect();
        deep(enough, document, found.into_iter())
    };
    let slot = |id: &str, weight: u32, question: String, fill: Fill| GradedSlot {
        id: format!("{short}/{id}").into(),
        weight,
        fill,
        question: question.into(),
        critical: false,
    };
    let about = match rubric.and_then(|rubric| rubric.description.as_deref()) {
        Some(description) => format!("{name} ({})", description.trim().trim_end_matches('.')),
        None => name.to_owned(),
    };
    let section = slot(
        "section",
        100 - OWN,
        format!("What must somebody know who reads this for its {about}?"),
        filled(&|statement| statement.words.len() >= 4, 3),
    );
    if let Some(rubric) = rubric.filter(|rubric| !rubric.slots.is_empty()) {
        let wanted = graded(document, &short, rubric, OWN, &own);
        return std::iter::once(section).chain(wanted).collect();
    }
    let is_concrete = |statement: &Statement| {
        meets_any(statement, &["#measure", "#code", "given", "regulation"]) || statement.is_concrete()
    };
    vec![
        GradedSlot { weight: 50, ..section },
        slot(
            "concrete",
            30,
            format!("Which numbers, names, rules or conditions decide about its {name}?"),
            filled(&is_concrete, 2),
        ),
        slot(
            "who",
            20,
            format!("Who answers for its {name}?"),
            filled(&|statement| meets(statement, "owner"), 1),
        ),
    ]
}

/// The slots of a rubric, which together weigh `total`.
fn graded(
    document: &Document<'_>,
    short: &str,
    rubric: &Rubric,
    total: u32,
    statements: &[&Statement],
) -> Vec<GradedSlot> {
    let weights: u32 = rubric.slots.iter().map(|slot| slot.weight).fold(0, u32::saturating_add).max(1);
    let grade = |slot: &RubricSlot| {
        let id = format!("{short}/{}", slug(&slot.name));
        let wanted = Wanted::of(slot);
        let found: Vec<&Statement> = statements
            .iter()
            .copied()
            .filter(|statement| {
                statement.answers.as_deref() == Some(&id) || wanted.is_met_by(document, statement)
            })
            .collect();
        GradedSlot {
            weight: (total.saturating_mul(slot.weight) / weights).max(1),
            fill: deep(slot.count, document, found.into_iter()),
            question: slot
                .question
                .clone()
                .unwrap_or_else(|| format!("What is to be said about {}?", slot.name))
                .into(),
            critical: false,
            id: id.into(),
        }
    };
    rubric.slots.iter().map(grade).collect()
}

/// What a slot of a rubric wants, ready to be looked for.
struct Wanted<'r> {
    words: Lexicon,
    patterns: Vec<Regex>,
    must: &'r [RubricMust],
}

impl<'r> Wanted<'r> {
    fn of(slot: &'r RubricSlot) -> Self {
        let words = slot.words.iter().map(|phrase| phrase.to_lowercase()).collect::<Vec<_>>().join(",");
        // A pattern that is none was an error of the configuration.
        let patterns = slot.patterns.iter().filter_map(|pattern| Regex::new(pattern).ok()).collect();
        Self { words: Lexicon::of(&words), patterns, must: &slot.must_have }
    }

    fn is_met_by(&self, document: &Document<'_>, statement: &Statement) -> bool {
        let source = document.source(statement);
        let anything = self.words.is_empty() && self.patterns.is_empty();
        let said = anything
            || self.words.is_in(&statement.words)
            || self.patterns.iter().any(|pattern| pattern.is_match(source));
        said && self.must.iter().all(|must| match must {
            RubricMust::Number => meets(statement, "#number"),
            RubricMust::Unit => meets(statement, "#measure"),
            RubricMust::Table => matches!(statement.kind, StatementKind::Row { .. }),
            RubricMust::Link => source.contains("](") || source.contains("://"),
            RubricMust::Code => meets(statement, "#code"),
            RubricMust::Owner => meets(statement, "owner"),
        })
    }
}

#[cfg(test)]
#[path = "rubric_tests.rs"]
mod tests;
