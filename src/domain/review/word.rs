//! Words with their places.

use std::ops::{Deref, Range};

use super::lexicon::Having;
use super::text::OPAQUE;
use super::vocabulary::{Known, Term, between, first_eight, hash_of, hash_of_last, mixed, with_vocabulary};

/// One word. A document has thousands of them, and reading them is mostly waiting for the memory: a word is small, and what
/// is asked of it most it carries itself.
#[derive(Debug, Clone, Copy)]
pub struct Word {
    /// What it is, wherever it stands.
    pub term: &'static Term,
    /// The word lists that have an entry with it: those of its term.
    pub having: &'static Having,
    place: Place,
}

impl PartialEq for Word {
    fn eq(&self, other: &Self) -> bool {
        (self.term, self.place) == (other.term, other.place)
    }
}

impl Eq for Word {}

/// Where a word stands, and its [`Traits`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    /// The byte at which it begins: a text has fewer than four billion.
    start: u32,
    /// Its bytes, at most two million, above the bits of its traits.
    length_and_traits: u32,
}

impl Place {
    fn new(place: &Range<usize>, traits: Traits) -> Self {
        let length = u32::try_from(place.len()).unwrap_or(u32::MAX).min(u32::MAX >> Traits::BITS);
        Self {
            start: u32::try_from(place.start).unwrap_or(u32::MAX),
            length_and_traits: length << Traits::BITS | u32::from(traits.0),
        }
    }

    #[inline]
    fn span(self) -> Range<usize> {
        let bytes = |number| usize::try_from(number).unwrap_or(usize::MAX);
        let start = bytes(self.start);
        start..start + bytes(self.length_and_traits >> Traits::BITS)
    }
}

/// What a word is like, as bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Traits(u16);

impl Traits {
    /// How many there are.
    const BITS: u32 = 11;
    /// It was masked: code, a link, a quotation.
    pub const OPAQUE: Self = Self(1);
    /// It has a digit.
    pub const DIGIT: Self = Self(1 << 1);
    /// A small number in letters: `three`.
    pub const NUMBER: Self = Self(1 << 2);
    /// `p95`, `percentile` and `median`.
    pub const PERCENTILE: Self = Self(1 << 3);
    /// A dash, a stroke or a slash joins its parts.
    pub const COMPOUND: Self = Self(1 << 4);
    /// Neither a function word nor said of everything, nor a number.
    pub const TELLING: Self = Self(1 << 5);
    /// It is written with a capital at its beginning.
    pub const CAPITAL: Self = Self(1 << 6);
    /// It is written with a capital of ASCII behind its beginning.
    pub const INNER_CAPITAL: Self = Self(1 << 7);
    /// A function word: `the`, `of`, `and`.
    pub const FUNCTION: Self = Self(1 << 8);
    /// It has more than two characters, and not every document uses it.
    pub const OWN: Self = Self(1 << 9);
    /// An article, a preposition, or another that needs a word behind it.
    pub const BINDS: Self = Self(1 << 10);

    /// With another, where that holds.
    #[must_use]
    pub const fn with(self, other: Self, holds: bool) -> Self {
        if holds { Self(self.0 | other.0) } else { self }
    }
}

impl Word {
    /// A word that begins at a byte.
    #[must_use]
    pub fn new(written: &str, start: usize) -> Self {
        let place = Place::new(&(start..start + written.len()), capitals_of(written));
        with_vocabulary(|vocabulary| Self::at(vocabulary.term(written, hash_of(written)), place))
    }

    #[inline]
    fn at(Known { term, having, traits, .. }: Known, place: Place) -> Self {
        let length_and_traits = place.length_and_traits | u32::from(traits.0);
        Self { term, having, place: Place { length_and_traits, ..place } }
    }

    /// The same so many bytes later.
    #[must_use]
    pub fn later(self, bytes: usize) -> Self {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        Self { place: Place { start: self.place.start.saturating_add(bytes), ..self.place }, ..self }
    }

    /// Byte at which it begins.
    #[must_use]
    #[inline]
    pub fn start(&self) -> usize {
        self.place.span().start
    }

    /// Byte after its end.
    #[must_use]
    #[inline]
    pub fn end(&self) -> usize {
        self.place.span().end
    }

    /// Its bytes.
    #[must_use]
    #[inline]
    pub fn span(&self) -> Range<usize> {
        self.place.span()
    }

    #[inline]
    fn is(&self, trait_: Traits) -> bool {
        self.place.length_and_traits & u32::from(trait_.0) != 0
    }

    /// True for what was masked: code, a link, a quotation.
    #[must_use]
    #[inline]
    pub fn is_opaque(&self) -> bool {
        self.is(Traits::OPAQUE)
    }

