//! All checks, in the order in which findings at one place are shown.

use super::check::Check;

/// The checks.
pub static CHECKS: &[Check] = &[
    super::missing_section::CHECK,
    super::empty_section::CHECK,
    super::placeholder_left::CHECK,
    super::stub_sentence::CHECK,
    super::boilerplate::CHECK,
    super::filler_text::CHECK,
    super::missing_estimate::CHECK,
    super::missing_owner::CHECK,
    super::missing_target::CHECK,
    super::open_question_without_owner::CHECK,
    super::criterion_not_observable::CHECK,
    super::number_without_unit::CHECK,
    super::quality_word_without_number::CHECK,
    super::comparative_without_baseline::CHECK,
    super::percentile_missing::CHECK,
    super::unbounded::CHECK,
    super::vague_word::CHECK,
    super::escape_clause::CHECK,
    super::open_list::CHECK,
    super::and_or::CHECK,
    super::weak_modal::CHECK,
    super::ambiguous_pronoun::CHECK,
    super::undefined_term::CHECK,
    super::inconsistent_term::CHECK,
    super::over_long_sentence::CHECK,
    super::compound_requirement::CHECK,
    super::several_imperatives::CHECK,
    super::duplicate_criterion::CHECK,
    super::goal_without_criterion::CHECK,
    super::criterion_without_goal::CHECK,
    super::scope_creep::CHECK,
    super::scope_conflict::CHECK,
    super::contradicting_number::CHECK,
    super::risk_without_mitigation::CHECK,
    super::no_negative_case::CHECK,
    super::title_unrelated::CHECK,
    super::dead_link::CHECK,
    super::mis_decoded_text::CHECK,
    super::id_mismatch::CHECK,
    super::unknown_dependency::CHECK,
    super::dependency_cycle::CHECK,
    super::contract_missing::CHECK,
    super::contract_does_not_parse::CHECK,
    super::adr_missing::CHECK,
];

/// The check of a name.
#[must_use]
pub fn find(id: &str) -> Option<&'static Check> {
    CHECKS.iter().find(|check| check.id == id)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::domain::graph::dependencies::{Graph, GraphFacts};
    use crate::domain::model::portfolio::Portfolio;
    use crate::domain::review::document::Document;
    use crate::domain::review::facts::{DeadLink, Facts, dead_links, of_graph};
    use crate::domain::review::testing::{FORMAT, prd};

    /// What a check finds in a text that is a portfolio of its own, beside no other file.
    fn hits(check: &Check, text: &str) -> usize {
        let prd = prd(text);
        let portfolio = Portfolio::new(FORMAT.clone(), vec![prd.clone()], Vec::new(), Vec::new());
        let facts = Facts {
            dependencies: of_graph(&Graph::build(&portfolio, &GraphFacts::default()))
                .remove(&prd.path)
                .unwrap_or_default(),
            dead_links: dead_links(text, |_, _| Some(DeadLink::NoFile)),
        };
        (check.run)(&Document::with_facts(&prd, text, facts)).len()
    }

    #[test]
    fn every_check_finds_its_bad_example_and_is_silent_on_its_good_one() {
        for check in CHECKS {
            assert!(hits(check, check.bad) > 0, "{} misses its bad example", check.id);
            assert_eq!(hits(check, check.good), 0, "{} finds something in its good example", check.id);
        }
    }

    #[test]
    fn names_are_unique_and_everything_is_said() {
        let mut ids = BTreeSet::new();
        for check in CHECKS {
            assert!(ids.insert(check.id), "{} is there twice", check.id);
            assert!(!check.source.is_empty() && !check.hint.is_empty(), "{}", check.id);
            assert!(!check.hint.ends_with('.'), "{}", check.id);
            assert!(check.question.is_empty() || check.question.ends_with('?'), "{}", check.id);
        }
        assert_eq!(find("vague-word").map(|check| check.penalty), Some(5));
        assert!(find("no-such-check").is_none());
    }
}
