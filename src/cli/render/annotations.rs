//! Findings as workflow commands of GitHub Actions: the runner shows them at their lines.
//!
//! The escapes are those of the runner (`actions/toolkit`, `packages/core/src/command.ts`): `%`, `\r` and `\n` in
//! messages, and `:` and `,` besides in properties.

use std::fmt::Write as _;

use super::noted::{Noted, of_reviews};
use crate::domain::model::finding::Severity;
use crate::domain::review::report::Review;

/// The findings of reviews that are not silenced, and one line for each grade.
#[must_use]
pub fn reviews(reviews: &[Review]) -> String {
    let mut text = findings(&of_reviews(reviews));
    for review in reviews {
        let Some(grade) = review.grade else { continue };
        let (level, verdict) = if review.passed { ("notice", "passes") } else { ("error", "is under") };
        let message = format!(
            "{} {}: grade {grade} {verdict} the minimum {}",
            review.id, review.title, review.minimum_grade
        );
        let _ = writeln!(
            text,
            "::{level} file={},line=1,title=grade::{}",
            property(review.path.as_str()),
            data(&message)
        );
    }
    text
}

/// One line for each finding that is not silenced.
#[must_use]
pub fn findings(findings: &[Noted]) -> String {
    let mut text = String::new();
    for finding in findings.iter().filter(|finding| finding.silenced.is_none()) {
        let level = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Hint => "notice",
        };
        let hint = if finding.hint.is_empty() { String::new() } else { format!("\n{}", finding.hint) };
        let _ = writeln!(
            text,
            "::{level} file={},line={},col={},title={}::{}",
            property(finding.path.as_str()),
            finding.line,
            finding.column,
            property(&finding.rule),
            data(&format!("{}{hint}", finding.message)),
        );
    }
    text
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::model::path::RepoPath;

    #[test]
    fn nothing_leaves_its_place() {
        let noted = Noted {
            rule: "a:b".to_owned(),
            severity: Severity::Hint,
            path: RepoPath::new("docs/a,b:c 100%.md").unwrap(),
            line: 3,
            column: 5,
            message: "100 %\r\n::error::injected".to_owned(),
            hint: "do, this: now".to_owned(),
            about: String::new(),
            silenced: None,
        };
        let silenced = Noted { silenced: Some(String::new()), ..noted.clone() };
        assert_eq!(
            findings(&[noted, silenced]),
            "::notice file=docs/a%2Cb%3Ac 100%25.md,line=3,col=5,title=a%3Ab::100 %25%0D%0A::error::injected%0Ado, this: now\n"
        );
    }
}
