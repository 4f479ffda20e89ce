//! An abbreviation or code that the text never spells out, and that not everybody knows.

use std::collections::{BTreeMap, HashSet};
use std::iter;
use std::ops::Range;

use rustc_hash::FxHashSet;

use super::check::{Applies, Check, Family, Hit, Touches, read};
use crate::domain::model::finding::Severity;
use crate::domain::review::coined::{coined, is_told};
use crate::domain::review::document::{Document, Statement};
use crate::domain::review::lexicon::{list, lists};
use crate::domain::review::topic::Topic;
use crate::domain::review::vocabulary::{Term, term};
use crate::domain::review::word::Word;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "undefined-term",
    severity: Severity::Hint,
    family: Family::Ambiguity,
    touches: Touches::Dimensions(&["scope"]),
    penalty: 5,
    applies: Applies::Always,
    source: "ISO/IEC/IEEE 29148:2018, 5.2.5 (unambiguous) and 9.5 (terms and abbreviations)",
    hint: "spell it out where it stands first, or define it under `Terms`",
    question: "",
    bad: "# P\n\n## Scope\n\n- The FQZ writes one row for each order\n",
    good: "# P\n\n## Scope\n\n- The freight quote zone (FQZ) writes one row for each order\n",
    run,
};

/// The shortest and the longest abbreviation: two letters are too often something else.
const LENGTHS: Range<usize> = 3..7;

/// The longest name that may be an ordinary word, too.
const LONGEST_NAME: usize = 12;

fn run(document: &Document<'_>) -> Vec<Hit> {
    let mut first: BTreeMap<&str, Range<usize>> = BTreeMap::new();
    for statement in read(document).filter(|statement| !statement.is_about(Topic::Other)) {
        for range in &statement.sentences {
            let sentence = statement.prose().get(range.clone()).unwrap_or_default();
            for (at, word) in sentence.iter().enumerate().filter(|(_, word)| word.has_capital()) {
                let in_capitals = || abbreviation(document, word).or_else(|| code_of(document, sentence, at));
                let found = if word.has_inner_capital() { in_capitals() } else { None };
                let found = found.or_else(|| coined(document, sentence, at));
                if let Some((name, span)) = found
                    && !is_shouted(document, sentence, at)
                    && !is_of_people(sentence, at)
                {
                    first.entry(name).or_insert(span);
                }
            }
        }
    }
    let known = lists!("function", "well-known", "emphasis", "name");
    first.retain(|name, span| !Word::new(name, span.start).having.is.meets(known));
    if first.is_empty() {
        return Vec::new();
    }
    let own = own_names(document, &first);
    first.retain(|name, _| {
        !own.contains(&name.to_lowercase()) && (is_in_capitals(name) || !is_told(document, name))
    });
    let defined = defined(document, &first);
    let mut hits: Vec<Hit> = first
        .into_iter()
        .filter(|(name, _)| !defined.contains(name))
        .map(|(name, span)| Hit::new(span, format!("`{name}` is spelled out nowhere in this text")))
        .collect();
    hits.sort_by_key(|hit| hit.span.start);
    hits
}

/// True for a word that begins with two capitals.
fn is_in_capitals(text: &str) -> bool {
    text.len() > 1 && text.bytes().take(2).all(|byte| byte.is_ascii_uppercase())
}

/// The abbreviation that a word is: capital letters only, a plural's `s` left out. Of a class or mark with a number of
/// one or two digits, `FNP-2`, the letters.
fn abbreviation<'d>(document: &Document<'d>, word: &Word) -> Option<(&'d str, Range<usize>)> {
    let text = Some(document.written(word)).filter(|text| is_in_capitals(text))?;
    if let Some((letters, number)) = text.split_once('-') {
        let digits = number.chars().take_while(char::is_ascii_digit).count();
        let rest = number.get(digits..).unwrap_or_default();
        let fits = (2..LENGTHS.end).contains(&letters.len())
            && letters.chars().all(|c| c.is_ascii_uppercase())
            && (1..3).contains(&digits)
            && rest.len() < 2
            && rest.chars().all(|c| c.is_ascii_lowercase());
        return fits.then_some((letters, word.start()..word.start() + letters.len()));
    }
    let name = text.strip_suffix("'s").or_else(|| text.strip_suffix('s')).unwrap_or(text);
    let fits = LENGTHS.contains(&name.len()) && name.chars().all(|c| c.is_ascii_uppercase());
    fits.then_some((name, word.start()..word.start() + name.len()))
}

