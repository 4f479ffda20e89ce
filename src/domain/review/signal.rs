//! What a statement shows, told by its words: a number, a measure, code, an entry of a word list.

use super::document::Statement;
use super::lexicon::{Lexicon, list, marks_in, marks_of_lists};
use super::vocabulary::Marks;
use super::word::Word;

/// What the words of a statement are, read once.
#[derive(Debug, Clone, Copy)]
pub struct WordsRead {
    /// The word lists of which an entry may stand among the words: see [`marks_in`].
    pub lists: Marks,
    /// True where a word has a digit.
    pub number: bool,
    /// True where a word is a small number in letters.
    pub spelled: bool,
    /// True where a word is joined of several.
    pub compound: bool,
    /// See [`has_measure`].
    pub measure: bool,
    /// See [`has_percentile`].
    pub percentile: bool,
}

impl WordsRead {
    /// Reads all words of a statement and those among them that are read for wording.
    #[must_use]
    pub fn of(words: &[Word], prose: &[Word]) -> Self {
        let mut lists = marks_in(words);
        lists.add(&marks_in(prose));
        let (mut number, mut spelled, mut compound, mut percentile) = (false, false, false, false);
        for word in words {
            number |= word.has_digit();
            spelled |= word.is_number();
            compound |= word.is_compound();
            percentile |= word.is_percentile();
        }
        Self { lists, number, spelled, compound, measure: number && has_measure(words), percentile }
    }
}

/// Something that a statement may show.
#[derive(Debug, Clone, Copy)]
pub enum Signal {
    /// A number.
    Number,
    /// A number with a unit.
    Measure,
    /// A percentile.
    Percentile,
    /// Code, in its text or a block of it.
    Code,
    /// A block of code.
    Block,
    /// An entry of a word list.
    List(&'static Lexicon),
}

impl Signal {
    /// The signal of a name: `#number`, `#measure`, `#percentile`, `#code`, `#block`, or a list's name.
    #[must_use]
    pub fn of(name: &str) -> Self {
        match name {
            "#number" => Self::Number,
            "#measure" => Self::Measure,
            "#percentile" => Self::Percentile,
            "#code" => Self::Code,
            "#block" => Self::Block,
            _ => Self::List(list(name)),
        }
    }

    /// Its word list.
    const fn list(&self) -> Option<&'static Lexicon> {
        match self {
            Self::List(list) => Some(*list),
            Self::Number | Self::Measure | Self::Percentile | Self::Code | Self::Block => None,
        }
    }

    /// True where a statement shows it.
    #[must_use]
    pub fn is_met(self, statement: &Statement) -> bool {
        match self {
            Self::Number => statement.signals.number,
            Self::Measure => statement.signals.measure,
            Self::Percentile => statement.signals.percentile,
            Self::Code => statement.is_code || statement.prose().iter().any(|word| word.is_opaque()),
            Self::Block => statement.is_code,
            Self::List(list) => statement.mentions(list),
        }
    }
}

/// Signals of which one is enough.
#[derive(Debug)]
pub(super) struct Signals {
    pub(super) all: Vec<Signal>,
    /// Those of them that are word lists.
    lists: Marks,
    /// True where all are numbered word lists.
    are_lists: bool,
}

impl Signals {
    /// The signals of some names.
    pub(super) fn of(names: &[&str]) -> Self {
        let all: Vec<Signal> = names.iter().map(|name| Signal::of(name)).collect();
        let lists = marks_of_lists(all.iter().filter_map(|signal| signal.list()));
        let are_lists = all.iter().all(|signal| signal.list().is_some_and(Lexicon::is_numbered));
        Self { all, lists, are_lists }
    }

    /// True where a statement meets one of them, or there are none.
    pub(super) fn are_met(&self, statement: &Statement) -> bool {
        let may_be_met = !self.are_lists || self.lists.meets(&statement.signals.lists);
        self.all.is_empty() || may_be_met && self.all.iter().any(|signal| signal.is_met(statement))
    }
}

/// True where a statement meets one of the signals, or there are none; see [`Signal::of`] for their names.
#[must_use]
pub fn meets_any(statement: &Statement, signals: &[&str]) -> bool {
    signals.is_empty() || signals.iter().any(|signal| meets(statement, signal))
}

/// True where a statement meets a signal; see [`Signal::of`] for its name.
#[must_use]
pub fn meets(statement: &Statement, signal: &str) -> bool {
    Signal::of(signal).is_met(statement)
}

/// True where a number stands with a unit: `200 ms`, `5 %`, `99.9%`, `300ms`, `10 requests`, `per cent`.
#[must_use]
pub fn has_measure(words: &[Word]) -> bool {
    let units = list!("measure-unit");
    words.iter().enumerate().any(|(at, word)| {
        if !word.has_digit() || !word.lower.starts_with(|c: char| c.is_ascii_digit()) {
            return false;
        }
        let tail =
            word.lower.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-'));
        let near = words.get(at + 1..(at + 4).min(words.len())).unwrap_or_default();
        let is_unit = |part: &str| units.has(&Word::new(part, 0));
        let is_near =
            |word: &Word| units.has(word) || word.is_compound() && word.lower.split('/').any(is_unit);
        tail.split('/').next().is_some_and(|unit| !unit.is_empty() && is_unit(unit))
            || near.iter().any(is_near)
            || near.windows(2).any(|pair| pair[0].lower == "per" && pair[1].lower == "cent")
            || at
                .checked_sub(1)
                .and_then(|at| words.get(at))
                .is_some_and(|before| matches!(before.lower.as_str(), "€" | "$" | "£" | "eur" | "usd"))
    })
}

/// True for `p95`, `P99.9`, `95th percentile`, `median`.
#[must_use]
pub fn has_percentile(words: &[Word]) -> bool {
    words.iter().any(|word| word.is_percentile())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::review::word::words;

    #[test]
    fn finds_measures_and_percentiles() {
        for text in
            ["under 200 ms", "99.9%", "5 per cent", "300ms", "at 300 requests/s", "€ 40", "3 working days"]
        {
            assert!(has_measure(&words(text)), "{text}");
        }
        for text in ["version 2", "section 3.1", "no number", "ms"] {
            assert!(!has_measure(&words(text)), "{text}");
        }
        assert!(has_percentile(&words("p95 under")) && has_percentile(&words("the 99th percentile")));
        assert!(!has_percentile(&words("p1 and people")));
    }
}
