//! What `prd review` answers about one PRD: the review, and what was asked for besides.

use serde::Serialize;

use super::compare::Comparison;
use super::opinion::Opinion;
use super::report::Review;

/// A review with its comparison and opinion.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outcome {
    /// The deterministic review.
    #[serde(flatten)]
    pub review: Review,
    /// What changed since the last saved review; absent where that was not asked for, or there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compared: Option<Comparison>,
    /// What `reviewer_command` says; absent where none is configured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opinion: Option<Opinion>,
}

impl Outcome {
    /// True where the grade that counts reaches the minimum.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.opinion.as_ref().map_or(self.review.passed, |opinion| opinion.passed)
    }
}
