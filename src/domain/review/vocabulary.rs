//! Words with all that is known of them, so that a text's ten thousandth `the` is not looked up again.
//!
//! A [`Term`] is made once for each different word and shared by all places where it stands. It knows by [`Marks`] which
//! word lists have it, so that asking a list of a word is a test of one bit.

use std::cell::RefCell;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use compact_str::CompactString;
use hashbrown::HashTable;
use rustc_hash::FxHashSet;

use super::general::general_lists;
use super::lexicon::{Having, lists, marks_of};
use super::meaning::{meaning, root, stem};
use super::text::OPAQUE;
use super::word::{Met, Traits, Word};
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

/// A word without its place. Reading a word is mostly waiting for the memory: what is asked most stands first and in one
/// line of the processor's cache, short texts stand in it and nowhere else, and words of the same lists share them.
#[derive(Debug)]
#[repr(C, align(64))]
pub struct Term {
    /// In lower case.
    pub lower: CompactString,
    /// The word lists that have an entry with it.
    pub having: &'static Having,
    /// A hash of `lower`, the same in every run.
    pub hash: u64,
    /// How many characters it has.
    pub characters: u16,
    /// What it is like.
    pub traits: Traits,
    /// A hash of its stem.
    pub stem_hash: u64,
    /// Its stem, for comparing words of different forms; see [`stem`].
    pub stem: CompactString,
    /// What stands for it and for its synonyms; see [`meaning`].
    pub meaning: CompactString,
    /// Its base without endings; see [`root`].
    pub root: CompactString,
}

