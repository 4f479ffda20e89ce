//! A way out of every obligation.

use std::ops::Range;

use super::check::{Applies, Check, Family, Hit, Touches, hit_of, is_aside, scan, sentences};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::{Document, Statement};
use crate::domain::review::lexicon::list;
use crate::domain::review::topic::Topic;
use crate::domain::review::word::Word;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "escape-clause",
    severity: Severity::Warning,
    family: Family::Ambiguity,
    touches: Touches::Section,
    penalty: 10,
    applies: Applies::Always,
    source: "ISO/IEC/IEEE 29148:2018, 5.2.7 (loopholes)",
    hint: "say when it holds, or take it out",
    question: "",
    bad: "# P\n\n## Scope\n\n- The order is archived if possible\n",
    good: "# P\n\n## Scope\n\n- The order is archived if it is older than 90 days\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    let message = |words: &str| format!("`{words}` lets everything through");
    let obliges =
        |statement: &Statement| !is_aside(document, statement) && !statement.is_about(Topic::OutOfScope);
    let mut hits = scan(document, ("escape", ""), |statement, _| obliges(statement), message);
    let opens = |statement: &Statement| statement.may_hold(list!("escape-opener"));
    for (_, words) in sentences(document).filter(|(statement, _)| opens(statement) && obliges(statement)) {
        hits.extend(
            clauses(document, words).into_iter().map(|range| hit_of(document, words, range, message)),
        );
    }
    // "Where needed (Expo, Electron)" says where.
    let says_where = |hit: &Hit| {
        let rest = document.text.get(hit.span.end..).unwrap_or_default().trim_start_matches(['*', '_', ' ']);
        rest.starts_with('(')
    };
    hits.retain(|hit| !says_where(hit));
    hits.sort_by_key(|hit| (hit.span.start, std::cmp::Reverse(hit.span.end)));
    hits.dedup_by(|later, first| later.span.start < first.span.end);
    hits
}

/// True where a sentence, or a part of it, ends behind a word.
fn ends_part(document: &Document<'_>, words: &[Word], at: usize) -> bool {
    let ends = words.get(at).zip(words.get(at + 1));
    ends.map(|(a, b)| document.between(a, b)).is_none_or(|gap| !gap.trim().is_empty())
}

/// "If possible", "unless this is not practical": an opener and a word that leaves the decision open, with nothing but
/// small words between, and nothing behind that says what must be possible.
fn clauses(document: &Document<'_>, words: &[Word]) -> Vec<Range<usize>> {
    let (openers, fillers, decides) = (list!("escape-opener"), list!("escape-filler"), list!("escape-word"));
    let mut found = Vec::new();
    for opener in openers.all_in(words) {
        // "Where the terrain allows": nobody is allowed anything.
        let allows = (opener.end..(opener.end + 5).min(words.len()))
            .find(|at| matches!(words[*at].lower.as_str(), "allows" | "allow" | "permits" | "permit"));
        if let Some(at) = allows.filter(|at| ends_part(document, words, *at) && *at > opener.end) {
            found.push(opener.start..at + 1);
            continue;
        }
        let mut at = opener.end;
        while at < opener.end + 4 && words.get(at).is_some_and(|word| fillers.has(word)) {
            at += 1;
        }
        let Some(word) = words.get(at).filter(|word| decides.has(word)) else { continue };
        let next = words.get(at + 1);
        let gap = document.behind(word, next);
        let ends = next.is_none() || !gap.trim_matches(['*', '_', ' ', '\n', '\r', '\t']).is_empty();
        let goes_on = matches!(
            word.lower.as_str(),
            "possible" | "feasible" | "practical" | "practicable" | "applicable" | "appropriate"
        ) && at == opener.end
            && next.is_none_or(|next| {
                !matches!(
                    next.lower.as_str(),
                    "to" | "for" | "values" | "value" | "only" | "because" | "matches"
                )
            });
        if ends || goes_on {
            found.push(opener.start..at + 1);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::domain::review::testing::count_of;

    #[test]
    fn a_condition_that_can_be_decided_is_no_escape() {
        let hits = |text: &str| {
            let text = format!("# P\n\n## Scope\n\n- {text}\n");
            count_of(&super::CHECK, &text)
        };
        for text in [
            "Rows are kept if possible",
            "Rows are kept, unless this is not practical.",
            "Wherever feasible, rows are kept",
            "Rows are kept as far as technically possible",
            "Where necessary, rows are kept",
        ] {
            assert_eq!(hits(text), 1, "{text}");
        }
        for text in [
            "If required fields are empty, 422 is returned",
            "If it is possible to undo, the button is shown",
            "The list of possible values",
            "When needed by the parser, rows are kept",
        ] {
            assert_eq!(hits(text), 0, "{text}");
        }
    }
}
