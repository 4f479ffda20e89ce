//! From fills and findings to scores. Everything is counted in whole numbers, so that no order of adding can
//! change an outcome: fills in thousandths, points in tenths.

use std::borrow::Cow;

use super::calibration::Read;
use super::checks::check::Check;
use super::dimension::resolve::{Resolved, resolve};
use super::document::Document;
use super::evidence::Fill;
use super::rubric;
use super::settings::Settings;
use crate::domain::model::grade::{Letter, Score};

/// The most that one check takes from one dimension, in tenths of a point.
const CHECK_CAP: u32 = 200;
/// The most that all checks of wording together take from one dimension.
const WORDING_CAP: u32 = 60;
/// The most that all checks together take from one dimension.
const TOTAL_CAP: u32 = 400;
/// The weight of a dimension that nobody gave one.
const CUSTOM_WEIGHT: u32 = 10;

/// A dimension with its slots filled.
#[derive(Debug, Clone)]
pub struct Graded {
    /// The name, as the settings have it.
    pub name: String,
    /// What it resolved to.
    pub resolved: Resolved,
    /// Its weight among the dimensions.
    pub weight: u32,
    /// Its slots.
    pub slots: Vec<GradedSlot>,
}

/// A slot with what fills it.
#[derive(Debug, Clone)]
pub struct GradedSlot {
    /// `dimension/slot`.
    pub id: Cow<'static, str>,
    /// Its weight among its dimension's slots; 0 where the text says, with a reason, that it does not apply.
    pub weight: u32,
    /// How far it is filled.
    pub fill: Fill,
    /// What is asked where it is empty.
    pub question: Cow<'static, str>,
    /// True where nothing can be approved while it is empty and its question unanswered.
    pub critical: bool,
}

/// The names of the configured dimensions, each once.
#[must_use]
pub fn dimension_names(settings: &Settings) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for name in &settings.dimensions {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    names
}

/// Fills the slots of a dimension.
#[must_use]
pub fn fill_dimension(document: &Document<'_>, settings: &Settings, name: &str, answers: &[Read]) -> Graded {
    let resolved = resolve(name);
    let rubric = settings.rubric(name);
    let mut slots = match resolved {
        Resolved::Builtin(builtin) => {
            let sections = rubric.map(|own| rubric::sections(document, &own.headings)).unwrap_or_default();
            let fills = builtin.fill(document, &sections);
            let slots = builtin.slots.iter().zip(builtin.slot_ids()).zip(fills);
            let slots = slots.map(|((slot, id), fill)| GradedSlot {
                id: Cow::Borrowed(id),
                weight: slot.weight,
                fill,
                question: Cow::Borrowed(slot.question),
                critical: slot.critical,
            });
            slots.chain(rubric.into_iter().flat_map(|own| rubric::added(document, builtin, own))).collect()
        }
        Resolved::Custom => rubric::custom(document, name, rubric),
    };
    for slot in &mut slots {
        slot.fill.degree = slot.fill.degree * document.soundness / 1000;
    }
    leave_out(&mut slots, answers);
    let own = match resolved {
        Resolved::Builtin(builtin) => builtin.weight,
        Resolved::Custom => CUSTOM_WEIGHT,
    };
    let weight = rubric.and_then(|rubric| rubric.weight).unwrap_or(own).min(1000);
    Graded { name: name.to_owned(), resolved, weight, slots }
}

/// Takes the weight off slots that do not apply, where a reason is given; half of the weight always stays.
fn leave_out(slots: &mut [GradedSlot], answers: &[Read]) {
    let total: u32 = slots.iter().map(|slot| slot.weight).sum();
    let mut left = total;
    for slot in slots.iter_mut().filter(|slot| !slot.critical) {
        let answer = answers.iter().find(|read| read.answer.id == slot.id);
        let applies = answer.and_then(|read| read.answer.not_applicable()).is_none();
        if !applies && (left - slot.weight) * 2 >= total {
            left -= slot.weight;
            slot.weight = 0;
        }
    }
}

/// What the findings of one dimension take, in tenths of a point, in their order: each its own up to the caps.
#[must_use]
pub fn charge(findings: &[(&Check, u32)]) -> Vec<u32> {
    let mut by_check: Vec<(&str, u32)> = Vec::new();
    let (mut wording, mut total) = (0, 0);
    let mut charged = Vec::with_capacity(findings.len());
    for (check, penalty) in findings {
        let known = by_check.iter().position(|(id, _)| *id == check.id);
        let at = known.unwrap_or_else(|| {
            by_check.push((check.id, 0));
            by_check.len() - 1
        });
        let mut points = *penalty;
        if let Some((_, sum)) = by_check.get_mut(at) {
            points = points.min(CHECK_CAP.saturating_sub(*sum));
            if check.family.is_wording() {
                points = points.min(WORDING_CAP.saturating_sub(wording));
            }
            points = points.min(TOTAL_CAP.saturating_sub(total));
            *sum += points;
        }
        if check.family.is_wording() {
            wording += points;
        }
        total += points;
        charged.push(points);
    }
    charged
}

/// The score of a dimension in tenths of a point: 100 × Σ weight × fill / Σ weight, less the penalties.
#[must_use]
pub fn score(slots: &[GradedSlot], penalties: u32) -> u32 {
    let weights: u32 = slots.iter().map(|slot| slot.weight).sum();
    let filled: u32 = slots.iter().map(|slot| slot.weight * slot.fill.degree).sum();
    (filled / weights.max(1)).min(1000).saturating_sub(penalties)
}

/// The dimensions without which no PRD can be read: what is built, and how one knows that it is done.
const NEEDED_MOST: [&str; 2] = ["scope", "criteria"];

/// The weighted mean of all dimensions in tenths, and the name of the dimension that capped it.
///
/// It is never more than one band above the worse of scope and acceptance criteria, where those are configured.
#[must_use]
pub fn overall(dimensions: &[(&Graded, u32)]) -> (u32, Option<String>) {
    // Where nothing weighs anything, all weigh the same.
    let has_weight = dimensions.iter().any(|(dimension, _)| dimension.weight > 0);
    let weight = |dimension: &Graded| if has_weight { dimension.weight } else { 1 };
    let weights: u32 = dimensions.iter().map(|(dimension, _)| weight(dimension)).sum();
    let sum: u32 = dimensions.iter().map(|(dimension, score)| weight(dimension) * score).sum();
    let mean = (sum + weights / 2).checked_div(weights).unwrap_or(0);
    let worst = dimensions
        .iter()
        .filter(|(dimension, _)| NEEDED_MOST.contains(&dimension.resolved.id()))
        .min_by_key(|(_, score)| *score);
    if let Some((dimension, score)) = worst {
        let cap = match points(*score).grade().letter() {
            Letter::F => 690,
            Letter::D => 790,
            Letter::C => 890,
            Letter::B | Letter::A => 1000,
        };
        if mean > cap {
            return (cap, Some(dimension.name.clone()));
        }
    }
    (mean, None)
}

/// Tenths of a point as a score.
#[must_use]
pub fn points(tenths: u32) -> Score {
    Score::new(f64::from(tenths) / 10.0)
}
