//! Whether a value can be read back as what its field means.

use crate::domain::model::calendar;
use crate::domain::model::checklist::Progress;
use crate::domain::model::effort::Effort;
use crate::domain::model::field::FieldName;
use crate::domain::model::priority::Priority;

/// A value that its field would not be read from, or a field that is not to be set by hand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadValue {
    /// The value is none of what the field takes.
    #[error("`{value}` is no {field}; it takes {takes}")]
    Value {
        /// The value.
        value: String,
        /// The field.
        field: String,
        /// What it takes.
        takes: &'static str,
    },
    /// The state is the folder.
    #[error("the state of a PRD is its folder; `Status` cannot be set")]
    Status,
    /// The id is more than the field.
    #[error("the id of a PRD is in its file name and title too; `PRD ID` cannot be set")]
    Id,
}

/// Checks a value before it is written; an empty one removes the field and is always fine.
///
/// # Errors
/// [`BadValue`] with what the field takes.
pub fn check(name: &FieldName, value: &str) -> Result<(), BadValue> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "every other field takes any text")]
    let (fits, takes) = match name {
        FieldName::Status => return Err(BadValue::Status),
        FieldName::Id => return Err(BadValue::Id),
        _ if value.is_empty() => return Ok(()),
        FieldName::Priority => (Priority::read(value).is_some(), "P0, P1, P2, P3"),
        FieldName::Target => (
            calendar::read_target(value).is_some(),
            "a date (2025-06-13), month (2025-06), week (2025-W23) or quarter (Q2 2025)",
        ),
        FieldName::Created | FieldName::Started | FieldName::CompletedDate | FieldName::ContractEta => {
            (calendar::read_date(value).is_some(), "a date: 2025-06-13")
        }
        FieldName::Estimate | FieldName::EstimatedEffort | FieldName::Effort | FieldName::Remaining => {
            (Effort::read(value).is_some(), "a duration: 3d, 2 weeks, 6-8 weeks, 5 points, M")
        }
        FieldName::Progress => (Progress::read(value).is_some(), "a share: 60%, 3/5"),
        _ => (true, ""),
    };
    if fits { Ok(()) } else { Err(BadValue::Value { value: value.to_owned(), field: name.title(), takes }) }
}

/// Checks the value of a template's variable that is a header field.
///
/// # Errors
/// As [`check`].
pub fn check_variable(name: &str, value: &str) -> Result<(), BadValue> {
    let field = FieldName::fold(name);
    // The id is the template's to write.
    if field == FieldName::Id { Ok(()) } else { check(&field, value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_would_not_read_back() {
        assert!(check(&FieldName::Target, "soonish").is_err());
        assert!(check(&FieldName::Estimate, "some").is_err());
        assert!(check(&FieldName::Status, "Done").is_err());
        assert!(check(&FieldName::Target, "").is_ok());
        assert!(check(&FieldName::fold("Sprint"), "anything").is_ok());
    }
}
