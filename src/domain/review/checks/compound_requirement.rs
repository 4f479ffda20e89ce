//! One sentence with two requirements.

use super::check::{Applies, Check, Family, Hit, Touches, sentences, span_of};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::{Document, StatementKind};
use crate::domain::review::lexicon::list;
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
    bad: "# P\n\n## Requirements\n\n- The export writes one row for each order and the web page offers a search\n",
    good: "# P\n\n## Requirements\n\n- The export writes one row for each order and each refund\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    sentences(document)
        .filter(|(statement, _)| {
            let is_prose = matches!(statement.kind, StatementKind::Prose);
            (statement.is_item() || is_prose)
                && statement.is_about(Topic::InScope)
                && !statement.is_about(Topic::Criteria)
                && !statement.is_about(Topic::OutOfScope)
        })
        .filter(|(_, words)| is_compound(document, words))
        .map(|(_, words)| Hit::new(span_of(words), "two requirements stand in one sentence".to_owned()))
        .collect()
}

/// True where a second thing does something of its own behind `and`: "the app shows …, and the depot prints the …". Of a
/// sentence with a condition it takes a third.
fn is_compound(document: &Document<'_>, words: &[Word]) -> bool {
    if words.iter().any(|word| matches!(word.lower.as_str(), "must" | "shall" | "should")) {
        return false; // `several-imperatives` looks at these
    }
    let conditional = words.first().is_some_and(|word| {
        matches!(
            word.lower.as_str(),
            "when" | "if" | "after" | "once" | "given" | "where" | "while" | "with" | "at" | "before"
        )
    });
    let behind_comma = |at: usize| {
        let gap = at.checked_sub(1).and_then(|before| Some((words.get(before)?.end, words.get(at)?.start)));
        gap.and_then(|(from, to)| document.text.get(from..to))
            .is_some_and(|gap| gap.trim_start().starts_with(','))
    };
    let mut actions = 0;
    let mut by_and = 0;
    let mut by_comma = 0;
    for at in 1..words.len() {
        let joins = words.get(at).is_some_and(|word| matches!(word.lower.as_str(), "and" | "or"));
        let goes_on = words.get(at - 1).is_some_and(|word| word.lower == "and") || behind_comma(at);
        actions += usize::from(goes_on && acts(words, at));
        if joins && begins_clause(words, at + 1, has_verb(words.get(..at).unwrap_or_default())) {
            by_and += 1;
        } else if !joins && behind_comma(at) && begins_clause(words, at, true) {
            by_comma += 1;
        }
    }
    // "It starts the …, shows the …, offers the … and sends the …" is a list of four.
    actions >= 3 || if conditional { by_and >= 1 && by_comma >= 2 } else { by_and >= 1 }
}

/// True for a verb of a single thing with an object: "prints the …", "offers a …".
fn acts(words: &[Word], at: usize) -> bool {
    let (Some(word), Some(next)) = (words.get(at), words.get(at + 1)) else { return false };
    let ends = word.lower.ends_with('s') && !word.lower.ends_with("ss") && word.lower.len() > 3;
    ends && (list("determiner").has(next) || next.is_opaque()) && !list("function").has(word)
}

/// True where something is said to be or do something: what stands before `and` is no list of things.
fn has_verb(words: &[Word]) -> bool {
    let is = |word: &Word| {
        matches!(word.lower.as_str(), "is" | "are" | "gets" | "has" | "have" | "cannot" | "can" | "stays")
    };
    words.iter().any(is) || (0..words.len()).any(|at| acts(words, at))
}

/// True where a thing begins and does something: "the web page offers a …", "the mark is …", "support gets a …".
///
/// `plural`: "are" and "can" count too. They do not where the thing may be the last of several: "the list and the map are".
fn begins_clause(words: &[Word], at: usize, plural: bool) -> bool {
    let is_verb = |word: &Word| match word.lower.as_str() {
        "is" | "gets" | "has" => true,
        "are" | "cannot" | "can" => plural,
        _ => false,
    };
    let is_article =
        |word: &Word| matches!(word.lower.as_str(), "the" | "a" | "an" | "each" | "every" | "its" | "their");
    let article = words.get(at).is_some_and(is_article);
    let plain = |word: &Word| !list("function").has(word) && !word.is_opaque() && !word.has_digit();
    if article {
        return (at + 2..at + 5).any(|verb| {
            let between = words.get(at + 1..verb).unwrap_or_default();
            let Some(word) = words.get(verb) else { return false };
            between.iter().all(plain) && (acts(words, verb) || is_verb(word) || list("act").has(word))
        });
    }
    // Without an article the verb must have an object, and what stands before it must be no adverb.
    (at + 1..at + 3).any(|verb| {
        let between = words.get(at..verb).unwrap_or_default();
        let is_noun = |word: &Word| plain(word) && !word.lower.ends_with("ly") && !list("act").has(word);
        between.iter().all(is_noun)
            && acts(words, verb)
            && words.get(verb).is_some_and(|word| list("act").has(word))
    })
}

#[cfg(test)]
mod tests {
    use crate::domain::review::document::Document;
    use crate::domain::review::testing::prd;

    #[test]
    fn a_second_subject_with_its_own_verb_is_a_second_requirement() {
        let hits = |text: &str| {
            let text = format!("# P\n\n## Requirements\n\n- {text}\n");
            let prd = prd(&text);
            (super::CHECK.run)(&Document::new(&prd, &text)).len()
        };
        for text in [
            "The app shows the next stop and the depot prints the loading list",
            "The app shows the next stop and support gets mails, and accounting receives the invoice",
            "The gateway encrypts readings with TLS 1.3 and the portal draws the bill as a chart",
            "The table holds one row for each cart, and the nightly job is started at noon",
            "When a match ends, the client stores the time, the server gives a bonus, the rank is set, and the guild leader gets a mail",
        ] {
            assert_eq!(hits(text), 1, "{text}");
        }
        for text in [
            "The scanner retries an upload 5 times and keeps the rest in its queue",
            "The page shows the driver, the vehicle, the number of stops and the load in kilograms",
            "When saving fails, the cart keeps all articles and the yellow line is shown",
            "The importer reads the file and quickly writes the result",
            "The form shows the name and the address of each customer",
            "The tutorial, the ranked mode and the replay viewer are not touched",
            "The index holds the keys and the values of all rows",
        ] {
            assert_eq!(hits(text), 0, "{text}");
        }
    }
}
