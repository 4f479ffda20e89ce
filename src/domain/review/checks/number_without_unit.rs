//! A limit of time, size or rate without its unit.

use super::check::{Applies, Check, Family, Hit, Touches, sentences};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::Document;
use crate::domain::review::text::Word;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "number-without-unit",
    severity: Severity::Warning,
    family: Family::Verifiability,
    touches: Touches::Section,
    penalty: 10,
    applies: Applies::Always,
    source: "NASA ARM (Wilson et al. 1997); ISO/IEC/IEEE 29148:2018, 5.2.5",
    hint: "write the unit behind the number",
    question: "",
    bad: "# P\n\n## Performance\n\nThe median response time stays under 200.\n",
    good: "# P\n\n## Performance\n\nThe median response time stays under 200 ms, and 3 of 4 calls are cached.\n",
    run,
};

/// Words before a number that make it a limit.
const LIMITS: [&str; 8] = ["under", "below", "within", "above", "exceeds", "than", "least", "most"];

/// Words in the sentence that say that the number is a quantity with a unit.
const QUANTITIES: [&str; 9] =
    ["latency", "time", "duration", "delay", "throughput", "size", "memory", "timeout", "lag"];

fn run(document: &Document<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for (_, words) in sentences(document) {
        if !words.iter().any(|word| QUANTITIES.contains(&word.lower.as_str())) {
            continue;
        }
        for (at, word) in words.iter().enumerate().skip(1) {
            let is_bare = word.lower.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','));
            let is_limit = LIMITS.contains(&words[at - 1].lower.as_str());
            if is_bare && is_limit && ends_here(document, word, words.get(at + 1)) {
                let message = format!("`{}` has no unit", word.lower);
                hits.push(Hit::new(word.start..word.end, message));
            }
        }
    }
    hits
}

/// True where no unit can follow: the sentence or its part ends, or another part begins.
fn ends_here(document: &Document<'_>, word: &Word, next: Option<&Word>) -> bool {
    let gap = document.text.get(word.end..next.map_or(word.end + 1, |next| next.start)).unwrap_or_default();
    let joins =
        next.is_some_and(|next| matches!(next.lower.as_str(), "and" | "when" | "at" | "for" | "with"));
    gap.trim_start().starts_with(['.', ',', ';', ')', '|'])
        || gap.trim().is_empty() && (joins || next.is_none())
}
