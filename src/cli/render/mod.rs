//! From values to text. Nothing here prints, and nothing here reads.

pub mod config;
pub mod difference;
pub mod dot;
pub mod escape;
pub mod findings;
pub mod github;
pub mod history;
pub mod hooks;
pub mod list;
pub mod mermaid;
pub mod next;
pub mod plan;
pub mod portrait;
pub mod prompt;
pub mod report_markdown;
pub mod resolve;
pub mod review;
pub mod table;
pub mod terminal;
pub mod tree;
pub mod trust;
pub mod worktrees;
