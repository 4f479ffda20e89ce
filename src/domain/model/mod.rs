//! The vocabulary: values that are right by construction, and nothing that reads or writes them.

pub mod branch;
pub mod calendar;
pub mod checklist;
pub mod dependency;
pub mod effort;
pub mod field;
pub mod finding;
pub mod grade;
pub mod id;
pub mod line;
pub mod number_word;
pub(crate) mod packed;
pub mod path;
pub mod people;
pub mod portfolio;
pub mod prd;
pub mod priority;
pub mod repository;
#[cfg(test)]
pub(crate) mod sample;
pub mod slug;
pub mod state;
