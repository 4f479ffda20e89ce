//! Why an edit was refused.

use crate::domain::model::id::PrdId;

/// An edit that would damage the document, or that has nothing to change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// A value with a line end or another control character.
    #[error("the value of {name} must be one line of text")]
    SeveralLines {
        /// The field, or what else was to be written.
        name: String,
    },
    /// A value that would read back as another one.
    #[error("`{value}` cannot be the value of {name}: it would read back as something else")]
    Unwritable {
        /// The field.
        name: String,
        /// The value.
        value: String,
    },
    /// The place of a check box holds none: the text has changed since it was read.
    #[error("line {line} holds no check box where there was one")]
    NoBox {
        /// The line, from 1.
        line: usize,
    },
    /// The dependency is there already.
    #[error("{id} is already among the dependencies")]
    AlreadyDeclared {
        /// The prerequisite.
        id: PrdId,
    },
    /// The dependency is not there.
    #[error("{id} is not among the dependencies")]
    NotDeclared {
        /// The prerequisite.
        id: PrdId,
    },
    /// The list of dependencies is written in a way that cannot be changed without changing other entries.
    #[error("the dependency on {id} cannot be changed where it stands; edit the text by hand")]
    Entangled {
        /// The prerequisite.
        id: PrdId,
    },
}

/// The value without space around it; an error where it has more than one line or control characters.
pub(super) fn one_line<'a>(name: &str, value: &'a str) -> Result<&'a str, EditError> {
    let value = value.trim();
    if value.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
        return Err(EditError::SeveralLines { name: name.to_owned() });
    }
    Ok(value)
}
