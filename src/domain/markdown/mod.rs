//! Text to model and back.
//!
//! Reading accepts whatever people write and never fails; editing changes the bytes it was asked to change
//! and keeps every other one. Nothing here touches a file.

pub mod front_matter;
pub mod line_index;
pub mod outline;
mod outline_builder;
