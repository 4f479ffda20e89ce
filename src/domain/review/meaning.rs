//! What words mean apart from their form, for checks that ask whether two places speak of one thing.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use super::lexicon::lists;
use super::word::Word;

/// Forms that no rule of spelling leads back to their base.
const IRREGULAR: [(&str, &str); 58] = [
    ("paid", "pay"),
    ("found", "find"),
    ("sent", "send"),
    ("kept", "keep"),
    ("sold", "sell"),
    ("told", "tell"),
    ("bought", "buy"),
    ("brought", "bring"),
    ("chose", "choose"),
    ("chosen", "choose"),
    ("wrote", "write"),
    ("written", "write"),
    ("saw", "see"),
    ("seen", "see"),
    ("made", "make"),
    ("took", "take"),
    ("taken", "take"),
    ("gave", "give"),
    ("given", "give"),
    ("gone", "go"),
    ("went", "go"),
    ("goes", "go"),
    ("left", "leave"),
    ("lost", "lose"),
    ("held", "hold"),
    ("built", "build"),
    ("shown", "show"),
    ("known", "know"),
    ("knew", "know"),
    ("met", "meet"),
    ("begun", "begin"),
    ("began", "begin"),
    ("drawn", "draw"),
    ("driven", "drive"),
    ("drove", "drive"),
    ("spent", "spend"),
    ("lent", "lend"),
    ("got", "get"),
    ("gotten", "get"),
    ("ran", "run"),
    ("fell", "fall"),
    ("fallen", "fall"),
    ("broke", "break"),
    ("broken", "break"),
    ("hid", "hide"),
    ("hidden", "hide"),
    ("spoken", "speak"),
    ("taught", "teach"),
    ("caught", "catch"),
    ("withdrawn", "withdraw"),
    ("children", "child"),
    ("people", "person"),
    ("men", "man"),
    ("women", "woman"),
    ("feet", "foot"),
    ("heard", "hear"),
    ("said", "say"),
    ("stood", "stand"),
];

static BASES: LazyLock<HashMap<&'static str, &'static str>> =
    LazyLock::new(|| IRREGULAR.into_iter().collect());

/// The base of a word without the endings of plural, person and tense: "changes", "changed" and "changing" are one,
/// and so are "pay", "paying" and "paid". It is for comparing, and need not be a word.
#[must_use]
pub fn root(word: &str) -> String {
    let word = word.strip_suffix("'s").or_else(|| word.strip_suffix("s'")).unwrap_or(word);
    let word = BASES.get(word).copied().unwrap_or(word);
    for (ending, shortest) in [("ies", 2), ("ied", 2)] {
        if let Some(base) = word.strip_suffix(ending).filter(|base| base.chars().count() >= shortest) {
            return format!("{base}y");
        }
    }
    let endings = ["ings", "ing", "ed", "es", "s"];
    let bare = endings.into_iter().find_map(|ending| {
        word.strip_suffix(ending)
            .filter(|base| base.chars().count() > 2 && base.contains(['a', 'e', 'i', 'o', 'u', 'y']))
            .filter(|base| !(ending == "s" && base.ends_with(['s', 'u', 'i'])))
    });
    let base = bare.unwrap_or(word);
    let mut last = base.chars().rev();
    let doubled = bare.is_some()
        && last
            .next()
            .zip(last.next())
            .is_some_and(|(a, b)| a == b && a.is_ascii_alphabetic() && !"aeiousz".contains(a));
    let base = if doubled { &base[..base.len() - 1] } else { base };
    // "Call" and "called", "cancel" and "cancelling".
    let base = base.strip_suffix("ll").map_or(base, |bare| &base[..=bare.len()]);
    let short = base.chars().count() <= 3;
    base.strip_suffix('e').filter(|_| !short).unwrap_or(base).to_owned()
}

