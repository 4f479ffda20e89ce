//! What `prd` knows: pure functions and values, tested without a file system.

pub mod config;
pub mod contract;
pub mod github;
pub mod graph;
pub mod hooks;
pub mod lifecycle;
pub mod lint;
pub mod markdown;
pub mod model;
pub mod orchestrate;
pub mod report;
pub mod review;
pub mod secrets;
