//! Surgical edits: each takes a text and gives the new one, and changes no byte that it was not asked to change.
//!
//! Every edit of a field or a dependency is read back before it is given out: what cannot be read back is a typed
//! error and never a damaged document. Line ends are those of the document.

pub mod dependency;
pub mod error;
pub mod field;
mod new_field;
pub mod section;
mod splice;