/// The letters of a code with a small number, inside of a sentence: `FNP-2`, `GV-17b`. A requirement's own number stands
/// at the beginning or in brackets, and a ticket's number is longer.
fn code_of<'d>(document: &Document<'d>, sentence: &[Word], at: usize) -> Option<(&'d str, Range<usize>)> {
    let word = sentence.get(at).filter(|_| at > 0)?;
    let text = Some(document.written(word)).filter(|text| is_in_capitals(text))?;
    let (letters, number) = text.split_once('-')?;
    let digits = number.bytes().take_while(u8::is_ascii_digit).count();
    let tail = number.get(digits..)?;
    let suffix = tail.len() == 1 && tail.chars().all(|c| c.is_ascii_lowercase());
    let fits = letters.chars().all(|c| c.is_ascii_uppercase())
        && (1..3).contains(&digits)
        && (LENGTHS.contains(&letters.len()) && tail.is_empty() || (2..7).contains(&letters.len()) && suffix);
    let lower = Word::new(letters, word.start());
    let before = document.text.get(..word.start())?.trim_end();
    let refers = before.ends_with(['(', '[', ',', ':', '/'])
        || list!("numbered").has(&lower)
        || list!("well-known").has(&lower);
    let own = document.prd.id.to_string().starts_with(letters);
    (fits && !refers && !own).then_some((text, word.span()))
}

/// True where a neighbour is a word of capitals too: a title, or emphasis.
fn is_shouted(document: &Document<'_>, sentence: &[Word], at: usize) -> bool {
    let neighbours = [at.checked_sub(1), at.checked_add(1)];
    neighbours.into_iter().flatten().filter_map(|at| sentence.get(at)).any(|word| {
        let text = document.written(word);
        text.len() > 1 && text.chars().all(|c| c.is_uppercase())
    })
}

/// True for the name of a team: "the SUP team".
fn is_of_people(sentence: &[Word], at: usize) -> bool {
    let next = sentence.get(at + 1).map_or("", |word| word.lower.as_str());
    matches!(next, "team" | "teams" | "squad" | "guild" | "group" | "department")
}

/// Names that need no definition: the repository's prefix, teams, and those wanted ones that the text writes in small
/// letters too.
fn own_names(document: &Document<'_>, wanted: &BTreeMap<&str, Range<usize>>) -> FxHashSet<String> {
    let wanted: Vec<&Term> = wanted.keys().map(|name| term(name)).collect();
    let mut names: FxHashSet<String> = FxHashSet::default();
    let mut add = |text: &str| {
        let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
        names.extend(parts.map(str::to_lowercase));
    };
    add(&document.prd.id.to_string());
    document.prd.teams.iter().for_each(|team| add(team.as_str()));
    document.prd.fields.iter().for_each(|field| add(&field.value));
    for word in document.statements.iter().flat_map(|statement| &statement.words) {
        if wanted.contains(&word.term)
            && document.written(word) == word.lower
            && (LENGTHS.start..LONGEST_NAME).contains(&word.lower.len())
        {
            names.insert(word.lower.to_string());
        }
    }
    names
}

