//! The only code that parses arguments, prints or asks.

pub mod render;
