//! Words with all that is known of them, so that a text's ten thousandth `the` is not looked up again.
//!
//! A [`Term`] is made once for each different word and shared by all places where it stands. It knows by [`Marks`] which
//! word lists have it, so that asking a list of a word is a test of one bit.

use std::cell::RefCell;
use std::hash::Hasher as _;
use std::ops::Range;
use std::sync::Arc;

use compact_str::CompactString;
use hashbrown::HashTable;
use rustc_hash::{FxHashSet, FxHasher};

use super::lexicon::{Having, lists, marks_of};
use super::meaning::{meaning, root};
use super::text::{OPAQUE, Word, stem};
use crate::domain::model::number_word::read_number_word;

/// The most word lists that have a bit; lists beyond these are searched.
pub const MOST_LISTS: usize = 256;

/// A set of word lists, by their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Marks([u64; MOST_LISTS / 64]);

impl Marks {
    /// Adds a list.
    pub fn insert(&mut self, list: usize) {
        if let Some(bits) = self.0.get_mut(list / 64) {
            *bits |= 1 << (list % 64);
        }
    }

    /// True where the list is among them.
    #[must_use]
    #[inline]
    pub fn has(&self, list: usize) -> bool {
        self.0.get(list / 64).is_some_and(|bits| bits & (1 << (list % 64)) != 0)
    }

    /// Adds all of another set.
    #[inline]
    pub fn add(&mut self, other: &Self) {
        for (own, other) in self.0.iter_mut().zip(other.0) {
            *own |= other;
        }
    }

    /// Adds the lists that both of two others have.
    #[inline]
    pub fn add_shared(&mut self, one: &Self, other: &Self) {
        for (own, (one, other)) in self.0.iter_mut().zip(one.0.iter().zip(other.0)) {
            *own |= one & other;
        }
    }

    /// True where the sets share a list.
    #[must_use]
    #[inline]
    pub fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(other.0).any(|(own, other)| own & other != 0)
    }
}

/// A word without its place. Reading a word is mostly waiting for the memory: what is asked most stands first and fits into
/// 64 bytes with the count of its users, short texts stand in it and nowhere else, and words of the same lists share them.
#[derive(Debug, PartialEq, Eq)]
#[repr(C)]
pub struct Term {
    /// In lower case.
    pub lower: CompactString,
    /// The word lists that have an entry with it.
    pub having: Arc<Having>,
    /// A hash of `lower`, the same in every run.
    pub hash: u64,
    /// How many characters it has.
    pub characters: u16,
    /// True for what was masked: code, a link, a quotation.
    pub opaque: bool,
    /// True where it has a digit.
    pub digit: bool,
    /// True for a small number in letters: `three`.
    pub number: bool,
    /// True for `p95`, `percentile` and `median`.
    pub percentile: bool,
    /// True where a dash, a stroke or a slash joins its parts.
    pub compound: bool,
    /// True for a word that is neither a function word nor said of everything, nor a number.
    pub telling: bool,
    /// A hash of its stem.
    pub stem_hash: u64,
    /// Its stem, for comparing words of different forms; see [`stem`].
    pub stem: CompactString,
    /// What stands for it and for its synonyms; see [`meaning`].
    pub meaning: CompactString,
    /// Its base without endings; see [`root`].
    pub root: CompactString,
}

impl Term {
    fn new(lower: String, having: Arc<Having>) -> Self {
        let opaque = lower.starts_with(OPAQUE);
        let characters = lower.chars().count();
        let telling = characters > 2
            && !opaque
            && !lower.starts_with(|c: char| c.is_ascii_digit())
            && !having.is.meets(lists!("function", "stop"));
        let stem = stem(&lower);
        Self {
            characters: u16::try_from(characters).unwrap_or(u16::MAX),
            opaque,
            digit: lower.bytes().any(|byte| byte.is_ascii_digit()),
            number: read_number_word(&lower).is_some(),
            percentile: is_percentile(&lower),
            compound: lower.contains(['-', '_', '/']),
            telling,
            having,
            hash: hash_of(&lower),
            stem_hash: hash_of(&stem),
            stem: stem.into(),
            meaning: meaning(&lower).into(),
            root: root(&lower).into(),
            lower: lower.into(),
        }
    }

    /// True where it has more characters than that.
    #[must_use]
    #[inline]
    pub const fn is_longer_than(&self, characters: u16) -> bool {
        self.characters > characters
    }
}

/// The most terms that a thread remembers, so that a text of nothing but different words does not fill the memory.
const MOST_TERMS: usize = 50_000;
/// Bytes of the longest word that is remembered.
const LONGEST: usize = 40;

/// The terms that a thread has met. Nothing but them is kept of a word, so that finding one reads little memory.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    terms: HashTable<Arc<Term>>,
    /// The lists of words, each once: most words are in none.
    having: FxHashSet<Arc<Having>>,
    /// Room for the places of a text's words and their hashes.
    room: Vec<(Range<usize>, u64)>,
}

impl Vocabulary {
    /// Room for the places of words, which was left with [`Self::leave`].
    pub(super) fn room(&mut self) -> Vec<(Range<usize>, u64)> {
        std::mem::take(&mut self.room)
    }

    /// Keeps the room for the next text, unless that is very much.
    pub(super) fn leave(&mut self, mut room: Vec<(Range<usize>, u64)>) {
        room.clear();
        room.shrink_to(MOST_TERMS);
        self.room = room;
    }

    /// The term of a word as it is written, and its hash; see [`hash_of`].
    pub(super) fn term(&mut self, written: &str, hash: u64) -> Arc<Term> {
        if written.len() > LONGEST {
            return self.read(lower(written));
        }
        // `Order` and `order` are one term: letters beyond ASCII are only the same after the whole word's have been made small.
        self.known(written, hash).unwrap_or_else(|| {
            let lower = lower(written);
            self.known(&lower, hash_of(&lower)).unwrap_or_else(|| self.learn(lower))
        })
    }