/// Each is made once: two are the same where they are in one place.
impl PartialEq for Term {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for Term {}

impl Term {
    fn new(lower: String, having: &'static Having) -> Self {
        let opaque = lower.starts_with(OPAQUE);
        let characters = lower.chars().count();
        let telling = characters > 2
            && !opaque
            && !lower.starts_with(|c: char| c.is_ascii_digit())
            && !having.is.meets(lists!("function", "stop"));
        let stem = stem(&lower);
        Self {
            characters: u16::try_from(characters).unwrap_or(u16::MAX),
            traits: Traits::default()
                .with(Traits::OPAQUE, opaque)
                .with(Traits::DIGIT, lower.bytes().any(|byte| byte.is_ascii_digit()))
                .with(Traits::NUMBER, read_number_word(&lower).is_some())
                .with(Traits::PERCENTILE, is_percentile(&lower))
                .with(Traits::COMPOUND, lower.contains(['-', '_', '/']))
                .with(Traits::TELLING, telling)
                .with(Traits::FUNCTION, having.is.meets(lists!("function")))
                .with(Traits::OWN, characters > 2 && !having.is.meets(general_lists()))
                .with(Traits::BINDS, having.is.meets(lists!("article", "preposition", "not-at-end"))),
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

/// The terms that the program has met. They live as long as it does: a word then needs nobody to count its users, and
/// costs some two hundred bytes once, wherever it stands again.
static LEARNED: LazyLock<Mutex<Learned>> = LazyLock::new(Mutex::default);

#[derive(Debug, Default)]
struct Learned {
    terms: Terms,
    /// The lists of words, each once: most words are in none.
    having: FxHashSet<&'static Having>,
}

/// Terms by their hashes.
#[derive(Debug, Default)]
struct Terms(HashTable<Known>);

/// A term with what tells it, so that finding a short one, as most are, reads nothing of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    /// The term.
    pub(super) term: &'static Term,
    /// Those of the term.
    pub(super) having: &'static Having,
    hash: u64,
    /// What it is like.
    pub(super) traits: Traits,
    /// True for one of few letters of ASCII, which its hash tells from all others of the kind.
    is_short: bool,
}

impl Known {
    fn new(term: &'static Term) -> Self {
        let is_short = term.lower.is_ascii() && is_short(&term.lower);
        Self { term, having: term.having, hash: term.hash, traits: term.traits, is_short }
    }

    /// True where it is the term of a word whose letters are the same but for the capitals of ASCII.
    #[inline]
    fn is(&self, written: &str, hash: u64) -> bool {
        self.hash == hash
            && (self.is_short && is_short(written)
                || self.term.lower.as_bytes().eq_ignore_ascii_case(written.as_bytes()))
    }
}

impl Terms {
    /// The term of a word whose letters are the same but for the capitals of ASCII.
    fn find(&self, written: &str, hash: u64) -> Option<Known> {
        self.0.find(hash, |known| known.is(written, hash)).copied()
    }

    /// The term of a word that is not found as it is written.
    #[cold]
    fn meet(&mut self, written: &str) -> Known {
        let lower = lower(written);
        self.find(&lower, hash_of(&lower)).unwrap_or_else(|| self.add(learn(lower)))
    }

    fn add(&mut self, known: Known) -> Known {
        *self.0.insert_unique(known.hash, known, |known| known.hash).get()
    }
}

impl Learned {
    fn having(&mut self, having: Having) -> &'static Having {
        self.having.get(&having).copied().unwrap_or_else(|| {
            let having = Box::leak(Box::new(having));
            self.having.insert(having);
            having
        })
    }

    /// Adds a term, unless another thread was faster.
    fn add(&mut self, term: Term) -> Known {
        let known = self.terms.find(&term.lower, term.hash);
        known.unwrap_or_else(|| self.terms.add(Known::new(Box::leak(Box::new(term)))))
    }
}

fn learned() -> MutexGuard<'static, Learned> {
    // Whoever panicked meanwhile has left what others learned.
    LEARNED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The term of a word in lower case where some text had it; nothing is learned.
#[must_use]
pub(super) fn known(lower: &str) -> Option<&'static Term> {
    learned().terms.find(lower, hash_of(lower)).map(|known| known.term)
}

/// The term of a word in lower case, for all threads.
fn learn(lower: String) -> Known {
    let known = learned().terms.find(&lower, hash_of(&lower));
    known.unwrap_or_else(|| {
        // Others go on while this one finds out what is to be known of the word.
        let having = marks_of(&lower);
        let having = learned().having(having);
        let term = Term::new(lower, having);
        learned().add(term)
    })
}

/// The terms that a thread has met, which it finds without asking others.
#[derive(Debug)]
pub(super) struct Vocabulary {
    /// The two terms met last of all whose hashes have the same lowest bits, the later one first: most words of a text are
    /// found here at once.
    recent: Box<[[Option<Known>; 2]; RECENT]>,
    terms: Terms,
    /// Room for the places of a text's words and their hashes.
    room: Vec<Met>,
}

/// The places of [`Vocabulary::recent`], a power of two.
const RECENT: usize = 2048;

/// The most places that there is room for from one text to the next.
const MOST_ROOM: usize = 50_000;

impl Default for Vocabulary {
    fn default() -> Self {
        Self { recent: Box::new([[None; 2]; RECENT]), terms: Terms::default(), room: Vec::new() }
    }
}

impl Vocabulary {
    /// Room for the places of words, which was left with [`Self::leave`].
    pub(super) fn room(&mut self) -> Vec<Met> {
        std::mem::take(&mut self.room)
    }

    /// Keeps the room for the next text, unless that is very much.
    pub(super) fn leave(&mut self, mut room: Vec<Met>) {
        room.clear();
        room.shrink_to(MOST_ROOM);
        self.room = room;
    }

