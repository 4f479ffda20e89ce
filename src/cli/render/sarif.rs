//! Findings as SARIF 2.1.0 (OASIS Standard, 27 March 2020), for code scanning and for editors.
//!
//! Paths are relative to `%SRCROOT%`, the repository's root. Columns count characters, which the run declares
//! (`columnKind`, 3.14.17). A fingerprint does not change when lines above a finding come or go (3.27.17).

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::noted::Noted;
use crate::domain::model::finding::Severity;
use crate::domain::review::checks::registry;
use crate::domain::review::report::Review;

/// The document of a review of one PRD or many.
#[must_use]
pub fn reviews(reviews: &[Review]) -> Value {
    let grades: Vec<Value> = reviews
        .iter()
        .map(|review| {
            json!({
                "id": review.id,
                "path": review.path,
                "contentHash": review.content_hash,
                "grade": review.grade,
                "score": review.score,
                "minimumGrade": review.minimum_grade,
                "passed": review.passed,
            })
        })
        .collect();
    document("prd/review/", &super::noted::of_reviews(reviews), &json!({ "reviews": grades }))
}

/// The document of a lint.
#[must_use]
pub fn lint(findings: &[Noted]) -> Value {
    document("prd/lint/", findings, &json!({}))
}

fn document(category: &str, findings: &[Noted], properties: &Value) -> Value {
    let mut rules: BTreeMap<&str, &Noted> = BTreeMap::new();
    for finding in findings {
        rules.entry(&finding.rule).or_insert(finding);
    }
    let index: Vec<&str> = rules.keys().copied().collect();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let results: Vec<Value> = findings
        .iter()
        .map(|finding| {
            let key = key_of(finding);
            let times = seen.entry(key.clone()).or_default();
            *times += 1;
            result(finding, &index, &format!("{key}:{times}"))
        })
        .collect();
    json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "prd",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.iter().map(|(id, finding)| rule(id, finding)).collect::<Vec<_>>(),
            } },
            "automationDetails": { "id": category },
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": { "%SRCROOT%": { "description": { "text": "The root of the repository." } } },
            "invocations": [{ "executionSuccessful": true }],
            "results": results,
            "properties": properties,
        }],
    })
}

fn rule(id: &str, finding: &Noted) -> Value {
    let words = id.replace('-', " ");
    let Some(check) = registry::find(id) else {
        return json!({
            "id": id,
            "shortDescription": { "text": format!("{}.", capital(&words)) },
            "help": { "text": sentence(&finding.hint, &words) },
            "defaultConfiguration": { "level": level(finding.severity) },
        });
    };
    json!({
        "id": id,
        "shortDescription": { "text": format!("{}.", capital(&words)) },
        "fullDescription": { "text": format!("{} From: {}.", sentence(check.hint, &words), check.source) },
        "help": {
            "text": sentence(check.hint, &words),
            "markdown": format!(
                "{}\n\nFrom: {}\n\nFound in:\n\n````markdown\n{}\n````\n\nNot in:\n\n````markdown\n{}\n````\n",
                sentence(check.hint, &words), check.source, check.bad.trim_end(), check.good.trim_end()
            ),
        },
        "defaultConfiguration": { "level": level(check.severity) },
        "properties": { "tags": [format!("{:?}", check.family).to_lowercase()] },
    })
}

fn result(finding: &Noted, index: &[&str], fingerprint: &str) -> Value {
    let message = if finding.hint.is_empty() {
        sentence(&finding.message, "")
    } else {
        format!("{} {}", sentence(&finding.message, ""), sentence(&finding.hint, ""))
    };
    let mut result = json!({
        "ruleId": finding.rule,
        "ruleIndex": index.iter().position(|id| *id == finding.rule),
        "level": level(finding.severity),
        "message": { "text": message },
        "locations": [{ "physicalLocation": {
            "artifactLocation": { "uri": uri(finding.path.as_str()), "uriBaseId": "%SRCROOT%" },
            "region": { "startLine": finding.line.max(1), "startColumn": finding.column.max(1) },
        } }],
        "partialFingerprints": { "prdFinding/v1": fingerprint },
    });
    if let (Some(reason), Some(members)) = (&finding.silenced, result.as_object_mut()) {
        members.insert(
            "suppressions".to_owned(),
            json!([{ "kind": "inSource", "status": "accepted", "justification": reason }]),
        );
    }
    result
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Hint => "note",
    }
}

/// Rule, file name and text; the folder is left out, because a PRD moves through its states.
fn key_of(finding: &Noted) -> String {
    let text = format!("{}\0{}\0{}", finding.rule, finding.path.file_name(), finding.about);
    Sha256::digest(text).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// A path as a relative URI reference (RFC 3986, 4.2).
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

fn sentence(text: &str, otherwise: &str) -> String {
    let text = if text.is_empty() { otherwise } else { text };
    format!("{}.", capital(text.trim_end_matches('.')))
}

/// With its first letter large, unless it begins with a name in code.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
#[path = "sarif_tests.rs"]
mod tests;
