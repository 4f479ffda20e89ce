//! Two values for one quantity.

use std::collections::BTreeSet;
use std::ops::Range;

use rustc_hash::FxHashMap;

use super::check::{Applies, Check, Family, Hit, Touches, read, span_of};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::{Document, Statement, StatementKind};
use crate::domain::review::laid_down::{self, may_lay_down, value_of};
use crate::domain::review::lexicon::list;
use crate::domain::review::meaning::stem;
use crate::domain::review::meaning::{meanings, meant};
use crate::domain::review::topic::Topic;
use crate::domain::review::word::Word;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "contradicting-number",
    severity: Severity::Warning,
    family: Family::Consistency,
    touches: Touches::Section,
    penalty: 20,
    applies: Applies::Always,
    source: "ISO/IEC/IEEE 29148:2018, 5.2.6 (consistent)",
    hint: "write the value that holds in both places, or say in which case each holds",
    question: "Which of the two values holds?",
    bad: "# P\n\n## Scope\n\n- The session timeout is 30 minutes\n\n## Acceptance Criteria\n\n- [ ] A session timeout of 15 minutes ends the session\n",
    good: "# P\n\n## Scope\n\n- The session timeout is 30 minutes\n\n## Acceptance Criteria\n\n- [ ] A session timeout of 1800 s ends the session\n",
    run,
};

/// Sections that speak of other values than those that will hold.
const ELSEWHERE: [Topic; 6] =
    [Topic::Problem, Topic::Alternatives, Topic::OutOfScope, Topic::Risks, Topic::Calibration, Topic::Other];

/// Stems of words that name no quantity of the whole document: each section may have a request timeout of its own.
const SAYS_LITTLE: [&str; 18] = [
    "reques", "call", "connec", "read", "write", "respon", "http", "page", "query", "rate", "time", "size",
    "file", "messag", "retry", "total", "body", "payloa",
];

/// Sections whose sentences hold nowhere else.
const NEVER: [Topic; 4] = [Topic::Alternatives, Topic::OutOfScope, Topic::Calibration, Topic::Other];

/// Between a quantity and its value there are at most this many words.
const NEAR: usize = 5;

/// Rates beyond which nobody compares each with each.
const MOST_RATES: usize = 200;

