//! Checks: one file for each, and one line of the [`registry`].

pub mod check;
pub mod registry;

mod adr_missing;
mod and_or;
mod comparative_without_baseline;
mod contract_does_not_parse;
mod contract_missing;
mod criterion_not_observable;
mod duplicate_criterion;
mod empty_section;
mod escape_clause;
mod filler_text;
mod goal_without_criterion;
mod missing_estimate;
mod missing_owner;
mod missing_section;
mod missing_target;
mod no_negative_case;
mod number_without_unit;
mod open_list;
mod over_long_sentence;
mod percentile_missing;
mod placeholder_left;
mod quality_word_without_number;
mod risk_without_mitigation;
mod stub_sentence;
mod title_unrelated;
mod vague_word;
mod weak_modal;
