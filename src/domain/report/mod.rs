//! What commands answer: versioned, serialisable values that renderers and scripts see.

pub mod change;
pub mod claims;
pub mod contracts;
pub mod github;
pub mod history;
pub mod hooks;
pub mod inbox;
pub mod listing;
pub mod portrait;
pub mod resolve;
pub mod stats;
pub mod status;
pub mod worktrees;
