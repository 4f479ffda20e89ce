//! What `prd lint --fix` mends: only what cannot be wrong to mend.

use crate::domain::markdown::edit::error::EditError;
use crate::domain::markdown::edit::field;
use crate::domain::markdown::mojibake;
use crate::domain::model::field::FieldName;
use crate::domain::model::prd::Prd;
use crate::domain::model::state::State;

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
        && State::from_status_word(&field.value).is_some_and(|state| state != prd.state)
    {
        fixed = field::set_field(&fixed, &FieldName::Status, prd.state.title())?;
    }
    Ok(fixed)
}
