//! The word lists of the review: data files, one for each language, read once.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::vocabulary::{MOST_LISTS, Marks, hash_of, pair_of};
use super::word::Word;

/// One list of words and phrases.
#[derive(Debug, Default)]
pub struct Lexicon {
    /// Its bit among the marks of a word; a list that was made on the way has none.
    number: Option<usize>,
    /// Entries of one word: for a list with a bit, the marks of a word tell them.
    single: Entries,
    /// Entries of several words.
    several: Entries,
}

/// Entries of a list, by how they begin.
#[derive(Debug, Default)]
struct Entries {
    /// Entries that begin with two whole words, by the hashes of both.
    pairs: FxHashMap<u64, Vec<Phrase>>,
    /// Others that begin with a whole word, by its hash.
    exact: FxHashMap<u64, Vec<Phrase>>,
    /// Entries whose first word is a stem, by its first character.
    stems: FxHashMap<char, Vec<Phrase>>,
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
const ENGLISH: [&str; 4] = [
    include_str!("words/en.txt"),
    include_str!("words/en-checks.txt"),
    include_str!("words/en-well-known.txt"),
    include_str!("words/en-names.txt"),
];

/// What headings are called, for each topic.
const HEADINGS: &str = include_str!("words/topics-en.txt");

/// Spellings of one thing: groups on lines of their own. `spelling` is the list of their first words.
const SPELLINGS: &str = include_str!("words/en-spellings.txt");

static LISTS: LazyLock<FxHashMap<String, Lexicon>> = LazyLock::new(|| {
    let mut lists = FxHashMap::default();
    ENGLISH.into_iter().for_each(|text| read_lists(text, &mut lists));
    for (topic, entries) in HEADINGS.lines().filter_map(|line| line.split_once(':')) {
        if !topic.starts_with('#') {
            let list = list_of(&mut lists, &heading_list(topic.trim()));
            entries.split(',').for_each(|entry| list.add(entry));
        }
    }
    let spelled = SPELLINGS.lines().filter(|line| !line.starts_with('#')).flat_map(|line| line.split(','));
    let list = list_of(&mut lists, "spelling");
    for first in spelled.filter_map(|spelling| spelling.split_whitespace().next()) {
        list.add(first);
        list.add(&format!("{first}s"));
    }
    lists
});

static EMPTY: LazyLock<Lexicon> = LazyLock::new(Lexicon::default);

/// The list of a name; a name that no file has is an empty list.
#[must_use]
pub fn list(name: &str) -> &'static Lexicon {
    LISTS.get(name).unwrap_or(&EMPTY)
}

/// The list of a name, looked up once for the place that names it.
macro_rules! named_list {
    ($name:literal) => {{
        static LIST: std::sync::LazyLock<&'static $crate::domain::review::lexicon::Lexicon> =
            std::sync::LazyLock::new(|| $crate::domain::review::lexicon::list($name));
        *LIST
    }};
}
pub(crate) use named_list as list;

/// The marks of several lists, looked up once for the place that names them: a word that has one of them is an entry of
/// one of the lists.
macro_rules! lists {
    ($($name:literal),+ $(,)?) => {{
        static MARKS: std::sync::LazyLock<$crate::domain::review::vocabulary::Marks> =
            std::sync::LazyLock::new(|| {
                let lists = [$($name),+].map($crate::domain::review::lexicon::list);
                $crate::domain::review::lexicon::marks_of_lists(lists)
            });
        &*MARKS
    }};
}
pub(crate) use lists;

/// The list of words that a heading about a topic has.
#[must_use]
pub fn headings(topic: &str) -> &'static Lexicon {
    list(&heading_list(topic))
}

fn heading_list(topic: &str) -> String {
    format!("heading/{topic}")
}

/// Lists as marks; those without a bit are left out.
#[must_use]
pub fn marks_of_lists<'l>(lists: impl IntoIterator<Item = &'l Lexicon>) -> Marks {
    let mut marks = Marks::default();
    lists.into_iter().filter_map(|list| list.number).for_each(|number| marks.insert(number));
    marks
}

