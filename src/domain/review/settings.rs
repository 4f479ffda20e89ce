//! What a review is told by its caller: a few values, whatever file they come from.

use std::collections::BTreeMap;

use crate::domain::config::schema::Rubric;
use crate::domain::model::grade::{Grade, Score};

use super::decision::Decision;
use super::dimension::resolve::DEFAULT_SEVEN;
use super::guard::LinkedContract;

/// How hints are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Strictness {
    /// Hints are dropped.
    Lenient,
    /// Hints are hints.
    #[default]
    Balanced,
    /// Hints are warnings.
    Strict,
}

/// The settings of a review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Names of the dimensions, as the user writes them.
    pub dimensions: Vec<String>,
    /// The least grade that passes.
    pub minimum: Grade,
    /// False: findings without grades.
    pub grading_enabled: bool,
    /// False: no questions.
    pub calibration_questions: bool,
    /// How hints are counted.
    pub strictness: Strictness,
    /// A contract must be there.
    pub require_api_contract: bool,
    /// A decision record must be there.
    pub require_architecture_decision: bool,
    /// True where an accepted decision record names this PRD, or the PRD links to one.
    pub has_decision_elsewhere: bool,
    /// The decision records that name this PRD or that it links to; `None` where nobody looked.
    pub decisions: Option<Vec<Decision>>,
    /// What the PRD's links to contract files lead to; empty where nobody looked.
    pub linked_contracts: Vec<LinkedContract>,
    /// The user's own parts of dimensions, by name.
    pub rubrics: BTreeMap<String, Rubric>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            dimensions: DEFAULT_SEVEN.iter().map(|name| (*name).to_owned()).collect(),
            minimum: Score::new(75.0).grade(),
            grading_enabled: true,
            calibration_questions: true,
            strictness: Strictness::Balanced,
            require_api_contract: false,
            require_architecture_decision: false,
            has_decision_elsewhere: false,
            decisions: None,
            linked_contracts: Vec::new(),
            rubrics: BTreeMap::new(),
        }
    }
}

impl Settings {
    /// The rubric of a dimension, case folded.
    #[must_use]
    pub fn rubric(&self, dimension: &str) -> Option<&Rubric> {
        let named = self
            .rubrics
            .iter()
            .find(|(name, _)| name.trim().to_lowercase() == dimension.trim().to_lowercase());
        named.map(|(_, rubric)| rubric)
    }
}
