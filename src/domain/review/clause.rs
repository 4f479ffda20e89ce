//! Clauses of a sentence: where one with a subject and a verb of its own begins.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use super::lexicon::{list, lists};
use super::word::Word;

static BASES: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| {
    let lines = include_str!("words/en-verbs.txt").lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(|line| line.split(',')).map(str::trim).collect()
});

static THIRD: LazyLock<FxHashSet<String>> =
    LazyLock::new(|| BASES.iter().map(|base| third_person(base)).collect());

/// "Carries" of "carry".
fn third_person(base: &str) -> String {
    let vowel =
        base.len() > 1 && base.get(base.len() - 2..).is_some_and(|end| end.starts_with(['a', 'e', 'o', 'u']));
    match base {
        "have" => "has".to_owned(),
        _ if base.ends_with('y') && !vowel => format!("{}ies", &base[..base.len() - 1]),
        _ if base.ends_with(['s', 'x', 'z', 'o']) || base.ends_with("ch") || base.ends_with("sh") => {
            format!("{base}es")
        }
        _ => format!("{base}s"),
    }
}

/// True for a plural that is no verb and no word like "class".
fn is_plural(word: &Word) -> bool {
    let lower = word.lower.as_str();
    lower.len() > 3
        && lower.ends_with('s')
        && !lower.ends_with("ss")
        && !lower.ends_with("us")
        && !lower.ends_with("'s")
        || matches!(lower, "people" | "children" | "men" | "women" | "staff" | "police" | "data")
}

/// True for the verb of a clause: "stores", "is", "cannot", and behind a plural "store".
#[must_use]
pub fn is_finite(words: &[Word], at: usize) -> bool {
    let Some(word) = words.get(at).filter(|word| !word.is_opaque() && !word.has_digit()) else {
        return false;
    };
    let lower = word.lower.as_str();
    let before = at.checked_sub(1).and_then(|before| words.get(before));
    let next = words.get(at + 1);
    if list!("auxiliary").has(word) {
        // May is a month, too.
        return lower != "may" || next.is_some();
    }
    let behind_opener = before.is_some_and(|before| {
        list!("determiner").has(before) || list!("article").has(before) || list!("before-noun").has(before)
    });
    if behind_opener {
        return list!("finite").has(word) && !list!("verb").has(word) && !lower.ends_with('s');
    }
    let complement = || takes_complement(words, at);
    if lower.ends_with('s') && is_third_person(word) {
        let of_what = next.is_some_and(|next| next.lower == "of");
        return !of_what && (!list!("verb").has(word) || complement());
    }
    // "Editors lock a story".
    before.is_some_and(is_plural)
        && BASES.contains(lower)
        && (complement() || next.is_some_and(|next| !is_finite_form(next)))
}

/// True where what stands behind a word can follow a verb.
fn takes_complement(words: &[Word], at: usize) -> bool {
    words.get(at + 1).is_none_or(|next| {
        list!("determiner").has(next)
            || list!("verb-complement").has(next)
            || next.is_opaque()
            || next.has_digit()
            || is_plural(next)
            || next.lower.ends_with("ly")
            || next.lower.ends_with("ed")
            || !next.is_function() && words.get(at + 2).is_some_and(is_plural)
            || matches!(next.lower.as_str(), "and" | "or" | "another" | "other" | "such" | "more")
    })
}

fn is_third_person(word: &Word) -> bool {
    word.having.is.meets(lists!("finite", "act", "verb")) || THIRD.contains(word.lower.as_str())
}

/// As [`is_finite`], where anything that can be a verb counts: the first one of a sentence.
#[must_use]
pub fn may_be_finite(words: &[Word], at: usize) -> bool {
    let after_noun = at
        .checked_sub(1)
        .and_then(|before| words.get(before))
        .is_some_and(|before| !before.is_function() && !before.has_digit() || before.is_opaque());
    is_finite(words, at)
        || after_noun && words.get(at).is_some_and(|word| word.lower.ends_with('s') && is_third_person(word))
}

fn is_finite_form(word: &Word) -> bool {
    matches!(
        word.lower.as_str(),
        "is" | "are" | "has" | "have" | "can" | "cannot" | "must" | "may" | "will" | "shall"
    )
}

/// A clause that begins at a word: its subject's last noun, and its verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clause {
    /// The noun that the subject ends with, before what tells more of it.
    pub head: usize,
    /// The verb.
    pub verb: usize,
}

/// The clause whose subject begins at a word.
#[must_use]
pub fn clause_at(words: &[Word], begin: usize) -> Option<Clause> {
    const LONGEST_SUBJECT: usize = 9;
    const INSIDE: [&str; 11] =
        ["of", "in", "on", "for", "with", "without", "from", "about", "above", "below", "at"];
    let first = words.get(begin)?;
    let opens = list!("determiner").has(first) || list!("article").has(first) || !first.is_function();
    if !opens || is_finite_form(first) || first.lower.ends_with("ing") && first.lower.len() > 5 {
        return None;
    }
    let end = (begin + LONGEST_SUBJECT + 1).min(words.len());
    let mut head = None;
    for at in begin + 1..end {
        let word = words.get(at)?;
        if is_finite(words, at) {
            let head = head.unwrap_or(at - 1);
            let bare_end = at == begin + 1 && at + 1 == words.len() && is_plural(word);
            let alone = bare_end
                || at == begin + 1
                    && (first.has_digit() || list!("determiner").has(first) || list!("article").has(first));
            return (!alone).then_some(Clause { head, verb: at });
        }
        if INSIDE.contains(&word.lower.as_str()) {
            head = head.or(Some(at - 1));
            continue;
        }
        let inner = list!("article").has(word) || list!("determiner").has(word) || word.lower == "than";
        if word.is_function() && !(head.is_some() && inner) {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::review::word::words;

    #[test]
    fn a_clause_has_a_subject_and_a_verb() {
        for (text, head, verb) in [
            ("the depot prints the list", "depot", "prints"),
            ("editors lock a story for 15 minutes", "editors", "lock"),
            ("complaints about bills are answered", "complaints", "are"),
            ("a shop without a sale for a year is closed", "shop", "is"),
            ("the network monitor paints broken cells red", "monitor", "paints"),
            ("each kiosk restarts at 04:00", "kiosk", "restarts"),
        ] {
            let words = words(text);
            let clause = clause_at(&words, 0).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((words[clause.head].lower.as_str(), words[clause.verb].lower.as_str()), (head, verb));
        }
        for text in [
            "the name and the address",
            "sent at noon",
            "the name of the file",
            "3 columns",
            "prints the list",
        ] {
            assert_eq!(clause_at(&words(text), 0), None, "{text}");
        }
    }
}
