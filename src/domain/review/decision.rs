//! Architecture decision records: accepted ones that name a PRD, or that a PRD links to.

use std::fmt;

use crate::domain::model::path::RepoPath;

/// Folders in which decision records are looked for.
pub const FOLDERS: [&str; 7] = [
    "adr",
    "doc/adr",
    "docs/adr",
    "docs/adrs",
    "docs/architecture/decisions",
    "docs/decisions",
    "product/decisions",
];

/// What has become of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// It holds.
    Accepted,
    /// It is still talked about.
    Proposed,
    /// It was not taken.
    Rejected,
    /// It held once.
    Deprecated,
    /// Another one took its place.
    Superseded,
    /// Any other word.
    Other(String),
    /// The record does not say.
    Unsaid,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accepted => f.write_str("is accepted"),
            Self::Proposed => f.write_str("is only proposed"),
            Self::Rejected => f.write_str("is rejected"),
            Self::Deprecated => f.write_str("is deprecated"),
            Self::Superseded => f.write_str("is superseded"),
            Self::Other(word) => write!(f, "has the status `{word}`"),
            Self::Unsaid => f.write_str("has no status"),
        }
    }
}

/// A decision record that has to do with a PRD.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Its file.
    pub path: RepoPath,
    /// What has become of it.
    pub status: Status,
}

impl Decision {
    /// True where it holds.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        self.status == Status::Accepted
    }
}

/// Which records were found, and why none of them counts: `docs/adr/0004-queue.md is superseded`.
#[must_use]
pub fn told(found: &[Decision]) -> String {
    let all: Vec<String> = found.iter().map(|one| format!("{} {}", one.path, one.status)).collect();
    all.join(", ")
}

/// The status of a record: `Status: Accepted` in any dialect of a header line or in front matter (MADR), or the last
/// text under a heading `Status` that is a status (MADR, and Nygard's form, in which later statuses are added below).
#[must_use]
pub fn status(text: &str) -> Status {
    let mut under_status = false;
    let mut found = Status::Unsaid;
    for line in text.lines() {
        let is_heading = line.trim_start().starts_with('#');
        let plain: String = line.chars().filter(|c| !"*_`#|>~".contains(*c)).collect();
        let plain = plain.trim().trim_start_matches(['-', '+']).trim().trim_matches('"').to_lowercase();
        if is_heading && under_status && found != Status::Unsaid {
            return found;
        }
        if plain.is_empty() {
            continue;
        }
        if let Some((key, value)) = plain.split_once(':')
            && key.trim() == "status"
            && !value.trim().is_empty()
        {
            return read_status(value).unwrap_or_else(|| Status::Other(first_words(value)));
        }
        if under_status && !is_heading {
            found = match read_status(&plain) {
                Some(status) => status,
                None if found == Status::Unsaid => Status::Other(first_words(&plain)),
                None => found,
            };
            continue;
        }
        under_status = is_heading && plain.trim_end_matches(':') == "status";
    }
    found
}

/// The status that a text begins with.
fn read_status(text: &str) -> Option<Status> {
    let text = text.trim().trim_start_matches(|c: char| !c.is_alphabetic());
    [
        ("accepted", Status::Accepted),
        ("approved", Status::Accepted),
        ("decided", Status::Accepted),
        ("proposed", Status::Proposed),
        ("draft", Status::Proposed),
        ("rejected", Status::Rejected),
        ("deprecated", Status::Deprecated),
        ("supersed", Status::Superseded),
        ("superced", Status::Superseded),
    ]
    .into_iter()
    .find(|(word, _)| text.starts_with(word))
    .map(|(_, status)| {
        // `accepted, superseded by ADR 9` is superseded.
        let is_replaced = text.contains("superseded by") || text.contains("supersedet by");
        if status == Status::Accepted && is_replaced { Status::Superseded } else { status }
    })
}

fn first_words(text: &str) -> String {
    text.split_whitespace().take(3).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_status_in_its_forms() {
        for (text, expected) in [
            ("# 7. X\n\nStatus: Accepted\n", Status::Accepted),
            ("---\nstatus: \"accepted\"\ndate: 2025-01-01\n---\n# X\n", Status::Accepted),
            ("# X\n\n## Status\n\nAccepted, 2025-01-01\n", Status::Accepted),
            (
                "# X\n\n## Status\n\nAccepted, amends [ADR 3](3.md)\n\n## Context\n\nRejected ideas\n",
                Status::Accepted,
            ),
            ("# X\n\n* **Status**: accepted\n", Status::Accepted),
            ("# X\n\n- Status: accepted\n- Deciders: Dana\n", Status::Accepted),
            ("| Status | Accepted |\n", Status::Unsaid),
            ("# X\n\nStatus: Proposed\n", Status::Proposed),
            ("# X\n\n## Status\n\nSuperseded by 8\n", Status::Superseded),
            ("# X\n\n## Status\n\nAccepted\n\nSuperseded by [8](8.md)\n\n## Context\n", Status::Superseded),
            ("# X\n\n## Status\n\n~~Accepted~~ superseded by ADR 8\n", Status::Superseded),
            ("---\nstatus: accepted, superseded by ADR-0009\n---\n", Status::Superseded),
            ("# X\n\nStatus: rejected\n", Status::Rejected),
            ("# X\n\n## Status:\n\nIn discussion with Ops\n", Status::Other("in discussion with".to_owned())),
            ("# Accepted\n", Status::Unsaid),
            ("", Status::Unsaid),
        ] {
            assert_eq!(status(text), expected, "{text}");
        }
    }
}