/// For each word of a group, by its root, the root of the group's first word.
static SYNONYMS: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let mut known = HashMap::new();
    let lines = include_str!("words/en-synonyms.txt").lines().filter(|line| !line.starts_with('#'));
    for line in lines {
        let mut group = line.split(',').map(|word| root(word.trim()));
        let Some(first) = group.next() else { continue };
        for other in group {
            known.entry(other).or_insert_with(|| first.clone());
        }
    }
    known
});

/// What a word means: its root, or that of the word which stands for it.
#[must_use]
pub fn meaning(word: &str) -> String {
    let root = root(word);
    SYNONYMS.get(&root).cloned().unwrap_or(root)
}

/// The meanings of all words that are no function words and no numbers: also of those that every text uses.
#[must_use]
pub fn meanings(words: &[Word]) -> BTreeSet<&str> {
    meant(words).collect()
}

/// As [`meanings`], one after the other.
pub fn meant(words: &[Word]) -> impl Iterator<Item = &str> {
    words.iter().filter(|word| means_something(word)).map(|word| word.meaning.as_str())
}

fn means_something(word: &Word) -> bool {
    word.is_longer_than(1) && !word.is_opaque() && !word.has_digit() && !word.is_function()
}

/// The meanings of the words that tell what a sentence is about: neither who it is for, nor what every plan says, nor
/// what is done without.
#[must_use]
pub fn telling(words: &[Word]) -> BTreeSet<&str> {
    let mut left = 0;
    words
        .iter()
        .filter(|word| !is_without(word, &mut left) && is_telling(word) && means_something(word))
        .map(|word| word.meaning.as_str())
        .collect()
}

fn is_telling(word: &Word) -> bool {
    word.is_longer_than(2)
        && !word.having.is.meets(lists!("stop", "general", "actor", "weak-verb", "vague", "quality"))
}

/// Whether a word is in a phrase behind "without", of which so many words are left.
fn is_without(word: &Word, left: &mut u32) -> bool {
    if word.lower == "without" {
        *left = 4;
        return true;
    }
    let article = matches!(word.lower.as_str(), "a" | "an" | "the" | "any" | "their" | "its" | "our");
    if *left > 0 && word.is_function() && !article {
        *left = 0;
    }
    *left = left.saturating_sub(1);
    *left > 0
}

/// The word's stem for comparing words of different forms: at most its first six letters, without a plural.
#[must_use]
pub fn stem(word: &str) -> String {
    let word = word.strip_suffix("'s").unwrap_or(word);
    let base = word.strip_suffix("ies").or_else(|| word.strip_suffix('s')).unwrap_or(word);
    base.chars().take(6).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::review::word::words;

    #[test]
    fn forms_of_one_word_have_one_root() {
        for (first, second) in [
            ("change", "changing"),
            ("pay", "paid"),
            ("paying", "pays"),
            ("chosen", "choose"),
            ("stopped", "stops"),
            ("entries", "entry"),
            ("copied", "copies"),
            ("boxes", "box"),
            ("files", "file"),
            ("customer's", "customers"),
            ("cancelling", "cancel"),
            ("called", "call"),
            ("fees", "fee"),
            ("ääää", "ääää"),
        ] {
            assert_eq!(root(first), root(second), "{first} and {second}");
        }
        for (first, second) in [("status", "stat"), ("bus", "bu"), ("fee", "fe"), ("thing", "th")] {
            assert_ne!(root(first), root(second), "{first} and {second}");
        }
    }

    #[test]
    fn words_of_one_meaning_are_one() {
        assert_eq!(meaning("fees"), meaning("prices"));
        assert_eq!(meaning("refused"), meaning("reject"));
        assert_ne!(meaning("north"), meaning("south"));
    }

    #[test]
    fn what_tells_is_neither_who_nor_what_is_done_without() {
        let text = words("Citizens without a printer get their confirmation too");
        let told = telling(&text);
        assert_eq!(told.into_iter().collect::<Vec<_>>(), ["confirm"]);
    }
}
