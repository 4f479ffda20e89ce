//! Text to model and back.
//!
//! Reading accepts whatever people write and never fails; editing changes the bytes it was asked to change
//! and keeps every other one. Nothing here touches a file.

pub mod checklist;
pub mod decode;
pub mod dependencies;
mod dependency_names;
mod document;
pub mod edit;
mod entries;
mod entry_words;
mod fences;
mod files;
pub mod front_matter;
pub mod header;
mod header_line;
pub mod identity;
pub mod line_index;
pub mod links;
pub mod mojibake;
pub mod outline;
mod outline_builder;
pub mod read;
mod section_name;
pub mod services;
mod skim;