    #[inline]
    fn known(&self, written: &str, hash: u64) -> Option<Arc<Term>> {
        let is_it = |term: &Arc<Term>| term.lower.as_bytes().eq_ignore_ascii_case(written.as_bytes());
        self.terms.find(hash, is_it).map(Arc::clone)
    }

    #[cold]
    fn learn(&mut self, lower: String) -> Arc<Term> {
        if self.terms.len() >= MOST_TERMS {
            self.terms.clear();
        }
        let term = self.read(lower);
        self.terms.insert_unique(term.hash, Arc::clone(&term), |term| term.hash);
        term
    }

    fn read(&mut self, lower: String) -> Arc<Term> {
        let having = marks_of(&lower);
        let shared = self.having.get(&having).map(Arc::clone);
        let shared = shared.unwrap_or_else(|| {
            let shared = Arc::new(having);
            self.having.insert(Arc::clone(&shared));
            shared
        });
        Arc::new(Term::new(lower, shared))
    }
}

/// A hash of a word, the same for small and capital letters of ASCII, which one bit tells apart.
#[must_use]
pub(super) fn hash_of(word: &str) -> u64 {
    let mut hasher = FxHasher::default();
    let mut add = |part: [u8; 8]| hasher.write_u64(u64::from_le_bytes(part) | 0x2020_2020_2020_2020);
    let (parts, rest) = word.as_bytes().as_chunks::<8>();
    parts.iter().copied().for_each(&mut add);
    let mut last = [0; 8];
    last.iter_mut().zip(rest).for_each(|(last, byte)| *last = *byte);
    add(last);
    hasher.finish()
}

/// A hash of some words in their order.
#[must_use]
pub(super) fn hash_of_all(words: &[Word]) -> u64 {
    words.iter().fold(0, |hash, word| pair_of(hash, word.hash))
}

/// A hash of two hashes, the first before the second.
#[must_use]
pub(super) const fn pair_of(first: u64, second: u64) -> u64 {
    first.rotate_left(1) ^ second
}

thread_local! {
    static VOCABULARY: RefCell<Vocabulary> = RefCell::default();
}

/// Does something with the terms that this thread has met. It must ask for no words itself.
pub(super) fn with_vocabulary<T>(act: impl FnOnce(&mut Vocabulary) -> T) -> T {
    VOCABULARY.with_borrow_mut(act)
}

/// The term of a word as it is written.
#[must_use]
pub fn term(written: &str) -> Arc<Term> {
    with_vocabulary(|vocabulary| vocabulary.term(written, hash_of(written)))
}

/// True for `p95`, `p99.9`, `percentile`, `median`.
fn is_percentile(lower: &str) -> bool {
    let named = lower.starts_with("percentile") || lower == "median";
    let number = |rest: &str| rest.len() >= 2 && rest.chars().all(|c| c.is_ascii_digit() || c == '.');
    named || lower.strip_prefix('p').is_some_and(number)
}

fn lower(written: &str) -> String {
    written.to_lowercase().replace('’', "'")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::review::lexicon::list;
    use crate::domain::review::text::words;
    use proptest::prelude::*;

    #[test]
    fn forms_of_a_word_are_one_term() {
        let (one, other) = (term("It’s"), term("it's"));
        assert_eq!(one, other);
        assert_eq!(one.lower, "it's");
        assert!(Arc::ptr_eq(&other, &term("it's")));
        for length in [14, 15, 16, 17, 39, 40, 41, 100] {
            let long = "X".repeat(length);
            assert_eq!(term(&long).lower, long.to_lowercase());
            assert_eq!(term(&long).lower, long.to_lowercase(), "met before");
        }
        assert_ne!(term("a"), term("a\0"));
        for (capital, small) in [("ÉTÉ", "été"), ("ORDER_2", "order_2"), ("ΑΣ", "ας"), ("İx", "i\u{307}x")]
        {
            assert_eq!(term(capital).lower, small);
            assert!(Arc::ptr_eq(&term(capital), &term(small)), "{capital}");
        }
    }

    #[test]
    fn marks_tell_lists_apart() {
        let mut marks = Marks::default();
        marks.insert(70);
        marks.insert(MOST_LISTS);
        assert!(marks.has(70) && !marks.has(6) && !marks.has(MOST_LISTS));
        let mut other = Marks::default();
        assert!(!marks.meets(&other));
        other.add(&marks);
        assert!(marks.meets(&other));
    }

    #[test]
    fn more_words_than_are_remembered() {
        for number in 0..=MOST_TERMS {
            assert_eq!(term(&format!("w{number}")).lower, format!("w{number}"));
        }
        assert!(with_vocabulary(|vocabulary| vocabulary.terms.len()) <= MOST_TERMS);
    }

    proptest! {
        /// A bit says what a search of the list finds.
        #[test]
        fn marks_agree_with_searching(text in "(?:(?:and|so|on|etc|if|possible|adequate|ly|retries|time|permitting|the|a|p95) ?){1,8}") {
            let found = words(&text);
            for name in ["escape", "open-list", "negative", "vague", "function", "article"] {
                let list = list(name);
                for at in 0..found.len() {
                    prop_assert_eq!(list.at(&found, at), list.searched_at(&found, at), "{} at {} of {:?}", name, at, text);
                    prop_assert_eq!(list.has(&found[at]), list.searched_at(&found[at..=at], 0) == 1);
                }
                prop_assert_eq!(list.is_in(&found), (0..found.len()).any(|at| list.searched_at(&found, at) > 0));
            }
        }
    }
}
