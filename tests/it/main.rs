//! The one integration binary: the built program, run as a user runs it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod architecture;
mod book;
mod cache;
mod checks;
mod cli_change;
mod cli_dialects;
mod cli_facts;
mod cli_lifecycle;
mod cli_new;
mod cli_read;
mod cli_reference;
mod cli_report;
mod cli_setup;
mod docs;
mod hooks;
mod measured;
mod own_prds;
mod repositories;
mod resolve;
mod review_grader;
mod review_outputs;
mod safety_dirty;
mod safety_faults;
mod safety_garbage;
mod safety_kill;
mod safety_race;
mod support;
mod trust;
mod worktree_setup;
