//! Adapters: one outside thing each, typed errors, no policy.

pub mod env;
pub mod git;
pub mod tools;
