//! From reports to text: pure functions, and nothing here prints.
//!
//! * [`report_markdown`] writes the orchestration report, [`tree`] its graph;
//! * [`mermaid`] and [`dot`] draw the graph for other programs;
//! * [`review`] shows the review of one PRD;
//! * [`terminal`] shows Markdown on a terminal;
//! * [`escape`] makes any text safe to stand in each of them.

pub mod dot;
pub mod escape;
pub mod mermaid;
pub mod report_markdown;
pub mod review;
pub mod terminal;
pub mod tree;
