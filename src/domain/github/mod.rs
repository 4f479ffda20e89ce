//! GitHub as a value: which repository a remote names, and what an issue of a PRD says, and what a pull request
//! lacks to be merged.

pub mod difference;
pub mod issue;
pub mod labels;
pub mod merging;
pub mod pull;
pub mod region;
pub mod repository;
