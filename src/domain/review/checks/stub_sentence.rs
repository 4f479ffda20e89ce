//! A sentence that only says its heading again.

use super::check::{Applies, Check, Family, Hit, Touches, read};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::{Document, Statement};
use crate::domain::review::lexicon::{list, lists};
use crate::domain::review::word::Word;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "stub-sentence",
    severity: Severity::Warning,
    family: Family::Completeness,
    touches: Touches::Section,
    penalty: 20,
    applies: Applies::Always,
    source: "AQUSA (Lucassen et al. 2016): full sentence, minimal",
    hint: "say something that the heading does not",
    question: "",
    bad: "# P\n\n## Risks\n\nThese are the risks.\n",
    good: "# P\n\n## Risks\n\nThe mail provider is down twice a year.\n",
    run,
};

/// True for a sentence that tells what the text is and not what is so: "this section describes the payment requirements",
/// "below you find the overview". One with a value or a name in code says more.
fn announces(statement: &Statement) -> bool {
    let words = statement.prose();
    let lower = |at: usize| words.get(at).map_or("", |word| word.lower.as_str());
    let tells = || statement.says(list!("telling"));
    let of_text = || statement.says(list!("text-part")) && tells();
    let here = || words.len() <= 9 && matches!(lower(0), "here" | "below" | "above" | "following");
    let concrete = || words.iter().any(|word| word.has_digit() || word.is_opaque());
    (of_text() || here() && (tells() || matches!(lower(1), "is" | "are"))) && !concrete()
}

/// True for a sentence that says a word again and nothing else: "requirements are described in the requirements".
fn says_itself(statement: &Statement) -> bool {
    let says_more = |word: &&Word| !word.having.is.meets(lists!("function", "hollow", "telling"));
    let mut stems = statement.prose().iter().filter(says_more).map(|word| word.stem.as_str());
    let (Some(first), Some(second)) = (stems.next(), stems.next()) else { return false };
    first == second && stems.all(|other| other == first) && !statement.prose().iter().any(Word::is_opaque)
}

/// True for a sentence of nothing but names of parts of such a text: "these are the goals of the project".
fn names_parts(statement: &Statement) -> bool {
    let tells = |word: &&Word| !word.having.is.meets(lists!("function", "hollow"));
    let mut told = statement.prose().iter().filter(tells).peekable();
    told.peek().is_some()
        && told.all(|word| word.having.is.meets(lists!("part-noun", "telling")))
        && statement.prose().iter().any(|word| {
            matches!(
                word.lower.as_str(),
                "is" | "are"
                    | "has"
                    | "exist"
                    | "describe"
                    | "describes"
                    | "described"
                    | "here"
                    | "below"
                    | "follow"
                    | "follows"
                    | "gives"
            )
        })
}

fn run(document: &Document<'_>) -> Vec<Hit> {
    read(document)
        .filter(|statement| (2..=16).contains(&statement.prose().len()))
        .filter(|statement| {
            let Some(section) = document.section_of(statement) else { return false };
            let says_more = |word: &&Word| {
                !word.having.is.meets(lists!("function", "hollow"))
                    && !section.words.iter().any(|known| known.term == word.term)
            };
            let hollow = !statement.prose().iter().any(|word| says_more(&word));
            let goes_on = document.source(statement).trim_end().ends_with(':');
            !goes_on
                && !section.is_title
                && (hollow || announces(statement) || says_itself(statement) || names_parts(statement))
        })
        .map(|statement| Hit::new(statement.span.clone(), "this says no more than its heading".to_owned()))
        .collect()
}
