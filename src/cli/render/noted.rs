//! Findings of reviews and of lint in one form, for the formats of other programs: SARIF and workflow annotations.

use crate::domain::model::finding::{Finding, Severity};
use crate::domain::model::path::RepoPath;
use crate::domain::review::report::Review;

/// One finding at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted {
    /// The rule.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// The file.
    pub path: RepoPath,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// The way out; empty where there is none.
    pub hint: String,
    /// What stays the same when lines above it come or go: the text that it is about, else its message.
    pub about: String,
    /// Why it is silenced in the text; `None` for one that counts.
    pub silenced: Option<String>,
}

/// The findings of reviews, those that the texts silence behind the others of each.
#[must_use]
pub fn of_reviews(reviews: &[Review]) -> Vec<Noted> {
    reviews.iter().flat_map(of_review).collect()
}

fn of_review(review: &Review) -> Vec<Noted> {
    let mut noted: Vec<Noted> = review
        .findings()
        .into_iter()
        .map(|finding| Noted {
            rule: finding.rule.to_owned(),
            severity: finding.severity,
            path: review.path.clone(),
            line: finding.line,
            column: finding.column,
            message: finding.message.clone(),
            hint: finding.hint.to_owned(),
            about: if finding.excerpt.is_empty() { finding.message.clone() } else { finding.excerpt.clone() },
            silenced: None,
        })
        .collect();
    noted.extend(review.suppressed.iter().map(|silenced| Noted {
        rule: silenced.rule.to_owned(),
        severity: Severity::Hint,
        path: review.path.clone(),
        line: silenced.line,
        column: 1,
        message: format!("`{}` is silenced here", silenced.rule),
        hint: String::new(),
        about: silenced.reason.clone(),
        silenced: Some(silenced.reason.clone()),
    }));
    noted
}

/// The findings of lint.
#[must_use]
pub fn of_findings(findings: &[Finding]) -> Vec<Noted> {
    findings
        .iter()
        .map(|finding| Noted {
            rule: finding.rule.to_owned(),
            severity: finding.severity,
            path: finding.place.path.clone(),
            line: finding.place.line,
            column: finding.place.column,
            message: finding.message.clone(),
            hint: match (&finding.hint, finding.fixable) {
                (Some(hint), _) => hint.clone(),
                (None, true) => "prd lint --fix".to_owned(),
                (None, false) => String::new(),
            },
            about: finding.message.clone(),
            silenced: None,
        })
        .collect()
}
