//! Names and codes that a team gave to something of its own: "Bluebird releases the kits", "the QX gate".

use std::ops::Range;

use super::document::Document;
use super::lexicon::{list, lists};
use super::vocabulary::Marks;
use super::word::Word;

/// Names that stand in a text more often than this are what the text is about.
const MOST_USES: usize = 2;

/// The name at a word of a sentence, where a team made it up.
pub fn coined<'d>(document: &Document<'d>, sentence: &[Word], at: usize) -> Option<(&'d str, Range<usize>)> {
    let word = sentence.get(at)?;
    let text = document.written(word);
    if !text.starts_with(|c: char| c.is_ascii_uppercase()) || at == 0 || is_listed(word) {
        return None;
    }
    let before = sentence.get(at - 1)?;
    let next = sentence.get(at + 1);
    let gap = document.between(before, word);
    let joined = |next: &&Word| document.between(word, next) == " ";
    let next = next.filter(joined);
    let shaped = is_name(text) || is_marked_name(text) || is_code(text) || is_pair(text, before, next);
    let fits = gap == " " && shaped && is_alone(sentence, at, next) && !is_on_screen(before, next);
    fits.then_some((text, word.span()))
}

/// True for a word that some list has; that it begins with a letter which is spoken as a vowel says nothing.
fn is_listed(word: &Word) -> bool {
    word.having.is != Marks::default() && word.having.is != *lists!("an-exceptions")
}

/// True for a word with a capital that is no people's, place's or family's: `Bluebird`, `Neptun2`.
fn is_name(text: &str) -> bool {
    const ENDINGS: [&str; 18] = [
        "ish", "ese", "ian", "ean", "man", "day", "ist", "ism", "burg", "ville", "land", "shire", "ford",
        "berg", "stadt", "town", "port", "ham",
    ];
    let letters = text.trim_end_matches(|c: char| c.is_ascii_digit());
    text.len() - letters.len() < 2
        && letters.len() > 3
        && letters.chars().skip(1).all(char::is_lowercase)
        && !ENDINGS.iter().any(|ending| letters.ends_with(ending))
}

/// True for a name with a letter, a small number or a colour of its own: `Zombie-B`, `Gatepost-9`, `PT-green`.
fn is_marked_name(text: &str) -> bool {
    let Some((name, mark)) = text.split_once('-') else { return false };
    let word = Word::new(name, 0);
    let single = mark.len() == 1 && mark.starts_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit());
    let shouted = name.bytes().all(|byte| byte.is_ascii_uppercase());
    let described = shouted && mark.len() > 2 && mark.chars().all(char::is_lowercase);
    let fits = single && name.len() > 2 && !(shouted && mark.starts_with(|c: char| c.is_ascii_digit()));
    (fits && !is_listed(&word) || described)
        && !word.having.is.meets(lists!("well-known", "well-known-pair", "numbered"))
        && name.chars().all(char::is_alphabetic)
}

/// True for capitals with a digit inside or behind: `AVB2`, `HR3K`.
fn is_code(text: &str) -> bool {
    let letters = text.bytes().take_while(u8::is_ascii_uppercase).count();
    let Some((head, tail)) = text.split_at_checked(letters) else { return false };
    let digits = tail.bytes().take_while(u8::is_ascii_digit).count();
    let rest = tail.get(digits..).unwrap_or_default();
    let known = Word::new(head, 0).having.is.meets(lists!("well-known", "numbered"));
    (2..6).contains(&letters)
        && digits == 1
        && (rest.is_empty() && !known
            || rest.len() == 1 && rest.bytes().all(|byte| byte.is_ascii_uppercase()))
}

/// True for two capitals between an article and a noun: "the QX gate".
fn is_pair(text: &str, before: &Word, next: Option<&Word>) -> bool {
    text.len() == 2
        && text.bytes().all(|byte| byte.is_ascii_uppercase())
        && list!("article").has(before)
        && next.is_some_and(|next| next.is_longer_than(2) && !next.is_function())
}

/// True where the words around are no part of a longer name, and a word stands before it that a noun can follow.
fn is_alone(sentence: &[Word], at: usize, next: Option<&Word>) -> bool {
    let Some(before) = sentence.get(at - 1) else { return false };
    let verb = before.having.is.meets(lists!("function", "finite", "verb", "imperative", "act"))
        || before.lower.len() > 4 && before.lower.ends_with("es")
        || matches!(before.lower.as_str(), "pass" | "cut" | "via" | "reduce" | "use" | "only");
    let named = before.has_capital() && at > 1 || next.is_some_and(Word::has_digit);
    // Behind "in" a place stands, and behind "or" the second of two names.
    let place = match before.lower.as_str() {
        "in" | "at" | "near" | "of" => next.is_none_or(|next| next.is_function()),
        "and" | "or" | "like" => {
            next.is_none_or(|next| !list!("finite").has(next) && !next.lower.ends_with('s'))
        }
        _ => false,
    };
    verb && !named && !place && !next.is_some_and(Word::has_capital)
}

/// True where the name is written on a screen, or is that of a place or law.
fn is_on_screen(before: &Word, next: Option<&Word>) -> bool {
    let names = list!("name-by-place");
    names.has(before) || next.is_some_and(|next| names.has(next))
}

/// True where the text tells what a name is, or is about it.
#[must_use]
pub fn is_told(document: &Document<'_>, name: &str) -> bool {
    const BEHIND: [&str; 20] = [
        " (",
        " =",
        ": ",
        " is a ",
        " is an ",
        " is the ",
        " is our ",
        ", a ",
        ", an ",
        ", the ",
        ", our ",
        ", which ",
        ", who ",
        " means ",
        " stands for ",
        " —",
        " –",
        "** —",
        " | ",
        "**:",
    ];
    const BEFORE: [&str; 5] = ["called ", "named ", "known as ", "(", "“"];
    let text = document.text;
    let places: Vec<usize> = memchr::memmem::find_iter(text.as_bytes(), name.as_bytes()).collect();
    let is_heading = || document.outline.headings.iter().any(|heading| heading.text.contains(name));
    let is_field = || document.prd.fields.iter().any(|field| field.value.contains(name));
    let told = |at: &usize| {
        let (head, rest) = (text.get(..*at), text.get(*at + name.len()..));
        rest.is_some_and(|rest| BEHIND.iter().any(|mark| rest.starts_with(mark)))
            || head.is_some_and(|head| BEFORE.iter().any(|mark| head.ends_with(mark)))
    };
    places.len() > MOST_USES || is_heading() || is_field() || places.iter().any(told)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::review::testing::prd;
    use crate::domain::review::word::words;

    fn names(text: &str) -> usize {
        let prd = prd(text);
        let document = Document::new(&prd, text);
        let words = words(text);
        (0..words.len()).filter(|at| coined(&document, &words, *at).is_some()).count()
    }

    #[test]
    fn names_of_a_team_are_told_from_those_that_everybody_knows() {
        for text in [
            "Kits are released by Bluebird once the batch has passed",
            "The run stops when the ZL delta is above 500",
            "It goes to the AVB2 desk",
            "Cut the number of Zombie-B flags",
            "The list is written to Neptun2",
            "A build with a ZQ-green mark skips the tests",
        ] {
            assert_eq!(names(text), 1, "{text}");
        }
        for text in [
            "The code is kept on GitHub and run by Jenkins",
            "Trains to Berlin in July, asked by Dana Reyes",
            "A press on Lindor button, and the Zubrow page",
            "The USB3 port and the EU rules",
            "Swiss, Latvian and Rhenish wine",
        ] {
            assert_eq!(names(text), 0, "{text}");
        }
    }
}
