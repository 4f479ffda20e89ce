//! The axes of a review: the built-in dimensions with their slots, and how any name resolves to one.

pub mod besides;
pub mod core;
pub mod further;
pub mod homes;
pub mod measures;
pub mod platform;
pub mod resolve;