    /// True for a word with a digit in it.
    #[must_use]
    #[inline]
    pub fn has_digit(&self) -> bool {
        self.is(Traits::DIGIT)
    }

    /// True for a small number in letters: `three`.
    #[must_use]
    #[inline]
    pub fn is_number(&self) -> bool {
        self.is(Traits::NUMBER)
    }

    /// True for `p95`, `percentile` and `median`.
    #[must_use]
    #[inline]
    pub fn is_percentile(&self) -> bool {
        self.is(Traits::PERCENTILE)
    }

    /// True where a dash, a stroke or a slash joins its parts.
    #[must_use]
    #[inline]
    pub fn is_compound(&self) -> bool {
        self.is(Traits::COMPOUND)
    }

    /// True for a word that is neither a function word nor said of everything, nor a number.
    #[must_use]
    #[inline]
    pub fn is_telling(&self) -> bool {
        self.is(Traits::TELLING)
    }

    /// True for a function word: `the`, `of`, `and`.
    #[must_use]
    #[inline]
    pub fn is_function(&self) -> bool {
        self.is(Traits::FUNCTION)
    }

    /// True for a word of more than two characters that not every document uses.
    #[must_use]
    #[inline]
    pub fn is_own(&self) -> bool {
        self.is(Traits::OWN)
    }

    /// True for an article, a preposition, or another that needs a word behind it.
    #[must_use]
    #[inline]
    pub fn binds(&self) -> bool {
        self.is(Traits::BINDS)
    }

    /// True for a word that is written with a capital at its beginning.
    #[must_use]
    #[inline]
    pub fn has_capital(&self) -> bool {
        self.is(Traits::CAPITAL)
    }

    /// True for a word that is written with a capital of ASCII behind its beginning: `GitHub`, `API`.
    #[must_use]
    #[inline]
    pub fn has_inner_capital(&self) -> bool {
        self.is(Traits::INNER_CAPITAL)
    }
}

impl Deref for Word {
    type Target = Term;

    #[inline]
    fn deref(&self) -> &Term {
        self.term
    }
}

fn capitals_of(written: &str) -> Traits {
    Traits::default()
        .with(Traits::CAPITAL, written.starts_with(char::is_uppercase))
        .with(Traits::INNER_CAPITAL, written.bytes().skip(1).any(|byte| byte.is_ascii_uppercase()))
}

/// A word of which only the place is known, and its hash; see [`hash_of`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Met {
    place: Place,
    hash: u64,
}

/// The words of a text: letters and digits, joined by `-`, `'`, `_`, `/` and, between digits, by `.`, `,` or `:`.
///
/// `%`, `€`, `$` and `£` are words of their own.
#[must_use]
pub fn words(text: &str) -> Vec<Word> {
    with_vocabulary(|vocabulary| {
        let mut met = vocabulary.room();
        meet(text, &mut met);
        // Terms lie all over the memory: with nothing else to do, the processor waits for several of them at a time.
        let mut found: Vec<Word> = Vec::with_capacity(met.len());
        found.extend(met.iter().map(|met| {
            let written = text.get(met.place.span()).unwrap_or_default();
            Word::at(vocabulary.term(written, met.hash), met.place)
        }));
        vocabulary.leave(met);
        found
    })
}

/// Finds the places of the words of a text.
fn meet(text: &str, met: &mut Vec<Met>) {
    let mut at = 0;
    loop {
        let rest = text.as_bytes().get(at..).unwrap_or_default();
        let Some(skipped) = rest.iter().position(|byte| may_begin(*byte)) else { return };
        at += skipped;
        if let Some(plain) = plain_word(text, at) {
            let end = at + plain.length;
            met.push(Met { place: Place::new(&(at..end), plain.capitals), hash: plain.hash });
            // Behind most words stands a space, a comma or a full stop.
            at = end + usize::from(!matches!(plain.next, Kind::Unit | Kind::Opaque));
            continue;
        }
        let start = at;
        let (kind, length) = kind_at(text, at);
        at = match kind {
            Kind::Letter | Kind::Digit => word_end(text, at),
            Kind::Opaque => {
                let hidden = text.as_bytes().iter().skip(at).take_while(|byte| char::from(**byte) == OPAQUE);
                at + hidden.count()
            }
            Kind::Unit | Kind::Joins | Kind::JoinsDigits | Kind::Other => at + length,
        };
        let is_word = !matches!(kind, Kind::Joins | Kind::JoinsDigits | Kind::Other);
        if let Some(written) = text.get(start..at).filter(|_| is_word) {
            met.push(Met { place: Place::new(&(start..at), capitals_of(written)), hash: hash_of(written) });
        }
    }
}

