//! A sentence that only says its heading again.

use super::check::{Applies, Check, Family, Hit, Touches, read, section_of};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::{Document, Statement};
use crate::domain::review::lexicon::list;
use crate::domain::review::text::{Word, stem};

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
fn announces(document: &Document<'_>, statement: &Statement) -> bool {
    let words = &statement.prose;
    let first = words.first().map_or("", |word| word.lower.as_str());
    let of_text = list!("text-part").is_in(words);
    let tells = list!("telling").is_in(words);
    let here = matches!(first, "here" | "below" | "above" | "following") && words.len() <= 9;
    let concrete = words.iter().any(|word| word.has_digit() || word.is_opaque());
    let goes_on = document.source(statement).trim_end().ends_with(':');
    !concrete
        && !goes_on
        && (of_text && tells
            || here && (tells || matches!(words.get(1).map(|word| word.lower.as_str()), Some("is" | "are"))))
}

/// True for a sentence that says a word again and nothing else: "requirements are described in the requirements".
fn says_itself(statement: &Statement) -> bool {
    let function = list!("function");
    let stems: Vec<String> = statement
        .prose
        .iter()
        .filter(|word| {
            !function.has(word) && !HOLLOW.contains(&word.lower.as_str()) && !list!("telling").has(word)
        })
        .map(|word| stem(&word.lower))
        .collect();
    let concrete = statement.prose.iter().any(Word::is_opaque);
    !concrete && stems.len() >= 2 && stems.iter().all(|other| Some(other) == stems.first())
}

/// True for a sentence of nothing but names of parts of such a text: "these are the goals of the project".
fn names_parts(statement: &Statement) -> bool {
    let (function, parts) = (list!("function"), list!("part-noun"));
    let tells = |word: &&Word| !function.has(word) && !HOLLOW.contains(&word.lower.as_str());
    let mut told = statement.prose.iter().filter(tells).peekable();
    told.peek().is_some()
        && told.all(|word| parts.has(word) || list!("telling").has(word))
        && statement.prose.iter().any(|word| {
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

/// Words that make a sentence of a heading without saying more.
const HOLLOW: [&str; 12] = [
    "section",
    "describes",
    "described",
    "following",
    "below",
    "here",
    "details",
    "list",
    "lists",
    "overview",
    "contains",
    "document",
];

fn run(document: &Document<'_>) -> Vec<Hit> {
    let function = list!("function");
    read(document)
        .filter(|statement| (2..=16).contains(&statement.prose.len()))
        .filter(|statement| {
            let Some(section) = section_of(document, statement) else { return false };
            let says_more = |word: &&Word| {
                !function.has(word)
                    && !HOLLOW.contains(&word.lower.as_str())
                    && !section.words.iter().any(|known| known.lower == word.lower)
            };
            let hollow = !statement.prose.iter().any(|word| says_more(&word));
            let goes_on = document.source(statement).trim_end().ends_with(':');
            !goes_on
                && !section.is_title
                && (hollow
                    || announces(document, statement)
                    || says_itself(statement)
                    || names_parts(statement))
        })
        .map(|statement| Hit::new(statement.span.clone(), "this says no more than its heading".to_owned()))
        .collect()
}
