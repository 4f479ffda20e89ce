//! One thing under two spellings.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::check::{Applies, Check, Family, Hit, Touches, read};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::Document;
use crate::domain::review::lexicon::list;
use crate::domain::review::vocabulary::{MOST_LISTS, Marks, Term, known};
use crate::domain::review::word::{Word, words};

/// The check.
pub(super) const CHECK: Check = Check {
    id: "inconsistent-term",
    severity: Severity::Hint,
    family: Family::Ambiguity,
    touches: Touches::Section,
    penalty: 5,
    applies: Applies::Always,
    source: "ISO/IEC/IEEE 29148:2018, 5.2.6 (consistent: the same term for the same item)",
    hint: "choose one spelling",
    question: "",
    bad: "# P\n\n## Scope\n\n- The check-out page shows the total\n- The checkout mails a receipt\n",
    good: "# P\n\n## Scope\n\n- The checkout page shows the total\n- The checkout mails a receipt\n",
    run,
};

/// One way to write a thing.
struct Spelling {
    words: Vec<String>,
    /// The words in one.
    joined: String,
    /// The number of its group.
    group: usize,
}

/// Listed spellings, by their first word.
static SPELLINGS: LazyLock<FxHashMap<String, Vec<Spelling>>> = LazyLock::new(|| {
    let mut by_first: FxHashMap<String, Vec<Spelling>> = FxHashMap::default();
    let lines = include_str!("../words/en-spellings.txt").lines().filter(|line| !line.starts_with('#'));
    for (group, line) in lines.enumerate() {
        for spelling in line.split(',') {
            let parts: Vec<String> = words(spelling).into_iter().map(|word| word.lower.to_string()).collect();
            if let Some(first) = parts.first() {
                let joined = parts.join(" ");
                let of_first = by_first.entry(first.clone()).or_default();
                of_first.push(Spelling { words: parts, joined, group });
            }
        }
    }
    by_first
});

/// Where a spelling stands first, and how often it is used.
#[derive(Debug)]
struct Use {
    span: Range<usize>,
    count: u32,
}

/// Spellings of one thing, by how they are written.
type Uses<'d> = BTreeMap<Cow<'d, str>, Use>;

fn run(document: &Document<'_>) -> Vec<Hit> {
    let mut joined: FxHashMap<String, Uses<'_>> = FxHashMap::default();
    let mut listed: BTreeMap<usize, Uses<'_>> = BTreeMap::new();
    let mut capitals: FxHashMap<String, Uses<'_>> = FxHashMap::default();
    // Two spellings are there only where one of them has a dash, or a capital inside.
    let mut sought = Sought::default();
    for statement in read(document) {
        for word in statement.prose() {
            if statement.signals.compound
                && word.is_compound()
                && word.lower.contains('-')
                && let Some(key) = without_dash(word)
            {
                sought.add(&key);
                sought.add(&format!("{key}s"));
                joined.insert(key.into_owned(), Uses::new());
            }
            if word.has_inner_capital() && mixed(document, word).is_some() {
                let name = without_genitive(&word.lower);
                sought.add(name);
                sought.add(&format!("{name}'s"));
                capitals.insert(name.to_owned(), Uses::new());
            }
        }
    }
    let seeks = !joined.is_empty() || !capitals.is_empty();
    for statement in read(document) {
        let is_listed = statement.may_hold(list!("spelling"));
        if !seeks && !is_listed {
            continue;
        }
        let words = statement.prose();
        for (at, word) in words.iter().enumerate() {
            if seeks && (sought.may_have(word) || word.is_compound()) {
                if let Some((key, uses)) = use_of(word, &mut joined) {
                    note(uses, Cow::Owned(shape(&key, word)), word.span());
                }
                if let Some(text) = mixed(document, word)
                    && let Some(uses) = capitals.get_mut(without_genitive(&word.lower))
                {
                    note(uses, Cow::Borrowed(without_genitive(text)), word.span());
                }
            }
            if is_listed && list!("spelling").has(word) {
                for (spelling, end) in spellings_at(words, at) {
                    let uses = listed.entry(spelling.group).or_default();
                    note(uses, Cow::Borrowed(&spelling.joined), word.start()..end);
                }
            }
        }
    }
    let groups = joined.into_values().chain(listed.into_values()).chain(capitals.into_values());
    let mut hits: Vec<Hit> = groups.filter_map(|uses| conflict(document, &uses)).collect();
    hits.sort_by_key(|hit| hit.span.start);
    hits.dedup_by(|later, first| later.span.start == first.span.start);
    hits
}

/// The words that are looked for, each as one bit: nearly all other words are told from them by it, and without a look at
/// what is known of them.
#[derive(Debug, Default)]
struct Sought(Marks);

impl Sought {
    /// Adds a word in lower case; one that stands in no text needs not be looked for.
    fn add(&mut self, word: &str) {
        if let Some(term) = known(word) {
            self.0.insert(Self::bit(term));
        }
    }

    fn may_have(&self, word: &Word) -> bool {
        self.0.has(Self::bit(word.term))
    }

    /// Each term has its own place in the memory.
    fn bit(term: &Term) -> usize {
        std::ptr::from_ref(term).addr() / size_of::<Term>() % MOST_LISTS
    }
}

fn note<'d>(uses: &mut Uses<'d>, written: Cow<'d, str>, span: Range<usize>) {
    uses.entry(written).or_insert(Use { span, count: 0 }).count += 1;
}

