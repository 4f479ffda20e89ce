//! What a statement is worth as evidence, and what a whole text is worth that was made to look like one.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::document::{Statement, telling};
use super::lexicon::list;
use super::vocabulary::Term;
use super::word::Word;

/// How concrete a statement is, 0 to 1000: whether it names what this document is about.
///
/// An anchor is a number, a name, code, a link or a quotation; a word is its own where no general list has it.
/// A statement with an anchor and a word of its own is worth 1000; one that every document could have, 250;
/// one that is vague besides, nothing.
/// `seen` is room for its own words.
#[must_use]
pub fn concreteness(statement: &Statement, seen: &mut Vec<&'static Term>) -> u32 {
    if statement.is_code {
        return if statement.words.len() >= 8 { 1000 } else { 700 };
    }
    let (mut anchors, mut own) = (0_u32, 0_u32);
    seen.clear();
    for (at, word) in statement.prose().iter().enumerate() {
        if word.is_opaque() || word.has_digit() {
            anchors += 1;
        } else if word.is_own() && !seen.contains(&word.term) {
            seen.push(word.term);
            let opens = || statement.sentences.iter().any(|range| range.start == at);
            anchors += u32::from(word.has_capital() && !opens());
            own += 1;
        }
    }
    let is_vague = || ["vague", "escape"].iter().any(|name| list(name).is_in(statement.prose()));
    match (anchors, own) {
        (0, 0..=1) if is_vague() => 0,
        (2.., _) | (1, 1..) => 1000,
        (_, 3..) => 900,
        (1, 0) => 800,
        (_, 2) => 750,
        (_, 1) => 500,
        (_, 0) => 250,
    }
}

/// Content words below which the wealth of a text's words says nothing.
const FEWEST_WORDS: u64 = 120;
/// More different content words than most texts have: counting them then never moves them.
const MANY_WORDS: usize = 800;
/// The size of the sample of words that texts are compared by.
const SAMPLE: u64 = 300;

/// Whether a text has as many different words as one that was written, 0 to 1000.
///
/// The measure is how many different words a sample of 300 of its content words is expected to have (rarefaction,
/// Hurlbert 1971), so neither length nor order counts. Texts that people wrote have 38 to 65 in 100; sentences
/// that are drawn from a small stock of words have under 22.
#[must_use]
pub fn richness(statements: &[Statement]) -> u32 {
    let read = statements.iter().filter(|statement| !statement.is_code);
    let mut counts: FxHashMap<u64, u64> = FxHashMap::with_capacity_and_hasher(MANY_WORDS, FxBuildHasher);
    for word in read.flat_map(|statement| telling(statement.prose())) {
        *counts.entry(word.stem_hash).or_default() += 1;
    }
    let total: u64 = counts.values().sum();
    if total < FEWEST_WORDS {
        return 1000;
    }
    let sample = total.min(SAMPLE);
    let is_expected = |count: u64| ONE - power((total - count) * ONE / total, sample);
    // Many words stand there equally often.
    let mut as_often: BTreeMap<u64, u64> = BTreeMap::new();
    counts.into_values().for_each(|count| *as_often.entry(count).or_default() += 1);
    let expected: u64 = as_often.into_iter().map(|(count, words)| is_expected(count) * words).sum();
    let share = u32::try_from(expected * 1000 / ONE / sample).unwrap_or(1000);
    // Full from 34 of 100 different words on, nothing at 17.
    (share.saturating_sub(170) * 6).min(1000)
}

/// One, as a fraction of 2^31.
const ONE: u64 = 1 << 31;

/// A fraction of [`ONE`] to a power, by squaring.
fn power(base: u64, exponent: u64) -> u64 {
    let (mut result, mut square, mut left) = (ONE, base, exponent);
    while left > 0 {
        if left % 2 == 1 {
            result = result * square / ONE;
        }
        square = square * square / ONE;
        left /= 2;
    }
    result
}

/// Statements below which the share of negations says nothing.
const FEWEST_STATEMENTS: u32 = 12;

