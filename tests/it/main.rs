//! The one integration binary: the built program, run as a user runs it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod architecture;
mod book;
mod cache;
mod cli_reference;
mod cli_setup;
mod docs;
mod own_prds;
mod safety_dirty;
mod safety_kill;
mod support;
