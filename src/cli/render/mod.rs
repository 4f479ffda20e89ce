//! From values to text. Nothing here prints, and nothing here reads.

pub mod annotations;
pub mod claims;
pub mod config;
pub mod contracts;
pub mod csv;
pub mod difference;
pub mod dot;
pub mod escape;
pub mod findings;
pub mod gantt;
pub mod github;
pub mod history;
pub mod hooks;
pub mod html;
pub mod inbox;
pub mod list;
pub mod mermaid;
pub mod next;
pub mod noted;
pub mod outcome;
pub mod picture;
pub mod plan;
pub mod portrait;
pub mod prompt;
pub mod report_markdown;
pub mod report_teams;
pub mod resolve;
pub mod review;
pub mod review_html;
pub mod sarif;
pub mod stats;
pub mod stats_svg;
pub mod status;
pub mod table;
pub mod terminal;
pub mod tree;
pub mod trust;
pub mod worktrees;

mod grouped;
mod marks;

#[cfg(test)]
mod contrast_tests;
