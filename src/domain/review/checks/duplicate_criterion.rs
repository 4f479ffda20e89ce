//! Two criteria that say the same.

use std::collections::HashMap;

use super::check::{Applies, Check, Family, Hit, Touches};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::Document;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "duplicate-criterion",
    severity: Severity::Warning,
    family: Family::Singularity,
    touches: Touches::Dimensions(&["criteria"]),
    penalty: 20,
    applies: Applies::Always,
    source: "AQUSA (Lucassen et al. 2016): unique",
    hint: "take one of them out",
    question: "",
    bad: "# P\n\n## Acceptance Criteria\n\n- [ ] The export has 50 rows\n- [ ] the export has 50 rows.\n",
    good: "# P\n\n## Acceptance Criteria\n\n- [ ] The export has 50 rows\n- [ ] The export has 3 columns\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    let mut seen: HashMap<Vec<&str>, usize> = HashMap::new();
    let mut hits = Vec::new();
    for criterion in document.criteria().filter(|criterion| !criterion.has_blank && criterion.words.len() > 1)
    {
        let words: Vec<&str> = criterion.words.iter().map(|word| word.lower.as_str()).collect();
        match seen.get(&words) {
            Some(line) => {
                hits.push(Hit::new(criterion.span.clone(), format!("line {line} says the same")));
            }
            None => {
                seen.insert(words, criterion.line);
            }
        }
    }
    hits
}
