//! What `prd` knows: pure functions and values, tested without a file system.

pub mod graph;
pub mod markdown;
pub mod model;
pub mod orchestrate;
pub mod review;
