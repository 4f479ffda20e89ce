//! Blanks that nobody filled in, one finding for each statement.

use super::check::{Applies, Check, Family, Hit, Touches};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::Document;
use crate::domain::review::placeholder;
use crate::domain::review::text::mask;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "placeholder-left",
    severity: Severity::Error,
    family: Family::Completeness,
    touches: Touches::Section,
    penalty: 40,
    applies: Applies::Always,
    source: "ISO/IEC/IEEE 29148:2018, 5.2.5 (no TBD)",
    hint: "write what belongs there, or take the line out",
    question: "",
    bad: "# P\n\n## Risks\n\n- ____ may fail\n",
    good: "# P\n\n## Risks\n\n- `____` in code, and GET /orders/{id}, may fail\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for statement in document.statements.iter().filter(|statement| statement.has_blank && !statement.is_code)
    {
        let source = document.source(statement);
        let blanks = placeholder::find(&mask(source));
        let start = statement.span.start;
        if let Some(first) = blanks.first() {
            let what = source.get(first.clone()).unwrap_or_default();
            let span = start + first.start..start + first.end;
            hits.push(Hit::new(span, format!("`{what}` is still to be filled in")));
        } else if !placeholder::is_nothing(source) {
            hits.push(Hit::new(statement.span.clone(), "a hint of the template is still there".to_owned()));
        }
    }
    hits
}

#[cfg(test)]
mod tests {
    use crate::domain::review::guard::PLACEHOLDER_LEFT;

    #[test]
    fn has_the_guards_name() {
        assert_eq!(super::CHECK.id, PLACEHOLDER_LEFT);
    }
}
