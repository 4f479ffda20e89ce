//! Findings in the text of one PRD that the review has too, and comments that silence them.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::markdown::line_index::LineIndex;
use crate::domain::markdown::outline::Outline;
use crate::domain::markdown::read::MIS_DECODED_TEXT;
use crate::domain::model::finding::{Finding, Place, Severity};
use crate::domain::model::path::RepoPath;
use crate::domain::review::checks::{contract_does_not_parse, dead_link};
use crate::domain::review::document::{Ignore, ignores_of};
use crate::domain::review::facts::DeadLink;
use crate::domain::review::guard::contract_blocks;

/// The rules of a text that a comment in it silences. What concerns other files too is never silenced.
const SILENCED: [&str; 4] =
    [dead_link::CHECK.id, contract_does_not_parse::CHECK.id, MIS_DECODED_TEXT, "unclosed-fence"];

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

/// The contracts in blocks of a text that do not read, which the check of the review finds.
#[must_use]
pub fn broken_contracts(path: &RepoPath, text: &str) -> Vec<Finding> {
    if !text.contains("```") && !text.contains("~~~") {
        return Vec::new();
    }
    let check = &contract_does_not_parse::CHECK;
    let lines = LineIndex::new(text);
    let broken = contract_blocks(text, &Outline::parse(text)).into_iter().filter_map(|block| {
        let (span, flaw) = (block.flaw_span?, block.contract.flaw?);
        let (line, column) = lines.place(span.start);
        let place = Place { path: path.clone(), line, column };
        let message = contract_does_not_parse::message(block.contract.kind, &flaw.message);
        Some(Finding::new(check.id, check.severity, place, message).hint(check.hint))
    });
    broken.collect()
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
    fn a_contract_that_does_not_read_is_found_at_its_line() {
        let path = RepoPath::new("docs/prds/draft/SVC-001-x.md").unwrap();
        let block = |body: &str| {
            format!(
                "# X\n\n```yaml\nopenapi: 3.1.0\ninfo: {{title: X, version: '1'}}\npaths:\n  /a:\n    get:\n      {body}\n```\n"
            )
        };
        let good = broken_contracts(&path, &block("responses: {'200': {description: A}}"));
        assert_eq!(good, []);
        let bad = broken_contracts(&path, &block("respones: {}"));
        assert_eq!(bad.iter().map(|finding| finding.rule).collect::<Vec<_>>(), ["contract-does-not-parse"]);
        assert!(bad[0].place.line > 3 && bad[0].place.line < 10, "{bad:?}");
        assert_eq!(broken_contracts(&path, "# X\n\n`openapi: 3.1.0`\n"), []);
    }

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
