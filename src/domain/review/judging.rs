//! Grading: what some documents come to, before any of it is put into words.

use super::calibration::{Read, read_answers};
use super::checks::check::{Applies, Check, Hit, Touches};
use super::checks::registry::CHECKS;
use super::dimension::homes::HOMES;
use super::document::Document;
use super::grade::{Graded, charge, dimension_names, fill_dimension, overall, points, score};
use super::settings::{Settings, Strictness};
use crate::domain::model::finding::Severity;
use crate::domain::model::grade::{Grade, Score};

/// A document with what it comes to: nothing until [`judge`] has had it.
pub(super) struct Case<'d> {
    pub(super) document: &'d Document<'d>,
    pub(super) settings: &'d Settings,
    pub(super) answers: Vec<Read>,
    /// The dimensions, in the settings' order.
    pub(super) graded: Vec<Graded>,
    /// What counts, by place.
    pub(super) found: Vec<Found>,
    /// What the text silences, by line: the rule, the line, and why.
    pub(super) suppressed: Vec<(&'static str, usize, String)>,
    /// The scores of the dimensions, in tenths of a point.
    pub(super) scores: Vec<u32>,
    /// The overall score, in tenths of a point.
    total: u32,
    pub(super) capped_by: Option<String>,
}

/// A hit with its check, place and dimensions.
pub(super) struct Found {
    pub(super) check: &'static Check,
    pub(super) severity: Severity,
    pub(super) penalty: u32,
    pub(super) hit: Hit,
    pub(super) line: usize,
    pub(super) column: usize,
    /// Indices of the dimensions it lowers.
    pub(super) dimensions: Vec<usize>,
}

