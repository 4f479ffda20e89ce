//! Adapters: one outside thing each, typed errors, no policy.

pub mod env;
pub(crate) mod files;
pub mod git;
pub mod github;
pub mod serve;
pub mod setup;
pub mod store;
pub mod tools;
pub mod watch;
