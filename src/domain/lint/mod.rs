//! What is wrong with a portfolio as it stands, and what can be mended without asking.

pub mod cycle;
pub mod fix;
pub mod merge;
pub mod rules;
pub mod status_page;
pub mod text;
pub mod value;
