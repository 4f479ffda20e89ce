//! One criterion that tells to do several things.

use super::check::{Applies, Check, Family, Hit, Touches, read};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::{Document, Statement, StatementKind};
use crate::domain::review::lexicon::list;
use crate::domain::review::text::Word;
use crate::domain::review::topic::Topic;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "several-imperatives",
    severity: Severity::Hint,
    family: Family::Singularity,
    touches: Touches::Section,
    penalty: 10,
    applies: Applies::Always,
    source: "AQUSA (Lucassen et al. 2016): atomic; QuARS (Gnesi et al. 2005), multiplicity",
    hint: "one check box for each: half of it cannot be ticked",
    question: "",
    bad: "# P\n\n## Acceptance Criteria\n\n- [ ] Add the table, write the endpoint and update the guide\n",
    good: "# P\n\n## Acceptance Criteria\n\n- [ ] Add the table, the endpoint and the guide\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    read(document)
        .filter(|statement| !matches!(statement.kind, StatementKind::Row { .. }))
        .filter(|statement| {
            statement.is_about(Topic::Criteria)
                || (statement.is_about(Topic::InScope) && !statement.is_about(Topic::OutOfScope))
        })
        .filter_map(|statement| {
            let count = demands(document, statement).max(imperatives(document, statement));
            let message = format!("{count} things to do stand in one requirement");
            (count > 1).then(|| Hit::new(statement.span.clone(), message))
        })
        .collect()
}

/// How many demands of their own a statement holds.
fn demands(document: &Document<'_>, statement: &Statement) -> usize {
    let words = &statement.prose;
    let is_modal = |word: &Word| matches!(word.lower.as_str(), "must" | "shall" | "should");
    let places: Vec<usize> = (0..words.len()).filter(|at| words.get(*at).is_some_and(is_modal)).collect();
    let more = places.windows(2).filter(|pair| {
        let between = words.get(pair[0] + 1..pair[1]).unwrap_or_default();
        begins_demand(document, between)
    });
    if places.is_empty() { 0 } else { 1 + more.count() }
}

/// True where a demand begins somewhere between two modals: behind a comma, a semicolon, a sentence's end, or an `and`
/// that is not inside of a clause which tells more of the first demand.
fn begins_demand(document: &Document<'_>, between: &[Word]) -> bool {
    let tells_more = |word: &Word| {
        matches!(
            word.lower.as_str(),
            "that"
                | "which"
                | "who"
                | "whose"
                | "whether"
                | "how"
                | "what"
                | "where"
                | "so"
                | "because"
                | "than"
                | "as"
        )
    };
    let conditions =
        |word: &Word| matches!(word.lower.as_str(), "if" | "when" | "unless" | "until" | "while" | "or");
    let clean = |words: &[Word]| !words.iter().any(|word| tells_more(word) || conditions(word));
    (0..between.len()).rev().any(|at| {
        let Some(word) = between.get(at) else { return false };
        let before = at.checked_sub(1).and_then(|before| between.get(before));
        let gap = before.and_then(|before| document.text.get(before.end..word.start)).unwrap_or_default();
        let stopped = gap.contains([',', ';', '.']);
        let rest = between.get(at..).unwrap_or_default();
        let head = between.get(..at).unwrap_or_default();
        // "must and should": one demand of two strengths.
        let has_subject = rest.iter().any(|word| word.lower != "and");
        has_subject && clean(rest) && (stopped || at > 0 && word.lower == "and" && clean(head))
    })
}

/// How many verbs tell to do something, each with its own object: `add the …, write the …`.
fn imperatives(document: &Document<'_>, statement: &Statement) -> usize {
    let (verbs, determiners) = (list("imperative"), list("determiner"));
    let Some(sentence) = statement.sentences.first().and_then(|range| statement.prose.get(range.clone()))
    else {
        return 0;
    };
    let is_verb = |at: usize| {
        let object = sentence.get(at + 1);
        sentence.get(at).is_some_and(|word| verbs.has(word))
            && object.is_some_and(|word| determiners.has(word) || word.is_opaque())
    };
    if !is_verb(0) {
        return 0;
    }
    let joined = |at: usize| {
        let before = sentence.get(at - 1).zip(sentence.get(at));
        before.is_some_and(|(before, word)| {
            let gap = document.text.get(before.end..word.start).unwrap_or_default();
            matches!(before.lower.as_str(), "and" | "then") || gap.trim_start().starts_with([',', ';'])
        })
    };
    let more = (1..sentence.len()).filter(|at| is_verb(*at) && joined(*at)).count();
    if more > 0 { more + 1 } else { 0 }
}

#[cfg(test)]
mod tests {
    use crate::domain::review::document::Document;
    use crate::domain::review::testing::prd;

    fn hits(text: &str) -> usize {
        let text = format!("# P\n\n## Acceptance Criteria\n\n- [ ] {text}\n");
        let prd = prd(&text);
        (super::CHECK.run)(&Document::new(&prd, &text)).len()
    }

    #[test]
    fn several_demands_are_found_however_they_are_joined() {
        for text in [
            "The file shall be kept, and the index shall be written",
            "The terminal must print the receipt and the till must open the drawer",
            "The agent shall stop; the scheduler shall go on",
            "The box must stop when the grid is full, and the app must say why",
            "The page must open within 2 s. The button must be blue.",
            "Add the table and write the endpoint",
        ] {
            assert_eq!(hits(text), 1, "{text}");
        }
    }

    #[test]
    fn a_clause_about_the_first_demand_is_no_second() {
        for text in [
            "A shopper must be told that the code and the name must match",
            "What must and should be kept is listed",
            "The row must be kept and shown for 90 days",
            "It must hold when the file and the index should differ",
            "Add create and delete to the menu",
            "The export must be refused",
        ] {
            assert_eq!(hits(text), 0, "{text}");
        }
    }
}
