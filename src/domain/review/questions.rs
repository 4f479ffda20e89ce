//! Which questions are asked: at most seven, from the emptiest slots first.

use serde::Serialize;

use super::answers::{is_critical, refusal};
use super::calibration::{MOST_QUESTIONS, Read};
use super::checks::check::Check;
use super::dimension::homes::{concerns, sections_of};
use super::dimension::resolve::Resolved;
use super::document::Document;
use super::grade::{Graded, GradedSlot};
use super::rubric::slug;

/// A slot filled to less than this, in thousandths, is asked about.
const EMPTY_BELOW: u32 = 500;
/// The same of a text that does not pass: there is always something to ask until it does.
const WANTING_BELOW: u32 = 900;

/// One question to the author.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Question {
    /// Its name: `performance/targets`.
    pub id: String,
    /// The dimension's name; `null` for a question that belongs to none of the configured ones.
    pub dimension: Option<String>,
    /// The question.
    pub text: String,
    /// The line it comes from, from 1.
    pub line: usize,
    /// True where it must be answered before an approval.
    pub critical: bool,
    /// What an answer would change.
    pub effect: String,
    /// The answer, where the text has one.
    pub answer: Option<String>,
}

/// A finding that may be asked about: its check, its line, and the dimension that it lowers.
pub type Asked<'a> = (&'a Check, usize, Option<String>);

/// The questions: answered ones first, in the text's order, then the open ones, the most worthwhile first.
///
/// `below` holds the names of dimensions under the minimum: only those get a question of their own. A text that has not
/// `passed` is asked seven further questions each time, until it does; one that has, seven in all.
#[must_use]
pub fn choose(
    document: &Document<'_>,
    dimensions: &[Graded],
    findings: &[Asked<'_>],
    answers: &[Read],
    below: &[&str],
    passed: bool,
) -> Vec<Question> {
    let mut open = slot_questions(document, dimensions, if passed { EMPTY_BELOW } else { WANTING_BELOW });
    open.extend(finding_questions(findings));
    open.extend(own_questions(document, dimensions, below));
    let mut kept: Vec<Question> = Vec::new();
    for question in open {
        if !kept.iter().any(|known| known.id == question.id) {
            kept.push(question);
        }
    }
    let given: Vec<&Read> =
        answers.iter().filter(|read| refusal(&read.answer, is_critical(&read.answer.id)).is_none()).collect();
    let mut questions: Vec<Question> = given.iter().map(|read| answered(read, dimensions)).collect();
    questions.dedup_by(|later, first| later.id == first.id);
    kept.retain(|question| !questions.iter().any(|known| known.id == question.id));
    // Critical ones are asked whatever was answered before; the others only while there is room.
    let critical = kept.iter().filter(|question| question.critical).count();
    let asked = if passed { questions.len() } else { 0 };
    let room = MOST_QUESTIONS.saturating_sub(asked).max(critical.min(MOST_QUESTIONS));
    kept.sort_by_key(|question| !question.critical);
    kept.truncate(room);
    questions.extend(kept);
    questions
}

fn answered(read: &Read, dimensions: &[Graded]) -> Question {
    let slot = dimensions.iter().find_map(|dimension| {
        dimension.slots.iter().find(|slot| slot.id == read.answer.id).map(|slot| (dimension, slot))
    });
    Question {
        id: read.answer.id.clone(),
        dimension: slot.map(|(dimension, _)| dimension.name.clone()),
        text: read.answer.question.clone(),
        line: read.line,
        critical: slot.is_some_and(|(_, slot)| slot.critical),
        effect: "is graded as part of the text".to_owned(),
        answer: Some(read.answer.text.clone()),
    }
}

/// The line of a dimension's own section, else that of the title.
fn line_of(document: &Document<'_>, dimension: &Graded) -> usize {
    let topics = sections_of(dimension.resolved.id());
    let headings = document.outline.headings.iter().zip(&document.sections);
    let by_topic = topics.iter().find_map(|topic| {
        headings.clone().find(|(_, section)| section.own.contains(topic)).map(|(heading, _)| heading.line)
    });
    by_topic.or_else(|| document.outline.headings.first().map(|heading| heading.line)).unwrap_or(1)
}

fn slot_questions(document: &Document<'_>, dimensions: &[Graded], below: u32) -> Vec<Question> {
    let all: u32 = dimensions.iter().map(|dimension| dimension.weight).sum();
    let mut found: Vec<(u32, Question)> = Vec::new();
    for dimension in dimensions {
        let slots: u32 = dimension.slots.iter().map(|slot| slot.weight).sum();
        let wanting =
            |slot: &&GradedSlot| slot.weight > 0 && slot.fill.degree < below && concerns(document, &slot.id);
        for slot in dimension.slots.iter().filter(wanting) {
            let empty = 1000 - slot.fill.degree;
            let worth = dimension.weight * slot.weight * empty / slots.max(1);
            let tenths = slot.weight * empty / slots.max(1);
            let overall = worth / all.max(1);
            let effect = format!(
                "adds up to {}.{} points to {} and {}.{} overall",
                tenths / 10,
                tenths % 10,
                dimension.name,
                overall / 10,
                overall % 10
            );
            let line =
                slot.fill.evidence.first().map_or_else(|| line_of(document, dimension), |first| first.line);
            found.push((
                worth,
                Question {
                    id: slot.id.to_string(),
                    dimension: Some(dimension.name.clone()),
                    text: slot.question.to_string(),
                    line,
                    // What the text says for the most part needs no answer before an approval.
                    critical: slot.critical && slot.fill.degree < EMPTY_BELOW,
                    effect,
                    answer: None,
                },
            ));
        }
    }
    found.sort_by(|(a, first), (b, second)| b.cmp(a).then_with(|| first.id.cmp(&second.id)));
    found.into_iter().map(|(_, question)| question).collect()
}

fn finding_questions<'a>(findings: &'a [Asked<'_>]) -> impl Iterator<Item = Question> + 'a {
    findings.iter().filter(|(check, _, _)| !check.question.is_empty()).map(|(check, line, dimension)| {
        Question {
            id: check.id.to_owned(),
            dimension: dimension.clone(),
            text: check.question.to_owned(),
            line: *line,
            critical: false,
            effect: format!("settles the finding `{}`", check.id),
            answer: None,
        }
    })
}

fn own_questions(document: &Document<'_>, dimensions: &[Graded], below: &[&str]) -> Vec<Question> {
    dimensions
        .iter()
        .filter(|dimension| below.contains(&dimension.name.as_str()))
        .map(|dimension| {
            let (id, text) = match dimension.resolved {
                Resolved::Builtin(builtin) => (builtin.id.to_owned(), builtin.question.to_owned()),
                Resolved::Custom => (
                    slug(&dimension.name),
                    format!("What is the hardest question about its {}?", dimension.name),
                ),
            };
            Question {
                id,
                dimension: Some(dimension.name.clone()),
                text,
                line: line_of(document, dimension),
                critical: false,
                effect: format!("shows a reader of {} how sure you are", dimension.name),
                answer: None,
            }
        })
        .collect()
}