/// What is measured, in which section where its name says little, and in which unit.
type Key = (String, Option<usize>, &'static str);

/// A value of a quantity.
struct Value {
    /// In the smallest unit of its kind.
    amount: f64,
    line: usize,
    written: String,
}

fn run(document: &Document<'_>) -> Vec<Hit> {
    let mut known: FxHashMap<Key, Value> = FxHashMap::default();
    let mut rates: Vec<(BTreeSet<&str>, Value)> = Vec::new();
    let mut laid_down: Vec<(laid_down::Value, Value)> = Vec::new();
    let mut hits = Vec::new();
    for statement in read(document) {
        let elsewhere = ELSEWHERE.iter().any(|topic| statement.is_about(*topic));
        let denied = NEVER.iter().any(|topic| statement.is_about(*topic));
        let lays_down = !elsewhere && may_lay_down(statement);
        // A quantity and its value stand in two cells of one row.
        let whole = 0..statement.prose().len();
        let parts = match statement.kind {
            StatementKind::Row { .. } => std::slice::from_ref(&whole),
            StatementKind::Prose | StatementKind::Item { .. } | StatementKind::Code { .. } => {
                &statement.sentences
            }
        };
        for words in parts.iter().filter_map(|range| statement.prose().get(range.clone())) {
            let is_counted = statement.signals.number && words.iter().any(Word::has_digit);
            let is_told = is_counted && !denied;
            let same = if is_told { same_sentence(statement, words) } else { None };
            let rate = if is_told { rate(words) } else { None };
            if let Some((name, amount, place)) = rate {
                let span = span_of(words.get(place.clone()).unwrap_or_default());
                let written = document.text.get(span.clone()).unwrap_or_default().to_owned();
                let varies = words.get(..place.start).is_some_and(|head| list!("varies").is_in(head));
                let other = rates.iter().find(|(known, value)| {
                    is_alike(known, &name) && (value.amount - amount).abs() > amount * 1e-9
                });
                if let Some((_, first)) = other.filter(|_| !varies) {
                    hits.push(Hit::new(span, contradicts(&written, first)));
                } else if !varies && rates.len() < MOST_RATES {
                    rates.push((name, Value { amount, line: statement.line, written }));
                }
            }
            let value = if lays_down { value_of(words) } else { None };
            let value = value.filter(|_| !is_of_a_case(words));
            if let Some(value) = value {
                let span = span_of(words.get(value.place.clone()).unwrap_or_default());
                let written = document.text.get(span.clone()).unwrap_or_default().to_owned();
                match laid_down.iter().find(|(known, _)| known.contradicts(&value)) {
                    Some((_, first)) => hits.push(Hit::new(span, contradicts(&written, first))),
                    None if laid_down.len() < MOST_RATES => {
                        let amount = value.amount;
                        laid_down.push((value, Value { amount, line: statement.line, written }));
                    }
                    None => {}
                }
            }
            let named =
                if elsewhere || !is_counted { Vec::new() } else { quantities(document, statement, words) };
            for (key, amount, place) in named.into_iter().chain(same) {
                let span = span_of(words.get(place).unwrap_or_default());
                let written = document.text.get(span.clone()).unwrap_or_default().to_owned();
                match known.get(&key) {
                    Some(first) if (first.amount - amount).abs() > first.amount.abs() * 1e-9 => {
                        let message = contradicts(&written, first);
                        if hits.last().is_none_or(|hit: &Hit| hit.span != span) {
                            hits.push(Hit::new(span, message));
                        }
                    }
                    Some(_) => {}
                    None => {
                        known.insert(key, Value { amount, line: statement.line, written });
                    }
                }
            }
        }
    }
    hits.sort_by_key(|hit: &Hit| hit.span.start);
    hits.dedup_by(|later, first| later.span.start < first.span.end);
    hits
}

/// True for words that give the value to a case: "for guests", and "from 3 to 5", but not "gone from the archive".
fn is_of_a_case(words: &[Word]) -> bool {
    list!("varies").all_in(words).any(|range| {
        let from = words.get(range.start).is_some_and(|word| word.lower == "from");
        !from || words.get(range.end).is_some_and(Word::has_digit)
    })
}

fn contradicts(written: &str, first: &Value) -> String {
    format!("`{written}` here, and `{}` for the same in line {}", first.written, first.line)
}

/// A sentence with one number and its unit as a quantity: what all its other words mean is its name, whatever their
/// order and form.
fn same_sentence(statement: &Statement, words: &[Word]) -> Option<(Key, f64, Range<usize>)> {
    const FEWEST: usize = 3;
    let mut numbers = (0..words.len()).filter(|at| words.get(*at).is_some_and(Word::has_digit));
    let (at, None) = (numbers.next()?, numbers.next()) else { return None };
    let is_row = matches!(statement.kind, StatementKind::Row { .. });
    if is_row || words.iter().any(Word::is_opaque) {
        return None;
    }
    let digits = words.get(at)?.lower.as_str();
    let (amount, end) = match measure_at(words, at) {
        Some(measure) => (measure.amount, measure.end),
        None => {
            // Any other unit is a word behind the number.
            let unit = words.get(at + 1).filter(|unit| list!("further-unit").has(unit))?;
            (digits.replace(',', "").parse().ok().filter(|_| !unit.lower.is_empty())?, at + 2)
        }
    };
    let negation = list!("negation");
    let (before, behind) = (words.get(..at)?, words.get(end..).unwrap_or_default());
    let mut name: BTreeSet<&str> = meant(before).chain(meant(behind)).collect();
    let few = name.len() < FEWEST;
    let rest = before.iter().chain(behind);
    name.extend(rest.filter(|word| negation.has(word) || is_side(word)).map(|word| word.lower.as_str()));
    let name: Vec<&str> = name.into_iter().collect();
    (!few).then(|| ((name.join(" "), None, "sentence"), amount, at..end))
}

/// True for a small word that turns a sentence into another one: "before", "most".
fn is_side(word: &Word) -> bool {
    matches!(
        word.lower.as_str(),
        "before"
            | "after"
            | "most"
            | "least"
            | "more"
            | "less"
            | "over"
            | "under"
            | "above"
            | "below"
            | "from"
            | "until"
            | "to"
            | "if"
            | "unless"
            | "during"
            | "per"
    )
}

/// How often something is done, "tries to upload every 15 seconds": the verbs and things before it are its name.
fn rate(words: &[Word]) -> Option<(BTreeSet<&str>, f64, Range<usize>)> {
    let at = words.windows(2).position(|pair| pair[1].has_digit() && pair[0].lower == "every")?;
    let measure = measure_at(words, at + 1).filter(|measure| measure.kind == "time")?;
    let mut numbers = words.iter().filter(|word| word.has_digit());
    let (Some(_), None) = (numbers.next(), numbers.next()) else { return None };
    let name = meanings(words.get(..at)?);
    (name.len() > 2).then_some((name, measure.amount, at + 1..measure.end))
}

/// True where two names are mostly of the same words.
fn is_alike(first: &BTreeSet<&str>, second: &BTreeSet<&str>) -> bool {
    let both = first.intersection(second).count();
    let all = first.union(second).count();
    both > 2 && both * 5 >= all * 3
}

/// The quantities of a sentence with their values, where it names one and does not compare.
fn quantities(
    document: &Document<'_>,
    statement: &Statement,
    words: &[Word],
) -> Vec<(Key, f64, Range<usize>)> {
    let nouns = list!("quantity");
    if !statement.may_hold(nouns) {
        return Vec::new();
    }
    let measures: Vec<(usize, Measure)> =
        (0..words.len()).filter_map(|at| Some((at, measure_at(words, at)?))).collect();
    let varies = list!("varies");
    // Two values in one sentence are before and after, or a range.
    let [(at, measure)] = measures.as_slice() else { return Vec::new() };
    if varies.is_in(&statement.words) || is_limited(document, words, measure.end) {
        return Vec::new();
    }
    let from = at.saturating_sub(NEAR + 1);
    let Some(noun) = (from..*at).rev().find(|at| words.get(*at).is_some_and(|word| nouns.has(word))) else {
        return Vec::new();
    };
    let between = words.get(noun + 1..*at).unwrap_or_default();
    if !between.iter().all(|word| list!("quantity-link").has(word)) {
        return Vec::new();
    }
    let run = words.get(..noun).unwrap_or_default().iter().rev();
    let mut name: Vec<String> = run
        .take(3)
        .take_while(|word| !word.is_function() && !word.is_opaque() && !word.has_digit())
        .take_while(|word| {
            let gap = document.text.get(word.end()..word.end() + 1).unwrap_or_default();
            gap.trim().is_empty()
        })
        .map(|word| stem(&word.lower))
        .collect();
    let Some(nearest) = name.first() else { return Vec::new() };
    let says_little = name.len() == 1 && SAYS_LITTLE.contains(&nearest.as_str());
    name.reverse();
    let Some(head) = words.get(noun) else { return Vec::new() };
    let bound = if between
        .iter()
        .any(|word| matches!(word.lower.as_str(), "least" | "minimum" | "min" | "above" | "over"))
    {
        " (at least)"
    } else {
        ""
    };
    let name = format!("{} {}{bound}", name.join(" "), stem(&head.lower));
    let section = if says_little { statement.heading } else { None };
    vec![((name, section, measure.kind), measure.amount, *at..measure.end)]
}

/// True where the value is told to hold for something only: "30 minutes for guests".
fn is_limited(document: &Document<'_>, words: &[Word], end: usize) -> bool {
    let limits = list!("limits");
    let (last, next) = (end.checked_sub(1).and_then(|at| words.get(at)), words.get(end));
    let gap = last.zip(next).map(|(last, next)| document.between(last, next));
    next.is_some_and(|word| limits.has(word)) || gap.is_some_and(|gap| gap.contains(['(', '/', '–', '-']))
}

/// A number with its unit.
struct Measure {
    /// In the smallest unit of its kind.
    amount: f64,
    /// What kind of unit it is.
    kind: &'static str,
    /// The word behind it.
    end: usize,
}

/// The kind of a unit, and how many of the smallest unit of that kind it is.
fn kind_of_unit(unit: &str) -> Option<(&'static str, f64)> {
    Some(match unit {
        "ms" | "millisecond" | "milliseconds" | "msec" => ("time", 1.0),
        "s" | "sec" | "secs" | "second" | "seconds" => ("time", 1000.0),
        "min" | "mins" | "minute" | "minutes" => ("time", 60_000.0),
        "h" | "hr" | "hrs" | "hour" | "hours" => ("time", 3_600_000.0),
        "d" | "day" | "days" => ("time", 86_400_000.0),
        "week" | "weeks" => ("time", 604_800_000.0),
        "kb" | "kib" => ("size", 1.0),
        "mb" | "mib" => ("size", 1000.0),
        "gb" | "gib" => ("size", 1_000_000.0),
        "%" | "percent" => ("share", 1.0),
        "requests" | "rows" | "items" | "users" | "attempts" | "retries" | "messages" | "entries"
        | "characters" => ("count", 1.0),
        _ => return None,
    })
}

fn measure_at(words: &[Word], at: usize) -> Option<Measure> {
    let text = words.get(at).filter(|word| word.has_digit())?.lower.as_str();
    text.as_bytes().first().filter(|byte| byte.is_ascii_digit())?;
    let digits =
        text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',')).len();
    let (number, unit) = text.split_at_checked(digits)?;
    let amount: f64 = number.replace(',', "").parse().ok()?;
    let (unit, end) =
        if unit.is_empty() { (words.get(at + 1)?.lower.as_str(), at + 2) } else { (unit, at + 1) };
    let (kind, factor) = kind_of_unit(unit)?;
    Some(Measure { amount: amount * factor, kind, end })
}

