//! From values to text. Nothing here prints, and nothing here reads.

pub mod annotations;
pub mod config;
pub mod dot;
pub mod escape;
pub mod findings;
pub mod history;
pub mod list;
pub mod mermaid;
pub mod next;
pub mod noted;
pub mod outcome;
pub mod plan;
pub mod portrait;
pub mod prompt;
pub mod report_markdown;
pub mod review;
pub mod review_html;
pub mod sarif;
pub mod table;
pub mod terminal;
pub mod tree;
pub mod trust;
pub mod worktrees;
