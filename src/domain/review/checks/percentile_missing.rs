//! A latency target without a percentile.

use super::check::{Applies, Check, Family, Hit, Touches, sentences};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::Document;
use crate::domain::review::evidence::{has_measure, has_percentile};
use crate::domain::review::topic::Topic;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "percentile-missing",
    severity: Severity::Hint,
    family: Family::Verifiability,
    touches: Touches::Dimensions(&["performance"]),
    penalty: 10,
    applies: Applies::Always,
    source: "written for this project: a mean hides the slow tenth",
    hint: "say at which percentile: `p95 under 200 ms`",
    question: "",
    bad: "# P\n\n## Performance\n\n- Latency of an order is under 200 ms\n",
    good: "# P\n\n## Performance\n\n- Latency of an order is under 200 ms at p95\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    sentences(document)
        .filter(|(statement, words)| {
            let is_latency = words.iter().any(|word| word.lower == "latency")
                || words
                    .windows(2)
                    .any(|pair| pair[0].lower == "response" && pair[1].lower.starts_with("time"));
            let is_limit = words.iter().any(|word| {
                matches!(word.lower.as_str(), "under" | "below" | "within" | "exceeds" | "than" | "most")
            });
            let everything =
                words.iter().any(|word| matches!(word.lower.as_str(), "mean" | "average" | "every"));
            statement.is_about(Topic::Performance)
                && is_latency
                && is_limit
                && !everything
                && has_measure(&statement.words)
                && !has_percentile(&statement.words)
        })
        .map(|(statement, _)| {
            Hit::new(statement.span.clone(), "a latency target names no percentile".to_owned())
        })
        .collect()
}
