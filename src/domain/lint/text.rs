//! Findings in the text of one PRD that the review has too, and comments that silence them.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::markdown::line_index::LineIndex;
use crate::domain::markdown::outline::Outline;
use crate::domain::markdown::read::MIS_DECODED_TEXT;
use crate::domain::model::finding::{Finding, Place, Severity};
use crate::domain::model::path::RepoPath;
use crate::domain::review::checks::dead_link;
use crate::domain::review::document::{Ignore, ignores_of};
use crate::domain::review::facts::DeadLink;

/// The rules of a text that a comment in it silences. What concerns other files too is never silenced.
const SILENCED: [&str; 3] = [dead_link::CHECK.id, MIS_DECODED_TEXT, "unclosed-fence"];

/// A finding that a comment in the text silences.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Silenced {
    /// The rule.
    pub rule: &'static str,
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// Why; empty where nothing was written.
    pub reason: String,
}

/// The links of a text that lead nowhere, which the check of the review finds.
#[must_use]
pub fn dead_links(path: &RepoPath, text: &str, dead: &BTreeMap<String, DeadLink>) -> Vec<Finding> {
    let hits = dead_link::find(text, dead);
    if hits.is_empty() {
        return Vec::new();
    }
    let lines = LineIndex::new(text);
    hits.into_iter()
        .map(|hit| {
            let (line, column) = lines.place(hit.span.start);
            let place = Place { path: path.clone(), line, column };
            Finding::new(dead_link::CHECK.id, Severity::Warning, place, hit.message)
                .hint(dead_link::CHECK.hint)
        })
        .collect()
}

/// The comments of a text that silence rules.
#[must_use]
pub fn ignores(text: &str) -> Vec<Ignore> {
    if !text.contains("<!-- prd-ignore:") {
        return Vec::new();
    }
    ignores_of(text, &Outline::parse(text), &LineIndex::new(text))
}

/// Takes out the findings that comments in their files silence.
#[must_use]
pub fn silence(findings: &mut Vec<Finding>, ignores: &BTreeMap<&RepoPath, Vec<Ignore>>) -> Vec<Silenced> {
    let mut silenced = Vec::new();
    findings.retain(|finding| {
        let own = ignores.get(&finding.place.path).filter(|_| SILENCED.contains(&finding.rule));
        let ignore = own
            .into_iter()
            .flatten()
            .find(|ignore| ignore.rule == finding.rule && ignore.lines.contains(&finding.place.line));
        if let Some(ignore) = ignore {
            let (place, reason) = (finding.place.clone(), ignore.reason.clone());
            silenced.push(Silenced { rule: finding.rule, place, reason });
        }
        ignore.is_none()
    });
    silenced
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_silences_what_is_in_the_text_and_nothing_else() {
        let path = RepoPath::new("docs/prds/draft/SVC-001-x.md").unwrap();
        let text =
            "# X\n\n<!-- prd-ignore: dead-link written next week -->\nSee [a](a.md).\n\nSee [a](a.md).\n";
        let dead = BTreeMap::from([("a.md".to_owned(), DeadLink::NoFile)]);
        let mut findings = dead_links(&path, text, &dead);
        let cycle = Place::line(path.clone(), 4);
        findings.push(Finding::new("dependency-cycle", Severity::Error, cycle, String::new()));
        let silenced = silence(&mut findings, &BTreeMap::from([(&path, ignores(text))]));
        let left: Vec<_> = findings.iter().map(|finding| (finding.rule, finding.place.line)).collect();
        assert_eq!(left, [("dead-link", 6), ("dependency-cycle", 4)]);
        assert_eq!(silenced.len(), 1);
        assert_eq!((silenced[0].place.line, silenced[0].reason.as_str()), (4, "written next week"));
    }
}
