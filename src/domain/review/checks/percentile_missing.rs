//! A latency target without a percentile.

use super::check::{Applies, Check, Family, Hit, Touches, kind_of, sentences, span_of};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::{Document, Statement, StatementKind};
use crate::domain::review::lexicon::list;
use crate::domain::review::signal::has_percentile;
use crate::domain::review::topic::Topic;
use crate::domain::review::word::Word;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "percentile-missing",
    severity: Severity::Hint,
    family: Family::Verifiability,
    touches: Touches::Dimensions(&["performance"]),
    penalty: 10,
    applies: Applies::Always,
    source: "written for this project: a mean hides the slow tenth",
    hint: "say at which percentile: `p95 under 200 ms`",
    question: "",
    bad: "# P\n\n## Performance\n\n- Latency of an order is under 200 ms\n",
    good: "# P\n\n## Performance\n\n- Latency of an order is under 200 ms at p95\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    sentences(document)
        .filter(|(statement, words)| {
            may_be_latency(statement)
                && is_laid_down(document, statement, words)
                && is_latency(document, statement, words)
                && is_open(statement, words)
        })
        .map(|(_, words)| Hit::new(span_of(words), "a latency target names no percentile".to_owned()))
        .collect()
}

/// True where targets stand: among performance, requirements, criteria and goals.
fn is_laid_down(document: &Document<'_>, statement: &Statement, words: &[Word]) -> bool {
    statement.is_about(Topic::Performance)
        || statement.is_about(Topic::Criteria)
        || kind_of(document, statement, words).is_promise() && !statement.is_about(Topic::Problem)
}

/// The words that say what a sentence is about: a cell's are those of its whole row, whose first cell has its name.
fn told<'w>(statement: &'w Statement, words: &'w [Word]) -> &'w [Word] {
    match statement.kind {
        StatementKind::Row { .. } => statement.prose(),
        StatementKind::Prose | StatementKind::Item { .. } | StatementKind::Code { .. } => words,
    }
}

/// False where neither a number nor a word for a part of a second stands: no target is there.
fn may_be_latency(statement: &Statement) -> bool {
    statement.signals.number || statement.signals.spelled || statement.may_hold(list!("fraction-of-a-second"))
}

/// True for a limit on how long an answer takes: "answers in 250 ms", "the response time is below 2 s", "opening a course takes 2 s".
fn is_latency(document: &Document<'_>, statement: &Statement, words: &[Word]) -> bool {
    let fraction = statement.holds_among(list!("fraction-of-a-second"), words);
    if !fraction && !words.iter().any(|word| word.is_number() || word.has_digit()) {
        return false;
    }
    let named = list!("latency-name").is_in(told(statement, words));
    let answers = list!("latency-verb").is_in(words);
    let takes = words.iter().any(|word| matches!(word.lower.as_str(), "take" | "takes"));
    if !named && list!("device").is_in(words) {
        return false;
    }
    let fraction = fraction && (named || answers || list!("latency-task").is_in(words));
    fraction
        || words.iter().enumerate().any(|(at, word)| {
            if !(word.is_number() || word.has_digit()) {
                return false;
            }
            if !word.is_number() && !word.lower.starts_with(|c: char| c.is_ascii_digit()) {
                return false;
            }
            let unit = if word.is_number() {
                ""
            } else {
                word.lower.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','))
            };
            let unit =
                if unit.is_empty() { words.get(at + 1).map_or("", |word| word.lower.as_str()) } else { unit };
            let before =
                at.checked_sub(1).and_then(|at| words.get(at)).map_or("", |word| word.lower.as_str());
            // "After 5 seconds" and "for 2 seconds" tell when and how long, not how fast.
            let limits = is_less_than(document, statement, words, at)
                || matches!(
                    before,
                    "in" | "within"
                        | "under"
                        | "below"
                        | "than"
                        | "most"
                        | "takes"
                        | "take"
                        | "of"
                        | "is"
                        | "to"
                        | "over"
                        | "exceed"
                        | "exceeds"
                        | "needs"
                        | "averages"
                        | "after"
                        | "service"
                );
            match unit {
                "ms" | "millisecond" | "milliseconds" => {
                    let done = matches!(before, "in" | "within" | "under" | "below") && is_done(words, at);
                    limits
                        && before != "after"
                        && (named || answers || takes || done || list!("latency-task").is_in(words))
                }
                "s" | "sec" | "second" | "seconds" => {
                    limits
                        && (named && before != "after"
                            || answers && before != "after" && !matches!(before, "of" | "is" | "to")
                            || list!("latency-task").is_in(words) && takes)
                }
                _ => false,
            }
        })
}

/// True where `<` or `≤` stands before a word.
fn is_less_than(document: &Document<'_>, statement: &Statement, words: &[Word], at: usize) -> bool {
    let begin =
        at.checked_sub(1).and_then(|at| words.get(at)).map_or(statement.span.start, |word| word.end());
    let gap = words.get(at).and_then(|word| document.text.get(begin..word.start())).unwrap_or_default();
    ["<", "<=", "≤"].iter().any(|sign| gap.trim_end().ends_with(sign))
}

/// "Is calculated in": what is done by the service, and no stop of a machine.
fn is_done(words: &[Word], at: usize) -> bool {
    let before = words.get(at.saturating_sub(6)..at).unwrap_or_default();
    before.windows(2).any(|pair| {
        matches!(pair[0].lower.as_str(), "is" | "are" | "be")
            && pair[1].lower.ends_with("ed")
            && !matches!(pair[1].lower.as_str(), "stopped" | "braked" | "opened" | "closed" | "switched")
    })
}

/// True where nothing says of which share of all calls it holds.
fn is_open(statement: &Statement, words: &[Word]) -> bool {
    let everything = told(statement, words).iter().any(|word| {
        matches!(
            word.lower.as_str(),
            "every"
                | "not"
                | "again"
                | "each"
                | "no"
                | "never"
                | "worst"
                | "maximum"
                | "%"
                | "percent"
                | "timeout"
                | "timeouts"
                | "deadline"
                | "launch"
                | "always"
                | "longest"
                | "slowest"
        )
    });
    // "95 of 100 calls".
    let share =
        words.windows(3).any(|three| three[0].has_digit() && three[1].lower == "of" && three[2].has_digit())
            || words.windows(4).any(|four| {
                four[0].has_digit() && four[1].lower == "out" && four[2].lower == "of" && four[3].has_digit()
            });
    !everything && !share && !has_percentile(&statement.words)
}

#[cfg(test)]
mod tests {
    use crate::domain::review::testing::count_of;

    #[test]
    fn a_cell_is_read_with_its_row() {
        let hits = |row: &str| {
            let text = format!(
                "# P\n\n## Performance\n\n| What | Target | Verified by |\n| --- | --- | --- |\n{row}\n"
            );
            count_of(&super::CHECK, &text)
        };
        assert_eq!(hits("| Latency of a booking | < 40 ms | Load test |"), 1);
        assert_eq!(hits("| Latency of a booking | Two seats <= 40ms | Load test |"), 1);
        assert_eq!(hits("| Latency of a booking | < 40 ms at p95 | Load test |"), 0);
        assert_eq!(hits("| Time to launch | List visible within 3 s | By hand |"), 0);
        assert_eq!(hits("| List | List visible within 3 s | By hand |"), 1);
    }
}