#[cfg(test)]
mod tests {
    use crate::domain::review::testing::count_of;

    fn hits(first: &str, second: &str) -> usize {
        let text = format!("# P\n\n## Scope\n\n- {first}\n\n## Performance\n\n{second}\n");
        count_of(&super::CHECK, &text)
    }

    #[test]
    fn the_same_quantity_has_one_value() {
        for (first, second) in [
            ("Session timeout: 30 minutes", "The session timeout must be 15 minutes."),
            ("The log retention is 30 days", "| What | Value |\n| --- | --- |\n| Log retention | 90 days |"),
            ("An upload limit of 5 MB", "The upload limit is 10MB."),
            ("Letters are kept for 5 years after discharge", "Letters are kept for 8 years after discharge."),
            ("A letter is kept for 5 years in the archive", "We keep letters in the archive for 8 years."),
            (
                "The buoy sends its position every 15 seconds",
                "Its position is sent by the buoy every 30 seconds.",
            ),
        ] {
            assert_eq!(hits(first, second), 1, "{second}");
        }
    }

    #[test]
    fn other_quantities_and_cases_may_have_other_values() {
        for (first, second) in [
            ("Session timeout: 30 minutes", "The session timeout is 1800 s."),
            ("Session timeout: 30 minutes", "The lock timeout is 15 minutes."),
            ("Session timeout: 30 minutes", "The session timeout is 8 hours for staff."),
            ("Session timeout: 30 minutes", "In staging the session timeout is 5 minutes."),
            ("Session timeout: 30 minutes", "The session timeout was 10 minutes before."),
            ("Session timeout: 30 minutes", "The session timeout of 10 to 40 minutes."),
            ("Request timeout: 3 s", "Request timeout: 5 s"),
            (
                "The buoy sends its position every 15 seconds",
                "The buoy measures its battery every 30 seconds.",
            ),
            (
                "Letters are kept for 5 years after discharge",
                "Letters are kept for 2 years before discharge.",
            ),
            ("Letters are kept for 5 years after discharge", "Notes are kept for 8 years after discharge."),
            ("The pilot of phase 1 runs in Kiel", "The pilot of phase 2 runs in Kiel."),
            ("Session timeout: `30 minutes`", "The session timeout is 10 minutes."),
        ] {
            assert_eq!(hits(first, second), 0, "{second}");
        }
    }
}
