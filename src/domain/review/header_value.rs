//! Whether the header says something that a schedule asks for, also in words that it cannot count with.

use super::document::Document;
use super::lexicon::list;
use super::word::{Word, words};
use crate::domain::markdown::read::is_placeholder;
use crate::domain::model::field::FieldName;

/// True where one of the fields has a value that somebody filled in and that tells what is asked.
#[must_use]
pub fn says(document: &Document<'_>, names: &[FieldName], tells: fn(&[Word]) -> bool) -> bool {
    let fields = document.prd.fields.iter().filter(|field| names.contains(&field.name));
    fields.filter(|field| !is_placeholder(&field.value)).any(|field| tells(&words(&field.value)))
}

/// True for words that say when: "end of Q2 2027", "Sprint 14 (9 July)", "before Easter".
#[must_use]
pub fn says_when(words: &[Word]) -> bool {
    words.iter().any(Word::has_digit) || list!("moment").is_in(words)
}

/// True for words that say how much work it is: "two sprints", "M", "about 6 weeks".
#[must_use]
pub fn says_how_much(words: &[Word]) -> bool {
    words.iter().any(|word| word.has_digit() || word.is_number()) || list!("amount-of-work").is_in(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_and_an_amount_are_told_in_many_ways() {
        for text in ["end of Q2 2027", "Sprint 14 (9 July)", "before Easter", "mid-May", "next quarter"] {
            assert!(says_when(&words(text)), "{text}");
        }
        assert!(!says_when(&words("as soon as the council has decided")));
        for text in ["two sprints", "M", "small", "a week", "21"] {
            assert!(says_how_much(&words(text)), "{text}");
        }
        assert!(!says_how_much(&words("as much as the vendor says")));
    }
}