/// Which of the abbreviations are defined: in brackets behind their words, before their words in brackets, in a
/// sentence or row of the terms, or by words in a row with these initials.
fn defined<'d>(document: &Document<'d>, wanted: &BTreeMap<&'d str, Range<usize>>) -> HashSet<&'d str> {
    let mut found: HashSet<&str> = HashSet::new();
    // `(ABC)` and `(ABC, …`, in headings and table headers too; `ABC (…` and `ABC = …`.
    let text = document.text;
    for (at, _) in text.match_indices('(') {
        let rest = text.get(at + 1..).unwrap_or_default().trim_start_matches(['*', '_', '"', '“', '`']);
        let length = rest.bytes().take_while(u8::is_ascii_uppercase).count();
        let end = rest.get(length..).unwrap_or_default().trim_start_matches('s');
        let closes = end.starts_with([')', ',', ';', '*', '_', '"', '”', '`']);
        found.extend(rest.get(..length).filter(|_| closes).and_then(|name| key(wanted, name)));
    }
    for statement in &document.statements {
        for word in statement.words.iter().filter(|word| word.has_inner_capital()) {
            let Some((name, span)) = abbreviation(document, word) else { continue };
            let Some(name) = key(wanted, name) else { continue };
            let rest = text.get(span.end..).unwrap_or_default().trim_start_matches(['*', '_', '`', ' ', 's']);
            let told = ["(", "=", "means ", "stands for ", "is short for ", "refers to "];
            let opens = statement.words.first().is_some_and(|first| first.start() == word.start());
            // `FR-2` at the beginning of a statement is its own number.
            let is_number = opens && document.text.get(span.end..span.end + 1) == Some("-");
            let entry = opens && rest.starts_with([':', '—', '–', '-', '|']);
            if told.iter().any(|mark| rest.starts_with(mark))
                || entry
                || is_number
                || opens && statement.is_about(Topic::Terms)
            {
                found.insert(name);
            }
        }
    }
    let open = wanted.keys().filter(|name| LENGTHS.contains(&name.len()) && !found.contains(*name));
    let open: Vec<&str> = open.copied().collect();
    if !open.is_empty() {
        let initials = initials(document);
        found.extend(open.into_iter().filter(|name| initials.contains(name)));
    }
    found
}

/// The first letters of all words, and of their parts, in capitals; a dot between any two texts and for what is no letter.
fn initials(document: &Document<'_>) -> String {
    let headings = document.sections.iter().map(|section| section.words.as_slice());
    let statements = document.statements.iter().map(|statement: &Statement| statement.words.as_slice());
    let mut initials = String::with_capacity(document.text.len() / 4);
    for words in statements.chain(headings) {
        for word in words {
            let parts = if word.is_compound() { word.lower.as_str() } else { "" }.split(['-', '/']).skip(1);
            let letters = iter::once(word.lower.as_str()).chain(parts);
            for first in letters.filter_map(|part| part.as_bytes().first()) {
                initials.push(if first.is_ascii_lowercase() {
                    first.to_ascii_uppercase().into()
                } else {
                    '.'
                });
            }
        }
        initials.push('.');
    }
    initials
}

fn key<'d>(wanted: &BTreeMap<&'d str, Range<usize>>, name: &str) -> Option<&'d str> {
    wanted.get_key_value(name).map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use crate::domain::review::testing::count_of;

    fn hits(text: &str) -> usize {
        let text = format!("# P\n\n**Team**: WQT\n\n## Scope\n\n{text}\n");
        count_of(&super::CHECK, &text)
    }

    #[test]
    fn one_finding_for_each_unknown_abbreviation() {
        assert_eq!(hits("- The FQZ calls the FQZ and two QVXs"), 2);
        assert_eq!(hits("- Notices are kept as GV-17b"), 1);
    }

    #[test]
    fn knows_definitions_and_what_is_no_abbreviation() {
        for text in [
            "- The API returns JSON",
            "- The FQZ writes rows\n\n## Freight quote zone (FQZ)",
            "- The FQZ (freight quote zone) writes rows",
            "- The FQZ writes rows\n- A freight quote zone holds prices",
            "- The FQZ writes rows\n\n## Glossary\n\n- **FQZ**: what holds the prices",
            "- The FQZ writes rows\n\n## Terms\n\n| Term | Meaning |\n| --- | --- |\n| FQZ | prices |",
            "- The WQT is asked",
            "- The FQZ team is asked",
            "- SVC-001 and `FQZ` and \"FQZ\" are names",
            "- It is NOT DONE until all agree",
            "- FR-2 holds\n- FR-2: the page opens",
            "- SHA-256 and UTF-8 and JRA-1234",
            "- It is EMPTY, and empty it stays",
        ] {
            assert_eq!(hits(text), 0, "{text}");
        }
    }
}
