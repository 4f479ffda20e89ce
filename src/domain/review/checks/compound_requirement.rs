//! One sentence with two requirements: two things that different parts of the product do.

use std::ops::Range;

use super::check::{Applies, Check, Family, Hit, Touches, is_rule, is_subordinate, sentences, span_of};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::{Document, Statement};
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
    bad: "# P\n\n## Requirements\n\n- The export holds 50 rows and the page shows the total\n",
    good: "# P\n\n## Requirements\n\n- The export holds 50 rows and 3 columns\n- The page shows the total\n",
    run,
};

/// Words beyond which a text without full stops is no sentence.
const LONGEST: usize = 400;

fn run(document: &Document<'_>) -> Vec<Hit> {
    sentences(document)
        .filter(|(statement, words)| is_requirement(document, statement, words))
        // What is longer is no sentence, and would be read again and again.
        .filter(|(_, words)| words.len() < LONGEST)
        .filter(|(_, words)| has_second_subject(document, words) || has_many_verbs(document, words))
        .map(|(_, words)| Hit::new(span_of(words), "two requirements stand in one sentence".to_owned()))
        .collect()
}

/// True for a statement of what is built. A criterion may show one outcome from two sides.
fn is_requirement(document: &Document<'_>, statement: &Statement, words: &[Word]) -> bool {
    let in_scope = statement.is_about(Topic::InScope) && !statement.is_about(Topic::OutOfScope);
    !statement.is_about(Topic::Criteria)
        && (in_scope && statement.is_item() || is_rule(document, statement, words))
}

/// True for a finite verb of the third person: `stores`, `has`, `is`.
fn is_verb(words: &[Word], at: usize) -> bool {
    let Some(word) = words.get(at) else { return false };
    let next = words.get(at + 1);
    let takes_object = next.is_some_and(|next| {
        list("determiner").has(next)
            || list("verb-complement").has(next)
            || next.is_opaque()
            || next.has_digit()
    });
    // A plural is hardly ever followed by an article: what is, is a verb.
    let shaped = word.lower.len() > 3 && word.lower.ends_with('s') && !word.lower.ends_with("ss");
    let before_noun = next.is_some_and(|next| {
        matches!(next.lower.as_str(), "the" | "a" | "an" | "its" | "their" | "each" | "every" | "all" | "no")
            || next.has_digit()
    });
    list("finite").has(word)
        || list("verb").has(word)
            && (takes_object || next.is_some_and(|next| next.lower.ends_with('s')) || next.is_none())
        || shaped && before_noun
}

/// True where `and` or a comma begins a clause with a subject and a verb of its own: "and the depot prints the list".
fn has_second_subject(document: &Document<'_>, words: &[Word]) -> bool {
    const OPENERS: [&str; 11] =
        ["after", "once", "before", "given", "as", "on", "at", "in", "for", "with", "during"];
    let Some(first) = (1..words.len()).find(|at| is_verb(words, *at)) else { return false };
    // "When it is sent, the server answers": the first comma ends the condition.
    let opens =
        words.first().is_some_and(|word| is_subordinate(word) || OPENERS.contains(&word.lower.as_str()));
    let main = (1..words.len()).find(|at| opens && follows_comma(document, words, *at));
    let first = main.map_or(first, |main| first.max(main));
    (first + 1..words.len()).any(|at| {
        let joins = words[at].lower == "and";
        let begin = if joins { at + 1 } else { at };
        (joins || follows_comma(document, words, at))
            && !is_in_clause(document, words, first + 1..at)
            && begins_with_subject(words, begin, joins)
            && !is_explained(words, at)
    })
}

/// True where a clause that tells more began in these words and no comma has ended it.
fn is_in_clause(document: &Document<'_>, words: &[Word], range: Range<usize>) -> bool {
    let end = words.get(range.end).map_or(0, |word| word.start);
    let inside = words.get(range).unwrap_or_default();
    let begin = inside.iter().rposition(is_subordinate).and_then(|at| inside.get(at));
    begin.is_some_and(|word| !document.text.get(word.end..end).unwrap_or_default().contains([',', ';']))
}

/// True where a noun and its verb stand: behind an article, or right behind `and`.
fn begins_with_subject(words: &[Word], begin: usize, joins: bool) -> bool {
    const JOINING: [&str; 12] =
        ["of", "in", "on", "to", "for", "and", "or", "by", "from", "as", "with", "at"];
    let Some(first) = words.get(begin) else { return false };
    let article = list("determiner").has(first) && !matches!(first.lower.as_str(), "both" | "any" | "no");
    let bare = joins && !list("function").has(first) && !first.is_opaque() && !first.has_digit();
    let Some(verb) = (begin + 1..begin + 5).find(|at| is_verb(words, *at)) else { return false };
    let between = words.get(begin + 1..verb).unwrap_or_default();
    let is_noun = between.iter().all(|word| !is_subordinate(word) && !JOINING.contains(&word.lower.as_str()));
    is_noun && (article && verb > begin + 1 || bare && verb <= begin + 2)
}

/// True where the clause only says what the first one leaves as it is, or repeats it for a case.
fn is_explained(words: &[Word], at: usize) -> bool {
    words.get(at + 1..).unwrap_or_default().iter().take(6).any(|word| {
        matches!(
            word.lower.as_str(),
            "it" | "they" | "stays" | "stay" | "remains" | "remain" | "unchanged" | "so" | "otherwise"
        )
    })
}

/// True where a comma stands before a word.
fn follows_comma(document: &Document<'_>, words: &[Word], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| words.get(before));
    before
        .zip(words.get(at))
        .and_then(|(a, b)| document.text.get(a.end..b.start))
        .is_some_and(|gap| gap.contains(','))
}

/// True where one subject does three things and more: "opens …, compares …, asks … and sets …".
fn has_many_verbs(document: &Document<'_>, words: &[Word]) -> bool {
    let begins = |at: usize| {
        let follows = words.get(at - 1).is_some_and(|word| matches!(word.lower.as_str(), "and" | "then"))
            || follows_comma(document, words, at);
        follows && is_verb(words, at)
    };
    (1..words.len()).filter(|at| begins(*at)).count() >= 2 && words.len() > 20
}

#[cfg(test)]
mod tests {
    use crate::domain::review::document::Document;
    use crate::domain::review::testing::prd;

    #[test]
    fn a_clause_about_the_first_demand_is_no_second() {
        let hits = |text: &str| {
            let text = format!("# P\n\n## Requirements\n\n- {text}\n");
            let prd = prd(&text);
            (super::CHECK.run)(&Document::new(&prd, &text)).len()
        };
        for text in [
            "The shop stores the order and the depot prints the list",
            "The app shows the next stop, and the back office sends a mail to each customer",
            "The meter stores the value and the web page offers a search",
        ] {
            assert_eq!(hits(text), 1, "{text}");
        }
        for text in [
            "The row is kept and shown for 90 days",
            "The tool stops at the first conflict and prints the name of the file",
            "The gate opens when the badge and the number plate have been read",
            "The page shows the name and the address of each customer",
            "A refund is refused, and the ledger stays as it is",
            "The file is sent at 18:30 and acknowledged by the bank",
        ] {
            assert_eq!(hits(text), 0, "{text}");
        }
    }
}
