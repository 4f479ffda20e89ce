//! A link to a file or an anchor that is not there.

use std::collections::BTreeMap;

use super::check::{Applies, Check, Family, Hit, Touches};
use crate::domain::markdown::links::links;
use crate::domain::model::finding::Severity;
use crate::domain::review::document::Document;
use crate::domain::review::facts::DeadLink;

/// The check.
pub const CHECK: Check = Check {
    id: "dead-link",
    severity: Severity::Warning,
    family: Family::Consistency,
    touches: Touches::Section,
    penalty: 5,
    applies: Applies::Always,
    source: "written for this project: what cannot be looked up cannot be reviewed",
    hint: "correct the link, or take it out",
    question: "",
    bad: "# P\n\n## Scope\n\n- The terms are under [Glossary](#glossary)\n",
    good: "# P\n\n## Scope\n\n- The terms are under [Glossary](#glossary)\n\n## Glossary\n\n- A cart is a list of articles\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    find(document.text, &document.facts.dead_links)
}

/// Every link of a text that is among the dead ones. `prd lint` asks this too.
#[must_use]
pub fn find(text: &str, dead: &BTreeMap<String, DeadLink>) -> Vec<Hit> {
    if dead.is_empty() {
        return Vec::new();
    }
    links(text)
        .into_iter()
        .filter_map(|link| {
            let target = &link.target;
            let message = match dead.get(target)? {
                DeadLink::NoFile => format!("`{target}` is not there"),
                DeadLink::NoAnchor => format!("`{target}`: there is no heading of that name"),
                DeadLink::Moved(now) => format!("`{target}` is not there; the PRD is `{now}` now"),
            };
            Some(Hit::new(link.span, message))
        })
        .collect()
}
