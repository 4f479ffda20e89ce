//! One sentence with two demands.

use super::check::{Applies, Check, Family, Hit, Touches, sentences, span_of};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::{Document, Statement};
use crate::domain::review::text::Word;
use crate::domain::review::topic::Topic;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "compound-requirement",
    severity: Severity::Hint,
    family: Family::Singularity,
    touches: Touches::Section,
    penalty: 10,
    applies: Applies::Always,
    source: "ISO/IEC/IEEE 29148:2018, 5.2.5 (singular); AQUSA (Lucassen et al. 2016): atomic",
    hint: "make two of it, so that one can be met without the other",
    question: "",
    bad: "# P\n\n## Acceptance Criteria\n\n- [ ] The export must hold 50 rows and the page must show 3 columns\n",
    good: "# P\n\n## Acceptance Criteria\n\n- [ ] The export must hold 50 rows and 3 columns\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    sentences(document)
        .filter(|(statement, _)| is_requirement(statement))
        .filter(|(_, words)| has_two_demands(words))
        .map(|(_, words)| Hit::new(span_of(words), "two demands stand in one sentence".to_owned()))
        .collect()
}

/// True for a criterion, and for a statement of what is built.
fn is_requirement(statement: &Statement) -> bool {
    statement.is_about(Topic::Criteria)
        || (statement.is_about(Topic::InScope) && !statement.is_about(Topic::OutOfScope))
}

/// True where a second `must` or `shall` begins a demand of its own: joined by `and`, not inside of a clause that tells
/// more of the first.
fn has_two_demands(words: &[Word]) -> bool {
    let is_modal = |word: &Word| matches!(word.lower.as_str(), "must" | "shall" | "should");
    let Some(first) = words.iter().position(is_modal) else { return false };
    let rest = words.get(first + 1..).unwrap_or_default();
    let Some(second) = rest.iter().position(is_modal) else { return false };
    let between = rest.get(..second).unwrap_or_default();
    let joined = between.iter().rposition(|word| word.lower == "and");
    let subordinate = |word: &Word| {
        matches!(
            word.lower.as_str(),
            "that"
                | "which"
                | "who"
                | "whose"
                | "because"
                | "so"
                | "unless"
                | "if"
                | "when"
                | "where"
                | "how"
                | "what"
                | "as"
                | "than"
                | "but"
                | "or"
                | "until"
                | "while"
        )
    };
    joined.is_some_and(|at| {
        // "what must and should": one demand of two strengths; a clause that began before the `and` goes on behind it.
        at > 0 && !between.iter().any(subordinate)
    })
}

#[cfg(test)]
mod tests {
    use crate::domain::review::document::Document;
    use crate::domain::review::testing::prd;

    #[test]
    fn a_clause_about_the_first_demand_is_no_second() {
        let hits = |text: &str| {
            let text = format!("# P\n\n## Acceptance Criteria\n\n- [ ] {text}\n");
            let prd = prd(&text);
            (super::CHECK.run)(&Document::new(&prd, &text)).len()
        };
        assert_eq!(hits("The file shall be kept, and the index shall be written"), 1);
        for text in [
            "A shopper must be told that the code and the name must match",
            "What must and should be kept is listed",
            "The row must be kept and shown for 90 days",
            "It must hold when the file and the index should differ",
        ] {
            assert_eq!(hits(text), 0, "{text}");
        }
    }
}