/// The rarer spelling, where there are two; the later one of two that are used as often.
fn conflict(document: &Document<'_>, uses: &Uses<'_>) -> Option<Hit> {
    if uses.len() < 2 {
        return None;
    }
    let usual = uses.values().max_by_key(|one| (one.count, std::cmp::Reverse(one.span.start)))?;
    let other =
        uses.values().filter(|one| one.span != usual.span).min_by_key(|one| (one.count, one.span.start))?;
    let written = |one: &Use| document.text.get(one.span.clone()).unwrap_or_default().to_owned();
    let line = document.line(usual.span.start);
    let message = format!("`{}` here and `{}` in line {line} are one thing", written(other), written(usual));
    Some(Hit::new(other.span.clone(), message))
}

/// The closed form of a word of which there are two spellings, and the uses of these.
fn use_of<'w, 'u, 'd>(
    word: &'w Word,
    joined: &'u mut FxHashMap<String, Uses<'d>>,
) -> Option<(Cow<'w, str>, &'u mut Uses<'d>)> {
    let lower = word.lower.as_str();
    let key = if word.is_compound() && lower.contains('-') {
        without_dash(word)?
    } else {
        // Forms that are no plain word are none of those looked for.
        Cow::Borrowed(lower.strip_suffix('s').unwrap_or(lower))
    };
    if lower.len() < 5 {
        return None;
    }
    let uses = joined.get_mut(key.as_ref())?;
    Some((key, uses))
}

/// The word in its closed form, where it may be one of two spellings with and without a dash; a plural's `s` left out.
fn without_dash(word: &Word) -> Option<Cow<'_, str>> {
    let (first, second) = match word.lower.split_once('-') {
        Some(parts) => parts,
        None => (word.lower.as_str(), ""),
    };
    let plain = |part: &str| {
        part.bytes().all(|byte| byte.is_ascii_alphabetic())
            || !part.is_ascii() && part.chars().all(char::is_alphabetic)
    };
    // `re-sent` and `resent` are two words.
    let fits = plain(first) && plain(second) && first != "re" && word.lower.len() >= 5;
    fits.then(|| match second.strip_suffix('s').unwrap_or(second) {
        "" => Cow::Borrowed(first.strip_suffix('s').unwrap_or(first)),
        second => Cow::Owned(format!("{first}{second}")),
    })
}

/// How a word is written apart from number: its closed form, with a mark where it has a dash.
fn shape(key: &str, word: &Word) -> String {
    format!("{key}{}", if word.lower.contains('-') { "-" } else { "" })
}

fn without_genitive(word: &str) -> &str {
    word.strip_suffix("'s").unwrap_or(word)
}

/// What is written at a word, where it is a name with a capital inside, or one that could have one: `GitHub`, `Github`.
fn mixed<'d>(document: &Document<'d>, word: &Word) -> Option<&'d str> {
    if !word.has_capital() {
        return None;
    }
    let text = document.written(word);
    let name = without_genitive(text);
    let is_mixed = name.len() >= 4
        && name.bytes().all(|byte| byte.is_ascii_alphabetic())
        && name.bytes().any(|byte| byte.is_ascii_lowercase());
    is_mixed.then_some(text)
}

/// The listed spellings that begin at a word, each with the byte of its end.
fn spellings_at(words: &[Word], at: usize) -> impl Iterator<Item = (&'static Spelling, usize)> {
    let known = words.get(at).and_then(|first| {
        let bare = || first.lower.strip_suffix('s').unwrap_or(&first.lower);
        SPELLINGS.get(first.lower.as_str()).or_else(|| SPELLINGS.get(bare()))
    });
    known.into_iter().flatten().filter_map(move |spelling| {
        let found = words.get(at..at + spelling.words.len())?;
        let last = spelling.words.len() - 1;
        let is_same = |(at, (word, part)): (usize, (&Word, &String))| {
            word.lower == *part || at == last && word.lower.strip_suffix('s') == Some(part.as_str())
        };
        found.iter().zip(&spelling.words).enumerate().all(is_same).then_some((spelling, found.last()?.end()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::review::testing::count_of;

    fn hits(text: &str) -> usize {
        let text = format!("# P\n\n## Scope\n\n{text}\n");
        count_of(&CHECK, &text)
    }

    #[test]
    fn the_list_of_first_words_has_every_spelling() {
        for spelling in SPELLINGS.values().flatten().map(|spelling| &spelling.words) {
            for first in [spelling[0].clone(), format!("{}s", spelling[0])] {
                assert!(list!("spelling").has(&Word::new(&first, 0)), "{first}");
            }
        }
    }

    #[test]
    fn finds_two_spellings() {
        for text in [
            "- An e-mail and two emails",
            "- Github and GitHub",
            "- The web site and its website",
            "- The basket holds 5 articles\n- The cart is kept for a day",
            "- The colour of the button\n- The color of the page",
        ] {
            assert_eq!(hits(text), 1, "{text}");
        }
    }

    #[test]
    fn leaves_one_spelling_and_other_words() {
        for text in [
            "- An email and two emails",
            "- GitHub and `github`",
            "- Mail that was re-sent, and what she resent",
            "- Checkout is where shoppers check out",
            "- Export and export, API and Api",
            "- The `check-out` module of the checkout",
        ] {
            assert_eq!(hits(text), 0, "{text}");
        }
    }
}