fn read_lists(text: &str, lists: &mut FxHashMap<String, Lexicon>) {
    let mut current = None;
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            current = Some(name);
            list_of(lists, name);
        } else if let Some(name) = current {
            let list = list_of(lists, name);
            line.split(',').for_each(|entry| list.add(entry));
        }
    }
}

/// The list of a name, begun where there is none.
fn list_of<'l>(lists: &'l mut FxHashMap<String, Lexicon>, name: &str) -> &'l mut Lexicon {
    let number = Some(lists.len()).filter(|number| *number < MOST_LISTS);
    lists.entry(name.to_owned()).or_insert_with(|| Lexicon { number, ..Lexicon::default() })
}

/// Which lists have an entry with a word; it begins a line of the processor's cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[repr(C, align(64))]
pub struct Having {
    /// Those in which it is an entry by itself.
    pub is: Marks,
    /// Those with an entry of several words that begins with this one.
    pub opens: Marks,
    /// Those with an entry of several words of which this one is the second.
    pub follows: Marks,
}

/// The numbered lists by the words that their entries begin with: whole ones, and stems.
#[derive(Debug, Default)]
struct Firsts {
    exact: FxHashMap<&'static str, Having>,
    stems: FxHashMap<&'static str, Having>,
}

impl Firsts {
    fn of(&mut self, part: &'static Part) -> &mut Having {
        let table = if part.stem { &mut self.stems } else { &mut self.exact };
        table.entry(&part.text).or_default()
    }
}

static FIRSTS: LazyLock<Firsts> = LazyLock::new(|| {
    let mut firsts = Firsts::default();
    // Sets of bits do not care for the order of the lists.
    let numbered = LISTS.values().filter_map(|list| Some((list.number?, list)));
    for (number, list) in numbered {
        for phrase in list.phrases() {
            let Some(first) = phrase.first() else { continue };
            let having = firsts.of(first);
            match phrase.get(1) {
                None => having.is.insert(number),
                Some(second) => {
                    having.opens.insert(number);
                    firsts.of(second).follows.insert(number);
                }
            }
        }
    }
    firsts
});

/// The lists of which an entry may stand among the words, told by one word or the first two of each entry: no other list
/// has one there.
#[must_use]
pub fn marks_in(words: &[Word]) -> Marks {
    let mut marks = Marks::default();
    let mut opens = &Marks::default();
    for word in words {
        marks.add(&word.having.is);
        marks.add_shared(opens, &word.having.follows);
        opens = &word.having.opens;
    }
    marks
}

/// The lists with an entry that has a word in lower case.
#[must_use]
pub(super) fn marks_of(lower: &str) -> Having {
    let mut all = Having::default();
    let prefixes = lower.char_indices().map(|(at, c)| &lower[..at + c.len_utf8()]);
    let stems = prefixes.filter_map(|prefix| FIRSTS.stems.get(prefix));
    for having in FIRSTS.exact.get(lower).into_iter().chain(stems) {
        all.opens.add(&having.opens);
        all.follows.add(&having.follows);
        all.is.add(&having.is);
    }
    all
}

impl Lexicon {
    /// A list of entries between commas.
    #[must_use]
    pub fn of(entries: &str) -> Self {
        let mut list = Self::default();
        entries.split(',').for_each(|entry| list.add(entry));
        list
    }

    fn phrases(&self) -> impl Iterator<Item = &Phrase> {
        self.single.phrases().chain(self.several.phrases())
    }

    fn add(&mut self, entry: &str) {
        let phrase: Phrase = entry
            .split_whitespace()
            .map(|word| {
                let stem = word.strip_suffix('*');
                Part { text: stem.unwrap_or(word).into(), stem: stem.is_some() }
            })
            .collect();
        if phrase.len() > 1 { self.several.add(phrase) } else { self.single.add(phrase) }
    }

    /// How many words, from `at` on, the longest entry that stands there covers; 0 where none does.
    #[must_use]
    #[inline]
    pub fn at(&self, words: &[Word], at: usize) -> usize {
        let Some(number) = self.number else { return self.searched_at(words, at) };
        let (is, opens) = begins(words, at, number);
        let opened = if opens { self.several.longest(words, at) } else { 0 };
        opened.max(usize::from(is))
    }

