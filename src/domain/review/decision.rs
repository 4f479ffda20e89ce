//! Architecture decision records: accepted ones that name a PRD, or that a PRD links to.

use crate::domain::model::id::{IdFormat, PrdId};

/// Folders in which decision records are looked for.
pub const FOLDERS: [&str; 4] = ["docs/adr", "docs/adrs", "docs/decisions", "product/decisions"];

/// True where the record says that it is accepted: `Status: Accepted` in any dialect of a header line, or
/// `Accepted` as the first text under a heading `Status` (MADR and Nygard's form).
#[must_use]
pub fn is_accepted(text: &str) -> bool {
    let mut under_status = false;
    for line in text.lines() {
        let plain: String = line.chars().filter(|c| !"*_`#|->".contains(*c)).collect();
        let plain = plain.trim().to_lowercase();
        if plain.is_empty() {
            continue;
        }
        if let Some((key, value)) = plain.split_once(':')
            && key.trim() == "status"
        {
            return value.trim().starts_with("accepted");
        }
        if under_status {
            return plain.starts_with("accepted");
        }
        under_status = line.trim_start().starts_with('#') && plain == "status";
    }
    false
}

/// True where the record names the PRD by its id.
#[must_use]
pub fn names(text: &str, id: &PrdId, format: &IdFormat) -> bool {
    format.find(text).iter().any(|found| found.id == *id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_status_in_its_forms() {
        for text in [
            "# 7. X\n\nStatus: Accepted\n",
            "---\nstatus: accepted\ndate: 2025-01-01\n---\n# X\n",
            "# X\n\n## Status\n\nAccepted, 2025-01-01\n",
            "# X\n\n* **Status**: accepted\n",
        ] {
            assert!(is_accepted(text), "{text}");
        }
        for text in ["# X\n\nStatus: Proposed\n", "# X\n\n## Status\n\nSuperseded by 8\n", "# Accepted\n", ""]
        {
            assert!(!is_accepted(text), "{text}");
        }
    }

    #[test]
    fn an_id_is_named_whole() {
        let format = IdFormat::from_pattern("SVC-{number}").unwrap();
        assert!(names("Related PRD: SVC-133", &format.id(133), &format));
        assert!(!names("Related PRD: SVC-133", &format.id(13), &format));
    }
}