/// A word of nothing but letters of ASCII.
struct Plain {
    length: usize,
    capitals: Traits,
    hash: u64,
    /// The character of ASCII that follows it.
    next: Kind,
}

/// The word that begins at a byte, where it is a plain one and what follows cannot be a part of it. Most words are such, and
/// eight bytes are looked at in one.
#[inline]
fn plain_word(text: &str, at: usize) -> Option<Plain> {
    let mut rest = text.as_bytes().get(at..)?;
    let first = rest.first().filter(|first| first.is_ascii_alphabetic())?;
    let capital = first.is_ascii_uppercase();
    let mut hash = 0;
    let mut length = 0;
    // The first byte of all is left out.
    let (mut counted, mut inner) = (!0xff, 0);
    loop {
        let number = u64::from_le_bytes(first_eight(rest));
        let letters = leading_letters(number);
        if letters == 8 {
            inner |= between(number, b'A', b'Z') & counted;
            counted = u64::MAX;
            hash = mixed(hash, number);
            length += 8;
            rest = rest.get(8..)?;
            continue;
        }
        length += usize::try_from(letters).ok()?;
        let [next, ..] = (number >> (letters * 8)).to_le_bytes();
        let next = *KINDS.get(usize::from(next))?;
        if matches!(next, Kind::Letter | Kind::Digit | Kind::Joins) {
            return None;
        }
        let last = number & !(u64::MAX << (letters * 8));
        inner |= between(last, b'A', b'Z') & counted;
        let capitals =
            Traits::default().with(Traits::CAPITAL, capital).with(Traits::INNER_CAPITAL, inner != 0);
        let hash = hash_of_last(hash, last, u64::from(letters));
        return Some(Plain { length, capitals, hash, next });
    }
}

/// With how many letters of ASCII eight bytes begin, the lowest first.
#[inline]
const fn leading_letters(eight: u64) -> u32 {
    let letters = between(eight, b'a', b'z') | between(eight, b'A', b'Z');
    (!letters & 0x8080_8080_8080_8080).trailing_zeros() / 8
}

/// The words of a text of which the words of its masked form are known.
#[must_use]
pub fn words_unmasked(text: &str, masked: &[Word]) -> Vec<Word> {
    let mut found: Vec<Word> = Vec::with_capacity(masked.len() * 2);
    for word in masked {
        if !word.is_opaque() {
            found.push(*word);
            continue;
        }
        // Where a mark opens and closes what is hidden, no word reaches over its bounds.
        let is_mark = |at: usize| kind_at(text, at).0 == Kind::Other;
        let hidden = text.get(word.span()).filter(|_| is_mark(word.start()) && is_mark(word.end() - 1));
        let Some(hidden) = hidden else { return words(text) };
        found.extend(words(hidden).into_iter().map(|inner| inner.later(word.start())));
    }
    found
}

/// What a character is for the words of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Letter,
    Digit,
    /// A word of its own.
    Unit,
    /// It may stand inside of a word.
    Joins,
    /// It may stand between two digits.
    JoinsDigits,
    Opaque,
    Other,
}

/// The kind of the character at a byte, and its bytes; of none at the text's end.
#[inline(always)]
fn kind_at(text: &str, at: usize) -> (Kind, usize) {
    let byte = text.as_bytes().get(at);
    if let Some(kind) = byte.and_then(|byte| KINDS.get(usize::from(*byte))) {
        return (*kind, 1);
    }
    kind_beyond_ascii(text, at)
}

#[cold]
fn kind_beyond_ascii(text: &str, at: usize) -> (Kind, usize) {
    let c = text.get(at..).and_then(|rest| rest.chars().next()).unwrap_or_default();
    let kind = match c {
        '’' => Kind::Joins,
        '€' | '£' => Kind::Unit,
        c if c.is_alphanumeric() => Kind::Letter,
        _ => Kind::Other,
    };
    (kind, c.len_utf8())
}

/// False for the first byte of a character that begins no word.
#[inline]
fn may_begin(byte: u8) -> bool {
    let kind = KINDS.get(usize::from(byte));
    !matches!(kind, Some(Kind::Joins | Kind::JoinsDigits | Kind::Other))
}

/// The kinds of the ASCII characters.
const KINDS: [Kind; 128] = {
    let mut kinds = [Kind::Other; 128];
    let (mut at, mut byte) = (0, 0_u8);
    while at < kinds.len() {
        kinds[at] = match byte {
            b'a'..=b'z' | b'A'..=b'Z' => Kind::Letter,
            b'0'..=b'9' => Kind::Digit,
            b'-' | b'\'' | b'_' | b'/' => Kind::Joins,
            b'.' | b',' | b':' => Kind::JoinsDigits,
            b'%' | b'$' => Kind::Unit,
            0x1a => Kind::Opaque,
            _ => Kind::Other,
        };
        (at, byte) = (at + 1, byte + 1);
    }
    kinds
};

