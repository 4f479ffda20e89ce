//! Values that sentences lay down, by what they are about: how long something is kept, how often it is done, how many
//! there may be.

use std::collections::BTreeSet;
use std::ops::Range;

use super::document::Statement;
use super::lexicon::list;
use super::meaning::meanings;
use super::word::Word;
use crate::domain::model::number_word::read_number_word;

/// What a value is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// How long something is kept, is valid or lasts.
    Lifetime,
    /// How often something is done: the time from one to the next.
    Period,
    /// How many there may be at most.
    Most,
}

/// A value with what the sentence says besides.
#[derive(Debug, Clone)]
pub struct Value {
    /// What it is of.
    pub of: Of,
    /// In minutes, or a count.
    pub amount: f64,
    /// What is counted; empty for a time.
    pub unit: String,
    /// What the sentence is about.
    pub about: BTreeSet<String>,
    /// The first of these.
    subject: String,
    /// The words of the amount.
    pub place: Range<usize>,
}

impl Value {
    /// True for two values of one thing that do not agree.
    #[must_use]
    pub fn contradicts(&self, other: &Self) -> bool {
        let shared = self.about.intersection(&other.about).count();
        let fewer = self.about.len().min(other.about.len());
        let same = self.of == other.of && self.unit == other.unit;
        // A year is 12 months, and a month as long as 30 days.
        let apart = (self.amount - other.amount).abs() > self.amount.max(other.amount) * 0.03;
        let enough = match self.of {
            Of::Most => shared > 1 && shared * 2 >= fewer,
            Of::Period => shared > 1 && shared * 2 >= fewer,
            Of::Lifetime => {
                let named = other.about.contains(&self.subject) || self.about.contains(&other.subject);
                named && shared * 3 >= fewer
            }
        };
        same && apart && enough
    }
}

/// False for a statement of which no sentence lays a value down: none of the words that [`value_of`] looks for is there.
#[must_use]
pub fn may_lay_down(statement: &Statement) -> bool {
    [list!("lifetime"), list!("at-most"), list!("each")].iter().any(|list| statement.may_hold(list))
}

/// The value that a sentence lays down, where it has one alone.
#[must_use]
pub fn value_of(words: &[Word]) -> Option<Value> {
    let mut amounts = (0..words.len()).filter_map(|at| amount_at(words, at));
    let (first, None) = (amounts.next()?, amounts.next()) else { return None };
    let (amount, place, is_time) = first;
    let before = words.get(..place.start).unwrap_or_default();
    let last = before.last().map_or("", |word| word.lower.as_str());
    let unit = if is_time { String::new() } else { words.get(place.end - 1)?.meaning.to_string() };
    let behind = words.get(place.end).map_or("", |word| word.lower.as_str());
    let is_span = matches!(last, "for" | "after" | "than" | "of" | "lasts" | "is" | "least")
        || matches!(behind, "after" | "old" | "ago" | "later");
    let of = if is_time && before.last().is_some_and(|last| list!("each").has(last)) {
        Of::Period
    } else if is_time && list!("lifetime").is_in(words) && is_span {
        Of::Lifetime
    } else if !is_time
        && list!("at-most").is_in(before.get(before.len().saturating_sub(4)..).unwrap_or_default())
    {
        Of::Most
    } else {
        return None;
    };
    let lifetime = list!("lifetime");
    let (weak, stop) = (list!("weak-verb"), list!("stop"));
    let told: Vec<Word> = words
        .iter()
        .enumerate()
        .filter(|(at, word)| !place.contains(at) && ![lifetime, weak, stop].iter().any(|list| list.has(word)))
        .map(|(_, word)| *word)
        .collect();
    let mut about: BTreeSet<String> = meanings(&told).into_iter().map(str::to_owned).collect();
    about.remove(&unit);
    let first = told.iter().find(|word| !word.is_function());
    let subject = first.map(|word| word.meaning.to_string()).unwrap_or_default();
    Some(Value { of, amount, unit, about, subject, place })
}

/// The amount at a word: in minutes where it is a time, else a count of the noun behind it.
fn amount_at(words: &[Word], at: usize) -> Option<(f64, Range<usize>, bool)> {
    let word = words.get(at)?;
    let lower = word.lower.as_str();
    let next = words.get(at + 1)?;
    let is_written = || lower.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','));
    let amount: f64 = match lower {
        "a" | "an" => 1.0,
        "half" => 0.5,
        _ if word.is_number() => read_number_word(lower)?.into(),
        _ if word.has_digit() && is_written() => lower.replace(',', "").parse().ok()?,
        _ => return None,
    };
    // "Half an hour".
    let skipped = usize::from(lower == "half" && matches!(next.lower.as_str(), "a" | "an"));
    let noun = words.get(at + 1 + skipped)?;
    if let Some(minutes) = minutes_of(&noun.lower) {
        let behind = words.get(at + 2 + skipped).map_or("", |word| word.lower.as_str());
        // "Once a day" and "3 per day" are counted elsewhere.
        let rate = matches!(lower, "a" | "an") && matches!(behind, "later" | "ago");
        return (!rate).then_some((amount * minutes, at..at + 2 + skipped, true));
    }
    let counted = !matches!(lower, "a" | "an" | "half" | "one")
        && !noun.is_function()
        && !noun.has_digit()
        && !noun.is_opaque();
    counted.then_some((amount, at..at + 2, false))
}

fn minutes_of(unit: &str) -> Option<f64> {
    const DAY: f64 = 1440.0;
    Some(match unit {
        "second" | "seconds" | "s" => 1.0 / 60.0,
        "minute" | "minutes" | "min" => 1.0,
        "hour" | "hours" | "h" => 60.0,
        "day" | "days" | "d" => DAY,
        "week" | "weeks" => DAY * 7.0,
        "fortnight" => DAY * 14.0,
        "month" | "months" => DAY * 30.4,
        "quarter" => DAY * 91.25,
        "year" | "years" => DAY * 365.0,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::review::word::words;

    fn contradict(first: &str, second: &str) -> bool {
        let values = (value_of(&words(first)), value_of(&words(second)));
        matches!(values, (Some(first), Some(second)) if first.contradicts(&second))
    }

    #[test]
    fn two_values_of_one_thing_contradict_in_other_words_too() {
        assert!(contradict(
            "Pictures stay in the archive for three months",
            "A picture is deleted from the archive after a year"
        ));
        assert!(contradict("The voucher is valid for two years", "A voucher expires after 13 months"));
        assert!(contradict(
            "A lobby holds up to four players per match",
            "At most 5 players are in the lobby of a match"
        ));
        assert!(!contradict("Pictures are kept for a year", "A picture is deleted after 12 months"));
        assert!(!contradict("Pictures are kept for a year", "Letters are deleted after a week"));
        assert!(!contradict("The page answers after 3 seconds", "The page has 5 rows"));
    }
}