    /// As [`Self::at`], by looking at the entries.
    pub(super) fn searched_at(&self, words: &[Word], at: usize) -> usize {
        self.several.longest(words, at).max(self.single.longest(words, at))
    }

    /// True where any entry stands anywhere among the words.
    #[must_use]
    #[inline]
    pub fn is_in(&self, words: &[Word]) -> bool {
        let Some(number) = self.number else {
            return (0..words.len()).any(|at| self.searched_at(words, at) > 0);
        };
        (0..words.len()).any(|at| {
            let (is, opens) = begins(words, at, number);
            // Nearly no word does either.
            (is | opens) && (is || self.several.longest(words, at) > 0)
        })
    }

    /// True where words with these marks may hold an entry; see [`marks_in`].
    #[must_use]
    #[inline]
    pub fn may_be_in(&self, marks: &Marks) -> bool {
        self.number.is_none_or(|number| marks.has(number))
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
    #[inline]
    pub fn has(&self, word: &Word) -> bool {
        match self.number {
            Some(number) => word.having.is.has(number),
            None => self.searched_at(std::slice::from_ref(word), 0) == 1,
        }
    }

    /// True for one of the data files' lists, whose words know that they are its.
    #[must_use]
    pub const fn is_numbered(&self) -> bool {
        self.number.is_some()
    }

    /// True where the marks of some words tell whether an entry stands among them: all entries are single words.
    #[must_use]
    #[inline]
    pub fn is_told_by_marks(&self) -> bool {
        self.is_numbered() && self.several.is_empty()
    }

    /// True for a list without entries.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.single.is_empty() && self.several.is_empty()
    }
}

/// Whether a word is an entry of a list, and whether with the next one it may open an entry of several words.
#[inline]
fn begins(words: &[Word], at: usize, list: usize) -> (bool, bool) {
    let Some([first, rest @ ..]) = words.get(at..) else { return (false, false) };
    let follows = rest.first().is_some_and(|next| next.having.follows.has(list));
    // What costs most is to guess wrong which of both holds.
    (first.having.is.has(list), first.having.opens.has(list) & follows)
}

impl Entries {
    fn phrases(&self) -> impl Iterator<Item = &Phrase> {
        self.pairs.values().chain(self.exact.values()).chain(self.stems.values()).flatten()
    }

    fn is_empty(&self) -> bool {
        self.pairs.is_empty() && self.exact.is_empty() && self.stems.is_empty()
    }

    fn add(&mut self, phrase: Phrase) {
        let Some(first) = phrase.first() else { return };
        let hash = hash_of(&first.text);
        let alike = match phrase.get(1).filter(|second| !second.stem) {
            _ if first.stem => self.stems.entry(first.text.chars().next().unwrap_or_default()).or_default(),
            Some(second) => self.pairs.entry(pair_of(hash, hash_of(&second.text))).or_default(),
            None => self.exact.entry(hash).or_default(),
        };
        alike.push(phrase);
    }

    /// Words of the longest entry that stands at a word; 0 where none does.
    fn longest(&self, words: &[Word], at: usize) -> usize {
        let Some(words @ [first, rest @ ..]) = words.get(at..) else { return 0 };
        let is_there = |phrase: &&Phrase| {
            phrase.len() <= words.len()
                && phrase.iter().zip(words).all(|(part, word)| part.matches(&word.lower))
        };
        let pairs = rest.first().and_then(|second| self.pairs.get(&pair_of(first.hash, second.hash)));
        let initial = if self.stems.is_empty() { None } else { first.lower.chars().next() };
        let stems = initial.and_then(|initial| self.stems.get(&initial));
        let alike = [pairs, self.exact.get(&first.hash), stems].into_iter().flatten().flatten();
        alike.filter(is_there).map(Vec::len).max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::review::word::words;

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

    /// The macro `lists` tells by bits alone.
    #[test]
    fn every_list_has_a_bit() {
        assert!(LISTS.len() <= MOST_LISTS, "{} lists", LISTS.len());
    }

    #[test]
    fn a_stem_is_no_whole_word() {
        assert!(!list("vague").is_in(&words("an inadequate thing")));
        assert!(list("vague").is_in(&words("an adequately made thing")));
    }
}
