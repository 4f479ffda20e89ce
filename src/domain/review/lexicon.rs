//! The word lists of the review: data files, one for each language, read once.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::text::Word;

/// One list of words and phrases.
#[derive(Debug, Default)]
pub struct Lexicon {
    /// Entries by their first whole word.
    exact: HashMap<Box<str>, Vec<Phrase>>,
    /// Entries whose first word is a stem, by its first character.
    stems: HashMap<char, Vec<Phrase>>,
}

/// An entry: its words, each a whole word or a stem.
type Phrase = Vec<Part>;

#[derive(Debug, Clone)]
struct Part {
    text: Box<str>,
    stem: bool,
}

impl Part {
    fn matches(&self, word: &str) -> bool {
        if self.stem { word.starts_with(&*self.text) } else { word == &*self.text }
    }
}

/// English: the only language so far.
const ENGLISH: [&str; 3] = [
    include_str!("words/en.txt"),
    include_str!("words/en-checks.txt"),
    include_str!("words/en-well-known.txt"),
];

static LISTS: LazyLock<HashMap<&'static str, Lexicon>> =
    LazyLock::new(|| ENGLISH.into_iter().flat_map(read_lists).collect());

static EMPTY: LazyLock<Lexicon> = LazyLock::new(Lexicon::default);

/// The list of a name; a name that no file has is an empty list.
#[must_use]
pub fn list(name: &str) -> &'static Lexicon {
    LISTS.get(name).unwrap_or(&EMPTY)
}

fn read_lists(text: &'static str) -> HashMap<&'static str, Lexicon> {
    let mut lists: HashMap<&'static str, Lexicon> = HashMap::new();
    let mut current = "";
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            current = name;
            lists.entry(name).or_default();
        } else if let Some(list) = lists.get_mut(current) {
            line.split(',').for_each(|entry| list.add(entry));
        }
    }
    lists
}

impl Lexicon {
    /// A list of entries between commas.
    #[must_use]
    pub fn of(entries: &str) -> Self {
        let mut list = Self::default();
        entries.split(',').for_each(|entry| list.add(entry));
        list
    }

    /// The single words of several English lists as one.
    #[must_use]
    pub fn union(names: &[&str]) -> Self {
        let mut union = Self::default();
        let mut wanted = false;
        for line in
            ENGLISH.iter().flat_map(|text| text.lines()).map(str::trim).filter(|line| !line.starts_with('#'))
        {
            if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                wanted = names.contains(&name);
            } else if wanted {
                let single = line.split(',').filter(|entry| entry.split_whitespace().count() == 1);
                single.for_each(|entry| union.add(entry));
            }
        }
        union
    }

    fn add(&mut self, entry: &str) {
        let phrase: Phrase = entry
            .split_whitespace()
            .map(|word| {
                let stem = word.strip_suffix('*');
                Part { text: stem.unwrap_or(word).into(), stem: stem.is_some() }
            })
            .collect();
        let Some(first) = phrase.first() else { return };
        if first.stem {
            let initial = first.text.chars().next().unwrap_or_default();
            self.stems.entry(initial).or_default().push(phrase);
        } else {
            self.exact.entry(first.text.clone()).or_default().push(phrase);
        }
    }

    /// How many words, from `at` on, the longest entry that stands there covers; 0 where none does.
    #[must_use]
    pub fn at(&self, words: &[Word], at: usize) -> usize {
        let Some(first) = words.get(at) else { return 0 };
        let stems = first.lower.chars().next().and_then(|initial| self.stems.get(&initial));
        let exact = self.exact.get(first.lower.as_str());
        exact
            .into_iter()
            .chain(stems)
            .flatten()
            .filter(|phrase| {
                phrase.iter().enumerate().all(|(offset, part)| {
                    words.get(at + offset).is_some_and(|word| part.matches(&word.lower))
                })
            })
            .map(Vec::len)
            .max()
            .unwrap_or(0)
    }

    /// True where any entry stands anywhere among the words.
    #[must_use]
    pub fn is_in(&self, words: &[Word]) -> bool {
        (0..words.len()).any(|at| self.at(words, at) > 0)
    }

    /// All entries among the words, as half-open ranges of word numbers that do not overlap.
    pub fn all_in<'a>(&'a self, words: &'a [Word]) -> impl Iterator<Item = std::ops::Range<usize>> + 'a {
        let mut next = 0;
        std::iter::from_fn(move || {
            while next < words.len() {
                let at = next;
                let length = self.at(words, at);
                next += length.max(1);
                if length > 0 {
                    return Some(at..at + length);
                }
            }
            None
        })
    }

    /// True for a single word of the list.
    #[must_use]
    pub fn has(&self, word: &Word) -> bool {
        self.at(std::slice::from_ref(word), 0) == 1
    }

    /// True for a list without entries.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.exact.is_empty() && self.stems.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::review::text::words;

    #[test]
    fn finds_words_phrases_and_stems() {
        let text = words("It retries, time permitting, and so on");
        assert!(list("escape").is_in(&text));
        assert!(list("open-list").is_in(&text));
        assert!(list("negative").is_in(&text), "a stem");
        assert!(!list("vague").is_in(&text));
        let found: Vec<_> = list("escape").all_in(&text).collect();
        assert_eq!(found.first(), Some(&(2..4)));
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn a_stem_is_no_whole_word() {
        assert!(!list("vague").is_in(&words("an inadequate thing")));
        assert!(list("vague").is_in(&words("an adequately made thing")));
    }
}
