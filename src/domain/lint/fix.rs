//! What `prd lint --fix` mends: only what cannot be wrong to mend.

use crate::domain::markdown::edit::error::EditError;
use crate::domain::markdown::edit::field;
use crate::domain::markdown::mojibake;
use crate::domain::markdown::read::drifted_status;
use crate::domain::model::field::FieldName;
use crate::domain::model::prd::Prd;

/// The mended text of a PRD; equal to the old one where there is nothing to mend.
///
/// A `Status` field that says another state than the folder is set to the folder's; text that was decoded
/// wrongly is repaired where that is exactly undone by decoding it wrongly again.
///
/// # Errors
/// [`EditError`] where the status cannot be written.
pub fn fixed(prd: &Prd, text: &str) -> Result<String, EditError> {
    let mut fixed = mojibake::repair_mojibake(text).unwrap_or_else(|| text.to_owned());
    if let Some(field) = prd.field(&FieldName::Status)
        && drifted_status(&field.value, prd.state).is_some()
    {
        fixed = field::set_field(&fixed, &FieldName::Status, prd.state.title())?;
    }
    Ok(fixed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::markdown::read::{Reading, read_prd};
    use crate::domain::model::id::IdFormat;
    use crate::domain::model::path::RepoPath;
    use crate::domain::model::state::State;

    #[test]
    fn every_drift_that_is_called_fixable_is_mended() {
        for status in
            ["Done", "Complete ✅", "Completed (v1.0)", "Completed - shipped in May", "In Progress: half"]
        {
            let text = format!("# PRD-001: X\n\n**Status**: {status}\n\nText.\n");
            let path = RepoPath::new("docs/prds/draft/PRD-001-x.md").unwrap();
            let Reading::Prd(prd) = read_prd(&path, State::Draft, text.as_bytes(), &IdFormat::default())
            else {
                panic!("no PRD: {status}")
            };
            let drift = prd.problems.iter().any(|problem| problem.rule == "status-drift" && problem.fixable);
            let mended = fixed(&prd, &text).unwrap();
            assert_eq!(drift, mended.contains("**Status**: Draft\n"), "{status}: {mended}");
        }
    }

    #[test]
    fn mending_the_text_of_a_finished_prd_leaves_its_status() {
        let text = "# PRD-001: X\n\n**Status**: Complete\n\nDone ‚úÖ.\n";
        let path = RepoPath::new("docs/prds/archived/PRD-001-x.md").unwrap();
        let Reading::Prd(prd) = read_prd(&path, State::Archived, text.as_bytes(), &IdFormat::default())
        else {
            panic!("no PRD")
        };
        assert_eq!(fixed(&prd, text).unwrap(), text.replace("‚úÖ", "✅"));
    }
}
