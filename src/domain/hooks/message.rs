//! Commit messages: what of them counts, and whether they name a PRD.

use crate::domain::model::id::{IdFormat, PrdId};

/// The trailer that names the PRD of a commit.
#[must_use]
pub fn trailer(id: &PrdId) -> String {
    format!("PRD: {id}")
}

/// What git will keep of a message: without comments, and without what follows a scissors line.
#[must_use]
pub fn kept(text: &str, comment: &str) -> String {
    let mut kept = String::new();
    for line in text.lines() {
        if let Some(note) = line.strip_prefix(comment) {
            if note.contains("------------------------ >8 ------------------------") {
                break;
            }
            continue;
        }
        kept.push_str(line);
        kept.push('\n');
    }
    kept.trim().to_owned()
}

/// What is to be said of a message on the branch of a PRD.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It names the PRD, or it need not.
    Fine,
    /// It does not name the PRD.
    Unnamed,
    /// The trailer is all there is: nobody wrote a message, and without the trailer git would stop.
    Empty,
}

/// Judges what is kept of a message.
#[must_use]
pub fn judge(kept: &str, id: &PrdId, format: &IdFormat) -> Verdict {
    let subject = kept.lines().next().unwrap_or_default();
    if kept == trailer(id) {
        return Verdict::Empty;
    }
    let follows =
        ["fixup!", "squash!", "amend!", "Merge ", "Revert "].iter().any(|word| subject.starts_with(word));
    if follows || kept.is_empty() || format.find(kept).iter().any(|found| found.id == *id) {
        return Verdict::Fine;
    }
    Verdict::Unnamed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_the_diff_below_the_scissors_name_nothing() {
        let text = "Add carts\n\n# On branch feat/SVC-128-x\n# ------------------------ >8 ------------------------\n+SVC-128\n";
        assert_eq!(kept(text, "#"), "Add carts");
        assert_eq!(kept("; SVC-1\nA\n", ";"), "A");
    }

    #[test]
    fn a_message_names_the_prd_in_any_place_and_spelling() {
        let format = IdFormat::from_pattern("SVC-{number}").unwrap();
        let id = format.id(128);
        let of = |text: &str| judge(&kept(text, "#"), &id, &format);
        assert_eq!(of("Add carts (svc-128)"), Verdict::Fine);
        assert_eq!(of("Add carts\n\nPRD: SVC-0128\n"), Verdict::Fine);
        assert_eq!(of("Add carts for SVC-1280"), Verdict::Unnamed);
        assert_eq!(of("fixup! Add carts"), Verdict::Fine);
        assert_eq!(of("# nothing\n\nPRD: SVC-128\n"), Verdict::Empty);
        assert_eq!(of("# nothing\n"), Verdict::Fine);
    }
}
