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

/// How often a word stands where grammar has no place for it.
fn breaks(masked: &str, words: &[Word]) -> usize {
    let (article, after_article) = (list!("article"), list!("not-after-article"));
    let (preposition, after_preposition) = (list!("preposition"), list!("not-after-preposition"));
    let (exceptions, at_end) = (list!("an-exceptions"), list!("not-at-end"));
    let mut breaks = 0;
    for (at, word) in words.iter().enumerate() {
        let next = words.get(at + 1);
        // Only words that bind another, all function words, and those that stand twice can break anything.
        if !word.is_function() && next.is_none_or(|next| next.term != word.term) {
            continue;
        }
        let clashes = next.filter(|next| !next.is_opaque()).is_some_and(|next| {
            let wrong_article = match word.lower.as_str() {
                "a" => next.lower.starts_with(['a', 'e', 'i', 'o', 'u']) && !exceptions.has(next),
                "an" => {
                    next.lower.starts_with(|c: char| c.is_ascii_lowercase() && !"aeiou".contains(c))
                        && !exceptions.has(next)
                }
                _ => false,
            };
            (article.has(word) && after_article.has(next))
                || (preposition.has(word) && after_preposition.has(next))
                || wrong_article
                || word.term == next.term && word.lower.len() > 1
        });
        let needs_another = at_end.has(word);
        if !clashes && !needs_another {
            continue;
        }
        let gap = masked.get(word.end()..next.map_or(masked.len(), |next| next.start())).unwrap_or_default();
        let follows = next.is_some() && gap.chars().all(|c| c.is_whitespace() || c == '*');
        let closes = next.is_none() || gap.trim_start_matches('*').starts_with(['.', '!', '?']);
        let dangles = !follows && closes && needs_another && !gap.contains(['…', ':', '/']);
        breaks += usize::from(follows && clashes || dangles);
    }
    breaks
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
    fn what_binds_another_word_is_a_function_word() {
        let entries = include_str!("words/en.txt");
        for name in ["article", "preposition", "not-at-end"] {
            let own = entries.split(&format!("[{name}]\n")).nth(1).unwrap().split('[').next().unwrap();
            let bound = words(own).into_iter().filter(|word| list(name).has(word));
            let free: Vec<&str> =
                bound.filter(|word| !word.is_function()).map(|word| word.term.lower.as_str()).collect();
            assert!(free.is_empty(), "{name}: {free:?}");
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
