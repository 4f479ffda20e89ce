//! A limit of time, size or rate without its unit.

use super::check::{Applies, Check, Family, Hit, Touches, is_promised, sentences};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::{Document, Statement, StatementKind};
use crate::domain::review::lexicon::list;
use crate::domain::review::word::Word;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "number-without-unit",
    severity: Severity::Warning,
    family: Family::Verifiability,
    touches: Touches::Section,
    penalty: 10,
    applies: Applies::Always,
    source: "NASA ARM (Wilson et al. 1997); ISO/IEC/IEEE 29148:2018, 5.2.5",
    hint: "write the unit behind the number",
    question: "",
    bad: "# P\n\n## Performance\n\nThe median response time stays under 200.\n",
    good: "# P\n\n## Performance\n\nThe median response time stays under 200 ms, and 3 of 4 calls are cached.\n",
    run,
};

/// Words behind a number that make a limit of the part before it: "up to 10 are accepted".
const VERBS: [&str; 8] = ["is", "are", "be", "was", "were", "can", "must", "may"];

/// Words beside which a number of three digits is a status: "the answer is 404".
const ANSWERS: [&str; 8] =
    ["answer", "answers", "answered", "response", "responds", "reply", "replies", "status"];

fn run(document: &Document<'_>) -> Vec<Hit> {
    let (limits, plain) = (list!("limit"), list!("dimensionless"));
    let mut hits = Vec::new();
    let may_limit = |statement: &Statement, words: &[Word]| {
        statement.signals.number && statement.may_hold(limits) && words.iter().any(Word::has_digit)
    };
    for (statement, words) in sentences(document).filter(|(statement, words)| may_limit(statement, words)) {
        let is_quantity = list!("quantity-with-unit").is_in(words);
        // The cells of a table are terse: their unit stands in the head or in the cell before.
        let is_row = matches!(statement.kind, StatementKind::Row { .. });
        let is_laid_down = !is_row && is_promised(document, statement, words);
        if !is_quantity && !is_laid_down {
            continue;
        }
        for limit in limits.all_in(words) {
            let at = limit.end;
            let is_bare =
                |word: &&Word| word.lower.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','));
            let Some(word) = words.get(at).filter(|word| word.has_digit()).filter(is_bare) else { continue };
            let weak = [
                "at", "to", "after", "of", "every", "for", "is", "by", "until", "about", "takes", "costs",
                "weighs", "lasts", "with", "are",
            ];
            let is_weak = limit.len() == 1 && weak.contains(&words[limit.start].lower.as_str());
            let near = words.get(limit.start.saturating_sub(7)..limit.start).unwrap_or_default();
            // A scale or a list of values has none: "from 1.5 to 6.0", "one of 1 to 6".
            let is_range = words[limit.start].lower == "to"
                && limit.start.checked_sub(1).and_then(|at| words.get(at)).is_some_and(Word::has_digit)
                && !near.iter().any(|word| list!("comparative-goal").has(word));
            let is_date = words.get(at + 1).is_some_and(|next| list!("moment").has(next));
            let is_name = word.lower.starts_with('0') && word.lower.len() > 2;
            if is_range || is_date || is_name {
                continue;
            }
            let is_plain = plain.is_in(near) || is_weak && measured_before(words, at);
            let is_laid_down = is_laid_down && !is_plain;
            if is_plain {
                continue;
            }
            let answers = words.iter().any(|word| ANSWERS.contains(&word.lower.as_str()));
            let is_told =
                limit.len() == 1 && matches!(words[limit.start].lower.as_str(), "is" | "are" | "with");
            let is_status =
                answers && is_told && word.lower.parse().is_ok_and(|code: u32| (100..600).contains(&code));
            if is_status {
                continue;
            }
            if is_year(&word.lower) || is_weak && !is_laid_down || is_year_or_part(document, word) {
                continue;
            }
            let next = words.get(at + 1);
            let is_subject = is_laid_down && next.is_some_and(|next| VERBS.contains(&next.lower.as_str()));
            if ends_here(document, word, next, is_weak) || is_subject {
                let message = format!("`{}` has no unit", word.lower);
                hits.push(Hit::new(word.span(), message));
            }
        }
    }
    hits
}

/// True where a number with its noun or unit stands before: the second one is of the same.
fn measured_before(words: &[Word], at: usize) -> bool {
    words
        .get(at.saturating_sub(60)..at)
        .unwrap_or_default()
        .windows(2)
        .any(|pair| pair[0].has_digit() && !pair[1].is_function() && !pair[1].has_digit())
}

/// True for 1900 to 2100.
fn is_year(number: &str) -> bool {
    number.len() == 4 && number.parse::<u32>().is_ok_and(|year| (1900..=2100).contains(&year))
}

/// True where a sign of a unit, a date or a ratio stands at the number: `§ 12`, `5 %`, `3/4`, `°`, `#5`.
fn is_year_or_part(document: &Document<'_>, word: &Word) -> bool {
    let before = document.text.get(..word.start()).and_then(|head| head.trim_end().chars().next_back());
    let after = document.text.get(word.end()..).unwrap_or_default();
    let after_space = after.trim_start_matches(' ').chars().next();
    before.is_some_and(|c| matches!(c, '§' | '#' | '€' | '$' | '£' | '±' | '/'))
        || after_space.is_some_and(|c| {
            matches!(c, '%' | '°' | '€' | '$' | '£' | '‰' | '×' | 'µ' | '/' | '"' | '`' | '\u{2033}')
        })
}

/// True where no unit can follow: the sentence or its part ends, or another part begins.
fn ends_here(document: &Document<'_>, word: &Word, next: Option<&Word>, is_weak: bool) -> bool {
    let gap = document.behind(word, next);
    let joins = next.is_some_and(|next| {
        matches!(next.lower.as_str(), "and" | "or" | "when" | "at" | "for" | "with" | "in" | "from" | "by")
    });
    let stops = gap.trim_start().starts_with(['.', ',', ';', ')', '|']);
    let later = next.is_some_and(|next| {
        matches!(
            next.lower.as_str(),
            "before"
                | "after"
                | "when"
                | "if"
                | "until"
                | "while"
                | "unless"
                | "then"
                | "because"
                | "without"
                | "long"
                | "upwards"
                | "puts"
                | "go"
                | "goes"
        )
    });
    // "At 5, 9 and 11" counts up.
    let lists = next.is_some_and(Word::has_digit);
    stops && !lists || gap.trim().is_empty() && (joins && !is_weak || later || next.is_none())
}
