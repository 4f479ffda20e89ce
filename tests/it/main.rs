//! The one integration binary: the built program, run as a user runs it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod architecture;
mod book;
mod safety_dirty;
mod safety_garbage;
mod safety_kill;
mod safety_race;
mod support;
