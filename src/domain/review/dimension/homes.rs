//! Which sections belong to which dimension.

use crate::domain::review::topic::Topic as T;

/// For each built-in dimension, the topics of its own sections; the first is the one that a reader looks for.
pub const HOMES: [(&str, &[T]); 19] = [
    ("scope", &[T::InScope, T::Problem, T::OutOfScope, T::Outcome, T::Terms]),
    ("feasibility", &[T::Approach, T::Components, T::Hard, T::Effort]),
    ("experience", &[T::Flows, T::Actors, T::Accessibility]),
    ("dependencies", &[T::Dependencies, T::Integration]),
    ("criteria", &[T::Criteria]),
    ("risk", &[T::Risks]),
    ("simplification", &[T::Alternatives, T::Minimal]),
    ("api", &[T::Api, T::Versioning, T::Errors]),
    ("mesh", &[T::Mesh, T::Integration]),
    ("observability", &[T::Observability]),
    ("performance", &[T::Performance]),
    ("deployment", &[T::Deployment, T::Rollback]),
    ("security", &[T::Security]),
    ("compliance", &[T::Compliance, T::Privacy]),
    ("data", &[T::Data]),
    ("documentation", &[T::Documentation]),
    ("community", &[T::Community]),
    ("business", &[T::Business, T::Outcome]),
    ("maintainability", &[T::Maintainability]),
];

/// The sections of a dimension; empty for a custom one.
#[must_use]
pub fn sections_of(dimension: &str) -> &'static [T] {
    HOMES.iter().find(|(id, _)| *id == dimension).map_or(&[], |(_, topics)| topics)
}
