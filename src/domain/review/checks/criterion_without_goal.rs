//! A criterion for something that the rest of the text never speaks of.

use std::collections::HashSet;

use super::check::{Applies, Check, Family, Hit, Touches};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::{Document, Statement, StatementKind, content_of};
use crate::domain::review::evidence::meets_any;
use crate::domain::review::text::words;
use crate::domain::review::topic::Topic;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "criterion-without-goal",
    severity: Severity::Hint,
    family: Family::Consistency,
    touches: Touches::Dimensions(&["criteria"]),
    penalty: 10,
    applies: Applies::Always,
    source: "ISO/IEC/IEEE 29148:2018, 5.2.8 (traceable to its source)",
    hint: "name what it serves under goals or scope, or take it out",
    question: "Which goal does this criterion serve?",
    bad: "# P\n\n## Goals\n\n- Couriers see their route on a map\n- Couriers reach the office by phone\n\n## Acceptance Criteria\n\n- [ ] The route opens within 2 seconds\n- [ ] An invoice holds the customer's tax number\n",
    good: "# P\n\n## Goals\n\n- Couriers see their route on a map\n- Couriers reach the office by phone\n\n## Acceptance Criteria\n\n- [ ] The route opens within 2 seconds\n- [ ] A call reaches the office within 10 seconds\n",
    run,
};

/// Words of meaning that a criterion needs to be told from the rest.
const FEWEST: usize = 3;

fn run(document: &Document<'_>) -> Vec<Hit> {
    let has_goals = [Topic::Outcome, Topic::InScope].iter().any(|topic| document.has_section(*topic));
    if !has_goals {
        return Vec::new();
    }
    let mut said: HashSet<String> = content_of(&words(&document.prd.title)).collect();
    let rest = document.statements.iter().filter(|statement| !statement.is_about(Topic::Criteria));
    said.extend(rest.flat_map(parts));
    said.extend(document.sections.iter().flat_map(|section| content_of(&section.words).collect::<Vec<_>>()));
    let covered = |criterion: &&Statement| parts(criterion).iter().any(|stem| said.contains(stem));
    document
        .criteria()
        .filter(|criterion| criterion.quality > 0 && criterion.content().count() >= FEWEST)
        .filter(|criterion| !matches!(criterion.kind, StatementKind::Row { .. }))
        .filter(|criterion| !meets_any(criterion, &["everywhere-demanded"]))
        .filter(|criterion| !covered(criterion))
        .map(|criterion| {
            Hit::new(criterion.span.clone(), "nothing else in the text speaks of this".to_owned())
        })
        .collect()
}

/// Stems of a statement's words, and of the parts of those with dashes.
fn parts(statement: &Statement) -> Vec<String> {
    let split = statement.words.iter().filter(|word| word.lower.contains(['-', '_', '/'])).flat_map(|word| {
        let spaced = word.lower.replace(['-', '_', '/'], " ");
        content_of(&words(&spaced)).collect::<Vec<_>>()
    });
    statement.content().chain(split).collect()
}
