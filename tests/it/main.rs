//! The one integration binary: the built program, run as a user runs it.

mod safety_dirty;
mod support;