    /// The term of a word as it is written, and its hash; see [`hash_of`].
    #[inline]
    pub(super) fn term(&mut self, written: &str, hash: u64) -> Known {
        let recent = &mut self.recent[usize::try_from(hash).unwrap_or_default() % RECENT];
        if let Some(known) = recent[0].filter(|known| known.is(written, hash)) {
            return known;
        }
        recent.swap(0, 1);
        if let Some(known) = recent[0].filter(|known| known.is(written, hash)) {
            return known;
        }
        // `Order` and `order` are one term: letters beyond ASCII are only the same after the whole word's have been made small.
        *recent[0].insert(self.terms.find(written, hash).unwrap_or_else(|| self.terms.meet(written)))
    }
}

/// True for a word of less than eight bytes: its hash is that of one number, and no two numbers have the same.
const fn is_short(word: &str) -> bool {
    word.len() < 8
}

/// A hash of a word, the same for small and capital letters of ASCII.
#[must_use]
pub(super) fn hash_of(word: &str) -> u64 {
    let (parts, rest) = word.as_bytes().as_chunks();
    let hash = parts.iter().fold(0, |hash, part| mixed(hash, u64::from_le_bytes(*part)));
    let length = u64::try_from(rest.len()).unwrap_or_default();
    hash_of_last(hash, u64::from_le_bytes(first_eight(rest)), length)
}

/// The hash of a word whose last bytes, less than eight, are the lowest of a number; `hash` is that of the bytes before. The
/// highest bits are the best ones, and a table asks for the lowest.
#[must_use]
#[inline]
pub(super) const fn hash_of_last(hash: u64, bytes: u64, length: u64) -> u64 {
    mixed(hash, bytes | length << 56).rotate_left(26)
}

/// Multiplicative hashing with the golden ratio (Knuth, The Art of Computer Programming 3, 6.4): the number is odd, so that
/// nothing of the parts is lost.
#[must_use]
#[inline]
pub(super) const fn mixed(hash: u64, part: u64) -> u64 {
    hash.wrapping_add(in_small_letters(part)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// The first eight bytes, with zeros where there are fewer.
#[must_use]
#[inline]
pub(super) fn first_eight(bytes: &[u8]) -> [u8; 8] {
    bytes.first_chunk().copied().unwrap_or_else(|| {
        let mut eight = [0; 8];
        eight.iter_mut().zip(bytes).for_each(|(own, byte)| *own = *byte);
        eight
    })
}

/// Eight bytes with their capital letters of ASCII made small.
#[inline]
const fn in_small_letters(eight: u64) -> u64 {
    eight | (between(eight, b'A', b'Z') >> 2)
}

/// The highest bit of each of eight bytes that is one of ASCII from one to another, both included; no other bits.
#[must_use]
#[inline]
pub(super) const fn between(eight: u64, first: u8, last: u8) -> u64 {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGHEST: u64 = 0x80 * ONES;
    // Without the highest bit of each byte no sum reaches into the next byte; it then tells who reached it.
    let low = eight & !HIGHEST;
    let from_first = low + (HIGHEST - u64::from_le_bytes([first; 8]));
    let beyond_last = low + (HIGHEST - ONES - u64::from_le_bytes([last; 8]));
    from_first & !beyond_last & !eight & HIGHEST
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
pub fn term(written: &str) -> &'static Term {
    with_vocabulary(|vocabulary| vocabulary.term(written, hash_of(written))).term
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
    use crate::domain::review::word::words;
    use proptest::prelude::*;

    #[test]
    fn forms_of_a_word_are_one_term() {
        let (one, other) = (term("It’s"), term("it's"));
        assert_eq!(one, other);
        assert_eq!(one.lower, "it's");
        assert_eq!(other, std::thread::spawn(|| term("IT'S")).join().unwrap(), "of another thread");
        for length in [14, 15, 16, 17, 39, 40, 41, 100] {
            let long = "X".repeat(length);
            assert_eq!(term(&long).lower, long.to_lowercase());
            assert_eq!(term(&long).lower, long.to_lowercase(), "met before");
        }
        for other in ["a\0", "a ", "A\0", "!", "ä", "aa"] {
            assert_ne!(term("a"), term(other), "{other:?}");
        }
        assert_ne!(term("a-b"), term("a\rb"), "one bit apart");
        assert_eq!((known("it's"), known("never-met-before")), (Some(one), None));
        for (capital, small) in [("ÉTÉ", "été"), ("ORDER_2", "order_2"), ("ΑΣ", "ας"), ("İx", "i\u{307}x")]
        {
            assert_eq!(term(capital).lower, small);
            assert_eq!(term(capital), term(small));
        }
    }

    #[test]
    fn threads_that_learn_the_same_words_at_once_learn_them_once() {
        let learn = || (0..500).map(|number| term(&format!("thread{number}"))).collect::<Vec<_>>();
        let threads: Vec<_> = (0..4).map(|_| std::thread::spawn(learn)).collect();
        let learned: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
        assert!(learned.iter().all(|terms| *terms == learn()));
    }

    #[test]
    fn what_is_asked_most_of_a_term_stands_in_one_line_of_the_cache() {
        assert!(std::mem::offset_of!(Term, stem) <= 64);
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
