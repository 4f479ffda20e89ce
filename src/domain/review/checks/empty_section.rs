//! A heading with nothing under it.

use super::check::{Applies, Check, Family, Hit, Touches};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::Document;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "empty-section",
    severity: Severity::Warning,
    family: Family::Completeness,
    touches: Touches::Section,
    penalty: 20,
    applies: Applies::Always,
    source: "ISO/IEC/IEEE 29148:2018, 5.2.6 (complete)",
    hint: "write what belongs there, or take the heading out",
    question: "",
    bad: "# P\n\n## Risks\n\n## Rollout\n\nOn Monday.\n",
    good: "# P\n\n## Risks\n\n### Mail\n\nThe provider is down.\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    let blocks = &document.outline.blocks;
    document
        .outline
        .headings
        .iter()
        .zip(&document.sections)
        .filter(|(_, section)| !section.is_title)
        .filter(|(heading, _)| {
            let holds = |start: usize| heading.section.contains(&start);
            !blocks.iter().any(|block| holds(block.span.start) && !is_comment(&block.text))
                && !document.prd.fields.iter().any(|field| field.lines.contains(&heading.span.start))
        })
        .filter(|(heading, _)| {
            !document.outline.headings.iter().any(|below| heading.section.contains(&below.span.start))
        })
        .map(|(heading, _)| {
            Hit::new(heading.span.clone(), format!("the section `{}` is empty", heading.text))
        })
        .collect()
}

/// Comments are guidance to the writer, not content.
fn is_comment(text: &str) -> bool {
    let text = text.trim();
    text.is_empty() || (text.starts_with("<!--") && text.ends_with("-->"))
}