/// The end of the word that begins at a byte.
fn word_end(text: &str, start: usize) -> usize {
    let (mut last, length) = kind_at(text, start);
    let mut end = start + length;
    loop {
        // Most words are nothing but letters.
        let rest = text.as_bytes().get(end..).unwrap_or_default();
        let letters = rest.iter().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(rest.len());
        if letters > 0 {
            (last, end) = (Kind::Letter, end + letters);
        }
        if end == text.len() {
            break;
        }
        let (kind, length) = kind_at(text, end);
        let next = || kind_at(text, end + length).0;
        let inside = match kind {
            Kind::Letter | Kind::Digit => true,
            Kind::Joins => {
                matches!(last, Kind::Letter | Kind::Digit) && matches!(next(), Kind::Letter | Kind::Digit)
            }
            Kind::JoinsDigits => last == Kind::Digit && next() == Kind::Digit,
            Kind::Unit | Kind::Opaque | Kind::Other => false,
        };
        if !inside {
            break;
        }
        (last, end) = (kind, end + length);
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::review::text::mask;
    use proptest::prelude::*;

    fn lower(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.lower.to_string()).collect()
    }

    #[test]
    fn splits_words() {
        assert_eq!(
            lower("It’s p95 < 1,200.5 ms, 99.9% up-to-date."),
            ["it's", "p95", "1,200.5", "ms", "99.9", "%", "up-to-date"]
        );
    }

    #[test]
    fn a_word_is_small_and_carries_what_it_is() {
        assert!(size_of::<Word>() <= 24);
        let text = words("The up-to-date Ärger of p95 and three GitHub");
        let those = |is: fn(&Word) -> bool| -> Vec<&str> {
            text.iter().filter(|word| is(word)).map(|word| word.lower.as_str()).collect()
        };
        assert_eq!(those(Word::has_capital), ["the", "ärger", "github"]);
        assert_eq!(those(Word::has_inner_capital), ["github"]);
        assert_eq!(those(Word::has_digit), ["p95"]);
        assert_eq!(those(Word::is_percentile), ["p95"]);
        assert_eq!(those(Word::is_number), ["three"]);
        assert_eq!(those(Word::is_function), ["the", "of", "and", "three"]);
        assert_eq!(those(Word::is_own), ["up-to-date", "ärger", "github"]);
        assert_eq!(those(Word::binds), ["the", "of", "and"]);
        assert_eq!(those(Word::is_compound), ["up-to-date"]);
        assert_eq!(those(Word::is_telling), ["up-to-date", "ärger", "p95", "github"]);
    }

    proptest! {
        #[test]
        fn words_are_the_same_from_the_masked_ones(text in "[a-z`'\"\\[\\]()<>«»“” /:.h\n-]{0,60}|(?s).{0,100}|(?:see|http://a.b/c|`x-y`|'|[a](b)| ){0,20}") {
            prop_assert_eq!(words_unmasked(&text, &words(&mask(&text))), words(&text));
        }

        #[test]
        fn words_have_their_places(text in "(?s).{0,200}|(?:[a-zA-Z]{1,9}|[@\\[`{\u{1a}\u{7f}é'’,.:0-9_/ -]|%){0,40}") {
            let masked = mask(&text);
            let mut end = 0;
            for word in words(&masked) {
                let written = masked.get(word.span()).unwrap();
                prop_assert!(word.start() >= end && !written.is_empty());
                prop_assert_eq!(word, Word::new(written, word.start()));
                prop_assert_eq!(word.lower.as_str(), written.to_lowercase().replace('’', "'"));
                prop_assert_eq!(word.hash, hash_of(&word.lower));
                end = word.end();
            }
        }

        /// A plain word is found as one whose letters are looked at one by one.
        #[test]
        fn plain_words_end_where_words_end(text in "[a-zA-Z]{0,18}[a-zA-Z@\\[`{é'’,.:0-9_/ %-]{0,20}") {
            if let Some(plain) = plain_word(&text, 0) {
                prop_assert_eq!(plain.length, word_end(&text, 0));
                prop_assert_eq!(plain.hash, hash_of(&text[..plain.length]));
                prop_assert_eq!(plain.capitals, capitals_of(&text[..plain.length]));
                prop_assert_eq!(plain.next, kind_at(&text, plain.length).0);
            }
        }
    }
}
