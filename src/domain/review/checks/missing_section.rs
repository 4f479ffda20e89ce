//! A dimension that no heading is about. Its empty slots take the points; the finding says why.

use super::check::{Applies, Check, Family, Hit, Touches};
use crate::domain::model::field::FieldName;
use crate::domain::model::finding::Severity;
use crate::domain::review::dimension::homes::HOMES;
use crate::domain::review::dimension::resolve::builtin;
use crate::domain::review::document::Document;
use crate::domain::review::topic::Topic;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "missing-section",
    severity: Severity::Warning,
    family: Family::Completeness,
    touches: Touches::Dimensions(&[]),
    penalty: 0,
    applies: Applies::Always,
    source: "ISO/IEC/IEEE 29148:2018, 5.2.6 (complete)",
    hint: "add a section of that name, or say in one sentence why it does not apply",
    question: "",
    bad: "# P\n\n## Problem\n\nOrders get lost.\n",
    good: "# P\n\n## Scope\n\n## Approach\n\n## User flow\n\n## Dependencies\n\n## Acceptance criteria\n\n## Risks\n\n## Alternatives\n\n## API\n\n## Mesh\n\n## Monitoring\n\n## Performance\n\n## Deployment\n\n## Security\n\n## Compliance\n\n## Data\n\n## Documentation\n\n## Community\n\n## Business value\n\n## Maintenance\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    HOMES
        .iter()
        .filter(|(_, topics)| !topics.iter().any(|topic| has_place(document, *topic)))
        .filter(|(id, _)| *id != "dependencies" || !says_dependencies(document))
        .filter_map(|(id, _)| {
            let name = builtin(id)?.name;
            let mut hit = Hit::of_document(document, &format!("no section is about {name}"));
            hit.dimension = Some(*id);
            Some(hit)
        })
        .collect()
}

/// True for a topic that a heading has, or a label in place of one: `**Risks:** none that we know`.
fn has_place(document: &Document<'_>, topic: Topic) -> bool {
    document.has_section(topic) || document.about(topic).next().is_some()
}

/// True where the header says what is waited for, also where that is nothing.
fn says_dependencies(document: &Document<'_>) -> bool {
    let fields = [FieldName::DependsOn, FieldName::Dependencies, FieldName::BlockedBy];
    !document.prd.dependencies.is_empty()
        || fields
            .iter()
            .any(|name| document.prd.field(name).is_some_and(|field| !field.value.trim().is_empty()))
}