/// Grades some documents.
///
/// They go side by side: all are asked for one dimension or by one check before any is for the next, so that the processor
/// fetches what it is made of once for all of them, and learns how its questions are mostly answered.
pub(super) fn judge(cases: &mut [Case<'_>]) {
    let dimensions: Vec<Vec<&str>> = cases.iter().map(|case| dimension_names(case.settings)).collect();
    for at in 0..dimensions.iter().map(Vec::len).max().unwrap_or(0) {
        for (case, names) in cases.iter_mut().zip(&dimensions) {
            let fill = |name: &&str| fill_dimension(case.document, case.settings, name, &case.answers);
            case.graded.extend(names.get(at).map(fill));
        }
    }
    for check in CHECKS {
        cases.iter_mut().for_each(|case| case.meet(check));
    }
    cases.iter_mut().for_each(Case::add_up);
}

/// Documents with their settings, graded side by side.
pub(super) fn judged<'d>(read: &'d [(Document<'d>, Settings)]) -> Vec<Case<'d>> {
    let cases = read.iter().map(|(document, settings)| Case::new(document, settings));
    let mut cases: Vec<Case<'_>> = cases.collect();
    judge(&mut cases);
    cases
}

impl<'d> Case<'d> {
    /// A document that is not graded yet.
    pub(super) fn new(document: &'d Document<'d>, settings: &'d Settings) -> Self {
        Self {
            document,
            settings,
            answers: read_answers(document.text, &document.outline),
            graded: Vec::new(),
            found: Vec::new(),
            suppressed: Vec::new(),
            scores: Vec::new(),
            total: 0,
            capped_by: None,
        }
    }

    /// Runs a check: what counts is found, or the text silences it.
    fn meet(&mut self, check: &'static Check) {
        if !applies(check, self.settings) {
            return;
        }
        let Some((severity, penalty)) = weigh(check, self.settings.strictness) else { return };
        for hit in (check.run)(self.document) {
            let (line, column) = self.document.place(hit.span.start);
            let mut ignores = self.document.ignores.iter();
            if let Some(ignore) =
                ignores.find(|ignore| ignore.rule == check.id && ignore.lines.contains(&line))
            {
                self.suppressed.push((check.id, line, ignore.reason.clone()));
                continue;
            }
            let dimensions = dimensions_of(self.document, check, &hit, &self.graded);
            if hit.dimension.is_some() && dimensions.is_empty() {
                continue; // about a dimension that nobody asked for
            }
            self.found.push(Found { check, severity, penalty, hit, line, column, dimensions });
        }
    }

    /// Makes scores of all that was found.
    fn add_up(&mut self) {
        self.found.sort_by(|a, b| {
            (a.line, a.column, a.check.id)
                .cmp(&(b.line, b.column, b.check.id))
                .then_with(|| a.hit.message.cmp(&b.hit.message))
        });
        self.suppressed.sort_by_key(|(rule, line, _)| (*line, *rule));
        let scored = self.graded.iter().enumerate().map(|(at, dimension)| {
            (dimension, score(&dimension.slots, penalties(at, &self.found).iter().sum()))
        });
        let scored: Vec<(&Graded, u32)> = scored.collect();
        (self.total, self.capped_by) = overall(&scored);
        self.scores = scored.into_iter().map(|(_, score)| score).collect();
    }

    /// `None` where grading is off.
    pub(super) fn score(&self) -> Option<Score> {
        self.settings.grading_enabled.then(|| points(self.total))
    }

    /// `None` where grading is off.
    pub(super) fn grade(&self) -> Option<Grade> {
        self.score().map(Score::grade)
    }

    /// True where its grade is good enough, or it has none.
    pub(super) fn passes(&self) -> bool {
        self.grade().is_none_or(|grade| grade.passes(self.settings.minimum))
    }
}

const fn applies(check: &Check, settings: &Settings) -> bool {
    match check.applies {
        Applies::Always => true,
        Applies::ContractRequired => settings.require_api_contract,
        Applies::DecisionRequired => {
            settings.require_architecture_decision && !settings.has_decision_elsewhere
        }
    }
}

/// Severity and penalty under a strictness; `None` where the check's findings are dropped.
const fn weigh(check: &Check, strictness: Strictness) -> Option<(Severity, u32)> {
    match (check.severity, strictness) {
        (Severity::Hint, Strictness::Lenient) => None,
        (Severity::Hint, Strictness::Strict) => Some((Severity::Warning, check.penalty * 2)),
        (severity, _) => Some((severity, check.penalty)),
    }
}

/// Indices of the configured dimensions that a hit lowers.
fn dimensions_of(document: &Document<'_>, check: &Check, hit: &Hit, graded: &[Graded]) -> Vec<usize> {
    let named = |ids: &[&str]| -> Vec<usize> {
        let of = |dimension: &Graded| ids.contains(&dimension.resolved.id());
        graded.iter().enumerate().filter(|(_, dimension)| of(dimension)).map(|(at, _)| at).collect()
    };
    if let Some(dimension) = hit.dimension {
        return named(&[dimension]);
    }
    match check.touches {
        Touches::Dimensions(ids) => named(ids),
        Touches::Section => {
            let heading =
                document.outline.headings.iter().rposition(|heading| heading.span.start <= hit.span.start);
            let topics = heading.and_then(|at| document.sections.get(at)).map(|section| &section.topics);
            let ids: Vec<&str> = HOMES
                .iter()
                .filter(|(_, homes)| {
                    topics.is_some_and(|topics| homes.iter().any(|topic| topics.contains(topic)))
                })
                .map(|(id, _)| *id)
                .collect();
            let own = named(&ids);
            if own.is_empty() { named(&["scope"]) } else { own }
        }
    }
}

/// What each finding of a dimension takes, in tenths, in the order of the findings.
pub(super) fn penalties(at: usize, found: &[Found]) -> Vec<u32> {
    let own: Vec<(&Check, u32)> = found
        .iter()
        .filter(|found| found.dimensions.contains(&at))
        .map(|found| (found.check, found.penalty))
        .collect();
    charge(&own)
}
