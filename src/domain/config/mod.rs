//! The configuration: what may be set, what it means, and where each value came from.
//!
//! Pure: texts come in, values and problems with file, line and column go out. Reading the files is the
//! store's work.

pub mod schema;
pub mod template;
