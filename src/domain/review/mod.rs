//! Reviews: from a PRD's text to grades that explain every point they take.
//!
//! A [`document`] is the text cut into statements that know their section's topics. A [`dimension`] is a
//! handful of slots, the facts its reader must find; [`evidence`] fills each to a degree. [`checks`] look for
//! defects in what is there. `judging` puts documents to both, side by side, and [`grade`] adds both up;
//! [`calibration`] asks about what is missing. [`report`] is the outcome, and [`verdict`] what a list shows of it: the
//! same text always gives the same bytes.

pub mod answers;
pub mod antecedent;
pub mod calibration;
pub mod checks;
pub mod clause;
pub mod coined;
pub mod compare;
pub mod decision;
pub mod dimension;
pub mod document;
pub mod evidence;
pub mod facts;
mod general;
pub mod grade;
pub mod guard;
pub mod header_value;
mod judging;
pub mod laid_down;
pub mod language;
pub mod lexicon;
pub mod meaning;
pub mod opinion;
pub mod outcome;
pub mod placeholder;
pub mod questions;
mod reader;
pub mod record;
pub mod report;
pub mod rubric;
pub mod sentence;
pub mod settings;
pub mod signal;
#[cfg(test)]
pub(crate) mod testing;
pub mod text;
pub mod topic;
pub mod verdict;
pub mod vocabulary;
pub mod word;
pub mod worth;
