//! How text that is no language is told from text that is.

use super::document::StatementKind;
use super::lexicon::list;
use super::word::Word;

/// How much words are like language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reading {
    /// Words in a row: nobody would write them.
    Filler,
    /// Few words that join the others: notes, or names in a row. A text of nothing else is filler.
    Thin,
    /// Language.
    Sound,
}

/// Tells words that follow each other without grammar, and strings of names, from language.
///
/// Three tests that no real sentence fails often: an article or preposition is followed by something that can
/// follow it, a sentence does not end with a word that needs another, and a long sentence has words or marks
/// that join its others. `words` are those of `masked`.
#[must_use]
pub fn reading(masked: &str, words: &[Word], kind: &StatementKind) -> Reading {
    let count = words.len();
    if count < 4 {
        return Reading::Sound;
    }
    if breaks(masked, words) * 12 >= count {
        return Reading::Filler;
    }
    // Names and code stand for words that join; numbers between nouns join nothing.
    let (mut joined, mut opaque, mut numbers) = (0, 0, 0);
    for word in words {
        joined += usize::from(word.is_function());
        opaque += usize::from(word.is_opaque());
        numbers += usize::from(word.has_digit());
    }
    let concrete = opaque + numbers.min(count / 10 + 1);
    let enough = match kind {
        StatementKind::Prose => count < 8 || (joined + concrete) * 100 >= count * 14,
        StatementKind::Item { .. } => count < 7 || joined + opaque > 0,
        StatementKind::Row { .. } => count < 14 || joined + concrete > 0,
        StatementKind::Code { .. } => true,
    };
    let has_marks = || {
        let inner = masked.trim_end_matches(|c: char| !c.is_alphanumeric());
        inner.contains([',', ';', ':', '(', '→', '—', '–', '|', '&', '+'])
    };
    if enough {
        Reading::Sound
    } else if count >= 9 && joined + opaque == 0 && !has_marks() {
        Reading::Filler
    } else {
        Reading::Thin
    }
}

/// How often a word stands where grammar has no place for it: only words that bind another, and those that stand twice, can.
fn breaks(masked: &str, words: &[Word]) -> usize {
    let mut breaks = 0;
    for (at, word) in words.iter().enumerate() {
        let next = words.get(at + 1);
        if !word.binds() && next.is_none_or(|next| next.term != word.term) {
            continue;
        }
        let gap = masked.get(word.end()..next.map_or(masked.len(), Word::start)).unwrap_or_default();
        let follows = gap == " " || gap.chars().all(|c| c.is_whitespace() || c == '*');
        breaks += usize::from(match next.filter(|_| follows) {
            Some(next) => clash(word, next),
            None => dangles(word, gap, next.is_none()),
        });
    }
    breaks
}

/// True where the second of two words cannot follow the first.
fn clash(word: &Word, next: &Word) -> bool {
    let exceptions = list!("an-exceptions");
    let is_wrong_article = || match word.lower.as_str() {
        "a" => next.lower.starts_with(['a', 'e', 'i', 'o', 'u']) && !exceptions.has(next),
        "an" => {
            next.lower.starts_with(|c: char| c.is_ascii_lowercase() && !"aeiou".contains(c))
                && !exceptions.has(next)
        }
        _ => false,
    };
    !next.is_opaque()
        && ((list!("article").has(word) && (list!("not-after-article").has(next) || is_wrong_article()))
            || (list!("preposition").has(word) && list!("not-after-preposition").has(next))
            || word.term == next.term && word.lower.len() > 1)
}

/// True for a word that needs another where its sentence ends; `gap` is what stands behind it.
fn dangles(word: &Word, gap: &str, is_last: bool) -> bool {
    let closes = is_last || gap.trim_start_matches('*').starts_with(['.', '!', '?']);
    closes && list!("not-at-end").has(word) && !gap.contains(['…', ':', '/'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::review::word::words;

    fn reads(text: &str) -> bool {
        reading(text, &words(text), &StatementKind::Prose) == Reading::Sound
    }

    #[test]
    fn tells_language_from_words_in_a_row() {
        for text in [
            "Shoppers wait four minutes for a receipt because mails are sent by hand.",
            "The service keeps what it was told, and an hour later it forgets.",
            "A user with an HTTP client and a one-time token can read it.",
        ] {
            assert!(reads(text), "{text}");
        }
        for text in [
            "Banana river quickly mountain table purple engine window garden stone cloud paper.",
            "The of receipt and mails an wait the is for.",
            "Orders the by because sent a are hand minutes of.",
        ] {
            assert!(!reads(text), "{text}");
        }
    }

    #[test]
    fn an_article_stands_before_the_vowel_it_is_made_for() {
        assert!(list("article").has(&Word::new("a", 0)) && list("article").has(&Word::new("an", 0)));
        for (text, found) in [("a apple", 1), ("an pear", 1), ("an apple and a pear", 0), ("an SSL key", 0)] {
            assert_eq!(breaks(text, &words(text)), found, "{text}");
        }
    }

    #[test]
    fn notes_are_thin_and_no_filler() {
        for text in [
            "**Tradeoffs**: Integration tests require network access, CI needs secrets.",
            "Docker Postgres adds CI complexity, startup time, flaky builds.",
        ] {
            assert_eq!(reading(text, &words(text), &StatementKind::Prose), Reading::Thin, "{text}");
        }
        let names = "banana river table engine window garden stone cloud paper purple";
        assert_eq!(reading(names, &words(names), &StatementKind::Prose), Reading::Filler);
    }
}