/// Whether a text says what is and not only what is not, 0 to 1000: texts that people wrote negate a tenth to four
/// tenths of their sentences.
#[must_use]
pub fn affirmation(statements: &[Statement]) -> u32 {
    let (mut read, mut negated) = (0_u32, 0_u32);
    for statement in statements.iter().filter(|statement| statement.prose().len() >= 6) {
        read += 1;
        negated += u32::from(statement.says(list!("negation")));
    }
    if read < FEWEST_STATEMENTS {
        return 1000;
    }
    let share = negated * 1000 / read;
    // Full up to 60 of 100 sentences, nothing at 85.
    (850_u32.saturating_sub(share) * 4).min(1000)
}

/// True for a statement that says that something is not there, and gives no reason: "alerts are not defined yet".
#[must_use]
pub fn is_absence(statement: &Statement) -> bool {
    statement.says(list!("absence")) && !statement.says(list!("reason"))
}

/// For each statement, how many say the same, and how many say the same but for numbers: of the second only those are
/// counted that are long enough to compare. Both count the statement itself.
#[must_use]
pub fn repetitions(statements: &[Statement]) -> Vec<(u32, u32)> {
    let mut groups = Groups::for_statements(statements.len());
    let grouped: Vec<(usize, Option<usize>)> = statements
        .iter()
        .map(|statement| {
            let same = groups.add(Said::wholly(statement));
            (same, Said::but_for_numbers(statement).map(|like| groups.add(like)))
        })
        .collect();
    let count = |group: usize| groups.counts.get(group).copied().unwrap_or(1);
    grouped.into_iter().map(|(same, like)| (count(same), like.map_or(1, count))).collect()
}

/// How many statements have the same words, by the numbers of their groups.
#[derive(Debug)]
struct Groups<'s> {
    numbers: FxHashMap<Said<'s>, usize>,
    counts: Vec<u32>,
}

impl<'s> Groups<'s> {
    /// For so many statements: growing would hash all again.
    fn for_statements(count: usize) -> Self {
        let most = count * 2;
        let numbers = FxHashMap::with_capacity_and_hasher(most, FxBuildHasher);
        Self { numbers, counts: Vec::with_capacity(most) }
    }

    /// Counts one, and gives the number of its group.
    fn add(&mut self, said: Said<'s>) -> usize {
        let group = *self.numbers.entry(said).or_insert(self.counts.len());
        match self.counts.get_mut(group) {
            Some(count) => *count += 1,
            None => self.counts.push(1),
        }
        group
    }
}

/// The words of a statement, for comparing; with all numbers alike or not.
#[derive(Debug, Clone, Copy)]
struct Said<'s> {
    words: &'s [Word],
    numbers_are_alike: bool,
}

impl<'s> Said<'s> {
    const fn wholly(statement: &'s Statement) -> Self {
        Self { words: statement.words.as_slice(), numbers_are_alike: false }
    }

    /// `None` for statements that are too short to compare, for code, and where there are no numbers: these are alike only
    /// where they are the same.
    fn but_for_numbers(statement: &'s Statement) -> Option<Self> {
        let fits = statement.words.len() >= 5 && statement.signals.number && !statement.is_code;
        fits.then_some(Self { numbers_are_alike: true, ..Self::wholly(statement) })
    }

    fn hides(self, word: &Word) -> bool {
        self.numbers_are_alike && word.has_digit()
    }
}

impl PartialEq for Said<'_> {
    fn eq(&self, other: &Self) -> bool {
        let same =
            |(own, other): (&Word, &Word)| own.term == other.term || self.hides(own) && self.hides(other);
        self.numbers_are_alike == other.numbers_are_alike
            && self.words.len() == other.words.len()
            && self.words.iter().zip(other.words).all(same)
    }
}

impl Eq for Said<'_> {}

impl Hash for Said<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u8(u8::from(self.numbers_are_alike));
        for word in self.words {
            if self.hides(word) {
                state.write_u8(0);
            } else {
                std::ptr::hash(word.term, state);
            }
        }
    }
}

#[cfg(test)]
#[path = "worth_tests.rs"]
mod tests;
